"""Process 9, second half: rights to jobseekers' benefit (ARE) open, are paid, wait while there is a post.

The writer of ARE rights.  A right is a number of days: those paid (negative while waiting days run) go up by
thirty a month at search or on a course without a post, and stand still in a post or out of the labour force.
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
from sim.streams import next_person
from sim.work_history import months_of_work, use_up

if TYPE_CHECKING:
    from sim.world import World

_AGREED = int(Reason.AGREED_TERMINATION)
_NO_SCHEME = int(NONE)


def law_of(known: Known) -> AreLaw:
    """The benefit under the rules in force."""
    return are_law(known.rules)


def lost_posts(world: World) -> tuple[Array, Array]:
    """Rows of those who lost a post this month with a right to benefit, and why (:class:`Reason`); int64."""
    rows, reasons = zip(*world.memory["lost_post"], strict=True)
    return np.concatenate(rows), np.concatenate(reasons)


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
    rows, reasons = lost_posts(world)
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
def _is_below(person: Line, month: int, law: AreLaw) -> bool:
    """Whether she was young enough for the degressive rule when she lost the post."""
    lost = month - law.degressive_after_days // 30
    return bool((lost - person.birth_month) // 12 < law.degressive_below_age_years)


@kernel
def _benefits(
    strata: Array,
    group: Array,
    lines: Array,
    scheme: Array,
    apart: Array,
    are_cents: Array,
    are_days: Array,
    are_paid: Array,
    month: int,
    law: AreLaw,
) -> tuple[Array, int]:
    """Cents due by scheme [256], 255 outside those kept ``apart`` [256]; people paid.  Writes the days paid."""
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
            i = entitled[k]
            g = group[i] % BASIC_GROUPS
            learning = g == TRAINING_GROUP and lines[i].team < 0
            if not (UNEMPLOYED_GROUPS <= g < INACTIVE_GROUPS or learning):
                continue
            before, high = are_paid[i], are_cents[i] > law.degressive_floor_cents
            cut = high and not apart[scheme[i]] and _is_below(lines[i], month, law)
            due, are_paid[i], are_cents[i] = month_of_benefit(are_days[i], before, are_cents[i], cut, law)
            if learning:
                due = max(due, law.training_minimum_cents * (max(are_paid[i], 0) - max(before, 0)))
            people += int(due > 0)
            total[scheme[i] if apart[scheme[i]] else _NO_SCHEME] += due
    return total, people


def pay_benefits(world: World) -> None:
    """Thirty days to everyone entitled; what is paid under a scheme is booked there."""
    p, apart = world.persons, np.zeros(256, np.bool_)
    apart[world.memory["resign_code"]] = True
    total, people = _benefits(
        world.strata,
        p["group"],
        world.lines,
        p["scheme"],
        apart,
        p["are_cents_a_day"],
        p["are_days"],
        p["are_paid"],
        world.month,
        derived(world, law_of),
    )
    world.ledger.post(world.month, "are", "unedic", "person", "are", int(total[_NO_SCHEME]))
    world.ledger.post(
        world.month,
        "demissionnaire",
        "unedic",
        "person",
        "are",
        int(total[world.memory["resign_code"]]),
    )
    world.record.count("are_recipients", people)
