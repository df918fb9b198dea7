"""Establishments: sizes by class, activities, and who works where.

People of one sector, public or not, are sent to a class of size by the profile of their occupation,
sorted along the activities of the sector (a school, a hospital, a shop), then seated in units of drawn
order; so a unit holds the occupations of its activity and the rarer ones as they come.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from sim.population.columns import SECTORS, SIZE_CLASSES, Status
from sim.population.drawing import Use, by_quota, draws
from sim.population.rounding import quotas
from sim.population.stock import employed_table, labels, one_of_each, size_quotas
from sim.population.tables import occupations, rows

Integers = NDArray[np.int64]

SIZE_BOUNDS = ((1, 9), (10, 49), (50, 249), (250, 9000))
"""Least and greatest heads of a unit by class."""


@dataclass(frozen=True)
class Seats:
    """Where the employed sit: for each person the unit; for each unit its columns."""

    unit: Integers
    sector: Integers
    size_class: Integers
    size: Integers
    public: Integers
    own_account: Integers


@cache
def size_quantiles(size_class: int) -> Integers:
    """Sizes of units of a class at 0, 5, ... 100 % of its units, in heads."""
    table = rows("unit_size_quantiles")
    return np.array([int(r["size_heads"]) for r in table if r["size_class"] == SIZE_CLASSES[size_class]])


def unit_sizes(heads: int, size_class: int) -> Integers:
    """Sizes of the units of one class that employ ``heads`` in all (at least the class's least size)."""
    low, high = SIZE_BOUNDS[size_class]
    grid = size_quantiles(size_class)
    mean_20 = int((grid[1:] + grid[:-1]).sum()) // 2
    count = min(max(1, (heads * 20 + mean_20 // 2) // mean_20), heads // low)
    count = max(count, -(-heads // high))
    place = (2 * np.arange(count, dtype=np.int64) + 1) * 20 * 1000 // (2 * count)
    step, part = place // 1000, place % 1000
    sizes = grid[step] + (grid[np.minimum(step + 1, 20)] - grid[step]) * part // 1000
    return _adjusted(sizes, heads, low, high)


def _adjusted(sizes: Integers, heads: int, low: int, high: int) -> Integers:
    """Sizes moved towards the exact total, inside the bounds of the class."""
    sizes = np.clip(sizes, low, high)
    while (gap := heads - int(sizes.sum())) != 0:
        room = (high - sizes) if gap > 0 else (sizes - low)
        free = int(room.sum())
        move = np.minimum(room, room * min(abs(gap), free) // free)
        left = abs(gap) - int(move.sum())
        open_rows = np.flatnonzero(room > move)[:left]
        move[open_rows] += 1
        sizes = sizes + move if gap > 0 else sizes - move
    return sizes


def activity_shares() -> Integers:
    """Weights by sector, occupation and activity, shape (5, 40, activities).

    Occupations that the table does not list follow the heads of the others.
    """
    table = rows("activities")
    names = {sector: sorted({r["activity"] for r in table if r["sector"] == sector}) for sector in SECTORS}
    width = max(len(n) for n in names.values())
    cells, count = employed_table(), occupations().count
    heads = np.zeros((len(SECTORS), count), np.int64)
    np.add.at(heads, (cells.sector, cells.occupation), cells.heads)
    out = np.zeros((len(SECTORS), count, width), np.int64)
    for r in table:
        sector = SECTORS.index(r["sector"])
        column = names[r["sector"]].index(r["activity"])
        out[sector, occupations().index(r["occupation"]), column] = round(float(r["weight"]) * 1000)
    for sector in range(len(SECTORS)):
        hosts = (out[sector] * heads[sector][:, None] // np.maximum(out[sector].sum(axis=1), 1)[:, None]).sum(
            axis=0
        )
        listed = out[sector].sum(axis=1) > 0
        out[sector, ~listed] = hosts if hosts.sum() > 0 else np.eye(1, width, dtype=np.int64)[0]
    return out


def _size_classes(
    seed: int, ids: Integers, occupation: Integers, sector: Integers, public: Integers
) -> Integers:
    group = labels(sector, public, occupation)
    first = one_of_each(group)
    heads = np.bincount(group)
    keys = [(int(occupation[i]), int(sector[i]), int(public[i])) for i in first]
    found = size_quotas(dict(zip(keys, heads.tolist(), strict=True)))
    quota = np.stack([found[key] for key in keys])
    size_class = by_quota(group, draws(seed, Use.SIZE_CLASS, ids), quota).astype(np.int64)
    for kind in np.unique(sector * 2 + public).tolist():
        inside = sector * 2 + public == kind
        for upper in (3, 2, 1):
            crowd = inside & (size_class == upper)
            if 0 < int(crowd.sum()) < SIZE_BOUNDS[upper][0]:
                size_class[crowd] = upper - 1
    return size_class


def _activities(
    seed: int, ids: Integers, occupation: Integers, sector: Integers, stratum: Integers
) -> Integers:
    group = labels(stratum, occupation)
    first = one_of_each(group)
    weights = activity_shares()[sector[first], occupation[first]]
    return by_quota(group, draws(seed, Use.ACTIVITY, ids), quotas(np.bincount(group), weights)).astype(
        np.int64
    )


def seat(seed: int, ids: Integers, occupation: Integers, sector: Integers, status: Integers) -> Seats:
    """Give every employed person a unit; own-account workers share one pseudo-unit a trade and sector."""
    own = status == Status.SELF_EMPLOYED
    who = np.flatnonzero(~own)
    public = np.isin(status[who], (Status.PUBLIC, Status.CIVIL_SERVANT)).astype(np.int64)
    job, field = occupation[who], sector[who]
    size_class = _size_classes(seed, ids[who], job, field, public)
    stratum = labels(field, public, size_class)
    activity = _activities(seed, ids[who], job, field, stratum)
    order = np.argsort((((stratum << 8) + activity) << 32) + draws(seed, Use.SEAT, ids[who]), kind="stable")
    first = one_of_each(stratum)
    heads = np.bincount(stratum)
    blocks = [unit_sizes(int(n), int(size_class[i])) for n, i in zip(heads, first, strict=True)]
    block_of = np.repeat(np.arange(len(blocks)), [b.size for b in blocks])
    sizes = np.concatenate(blocks)
    shuffle = np.argsort((block_of << 32) + draws(seed, Use.UNIT_ORDER, np.arange(sizes.size)), kind="stable")
    sizes = sizes[shuffle]
    unit = np.empty(occupation.size, np.int64)
    unit[who[order]] = np.repeat(np.arange(sizes.size), sizes)
    trade = labels(sector[own], occupation[own])
    unit[own] = sizes.size + trade
    lone = np.flatnonzero(own)[one_of_each(trade)]
    nothing = np.zeros(lone.size, np.int64)
    return Seats(
        unit,
        np.append(field[first][block_of], sector[lone]),
        np.append(size_class[first][block_of], nothing),
        np.append(sizes, np.bincount(trade)),
        np.append(public[first][block_of], nothing),
        np.append(np.zeros(sizes.size, np.int64), nothing + 1),
    )
