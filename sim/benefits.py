"""Jobseekers' benefit (ARE): amount and length, from the dated rules."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.kernels import Array

if TYPE_CHECKING:
    from sim.world import Rules

DAYS_A_MONTH = 30
"""ARE is paid for thirty days a month whatever the month (rule of April 2025, used throughout)."""


def are_cents_a_day(rules: Rules, wage_cents: Array) -> Array:
    """Daily ARE from a gross monthly wage, whole cents.

    max(40.4 % of the daily reference wage + fixed part, 57 % of it), at least the minimum, at most 75 %.
    """
    daily = wage_cents * 12 / 365
    proportional = rules["law.are_proportional_share"] * daily + rules["law.are_fixed_eur_per_day"] * 100
    amount = np.maximum(proportional, rules["law.are_floor_share"] * daily)
    amount = np.maximum(amount, rules["law.are_minimum_eur_per_day"] * 100)
    return np.asarray(
        np.floor(np.round(np.minimum(amount, rules["law.are_cap_share"] * daily), 6)).astype(np.int64)
    )


def are_months(rules: Rules, age_years: Array) -> Array:
    """Longest entitlement in whole months by age."""
    days = np.select(
        [
            age_years >= rules["law.are_second_senior_age_years"],
            age_years >= rules["law.are_first_senior_age_years"],
        ],
        [rules["law.are_second_senior_days"], rules["law.are_first_senior_days"]],
        rules["law.are_maximum_days"],
    )
    return np.asarray(days // DAYS_A_MONTH).astype(np.int64)
