"""Process 8, second half: the hired take their posts, on what terms, and what that brings to an end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sim.derived import Known, derived
from sim.kernels import Array, kernel
from sim.layout import CHUNK, fetch
from sim.moves import (
    CDD,
    CDI,
    CIVIL_SERVANT,
    INACTIVE,
    INTERIM,
    NO_CONTRACT,
    PRIVATE,
    PUBLIC,
    SELF_EMPLOYED,
    UNEMPLOYED,
    Reason,
    take_post,
)
from sim.streams import ONE, Decision, draw, threshold, thresholds

if TYPE_CHECKING:
    from sim.world import World

_FROM_UNEMPLOYMENT, _FROM_INACTIVITY = int(Reason.HIRE_FROM_UNEMPLOYMENT), int(Reason.HIRE_FROM_INACTIVITY)
_JOB_TO_JOB = int(Reason.JOB_TO_JOB)


@kernel
def _terms(
    idx: Array,
    teams: Array,
    state: Array,
    team_unit: Array,
    team_occupation: Array,
    own_account: Array,
    public: Array,
    pcs: Array,
    temporary: Array,
    interim: int,
    servant: int,
    contract_key: np.uint64,
    servant_key: np.uint64,
) -> tuple[Array, Array, Array, int]:
    """Reason, contract and status of each hire (int64).

    Drawn by PCS, employer, and whether a post is left for it; ``temporary`` [0 or 1 from a post, PCS],
    ``interim`` the share of agency work among temporary contracts, ``servant`` that of civil servants among
    permanent public hires.
    """
    reasons, contracts = np.empty(idx.size, np.int64), np.empty(idx.size, np.int64)
    statuses = np.empty(idx.size, np.int64)
    fetched = 0
    for n in range(idx.size):
        if n % CHUNK == 0:
            fetched += fetch(idx, n, state) + fetch(teams, n, team_unit)
        i, t = np.uint64(idx[n]), np.uint64(teams[n])
        u = np.uint64(team_unit[t])
        was = state[i]
        if was == UNEMPLOYED:
            reasons[n] = _FROM_UNEMPLOYMENT
        elif was == INACTIVE:
            reasons[n] = _FROM_INACTIVITY
        else:
            reasons[n] = _JOB_TO_JOB
        if own_account[u] == 1:
            contracts[n], statuses[n] = NO_CONTRACT, SELF_EMPLOYED
            continue
        bar = temporary[1 if reasons[n] == _JOB_TO_JOB else 0, pcs[team_occupation[t]] - 1]
        d = draw(contract_key, i)
        if public[u] == 0 and d < bar * interim // ONE:
            contracts[n] = INTERIM
        else:
            contracts[n] = CDD if d < bar else CDI
        if public[u] == 0:
            statuses[n] = PRIVATE
        elif contracts[n] == CDI and draw(servant_key, i) < servant:
            statuses[n] = CIVIL_SERVANT
        else:
            statuses[n] = PUBLIC
    return reasons, contracts, statuses, fetched


@dataclass(frozen=True, eq=False)
class Terms:
    """Fixed point: temporary contracts [without a post, from a post; PCS], agency work among them, civil
    servants among permanent public hires."""

    temporary: Array
    interim: int
    servant: int


def terms_of(known: Known) -> Terms:
    """What hires are offered under the rules in force."""
    rules = known.rules
    share = np.array([rules[f"matching.temporary_at_hire_pcs{n}_share"] for n in range(1, 7)])
    return Terms(
        thresholds(np.stack([share, share * rules["matching.temporary_job_to_job_ratio"]])),
        threshold(rules["matching.interim_of_temporary_share"]),
        threshold(rules["matching.civil_servant_of_public_hires_share"]),
    )


@kernel
def _who_moves(idx: Array, teams: Array, team: Array) -> tuple[Array, Array]:
    """The hired and their teams, without those who would only change desks."""
    who, where = np.empty(idx.size, np.int64), np.empty(idx.size, np.int64)
    n = 0
    for k in range(idx.size):
        who[n], where[n] = idx[k], teams[k]
        n += int(team[idx[k]] != teams[k])
    return who[:n], where[:n]


@kernel
def _arrive(
    idx: Array,
    teams: Array,
    state: Array,
    occupation: Array,
    team_occupation: Array,
    aim: Array,
    scheme: Array,
    resigned: int,
) -> tuple[int, int]:
    """Close what a hire brings to an end; returns how many change occupation.

    An aim that is reached, and the scheme of those who resigned for a project.
    """
    changes = fetched = 0
    for n in range(idx.size):
        if n % CHUNK == 0:
            fetched += fetch(idx, n, occupation) + fetch(idx, n, scheme)
        i, new = np.uint64(idx[n]), team_occupation[np.uint64(teams[n])]
        if occupation[i] != 255 and occupation[i] != new:
            changes += 1
        if aim[i] == new:
            aim[i] = 255
        if scheme[i] == resigned and (state[i] == UNEMPLOYED or state[i] == INACTIVE):
            scheme[i] = 255
    return changes, fetched


AT_ONCE = 4096
"""Hires made together: what belongs to them stays close to the processor from one step to the next."""


def hire(world: World, idx: Array, teams: Array) -> None:
    """The hired take their posts; who would only change desks stays where she is."""
    hired = [np.zeros(0, np.int64)]
    from_post = changes = 0
    for first in range(0, idx.size, AT_ONCE):
        some = slice(first, first + AT_ONCE)
        who, where = _who_moves(idx[some], teams[some], world.persons["team"])
        of_these = _hire_some(world, who, where)
        from_post, changes = from_post + of_these[0], changes + of_these[1]
        hired.append(who)
    world.memory["hired_rows"] = np.concatenate(hired)
    world.record.count("hires", world.memory["hired_rows"].size)
    world.record.count("hires_job_to_job", from_post)
    world.record.count("occupation_changes", changes)


def _hire_some(world: World, idx: Array, teams: Array) -> tuple[int, int]:
    """Hire; returns how many leave a post for it, and how many change occupation."""
    p, t, units, terms = world.persons, world.teams, world.units, derived(world, terms_of)
    reasons, contracts, statuses, _ = _terms(
        idx,
        teams,
        p["state"],
        t["unit"],
        t["occupation"],
        units["own_account"],
        units["public"],
        world.occupations.pcs,
        terms.temporary,
        terms.interim,
        terms.servant,
        world.key(Decision.CONTRACT),
        world.key(Decision.CIVIL_SERVANT),
    )
    changes, _ = _arrive(
        idx,
        teams,
        p["state"],
        p["occupation"],
        t["occupation"],
        p["aim"],
        p["scheme"],
        world.memory["resign_code"],
    )
    take_post(world, idx, reasons, teams, contracts, statuses)
    return int((reasons == _JOB_TO_JOB).sum()), changes
