"""Process 5: who asks for a reconversion, under which scheme, for which trade, knowing what.

    P(apply | knows) = Logit(delta + tau * ln sum_r exp(V_hr / tau) + b_acc * ln acceptance + rho * zeta)

The value of a route is computed by cell (occupation, sex, education, age band); the taste for moving and what
she knows of the schemes are the person's own.  Who was refused comes back at a chance of its own.  Nothing
here favours a sex or a PCS; age counts as what a change costs, and profiles are outcomes.

The unemployed ask in the same way for the courses open to them, with no post to keep and no pay to lose;
whoever never worked has no trade to be far from, and compares with the lowest wage.  The inactive do not look
for work, and come back through search.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from sim.derived import derived
from sim.kernels import Array, kernel
from sim.population.columns import NONE
from sim.processes.applicants import select_applicants, select_returning
from sim.processes.route_value import Attraction, attraction_of_routes, choose_routes
from sim.processes.terms import Terms, terms_of
from sim.schemes.files import Project, recent_decisions
from sim.schemes.grid import points_of
from sim.schemes.rules import Scheme, of_behaviour, schemes
from sim.streams import Decision, draw, draw_many

if TYPE_CHECKING:
    from sim.world import World


def acceptance(funded: int, decided: int, prior: float) -> float:
    """Share of decided files that were funded over the last twelve months; the prior share before that."""
    return (funded + 20 * prior) / (decided + 20)


def open_calls(world: World, *behaviours: str) -> Iterator[tuple[Scheme, float]]:
    """Schemes of some behaviours that have money, with the share of their files that was funded of late."""
    decided, funded = recent_decisions(world.files, world.month, len(schemes()))
    for scheme in of_behaviour(*behaviours):
        if world.rules[scheme.key("budget_eur_per_year")] != 0:
            prior = world.rules[scheme.key("prior_acceptance_share")]
            yield scheme, acceptance(int(funded[scheme.code]), int(decided[scheme.code]), prior)


def level_of(terms: Terms, share_funded: float) -> float:
    """Utility of asking, but for the routes and the taste: delta + b_acc ln acceptance."""
    return terms.level + terms.acceptance_weight * math.log(max(share_funded, 0.02))


def apply_for_schemes(world: World) -> None:
    """File the applications of the month, scheme by scheme: who asks under one does not under the next."""
    filed = []
    for scheme, share in open_calls(world, "leave", "resign", "enrol"):
        if scheme.who.within:
            continue
        routes = attraction_of_routes(world, scheme)
        idx, cells = _applicants(world, scheme, share, routes)
        world.persons["scheme"][idx] = scheme.code
        if derived(world, terms_of, scheme).posted:
            again = _returning(world, scheme, routes)
            idx, cells = np.concatenate((idx, again[0])), np.concatenate((cells, again[1]))
        world.record.count(f"files_received_{scheme.name}", idx.size)
        if idx.size:
            filed.append(projects_of(world, scheme, idx, cells, routes))
    if filed:
        file_projects(world, *(np.concatenate(values) for values in zip(*filed, strict=True)))


def _applicants(world: World, scheme: Scheme, share_funded: float, routes: Attraction) -> tuple[Array, Array]:
    """Who asks for the scheme this month, and the cell of each."""
    p, terms = world.persons, derived(world, terms_of, scheme)
    found: tuple[Array, Array] = select_applicants(
        p["group"],
        world.strata,
        world.lines,
        p["scheme"],
        p["taste"],
        world.month,
        terms,
        level_of(terms, share_funded),
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


def projects_of(
    world: World, scheme: Scheme, idx: Array, cells: Array, routes: Attraction
) -> tuple[Array, Array, Array, Array]:
    """(rows, scheme, course, creates a business) of each applicant of a scheme.

    Who creates a business has a course too, the one she would have followed: the grid scores it.
    """
    creation = derived(world, terms_of, scheme).creation
    keys = world.key(Decision.ROUTE), world.key(Decision.CREATION)
    course, creates = _choose(idx, cells, routes.weight, routes.placed, creation, *keys)
    return idx, np.full(idx.size, scheme.code), course, creates


def file_projects(world: World, idx: Array, scheme: Array, course: Array, creates: Array) -> None:
    """Put the files before the commissions; a grid scores those of people with a post."""
    p, occ, month = world.persons, world.occupations, world.month
    origin, posted = p["occupation"][idx], p["unit"][idx] >= 0
    points, criteria = np.zeros((2, idx.size), np.int64)
    points[posted], criteria[posted] = points_of(world, idx[posted], course[posted], scheme[posted])
    target = world.routes.target[course]
    target[creates] = occ.business_of[origin[creates]]
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
        target_occupation=target,
        tie_draw=draw_many(world.key(Decision.COMMISSION), idx),
        project_draw=draw_many(world.key(Decision.PROJECT), idx),
        sex=p["sex"][idx],
        age_years=(month - p["birth_month"][idx]) // 12,
        education=p["education"][idx],
    )
