"""Worlds on the same draws, each at its own pace, and what became of everyone in both of them.

A world asks nothing of another.  Only the count looks at both: those whom either world funds are seen, some
months later, in either (:class:`sim.counting.trail.Trail`).  So a world waits where the other is more months
behind than the shortest of these clocks.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Condition

from sim.counting.everyone import Census, census_months, opening_trades, standings
from sim.counting.funded import FundedTally, tally
from sim.counting.trail import LEAD_MONTHS, Side, Trail
from sim.world import World

__all__ = ["IN_TURN_BELOW_ROWS", "FundedTally", "Pair", "Stopped"]

IN_TURN_BELOW_ROWS = 100_000
"""Worlds with fewer rows live month by month in turn: two threads would rather wait than work."""


class Stopped(Exception):
    """The pair was stopped between two months, as asked."""


class Pair:
    """A policy's world and its comparator."""

    def __init__(self, base: World, other: World) -> None:
        self.worlds = {Side.COMPARATOR: base, Side.POLICY: other}
        self.trail = Trail(other.month)
        self.censuses: dict[Side, Census] = {}
        self._moved_on, self._stopped = Condition(), False

    def live(
        self, months: int, each_month: Callable[[int], None], cancelled: Callable[[], bool] | None
    ) -> FundedTally:
        """Both worlds live; ``each_month`` is told how many months are done.

        Raises:
            Stopped: when ``cancelled()`` turned true between two months.
        """
        opening = self.trail.opening
        origins, dates = opening_trades(self.worlds[Side.POLICY]), census_months(opening, months)
        self.censuses = {side: Census(origins, dates) for side in Side}
        if self.worlds[Side.POLICY].rows < IN_TURN_BELOW_ROWS:
            self._live_in_turn(months, each_month, cancelled)
        else:
            self._live_beside(months, each_month, cancelled)
        files = [self.worlds[side].files for side in Side]
        seen = [(self.censuses[side], self.worlds[side].files) for side in Side]
        return replace(tally(self.trail, *files), standing=standings(seen[0], seen[1], opening))

    def _live_in_turn(
        self, months: int, each_month: Callable[[int], None], cancelled: Callable[[], bool] | None
    ) -> None:
        for done in range(months):
            if cancelled is not None and cancelled():
                raise Stopped
            for side in Side:
                self._live_month(side)
            each_month(done + 1)

    def _live_beside(
        self, months: int, each_month: Callable[[int], None], cancelled: Callable[[], bool] | None
    ) -> None:
        def comparator() -> None:
            for _ in range(months):
                if self._stopped:
                    return
                self._live_month(Side.COMPARATOR)

        with ThreadPoolExecutor(1) as thread:
            beside = thread.submit(self._stopping_all, comparator)

            def policy() -> None:
                for done in range(months):
                    if cancelled is not None and cancelled():
                        raise Stopped
                    if self._stopped:
                        return  # the comparator has failed: its fault is raised below
                    self._live_month(Side.POLICY)
                    each_month(done + 1)

            self._stopping_all(policy)
            beside.result()

    def _stopping_all(self, lives: Callable[[], None]) -> None:
        """Let one world live; a fault in it ends the wait of the other."""
        try:
            lives()
        except BaseException:
            with self._moved_on:
                self._stopped = True
                self._moved_on.notify_all()
            raise

    def _live_month(self, side: Side) -> None:
        world = self.worlds[side]
        world.step()
        month = world.month - 1
        with self._moved_on:
            self._moved_on.wait_for(
                lambda: self._stopped or self.trail.closed(side.other) >= month - LEAD_MONTHS
            )
            if self._stopped:
                return
            self.trail.note(side, world)
            self._moved_on.notify_all()
        self.censuses[side].note(world)
