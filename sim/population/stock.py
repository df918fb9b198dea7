"""How many people of each kind there are: the region's tables, scaled and rounded to whole heads."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from sim.errors import OutOfRange
from sim.population.columns import NONE, SECTORS, SIZE_CLASSES, Status
from sim.population.rounding import controlled_rounding, largest_remainder
from sim.population.tables import margins, occupations, rows

Integers = NDArray[np.int64]
MILLION = 1_000_000
AGE_BANDS_SYNTHESIS = ("15_24", "25_29", "30_34", "35_39", "40_44", "45_49", "50_54", "55_59", "60p")
AGE_GROUP_OF_BAND = np.array([0, 1, 1, 1, 1, 1, 2, 2, 2])
"""Group (15-24, 25-49, 50 and over) of each band."""
_STATUS = {
    "private": Status.PRIVATE,
    "public": Status.PUBLIC,
    "civil_servant": Status.CIVIL_SERVANT,
    "self_employed": Status.SELF_EMPLOYED,
}


def pcs_heads() -> Integers:
    """Employed heads by PCS in the region: printed shares brought to 100 %, largest remainders."""
    value = margins()
    tenths = np.array([round(value[f"pcs_share_{pcs}"] * 10) for pcs in range(1, 7)], np.int64)
    return largest_remainder(round(value["employed"]), tenths)


@dataclass(frozen=True)
class Cells:
    """Heads by kind of person; arrays of equal length, ``heads`` whole."""

    occupation: Integers
    sector: Integers
    sex: Integers
    status: Integers
    heads: Integers


def millionths(scale: float) -> int:
    """The scale in millionths; raises :class:`sim.errors.OutOfRange` outside (0, 1]."""
    parts = round(scale * MILLION) if scale == scale else 0
    if not 1 <= parts <= MILLION:
        raise OutOfRange("scale", scale, "> 0, ≤ 1")
    return parts


def labels(*keys: Integers) -> Integers:
    """One label, from 0, for each combination of keys that occurs, in lexicographic order.

    Keys are whole and not negative; the product of their ranges must stay small (a table is made).
    """
    code = np.zeros(keys[0].size, np.int64)
    size = 1
    for key in keys:
        width = int(key.max(initial=0)) + 1
        code, size = code * width + key, size * width
    present = np.zeros(size, np.bool_)
    present[code] = True
    rank = np.cumsum(present) - 1
    return rank[code].astype(np.int64)


def one_of_each(group: Integers) -> Integers:
    """The first row of each group, groups labelled from 0 without a gap."""
    first = np.empty(int(group.max(initial=-1)) + 1, np.int64)
    first[group[::-1]] = np.arange(group.size - 1, -1, -1)
    return first


@cache
def employed_table() -> Cells:
    """The employed of the whole region by occupation, sector, sex and status."""
    table = rows("population_cells")
    code = occupations().index
    return Cells(
        np.array([code(r["occupation"]) for r in table], np.int64),
        np.array([SECTORS.index(r["sector"]) for r in table], np.int64),
        np.array([int(r["sex"] == "F") for r in table], np.int64),
        np.array([_STATUS[r["status"]] for r in table], np.int64),
        np.array([int(r["heads"]) for r in table], np.int64),
    )


def employed(parts: int) -> Cells:
    """The employed at a scale in millionths: sector by status, women, PCS and digital women kept."""
    table = employed_table()
    if parts == MILLION:
        return table
    trades = occupations()
    pcs, digital = trades.pcs[table.occupation], trades.digital[table.occupation].astype(np.int64)
    own = (table.status == Status.SELF_EMPLOYED).astype(np.int64)
    public = np.isin(table.status, (Status.PUBLIC, Status.CIVIL_SERVANT)).astype(np.int64)
    heads = controlled_rounding(
        table.heads * parts,
        MILLION,
        [
            labels(table.sector, own, table.sex, public),
            labels(table.sector, own, table.sex),
            labels(table.sector, own),
            labels(own),
        ],
        [
            labels(pcs, digital, table.sex, table.occupation),
            labels(pcs, digital, table.sex),
            labels(pcs, table.sex),
            labels(pcs),
        ],
    )
    return Cells(table.occupation, table.sector, table.sex, table.status, heads)


def size_quotas(group_heads: dict[tuple[int, int, int], int]) -> dict[tuple[int, int, int], Integers]:
    """Heads by size of unit for each (occupation, sector, public); sizes by sector kept."""
    share = {
        (occupations().index(r["occupation"]), SECTORS.index(r["sector"]), int(r["public"])): [
            int(r[f"size_{c}"]) for c in SIZE_CLASSES
        ]
        for r in rows("occupation_unit_sizes")
    }
    keys = [key for key in sorted(group_heads) if group_heads[key] > 0]
    numerators = np.array([[group_heads[key] * s for s in share[key]] for key in keys], np.int64)
    size = np.tile(np.arange(4), len(keys))
    row, sector, public = (
        np.repeat(np.array(x, np.int64), 4)
        for x in (range(len(keys)), [k[1] for k in keys], [k[2] for k in keys])
    )
    whole = controlled_rounding(
        numerators.ravel(), MILLION, [row], [labels(sector, size, public), labels(sector, size)]
    )
    return dict(zip(keys, whole.reshape(-1, 4), strict=True))


@cache
def _profiles() -> dict[tuple[int, int], dict[str, str]]:
    return {
        (occupations().index(r["occupation"]), int(r["self_employed"])): r
        for r in rows("occupation_profiles")
    }


def profile(prefix: str, names: tuple[str, ...]) -> Integers:
    """Shares in millionths, shape (40, 2, names): occupation, self-employed or not, category."""
    found = _profiles()
    count = occupations().count
    out = np.zeros((count, 2, len(names)), np.int64)
    for occupation in range(count):
        for own in (0, 1):
            row = found.get((occupation, own)) or found[occupation, 1 - own]
            out[occupation, own] = [int(row[f"{prefix}_{name}"]) for name in names]
    return out


def age_quotas(heads: Integers) -> Integers:
    """Heads by band of age for (occupation, own account) cells, shape (40, 2, 9); ages by PCS kept.

    ``heads`` has shape (40, 2).
    """
    shares = profile("age", AGE_BANDS_SYNTHESIS)
    cells = heads.size * len(AGE_BANDS_SYNTHESIS)
    row = np.arange(cells) // len(AGE_BANDS_SYNTHESIS)
    group = AGE_GROUP_OF_BAND[np.arange(cells) % len(AGE_BANDS_SYNTHESIS)]
    pcs = occupations().pcs[row // 2]
    band = np.arange(cells) % len(AGE_BANDS_SYNTHESIS)
    exact = (heads[:, :, None] * shares).ravel()
    whole = controlled_rounding(exact, MILLION, [row], [labels(pcs, group, band), labels(pcs, group)])
    return whole.reshape(shares.shape)


def unemployed(parts: int) -> Cells:
    """The unemployed by last occupation (255: none), sex and band of age (in ``status``)."""
    table = rows("unemployed_cells")
    occupation = np.array(
        [NONE if r["occupation"] == "none" else occupations().index(r["occupation"]) for r in table], np.int64
    )
    sex = np.array([int(r["sex"] == "F") for r in table], np.int64)
    band = np.array([int(r["band"]) for r in table], np.int64)
    heads = np.array([int(r["heads"]) for r in table], np.int64)
    pcs = np.append(occupations().pcs, np.zeros(NONE + 1 - occupations().count, np.int64))[occupation]
    heads = controlled_rounding(
        heads * parts,
        MILLION,
        [labels(pcs, occupation, sex), labels(pcs, occupation), labels(pcs)],
        [
            labels(AGE_GROUP_OF_BAND[band], band),
            labels(AGE_GROUP_OF_BAND[band]),
            np.zeros(heads.size, np.int64),
        ],
    )
    return Cells(occupation, np.full(heads.size, NONE), sex, band, heads)


def inactive(parts: int) -> tuple[Integers, Integers, Integers]:
    """Years of age, sex and heads of the inactive."""
    table = rows("inactive_cells")
    age = np.array([int(r["age_years"]) for r in table], np.int64)
    sex = np.array([int(r["sex"] == "F") for r in table], np.int64)
    heads = np.array([int(r["heads"]) for r in table], np.int64)
    group = np.searchsorted(np.array([25, 50, 60]), age, side="right")
    whole = controlled_rounding(
        heads * parts, MILLION, [labels(group, age), labels(group), labels(group * 0)], [labels(sex)]
    )
    return age, sex, whole
