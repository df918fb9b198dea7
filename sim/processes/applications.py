"""Process 5: who asks for a reconversion, under which scheme, for which trade, knowing what.

    P(apply | knows) = Logit(delta + tau * ln sum_r exp(V_hr / tau) + b_acc * ln acceptance + rho * zeta)

The value of a route is computed by cell (occupation, sex, education, age band); the taste for moving and what
she knows of the schemes are the person's own.  Who was refused comes back at a chance of its own.  Nothing
here favours a sex or a PCS; age counts as what a change costs, and profiles are outcomes.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from sim.derived import derived
from sim.groups import AIMING, GROUPS, POST_KINDS, RESTLESS, RESTLESS_FROM
from sim.kernels import Array, kernel
from sim.layout import Line
from sim.moves import EMPLOYED
from sim.population.columns import AGE_BAND_OF_MONTHS, AGE_BANDS, NONE, Education
from sim.processes.route_value import Attraction, attraction_of_routes, choose_routes, fixed_chance
from sim.processes.terms import Terms, knows, may_file, terms_of
from sim.schemes.files import ACCEPTANCE_MONTHS, Outcome, Project, recent_decisions
from sim.schemes.grid import points_of
from sim.schemes.rules import Scheme, of_behaviour, schemes
from sim.streams import Decision, below, draw, draw_many

if TYPE_CHECKING:
    from sim.world import World

TASTE_STEP = 8
"""Taste counts in steps of a quarter of a standard deviation."""

_EDUCATIONS, _BANDS = len(Education), len(AGE_BANDS)
_REFUSED = tuple(int(outcome) for outcome in Outcome if outcome.name.startswith("REFUSED"))


def acceptance(funded: int, decided: int, prior: float) -> float:
    """Share of decided files that were funded over the last twelve months; the prior share before that."""
    return (funded + 20 * prior) / (decided + 20)


@kernel
def application_chance(utility: float) -> float:
    """Probability that somebody who knows the scheme files this month: the logistic of the utility."""
    return float(1.0 / (1.0 + np.exp(-utility)))


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
        bar = fixed_chance(application_chance(utility))
        for status in range(terms.allowed.shape[0]):
            for contract in range(terms.allowed.shape[1]):
                if terms.allowed[status, contract] == 1:
                    first = 4 * POST_KINDS[status, contract]
                    out[flag + first : flag + first + 4] = bar
                    out[AIMING + flag + first : AIMING + flag + first + 4] = bar
    return out


@kernel
def cell_at(person: Line, month: int) -> int:
    """Cell of a person today."""
    band = AGE_BAND_OF_MONTHS[month - person.birth_month]
    return int(cell_of(person.occupation, person.sex, person.education, band))


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
    knows_key: np.uint64,
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
        if not may_file(i, person, scheme[i], month, terms, pcs, arduous_key):
            continue
        cell = cell_at(person, month)
        utility = level + of_cell[cell] + terms.taste_weight * taste_of(taste[i])
        if draws[k] < fixed_chance(application_chance(utility)) and knows(
            i, person, month, terms.knows, knows_key
        ):
            likely[n] = i
            cells[n] = cell
            n += 1
    return likely[:n].copy(), cells[:n].copy()


@kernel
def select_returning(
    first: int,
    month: int,
    code: int,
    file_person: Array,
    file_scheme: Array,
    outcome: Array,
    decided: Array,
    lines: Array,
    scheme: Array,
    terms: Terms,
    of_cell: Array,
    pcs: Array,
    key: np.uint64,
    arduous_key: np.uint64,
) -> tuple[Array, Array]:
    """Rows of those refused over the last twelve months who file again, and their cells; writes ``scheme``,
    so that nobody files twice."""
    out, cells = np.empty(outcome.size - first, np.int64), np.empty(outcome.size - first, np.int64)
    n = 0
    for row in range(first, outcome.size):
        recent = month - ACCEPTANCE_MONTHS <= decided[row] < month
        if file_scheme[row] != code or not recent or outcome[row] not in _REFUSED:
            continue
        i = file_person[row]
        person = lines[i]
        at_work = person.state == EMPLOYED
        if not at_work or not may_file(i, person, scheme[i], month, terms, pcs, arduous_key):
            continue
        cell = cell_at(person, month)
        if of_cell[cell] > -np.inf and draw(key, i) < terms.returns:
            out[n], cells[n] = i, cell
            scheme[i] = code
            n += 1
    return out[:n].copy(), cells[:n].copy()


def apply_for_schemes(world: World) -> None:
    """File the applications of the month, scheme by scheme: who asks under one does not under the next."""
    decided, funded = recent_decisions(world.files, world.month, len(schemes()))
    filed = []
    for scheme in of_behaviour("leave", "resign"):
        if world.rules[scheme.key("budget_eur_per_year")] == 0:
            continue
        prior = world.rules[scheme.key("prior_acceptance_share")]
        share = acceptance(int(funded[scheme.code]), int(decided[scheme.code]), prior)
        routes = attraction_of_routes(world, scheme)
        first = _applicants(world, scheme, share, routes)
        world.persons["scheme"][first[0]] = scheme.code
        idx, cells = np.concatenate((first, _returning(world, scheme, routes)), axis=1)
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
        world.key(Decision.KNOWLEDGE, 0),
    )
    return found


def _returning(world: World, scheme: Scheme, routes: Attraction) -> tuple[Array, Array]:
    """Those refused under the scheme who try again this month, and the cell of each."""
    files = world.files
    found: tuple[Array, Array] = select_returning(
        files.live_from(world.month),
        world.month,
        scheme.code,
        files["person"],
        files["scheme"],
        files["outcome"],
        files["month_decided"],
        world.lines,
        world.persons["scheme"],
        derived(world, terms_of, scheme),
        routes.inclusive,
        world.occupations.pcs,
        world.key(Decision.RETURN) ^ scheme.salt,
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
    points, criteria = points_of(world, idx, course, scheme)
    world.files.add(
        person=idx,
        scheme=scheme,
        project=np.where(creates, Project.BUSINESS, Project.COURSE),
        route=np.where(creates, NONE, course),
        month_filed=np.full(idx.size, month),
        points=points,
        criteria=criteria,
        unit=p["unit"][idx],
        origin_occupation=origin,
        target_occupation=np.where(creates, occ.business_of[origin], world.routes.target[course]),
        tie_draw=draw_many(world.key(Decision.COMMISSION), idx),
        project_draw=draw_many(world.key(Decision.PROJECT), idx),
        sex=p["sex"][idx],
        age_years=(month - p["birth_month"][idx]) // 12,
        education=p["education"][idx],
    )
