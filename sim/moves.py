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
from sim.groups import group_of, put_in_group, without_place
from sim.kernels import Array, kernel
from sim.layout import CHUNK, fetch
from sim.population.columns import AGE_BAND_OF_MONTHS, NONE, Contract, State, Status

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


@kernel
def occupation_row(code: int) -> int:
    """Row of an occupation code in tables of 41 rows."""
    return NO_OCCUPATION_ROW if code == _NONE else code


@kernel
def _leave(
    idx: Array,
    reasons: Array,
    new_states: Array,
    month: int,
    state: Array,
    since: Array,
    occupation: Array,
    contract: Array,
    status: Array,
    unit: Array,
    team: Array,
    sex: Array,
    birth_month: Array,
    distant: Array,
    aim: Array,
    group: Array,
    strata: Array,
    stocks: Array,
    filled: Array,
    flows: Array,
) -> int:
    fetched = 0
    for n in range(idx.size):
        if n % CHUNK == 0:
            fetched += fetch(idx, n, state) + fetch(idx, n, group)
        i = np.uint64(idx[n])
        row = occupation_row(occupation[i])
        age = month - birth_month[i]
        band = AGE_BAND_OF_MONTHS[age]
        new = new_states[min(n, new_states.size - 1)]
        flows[row, row, reasons[min(n, reasons.size - 1)]] += 1
        stocks[row, sex[i], band, state[i]] -= 1
        if new != LEFT:
            stocks[row, sex[i], band, new] += 1
        if team[i] >= 0:
            filled[team[i]] -= 1
            team[i] = -1
            unit[i] = -1
            contract[i] = NO_CONTRACT
            status[i] = NO_STATUS
        state[i] = new
        since[i] = month
        put_in_group(
            idx[n],
            group_of(new, NO_STATUS, NO_CONTRACT, age, distant[i], occupation[i], aim[i]),
            group,
            strata,
        )
    return fetched


@kernel
def _take(
    idx: Array,
    reasons: Array,
    teams: Array,
    contracts: Array,
    statuses: Array,
    month: int,
    state: Array,
    since: Array,
    hired: Array,
    occupation: Array,
    occupation_since: Array,
    sector: Array,
    contract: Array,
    status: Array,
    unit: Array,
    team: Array,
    sex: Array,
    birth_month: Array,
    distant: Array,
    aim: Array,
    group: Array,
    strata: Array,
    stocks: Array,
    filled: Array,
    team_unit: Array,
    team_occupation: Array,
    unit_sector: Array,
    flows: Array,
) -> int:
    fetched = 0
    for n in range(idx.size):
        if n % CHUNK == 0:
            fetched += fetch(idx, n, state) + fetch(idx, n, group)
            fetched += fetch(teams, n, filled) + fetch(teams, n, team_unit) + fetch(teams, n, team_occupation)
        i = np.uint64(idx[n])
        t = np.uint64(teams[n])
        old, new = occupation_row(occupation[i]), team_occupation[t]
        age = month - birth_month[i]
        band = AGE_BAND_OF_MONTHS[age]
        flows[old, new, reasons[n]] += 1
        stocks[old, sex[i], band, state[i]] -= 1
        stocks[new, sex[i], band, EMPLOYED] += 1
        if team[i] >= 0:
            filled[team[i]] -= 1
        if state[i] != EMPLOYED:
            since[i] = month
            occupation_since[i] = month
        elif occupation[i] != new:
            occupation_since[i] = month
        state[i] = EMPLOYED
        occupation[i] = new
        hired[i] = month
        team[i] = teams[n]
        unit[i] = team_unit[t]
        sector[i] = unit_sector[team_unit[t]]
        contract[i] = contracts[n]
        status[i] = statuses[n]
        filled[t] += 1
        put_in_group(
            idx[n], group_of(EMPLOYED, statuses[n], contracts[n], age, distant[i], new, aim[i]), group, strata
        )
    return fetched


@kernel
def _change_state(
    idx: Array,
    reason: int,
    new_state: int,
    month: int,
    state: Array,
    since: Array,
    occupation: Array,
    contract: Array,
    status: Array,
    sex: Array,
    birth_month: Array,
    distant: Array,
    aim: Array,
    group: Array,
    strata: Array,
    stocks: Array,
    flows: Array,
) -> None:
    for i in idx:
        row = occupation_row(occupation[i])
        age = month - birth_month[i]
        band = AGE_BAND_OF_MONTHS[age]
        flows[row, row, reason] += 1
        stocks[row, sex[i], band, state[i]] -= 1
        stocks[row, sex[i], band, new_state] += 1
        state[i] = new_state
        since[i] = month
        put_in_group(
            i,
            group_of(new_state, status[i], contract[i], age, distant[i], occupation[i], aim[i]),
            group,
            strata,
        )


