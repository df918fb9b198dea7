"""Process 10, in part: what the market shows to those who answer next month (:mod:`sim.processes.closures`).

By trade: posts open when people apply, posts filled, people at search, people in the labour force.  Each is
smoothed twice over six months (mean age of what is shown: a year).  Once over twelve months would hold back
as much and let posts swing from month to month where few are open: a hundredth more posts wanted is then a
third more posts open, and the answer overshoots.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.calendar import OPENING
from sim.kernels import Array
from sim.moves import EMPLOYED, TRAINING, UNEMPLOYED

if TYPE_CHECKING:
    from sim.world import World

STAGE_MONTHS = 6
"""Months of each of the two smoothings."""
OPEN, FILLED, SEARCHING, FORCE = range(4)
"""Rows of what is shown; the columns are the 40 occupations, then the people who never had one.  Filled is
what suitable applicants would fill, beginners whom employers turn away included: that was no difficulty."""
WEIGHT_HIRES, WEIGHT_PEOPLE = 2.0, 20.0
"""Hires a month and people at search, in sampled heads, that speak for the opening: what a small sample
shows of a small trade is mostly chance."""


def seen(world: World) -> Array:
    """This month's counts, float64 [4, 41]."""
    heads = world.stocks.sum(axis=(1, 2), dtype=np.float64)
    now = np.zeros((4, heads.shape[0]))
    for row, posts in zip((OPEN, FILLED), world.memory["matched"], strict=True):
        now[row, : posts.size] = posts
    now[SEARCHING] = heads[:, UNEMPLOYED]
    now[FORCE] = heads[:, EMPLOYED] + heads[:, UNEMPLOYED] + heads[:, TRAINING]
    return now


def observe(world: World) -> None:
    """Smooth what the month has shown; what it shows at the opening is kept to be compared with."""
    now, market = seen(world), world.memory.setdefault("market", {})
    if "recent" not in market:
        market["recent"] = np.stack([now, now])
    first, second = market["recent"]
    first += (now - first) / STAGE_MONTHS
    second += (first - second) / STAGE_MONTHS
    if world.month == OPENING - 1:
        market["opening"] = second.copy()


def _known(world: World) -> tuple[Array, Array] | None:
    """What is shown now and at the opening; None where no history was lived, and nothing can be compared."""
    market = world.memory.get("market", {})
    return (market["recent"][1], market["opening"]) if "opening" in market else None


def ease_of_filling(world: World) -> Array:
    """Share of open posts filled in a month, relative to the opening, [occupation]; one at the opening."""
    known = _known(world)
    if known is None:
        return np.ones(world.occupations.count)
    now, then = (shown[:, : world.occupations.count] for shown in known)
    usual = now[OPEN] * then[FILLED] / np.maximum(then[OPEN], 1e-9)
    return np.asarray((now[FILLED] + WEIGHT_HIRES) / (usual + WEIGHT_HIRES))


def relative_unemployment(world: World) -> Array:
    """People at search over the labour force of a trade, relative to the opening, [occupation]."""
    known = _known(world)
    if known is None:
        return np.ones(world.occupations.count)
    now, then = (shown[:, : world.occupations.count] for shown in known)
    usual = now[FORCE] * then[SEARCHING] / np.maximum(then[FORCE], 1e-9)
    return np.asarray((now[SEARCHING] + WEIGHT_PEOPLE) / (usual + WEIGHT_PEOPLE))


def relative_tightness(world: World) -> float:
    """Open posts for each person at search, in the whole region, relative to the opening."""
    known = _known(world)
    if known is None:
        return 1.0
    ratios = [shown[OPEN].sum() / max(shown[SEARCHING].sum(), 1e-9) for shown in known]
    return float(ratios[0] / ratios[1]) if ratios[1] > 0.0 else 1.0
