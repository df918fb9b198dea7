"""Process 9, second half: rights to jobseekers' benefit (ARE) open, are paid, wait while there is a post.

The writer of ARE rights.  A right is a number of days: those paid (negative while waiting days run) go up by
thirty a month at search or on a course without a post, and stand still in a post or out of the labour force.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.benefits import (
    DAYS_A_MONTH,
    AreLaw,
    are_law,
    daily_benefit,
    days_left,
    idle_months_counted,
    month_of_benefit,
    reference_wage,
    right_days,
    window_months,
)
from sim.derived import Known, derived
from sim.groups import (
    AIMING_STRATUM,
    BASIC_GROUPS,
    BLOCK,
    DISTANT_STRATUM,
    ENTITLED,
    INACTIVE_GROUPS,
    TRAINING_GROUP,
    TRAINING_STRATUM,
    UNEMPLOYED_GROUPS,
    UNEMPLOYED_STRATUM,
    mark_entitled,
)
from sim.kernels import Array, kernel
from sim.layout import CHUNK, Line, fetch
from sim.moves import TRAINING, UNEMPLOYED, Reason
from sim.population.columns import NONE
from sim.schemes.files import DURABLE_CLOCK_MONTHS, FUNDED
from sim.schemes.payments import release
from sim.schemes.rules import of_behaviour, resigning
from sim.streams import next_person
from sim.work_history import months_of_work, use_up

if TYPE_CHECKING:
    from sim.world import World

_AGREED = int(Reason.AGREED_TERMINATION)
_NO_SCHEME = int(NONE)


def law_of(known: Known) -> AreLaw:
    """The benefit under the rules in force."""
    return are_law(known.rules)


def note_loss(world: World, rows: Array, reasons: Array) -> None:
    """Remember for the month who is about to lose which post, with a right to benefit, and why."""
    units = world.persons["unit"][rows].astype(np.int64)
    world.memory["lost_post"].append((rows, reasons, units))


def lost_posts(world: World) -> tuple[Array, Array, Array]:
    """Rows of those who lost a post this month with a right to benefit, why (:class:`Reason`), their unit."""
    rows, reasons, units = zip(*world.memory["lost_post"], strict=True)
    return np.concatenate(rows), np.concatenate(reasons), np.concatenate(units)


@kernel
def right_of(person: Line, month: int, agreed: bool, law: AreLaw) -> tuple[int, int]:
    """(days, cents a day) of the right that her work opens; no days without enough work."""
    years = (month - person.birth_month) // 12
    tenure = max(month - person.hired, 0)
    worked, idle = months_of_work(person.worked_months, tenure, window_months(years, law))
    if worked < law.affiliation_months:
        return 0, 0
    idle = idle_months_counted(worked, idle, law)
    days = right_days(worked + idle, years, agreed, law)
    return days, daily_benefit(reference_wage(person.wage, worked, idle), law)


@kernel
def _write_rights(
    idx: Array,
    reasons: Array,
    month: int,
    lines: Array,
    law: AreLaw,
    are_cents: Array,
    are_days: Array,
    are_paid: Array,
    strata: Array,
) -> tuple[int, int]:
    fetched = opened = 0
    for n in range(idx.size):
        if n % CHUNK == 0:
            fetched += fetch(idx, n, lines["state"])
        i = np.uint64(idx[n])
        person = lines[i]
        # Whoever found a new post in the same month needs no benefit.
        if person.state != UNEMPLOYED and person.state != TRAINING:
            continue
        days, cents = right_of(person, month, reasons[n] == _AGREED, law)
        # An older right of which more is left is kept, with its amount.
        if days > days_left(are_days[i], are_paid[i]):
            are_days[i], are_paid[i], are_cents[i] = days, -law.waiting_days, cents
            use_up(person)
            mark_entitled(idx[n], strata)
            opened += 1
    return opened, fetched


def open_rights(world: World) -> None:
    """Rights of those who lost a salaried post, or left it with a right, after enough months of work."""
    p = world.persons
    rows, reasons, _ = lost_posts(world)
    opened, _ = _write_rights(
        rows,
        reasons,
        world.month,
        world.lines,
        derived(world, law_of),
        p["are_cents_a_day"],
        p["are_days"],
        p["are_paid"],
        world.strata,
    )
    world.record.count("are_rights_opened", opened)


@kernel
def _month_of(
    i: int, lines: Array, spared: bool, cents: int, days: int, paid: int, month: int, law: AreLaw
) -> tuple[int, int, int]:
    """(cents due, days paid, daily amount from then on) of row ``i`` for a month without a post."""
    cut = not spared and cents > law.degressive_floor_cents
    if cut:
        lost = month - law.degressive_after_days // DAYS_A_MONTH
        cut = (lost - lines[i].birth_month) // 12 < law.degressive_below_age_years
    due, after, daily = month_of_benefit(days, paid, cents, cut, law)
    if lines[i].state == TRAINING:
        due = max(due, law.training_minimum_cents * (max(after, 0) - max(paid, 0)))
    return due, after, daily


@kernel
def _benefits(
    strata: Array,
    group: Array,
    lines: Array,
    scheme: Array,
    apart: Array,
    spared: Array,
    are_cents: Array,
    are_days: Array,
    are_paid: Array,
    month: int,
    law: AreLaw,
) -> tuple[Array, int]:
    """Cents due by scheme [256], 255 outside those kept ``apart`` [256]; people paid.  Writes the days paid.

    ``spared`` [256]: under which scheme a high benefit does not fall.
    """
    total, people = np.zeros(256, np.int64), 0
    entitled = np.empty(BLOCK, np.int64)
    for block in range(strata.shape[1]):
        left = np.uint64(0)
        for stratum in (UNEMPLOYED_STRATUM, DISTANT_STRATUM, AIMING_STRATUM, TRAINING_STRATUM):
            left |= strata[stratum, block]
        left &= strata[ENTITLED, block]
        m = 0
        while left != 0:
            i, left = next_person(block, left)
            if days_left(are_days[i], are_paid[i]) <= 0:
                strata[ENTITLED, block] &= ~(np.uint64(1) << np.uint64(i % BLOCK))
                continue
            entitled[m] = i
            m += 1
        for k in range(m):
            i, s = entitled[k], scheme[entitled[k]]
            g = group[i] % BASIC_GROUPS
            if not (UNEMPLOYED_GROUPS <= g < INACTIVE_GROUPS or (g == TRAINING_GROUP and lines[i].team < 0)):
                continue
            due, are_paid[i], are_cents[i] = _month_of(
                i, lines, spared[s], are_cents[i], are_days[i], are_paid[i], month, law
            )
            people += int(due > 0)
            total[s if apart[s] else _NO_SCHEME] += due
    return total, people


@kernel
def _file_benefits(
    first: int,
    outcome: Array,
    file_scheme: Array,
    decided: Array,
    starts: Array,
    person: Array,
    cost: Array,
    paid: Array,
    apart: Array,
    spared: Array,
    lines: Array,
    scheme: Array,
    are_cents: Array,
    are_days: Array,
    are_paid: Array,
    month: int,
    law: AreLaw,
) -> None:
    """Write what the month's benefit pays of each commitment, as long as its file is followed."""
    for row in range(first, outcome.size):
        s, i = file_scheme[row], person[row]
        if outcome[row] != FUNDED or not apart[s] or scheme[i] != s or starts[row] > month:
            continue
        if month > decided[row] + DURABLE_CLOCK_MONTHS:
            continue
        state = lines[i].state
        if cost[row] > paid[row] and (state == UNEMPLOYED or (state == TRAINING and lines[i].team < 0)):
            due, _, _ = _month_of(i, lines, spared[s], are_cents[i], are_days[i], are_paid[i], month, law)
            paid[row] = min(paid[row] + due, cost[row])


