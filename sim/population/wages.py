"""Gross monthly wages: occupation by sex, experience, tenure and talent, floored at the SMIC.

``ln w = reference + experience + tenure + talent`` in thousandths of a log point; the mean of each
occupation and sex is then moved to the reference, so that the table of wages is met by the employed.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.population.columns import NONE, Sex
from sim.population.drawing import exponentials
from sim.population.tables import assumption, occupations, whole_assumption

Integers = NDArray[np.int64]

_LIMIT = 2000
_LEVELS = ("no_diploma", "cap", "bac", "bac2", "bac3")


def smic_eur_cents() -> int:
    """Gross monthly minimum wage, full time."""
    return whole_assumption("smic_gross_eur_cents")


def log_points(
    occupation: Integers, age_months: Integers, education: Integers, tenure: Integers, talent: Integers
) -> Integers:
    """Thousandths of a log point above the reference of the occupation."""
    pcs = np.append(occupations().pcs, np.zeros(NONE + 1 - occupations().count, np.int64))[occupation]
    leaving = np.array([whole_assumption(f"working_from_{level}_years") for level in _LEVELS])
    slope = np.array([0, *(whole_assumption(f"wage_slope_pcs_{pcs}_percent") for pcs in range(1, 7))])[pcs]
    years = np.clip(age_months // 12 - leaving[education], 0, 45)
    gain = whole_assumption("experience_gain_thousandths")
    bend = whole_assumption("experience_bend_hundred_thousandths")
    seniority = whole_assumption("tenure_gain_thousandths") * np.minimum(tenure // 12, 30)
    above: Integers = (slope * (gain * years - bend * years * years // 100 + seniority)) // 100 + talent
    return above


def reference_wages() -> Integers:
    """Gross reference in cents by occupation and sex (80), then of those who never worked."""
    trades = occupations()
    net = np.where(
        (np.arange(2 * trades.count) % 2) == int(Sex.WOMAN),
        np.repeat(trades.net_wage_women_eur, 2),
        np.repeat(trades.net_wage_men_eur, 2),
    ).astype(np.int64)
    percent = round(assumption("net_to_gross_share") * 100)
    first_job = round(smic_eur_cents() * assumption("first_job_wage_over_smic_share"))
    return np.append(net * 10_000 // percent, first_job)


def wages(occupation: Integers, sex: Integers, points: Integers, employed: NDArray[np.bool_]) -> Integers:
    """Gross wage in cents; the employed of each occupation and sex average the reference."""
    reference, smic = reference_wages(), smic_eur_cents()
    cell = np.where(occupation == NONE, reference.size - 1, occupation * 2 + sex)
    factor = exponentials(_LIMIT)[np.clip(points, -_LIMIT, _LIMIT) + _LIMIT]
    heads = np.maximum(np.bincount(cell[employed], minlength=reference.size), 1)
    level = reference.copy()
    out = np.empty(0, np.int64)
    for _ in range(8):
        out = np.maximum(level[cell] * factor >> 20, smic)
        total = np.bincount(cell[employed], weights=out[employed], minlength=reference.size).astype(np.int64)
        mean = np.maximum(total // heads, 1)
        excess = np.maximum(mean - smic, 1)
        wanted = np.maximum(reference - smic, 1)
        near_floor = wanted * 4 < reference
        by_mean = level * reference // mean
        by_excess = level + (level * (wanted - excess) // reference)
        level = np.where(near_floor, by_excess, by_mean)
        level[-1] = reference[-1]
    return out
