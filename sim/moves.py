"""The one place where a person changes state or post.

Processes select who moves and why; the functions here write the columns, keep the teams' filled
posts, the stocks and the group that follows from the columns, and count the flow.  So heads, posts, stocks
and flows cannot disagree.
"""

from __future__ import annotations

from enum import IntEnum
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from sim import groups
from sim.groups import put_in_group, without_place
from sim.kernels import Array, kernel
from sim.layout import CHUNK, Line, fetch
from sim.population.columns import AGE_BAND_OF_MONTHS, NONE, Contract, State, Status
from sim.work_history import look_back, note_end_of_post

if TYPE_CHECKING:
    from sim.world import World


class Reason(IntEnum):
    """Why somebody moved: the third axis of the flows."""

    HIRE_FROM_UNEMPLOYMENT = 0
    HIRE_FROM_INACTIVITY = 1
    JOB_TO_JOB = 2
    BUSINESS_CREATION = 3
    RESIGNATION = 4
    END_OF_CONTRACT = 5
    AGREED_TERMINATION = 6
    DISMISSAL = 7
    LAYOFF = 8
    BUSINESS_CLOSURE = 9
    LEAVES_LABOUR_FORCE = 10
    GIVES_UP_SEARCH = 11
    STARTS_SEARCH = 12
    RETIREMENT = 13
    ENTRY = 14
    REDEPLOYMENT = 15
    TRAINING_START = 16
    TRAINING_END = 17


REASONS = tuple(reason.name.lower() for reason in Reason)
NO_OCCUPATION_ROW = 40
"""Row of people without an occupation in tables by occupation (40 groups, then none)."""

EMPLOYED, UNEMPLOYED, TRAINING, INACTIVE, LEFT = (int(state) for state in State)
CDI, CDD, INTERIM, NO_CONTRACT = (int(contract) for contract in Contract)
PRIVATE, PUBLIC, CIVIL_SERVANT, SELF_EMPLOYED, NO_STATUS = (int(status) for status in Status)
_NONE = int(NONE)
REDEPLOYMENT = int(Reason.REDEPLOYMENT)


@kernel
def occupation_row(code: int) -> int:
    """Row of an occupation code in tables of 41 rows."""
    return NO_OCCUPATION_ROW if code == _NONE else code


@kernel
def _count_move(
    person: Line,
    month: int,
    reason: int,
    new_state: int,
    new_row: int,
    stocks: Array,
    flows: Array,
    moves: Array,
) -> None:
    """Out of the stock that her line says, into the one to come; and the flow between the two."""
    row, band = occupation_row(person.occupation), AGE_BAND_OF_MONTHS[month - person.birth_month]
    flows[row, new_row, reason] += 1
    moves[reason] += 1
    stocks[row, person.sex, band, person.state] -= 1
    if new_state != LEFT:
        stocks[new_row, person.sex, band, new_state] += 1


@kernel
def _leave(
    idx: Array,
    reasons: Array,
    new_states: Array,
    month: int,
    lines: Array,
    group: Array,
    strata: Array,
    stocks: Array,
    filled: Array,
    flows: Array,
    moves: Array,
) -> int:
    fetched = 0
    for n in range(idx.size):
        if n % CHUNK == 0:
            fetched += fetch(idx, n, lines["state"]) + fetch(idx, n, group)
        person = lines[np.uint64(idx[n])]
        new = new_states[min(n, new_states.size - 1)]
        reason = reasons[min(n, reasons.size - 1)]
        _count_move(person, month, reason, new, occupation_row(person.occupation), stocks, flows, moves)
        note_end_of_post(person, month)
        if person.team >= 0:
            filled[person.team] -= 1
            person.team = -1
            person.unit = -1
            person.contract = NO_CONTRACT
            person.status = NO_STATUS
        person.state = new
        person.since = month
        put_in_group(idx[n], person, month, group, strata)
    return fetched


@kernel
def _take(
    idx: Array,
    reasons: Array,
    teams: Array,
    contracts: Array,
    statuses: Array,
    month: int,
    lines: Array,
    group: Array,
    strata: Array,
    stocks: Array,
    filled: Array,
    team_unit: Array,
    team_occupation: Array,
    unit_sector: Array,
    flows: Array,
    moves: Array,
) -> int:
    fetched = 0
    for n in range(idx.size):
        if n % CHUNK == 0:
            fetched += fetch(idx, n, lines["state"]) + fetch(idx, n, group)
            fetched += fetch(teams, n, filled) + fetch(teams, n, team_unit) + fetch(teams, n, team_occupation)
        person, t = lines[np.uint64(idx[n])], np.uint64(teams[n])
        trade = team_occupation[t]
        _count_move(person, month, reasons[n], EMPLOYED, trade, stocks, flows, moves)
        if reasons[n] != REDEPLOYMENT:
            look_back(person, month)
            person.hired = month
        if person.team >= 0:
            filled[person.team] -= 1
        filled[t] += 1
        if person.state != EMPLOYED:
            person.since = month
            person.occupation_since = month
        elif person.occupation != trade:
            person.occupation_since = month
        person.state = EMPLOYED
        person.occupation = trade
        person.team = teams[n]
        person.unit = team_unit[t]
        person.sector = unit_sector[team_unit[t]]
        person.contract = contracts[n]
        person.status = statuses[n]
        put_in_group(idx[n], person, month, group, strata)
    return fetched


