"""Process 9, second half: what is paid to those who found a business with a right to benefit (ARE) left.

Two ways, told apart by a draw.  Some take a capital (ARCE): a share of what is left, half at the founding,
half some months later if the business lasts.  The others go on drawing part of the month's benefit while
they run it, up to a share of what was left.  Either way the rest of the right waits for the end of the
business.  The writer of ``founder_days``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sim.benefits import DAYS_A_MONTH, AreLaw, capital, days_left, month_of_benefit, share_of_days
from sim.derived import Known, derived
from sim.groups import BLOCK, FOUNDERS, mark, strike_off
from sim.kernels import Array, kernel
from sim.layout import CHUNK, Line, fetch
from sim.moves import EMPLOYED, SELF_EMPLOYED
from sim.population.columns import NONE
from sim.processes.benefit_payments import Paid, booked_apart, falls
from sim.schemes.rules import schemes
from sim.streams import Decision, draw, next_person, threshold

if TYPE_CHECKING:
    from sim.world import World

_NO_SCHEME = int(NONE)


class FounderLaw(NamedTuple):
    """Who takes the capital (fixed point), its share of what is left, months to its second half; days of
    benefit a month for the others, and the share of what is left that they may draw meanwhile."""

    taking: int
    capital_share: float
    second_half_months: int
    days_a_month: int
    drawn_share: float


def founder_law_of(known: Known) -> FounderLaw:
    """The rules for founders in force."""
    rules = known.rules
    return FounderLaw(
        threshold(rules["founders.capital_share"]),
        float(rules["law.arce_share"]),
        int(rules["law.arce_second_half_months"]),
        share_of_days(DAYS_A_MONTH, rules["law.are_creator_monthly_share"]),
        float(rules["law.are_creator_cap_share"]),
    )


@kernel
def runs_her_business(person: Line) -> bool:
    """Whether she is in the business that she founded from no post: she has moved nowhere since."""
    return bool(person.state == EMPLOYED and person.status == SELF_EMPLOYED and person.hired == person.since)


@kernel
def _begin(
    idx: Array,
    month: int,
    lines: Array,
    are_days: Array,
    are_paid: Array,
    strata: Array,
    law: FounderLaw,
    key: np.uint64,
) -> int:
    fetched = 0
    for n in range(idx.size):
        if n % CHUNK == 0:
            fetched += fetch(idx, n, lines["state"])
        i = np.uint64(idx[n])
        person = lines[i]
        if not runs_her_business(person) or person.hired != month:
            continue
        left = days_left(are_days[i], are_paid[i])
        if left <= 0:
            continue
        takes_capital = draw(key, i) < law.taking
        person.founder_days = -left if takes_capital else share_of_days(left, law.drawn_share)
        if person.founder_days != 0:
            mark(FOUNDERS, idx[n], strata)
    return fetched


@kernel
def _founders(strata: Array) -> Array:
    """Rows of those to whom something may be paid, ascending."""
    words = strata[FOUNDERS]
    blocks = np.flatnonzero(words)
    rows, n = np.empty(blocks.size * BLOCK, np.int64), 0
    for block in blocks:
        left = words[block]
        while left != 0:
            rows[n], left = next_person(int(block), left)
            n += 1
    return rows[:n].copy()


@kernel
def _pay(
    idx: Array,
    strata: Array,
    lines: Array,
    scheme: Array,
    apart: Array,
    are_cents: Array,
    are_days: Array,
    are_paid: Array,
    month: int,
    law: FounderLaw,
    earlier_share: float,
    are: AreLaw,
    resigned: int,
) -> tuple[Array, Array, Array, Array, Array, int]:
    """Pay the founders ``idx`` (ascending); writes days paid and who is paid no more.

    Returns cents [benefit, capital; scheme, 255 outside those kept ``apart``], heads [the same two]; rows,
    cents and scheme of those paid under these; int64 all.

    ``earlier_share``: the share of a capital whose second half is due.  Its days are those that the same
    cents would have paid.  Who resigned leaves the scheme ``resigned`` when nothing more is paid at work.
    """
    total, heads = np.zeros((2, 256), np.int64), np.zeros(2, np.int64)
    rows, cents, under = np.empty((3, idx.size), np.int64)
    m = fetched = 0
    for n in range(idx.size):
        if n % CHUNK == 0:
            fetched += fetch(idx, n, lines["state"]) + fetch(idx, n, scheme) + fetch(idx, n, are_cents)
            fetched += fetch(idx, n, are_days) + fetch(idx, n, are_paid)
        i = np.uint64(idx[n])
        person, s, due = lines[i], scheme[i], 0
        here, by_capital = runs_her_business(person), person.founder_days < 0
        if here and by_capital:
            share = law.capital_share if person.hired == month else earlier_share
            first, second = capital(-person.founder_days, are_cents[i], share)
            if person.hired == month:
                due, days = first, first // are_cents[i]
            elif month - person.hired >= law.second_half_months:
                due, days = second, (first + second) // are_cents[i] - first // are_cents[i]
                here = False
            else:
                days = 0
            are_paid[i] = max(are_paid[i], 0) + days
        elif here:
            before = max(are_paid[i], 0)
            cut = falls(idx[n], lines, are_cents[i], month, are)
            most = min(law.days_a_month, person.founder_days)
            due, are_paid[i], are_cents[i] = month_of_benefit(
                are_days[i], are_paid[i], are_cents[i], cut, are, most
            )
            person.founder_days -= max(are_paid[i], 0) - before
            here = person.founder_days > 0 and days_left(are_days[i], are_paid[i]) > 0
        total[int(by_capital), s if apart[s] else _NO_SCHEME] += due
        heads[int(by_capital)] += int(due > 0)
        if apart[s]:
            rows[m], cents[m], under[m] = idx[n], due, s
            m += 1
        if not here:
            person.founder_days = 0
            strike_off(FOUNDERS, idx[n], strata)
            if person.state == EMPLOYED and s == resigned:
                scheme[i] = _NO_SCHEME
    return total, heads, rows[:m].copy(), cents[:m].copy(), under[:m].copy(), fetched


def pay_founders(world: World, are: AreLaw) -> Paid:
    """Those of the month begin, and all are paid; returns what was paid under schemes."""
    p, month, law = world.persons, world.month, derived(world, founder_law_of)
    rights = p["are_cents_a_day"], p["are_days"], p["are_paid"]
    begun = np.concatenate((world.memory.pop("founded"), world.memory["hired_rows"]))
    _begin(begun, month, world.lines, *rights[1:], world.strata, law, world.key(Decision.CAPITAL))
    earlier = float(world.rules_of(month - law.second_half_months)["law.arce_share"])
    total, heads, *under_schemes, _ = _pay(
        _founders(world.strata),
        world.strata,
        world.lines,
        p["scheme"],
        booked_apart(),
        *rights,
        month,
        law,
        earlier,
        are,
        world.memory["resign_code"],
    )
    for n, kind in enumerate(("are", "arce")):
        for s in np.flatnonzero(total[n]).tolist():
            name = "are" if s == _NO_SCHEME else schemes()[s].name
            world.ledger.post(month, name, "unedic", "person", kind, int(total[n, s]))
        world.record.count(f"founders_paid_{kind}", int(heads[n]))
    return Paid(*under_schemes)
