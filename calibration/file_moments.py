"""Moments of the files: how many, towards what, at what cost, and what became of them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from calibration.targets import load_targets
from sim.calendar import FIRST_YEAR, MONTHS_PER_YEAR
from sim.kernels import Array
from sim.schemes.files import Outcome
from sim.schemes.routes import FAMILIES
from sim.schemes.rules import with_files
from sim.telling.scheme_account import EVER_FUNDED
from sim.world import World

Moments = dict[str, float]

PTP = "ptp"
COUNTED_YEARS = (2021, 2022)
"""Years whose files may be looked at: what is said of 2023 is held out."""
DIGITAL_YEARS = (2021, 2022, 2023)
"""Files towards digital trades are counted over three years; their number is a target, who files is not."""


def year_filed(world: World) -> Array:
    """Calendar year of filing, by file."""
    return FIRST_YEAR + world.files["month_filed"].astype(int) // MONTHS_PER_YEAR


def of_ptp(world: World) -> Array:
    """Files of the PTP, bool by file."""
    code = next(scheme.code for scheme in with_files() if scheme.name == PTP)
    return np.asarray(world.files["scheme"] == code)


def files_moments(world: World) -> Moments:
    """Files of the calendar years that the sources count, routes of 2021 and 2022, placement, mean cost."""
    files, out = world.files, {}
    year, ptp = year_filed(world), of_ptp(world)
    for scheme in with_files():
        for counted in COUNTED_YEARS:
            mine = (files["scheme"] == scheme.code) & (year == counted)
            out[f"received_{scheme.name}_{counted}"] = float(mine.sum()) / world.scale
            funded = mine & (files["outcome"] == Outcome.FUNDED)
            out[f"funded_{scheme.name}_{counted}"] = float(funded.sum()) / world.scale
    for counted in COUNTED_YEARS:
        order = load_targets()[f"ptp_ranks_{counted}"].order
        out[f"ptp_ranks_{counted}"] = course_ranks(world, counted, order)
    mine = ptp & np.isin(year, COUNTED_YEARS)
    family = np.bincount(world.routes.family[files["route"][mine]], minlength=len(FAMILIES))
    for position, name in enumerate(FAMILIES):
        out[f"family_{name}"] = float(family[position]) / max(int(mine.sum()), 1)
    digital = world.routes.family == FAMILIES.index("numerique")
    towards = ptp & np.isin(year, DIGITAL_YEARS) & np.isin(files["route"], np.flatnonzero(digital))
    out["ptp_to_digital"] = float(towards.sum()) / world.scale / len(DIGITAL_YEARS)
    known = (files["placed_6"] >= 0) & ptp
    # Ten files at one half keep the first months, and small samples, near the middle.
    out["placed_6"] = float((files["placed_6"][known] == 1).sum() + 5) / (int(known.sum()) + 10)
    paid = (files["outcome"] == Outcome.FUNDED) & ptp & (year >= FIRST_YEAR)
    out["cost_ptp_eur"] = float(files["cost_eur_cents"][paid].mean()) / 100 if paid.any() else 0.0
    return out


def course_ranks(world: World, year: int, order: Sequence[str]) -> float:
    """Rank correlation of a year's top courses, first to last, with how many funded files chose them."""
    files = world.files
    decided = FIRST_YEAR + files["month_decided"].astype(int) // MONTHS_PER_YEAR
    funded = of_ptp(world) & np.isin(files["outcome"], EVER_FUNDED) & (decided == year)
    counts = np.bincount(files["route"][funded], minlength=256)
    rows = [world.routes.codes.index(code) for code in order]
    return rank_correlation(counts[rows], -np.arange(len(rows)))


def rank_correlation(left: Array, right: Array) -> float:
    """Spearman's correlation, ties sharing their mean rank; 0 where one side does not vary."""
    first, second = (_mean_ranks(np.asarray(values, np.float64)) for values in (left, right))
    if np.ptp(first) == 0 or np.ptp(second) == 0:
        return 0.0
    return float(np.corrcoef(first, second)[0, 1])


def _mean_ranks(values: Array) -> Array:
    below = (values[None, :] < values[:, None]).sum(axis=1)
    equal = (values[None, :] == values[:, None]).sum(axis=1)
    return np.asarray(below + (equal + 1) / 2)
