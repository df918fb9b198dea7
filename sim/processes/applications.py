"""Process 5: who asks for a reconversion, under which scheme, for which trade, knowing what.

    P(apply) = kappa * Logit(delta + tau * ln sum_r exp(V_hr / tau) + b_acc * ln acceptance + rho * zeta)

The value of a route is computed by cell (occupation, sex, education, age band); the taste for moving is the
person's own.  Nothing here favours a sex, an age or a PCS: profiles are outcomes.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sim.derived import Known, derived
from sim.groups import AIMING, GROUPS, POST_KINDS, RESTLESS, RESTLESS_FROM
from sim.kernels import Array, kernel
from sim.population.columns import AGE_BAND_OF_MONTHS, AGE_BANDS, NONE, Contract, Education, Status
from sim.processes.route_value import Attraction, attraction_of_routes, choose_routes, fixed_chance
from sim.schemes.arduous_work import arduous_shares, works_hard
from sim.schemes.files import Project, recent_decisions
from sim.schemes.grid import points_of
from sim.schemes.rules import Scheme, schemes, with_files
from sim.streams import Decision, below, draw, draw_many, threshold

if TYPE_CHECKING:
    from sim.world import World

TASTE_STEP = 8
"""Taste counts in steps of a quarter of a standard deviation."""

_NO_SCHEME = int(NONE)
_EDUCATIONS, _BANDS = len(Education), len(AGE_BANDS)


class Terms(NamedTuple):
    """Who may file under one scheme, and what moves her to.

    ``allowed`` uint8 [status, contract]; ``tenure_months`` int64 [contract]; ``exposed`` int64 [PCS], the
    share in fixed point of those whose work is arduous enough for the scheme, and ``exposure_months`` how
    long she must have done it; ``reach`` float64 [education], the share that knows the scheme; ``level`` is
    delta less what the income lost weighs; ``creation`` the share, in fixed point, of the projects to create
    a business.
    """

    allowed: Array
    tenure_months: Array
    exposed: Array
    exposure_months: int
    reach: Array
    level: float
    acceptance_weight: float
    taste_weight: float
    creation: int


def terms_of(known: Known, scheme: Scheme) -> Terms:
    """The terms of a scheme under the rules in force."""
    rules = known.rules
    knowledge = np.array([rules[f"applications.knowledge_{n}_share"] for n in range(_EDUCATIONS)])
    income_lost = rules["applications.income_loss_weight"] * rules[scheme.key("income_loss_share")]
    reach = np.minimum(knowledge * rules["applications.advice_reach_ratio"], 1.0)
    return Terms(
        allowed=admitted(known, scheme),
        tenure_months=seniority_by_contract(known, scheme),
        exposed=arduous_shares(known, scheme),
        exposure_months=int(rules.get(scheme.key("exposure_months"), 0)),
        reach=reach,
        level=float(rules[scheme.key("application_intercept")] - income_lost),
        acceptance_weight=float(rules["applications.acceptance_weight"]),
        taste_weight=float(rules["applications.taste_weight"]),
        creation=threshold(rules[scheme.key("creation_share")]) if scheme.project.creation else 0,
    )


def admitted(known: Known, scheme: Scheme) -> Array:
    """Who may file, uint8 [status, contract]: the scheme's own people, and public servants where it is open
    to them."""
    statuses = set(scheme.who.statuses)
    if known.rules.get(scheme.key("public_servants"), "closed") == "open":
        statuses |= {Status.PUBLIC, Status.CIVIL_SERVANT}
    return np.array(
        [[s in statuses and c in scheme.who.contracts for c in Contract] for s in Status], np.uint8
    )


def seniority_by_contract(known: Known, scheme: Scheme) -> Array:
    """Months in the unit before one may file, int64 [contract]; temporary contracts have their own rule,
    if any."""
    permanent = int(known.rules[scheme.key("seniority_in_firm_months")])
    temporary = int(known.rules.get(scheme.key("seniority_fixed_term_months"), permanent))
    return np.array([permanent if c in (Contract.CDI, Contract.NO_CONTRACT) else temporary for c in Contract])


def acceptance(funded: int, decided: int, prior: float) -> float:
    """Share of decided files that were funded over the last twelve months; the prior share before that."""
    return (funded + 20 * prior) / (decided + 20)


@kernel
def application_chance(reach: float, utility: float) -> float:
    """Probability of filing this month: the share that knows, times the logistic of the utility."""
    return float(reach / (1.0 + np.exp(-utility)))


@kernel
def taste_of(hidden: int) -> float:
    """zeta from the hidden trait in thirty-seconds of a standard deviation: the middle of its step."""
    return ((np.int64(hidden) + 96) // TASTE_STEP * TASTE_STEP + TASTE_STEP / 2 - 96) / 32


@kernel
def cell_of(occupation: int, sex: int, education: int, band: int) -> int:
    """Cell (occupation, sex, education, age band), counted in this order."""
    return int(((np.int64(occupation) * 2 + sex) * _EDUCATIONS + education) * _BANDS + band)


@kernel
def _ceilings(terms: Terms, level: float, most: float) -> Array:
    """Chances above those of everybody in each group, fixed point; ``most`` is the best cell's utility."""
    calm, restless = (RESTLESS_FROM - 1, 96)
    out = np.zeros(GROUPS, np.int64)
    for flag, taste in ((0, calm), (RESTLESS, restless)):
        utility = level + most + terms.taste_weight * taste_of(taste)
        bar = fixed_chance(application_chance(terms.reach.max(), utility))
        for status in range(terms.allowed.shape[0]):
            for contract in range(terms.allowed.shape[1]):
                if terms.allowed[status, contract] == 1:
                    first = 4 * POST_KINDS[status, contract]
                    out[flag + first : flag + first + 4] = bar
                    out[AIMING + flag + first : AIMING + flag + first + 4] = bar
    return out


