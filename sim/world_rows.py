"""Rows for those who enter the world; rows are never reused, so a person keeps her row for life."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.groups import LEFT_GROUP, empty_strata

if TYPE_CHECKING:
    from sim.world import World


def add_rows(world: World, count: int) -> int:
    """Open ``count`` rows of zeros and return the first; grows the columns by an eighth when full."""
    first, needed = world.rows, world.rows + count
    capacity = world.persons["person"].size
    if needed > capacity:
        extra = max(needed, capacity + capacity // 8) - capacity
        for name, values in world.persons.items():
            world.persons[name] = np.concatenate([values, np.zeros(extra, values.dtype)])
        world.persons["group"][capacity:] = LEFT_GROUP
        strata = empty_strata(capacity + extra)
        strata[:, : world.strata.shape[1]] = world.strata
        world.strata = strata
    world.rows = needed
    return first
