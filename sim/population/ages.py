"""Months of birth: bands of age by occupation, then single years, then months."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.population.drawing import Use, below, by_quota, draws
from sim.population.rounding import largest_remainder
from sim.population.stock import AGE_BANDS_SYNTHESIS, age_quotas
from sim.population.tables import occupations, rows

Integers = NDArray[np.int64]
_BANDS = len(AGE_BANDS_SYNTHESIS)


def employed_bands(seed: int, ids: Integers, occupation: Integers, own: Integers) -> Integers:
    """Band of age of each employed person; ages by PCS kept."""
    cell = occupation * 2 + own
    heads = np.bincount(cell, minlength=2 * occupations().count).reshape(-1, 2)
    quota = age_quotas(heads).reshape(-1, _BANDS)
    return by_quota(cell, draws(seed, Use.AGE_BAND, ids), quota).astype(np.int64)


def years_in_band(seed: int, ids: Integers, band: Integers) -> Integers:
    """Year of age, by the weight of each year inside the band."""
    years: list[list[int]] = [[] for _ in range(_BANDS)]
    weights: list[list[int]] = [[] for _ in range(_BANDS)]
    for row in rows("age_years"):
        place = AGE_BANDS_SYNTHESIS.index(row["band"])
        years[place].append(int(row["age_years"]))
        weights[place].append(int(row["weight"]))
    width = max(len(y) for y in years)
    quota, table = np.zeros((_BANDS, width), np.int64), np.zeros((_BANDS, width), np.int64)
    for place, heads in enumerate(np.bincount(band, minlength=_BANDS).tolist()):
        quota[place, : len(years[place])] = largest_remainder(heads, np.array(weights[place], np.int64))
        table[place, : len(years[place])] = years[place]
    column = by_quota(band, draws(seed, Use.AGE_YEAR, ids), quota)
    return table[band, column]


def birth_months(seed: int, ids: Integers, years: Integers) -> Integers:
    """Month of birth counted from January 2021 (negative), for an age in completed years at that date."""
    return -(years * 12 + below(draws(seed, Use.BIRTH_MONTH, ids), 12))
