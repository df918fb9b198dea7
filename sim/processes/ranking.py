"""Who comes first: ranks by keyed draws, exact whatever the sorting algorithm."""

from __future__ import annotations

import numpy as np

from sim.kernels import Array, kernel


@kernel
def slots(by_team: Array, total: int) -> tuple[Array, Array]:
    """One row an open post: its team, and its number in the team."""
    team = np.empty(total, np.int64)
    number = np.empty(total, np.int64)
    n = 0
    for t in range(by_team.size):
        for v in range(by_team[t]):
            team[n] = t
            number[n] = v
            n += 1
    return team, number


def ranked(group: Array, draws: Array) -> Array:
    """Positions sorted by group, then draw, then position: one unique whole number each, so any sort agrees.

    Groups below 64, draws below 2**32, at most 2**25 entries.
    """
    position = np.arange(group.size, dtype=np.int64)
    keys = np.sort((group.astype(np.int64) << 57) | (draws << 25) | position)
    return np.asarray(keys & ((1 << 25) - 1))


@kernel
def heads_of_groups(order: Array, group: Array, quota: Array) -> Array:
    """The first ``quota[g]`` entries of each group in ``order`` (sorted by group)."""
    out = np.empty(order.size, np.int64)
    taken = np.zeros(quota.size, np.int64)
    n = 0
    for k in range(order.size):
        g = group[order[k]]
        if taken[g] < quota[g]:
            out[n] = order[k]
            n += 1
            taken[g] += 1
    return out[:n].copy()