@kernel
def _change_state(
    idx: Array,
    reason: int,
    new_state: int,
    month: int,
    lines: Array,
    group: Array,
    strata: Array,
    stocks: Array,
    flows: Array,
    moves: Array,
) -> None:
    for i in idx:
        person = lines[i]
        _count_move(person, month, reason, new_state, occupation_row(person.occupation), stocks, flows, moves)
        person.state = new_state
        person.since = month
        put_in_group(i, person, month, group, strata)


@kernel
def _move_up_a_band(idx: Array, month: int, lines: Array, group: Array, strata: Array, stocks: Array) -> int:
    fetched = 0
    for n in range(idx.size):
        if n % CHUNK == 0:
            fetched += fetch(idx, n, lines["state"]) + fetch(idx, n, group)
        person = lines[np.uint64(idx[n])]
        if person.state != LEFT:
            row, age = occupation_row(person.occupation), month - person.birth_month
            stocks[row, person.sex, AGE_BAND_OF_MONTHS[age - 1], person.state] -= 1
            stocks[row, person.sex, AGE_BAND_OF_MONTHS[age], person.state] += 1
            put_in_group(idx[n], person, month, group, strata)
    return fetched


@kernel
def _add(
    first: int, count: int, month: int, lines: Array, taste: Array, group: Array, strata: Array, stocks: Array
) -> None:
    for i in range(first, first + count):
        person = lines[i]
        band = AGE_BAND_OF_MONTHS[month - person.birth_month]
        stocks[occupation_row(person.occupation), person.sex, band, person.state] += 1
        group[i] = without_place(taste[i])
        put_in_group(i, person, month, group, strata)


@cache
def same(code: int) -> Array:
    """One reason or one state for everybody who moves: int64[1], for reading."""
    return np.array([code], np.int64)


@kernel
def where_she_filed(person: Line, unit: int) -> bool:
    """Whether she is where her file says: at work in the unit, or at search where it has none."""
    return bool(person.unit == unit and person.state == (EMPLOYED if unit >= 0 else UNEMPLOYED))


def leave_post(world: World, idx: Array, reasons: Array, new_states: Array) -> None:
    """Move persons ``idx`` (rows) out of their post, or between states without a post.

    ``reasons`` and ``new_states`` hold a :class:`Reason` and a :class:`State` for each, or one for all
    (int64).
    """
    if idx.size == 0:
        return
    _leave(
        idx,
        reasons,
        new_states,
        world.month,
        world.lines,
        world.persons["group"],
        world.strata,
        world.stocks,
        world.teams["filled"],
        world.record.flows_now,
        world.record.moves_now,
    )


def take_post(
    world: World, idx: Array, reasons: Array, teams: Array, contracts: Array, statuses: Array
) -> None:
    """Give each person of ``idx`` a post in the team of the same position (all int64, same length)."""
    if idx.size == 0:
        return
    teams_now = world.teams
    _take(
        idx,
        reasons,
        teams,
        contracts,
        statuses,
        world.month,
        world.lines,
        world.persons["group"],
        world.strata,
        world.stocks,
        teams_now["filled"],
        teams_now["unit"],
        teams_now["occupation"],
        world.units["sector"],
        world.record.flows_now,
        world.record.moves_now,
    )


def change_state(world: World, idx: Array, reason: Reason, new_state: State) -> None:
    """Start or end a training: the post, if any, is kept; ``idx`` int64."""
    if idx.size == 0:
        return
    _change_state(
        idx,
        int(reason),
        int(new_state),
        world.month,
        world.lines,
        world.persons["group"],
        world.strata,
        world.stocks,
        world.record.flows_now,
        world.record.moves_now,
    )


def aim_at(world: World, idx: Array, trade: Array, until: int) -> None:
    """Graduates ``idx`` (int64) aim at the ``trade`` of their certificate until a month."""
    p = world.persons
    p["aim"][idx], p["aim_until"][idx] = trade, until
    regroup(world, idx)


def convert_to_cdi(world: World, idx: Array) -> None:
    """Temporary contracts of ``idx`` (int64) become permanent in the same post."""
    world.persons["contract"][idx] = CDI
    regroup(world, idx)


def regroup(world: World, idx: Array) -> None:
    """Write the group of ``idx`` (int64) after a change of contract, aim or age."""
    groups.regroup(idx, world.month, world.lines, world.persons["group"], world.strata)


def grow_older(world: World, idx: Array) -> None:
    """Persons ``idx`` (int64) enter a new age band this month."""
    _move_up_a_band(idx, world.month, world.lines, world.persons["group"], world.strata, world.stocks)


def add_to_stocks(world: World, first: int, count: int) -> None:
    """Count the persons of the rows ``first`` to ``first + count``, who have just entered the world."""
    p = world.persons
    _add(first, count, world.month, world.lines, p["taste"], p["group"], world.strata, world.stocks)
    world.record.flows_now[NO_OCCUPATION_ROW, NO_OCCUPATION_ROW, Reason.ENTRY] += count
    world.record.moves_now[Reason.ENTRY] += count
