"""Process 9, second half: rights to jobseekers' benefit (ARE) open.

A right is a number of days: those paid (negative while waiting days run) go up by thirty a month at search or
on a course without a post, and stand still in a post or out of the labour force
(:mod:`sim.processes.benefit_payments`).  Who founds a business may draw on it meanwhile
(:mod:`sim.processes.founders`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.benefits import (
    AreLaw,
    are_law,
    daily_benefit,
    days_left,
    idle_months_counted,
    reference_wage,
    right_days,
    window_months,
)
from sim.derived import Known, derived
from sim.groups import ENTITLED, mark
from sim.kernels import Array, kernel
from sim.layout import CHUNK, Line, fetch
from sim.moves import TRAINING, UNEMPLOYED, Reason
from sim.work_history import months_of_work, use_up

if TYPE_CHECKING:
    from sim.world import World

_AGREED = int(Reason.AGREED_TERMINATION)


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
            mark(ENTITLED, idx[n], strata)
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
