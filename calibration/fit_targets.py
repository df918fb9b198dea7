"""Which parameter answers to which target, and how fast: the free parameters of the fit."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from calibration.targets import Target, load_targets
from sim.schemes.routes import FAMILIES


@dataclass(frozen=True)
class Link:
    """A free parameter and the target that it moves most; exponent (or step) of one update of a round."""

    key: str
    target: Target
    step: float = 0.7
    additive: bool = False
    """Of a utility, which may be negative: moved by steps, not by ratios."""


_RATIOS: tuple[tuple[str, str, float], ...] = (
    ("demand.open_posts_private_share", "vacancies_private_share", 0.3),
    ("participation.inactive_search_rate", "employed_2021_count", 4.0),
    ("participation.inactive_search_first_job_ratio", "first_job_seekers_count", 0.4),
    ("participation.employed_leave_rate", "employed_to_inactive_quarterly_share", 0.8),
    ("participation.unemployed_leave_rate", "unemployed_to_inactive_quarterly_share", 0.8),
    ("matching.unemployed_suitable_rate", "unemployed_to_employed_quarterly_share", 0.6),
    ("labour_supply.initial_training_ratio", "vacancies_regulated_share", -0.25),
    ("matching.inactive_suitable_rate", "inactive_to_employed_quarterly_share", 0.6),
    ("matching.employed_suitable_rate", "job_to_job_share", 0.7),
    ("matching.distant_ratio", "long_term_unemployed_share", -0.5),
    ("matching.other_trade_share", "occupation_change_5y_share", 1.2),
    ("matching.certified_employed_rate", "ptp_placed_6_share", 0.8),
    ("separations.to_unemployment_pcs1_rate", "unemployment_farmers_share", 0.7),
    ("separations.to_unemployment_pcs2_rate", "unemployment_self_employed_share", 0.7),
    ("separations.to_unemployment_pcs3_rate", "unemployment_managers_share", 0.7),
    ("separations.to_unemployment_pcs4_rate", "unemployment_intermediate_share", 0.7),
    ("separations.to_unemployment_pcs5_rate", "unemployment_clerical_share", 0.7),
    ("separations.to_unemployment_pcs6_rate", "unemployment_manual_share", 0.7),
    ("matching.temporary_at_hire_pcs3_share", "temporary_managers_share", 0.8),
    ("matching.temporary_at_hire_pcs4_share", "temporary_intermediate_share", 0.8),
    ("matching.temporary_at_hire_pcs5_share", "temporary_clerical_share", 0.8),
    ("matching.temporary_at_hire_pcs6_share", "temporary_manual_share", 0.8),
)
_UTILITIES: tuple[tuple[str, str, float], ...] = (
    ("schemes.ptp.application_intercept", "ptp_files_received_count", 0.8),
    ("schemes.demissionnaire.application_intercept", "demissionnaire_files_received_count", 0.8),
    ("schemes.transco.application_intercept", "transco_files_received_count", 0.5),
    *((f"applications.taste_{name}", f"ptp_family_{name}_share", 0.4) for name in FAMILIES),
)


@cache
def links() -> tuple[Link, ...]:
    """All links.  Unemployment by PCS sets relative separations; the quarterly flows set their level."""
    known = load_targets()
    return tuple(
        Link(key, known[target], step, additive)
        for rows, additive in ((_RATIOS, False), (_UTILITIES, True))
        for key, target, step in rows
    )
