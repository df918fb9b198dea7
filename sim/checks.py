"""Identities that hold in every world at the end of every month, tolerance zero.

``check_world`` is called between two months, by the tests after each one.  It reads, never writes.  A fault
here is a fault of the engine, never of a scenario: each has its class and code all the same, so that a
report can name it.  What a month did (flows, ranks) is checked for the last month of the record; what is, for
everyone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.check_faults import (
    DatesOutOfOrder,
    FlowMismatch,
    HeadsLost,
    ValueOutOfRange,
    agree,
    refuse,
)
from sim.check_files import (
    check_books,
    check_envelopes,
    check_funded,
    check_ranks,
    check_titles,
    check_trainees,
)
from sim.check_posts import check_covered, check_posts
from sim.kernels import Array
from sim.moves import LEFT, NO_OCCUPATION_ROW, SELF_EMPLOYED, Reason
from sim.population.columns import NONE, SECTORS, State
from sim.schemes.files import Outcome, Project, Stage

if TYPE_CHECKING:
    from sim.world import World

_OLDEST_YEARS = 71
_LONGEST_BENEFIT_DAYS = 1095


def check_world(world: World) -> None:
    """Every identity, for a world between two months.

    Raises:
        BrokenIdentity: the class named by the first fault met.
    """
    for check in (
        _heads,
        check_posts,
        check_covered,
        _flows,
        check_books,
        check_envelopes,
        check_ranks,
        check_funded,
        check_trainees,
        _dates,
        _ranges,
        _wages,
        _benefits,
        check_titles,
    ):
        check(world)


def _state(world: World) -> np.ndarray:
    return world.persons["state"][: world.rows]


def _before(world: World) -> np.ndarray | None:
    """Stocks before the last month recorded, [occupation, sex, age band, state]; None before any month."""
    if not world.record.months:
        return None
    return world.record.stocks[-2] if len(world.record.stocks) > 1 else world.record.opening


def left_last_month(world: World) -> Array:
    """Heads who left for good in the last month by their last occupation, int64[41]."""
    p, rows = world.persons, world.rows
    gone = np.flatnonzero((p["since"][:rows] == world.month - 1) & (p["state"][:rows] == LEFT))
    last = np.minimum(p["occupation"][gone].astype(np.int64), NO_OCCUPATION_ROW)
    return np.bincount(last, minlength=NO_OCCUPATION_ROW + 1)


def _heads(world: World) -> None:
    before = _before(world)
    if before is None:
        return
    after, entries = world.record.stocks[-1], int(world.record.flows[-1][..., Reason.ENTRY].sum())
    exits = int(left_last_month(world).sum())
    due = int(before.sum()) + entries - exits
    agree(world, HeadsLost, int(after.sum()), due, "stocks move by entries and exits alone")
    state = _state(world)
    heads = np.array([np.count_nonzero(state == one) for one in range(4)])
    agree(
        world,
        HeadsLost,
        after.sum(axis=(0, 1, 2)),
        heads,
        "stocks recorded are the heads of the columns",
    )


def _flows(world: World) -> None:
    before = _before(world)
    if before is None:
        return
    after, flows = world.record.stocks[-1], world.record.flows[-1].astype(np.int64)
    refuse(world, FlowMismatch, flows < 0, "flows are not negative")
    inside = flows.sum(axis=2)
    exits = left_last_month(world)
    change = inside.sum(axis=0) - inside.sum(axis=1) + np.diagonal(flows[..., Reason.ENTRY]) - exits
    agree(
        world,
        FlowMismatch,
        after.sum(axis=(1, 2, 3)),
        before.sum(axis=(1, 2, 3)) + change,
        "each occupation moves by who comes and who goes",
    )
    by, heads, now = flows.sum(axis=(0, 1)), before.sum(axis=(0, 1, 2)), after.sum(axis=(0, 1, 2))
    training = by[Reason.TRAINING_START] - by[Reason.TRAINING_END]
    agree(
        world,
        FlowMismatch,
        now[State.TRAINING],
        heads[State.TRAINING] + training,
        "training moves by its starts and ends",
    )
    inactive = by[[Reason.LEAVES_LABOUR_FORCE, Reason.GIVES_UP_SEARCH, Reason.ENTRY]].sum()
    inactive -= by[[Reason.STARTS_SEARCH, Reason.HIRE_FROM_INACTIVITY]].sum()
    # The retired stay as inactive until they leave for good.
    rest = int(now[State.INACTIVE] - heads[State.INACTIVE] - inactive)
    refuse(
        world,
        FlowMismatch,
        not -exits.sum() <= rest <= by[Reason.RETIREMENT],
        "inactivity moves by its flows and by retirement",
    )


def _dates(world: World) -> None:
    p, files, rows, now = world.persons, world.files, world.rows, world.month
    present = _state(world) != State.LEFT
    for name in ("since", "hired", "occupation_since", "birth_month", "laid_off"):
        dates = p[name][:rows]
        if dates.max(initial=now) > now:
            refuse(world, DatesOutOfOrder, present & (dates > now), f"{name} is not in the future")
    age = now - p["birth_month"][:rows].astype(np.int64)
    refuse(
        world, DatesOutOfOrder, present & ((age < 15 * 12) | (age > _OLDEST_YEARS * 12)), "ages of 15 to 71"
    )
    decided = files["month_decided"] != -1
    known = files["outcome"] != Outcome.WAITING
    refuse(
        world, DatesOutOfOrder, known & (files["month_decided"] < files["month_filed"]), "filed, then decided"
    )
    refuse(world, DatesOutOfOrder, ~known & decided, "a file that waits has no decision")
    refuse(world, DatesOutOfOrder, files["month_filed"] >= now, "nothing is filed in the future")
    funded = files["outcome"] == Outcome.FUNDED
    refuse(
        world,
        DatesOutOfOrder,
        funded & (files["project"] != Project.SUPPORT) & (files["starts"] <= files["month_decided"]),
        "decided, then started",
    )
    begun = funded & (files["stage"] == Stage.IN_TRAINING)
    refuse(
        world,
        DatesOutOfOrder,
        begun & ((files["starts"] >= now) | (files["ends"] < now)),
        "a course under way has begun and has not ended",
    )
    due = (files["stage"] == Stage.NOT_STARTED) & funded & (files["route"] != NONE)
    refuse(world, DatesOutOfOrder, due & (files["starts"] < now), "a course starts in its month")


def _ranges(world: World) -> None:
    p, rows = world.persons, world.rows
    for table in (world.persons, world.units, world.teams):
        for name, values in table.items():
            if values.dtype.kind == "f":
                refuse(world, ValueOutOfRange, ~np.isfinite(values), f"{name} is finite")
    for name, top in (
        ("state", 4),
        ("sex", 1),
        ("status", 4),
        ("contract", 3),
        ("education", 4),
        ("literacy", 1),
        ("distant", 1),
    ):
        if p[name][:rows].max(initial=0) > top:
            refuse(world, ValueOutOfRange, p[name][:rows] > top, f"{name} has a known code")
    for name, count in (
        ("occupation", world.occupations.count),
        ("aim", world.occupations.count),
        ("sector", len(SECTORS)),
    ):
        codes = p[name][:rows]
        refuse(world, ValueOutOfRange, (codes >= count) & (codes != NONE), f"{name} has a known code or none")
    for name in ("wage", "are_cents_a_day"):
        if p[name][:rows].min(initial=0) < 0:
            refuse(world, ValueOutOfRange, p[name][:rows] < 0, f"{name} is not negative")
    refuse(
        world, ValueOutOfRange, p["person"][:rows] != np.arange(rows), "identifiers are rows, each used once"
    )


def _wages(world: World) -> None:
    """Employees hired during the record are paid the minimum wage of their hire at least."""
    p, rows, months = world.persons, world.rows, world.record.months
    for month in months[-1:]:
        hired = np.flatnonzero((p["hired"][:rows] == month) & (p["team"][:rows] >= 0))
        hired = hired[p["status"][hired] != SELF_EMPLOYED]
        floor = round(float(world.rules_of(month)["law.smic_gross_eur_per_month"]) * 100)
        low = p["wage"][hired] < floor
        refuse(world, ValueOutOfRange, low, "nobody is hired below the minimum wage")


def _benefits(world: World) -> None:
    """A right to benefit is of some cents a day and no longer than the law has ever had it."""
    p, rows = world.persons, world.rows
    paid, days = p["are_paid"][:rows], p["are_days"][:rows]
    entitled = np.flatnonzero((np.maximum(paid, 0) < days) & (_state(world) != State.LEFT))
    worth = p["are_cents_a_day"][entitled]
    refuse(world, ValueOutOfRange, worth <= 0, "a right is worth something")
    refuse(world, ValueOutOfRange, days > _LONGEST_BENEFIT_DAYS, "rights end within the legal maximum")
    refuse(world, ValueOutOfRange, (days > 0) & (paid > days), "no right is paid beyond its days")
    founded = np.flatnonzero(p["founder_days"][:rows] != 0)
    own = (_state(world)[founded] == State.EMPLOYED) & (p["status"][founded] == SELF_EMPLOYED)
    refuse(world, ValueOutOfRange, ~own, "who draws on a right as a founder runs her business")
