"""Process 1: establishments take up AI, and use it more as time goes by.

A unit adopts once, in the month in which the share of its size class and sector passes its own draw:
tau = A_p^-1(u).  The paths are of *firms*; each unit of a class has the same chance, so the share in
jobs follows from sizes.  Only the writer of ``units.adopted``.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from sim.adoption_paths import firms_share
from sim.kernels import Array
from sim.population.columns import SECTORS, SIZE_CLASSES, Columns
from sim.streams import Decision, draw_many, stream_key, thresholds

if TYPE_CHECKING:
    from sim.world import Rules, World


def logit(share: float) -> float:
    """ln(share / (1 - share))."""
    return math.log(share / (1.0 - share))


def logistic(value: float) -> float:
    """Inverse of :func:`logit`."""
    return 1.0 / (1.0 + math.exp(-value))


def adoption_shares(rules: Rules, month: int) -> Array:
    """Share of units that have adopted, [sector, size class], float64.

    Size classes start from their surveyed shares of 2024 (Insee TIC); sectors differ by a constant on the
    logit scale; a common shift moves all so that firms of ten and more reach the path's share
    (equations 2: 75 % of firms is a shift of 3.30).
    """
    path = firms_share(str(rules["ai.adoption_path"]), month)
    base = {size: logit(rules[f"ai.adoption_2024_{size}_share"]) for size in SIZE_CLASSES}
    weights = {size: rules[f"ai.firms_{size}_share"] for size in SIZE_CLASSES[1:]}
    low, high = -12.0, 12.0
    for _ in range(60):
        shift = (low + high) / 2
        reached = sum(w * logistic(base[size] + shift) for size, w in weights.items())
        low, high = (shift, high) if reached < path else (low, shift)
    return np.array(
        [
            [logistic(base[size] + shift + rules[f"ai.adoption_{sector}_logit"]) for size in SIZE_CLASSES]
            for sector in SECTORS
        ]
    )


def draw_adoption(units: Columns, seed: int) -> None:
    """The one draw of each unit that decides when it adopts, kept for life."""
    ids = np.arange(units["sector"].size, dtype=np.int64)
    units["adoption_draw"] = draw_many(stream_key(seed, Decision.ADOPTION, 0), ids)


def adopt(world: World) -> None:
    """Mark the units whose month has come."""
    units = world.units
    now = thresholds(adoption_shares(world.rules, world.month))[units["sector"], units["size_class"]]
    new = (units["adoption_draw"] < now) & (units["adopted"] < 0) & (units["own_account"] == 0)
    units["adopted"][new] = max(world.month, 0)
