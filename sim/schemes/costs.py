"""What a file costs: teaching under both caps, and the wage cover by paid hours."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sim.benefits import DAYS_A_MONTH, AreLaw, are_law, benefit_months, daily_benefit
from sim.derived import Known, derived
from sim.kernels import Array, kernel
from sim.schemes.rules import Scheme, resigning, schemes, with_files

if TYPE_CHECKING:
    from sim.world import Rules, World


ACCOUNTS_SINCE = -72
"""January 2015: accounts of arduous work count from there."""


def teaching_cents(rules: Rules, scheme: Scheme, fee_eur: Array, hours: Array) -> Array:
    """What a scheme pays for courses, in whole cents.

    A flat amount a file where the scheme has one; else the fee under the cap of the file and the cap of the
    hour, less the share that the employer pays.
    """
    flat = rules.get(scheme.key("flat_eur_per_file"))
    if flat is not None:
        return np.full(fee_eur.shape, round(float(flat) * 100), np.int64)
    capped = np.minimum(fee_eur, rules[scheme.key("fee_cap_eur")])
    capped = np.minimum(capped, rules[scheme.key("fee_cap_eur_per_hour")] * hours)
    capped = capped * (1.0 - rules.get(scheme.key("employer_fee_share"), 0.0))
    return np.asarray(np.rint(np.round(capped * 100, 6)).astype(np.int64))


def teaching_by_route(known: Known) -> Array:
    """Teaching cost, whole cents, [scheme, route]; nothing where people resign."""
    routes = known.routes
    table = np.zeros((len(schemes()), routes.count), np.int64)
    for scheme in with_files():
        if scheme.behaviour == "leave":
            table[scheme.code] = teaching_cents(known.rules, scheme, routes.fee_eur, routes.hours)
    return table


def covering(known: Known) -> Array:
    """Schemes that pay the wage during the course, bool [scheme]; elsewhere the employer goes on paying."""
    return np.array([s.behaviour == "leave" and s.money.cover == "scheme" for s in schemes()])


def account_cents_a_year(known: Known) -> Array:
    """What a year of arduous work adds to the account that a scheme draws on, whole cents, int64 [scheme];
    zero where the scheme pays whatever the file costs."""
    return np.array([round(known.rules.get(s.key("account_eur_per_year"), 0) * 100) for s in schemes()])


@kernel
def in_account(since: int, month: int, cents_a_year: int) -> int:
    """Whole cents on the account of somebody who has done her work since a month: accounts opened in 2015."""
    return int((month - max(since, ACCOUNTS_SINCE)) // 12 * cents_a_year)


class Cover(NamedTuple):
    """The law's cover of wages; the bar up to which it is full in cents a month."""

    full_up_to_cents: float
    first_year_hours: float
    first_year_share: float
    after_share: float
    full_time_hours_per_month: float
    employer_cost_ratio: float
    paid_hours_share: float


def cover_law(rules: Rules) -> Cover:
    """The cover of wages, read from the parameters in force."""
    law = "schemes.ptp.cover_"
    return Cover(
        full_up_to_cents=rules[law + "full_up_to_smic_ratio"] * rules["law.smic_gross_eur_per_month"] * 100.0,
        first_year_hours=float(rules[law + "first_year_hours"]),
        first_year_share=float(rules[law + "first_year_share"]),
        after_share=float(rules[law + "after_share"]),
        full_time_hours_per_month=float(rules["law.full_time_hours_per_month"]),
        employer_cost_ratio=float(rules["law.employer_cost_ratio"]),
        paid_hours_share=float(rules["training.paid_hours_share"]),
    )


@kernel
def wage_cover(wage_cents: float, hours: float, law: Cover) -> int:
    """Employer cost of the paid hours, in whole cents, under the law's cover.

    Full up to two minimum wages; above, a share in the first year's hours and a lower one after, and never
    less than two minimum wages.
    """
    bar = law.full_up_to_cents
    covered = wage_cents * hours
    if wage_cents > bar:
        first = min(hours, law.first_year_hours)
        early = max(law.first_year_share * wage_cents, bar) * first
        covered = early + max(law.after_share * wage_cents, bar) * (hours - first)
    total = covered / law.full_time_hours_per_month * law.employer_cost_ratio * law.paid_hours_share
    return int(np.rint(np.rint(total * 1e4) / 1e4))


@kernel
def _wage_covers(wages_cents: Array, hours: Array, law: Cover) -> Array:
    out = np.empty(wages_cents.size, np.int64)
    for n in range(wages_cents.size):
        out[n] = wage_cover(wages_cents[n], hours[n], law)
    return out


def wage_cover_cents(rules: Rules, wage_cents: Array, hours: Array) -> Array:
    """:func:`wage_cover` for arrays of wages and hours, int64."""
    return np.asarray(_wage_covers(wage_cents, hours, cover_law(rules)))


@kernel
def _commitments(
    rows: Array,
    month: int,
    person: Array,
    scheme: Array,
    route: Array,
    lines: Array,
    resigned: Array,
    covering: Array,
    account: Array,
    teaching_of: Array,
    hours: Array,
    cover: Cover,
    benefit: AreLaw,
) -> tuple[Array, Array, Array]:
    cost, teaching = np.zeros(rows.size, np.int64), np.zeros(rows.size, np.int64)
    kept = np.zeros(rows.size, np.int64)
    for n in range(rows.size):
        row = rows[n]
        applicant, s = lines[person[row]], scheme[row]
        if resigned[s]:
            years = (month - applicant.birth_month) // 12
            cost[n] = daily_benefit(applicant.wage, benefit) * DAYS_A_MONTH * benefit_months(years, benefit)
        else:
            teaching[n] = teaching_of[s, route[row]]
            wages = wage_cover(applicant.wage, hours[route[row]], cover)
            if not covering[s]:
                kept[n], wages = wages, 0
            cost[n] = teaching[n] + wages
            if account[s] > 0:
                cost[n] = min(cost[n], in_account(applicant.occupation_since, month, account[s]))
                teaching[n] = min(teaching[n], cost[n])
    return cost, teaching, kept


def commitments(world: World, rows: Array) -> tuple[Array, Array, Array]:
    """(whole commitment, its teaching part, wages that the employer goes on paying) of each file in cents,
    int64 all.

    A scheme under which people resign commits the benefit at its longest.
    """
    files = world.files
    found: tuple[Array, Array, Array] = _commitments(
        rows,
        world.month,
        files["person"],
        files["scheme"],
        files["route"],
        world.lines,
        resigning(),
        derived(world, covering),
        derived(world, account_cents_a_year),
        derived(world, teaching_by_route),
        world.routes.hours,
        *derived(world, laws),
    )
    return found


def laws(known: Known) -> tuple[Cover, AreLaw]:
    """The laws that price a file."""
    return cover_law(known.rules), are_law(known.rules)
