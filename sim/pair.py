"""Worlds on the same draws, each at its own pace, and what became of the funded in all of them.

A world asks nothing of another.  Only the count of the funded looks at both: the people whom a policy's
world funds in a month are seen 24 months later in either world.  So the policy's world leaves their names in
a :class:`Trail`, and the comparator, which may be less than 24 months ahead, leaves there what it has seen of
them.  One comparator answers for as many trails as there are policies.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from threading import Condition

import numpy as np

from sim.kernels import Array, kernel
from sim.processes.outcomes import DURABLE_CLOCK_MONTHS, durable_conversion
from sim.schemes.files import FUNDED
from sim.world import World

IN_TURN_BELOW_ROWS = 100_000
"""Worlds with fewer rows live one after the other: two threads would rather wait than work."""

COUNTED = ("funded", "gross", "additional", "dead_weight", "harmed")


class Stopped(Exception):
    """The pair was stopped between two months, as asked."""


@dataclass
class FundedTally:
    """Funded files seen 24 months after their decision, in both worlds: counts of heads of the sample."""

    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(COUNTED, 0))

    def add(self, with_policy: Array, without: Array) -> None:
        """Count people funded in the policy's world alone, from their durable conversions (bool) in both."""
        for name, who in (
            ("funded", np.ones(with_policy.size, bool)),
            ("gross", with_policy),
            ("additional", with_policy & ~without),
            ("dead_weight", with_policy & without),
            ("harmed", ~with_policy & without),
        ):
            self.counts[name] += int(who.sum())


@dataclass(frozen=True)
class Funded:
    """Files that the policy's world funded in one month: rows, persons, occupations of origin."""

    rows: Array
    persons: Array
    origins: Array


class Trail:
    """What a policy's world leaves for the count, by month, and what the comparator has seen of it.

    ``opening``: the policy's world before its first month; those funded in the 24 months before are named.
    """

    def __init__(self, opening: World) -> None:
        self.funded: dict[int, Funded] = {}
        self._with_policy: dict[int, tuple[Array, Array]] = {}
        self._without: dict[int, tuple[Array, Array]] = {}
        for month in range(opening.month - DURABLE_CLOCK_MONTHS, opening.month):
            self._leave_names(opening, month)

    def follow(self, policy: World) -> None:
        """Note the month that the policy's world has just closed."""
        month = policy.month - 1
        self._leave_names(policy, month)
        seen = self.funded[month - DURABLE_CLOCK_MONTHS]
        still = policy.files["outcome"][seen.rows] == FUNDED
        self._with_policy[month] = still, _durable(policy, seen)

    def _leave_names(self, policy: World, month: int) -> None:
        files = policy.files
        rows = _funded_in(month, files["outcome"], files["month_decided"])
        self.funded[month] = Funded(rows, files["person"][rows], files["origin_occupation"][rows])

    def answer(self, comparator: World) -> None:
        """What has become, in the month just closed, of those named 24 months before."""
        month = comparator.month - 1
        clock = month - DURABLE_CLOCK_MONTHS
        seen, files = self.funded[clock], comparator.files
        since = clock - DURABLE_CLOCK_MONTHS
        too = _funded_too(seen.persons, since, files["person"], files["outcome"], files["month_decided"])
        self._without[month] = too, _durable(comparator, seen)

    def tally(self) -> FundedTally:
        """The count, over the months that both worlds have lived."""
        tally = FundedTally()
        for month, (still, with_policy) in self._with_policy.items():
            too, without = self._without[month]
            only = still & ~too
            tally.add(with_policy[only], without[only])
        return tally


class Pair:
    """A policy's world and its comparator."""

    def __init__(self, base: World, other: World) -> None:
        self.base, self.other = base, other
        self.trail = Trail(other)
        self._left_something, self._stopped = Condition(), False

    def live(
        self, months: int, each_month: Callable[[int], None], cancelled: Callable[[], bool] | None
    ) -> FundedTally:
        """Both worlds live; ``each_month`` is told how many months are done.

        Raises:
            Stopped: when ``cancelled()`` turned true between two months.
        """
        if self.other.rows < IN_TURN_BELOW_ROWS:
            self._live_other(months, lambda done: each_month(done // 2), cancelled)
            self._live_base(months, lambda done: each_month((months + done) // 2), cancelled)
            return self.trail.tally()
        with ThreadPoolExecutor(1) as thread:
            beside = thread.submit(self._live_base, months)
            try:
                self._live_other(months, each_month, cancelled, beside)
            except BaseException:
                with self._left_something:
                    self._stopped = True
                    self._left_something.notify_all()
                raise
            beside.result()
        return self.trail.tally()

    def _live_other(
        self,
        months: int,
        each_month: Callable[[int], None],
        cancelled: Callable[[], bool] | None,
        beside: Future[None] | None = None,
    ) -> None:
        for done in range(months):
            if cancelled is not None and cancelled():
                raise Stopped
            if beside is not None and beside.done():
                beside.result()  # it has failed, unless it is through
            self.other.step()
            with self._left_something:
                self.trail.follow(self.other)
                self._left_something.notify_all()
            each_month(done + 1)

    def _live_base(
        self,
        months: int,
        each_month: Callable[[int], None] | None = None,
        cancelled: Callable[[], bool] | None = None,
    ) -> None:
        for done in range(months):
            if cancelled is not None and cancelled():
                raise Stopped
            self.base.step()
            clock = self.base.month - 1 - DURABLE_CLOCK_MONTHS
            with self._left_something:
                self._left_something.wait_for(lambda clock=clock: clock in self.trail.funded or self._stopped)  # type: ignore[misc]
            if self._stopped:
                return
            self.trail.answer(self.base)
            if each_month is not None:
                each_month(done + 1)


@kernel
def _funded_in(month: int, outcome: Array, decided: Array) -> Array:
    """Rows of the files funded in a month, int64, increasing."""
    out = np.empty(outcome.size, np.int64)
    n = 0
    for row in range(outcome.size):
        if decided[row] == month and outcome[row] == FUNDED:
            out[n] = row
            n += 1
    return out[:n].copy()


@kernel
def _funded_too(persons: Array, since: int, person: Array, outcome: Array, decided: Array) -> Array:
    """Whether each of ``persons`` has a file funded in the month ``since`` or later, bool."""
    order = np.argsort(persons)
    ordered, out = persons[order], np.zeros(persons.size, np.bool_)
    for row in range(outcome.size):
        if decided[row] >= since and outcome[row] == FUNDED:
            k = np.searchsorted(ordered, person[row])
            if k < ordered.size and ordered[k] == person[row]:
                out[order[k]] = True
    return out


def _durable(world: World, seen: Funded) -> Array:
    """Durable conversion of the funded at the end of the month that has just been closed, bool."""
    return durable_conversion(world, seen.persons, seen.origins, world.month - 1)
