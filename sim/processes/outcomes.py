"""What became of funded projects: read from the world, never set.

``placed_6``: works in the trade aimed at six months after the end of the course.  ``durable_24``: durable
conversion 24 months after the decision.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.kernels import Array
from sim.moves import EMPLOYED, SELF_EMPLOYED
from sim.population.columns import Contract
from sim.schemes.files import Outcome, Stage

if TYPE_CHECKING:
    from sim.world import World

DURABLE_CLOCK_MONTHS = 24
LONG_ENOUGH_MONTHS = 6


def durable_conversion(world: World, idx: Array, origin_occupation: Array) -> Array:
    """D of the identities, bool: works outside the origin trade for six months running, in a durable post.

    Durable: a CDI, an own business, or a temporary contract that has lasted six months.
    """
    p, month = world.persons, world.month
    away = (p["state"][idx] == EMPLOYED) & (p["occupation"][idx] != origin_occupation)
    long_enough = month - p["occupation_since"][idx].astype(np.int64) >= LONG_ENOUGH_MONTHS
    lasting = (
        (p["contract"][idx] == Contract.CDI)
        | (p["status"][idx] == SELF_EMPLOYED)
        | (month - p["hired"][idx].astype(np.int64) >= LONG_ENOUGH_MONTHS)
    )
    return np.asarray(away & long_enough & lasting)


def observe_outcomes(world: World) -> None:
    """Write the observations that fall due this month."""
    files, p, month = world.files, world.persons, world.month
    funded = files["outcome"] == Outcome.FUNDED
    taught = (files["stage"] == Stage.CERTIFIED) | (files["stage"] == Stage.NOT_CERTIFIED)
    ended = funded & taught & (files["ends"] + 6 == month)
    rows = np.flatnonzero(ended & (files["placed_6"] < 0))
    idx = files["person"][rows]
    files["placed_6"][rows] = (p["state"][idx] == EMPLOYED) & (
        p["occupation"][idx] == files["target_occupation"][rows]
    )
    rows = np.flatnonzero(funded & (files["month_decided"] + DURABLE_CLOCK_MONTHS == month))
    files["durable_24"][rows] = durable_conversion(
        world, files["person"][rows], files["origin_occupation"][rows]
    )
