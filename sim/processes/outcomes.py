"""What became of funded projects: read from the world, never set.

``placed_6``: works in the trade aimed at six months after the end of the course.  ``durable_24``: durable
conversion 24 months after the decision.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.kernels import Array, kernel
from sim.moves import CDI, EMPLOYED, SELF_EMPLOYED
from sim.schemes.files import DURABLE_CLOCK_MONTHS, FUNDED, PLACEMENT_CLOCK_MONTHS, Stage

if TYPE_CHECKING:
    from sim.world import World

__all__ = ["DURABLE_CLOCK_MONTHS", "LONG_ENOUGH_MONTHS", "durable_conversion", "observe_outcomes"]

LONG_ENOUGH_MONTHS = 6
_TAUGHT = (int(Stage.CERTIFIED), int(Stage.NOT_CERTIFIED))


@kernel
def converted(
    state: int, trade: int, origin: int, trade_since: int, contract: int, status: int, hired: int, month: int
) -> bool:
    """D of the identities: works outside the origin trade for six months running, in a durable post.

    Durable: a CDI, an own business, or a temporary contract that has lasted six months.
    """
    lasting = contract == CDI or status == SELF_EMPLOYED or month - hired >= LONG_ENOUGH_MONTHS
    return state == EMPLOYED and trade != origin and month - trade_since >= LONG_ENOUGH_MONTHS and lasting


@kernel
def _conversions(
    idx: Array,
    origin: Array,
    state: Array,
    occupation: Array,
    occupation_since: Array,
    contract: Array,
    status: Array,
    hired: Array,
    month: int,
) -> Array:
    out = np.empty(idx.size, np.bool_)
    for n in range(idx.size):
        i = idx[n]
        out[n] = converted(
            state[i],
            occupation[i],
            origin[n],
            occupation_since[i],
            contract[i],
            status[i],
            hired[i],
            month,
        )
    return out


def durable_conversion(world: World, idx: Array, origin_occupation: Array, month: int) -> Array:
    """:func:`converted` in a month for rows of persons, bool, against the trade that each started from."""
    p = world.persons
    return np.asarray(
        _conversions(
            idx,
            origin_occupation,
            p["state"],
            p["occupation"],
            p["occupation_since"],
            p["contract"],
            p["status"],
            p["hired"],
            month,
        )
    )


@kernel
def files_to_observe(
    first: int, month: int, outcome: Array, stage: Array, ends: Array, decided: Array, placed: Array
) -> tuple[Array, Array]:
    """Rows whose graduates are asked today what they do, and rows decided 24 months ago; int64 both."""
    asked, aged = np.empty(outcome.size - first, np.int64), np.empty(outcome.size - first, np.int64)
    n = m = 0
    for row in range(first, outcome.size):
        if outcome[row] != FUNDED:
            continue
        if ends[row] + PLACEMENT_CLOCK_MONTHS == month and stage[row] in _TAUGHT and placed[row] < 0:
            asked[n] = row
            n += 1
        if decided[row] + DURABLE_CLOCK_MONTHS == month:
            aged[m] = row
            m += 1
    return asked[:n], aged[:m]


def observe_outcomes(world: World) -> None:
    """Write the observations that fall due this month."""
    files, p = world.files, world.persons
    asked, aged = files_to_observe(
        files.live_from(world.month),
        world.month,
        files["outcome"],
        files["stage"],
        files["ends"],
        files["month_decided"],
        files["placed_6"],
    )
    if asked.size:
        idx = files["person"][asked]
        files["placed_6"][asked] = (p["state"][idx] == EMPLOYED) & (
            p["occupation"][idx] == files["target_occupation"][asked]
        )
    if aged.size:
        origin = files["origin_occupation"][aged]
        files["durable_24"][aged] = durable_conversion(world, files["person"][aged], origin, world.month)
