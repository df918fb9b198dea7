"""Identities of persons and posts, part of :func:`sim.checks.check_world`: one pass over the rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.check_faults import PostMismatch, ValueOutOfRange, agree, refuse, where
from sim.kernels import Array, kernel
from sim.moves import (
    CIVIL_SERVANT,
    EMPLOYED,
    NO_CONTRACT,
    NO_STATUS,
    PUBLIC,
    SELF_EMPLOYED,
    TRAINING,
)
from sim.schemes.files import Outcome, Stage

if TYPE_CHECKING:
    from sim.world import World

_IDENTITIES = (
    "everyone employed has a post",
    "nobody else has one but trainees",
    "no unit, contract or status without a post",
    "the unit is that of the team",
    "so is the occupation",
    "so is the sector",
    "the self-employed, and they alone, are on their own account",
    "public status means a public employer",
)


@kernel
def _faults_of_posts(
    rows: int,
    state: Array,
    team: Array,
    unit: Array,
    occupation: Array,
    sector: Array,
    status: Array,
    contract: Array,
    team_unit: Array,
    team_occupation: Array,
    unit_sector: Array,
    own_account: Array,
    public: Array,
    heads: Array,
) -> tuple[Array, Array]:
    """Number of faulty rows and the first one by identity (int64[8] both); counts ``heads`` by team."""
    wrong, first = np.zeros(8, np.int64), np.full(8, -1, np.int64)
    fault = np.zeros(8, np.bool_)
    for i in range(rows):
        t, s = team[i], status[i]
        if t < 0:
            fault[0] = state[i] == EMPLOYED
            fault[2] = unit[i] != -1 or contract[i] != NO_CONTRACT or s != NO_STATUS
            sound = not (fault[0] or fault[2])
        elif t >= team_unit.size:
            fault[0], sound = True, False
        else:
            u = team_unit[t]
            heads[t] += 1
            fault[1] = state[i] != EMPLOYED and state[i] != TRAINING
            fault[3] = unit[i] != u
            fault[4] = occupation[i] != team_occupation[t]
            fault[5] = sector[i] != unit_sector[u]
            fault[6] = (s == SELF_EMPLOYED) != (own_account[u] == 1)
            fault[7] = (s in (PUBLIC, CIVIL_SERVANT)) != (public[u] == 1)
            sound = not (fault[1] or fault[3] or fault[4] or fault[5] or fault[6] or fault[7])
        if sound:
            continue
        for k in range(8):
            if fault[k]:
                first[k] = i if wrong[k] == 0 else first[k]
                wrong[k] += 1
        fault[:] = False
    return wrong, first


def check_posts(world: World) -> None:
    """Each post filled is held by one person, who is what the post says."""
    p, teams, units = world.persons, world.teams, world.units
    heads = np.zeros(teams["unit"].size, np.int64)
    wrong, first = _faults_of_posts(
        world.rows,
        p["state"],
        p["team"],
        p["unit"],
        p["occupation"],
        p["sector"],
        p["status"],
        p["contract"],
        teams["unit"],
        teams["occupation"],
        units["sector"],
        units["own_account"],
        units["public"],
        heads,
    )
    for identity, count, row in zip(_IDENTITIES, wrong, first, strict=True):
        if count:
            raise PostMismatch(where(world, int(row)), int(count), identity)
    agree(world, PostMismatch, teams["filled"], heads, "filled posts are the heads of the team")
    refuse(world, ValueOutOfRange, teams["posts"] < 0, "posts are not negative")


def check_covered(world: World) -> None:
    """Covered absences of each team are the trainees on leave whose post is refilled."""
    files, p = world.files, world.persons
    away = files["person"][
        (files["outcome"] == Outcome.FUNDED) & (files["stage"] == Stage.IN_TRAINING) & (files["cover"] == 1)
    ]
    teams = p["team"][away]
    refuse(world, PostMismatch, teams < 0, "a post that is covered is kept")
    due = np.bincount(teams, minlength=world.teams["unit"].size)
    agree(world, PostMismatch, world.teams["covered"], due, "covered absences are trainees on leave")
