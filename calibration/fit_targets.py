"""Which moment sets which parameter, and its target with its arithmetic."""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import dataclass
from importlib.resources import files

from calibration.moments import Moments
from sim.schemes.routes import FAMILIES, routes

EMPLOYED = 2_497_290
PTP_RECEIVED = 1751
"""Files received in 2021."""
UNEMPLOYMENT_BY_PCS = {1: 0.6, 2: 3.2, 3: 3.4, 4: 4.6, 5: 8.8, 6: 10.6}
"""INSEE 2022, %; brought to Occitanie by 8.5 / 7.3."""
QUARTERLY = {"EN": 0.0218, "UE": 0.2145, "UN": 0.2095, "NE": 0.0522}
"""INSEE 2019, brought to 8.5 % of unemployment: the printed matrix (0.232 and 0.224 out of unemployment)
rests at
8.16 %.  Exits from unemployment are lowered by 8 and 6 %, hires of the inactive raised by 9 %, exits to
inactivity lowered by 5 %; EU and NU then follow from the balance of stocks, all within 10 % of the print."""
TEMPORARY = {3: 0.06, 4: 0.11, 5: 0.17, 6: 0.22}
"""Fixed-term, agency and work-study posts among the employed of each PCS, 2019."""


@dataclass(frozen=True)
class Link:
    """A parameter, the moment it answers to, the target, and the exponent (or step) of one update."""

    key: str
    observed: Callable[[Moments], float]
    target: float
    step: float = 0.7
    additive: bool = False
    weight: float = 1.0


def _moment(name: str) -> Callable[[Moments], float]:
    return lambda moments: moments[name]


def family_shares() -> dict[str, float]:
    """Share of PTP files by family of routes, from the top tens of 2021 and 2022.

    A rank r weighs 1 / (r + 2) (assumed: the documents give ranks, not numbers); routes outside the top ten
    weigh half of the tenth.  2023 is held out and not read.  The digital share is counted: 338 files in three
    years over 1,751 a year.
    """
    text = files("calibration").joinpath("statistics.csv").read_text(encoding="utf-8")
    read = ("top10_2021_rank_", "top10_2022_rank_", "ptp_to_digital")
    found = {
        row["id"]: float(row["value"])
        for row in csv.DictReader(text.splitlines())
        if row["id"].startswith(read)
    }
    weights = dict.fromkeys(FAMILIES, 0.0)
    for code, family in zip(routes().codes, routes().family, strict=True):
        for year in (2021, 2022):
            rank = found.get(f"top10_{year}_rank_{code}")
            weights[FAMILIES[family]] += 1 / (rank + 2) if rank else 0.5 / 12
    total = sum(weights.values())
    digital = found["ptp_to_digital"] / 3 / PTP_RECEIVED
    rest = total - weights["numerique"]
    weights["numerique"] = rest * digital / (1 - digital)
    total = sum(weights.values())
    return {name: weight / total for name, weight in weights.items()}


def links() -> list[Link]:
    """All links.  Unemployment by PCS sets relative separations; the quarterly flow sets their level."""
    out = [
        Link("demand.open_posts_private_share", _moment("vacancies_private"), 0.031, 0.3),
        Link("participation.inactive_search_rate", _moment("employed_2021"), EMPLOYED, 4.0),
        Link("participation.inactive_search_first_job_ratio", _moment("first_job_seekers"), 27_560, 0.4),
        Link("participation.employed_leave_rate", _moment("quarterly_EN"), QUARTERLY["EN"], 0.8),
        Link("participation.unemployed_leave_rate", _moment("quarterly_UN"), QUARTERLY["UN"], 0.8),
        Link("matching.unemployed_suitable_rate", _moment("quarterly_UE"), QUARTERLY["UE"], 0.6),
        Link("labour_supply.initial_training_ratio", _moment("vacancies_regulated"), 0.03, -0.25),
        Link("matching.inactive_suitable_rate", _moment("quarterly_NE"), QUARTERLY["NE"], 0.6),
        Link("matching.employed_suitable_rate", _moment("job_to_job"), 0.005, 0.7),
        Link("matching.distant_ratio", _moment("long_term"), 0.236, -0.5),
        Link("matching.other_trade_share", _moment("five_year_change"), 0.186, 1.2),
        Link("matching.certified_employed_rate", _moment("placed_6"), 0.60, 0.8),
        Link(
            "schemes.ptp.application_intercept",
            _moment("received_ptp_2021"),
            PTP_RECEIVED,
            0.8,
            additive=True,
        ),
        Link(
            "schemes.demissionnaire.application_intercept",
            _moment("received_demissionnaire_2022"),
            1382,
            0.8,
            additive=True,
        ),
        Link(
            "schemes.transco.application_intercept",
            _moment("received_transco_2022"),
            30,
            0.5,
            additive=True,
            weight=0.0,
        ),
    ]
    for code, percent in UNEMPLOYMENT_BY_PCS.items():
        out.append(
            Link(
                f"separations.to_unemployment_pcs{code}_rate",
                _moment(f"unemployment_pcs{code}"),
                percent / 100 * 8.5 / 7.3,
                0.7,
                weight=0.0 if code == 1 else 1.0,
            )
        )
    for code, share in TEMPORARY.items():
        out.append(
            Link(f"matching.temporary_at_hire_pcs{code}_share", _moment(f"temporary_pcs{code}"), share, 0.8)
        )
    for name, share in family_shares().items():
        out.append(
            Link(
                f"applications.taste_{name}", _moment(f"family_{name}"), share, 0.4, additive=True, weight=0.1
            )
        )
    return out