@kernel
def _move_up_a_band(
    idx: Array, month: int, state: Array, occupation: Array, sex: Array, birth_month: Array, stocks: Array
) -> int:
    fetched = 0
    for n in range(idx.size):
        if n % CHUNK == 0:
            fetched += fetch(idx, n, state)
        i = idx[n]
        if state[i] != LEFT:
            row, age = occupation_row(occupation[i]), month - birth_month[i]
            stocks[row, sex[i], AGE_BAND_OF_MONTHS[age - 1], state[i]] -= 1
            stocks[row, sex[i], AGE_BAND_OF_MONTHS[age], state[i]] += 1
    return fetched


@kernel
def _add(
    first: int,
    count: int,
    month: int,
    state: Array,
    occupation: Array,
    sex: Array,
    birth_month: Array,
    stocks: Array,
) -> None:
    for i in range(first, first + count):
        band = AGE_BAND_OF_MONTHS[month - birth_month[i]]
        stocks[occupation_row(occupation[i]), sex[i], band, state[i]] += 1


@cache
def same(code: int) -> Array:
    """One reason or one state for everybody who moves: int64[1], for reading."""
    return np.array([code], np.int64)


def leave_post(world: World, idx: Array, reasons: Array, new_states: Array) -> None:
    """Move persons ``idx`` (rows) out of their post, or between states without a post.

    ``reasons`` and ``new_states`` hold a :class:`Reason` and a :class:`State` for each, or one for all
    (int64).
    """
    if idx.size == 0:
        return
    p = world.persons
    _leave(
        idx,
        reasons,
        new_states,
        world.month,
        p["state"],
        p["since"],
        p["occupation"],
        p["contract"],
        p["status"],
        p["unit"],
        p["team"],
        p["sex"],
        p["birth_month"],
        p["distant"],
        p["aim"],
        p["group"],
        world.strata,
        world.stocks,
        world.teams["filled"],
        world.record.flows_now,
    )


def take_post(
    world: World, idx: Array, reasons: Array, teams: Array, contracts: Array, statuses: Array
) -> None:
    """Give each person of ``idx`` a post in the team of the same position (all int64, same length)."""
    if idx.size == 0:
        return
    p, t = world.persons, world.teams
    _take(
        idx,
        reasons,
        teams,
        contracts,
        statuses,
        world.month,
        p["state"],
        p["since"],
        p["hired"],
        p["occupation"],
        p["occupation_since"],
        p["sector"],
        p["contract"],
        p["status"],
        p["unit"],
        p["team"],
        p["sex"],
        p["birth_month"],
        p["distant"],
        p["aim"],
        p["group"],
        world.strata,
        world.stocks,
        t["filled"],
        t["unit"],
        t["occupation"],
        world.units["sector"],
        world.record.flows_now,
    )


def change_state(world: World, idx: Array, reason: Reason, new_state: State) -> None:
    """Start or end a training: the post, if any, is kept; ``idx`` int64."""
    if idx.size == 0:
        return
    p = world.persons
    _change_state(
        idx,
        int(reason),
        int(new_state),
        world.month,
        p["state"],
        p["since"],
        p["occupation"],
        p["contract"],
        p["status"],
        p["sex"],
        p["birth_month"],
        p["distant"],
        p["aim"],
        p["group"],
        world.strata,
        world.stocks,
        world.record.flows_now,
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
    p = world.persons
    groups.regroup(
        idx,
        world.month,
        p["state"],
        p["status"],
        p["contract"],
        p["birth_month"],
        p["distant"],
        p["occupation"],
        p["aim"],
        p["group"],
        world.strata,
    )


def grow_older(world: World, idx: Array) -> None:
    """Persons ``idx`` (int64) enter a new age band this month."""
    p = world.persons
    _move_up_a_band(idx, world.month, p["state"], p["occupation"], p["sex"], p["birth_month"], world.stocks)
    regroup(world, idx)


def add_to_stocks(world: World, first: int, count: int) -> None:
    """Count the persons of the rows ``first`` to ``first + count`` who have just entered the world."""
    p = world.persons
    p["group"][first : first + count] = without_place(p["taste"][first : first + count])
    _add(first, count, world.month, p["state"], p["occupation"], p["sex"], p["birth_month"], world.stocks)
    regroup(world, np.arange(first, first + count))
