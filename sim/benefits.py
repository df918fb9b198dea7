"""Jobseekers' benefit (ARE): amount and length, from the dated rules."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sim.kernels import Array, kernel

if TYPE_CHECKING:
    from sim.world import Rules

DAYS_A_MONTH = 30
"""ARE is paid for thirty days a month whatever the month (rule of April 2025, used throughout)."""


class AreLaw(NamedTuple):
    """Rules of the benefit in force: amounts in cents a day, shares of the daily wage, days, years."""

    proportional_share: float
    fixed_cents: float
    floor_share: float
    minimum_cents: float
    cap_share: float
    days: float
    first_senior_age_years: float
    first_senior_days: float
    second_senior_age_years: float
    second_senior_days: float


def are_law(rules: Rules) -> AreLaw:
    """The rules of the benefit, read from the parameters in force."""
    return AreLaw(
        proportional_share=float(rules["law.are_proportional_share"]),
        fixed_cents=rules["law.are_fixed_eur_per_day"] * 100.0,
        floor_share=float(rules["law.are_floor_share"]),
        minimum_cents=rules["law.are_minimum_eur_per_day"] * 100.0,
        cap_share=float(rules["law.are_cap_share"]),
        days=float(rules["law.are_maximum_days"]),
        first_senior_age_years=float(rules["law.are_first_senior_age_years"]),
        first_senior_days=float(rules["law.are_first_senior_days"]),
        second_senior_age_years=float(rules["law.are_second_senior_age_years"]),
        second_senior_days=float(rules["law.are_second_senior_days"]),
    )


@kernel
def daily_benefit(wage_cents: int, law: AreLaw) -> int:
    """Daily ARE from a gross monthly wage, whole cents.

    max(40.4 % of the daily reference wage + fixed part, 57 % of it), at least the minimum, at most 75 %.
    """
    daily = wage_cents * 12 / 365
    amount = max(law.proportional_share * daily + law.fixed_cents, law.floor_share * daily)
    amount = min(max(amount, law.minimum_cents), law.cap_share * daily)
    return int(np.floor(np.rint(amount * 1e6) / 1e6))


@kernel
def benefit_months(age_years: int, law: AreLaw) -> int:
    """Longest entitlement in whole months at an age."""
    days = law.days
    if age_years >= law.second_senior_age_years:
        days = law.second_senior_days
    elif age_years >= law.first_senior_age_years:
        days = law.first_senior_days
    return int(days // DAYS_A_MONTH)


@kernel
def _daily_benefits(wages_cents: Array, law: AreLaw) -> Array:
    out = np.empty(wages_cents.size, np.int64)
    for n in range(wages_cents.size):
        out[n] = daily_benefit(wages_cents[n], law)
    return out


@kernel
def _benefit_months(ages_years: Array, law: AreLaw) -> Array:
    out = np.empty(ages_years.size, np.int64)
    for n in range(ages_years.size):
        out[n] = benefit_months(ages_years[n], law)
    return out


def are_cents_a_day(rules: Rules, wage_cents: Array) -> Array:
    """:func:`daily_benefit` for an array of wages, int64."""
    return np.asarray(_daily_benefits(wage_cents, are_law(rules)))


def are_months(rules: Rules, age_years: Array) -> Array:
    """:func:`benefit_months` for an array of ages, int64."""
    return np.asarray(_benefit_months(age_years, are_law(rules)))
