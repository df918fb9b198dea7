"""Process 8: fewer beginners are taken where AI does the work of beginners; who is left fills the posts.

The margin that moves first in a slow shock: nobody is dismissed, somebody with experience fills the post.  A
suitable application of somebody under 25 counts only with the chance

    exp(-w rho alpha)      rho: gain in reach since the opening in the sectors of the trade

Posts wanted are not touched, so this decides who is hired; where applicants are scarce a post stays open
longer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.kernels import Array, kernel
from sim.layout import CHUNK, fetch
from sim.streams import Decision, draw, thresholds

if TYPE_CHECKING:
    from sim.world import World

BEGINNER_MONTHS = 25 * 12
"""Under this age an applicant counts as a beginner: the age band 15-24."""


def beginners_kept(weight: float, automatable: Array, sector_shares: Array, reach_gained: Array) -> Array:
    """Chance that a beginner's application counts, fixed point [occupation].

    ``automatable`` [occupation], ``sector_shares`` [occupation, sector], ``reach_gained`` [sector].
    """
    reached = (sector_shares * reach_gained).sum(axis=1)
    return thresholds(np.exp(-weight * automatable * reached))


@kernel
def turn_away(
    idx: Array, trades: Array, birth_month: Array, month: int, kept: Array, key: np.uint64
) -> tuple[int, int]:
    """Write -1 for the trade of beginners who are not considered; returns how many."""
    away = fetched = 0
    for n in range(idx.size):
        if n % CHUNK == 0:
            fetched += fetch(idx, n, birth_month)
        i = np.uint64(idx[n])
        young = month - birth_month[i] < BEGINNER_MONTHS
        if trades[n] >= 0 and young and draw(key, i) >= kept[trades[n]]:
            trades[n] = -1
            away += 1
    return away, fetched


@kernel
def beginners(idx: Array, birth_month: Array, month: int) -> tuple[int, int]:
    """How many of ``idx`` are under 25."""
    found = fetched = 0
    for n in range(idx.size):
        if n % CHUNK == 0:
            fetched += fetch(idx, n, birth_month)
        found += int(month - birth_month[np.uint64(idx[n])] < BEGINNER_MONTHS)
    return found, fetched


def turn_beginners_away(world: World, idx: Array, trades: Array) -> None:
    """Take out of the lines (``trades`` becomes -1) the beginners of ``idx`` whom employers pass over."""
    weight, gained = world.rules["margins.youth_hiring_weight"], world.memory.get("reach_gained")
    away = 0
    if weight > 0.0 and gained is not None and gained.any():
        occ = world.occupations
        automatable, _ = occ.exposure_in_force(world.rules)
        away, _ = turn_away(
            idx,
            trades,
            world.persons["birth_month"],
            world.month,
            beginners_kept(weight, automatable, occ.sector_shares, gained),
            world.key(Decision.ENTRY_HIRING),
        )
    world.record.count("beginners_turned_away", away)
