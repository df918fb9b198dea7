"""Process 7, file by file: which projects start, go on and end this month.

The loops behind :mod:`sim.processes.training`, which says when they run and what follows.
"""

from __future__ import annotations

import numpy as np

from sim.kernels import Array, kernel
from sim.moves import TRAINING, UNEMPLOYED, where_she_filed
from sim.population.columns import NONE
from sim.processes.route_value import fixed_chance
from sim.schemes.files import (
    BUSINESS,
    DROPPED_OUT,
    FUNDED,
    IN_TRAINING,
    NOT_STARTED,
    TO_CREATE,
    Outcome,
)
from sim.streams import draw
from sim.work_history import NEVER

_NO_SCHEME = int(NONE)
_LAPSED = int(Outcome.LAPSED)


@kernel
def projects_of_month(
    first: int, month: int, outcome: Array, stage: Array, project: Array, starts: Array, ends: Array
) -> tuple[Array, Array, Array]:
    """Rows of funded files that start now, of businesses to be founded now, of courses under way; int64."""
    count = outcome.size - first
    starting, founding, running = (
        np.empty(count, np.int64),
        np.empty(count, np.int64),
        np.empty(count, np.int64),
    )
    s = f = r = 0
    for row in range(first, outcome.size):
        if outcome[row] != FUNDED or project[row] > TO_CREATE:
            continue
        if stage[row] == IN_TRAINING:
            running[r] = row
            r += 1
        elif stage[row] == NOT_STARTED and starts[row] == month:
            starting[s] = row
            s += 1
        elif stage[row] == NOT_STARTED and project[row] == TO_CREATE and starts[row] < ends[row] == month:
            founding[f] = row
            f += 1
    return starting[:s].copy(), founding[:f].copy(), running[:r].copy()


@kernel
def start_projects(
    rows: Array,
    month: int,
    creation_months: int,
    route_months: Array,
    resigned: Array,
    within: Array,
    supporting: Array,
    refilled: int,
    key: np.uint64,
    person: Array,
    scheme: Array,
    file_unit: Array,
    project: Array,
    route: Array,
    outcome: Array,
    stage: Array,
    ends: Array,
    cover: Array,
    lines: Array,
    person_scheme: Array,
    covered: Array,
) -> tuple[Array, Array, Array, Array]:
    """Write the start or the lapse of each project, and which posts are covered meanwhile.

    Returns the files that lapse, the files whose course starts, and the persons who resign and who go to a
    course; int64 all.
    """
    lapsed, started = np.empty(rows.size, np.int64), np.empty(rows.size, np.int64)
    leaving, learning = np.empty(rows.size, np.int64), np.empty(rows.size, np.int64)
    n = m = q = 0
    for row in rows:
        i = person[row]
        there = where_she_filed(lines[i], file_unit[row])
        if not there or (within[scheme[row]] and not supporting[person_scheme[i]]):
            outcome[row] = _LAPSED
            if person_scheme[i] == scheme[row]:
                person_scheme[i] = _NO_SCHEME
            lapsed[n] = row
            n += 1
            continue
        creates = project[row] == TO_CREATE
        ends[row] = month + (creation_months if creates else route_months[route[row]])
        stage[row] = NOT_STARTED if creates else IN_TRAINING
        lines[i].ends = ends[row]
        if not creates:
            started[m] = row
            learning[m] = i
            m += 1
        if resigned[scheme[row]]:
            leaving[q] = i
            q += 1
        elif file_unit[row] >= 0 and draw(key, i) < refilled:
            cover[row] = 1
            covered[lines[i].team] += 1
    return lapsed[:n].copy(), started[:m].copy(), leaving[:q].copy(), learning[:m].copy()


@kernel
def courses_over(
    rows: Array,
    month: int,
    starts: Array,
    ends: Array,
    person: Array,
    mentored: Array,
    share: Array,
    key: np.uint64,
) -> tuple[Array, Array]:
    """Files of those who give up their course this month, and of those who come to its end; int64 both.

    ``share`` [mentored] gives up over a whole course, a little each month but the last.
    """
    given_up, finished = np.empty(rows.size, np.int64), np.empty(rows.size, np.int64)
    n = m = 0
    for row in rows:
        if ends[row] > month:
            monthly = 1.0 - (1.0 - share[mentored[row]]) ** (1.0 / max(ends[row] - starts[row], 1))
            if draw(key, person[row]) < fixed_chance(monthly):
                given_up[n] = row
                n += 1
        elif ends[row] == month:
            finished[m] = row
            m += 1
    return given_up[:n].copy(), finished[:m].copy()


@kernel
def come_back(
    rows: Array,
    person: Array,
    scheme: Array,
    resigned: Array,
    cover: Array,
    lines: Array,
    person_scheme: Array,
    covered: Array,
) -> tuple[Array, Array]:
    """End the cover and the project of each trainee; persons who have a post, and those who have none.

    Whoever resigned stays under the scheme until she is hired: her benefit is booked there.  Whoever has
    learned within support is under that of the support.
    """
    posted, without = np.empty(rows.size, np.int64), np.empty(rows.size, np.int64)
    n = m = 0
    for row in rows:
        i = person[row]
        if lines[i].state != TRAINING:
            continue
        if cover[row] == 1:
            covered[lines[i].team] -= 1
        lines[i].ends = NEVER
        if not resigned[scheme[row]] and person_scheme[i] == scheme[row]:
            person_scheme[i] = _NO_SCHEME
        if lines[i].team >= 0:
            posted[n] = i
            n += 1
        else:
            without[m] = i
            m += 1
    return posted[:n].copy(), without[:m].copy()


@kernel
def found_businesses(
    rows: Array,
    person: Array,
    scheme: Array,
    target: Array,
    stage: Array,
    lines: Array,
    own_teams: Array,
    giving_up: Array,
    key: np.uint64,
) -> tuple[Array, Array]:
    """Write which projects become a business; persons and the teams that they join, int64 both.

    A share ``giving_up`` [scheme] does not.  A small sample may hold nobody on their own account in a trade:
    there is then no place to found it.  Her scheme stays hers: benefit goes on under it.
    """
    founders, teams = np.empty(rows.size, np.int64), np.empty(rows.size, np.int64)
    n = 0
    for row in rows:
        i, team = person[row], own_teams[target[row]]
        lines[i].ends = NEVER
        ready = lines[i].state == UNEMPLOYED and team >= 0 and draw(key, i) >= giving_up[scheme[row]]
        stage[row] = BUSINESS if ready else DROPPED_OUT
        if ready:
            founders[n], teams[n] = i, team
            n += 1
    return founders[:n].copy(), teams[:n].copy()
