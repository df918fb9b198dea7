"""Process 1: establishments take up AI, and use it more as time goes by.

A unit adopts once, in the month in which the share of its size class and sector passes its own draw:
tau = A_p^-1(u).  The paths are of *firms*; each unit of a class has the same chance, so the share in
jobs follows from sizes.  Only the writer of ``units.adopted``.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from sim.adoption_paths import path_in_force
from sim.derived import Known, derived
from sim.kernels import Array, kernel
from sim.population.columns import SECTORS, SIZE_CLASSES, Columns
from sim.streams import Decision, draw_many, stream_key, thresholds

if TYPE_CHECKING:
    from sim.world import Rules, World


def logit(share: float) -> float:
    """ln(share / (1 - share))."""
    return math.log(share / (1.0 - share))


def logistic(value: Array) -> Array:
    """Inverse of :func:`logit`."""
    return np.asarray(1.0 / (1.0 + np.exp(-value)))


def adoption_shares(rules: Rules, firms: Array) -> Array:
    """Share of units that have adopted where a share ``firms`` of firms of ten and more has.

    ``firms`` [n] gives [n, sector, size class], float64.  Size classes start from their surveyed shares of
    2024 (Insee TIC); sectors differ by a constant on the logit scale; a common shift moves all so that firms
    of ten and more reach the path's share (equations 2: 75 % of firms is a shift of 3.30).
    """
    base = np.array([logit(rules[f"ai.adoption_2024_{size}_share"]) for size in SIZE_CLASSES])
    weights = np.array([rules[f"ai.firms_{size}_share"] for size in SIZE_CLASSES[1:]])
    low, high = np.full(firms.size, -12.0), np.full(firms.size, 12.0)
    for _ in range(60):
        shift = (low + high) / 2
        reached = (weights * logistic(base[1:] + shift[:, None])).sum(axis=1)
        short = reached < firms
        low, high = np.where(short, shift, low), np.where(short, high, shift)
    sector = np.array([rules[f"ai.adoption_{sector}_logit"] for sector in SECTORS])
    return logistic(base[None, None, :] + shift[:, None, None] + sector[None, :, None])


def adoption_thresholds(known: Known) -> tuple[int, Array]:
    """(first month, thresholds [month, sector, size class]) of the path in force, flat before and after."""
    first, firms = path_in_force(known.rules)
    return first, thresholds(adoption_shares(known.rules, firms))


def draw_adoption(units: Columns, seed: int) -> None:
    """The one draw of each unit that decides when it adopts, kept for life."""
    ids = np.arange(units["sector"].size, dtype=np.int64)
    units["adoption_draw"] = draw_many(stream_key(seed, Decision.ADOPTION, 0), ids)


@kernel
def _mark_adopters(
    draws: Array,
    own_account: Array,
    sector: Array,
    size_class: Array,
    share: Array,
    month: int,
    adopted: Array,
) -> int:
    new = 0
    for u in range(draws.size):
        if adopted[u] < 0 and own_account[u] == 0 and draws[u] < share[sector[u], size_class[u]]:
            adopted[u] = month
            new += 1
    return new


def adopters(world: World) -> int:
    """Units that have adopted."""
    if "adopters" not in world.memory:
        world.memory["adopters"] = int((world.units["adopted"] >= 0).sum())
    found: int = world.memory["adopters"]
    return found


def adopt(world: World) -> None:
    """Mark the units whose month has come; where shares have not risen since last month, none has."""
    units, memory = world.units, world.memory
    first, shares = derived(world, adoption_thresholds)
    share = shares[min(max(world.month - first, 0), len(shares) - 1)]
    before = memory.get("adopted_up_to")
    if before is not None and (share <= before).all():
        return
    memory["adopted_up_to"] = share
    memory["adopters"] = adopters(world) + _mark_adopters(
        units["adoption_draw"],
        units["own_account"],
        units["sector"],
        units["size_class"],
        share,
        max(world.month, 0),
        units["adopted"],
    )
