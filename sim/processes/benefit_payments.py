"""Process 9, second half: the month's benefit to whoever has a right and no post.

What is paid under a scheme is booked there, and on the file that is followed: each amount is worked out once.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sim.benefits import DAYS_A_MONTH, AreLaw, days_left, month_of_benefit
from sim.groups import (
    AIMING_STRATUM,
    BASIC_GROUPS,
    BLOCK,
    DISTANT_STRATUM,
    ENTITLED,
    INACTIVE_GROUPS,
    PREPARING_GROUP,
    PREPARING_STRATUM,
    TRAINING_GROUP,
    TRAINING_STRATUM,
    UNEMPLOYED_GROUPS,
    UNEMPLOYED_STRATUM,
    strike_off,
)
from sim.kernels import Array, kernel
from sim.population.columns import NONE
from sim.schemes.files import DURABLE_CLOCK_MONTHS, FUNDED
from sim.schemes.payments import release
from sim.schemes.rules import Scheme, of_behaviour, resigning
from sim.streams import next_person

if TYPE_CHECKING:
    from sim.world import World

_NO_SCHEME = int(NONE)


class Paid(NamedTuple):
    """Cents paid this month under schemes: rows of the persons (ascending), cents, scheme; int64 all."""

    rows: Array
    cents: Array
    schemes: Array


@cache
def paying() -> tuple[Scheme, ...]:
    """Schemes under which Unedic pays people their benefit, or an allowance in its place."""
    return tuple(one for one in of_behaviour("resign", "support") if one.payer == "unedic")


@cache
def booked_apart() -> Array:
    """These schemes, bool [256]: their benefits are not booked with those of everybody."""
    apart = np.zeros(256, np.bool_)
    apart[[one.code for one in paying()]] = True
    return apart


@cache
def _spared() -> Array:
    """Those under which a high benefit does not fall, bool [256]."""
    spared = np.zeros(256, np.bool_)
    spared[[one.code for one in paying() if one.behaviour == "support"]] = True
    return spared


@kernel
def falls(i: int, lines: Array, cents: int, month: int, law: AreLaw) -> bool:
    """Whether a daily benefit of ``cents`` falls after the months at full rate, at the age of row ``i``."""
    if cents <= law.degressive_floor_cents:
        return False
    lost = month - law.degressive_after_days // DAYS_A_MONTH
    return bool((lost - lines[i].birth_month) // 12 < law.degressive_below_age_years)


@kernel
def _longer(values: Array) -> Array:
    """The same whole numbers with as much room again."""
    out = np.empty(2 * values.size, np.int64)
    out[: values.size] = values
    return out


@kernel
def _pay_jobless(
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
) -> tuple[int, int, Array, Array, Array]:
    """(cents due outside the schemes kept ``apart`` [256], people paid; rows, cents, schemes of the others).

    ``spared`` [256]: under which scheme a high benefit does not fall.  Writes the days paid.  Of a person at
    search only the scanned columns are read, but for the few whose benefit is high.
    """
    total, people, count = 0, 0, 0
    rows, cents, schemes = np.empty(1024, np.int64), np.empty(1024, np.int64), np.empty(1024, np.int64)
    entitled = np.empty(BLOCK, np.int64)
    for block in range(strata.shape[1]):
        left = strata[ENTITLED, block]
        if left == 0:
            continue
        jobless = np.uint64(0)
        for stratum in (
            UNEMPLOYED_STRATUM,
            DISTANT_STRATUM,
            AIMING_STRATUM,
            TRAINING_STRATUM,
            PREPARING_STRATUM,
        ):
            jobless |= strata[stratum, block]
        left &= jobless
        m = 0
        while left != 0:
            i, left = next_person(block, left)
            if days_left(are_days[i], are_paid[i]) <= 0:
                strike_off(ENTITLED, i, strata)
                continue
            entitled[m] = i
            m += 1
        for k in range(m):
            i, s = entitled[k], scheme[entitled[k]]
            g = group[i] % BASIC_GROUPS
            training = g == TRAINING_GROUP
            if training:
                if lines[i].team >= 0:
                    continue
            elif g != PREPARING_GROUP and not UNEMPLOYED_GROUPS <= g < INACTIVE_GROUPS:
                continue
            cut = not spared[s] and falls(i, lines, are_cents[i], month, law)
            before = max(are_paid[i], 0)
            due, are_paid[i], are_cents[i] = month_of_benefit(
                are_days[i], are_paid[i], are_cents[i], cut, law
            )
            if training:
                due = max(due, law.training_minimum_cents * (max(are_paid[i], 0) - before))
            people += int(due > 0)
            if not apart[s]:
                total += due
                continue
            if count == rows.size:
                rows, cents, schemes = _longer(rows), _longer(cents), _longer(schemes)
            rows[count], cents[count], schemes[count] = i, due, s
            count += 1
    return total, people, rows[:count].copy(), cents[:count].copy(), schemes[:count].copy()


def pay_benefits(world: World, law: AreLaw) -> Paid:
    """Thirty days to everyone without a post who is entitled; returns what was paid under schemes."""
    p = world.persons
    total, people, *under_schemes = _pay_jobless(
        world.strata,
        p["group"],
        world.lines,
        p["scheme"],
        booked_apart(),
        _spared(),
        p["are_cents_a_day"],
        p["are_days"],
        p["are_paid"],
        world.month,
        law,
    )
    paid = Paid(*under_schemes)
    world.ledger.post(world.month, "are", "unedic", "person", "are", int(total))
    for one in paying():
        kind = "are" if one.behaviour == "resign" else "allowance"
        cents = int(paid.cents[paid.schemes == one.code].sum())
        world.ledger.post(world.month, one.name, "unedic", "person", kind, cents)
    world.record.count("are_recipients", people)
    return paid


@kernel
def _write_on_files(
    first: int,
    month: int,
    rows: Array,
    cents: Array,
    schemes: Array,
    outcome: Array,
    file_scheme: Array,
    decided: Array,
    starts: Array,
    person: Array,
    cost: Array,
    paid: Array,
) -> None:
    for row in range(first, outcome.size):
        if outcome[row] != FUNDED or cost[row] <= paid[row] or starts[row] > month:
            continue
        if month > decided[row] + DURABLE_CLOCK_MONTHS:
            continue
        n = np.searchsorted(rows, person[row])
        if n < rows.size and rows[n] == person[row] and schemes[n] == file_scheme[row]:
            paid[row] = min(paid[row] + cents[n], cost[row])


def write_on_files(world: World, paid: Paid) -> None:
    """What the month has paid of each commitment, as long as its file is followed."""
    files = world.files
    if paid.rows.size:
        _write_on_files(
            files.live_from(world.month),
            world.month,
            *paid,
            files["outcome"],
            files["scheme"],
            files["month_decided"],
            files["starts"],
            files["person"],
            files["cost_eur_cents"],
            files["paid_eur_cents"],
        )


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
    """Files of those who resigned and to whom nothing more is paid under the scheme, or whose file is
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


def release_benefits(world: World) -> None:
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
