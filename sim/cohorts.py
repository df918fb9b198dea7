"""Persons by month of birth: who has a birthday, without a look at everybody."""

from __future__ import annotations

import copy
from collections import defaultdict

import numpy as np

from sim.groups import BASIC_GROUPS, LEFT_GROUP
from sim.kernels import Array


class Cohorts:
    """Rows of persons by month of birth; follows from ``birth_month`` alone."""

    def __init__(self, birth_month: Array) -> None:
        self._order = np.argsort(birth_month, kind="stable").astype(np.int32)
        self._first = int(birth_month.min()) if birth_month.size else 0
        heads = np.bincount(birth_month.astype(np.int64) - self._first)
        self._starts = np.concatenate([[0], np.cumsum(heads)])
        self._entered: defaultdict[int, list[Array]] = defaultdict(list)

    def twin(self) -> Cohorts:
        """The same cohorts, apart; those of the opening never change and are shared."""
        other = copy.copy(self)
        other._entered = defaultdict(list, {birth: list(some) for birth, some in self._entered.items()})
        return other

    def add(self, rows: Array, birth_month: Array) -> None:
        """Newcomers: rows (int64, increasing) and their months of birth."""
        if rows.size == 0:
            return
        order = np.argsort(birth_month, kind="stable")
        births, starts = np.unique(birth_month[order], return_index=True)
        for birth, some in zip(births.tolist(), np.split(rows[order], starts[1:]), strict=True):
            self._entered[birth].append(some)

    def born_in(self, birth_month: int) -> Array:
        """Rows of those born in a month, int64, increasing."""
        place = birth_month - self._first
        known = 0 <= place < self._starts.size - 1
        base = self._order[self._starts[place] : self._starts[place + 1]] if known else self._order[:0]
        return np.concatenate([base, *self._entered.get(birth_month, ())]).astype(np.int64)


def overdue(birth_month: Array, group: Array, oldest: int) -> Array:
    """Rows of those born before ``oldest`` who have not left: trainees past the last birthday at work."""
    old = np.flatnonzero(birth_month < oldest)
    return np.asarray(old[group[old] % BASIC_GROUPS != LEFT_GROUP])
