"""Keyed draws of one model: the engine's streams, asked one person at a time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sim.streams import Decision, draw, sieved_draw, stream_key


class Chance:
    """Draws in [0, 2**32) by decision, month and number of the person (or post, or occupation)."""

    def __init__(self, seed: int, month_now: Callable[[], int]) -> None:
        self._seed, self._month_now = seed, month_now
        self._keys: dict[tuple[int, int, int], Any] = {}

    def of(self, decision: Decision, number: int, month: int | None = None) -> int:
        """The draw of a decision taken by few."""
        return int(draw(self._key(decision, month), number))

    def for_life(self, decision: Decision, number: int) -> int:
        """The draw of what a person is, once for all months."""
        return self.of(decision, number, 0)

    def of_everyone(self, decision: Decision, number: int, salt: int = 0) -> int:
        """The draw of a decision that everybody faces every month; each scheme has its own."""
        return int(sieved_draw(self._key(decision, None, salt), number))

    def _key(self, decision: Decision, month: int | None, salt: int = 0) -> Any:
        month = self._month_now() if month is None else month
        known = (int(decision), month, salt)
        if known not in self._keys:
            key = stream_key(self._seed, decision, month)
            self._keys[known] = type(key)(int(key) ^ salt)
        return self._keys[known]
