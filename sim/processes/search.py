"""How often people send a suitable application, and where: pure formulas of process 8."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from sim.groups import AGE_GROUPS, KINDS
from sim.kernels import Array, kernel
from sim.population.columns import Education
from sim.streams import thresholds

if TYPE_CHECKING:
    from sim.derived import Known
    from sim.world import Rules

SENIORS = ("50_59", "60_plus")
"""Age groups whose return to work employers hold back."""
TASTE_STEPS = 193
"""Taste runs from -96 to 96 thirty-seconds of a standard deviation."""


def search_thresholds(rules: Rules) -> tuple[Array, Array, Array, Array]:
    """Chance of one suitable application a month, fixed point.

    From employment [kind, age, taste], unemployment [age, distant, first job], inactivity [age, first job],
    and after a certificate [state].  Taste multiplies search outside schemes by exp(rho * zeta), scaled
    so that its mean stays one.
    """
    rho = rules["applications.taste_weight"]
    taste = np.array([math.exp(rho * (n - 96) / 32 - rho * rho / 2) for n in range(TASTE_STEPS)])
    kinds = np.array([rules[f"matching.employed_{kind}_ratio"] for kind in KINDS])
    ages = np.array([rules[f"matching.employed_{group}_ratio"] for group in AGE_GROUPS])
    employed = rules["matching.employed_suitable_rate"] * kinds[:, None, None] * ages[None, :, None] * taste
    # From 50 on: at a weight of one the return to work observed, at none that of the others.
    bias = rules["margins.senior_hiring_weight"]
    by_age = np.array(
        [
            rules[f"matching.jobless_{group}_ratio"] ** (bias if group in SENIORS else 1.0)
            for group in AGE_GROUPS
        ]
    )
    distant = np.array([1.0, rules["matching.distant_ratio"]])
    first = np.array([1.0, rules["matching.first_job_ratio"]])
    unemployed = rules["matching.unemployed_suitable_rate"] * (
        by_age[:, None, None] * distant[None, :, None] * first[None, None, :]
    )
    inactive = rules["matching.inactive_suitable_rate"] * np.outer(
        np.array([rules[f"matching.inactive_{group}_ratio"] for group in AGE_GROUPS]),
        [1.0, rules["matching.inactive_first_job_ratio"]],
    )
    certified = np.zeros(5)
    certified[0] = rules["matching.certified_employed_rate"]
    certified[1] = rules["matching.certified_unemployed_rate"]
    certified[3] = 0.0
    return tuple(thresholds(np.minimum(a, 1.0)) for a in (employed, unemployed, inactive, certified))  # type: ignore[return-value]


def distances(rules: Rules, pcs: Array, sector_shares: Array, wages: Array) -> Array:
    """Distance between occupations, [origin, destination] (assumed: no table of transitions by trade exists).

    PCS steps on the ladder 3-4-5-6 (one step to or from PCS 1 and 2), share of sectors not in common, and
    the absolute log gap of wages.
    """
    step = np.abs(pcs[:, None] - pcs[None, :]).astype(float)
    own = pcs <= 2
    step = np.where(own[:, None] | own[None, :], (pcs[:, None] != pcs[None, :]).astype(float), step)
    overlap = np.minimum(sector_shares[:, None, :], sector_shares[None, :, :]).sum(axis=2)
    gap = np.abs(np.log(wages[None, :] / wages[:, None]))
    result: Array = (
        rules["matching.distance_pcs_step"] * step
        + rules["matching.distance_sector"] * (1.0 - overlap)
        + rules["matching.distance_wage"] * gap
    )
    np.fill_diagonal(result, 0.0)
    return result


def attraction(known: Known) -> Array:
    """Weight of one open post of j for a searcher of i, [41, sex, education, 40], before openings.

    K_ij exp(-theta d_ij + b ln(w_j / w_i)) times how usual her sex and her level are in trade j: those who
    hire and apply as in 2021 keep the composition of trades (assumed, with its strength a parameter).
    """
    rules, occ = known.rules, known.occupations
    theta, pull = rules["matching.distance_weight"], rules["matching.wage_weight"]
    d = distances(rules, occ.pcs, occ.sector_shares, occ.net_wage_eur)
    log_gap = np.log(occ.net_wage_eur[None, :] / occ.net_wage_eur[:, None])
    kernel = np.exp(-theta * d + pull * log_gap)
    door = np.where(
        occ.regulated == 1, 0.0, np.where(occ.titled == 1, rules["matching.without_title_share"], 1.0)
    )
    kernel *= np.where(
        np.eye(occ.count, dtype=bool), 1.0, rules["matching.other_trade_share"] * door[None, :]
    )
    kernel = np.vstack([kernel, door[None, :]])  # without a trade, no trade is far
    women = occ.women_share
    own_sex = (
        np.stack([(1.0 - women) / (1.0 - women.mean()), women / women.mean()]) ** rules["matching.sex_weight"]
    )
    level = occ.education_shares / occ.education_shares.mean(axis=0)
    level = np.maximum(level.T, 0.02) ** rules["matching.education_weight"]
    shape = kernel[:, None, None, :] * own_sex[None, :, None, :] * level[None, None, :, :]
    assert shape.shape == (occ.count + 1, 2, len(Education), occ.count)
    return np.asarray(shape)


def fixed_attraction(known: Known) -> Array:
    """:func:`attraction` in whole numbers, 12 bits after the point, int64."""
    return np.rint(np.round(attraction(known), 8) * (1 << 12)).astype(np.int64)


@kernel
def cumulated_weights(attraction: Array, vacancies: Array) -> Array:
    """Whole weights v_j * attraction, added up over destinations: int64 [41, sex, education, 40]."""
    out = np.empty(attraction.shape, np.int64)
    rows, sums = attraction.reshape(-1, vacancies.size), out.reshape(-1, vacancies.size)
    for row in range(rows.shape[0]):
        total = np.int64(0)
        for j in range(vacancies.size):
            total += rows[row, j] * vacancies[j]
            sums[row, j] = total
    return out
