"""Process 5, after a lay-off: who asks for a course within support, which goes on meanwhile.

Schemes of behaviour ``enrol`` that name a support (``who.within``) pay for courses of those who are in it,
and of nobody else.  The choice is that of all jobseekers, but that the counsellor tells everybody of the
courses; one asks once.  Whoever learns stays under the scheme of the support: its allowance and its months
run on, she does not search meanwhile, and the course lapses where support ends before it starts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.derived import derived
from sim.kernels import Array, kernel
from sim.processes.applicants import application_chance, cell_at, taste_of, taste_step
from sim.processes.applications import file_projects, level_of, open_calls, projects_of
from sim.processes.route_value import attraction_of_routes, fixed_chance
from sim.processes.support import supported
from sim.processes.terms import may_study, terms_of
from sim.schemes.rules import Scheme, schemes
from sim.streams import Decision, draw

if TYPE_CHECKING:
    from sim.world import World


@kernel
def select_supported(
    rows: Array,
    within: Array,
    file_scheme: Array,
    person: Array,
    asked: Array,
    lines: Array,
    taste: Array,
    month: int,
    taste_weight: float,
    level: float,
    of_cell: Array,
    key: np.uint64,
) -> tuple[Array, Array, Array]:
    """Files of support, persons and cells of those who ask this month, int64 all; utility as of jobseekers.

    ``within`` bool [scheme]: the support that the call is for.
    """
    chosen, idx, cells = (
        np.empty(rows.size, np.int64),
        np.empty(rows.size, np.int64),
        np.empty(rows.size, np.int64),
    )
    n = 0
    for row in rows:
        i = person[row]
        if asked[row] == 1 or not within[file_scheme[row]] or not may_study(lines[i], month):
            continue
        cell = cell_at(lines[i], month)
        utility = level + of_cell[cell] + taste_weight * taste_of(taste_step(taste[i]))
        if draw(key, i) < fixed_chance(application_chance(utility)):
            chosen[n], idx[n], cells[n] = row, i, cell
            n += 1
    return chosen[:n].copy(), idx[:n].copy(), cells[:n].copy()


def ask_within_support(world: World) -> None:
    """File what those in support ask for this month, scheme by scheme; no money, no call."""
    rows = supported(world)
    if rows.size:
        for scheme, share in open_calls(world, "enrol"):
            if scheme.who.within:
                _call(world, scheme, rows, share)


def _call(world: World, scheme: Scheme, rows: Array, share_funded: float) -> None:
    files, terms = world.files, derived(world, terms_of, scheme)
    routes = attraction_of_routes(world, scheme)
    chosen, idx, cells = select_supported(
        rows,
        np.array([one.name in scheme.who.within for one in schemes()]),
        files["scheme"],
        files["person"],
        files["asked"],
        world.lines,
        world.persons["taste"],
        world.month,
        terms.taste_weight,
        level_of(terms, share_funded),
        routes.inclusive,
        world.key(Decision.APPLICATION) ^ scheme.salt,
    )
    files["asked"][chosen] = 1
    world.record.count(f"files_received_{scheme.name}", idx.size)
    if idx.size:
        file_projects(world, *projects_of(world, scheme, idx, cells, routes))
