"""What a route is worth to a person, by cell: pure formulas of process 5."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sim.benefits import DAYS_A_MONTH, are_cents_a_day
from sim.derived import Known, derived
from sim.kernels import Array, kernel
from sim.population.columns import Education
from sim.processes.accounts import reference_wages
from sim.processes.search import distances
from sim.schemes.costs import cover_law
from sim.schemes.files import PLACEMENT_CLOCK_MONTHS
from sim.schemes.routes import FAMILIES
from sim.schemes.rules import Scheme
from sim.streams import ONE

if TYPE_CHECKING:
    from sim.world import World

MIDDLE_AGES_YEARS = np.array([21, 30, 40, 47.5, 52.5, 57.5, 62])
"""Age that stands for each age band."""
REFERENCE_AGE_YEARS = 40
"""Age at which what a change costs is counted in the level of applications."""


def route_values(known: Known) -> Array:
    """V_hr without placement, [occupation or none, sex, education, age band, route]; minus infinity where
    closed.

    b_w ln(w_r / w_h) min(1, years left / 10) - b_T years of course - b_d d(i, r) + b_m share of the own sex
    in the trade + xi of the route's family - b_a (age - 40) / 10.  Who never worked compares with the lowest
    wage, and no trade is far from none.  A course that leads to no trade has only its length and her age.
    """
    rules, occ, routes = known.rules, known.occupations, known.routes
    titled = routes.titled
    target = np.where(titled, routes.target, 0)
    d = distances(rules, occ.pcs, occ.sector_shares, occ.net_wage_eur)[:, target] * titled
    d = np.vstack([d, np.zeros(routes.count)])
    by_sex = np.stack([occ.net_wage_men_eur, occ.net_wage_women_eur])
    before = np.vstack([by_sex.T, by_sex.min(axis=1)])
    gain = np.log(by_sex[:, target][None, :, :] / before[:, :, None]) * titled
    horizon = np.clip((rules["applications.career_end_age_years"] - MIDDLE_AGES_YEARS) / 10, 0.0, 1.0)
    women = occ.women_share[target]
    own_sex = np.stack([1.0 - women, women]) * titled
    tastes = np.array([*(rules[f"applications.taste_{name}"] for name in FAMILIES), 0.0])
    family = tastes[np.minimum(routes.family, len(FAMILIES))]
    value = np.asarray(
        rules["applications.wage_weight"] * gain[:, :, None, None, :] * horizon[None, None, None, :, None]
        - rules["applications.distance_weight"] * d[:, None, None, None, :]
        + rules["applications.own_sex_weight"] * own_sex[None, :, None, None, :]
        + (family - rules["applications.length_weight"] * routes.months / 12)
    )
    age = rules["applications.age_weight"] * (MIDDLE_AGES_YEARS - REFERENCE_AGE_YEARS) / 10
    value = value - age[:, None]
    value = np.repeat(value, len(Education), axis=2)
    for route in range(routes.count):
        value[:, :, : routes.entry_education[route], :, route] = -np.inf
        if titled[route]:
            value[target[route], ..., route] = -np.inf
    return value


def income_lost(known: Known, scheme: Scheme) -> Array:
    """Share of pay lost while in the scheme at the average wage of [occupation, sex, route].

    On leave, what the cover of wages leaves out; after a resignation, what ARE does; otherwise nothing.  A
    scheme that gives its own share (``income_loss_share``) loses that.
    """
    rules, routes = known.rules, known.routes
    wage = reference_wages(known)[:, :, None].astype(float)
    shape = (*wage.shape[:2], routes.count)
    given = rules.get(scheme.key("income_loss_share"))
    if given is not None:
        return np.full(shape, float(given))
    if scheme.behaviour == "resign":
        kept = are_cents_a_day(rules, wage.ravel()).reshape(wage.shape) * DAYS_A_MONTH / wage
        return np.broadcast_to(1.0 - np.minimum(kept, 1.0), shape)
    if scheme.behaviour != "leave":
        return np.zeros(shape)
    law = cover_law(rules)
    early = np.minimum(routes.hours, law.first_year_hours)
    full = law.full_up_to_cents
    paid = np.maximum(law.first_year_share * wage, full) * early
    paid = paid + np.maximum(law.after_share * wage, full) * (routes.hours - early)
    return np.asarray(1.0 - np.minimum(paid / (wage * routes.hours), 1.0))


@dataclass(frozen=True, eq=False)
class RouteWeights:
    """exp((V - best) / tau) [occupation, sex, education, age band, route], and the best V [...] of each cell.

    Zero where a route is closed, by education, trade or scheme; minus infinity where no route is open.
    """

    weight: Array
    best: Array


def route_weights(known: Known, scheme: Scheme) -> RouteWeights:
    """Weights of the routes for those who might file under a scheme, placement left out."""
    rules, occ = known.rules, known.occupations
    lost = income_lost(known, scheme)
    value = route_values(known)
    if scheme.behaviour != "enrol":  # Whoever files has a trade, and pay to lose.
        value = value[:-1] - rules["applications.income_loss_weight"] * lost[:, :, None, None, :]
    value[..., ~open_routes(known, scheme)] = -np.inf
    value[:, :, [level not in scheme.who.educations for level in Education]] = -np.inf
    if scheme.who.origin == "exposed":
        value[occ.exposed == 0] = -np.inf
    best = value.max(axis=-1)
    relative = value - np.where(np.isfinite(best), best, 0.0)[..., None]
    return RouteWeights(np.exp(relative / rules["applications.route_similarity"]), best)


def aimed_routes(known: Known, scheme: Scheme) -> Array:
    """Routes that lead where a scheme aims, whoever pays for them, bool [route]."""
    routes, target = known.routes, scheme.project.target
    if target == "porteur":
        return np.isin(routes.target, np.flatnonzero(known.occupations.porteur == 1))
    if target == "numerique":
        return np.asarray(routes.family == FAMILIES.index("numerique"))
    return np.ones(routes.count, bool)


def open_routes(known: Known, scheme: Scheme) -> Array:
    """Routes that a scheme may pay for, bool [route]: by where they lead, by the length that it allows."""
    routes, rules = known.routes, known.rules
    out = routes.open_under(scheme.name) & aimed_routes(known, scheme)
    for rule, length in (("maximum_months", routes.months), ("maximum_hours", routes.hours)):
        out &= length <= rules.get(scheme.key(rule), np.inf)
    return np.asarray(out)


@dataclass(frozen=True, eq=False)
class PlacementTerms:
    """How placement counts: the share before any is known, b_f and tau."""

    prior: float
    weight: float
    similarity: float


def placement_terms(known: Known) -> PlacementTerms:
    """The terms in force."""
    names = ("prior_placement_share", "placement_weight", "route_similarity")
    return PlacementTerms(*(float(known.rules[f"applications.{name}"]) for name in names))


def placement(world: World) -> Array:
    """Share of past graduates of each route in the trade after six months, as last published, [route].

    Starts from the surveyed share and moves with what the run shows (weight of 50 past graduates).
    """
    files, count = world.files, world.routes.count
    seen = (files["placed_6"] >= 0) & (files["ends"] + PLACEMENT_CLOCK_MONTHS < known_until(world.month))
    seen &= files["route"] < count
    route, placed = files["route"][seen], files["placed_6"][seen]
    prior = derived(world, placement_terms).prior
    graduates, in_trade = np.bincount(route, minlength=count), np.bincount(route, placed, minlength=count)
    return np.asarray((in_trade + 50 * prior) / (graduates + 50))


def known_until(month: int) -> int:
    """Month before which observations of placement are known to those who choose in ``month``.

    Placement is published each January: what courses led to in the years before.
    """
    return month // 12 * 12


@dataclass(frozen=True, eq=False)
class Attraction:
    """What the routes of a scheme are worth to each cell: tau ln sum_r exp(V_hr / tau), and shares.

    ``inclusive`` [cell], float64; ``weight`` [cell, route] and ``placed`` [route] multiply to the weights of
    the routes; a cell is (occupation, sex, education, age band) counted in this order.
    """

    table: RouteWeights
    terms: PlacementTerms
    known_until: int
    inclusive: Array
    most: float
    weight: Array
    placed: Array


def attraction_of_routes(world: World, scheme: Scheme) -> Attraction:
    """Attraction of a scheme's routes today; computed anew when rules change or placement is published."""
    kept: dict[int, Attraction] = world.memory.setdefault("route_attraction", {})
    table, terms = derived(world, route_weights, scheme), derived(world, placement_terms)
    until, found = known_until(world.month), kept.get(scheme.code)
    if found is None or not (found.table is table and found.terms is terms and found.known_until == until):
        share = np.maximum(placement(world), 0.05)
        placed = np.exp(terms.weight / terms.similarity * np.log(share))
        weight = table.weight.reshape(-1, placed.size)
        inclusive = inclusive_values(weight, table.best.ravel(), placed, terms.similarity)
        found = kept[scheme.code] = Attraction(
            table, terms, until, inclusive, inclusive.max(), weight, placed
        )
    return found


