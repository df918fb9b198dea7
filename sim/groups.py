"""Groups of persons who share their monthly hazards, and the strata that sieved draws pass over.

Most persons meet no event in most months.  A byte says which hazards are a person's (her *group*); one bit in
one of thirteen words says where she is found (her *stratum*), and :func:`sim.streams.below` passes over 64
persons at a time and looks at few.  Both follow from the other columns: :mod:`sim.moves` writes them with
what they follow from, :func:`regroup_all` makes them anew.

    0-23   employed: kind of post (6) and age group (4)
    24-39  unemployed: age group, far from employment or not, with or without a past occupation
    40-47  inactive: age group, with or without a past occupation
    48     in training        49 left        50     has resigned and prepares her business
    + 64   restless: her taste for moving is far above the mean, for life
    + 128  aims at a trade since a certificate
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.kernels import Array, kernel
from sim.layout import CHUNK, Line, fetch
from sim.population.columns import NONE, Contract, State, Status

if TYPE_CHECKING:
    from sim.world import World

KINDS = ("cdi", "cdd", "interim", "public_contract", "civil_servant", "self_employed")
AGE_GROUPS = ("15_24", "25_49", "50_59", "60_plus")
AGE_GROUP_STARTS_YEARS = (25, 50, 60)

UNEMPLOYED_GROUPS, INACTIVE_GROUPS = 24, 40
TRAINING_GROUP, LEFT_GROUP, PREPARING_GROUP = 48, 49, 50
BASIC_GROUPS, RESTLESS, AIMING = 64, 64, 128
GROUPS = 256
RESTLESS_FROM = 24
"""Taste, in thirty-seconds of a standard deviation, from which one counts as restless: a quarter of all."""
PRIVATE_GROUPS = 12
"""The groups below this one hold everybody employed by the private sector, and public temporary contracts."""

STRATA = 13
"""Settled below 50, settled from 50 to 59, settled and young, unemployed and near employment, inactive,
aiming at a trade, in training, settled from 60 on, temporary, unemployed and far from employment, restless
between 25 and 59, temporary and restless, preparing a business."""
UNEMPLOYED_STRATUM, INACTIVE_STRATUM, AIMING_STRATUM, TRAINING_STRATUM = 3, 4, 5, 6
TEMPORARY_STRATUM, DISTANT_STRATUM, PREPARING_STRATUM = 8, 9, 12
ENTITLED, FOUNDERS = STRATA, STRATA + 1
"""Two more rows of the words: who may hold a right to ARE, struck off when it is seen to have ended, and who
founded a business with such a right, struck off when nothing more is paid meanwhile."""
NO_STRATUM = 255
BLOCK = 64

_EMPLOYED, _UNEMPLOYED, _TRAINING, _INACTIVE, _LEFT = (int(state) for state in State)
_NONE = int(NONE)


def _age_groups() -> Array:
    years = np.arange(12 * 110) // 12
    return np.searchsorted(AGE_GROUP_STARTS_YEARS, years, side="right").astype(np.uint8)


AGE_GROUP_OF_MONTHS = _age_groups()
"""Age group by age in months, uint8[1320]."""


def _post_kinds() -> Array:
    kinds = np.zeros((len(Status), len(Contract)), np.uint8)
    kinds[Status.PRIVATE] = kinds[Status.PUBLIC] = [0, 1, 2, 0]
    kinds[Status.PUBLIC, Contract.CDI] = 3
    kinds[Status.CIVIL_SERVANT] = 4
    kinds[Status.SELF_EMPLOYED] = 5
    return kinds


POST_KINDS = _post_kinds()
"""Kind of post by [status, contract], uint8[5, 4]."""


def _strata() -> Array:
    plain = np.full(BASIC_GROUPS, NO_STRATUM, np.uint8)
    restless = plain.copy()
    for kind, name in enumerate(KINDS):
        temporary = name in ("cdd", "interim")
        plain[4 * kind : 4 * kind + 4] = TEMPORARY_STRATUM if temporary else (2, 0, 1, 7)
        restless[4 * kind : 4 * kind + 4] = 11 if temporary else (2, 10, 10, 7)
    aiming = plain.copy()
    aiming[:TRAINING_GROUP] = AIMING_STRATUM
    for strata in (plain, restless):
        strata[UNEMPLOYED_GROUPS:INACTIVE_GROUPS] = 4 * (2 * [UNEMPLOYED_STRATUM] + 2 * [DISTANT_STRATUM])
        strata[INACTIVE_GROUPS:TRAINING_GROUP] = INACTIVE_STRATUM
    for strata in (plain, restless, aiming):
        strata[TRAINING_GROUP], strata[PREPARING_GROUP] = TRAINING_STRATUM, PREPARING_STRATUM
    return np.concatenate([plain, restless, aiming, aiming])


STRATUM_OF_GROUP = _strata()
"""Stratum by group, uint8[256]; 255: in none, no draw concerns them."""


UNEMPLOYED = np.isin(np.arange(GROUPS) % BASIC_GROUPS, np.arange(UNEMPLOYED_GROUPS, INACTIVE_GROUPS))
"""Whether the members of a group are unemployed, bool [group]."""


def at_work_in(allowed: Array) -> Array:
    """Whether the members of a group hold a post ``allowed`` uint8 [status, contract]; bool [group]."""
    basic = np.arange(GROUPS) % BASIC_GROUPS
    return np.isin(basic // len(AGE_GROUPS), POST_KINDS[allowed == 1]) & (basic < UNEMPLOYED_GROUPS)


@kernel
def group_of(person: Line, month: int) -> int:
    """Group of a person at her age of ``month``, but for her taste."""
    age = AGE_GROUP_OF_MONTHS[month - person.birth_month]
    first = 1 if person.occupation == _NONE else 0
    state = person.state
    if state == _EMPLOYED:
        group = 4 * POST_KINDS[person.status, person.contract] + age
    elif state == _UNEMPLOYED and person.ends >= month:
        group = PREPARING_GROUP  # Neither searches nor gives up meanwhile.
    elif state == _UNEMPLOYED:
        group = UNEMPLOYED_GROUPS + 4 * age + 2 * person.distant + first
    elif state == _INACTIVE:
        group = INACTIVE_GROUPS + 2 * age + first
    elif state == _TRAINING:
        group = TRAINING_GROUP
    else:
        return LEFT_GROUP
    return int(group if person.aim == _NONE else group + AIMING)


@kernel
def mark(row: int, i: int, strata: Array) -> None:
    """Set the bit of person ``i`` in a row of the words, ``ENTITLED`` or ``FOUNDERS``."""
    strata[row, i // BLOCK] |= np.uint64(1) << np.uint64(i % BLOCK)


@kernel
def strike_off(row: int, i: int, strata: Array) -> None:
    """Clear it."""
    strata[row, i // BLOCK] &= ~(np.uint64(1) << np.uint64(i % BLOCK))


@kernel
def without_place(taste: int) -> int:
    """Group of somebody who has not been put in one: only what her taste says of her."""
    return LEFT_GROUP + RESTLESS if taste >= RESTLESS_FROM else LEFT_GROUP


@kernel
def spread(basic: Array) -> Array:
    """Values by basic group, [64] or more, for all groups [256]: with and without each flag."""
    out = np.empty(GROUPS, np.int64)
    for g in range(GROUPS):
        out[g] = basic[g % BASIC_GROUPS]
    return out


@kernel
def put_in_group(i: int, person: Line, month: int, group: Array, strata: Array) -> None:
    """Write the group of row ``i``, restless or not as before, and move her bit to that group's stratum."""
    new = group_of(person, month) | (group[i] & RESTLESS)
    before, after = STRATUM_OF_GROUP[group[i]], STRATUM_OF_GROUP[new]
    group[i] = new
    if before != after:
        bit = np.uint64(1) << np.uint64(i % BLOCK)
        if before != NO_STRATUM:
            strata[before, i // BLOCK] &= ~bit
        if after != NO_STRATUM:
            strata[after, i // BLOCK] |= bit


@kernel
def regroup(idx: Array, month: int, lines: Array, group: Array, strata: Array) -> int:
    """Put each row of ``idx`` that has not left where her columns say; the group says if she is restless."""
    fetched = 0
    for n in range(idx.size):
        if n % CHUNK == 0:
            fetched += fetch(idx, n, lines["state"]) + fetch(idx, n, group)
        person = lines[np.uint64(idx[n])]
        if person.state != _LEFT:
            put_in_group(idx[n], person, month, group, strata)
    return fetched


@kernel
def _place_all(
    rows: int,
    month: int,
    lines: Array,
    taste: Array,
    are_days: Array,
    are_paid: Array,
    group: Array,
    strata: Array,
) -> None:
    for i in range(group.size):
        group[i] = without_place(taste[i])
    for i in range(rows):
        if lines[i].state != _LEFT:
            put_in_group(i, lines[i], month, group, strata)
        if are_paid[i] < are_days[i]:
            mark(ENTITLED, i, strata)
        if lines[i].founder_days != 0:
            mark(FOUNDERS, i, strata)


def regroup_all(world: World) -> None:
    """Write everybody's group and stratum as of the end of the month before ``world.month``."""
    p, capacity = world.persons, world.persons["taste"].size
    p["group"], world.strata = np.empty(capacity, np.uint8), empty_strata(capacity)
    _place_all(
        world.rows,
        world.month - 1,
        world.lines,
        p["taste"],
        p["are_days"],
        p["are_paid"],
        p["group"],
        world.strata,
    )


def empty_strata(capacity: int) -> Array:
    """Words for ``capacity`` rows, nobody in any: uint64 [stratum, ENTITLED or FOUNDERS; block]."""
    return np.zeros((STRATA + 2, capacity // BLOCK + 1), np.uint64)
