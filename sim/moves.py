"""The one place where a person changes state or post.

Processes select who moves and why; the functions here write the columns, keep the teams' filled
posts, and count the flow.  So heads, posts and flows cannot disagree.
"""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING

import numpy as np

from sim.kernels import Array, kernel
from sim.population.columns import NONE, Contract, State, Status

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
    new_state: int,
    month: int,
    state: Array,
    since: Array,
    occupation: Array,
    contract: Array,
    status: Array,
    unit: Array,
    team: Array,
    filled: Array,
    flows: Array,
) -> None:
    for n in range(idx.size):
        i = idx[n]
        row = occupation_row(occupation[i])
        flows[row, row, reasons[n]] += 1
        if team[i] >= 0:
            filled[team[i]] -= 1
            team[i] = -1
            unit[i] = -1
            contract[i] = NO_CONTRACT
            status[i] = NO_STATUS
        state[i] = new_state
        since[i] = month


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
    filled: Array,
    team_unit: Array,
    team_occupation: Array,
    unit_sector: Array,
    flows: Array,
) -> None:
    for n in range(idx.size):
        i = idx[n]
        t = teams[n]
        new = team_occupation[t]
        flows[occupation_row(occupation[i]), new, reasons[n]] += 1
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
        team[i] = t
        unit[i] = team_unit[t]
        sector[i] = unit_sector[team_unit[t]]
        contract[i] = contracts[n]
        status[i] = statuses[n]
        filled[t] += 1


def leave_post(world: World, idx: Array, reasons: Array, new_state: State) -> None:
    """Move persons ``idx`` (rows, int64) out of their post, or between states without a post.

    ``reasons`` is int64 of the same length, values of :class:`Reason`.
    """
    p = world.persons
    _leave(
        idx,
        reasons,
        int(new_state),
        world.month,
        p["state"],
        p["since"],
        p["occupation"],
        p["contract"],
        p["status"],
        p["unit"],
        p["team"],
        world.teams["filled"],
        world.record.flows_now,
    )


def take_post(
    world: World, idx: Array, reasons: Array, teams: Array, contracts: Array, statuses: Array
) -> None:
    """Give each person of ``idx`` a post in the team of the same position (all int64, same length)."""
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
        t["filled"],
        t["unit"],
        t["occupation"],
        world.units["sector"],
        world.record.flows_now,
    )


def change_state(world: World, idx: Array, reason: Reason, new_state: State) -> None:
    """Start or end a training: the post, if any, is kept."""
    p = world.persons
    rows = np.where(p["occupation"][idx] == NONE, NO_OCCUPATION_ROW, p["occupation"][idx])
    counts = np.bincount(rows, minlength=NO_OCCUPATION_ROW + 1)
    world.record.flows_now[..., int(reason)] += np.diag(counts)
    p["state"][idx] = int(new_state)
    p["since"][idx] = world.month
