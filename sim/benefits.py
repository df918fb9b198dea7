"""Jobseekers' benefit (ARE): amount and length, from the dated rules."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sim.kernels import Array, kernel

if TYPE_CHECKING:
    from sim.world import Rules

DAYS_A_MONTH = 30
"""ARE is paid for thirty days a month whatever the month (rule of April 2025, used throughout)."""


class AreLaw(NamedTuple):
    """Rules of the benefit in force: amounts in cents, shares, days, months, years of age."""

    proportional_share: float
    fixed_cents: float
    floor_share: float
    minimum_cents: float
    cap_share: float
    wage_cap_cents: float
    days: float
    first_senior_age_years: float
    first_senior_days: float
    second_senior_age_years: float
    second_senior_days: float
    minimum_days: float
    length_ratio: float
    idle_share: float
    affiliation_months: int
    window_months: int
    senior_window_months: int
    waiting_days: int
    degressive_after_days: int
    degressive_below_age_years: int
    degressive_share: float
    degressive_floor_cents: int
    training_minimum_cents: int
    agreed_days: float
    agreed_senior_days: float


def are_law(rules: Rules) -> AreLaw:
    """The rules of the benefit, read from the parameters in force."""
    waiting = int(rules["law.are_waiting_days"]) + int(rules["law.are_deferred_days"])
    limited = bool(rules["law.are_agreed_limit_applies"])
    return AreLaw(
        proportional_share=float(rules["law.are_proportional_share"]),
        fixed_cents=rules["law.are_fixed_eur_per_day"] * 100.0,
        floor_share=float(rules["law.are_floor_share"]),
        minimum_cents=rules["law.are_minimum_eur_per_day"] * 100.0,
        cap_share=float(rules["law.are_cap_share"]),
        wage_cap_cents=rules["law.are_wage_cap_eur_per_month"] * 100.0,
        days=float(rules["law.are_maximum_days"]),
        first_senior_age_years=float(rules["law.are_first_senior_age_years"]),
        first_senior_days=float(rules["law.are_first_senior_days"]),
        second_senior_age_years=float(rules["law.are_second_senior_age_years"]),
        second_senior_days=float(rules["law.are_second_senior_days"]),
        minimum_days=float(rules["law.are_minimum_days"]),
        length_ratio=float(rules["law.are_length_ratio"]),
        idle_share=float(rules["law.are_idle_share"]),
        affiliation_months=int(rules["law.are_affiliation_months"]),
        window_months=int(rules["law.are_window_months"]),
        senior_window_months=int(rules["law.are_senior_window_months"]),
        waiting_days=waiting,
        degressive_after_days=int(rules["law.are_degressive_after_days"]),
        degressive_below_age_years=int(rules["law.are_degressive_below_age_years"]),
        degressive_share=float(rules["law.are_degressive_share"]),
        degressive_floor_cents=round(rules["law.are_degressive_floor_eur_per_day"] * 100),
        training_minimum_cents=round(rules["law.are_training_minimum_eur_per_day"] * 100),
        agreed_days=float(rules["law.are_agreed_days"]) if limited else math.inf,
        agreed_senior_days=float(rules["law.are_agreed_senior_days"]) if limited else math.inf,
    )


@kernel
def daily_benefit(wage_cents: int, law: AreLaw) -> int:
    """Daily ARE from a gross monthly wage, whole cents.

    max(40.4 % of the daily reference wage + fixed part, 57 % of it), at least the minimum, at most 75 %.
    """
    daily = min(wage_cents, law.wage_cap_cents) * 12 / 365
    amount = max(law.proportional_share * daily + law.fixed_cents, law.floor_share * daily)
    amount = min(max(amount, law.minimum_cents), law.cap_share * daily)
    return int(np.floor(np.rint(amount * 1e6) / 1e6))


@kernel
def share_of_wage(wage_cents: int, share: float) -> int:
    """A share of the daily reference wage, whole cents: the benefit of the CSP."""
    return int(np.floor(np.rint(share * wage_cents * 12 / 365 * 1e6) / 1e6))


@kernel
def reference_wage(wage_cents: int, worked: int, idle: int) -> int:
    """Monthly wage that counts, whole cents: idle months between posts thin it out."""
    return int(wage_cents * worked // (worked + idle))


@kernel
def idle_months_counted(worked: int, idle: int, law: AreLaw) -> int:
    """Idle months that enter the reference period: at most a share of the months worked."""
    return int(min(idle, np.floor(np.rint(law.idle_share * worked * 1e6) / 1e6)))


@kernel
def degressive_benefit(cents: int, law: AreLaw) -> int:
    """Daily benefit after the months at full rate, for those whose age does not spare them."""
    cut = int(np.floor(np.rint(law.degressive_share * cents * 1e6) / 1e6))
    return max(cut, min(cents, law.degressive_floor_cents))


@kernel
def longest_days(age_years: int, law: AreLaw) -> float:
    """Longest entitlement in days at an age."""
    if age_years >= law.second_senior_age_years:
        return law.second_senior_days
    return law.first_senior_days if age_years >= law.first_senior_age_years else law.days


@kernel
def window_months(age_years: int, law: AreLaw) -> int:
    """Months looked back on for work, at an age."""
    return law.senior_window_months if age_years >= law.first_senior_age_years else law.window_months


@kernel
def right_days(months: int, age_years: int, agreed: bool, law: AreLaw) -> int:
    """Length of a right in days, from the months of the reference period: worked, and idle ones counted."""
    calendar = np.rint(months * 365 / 12 * law.length_ratio * 1e6) / 1e6
    days = min(max(np.ceil(calendar), law.minimum_days), longest_days(age_years, law))
    if agreed:
        days = min(days, law.agreed_senior_days if age_years >= 55 else law.agreed_days)
    return int(days)


@kernel
def days_left(days: int, paid: int) -> int:
    """Days of a right not yet paid; ``paid`` is negative while waiting days run.  A right lost has none."""
    return max(int(days) - max(int(paid), 0), 0)


@kernel
def month_of_benefit(
    days: int, paid: int, cents: int, degressive: bool, law: AreLaw, most: int = DAYS_A_MONTH
) -> tuple[int, int, int]:
    """(cents due, days paid at the end, daily amount from then on) of a month in which ``most`` days run."""
    start, until = max(int(paid), 0), max(min(int(paid) + most, int(days)), int(paid))
    end, after = max(until, 0), law.degressive_after_days
    if degressive and start <= after < end:
        cut = degressive_benefit(cents, law)
        return int(cents) * (after - start) + cut * (end - after), until, cut
    return int(cents) * (end - start), until, int(cents)


@kernel
def share_of_days(days: int, share: float) -> int:
    """Whole days of a share of some, down."""
    return int(np.floor(np.rint(share * days * 1e6) / 1e6))


@kernel
def capital(days: int, cents: int, share: float) -> tuple[int, int]:
    """(first half, second half) in cents of the capital of a founder with ``days`` left of her right."""
    whole = int(np.floor(np.rint(share * days * cents * 1e4) / 1e4))
    return whole // 2, whole - whole // 2


@kernel
def _daily_benefits(wages_cents: Array, law: AreLaw) -> Array:
    out = np.empty(wages_cents.size, np.int64)
    for n in range(wages_cents.size):
        out[n] = daily_benefit(wages_cents[n], law)
    return out


def are_cents_a_day(rules: Rules, wage_cents: Array) -> Array:
    """:func:`daily_benefit` for an array of wages, int64."""
    return np.asarray(_daily_benefits(wage_cents, are_law(rules)))