@kernel
def fixed_chance(probability: float) -> int:
    """:func:`sim.streams.threshold` inside a kernel: after rounding to ten digits."""
    return int(np.rint(np.rint(probability * 1e10) / 1e10 * ONE))


@kernel
def inclusive_values(weight: Array, best: Array, placed: Array, tau: float) -> Array:
    """best + tau ln sum_r weight placed, by cell, float64; minus infinity where no route is open."""
    out = np.full(best.size, -np.inf)
    for h in range(best.size):
        if best[h] > -np.inf:
            total = 0.0
            for r in range(placed.size):
                total += weight[h, r] * placed[r]
            out[h] = best[h] + tau * np.log(total)
    return out


@kernel
def choose_routes(weight: Array, placed: Array, cells: Array, draws: Array) -> Array:
    """Route drawn by each applicant, int64: cumulated shares of the open routes of her cell, fixed point."""
    out = np.empty(cells.size, np.int64)
    for n in range(cells.size):
        total = 0.0
        for r in range(placed.size):
            total += weight[cells[n], r] * placed[r]
        reached = 0.0
        route = 0
        for r in range(placed.size):
            reached += weight[cells[n], r] * placed[r]
            if fixed_chance(min(reached / total, 1.0)) <= draws[n]:
                route += 1
        out[n] = min(route, placed.size - 1)
    return out
