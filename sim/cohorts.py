"""Persons by month of birth: who has a birthday, without a look at everybody."""

from __future__ import annotations

import copy

import numpy as np

from sim.groups import BASIC_GROUPS, LEFT_GROUP
from sim.kernels import Array, kernel


class Cohorts:
    """Rows of persons by month of birth; follows from ``birth_month`` alone.

    Those of the opening are sorted once; the months of birth of newcomers stand in the order of their rows.
    """

    def __init__(self, birth_month: Array) -> None:
        self._order = np.argsort(birth_month, kind="stable").astype(np.int32)
        self._first = int(birth_month.min()) if birth_month.size else 0
        heads = np.bincount(birth_month.astype(np.int64) - self._first)
        self._starts = np.concatenate([[0], np.cumsum(heads)])
        self._newcomers = np.zeros(0, birth_month.dtype)

    def twin(self) -> Cohorts:
        """The same cohorts, apart; no array is ever written into, so they are shared."""
        return copy.copy(self)

    def add(self, birth_month: Array) -> None:
        """Newcomers, in the order of their rows."""
        self._newcomers = np.concatenate((self._newcomers, birth_month))

    def born_in(self, months: Array) -> tuple[Array, Array]:
        """Rows of those born in each of ``months``, month after month, and where each begins (int64 both).

        ``months`` (int64) are all different; the beginnings have one more entry at the end.
        """
        found: tuple[Array, Array] = _born_in(months, self._order, self._starts, self._first, self._newcomers)
        return found


@kernel
def _born_in(months: Array, order: Array, starts: Array, first: int, newcomers: Array) -> tuple[Array, Array]:
    low, high = months.min(), months.max()
    asked = np.full(high - low + 1, -1, np.int8)
    ends = np.zeros(months.size + 1, np.int64)
    for k in range(months.size):
        asked[months[k] - low] = k
        place = months[k] - first
        if 0 <= place < starts.size - 1:
            ends[k + 1] = starts[place + 1] - starts[place]
    for birth in newcomers:
        if low <= birth <= high and asked[birth - low] >= 0:
            ends[asked[birth - low] + 1] += 1
    ends = np.cumsum(ends)
    out, filled = np.empty(ends[-1], np.int64), ends[:-1].copy()
    for k in range(months.size):
        place = months[k] - first
        if 0 <= place < starts.size - 1:
            for n in range(starts[place], starts[place + 1]):
                out[filled[k]] = order[n]
                filled[k] += 1
    for n in range(newcomers.size):
        birth = newcomers[n]
        if low <= birth <= high and asked[birth - low] >= 0:
            k = asked[birth - low]
            out[filled[k]] = order.size + n
            filled[k] += 1
    return out, ends


def overdue(birth_month: Array, group: Array, oldest: int) -> Array:
    """Rows of those born before ``oldest`` who have not left: trainees past the last birthday at work."""
    old = np.flatnonzero(birth_month < oldest)
    return np.asarray(old[group[old] % BASIC_GROUPS != LEFT_GROUP])
