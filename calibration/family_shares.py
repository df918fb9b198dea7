"""Share of PTP files by family of routes, from the ranks of 2021 and 2022: the arithmetic behind targets.

``targets.toml`` holds its results; a test repeats it.
"""

from __future__ import annotations

from calibration.targets import load_targets
from sim.provenance import statistic
from sim.schemes.routes import FAMILIES, routes

YEARS = (2021, 2022)
DIGITAL_YEARS = 3
"""Years over which files towards digital trades are counted."""


def family_shares() -> dict[str, float]:
    """Share of PTP files by family; adds up to one.

    A rank r weighs 1 / (r + 2) (assumed: the documents give ranks, not numbers); routes outside the top ten
    weigh half of the tenth.  2023 is held out and not read.  The digital share is counted: files towards
    digital trades over the files of a year.
    """
    ranks = {key for year in YEARS for key in load_targets()[f"ptp_ranks_{year}"].statistics}
    weights = dict.fromkeys(FAMILIES, 0.0)
    for code, family in zip(routes().codes, routes().family, strict=True):
        if family >= len(FAMILIES):  # It leads to no trade: nobody is funded under the PTP for it.
            continue
        for year in YEARS:
            key = f"top10_{year}_rank_{code}"
            weights[FAMILIES[family]] += 1 / (statistic(key).number() + 2) if key in ranks else 0.5 / 12
    received = statistic("tpo_ptp_received_2021").number()
    digital = statistic("ptp_to_digital").number() / DIGITAL_YEARS / received
    rest = sum(weights.values()) - weights["numerique"]
    weights["numerique"] = rest * digital / (1 - digital)
    total = sum(weights.values())
    return {name: weight / total for name, weight in weights.items()}