@kernel
def _rights_over(
    first: int,
    outcome: Array,
    file_scheme: Array,
    decided: Array,
    starts: Array,
    person: Array,
    cost: Array,
    paid: Array,
    resigned: Array,
    scheme: Array,
    are_days: Array,
    are_paid: Array,
    month: int,
) -> Array:
    """Files of those who resigned and are hired, founded a business or have no right left, or whose file is
    followed no longer; int64 rows."""
    out = np.empty(outcome.size - first, np.int64)
    n = 0
    for row in range(first, outcome.size):
        s, i = file_scheme[row], person[row]
        begun = outcome[row] == FUNDED and resigned[s] and starts[row] <= month
        last = decided[row] + DURABLE_CLOCK_MONTHS
        over = scheme[i] != s or days_left(are_days[i], are_paid[i]) <= 0
        if begun and (over or month == last) and month <= last and cost[row] > paid[row]:
            out[n] = row
            n += 1
    return out[:n].copy()


def _release_benefits(world: World) -> None:
    """A commitment of benefit at its longest comes down to what was paid when nothing more will be."""
    p, files = world.persons, world.files
    rows = _rights_over(
        files.live_from(world.month),
        files["outcome"],
        files["scheme"],
        files["month_decided"],
        files["starts"],
        files["person"],
        files["cost_eur_cents"],
        files["paid_eur_cents"],
        resigning(),
        p["scheme"],
        p["are_days"],
        p["are_paid"],
        world.month,
    )
    release(world, rows)


def pay_benefits(world: World) -> None:
    """Thirty days to everyone entitled; what is paid under a scheme is booked there, and on its file."""
    p, files, law = world.persons, world.files, derived(world, law_of)
    apart, spared = np.zeros(256, np.bool_), np.zeros(256, np.bool_)
    schemes = [one for one in of_behaviour("resign", "support") if one.payer == "unedic"]
    for one in schemes:
        apart[one.code], spared[one.code] = True, one.behaviour == "support"
    rights = p["are_cents_a_day"], p["are_days"], p["are_paid"], world.month, law
    _file_benefits(
        files.live_from(world.month),
        files["outcome"],
        files["scheme"],
        files["month_decided"],
        files["starts"],
        files["person"],
        files["cost_eur_cents"],
        files["paid_eur_cents"],
        apart,
        spared,
        world.lines,
        p["scheme"],
        *rights,
    )
    total, people = _benefits(world.strata, p["group"], world.lines, p["scheme"], apart, spared, *rights)
    world.ledger.post(world.month, "are", "unedic", "person", "are", int(total[_NO_SCHEME]))
    for one in schemes:
        kind = "are" if one.behaviour == "resign" else "allowance"
        world.ledger.post(world.month, one.name, "unedic", "person", kind, int(total[one.code]))
    world.record.count("are_recipients", people)
    _release_benefits(world)
