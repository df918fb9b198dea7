"""Whom each world of a pair funded, and what either world saw of them some months later.

A world asks nothing of another.  Each leaves the names of those it funds, month by month; each looks, six to
36 months after the decision, at the people named by either.  A world may therefore be at most
:data:`LEAD_MONTHS` behind the other.
"""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sim.kernels import Array, kernel
from sim.processes.outcomes import DURABLE_CLOCK_MONTHS, durable_conversion
from sim.schemes.files import FUNDED

if TYPE_CHECKING:
    from sim.schemes.files import Files
    from sim.world import World

CLOCKS_MONTHS = (6, 12, 18, 24, 36)
"""Months after the decision at which the funded are looked at; 24 is the clock of the identity."""

LEAD_MONTHS = CLOCKS_MONTHS[0]
"""How far a world may be ahead of the other before it needs names that are not there yet."""

ONCE_MONTHS = DURABLE_CLOCK_MONTHS
"""Funded in one world only: without a funded file in the other from so long before to so long after."""


class Side(IntEnum):
    """The worlds of a pair."""

    COMPARATOR = 0
    POLICY = 1

    @property
    def other(self) -> Side:
        return Side(1 - self)


class Cohort(NamedTuple):
    """Files that a world funded in one month: rows, persons, trades of origin and aimed at, schemes."""

    rows: Array
    persons: Array
    origins: Array
    targets: Array
    schemes: Array


class Look(NamedTuple):
    """What a world saw of a cohort: durable conversion (bool), and the trade held (uint8)."""

    durable: Array
    trade: Array


class Heads(NamedTuple):
    """Files funded in one world only, as seen at one clock: one entry a file.

    ``funded`` and ``unfunded``: durable conversion in the world that funded and in the other; ``trade``: held
    then in the world that funded.
    """

    month: Array
    scheme: Array
    origin: Array
    target: Array
    funded: Array
    unfunded: Array
    trade: Array


class Trail:
    """What two worlds leave for the count.  ``opening``: month in which both begin."""

    def __init__(self, opening: int) -> None:
        self.opening = opening
        self._named: dict[Side, dict[int, Cohort]] = {side: {} for side in Side}
        self._seen: dict[tuple[Side, Side, int, int], Look] = {}
        self._masks: dict[tuple[Side, int], Array] = {}

    def closed(self, side: Side) -> int:
        """The last month that a world has closed, the one before the opening at first."""
        return self.opening - 1 + len(self._named[side])

    def note(self, side: Side, world: World) -> None:
        """Note the month that a world has just closed: whom it funded, and what those named before do."""
        month = world.month - 1
        self._named[side][month] = _cohort(world.files, month)
        for named_by in Side:
            for clock in CLOCKS_MONTHS:
                if month - clock >= self.opening:
                    cohort = self._named[named_by][month - clock]
                    durable = durable_conversion(world, cohort.persons, cohort.origins, month)
                    trade = world.persons["occupation"][cohort.persons]
                    self._seen[side, named_by, month - clock, clock] = Look(durable, trade)

    def heads(self, side: Side, clock: int, own: Files, others: Files) -> Heads:
        """Files funded by the world of ``side`` alone whose ``clock`` is over in both worlds.

        ``own`` and ``others``: the files of that world and of the other at the end of their lives.
        """
        last = min(self.closed(one) for one in Side) - clock
        parts = [
            self._heads_of(side, month, clock, own, others) for month in range(self.opening, last + 1)
        ] or [_nobody()]
        return Heads(*(np.concatenate(columns) for columns in zip(*parts, strict=True)))

    def _heads_of(self, side: Side, month: int, clock: int, own: Files, others: Files) -> Heads:
        cohort, only = self._named[side][month], self._only(side, month, own, others)
        here, there = self._seen[side, side, month, clock], self._seen[side.other, side, month, clock]
        return Heads(
            np.full(int(only.sum()), month, np.int16),
            cohort.schemes[only],
            cohort.origins[only],
            cohort.targets[only],
            here.durable[only],
            there.durable[only],
            here.trade[only],
        )

    def _only(self, side: Side, month: int, own: Files, others: Files) -> Array:
        """Which files of a cohort are funded in their own world alone, bool; both worlds are over."""
        if (side, month) in self._masks:
            return self._masks[side, month]
        cohort = self._named[side][month]
        still = own["outcome"][cohort.rows] == FUNDED
        also = funded_near(
            cohort.persons, month, others["person"], others["outcome"], others["month_decided"]
        )
        self._masks[side, month] = np.asarray(still & ~also)
        return self._masks[side, month]

    def alone(self, side: Side, month: int, own: Files, others: Files) -> Array:
        """Schemes of the files of a month that one world funded alone, one entry a file."""
        schemes = self._named[side][month].schemes
        return np.asarray(schemes[self._only(side, month, own, others)])


def _nobody() -> Heads:
    bytes_, flags = np.zeros(0, np.uint8), np.zeros(0, np.bool_)
    return Heads(np.zeros(0, np.int16), bytes_, bytes_, bytes_, flags, flags, bytes_)


def _cohort(files: Files, month: int) -> Cohort:
    rows = funded_in(files.live_from(month), month, files["outcome"], files["month_decided"])
    names = ("person", "origin_occupation", "target_occupation", "scheme")
    return Cohort(rows, *(files[name][rows] for name in names))


@kernel
def funded_in(first: int, month: int, outcome: Array, decided: Array) -> Array:
    """Rows from ``first`` on of the files funded in a month, int64, increasing."""
    out = np.empty(outcome.size - first, np.int64)
    n = 0
    for row in range(first, outcome.size):
        if decided[row] == month and outcome[row] == FUNDED:
            out[n] = row
            n += 1
    return out[:n].copy()


@kernel
def funded_near(persons: Array, month: int, person: Array, outcome: Array, decided: Array) -> Array:
    """Whether each of ``persons`` has a file funded within :data:`ONCE_MONTHS` of a month, bool."""
    order = np.argsort(persons)
    ordered, out = persons[order], np.zeros(persons.size, np.bool_)
    for row in range(outcome.size):
        if outcome[row] == FUNDED and abs(decided[row] - month) <= ONCE_MONTHS:
            k = np.searchsorted(ordered, person[row])
            while k < ordered.size and ordered[k] == person[row]:
                out[order[k]] = True
                k += 1
    return out