@kernel
def select_applicants(
    group: Array,
    strata: Array,
    lines: Array,
    scheme: Array,
    taste: Array,
    month: int,
    terms: Terms,
    level: float,
    of_cell: Array,
    most: float,
    pcs: Array,
    key: np.uint64,
    arduous_key: np.uint64,
) -> tuple[Array, Array]:
    """Rows of those who file, and their cells; utility is ``level`` + ``of_cell`` [cell] + taste.

    ``most`` is the largest of ``of_cell``.  The chance is computed only for the few whose draw is below what
    anybody of the group could have.
    """
    likely, draws = below(group, strata, key, _ceilings(terms, level, most))
    cells = np.empty(likely.size, np.int64)
    n = 0
    for k in range(likely.size):
        i = likely[k]
        person = lines[i]
        if scheme[i] != _NO_SCHEME or terms.allowed[person.status, person.contract] == 0:
            continue
        if month - person.hired < terms.tenure_months[person.contract]:
            continue
        if not works_hard(i, person, month, terms.exposed, terms.exposure_months, pcs, arduous_key):
            continue
        band = AGE_BAND_OF_MONTHS[month - person.birth_month]
        cell = cell_of(person.occupation, person.sex, person.education, band)
        utility = level + of_cell[cell] + terms.taste_weight * taste_of(taste[i])
        if draws[k] < fixed_chance(application_chance(terms.reach[person.education], utility)):
            likely[n] = i
            cells[n] = cell
            n += 1
    return likely[:n].copy(), cells[:n].copy()


def apply_for_schemes(world: World) -> None:
    """File the applications of the month, scheme by scheme: who asks under one does not under the next."""
    decided, funded = recent_decisions(world.files, world.month, len(schemes()))
    filed = []
    for scheme in with_files():
        if world.rules[scheme.key("budget_eur_per_year")] == 0:
            continue
        prior = world.rules[scheme.key("prior_acceptance_share")]
        share = acceptance(int(funded[scheme.code]), int(decided[scheme.code]), prior)
        routes = attraction_of_routes(world, scheme)
        idx, cells = _applicants(world, scheme, share, routes)
        world.persons["scheme"][idx] = scheme.code
        world.record.count(f"files_received_{scheme.name}", idx.size)
        if idx.size:
            filed.append(_projects(world, scheme, idx, cells, routes))
    if filed:
        _file(world, *(np.concatenate(values) for values in zip(*filed, strict=True)))


def _applicants(world: World, scheme: Scheme, share_funded: float, routes: Attraction) -> tuple[Array, Array]:
    """Who asks for the scheme this month, and the cell of each."""
    p, terms = world.persons, derived(world, terms_of, scheme)
    level = terms.level + terms.acceptance_weight * math.log(max(share_funded, 0.02))
    found: tuple[Array, Array] = select_applicants(
        p["group"],
        world.strata,
        world.lines,
        p["scheme"],
        p["taste"],
        world.month,
        terms,
        level,
        routes.inclusive,
        routes.most,
        world.occupations.pcs,
        world.key(Decision.APPLICATION) ^ scheme.salt,
        world.key(Decision.ARDUOUS_WORK, 0),
    )
    return found


@kernel
def _choose(
    idx: Array,
    cells: Array,
    weight: Array,
    placed: Array,
    creation: int,
    route_key: np.uint64,
    creation_key: np.uint64,
) -> tuple[Array, Array]:
    """Course of each applicant (int64), and whether she creates a business (bool)."""
    creates = np.empty(idx.size, np.bool_)
    for n in range(idx.size):
        creates[n] = draw(creation_key, idx[n]) < creation
    return choose_routes(weight, placed, cells, draw_many(route_key, idx)), creates


def _projects(
    world: World, scheme: Scheme, idx: Array, cells: Array, routes: Attraction
) -> tuple[Array, Array, Array, Array]:
    """(rows, scheme, course, creates a business) of each applicant of a scheme.

    Who creates a business has a course too, the one she would have followed: the grid scores it.
    """
    creation = derived(world, terms_of, scheme).creation
    keys = world.key(Decision.ROUTE), world.key(Decision.CREATION)
    course, creates = _choose(idx, cells, routes.weight, routes.placed, creation, *keys)
    return idx, np.full(idx.size, scheme.code), course, creates


def _file(world: World, idx: Array, scheme: Array, course: Array, creates: Array) -> None:
    """Score the files and put them before the commissions."""
    p, occ, month = world.persons, world.occupations, world.month
    origin = p["occupation"][idx]
    world.files.add(
        person=idx,
        scheme=scheme,
        project=np.where(creates, Project.BUSINESS, Project.COURSE),
        route=np.where(creates, NONE, course),
        month_filed=np.full(idx.size, month),
        points=points_of(world, idx, course, scheme),
        unit=p["unit"][idx],
        origin_occupation=origin,
        target_occupation=np.where(creates, occ.business_of[origin], world.routes.target[course]),
        tie_draw=draw_many(world.key(Decision.COMMISSION), idx),
        project_draw=draw_many(world.key(Decision.PROJECT), idx),
        sex=p["sex"][idx],
        age_years=(month - p["birth_month"][idx]) // 12,
        education=p["education"][idx],
    )
