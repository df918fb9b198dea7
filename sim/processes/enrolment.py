"""Process 5, people without a post: who asks for a course, under which scheme, for which trade.

The choice is that of the employed: the same values of routes by cell, the same knowledge, the same taste.
They have no post to keep and no pay to lose; somebody who never worked has no trade to be far from, and
compares with the lowest wage.  Only the unemployed ask: the inactive do not look for work, and come back
through search.  Commission, course and certificate are those of everybody; their files have no unit (-1).
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sim.derived import Known, derived
from sim.groups import BASIC_GROUPS, GROUPS, INACTIVE_GROUPS, RESTLESS, RESTLESS_FROM, UNEMPLOYED_GROUPS
from sim.kernels import Array, kernel
from sim.moves import UNEMPLOYED, occupation_row
from sim.population.columns import AGE_BAND_OF_MONTHS, NONE
from sim.processes.applications import acceptance, application_chance, cell_of, taste_of
from sim.processes.route_value import (
    attraction_of_routes,
    choose_routes,
    fixed_chance,
)
from sim.processes.terms import known_bars, knows
from sim.schemes.files import Project, recent_decisions
from sim.schemes.rules import Scheme, of_behaviour, schemes
from sim.streams import Decision, below, draw_many

if TYPE_CHECKING:
    from sim.world import World

_NO_SCHEME = _NONE = int(NONE)


class Calling(NamedTuple):
    """What moves the unemployed to ask: share that knows the schemes without advice by education, fixed
    point; delta; weights of acceptance and of taste."""

    knows: Array
    level: float
    acceptance_weight: float
    taste_weight: float


def calling(known: Known, scheme: Scheme) -> Calling:
    """The terms of a scheme under the rules in force."""
    rules = known.rules
    return Calling(
        known_bars(known),
        float(rules[scheme.key("application_intercept")]),
        float(rules["applications.acceptance_weight"]),
        float(rules["applications.taste_weight"]),
    )


@kernel
def _ceilings(terms: Calling, level: float, most: float) -> Array:
    """Chances above those of every unemployed person of a group, fixed point; zero for everybody else."""
    out = np.zeros(GROUPS, np.int64)
    for g in range(GROUPS):
        if UNEMPLOYED_GROUPS <= g % BASIC_GROUPS < INACTIVE_GROUPS:
            taste = 96 if g & RESTLESS else RESTLESS_FROM - 1
            utility = level + most + terms.taste_weight * taste_of(taste)
            out[g] = fixed_chance(application_chance(utility))
    return out


@kernel
def select_jobseekers(
    group: Array,
    strata: Array,
    lines: Array,
    scheme: Array,
    taste: Array,
    month: int,
    terms: Calling,
    level: float,
    of_cell: Array,
    most: float,
    key: np.uint64,
    knows_key: np.uint64,
) -> tuple[Array, Array]:
    """Rows of the unemployed who ask for a course, and their cells; utility as of the employed.

    Whoever became unemployed this month, or aims at the trade of a fresh certificate, does not ask.
    """
    likely, draws = below(group, strata, key, _ceilings(terms, level, most))
    cells = np.empty(likely.size, np.int64)
    n = 0
    for k in range(likely.size):
        i = likely[k]
        person = lines[i]
        aims = person.aim != _NONE and person.aim_until >= month
        if person.state != UNEMPLOYED or person.since == month or scheme[i] != _NO_SCHEME or aims:
            continue
        band = AGE_BAND_OF_MONTHS[month - person.birth_month]
        cell = cell_of(occupation_row(person.occupation), person.sex, person.education, band)
        utility = level + of_cell[cell] + terms.taste_weight * taste_of(taste[i])
        if draws[k] < fixed_chance(application_chance(utility)) and knows(
            i, person, month, terms.knows, knows_key
        ):
            likely[n] = i
            cells[n] = cell
            n += 1
    return likely[:n].copy(), cells[:n].copy()


def ask_for_courses(world: World) -> None:
    """File what the unemployed ask for this month, scheme by scheme; no money, no call."""
    calls = (s for s in of_behaviour("enrol") if not s.who.within)
    open_now = [s for s in calls if world.rules[s.key("budget_eur_per_year")] != 0]
    if not open_now:
        return
    decided, funded = recent_decisions(world.files, world.month, len(schemes()))
    for scheme in open_now:
        prior = world.rules[scheme.key("prior_acceptance_share")]
        share = acceptance(int(funded[scheme.code]), int(decided[scheme.code]), prior)
        _call(world, scheme, share)


def _call(world: World, scheme: Scheme, share_funded: float) -> None:
    p, terms = world.persons, derived(world, calling, scheme)
    routes = attraction_of_routes(world, scheme)
    idx, cells = select_jobseekers(
        p["group"],
        world.strata,
        world.lines,
        p["scheme"],
        p["taste"],
        world.month,
        terms,
        terms.level + terms.acceptance_weight * math.log(max(share_funded, 0.02)),
        routes.inclusive,
        routes.most,
        world.key(Decision.APPLICATION) ^ scheme.salt,
        world.key(Decision.KNOWLEDGE, 0),
    )
    p["scheme"][idx] = scheme.code
    world.record.count(f"files_received_{scheme.name}", idx.size)
    if idx.size:
        draws = draw_many(world.key(Decision.ROUTE), idx)
        file_requests(world, scheme, idx, choose_routes(routes.weight, routes.placed, cells, draws))


def file_requests(world: World, scheme: Scheme, idx: Array, course: Array) -> None:
    """Put the files before the commission: no unit, no points; date, then a draw, decide."""
    p, month = world.persons, world.month
    world.files.add(
        person=idx,
        scheme=np.full(idx.size, scheme.code),
        project=np.full(idx.size, Project.COURSE),
        route=course,
        month_filed=np.full(idx.size, month),
        unit=np.full(idx.size, -1),
        origin_occupation=p["occupation"][idx],
        target_occupation=world.routes.target[course],
        tie_draw=draw_many(world.key(Decision.COMMISSION), idx),
        project_draw=draw_many(world.key(Decision.PROJECT), idx),
        sex=p["sex"][idx],
        age_years=(month - p["birth_month"][idx]) // 12,
        education=p["education"][idx],
    )
