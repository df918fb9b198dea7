"""Who comes first: ranks by keyed draws, exact and linear in the number of candidates."""

from __future__ import annotations

import numpy as np

from sim.kernels import Array, kernel
from sim.streams import draw

MOST_POSTS_OF_A_TEAM = 4096
"""Open posts of a team have numbers below this, so that each has a draw of its own."""


@kernel
def open_post_keys(by_team: Array, total: int, key: np.uint64) -> tuple[Array, Array]:
    """One row an open post: its team and its draw (int64 both)."""
    team, draws = np.empty(total, np.int64), np.empty(total, np.int64)
    n = 0
    for t in range(by_team.size):
        for number in range(by_team[t]):
            team[n] = t
            draws[n] = draw(key, t * MOST_POSTS_OF_A_TEAM + number)
            n += 1
    return team, draws


@kernel
def first_in_line(group: Array, draws: Array, quota: Array) -> Array:
    """Positions of the ``quota[g]`` smallest draws of each group, by group, then draw, then position.

    ``draws`` lie in [0, 2**32); entries of a negative group stand in no line.  Draws are spread over bins by
    their first digits; bins beyond a quota are dropped, the others, a few entries each, sorted by insertion.
    """
    digits = 0
    while digits < 10 and (quota.size * 4) << digits < draws.size:
        digits += 1
    bins, shift = 1 << digits, np.int64(32 - digits)
    starts = np.zeros(quota.size * bins + 1, np.int64)
    for k in range(group.size):
        if group[k] >= 0:
            starts[np.uint64(group[k] * bins + (draws[k] >> shift) + 1)] += 1
    # From the heads of each bin (at b + 1) to its first place; -1 where the quota has been met before.
    total = 0
    for g in range(quota.size):
        met = 0
        for b in range(g * bins, (g + 1) * bins):
            heads = starts[b + 1]
            kept = met < quota[g]
            starts[b] = total if kept else -1
            met += heads
            total += heads if kept else 0
    order = np.empty(total, np.int64)
    ends = starts[:-1].copy()
    for k in range(group.size):
        if group[k] >= 0:
            here = np.uint64(group[k] * bins + (draws[k] >> shift))
            if ends[here] >= 0:
                place = ends[here]
                while place > starts[here] and draws[order[place - 1]] > draws[k]:
                    order[place] = order[place - 1]
                    place -= 1
                order[place] = k
                ends[here] += 1
    out = np.empty(total, np.int64)
    n = 0
    for g in range(quota.size):
        left = quota[g]
        for b in range(g * bins, (g + 1) * bins):
            if starts[b] < 0:
                break
            for place in range(starts[b], ends[b]):
                if left > 0:
                    out[n] = order[place]
                    n += 1
                    left -= 1
    return out[:n]
