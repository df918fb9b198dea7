"""The unemployed and the inactive of working age: who they are and since when."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.population.columns import NONE, SECTORS, Status
from sim.population.drawing import Use, below, by_quota, draws, early
from sim.population.rounding import largest_remainder, quotas
from sim.population.stock import Cells, employed_table, labels, one_of_each
from sim.population.tables import assumption, occupations, whole_assumption
from sim.streams import thresholds

Integers = NDArray[np.int64]

_LONG_FROM = 12
_AGES = ("15_24", "25_49", "50_plus")
_INACTIVE_AGES = ("15_24", "25_49", "50_59", "60_64")
_KINDS = ("employed", "unemployed_long", "unemployed_short", "inactive")


def spell_months(seed: int, ids: Integers, age_months: Integers) -> tuple[Integers, NDArray[np.bool_]]:
    """Months without a job and whether a year or more: short spells thin out, long ones more slowly."""
    group = np.searchsorted(np.array([25 * 12, 50 * 12]), age_months, side="right")
    quota_long = np.array([round(assumption(f"long_spell_share_{age}") * 1_000_000) for age in _AGES])
    weights = np.stack([1_000_000 - quota_long, quota_long], axis=1)
    counts = np.bincount(group, minlength=3)
    long = by_quota(group, draws(seed, Use.LONG_SPELL, ids), quotas(counts, weights)) == 1
    chance = draws(seed, Use.SPELL_MONTHS, ids)
    short_months = 1 + below(np.where(chance % 4 == 0, early(chance), chance), _LONG_FROM - 1)
    long_months = _LONG_FROM + below(
        early(chance), whole_assumption("long_spell_longest_months") - _LONG_FROM
    )
    return np.where(long, long_months, short_months), long


def last_sectors(seed: int, ids: Integers, occupation: Integers, sex: Integers) -> Integers:
    """Sector of the last job, as the private salaried of the occupation and sex; 255 without one."""
    table = employed_table()
    weights = np.zeros((NONE + 1, 2, len(SECTORS)), np.int64)
    np.add.at(
        weights,
        (table.occupation, table.sex, table.sector),
        np.where(table.status == Status.PRIVATE, table.heads * 20, table.heads),
    )
    out = np.full(occupation.size, NONE, np.int64)
    known = np.flatnonzero(occupation != NONE)
    cell = labels(occupation[known], sex[known])
    first = one_of_each(cell)
    rows = weights[occupation[known][first], sex[known][first]]
    rows = np.where(rows.sum(axis=1, keepdims=True) > 0, rows, 1)
    out[known] = by_quota(cell, draws(seed, Use.JOBLESS_SECTOR, ids[known]), quotas(np.bincount(cell), rows))
    return out


def last_occupations(seed: int, ids: Integers, years: Integers, sex: Integers, unemployed: Cells) -> Integers:
    """Last occupation of the inactive: none for most of the young, else as employed and unemployed."""
    count = occupations().count
    table = employed_table()
    weights = np.zeros((2, count + 1), np.int64)
    np.add.at(weights, (table.sex, table.occupation), table.heads)
    known = unemployed.occupation != NONE
    np.add.at(
        weights,
        (unemployed.sex[known], unemployed.occupation[known]),
        unemployed.heads[known] * whole_assumption("unemployed_weight_in_inactivity"),
    )
    group = np.searchsorted(np.array([25, 50, 60]), years, side="right")
    cell = group * 2 + sex
    heads = np.bincount(cell, minlength=8)
    rows = np.zeros((8, count + 1), np.int64)
    for row in range(8):
        never = round(assumption(f"never_worked_share_{_INACTIVE_AGES[row // 2]}") * heads[row])
        ever = int(heads[row]) - never
        rows[row, :count] = largest_remainder(ever, weights[row % 2, :count])
        rows[row, count] = never
    found = by_quota(cell, draws(seed, Use.LAST_OCCUPATION, ids), rows).astype(np.int64)
    return np.where(found == count, NONE, found)


def inactive_months(seed: int, ids: Integers, years: Integers, occupation: Integers) -> Integers:
    """Months of inactivity: since 15 for those who never worked, else up to ten years."""
    since_school = np.maximum((years - 15) * 12, 1)
    chance = draws(seed, Use.SPELL_MONTHS, ids)
    longest = np.minimum(whole_assumption("inactive_longest_months"), np.maximum((years - 18) * 12, 2))
    return np.where(occupation == NONE, np.minimum(since_school, 240), 1 + below(early(chance), longest))


def distant_thresholds(
    employed: NDArray[np.bool_], seeking: NDArray[np.bool_], long: NDArray[np.bool_]
) -> Integers:
    """Threshold of the trait "far from employment" for each person."""
    kinds = thresholds(np.array([assumption(f"distant_share_{kind}") for kind in _KINDS]))
    kind = np.where(employed, 0, np.where(seeking, np.where(long, 1, 2), 3))
    return np.take(kinds, kind)
