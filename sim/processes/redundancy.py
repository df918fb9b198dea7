"""Process 9, after a lay-off: support with an allowance (behaviour ``support``: CSP, leaves of employers).

Whoever loses a post for an economic reason is offered the scheme of her firm's size; some join.  Unedic's
allowance takes the place of her benefit and uses up its days; the employer's comes before it.  Support
raises the chance of a suitable application while it lasts (:mod:`sim.processes.support`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sim.benefits import DAYS_A_MONTH, AreLaw, days_left, share_of_wage
from sim.derived import Known, derived
from sim.kernels import Array, kernel
from sim.moves import UNEMPLOYED, Reason
from sim.population.columns import NONE, SIZE_CLASSES
from sim.processes.entitlements import law_of, lost_posts
from sim.processes.support import (
    Support,
    end_support,
    monthly_allowance,
    monthly_notice,
    pay_leaves,
    support_of,
    supported,
)
from sim.schemes.commission import envelope
from sim.schemes.files import Outcome, Project, Stage
from sim.schemes.rules import Scheme, of_behaviour
from sim.streams import Decision, draw, draw_many, threshold

if TYPE_CHECKING:
    from sim.world import World

_LAYOFF, _DISMISSAL, _AGREED = (
    int(reason) for reason in (Reason.LAYOFF, Reason.DISMISSAL, Reason.AGREED_TERMINATION)
)
_NO_SCHEME = int(NONE)


class Grounds(NamedTuple):
    """Fixed point: dismissals that are economic, agreed terminations with a leave, units by size class [4]
    that belong to a firm of a thousand and more."""

    economic: int
    mobility: int
    large: Array


def grounds_of(known: Known) -> Grounds:
    """The grounds of a loss under the rules in force."""
    rules = known.rules
    return Grounds(
        threshold(rules["redundancy.economic_of_dismissals_share"]),
        threshold(rules["redundancy.mobility_leave_of_agreed_share"]),
        np.array([threshold(rules[f"redundancy.large_firm_{size}_share"]) for size in SIZE_CLASSES]),
    )


def accompany(world: World) -> None:
    """Support ends for some and begins for others."""
    under_way, files = end_support(world, supported(world)), world.files.count
    for scheme in of_behaviour("support"):
        budget = world.rules[scheme.key("budget_eur_per_year")]
        envelope(world, scheme).open_month(world.month, budget, world.scale)
        if budget != 0:
            _offer(world, scheme)
    pay_leaves(world, np.concatenate((under_way, np.arange(files, world.files.count))))


@kernel
def _concerned(
    rows: Array,
    reasons: Array,
    units: Array,
    month: int,
    lines: Array,
    scheme: Array,
    are_days: Array,
    are_paid: Array,
    size_class: Array,
    public: Array,
    terms: Support,
    grounds: Grounds,
    ground_key: np.uint64,
    firm_key: np.uint64,
    join_key: np.uint64,
) -> Array:
    """Places among those who lost a post of those who join the scheme, int64."""
    out = np.empty(rows.size, np.int64)
    count = 0
    for n in range(rows.size):
        if reasons[n] != _LAYOFF and reasons[n] != _DISMISSAL and reasons[n] != _AGREED:
            continue
        i, unit = rows[n], units[n]
        if terms.agreed != (reasons[n] == _AGREED) or unit < 0 or public[unit] == 1:
            continue
        bar = grounds.mobility if terms.agreed else grounds.economic
        if reasons[n] != _LAYOFF and draw(ground_key, i) >= bar:
            continue
        large = draw(firm_key, unit) < grounds.large[size_class[unit]]
        if (terms.firms == 1 and large) or (terms.firms == 2 and not large):
            continue
        if lines[i].state != UNEMPLOYED or scheme[i] != _NO_SCHEME or draw(join_key, i) >= terms.take_up:
            continue
        # An employer's allowance puts the benefit off, which a right already drawn upon cannot be.
        ready = are_paid[i] <= 0 if terms.by_employer else days_left(are_days[i], are_paid[i]) > 0
        if ready and month - lines[i].hired >= terms.seniority_months:
            out[count] = n
            count += 1
    return out[:count].copy()


@kernel
def _prices(idx: Array, month: int, lines: Array, are_cents: Array, terms: Support, law: AreLaw) -> Array:
    """Cents [person; a day or a month of allowance, its whole, notice], int64.

    Unedic's allowance is counted by the day and never below the benefit; the employer's by the month, with
    the notice inside its months.
    """
    out = np.zeros((idx.size, 3), np.int64)
    for n in range(idx.size):
        person = lines[idx[n]]
        full = month - person.hired >= terms.full_rate_months
        notice = monthly_notice(person.wage, terms.employer_cost_ratio) * terms.notice_months
        if terms.by_employer:
            monthly = monthly_allowance(person.wage, terms.allowance_share)
            whole = monthly * (terms.months - terms.notice_months) + notice
            out[n, 0], out[n, 1], out[n, 2] = monthly, whole, notice
            continue
        daily = are_cents[idx[n]]
        if full:
            wage = min(person.wage, law.wage_cap_cents)
            daily = max(daily, share_of_wage(wage, terms.allowance_share))
        out[n, 0], out[n, 1] = daily, daily * DAYS_A_MONTH * terms.months
        out[n, 2] = notice if full else 0
    return out


def _offer(world: World, scheme: Scheme) -> None:
    """Those who join the scheme this month, as far as its money goes."""
    p, terms, law = world.persons, derived(world, support_of, scheme), derived(world, law_of)
    rows, reasons, units = lost_posts(world)
    join_key = world.key(Decision.REDUNDANCY) ^ scheme.salt
    places = _concerned(
        rows,
        reasons,
        units,
        world.month,
        world.lines,
        p["scheme"],
        p["are_days"],
        p["are_paid"],
        world.units["size_class"],
        world.units["public"],
        terms,
        derived(world, grounds_of),
        world.key(Decision.REDUNDANCY),
        world.key(Decision.LARGE_FIRM, 0),
        join_key,
    )
    places = places[np.lexsort((rows[places], draw_many(join_key, rows[places])))]
    prices = _prices(rows[places], world.month, world.lines, p["are_cents_a_day"], terms, law)
    account, received = envelope(world, scheme), places.size
    if account.yearly_cents is not None:
        served = np.cumsum(prices[:, 1]) <= account.left_cents
        places, prices = places[served], prices[served]
    account.commit(int(prices[:, 1].sum()))
    _begin(world, scheme, rows[places], units[places], prices)
    world.record.count(f"files_received_{scheme.name}", received)
    world.record.count(f"files_funded_{scheme.name}", places.size)
    world.record.count(f"committed_eur_cents_{scheme.name}", int(prices[:, 1].sum()))


def _begin(world: World, scheme: Scheme, idx: Array, units: Array, prices: Array) -> None:
    """Write the files; Unedic's allowance replaces the daily benefit, the employer's puts its start off."""
    if not idx.size:
        return
    p, terms, month = world.persons, derived(world, support_of, scheme), world.month
    world.files.add(
        person=idx,
        scheme=np.full(idx.size, scheme.code),
        project=np.full(idx.size, Project.SUPPORT),
        route=np.full(idx.size, NONE),
        month_filed=np.full(idx.size, month),
        month_decided=np.full(idx.size, month),
        outcome=np.full(idx.size, Outcome.FUNDED),
        stage=np.full(idx.size, Stage.SUPPORTED),
        cost_eur_cents=prices[:, 1],
        daily_eur_cents=p["are_cents_a_day"][idx],
        starts=np.full(idx.size, month),
        ends=np.full(idx.size, month + terms.months),
        unit=units,
        origin_occupation=p["occupation"][idx],
        target_occupation=p["occupation"][idx],
        sex=p["sex"][idx],
        age_years=(month - p["birth_month"][idx].astype(np.int64)) // 12,
        education=p["education"][idx],
    )
    p["scheme"][idx] = scheme.code
    notice = int(prices[:, 2].sum())
    if terms.by_employer:
        p["are_paid"][idx] = np.minimum(p["are_paid"][idx], 0) - terms.months * DAYS_A_MONTH
        return
    full = month - p["hired"][idx].astype(np.int64) >= terms.full_rate_months
    p["are_paid"][idx] = np.maximum(p["are_paid"][idx], 0)
    least = p["are_paid"][idx] + terms.months * DAYS_A_MONTH
    p["are_days"][idx] = np.where(full, np.maximum(p["are_days"][idx], least), p["are_days"][idx])
    p["are_cents_a_day"][idx] = prices[:, 0]
    world.ledger.post(month, scheme.name, "employer", "unedic", "notice", notice)
