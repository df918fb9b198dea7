"""Gross monthly wages: occupation by sex, experience, tenure and talent, floored at the SMIC.

``ln w = reference + experience + tenure + talent`` in thousandths of a log point; the mean of each
occupation and sex is then moved to the reference, so that the table of wages is met by the employed.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.population.columns import NONE, Sex
from sim.population.drawing import exponentials
from sim.population.tables import occupations

Integers = NDArray[np.int64]

SMIC_EUR_CENTS = 176_692
"""Gross monthly minimum wage, full time, 1 January 2024."""
NET_TO_GROSS_PERCENT = 78
"""Net over gross wage (assumed, 77 to 79 for private salaried workers)."""
TALENT_DEVIATION = 250
TALENT_LIMIT = 750
_LIMIT = 2000
_SLOPE_PERCENT = np.array([0, 60, 60, 120, 90, 60, 60])
"""Strength of experience and tenure by PCS, in percent (assumed)."""
_LEAVING_AGE_YEARS = np.array([18, 18, 19, 21, 23])
"""Age at which working life begins, by level of education (assumed)."""
_FIRST_JOB_WAGE = SMIC_EUR_CENTS * 105 // 100


def log_points(
    occupation: Integers, age_months: Integers, education: Integers, tenure: Integers, talent: Integers
) -> Integers:
    """Thousandths of a log point above the reference of the occupation."""
    pcs = np.append(occupations().pcs, np.zeros(NONE + 1 - occupations().count, np.int64))[occupation]
    years = np.clip(age_months // 12 - _LEAVING_AGE_YEARS[education], 0, 45)
    seniority = np.minimum(tenure // 12, 30)
    slope = _SLOPE_PERCENT[pcs]
    above: Integers = (slope * (22 * years - 35 * years * years // 100 + 5 * seniority)) // 100 + talent
    return above


def wages(occupation: Integers, sex: Integers, points: Integers, employed: NDArray[np.bool_]) -> Integers:
    """Gross wage in cents; the employed of each occupation and sex average the reference."""
    trades = occupations()
    net = np.where(
        (np.arange(2 * trades.count) % 2) == int(Sex.WOMAN),
        np.repeat(trades.net_wage_women_eur, 2),
        np.repeat(trades.net_wage_men_eur, 2),
    ).astype(np.int64)
    reference = np.append(net * 10_000 // NET_TO_GROSS_PERCENT, _FIRST_JOB_WAGE)
    cell = np.where(occupation == NONE, reference.size - 1, occupation * 2 + sex)
    factor = exponentials(_LIMIT)[np.clip(points, -_LIMIT, _LIMIT) + _LIMIT]
    heads = np.maximum(np.bincount(cell[employed], minlength=reference.size), 1)
    level = reference.copy()
    out = np.empty(0, np.int64)
    for _ in range(8):
        out = np.maximum(level[cell] * factor >> 20, SMIC_EUR_CENTS)
        total = np.bincount(cell[employed], weights=out[employed], minlength=reference.size).astype(np.int64)
        mean = np.maximum(total // heads, 1)
        excess = np.maximum(mean - SMIC_EUR_CENTS, 1)
        wanted = np.maximum(reference - SMIC_EUR_CENTS, 1)
        near_floor = wanted * 4 < reference
        by_mean = level * reference // mean
        by_excess = level + (level * (wanted - excess) // reference)
        level = np.where(near_floor, by_excess, by_mean)
        level[-1] = reference[-1]
    return out
