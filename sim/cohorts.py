"""Persons by month of birth: who has a birthday, without a look at everybody."""

from __future__ import annotations

import copy

import numpy as np

from sim.groups import BASIC_GROUPS, LEFT_GROUP
from sim.kernels import Array, kernel

OLDEST_NEWCOMER_MONTHS = 40 * 12
"""Nobody enters the world older than that."""


class Cohorts:
    """Rows of persons by month of birth; follows from ``birth_month`` alone.

    Those of the opening are sorted once.  Newcomers hang together by month of birth: the last who entered,
    the one before her, and so on; -1 ends the chain.
    """

    def __init__(self, birth_month: Array) -> None:
        self._order = np.argsort(birth_month, kind="stable").astype(np.int32)
        self._first = int(birth_month.min(initial=0)) - OLDEST_NEWCOMER_MONTHS
        heads = np.bincount(birth_month.astype(np.int64) - self._first)
        self._starts = np.concatenate([[0], np.cumsum(heads)])
        self._last = np.full(heads.size, -1, np.int32)
        self._before = np.zeros(0, np.int32)

    def twin(self) -> Cohorts:
        """The same cohorts, apart; what is never written into is shared."""
        other = copy.copy(self)
        other._last = self._last.copy()
        return other

    def add(self, birth_month: Array) -> None:
        """Newcomers, in the order of their rows."""
        births = birth_month - self._first
        self._last, before = _chained(births, self._before.size, self._last)
        self._before = np.concatenate((self._before, before))

    def born_in(self, months: Array) -> tuple[Array, Array]:
        """Rows of those born in each of ``months``, month after month, and where each begins (int64 both).

        The beginnings have one more entry at the end; rows of a month are in no particular order.
        """
        found: tuple[Array, Array] = _born_in(
            months - self._first, self._order, self._starts, self._last, self._before
        )
        return found


@kernel
def _chained(births: Array, first: int, last: Array) -> tuple[Array, Array]:
    """Ends of the chains with newcomers from number ``first`` on, longer if need be; the one before each."""
    if births.size > 0 and births.max() >= last.size:
        last = np.concatenate((last, np.full(births.max() + 1 - last.size, -1, np.int32)))
    before = np.empty(births.size, np.int32)
    for n in range(births.size):
        before[n] = last[births[n]]
        last[births[n]] = first + n
    return last, before


@kernel
def _born_in(births: Array, order: Array, starts: Array, last: Array, before: Array) -> tuple[Array, Array]:
    begins = np.zeros(births.size + 1, np.int64)
    out = np.empty(order.size + before.size, np.int64)  # memory that is not written to is not fetched
    n = 0
    for k in range(births.size):
        birth = births[k]
        if 0 <= birth < starts.size - 1:
            for place in range(starts[birth], starts[birth + 1]):
                out[n] = order[place]
                n += 1
        newcomer = last[birth] if 0 <= birth < last.size else -1
        while newcomer >= 0:
            out[n] = order.size + newcomer
            n += 1
            newcomer = before[newcomer]
        begins[k + 1] = n
    return out[:n].copy(), begins


def overdue(birth_month: Array, group: Array, oldest: int) -> Array:
    """Rows of those born before ``oldest`` who have not left: trainees past the last birthday at work."""
    old = np.flatnonzero(birth_month < oldest)
    return np.asarray(old[group[old] % BASIC_GROUPS != LEFT_GROUP])
