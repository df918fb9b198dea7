"""Rows for those who enter the world; rows are never reused, so a person keeps her row for life."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sim.world import World


def add_rows(world: World, count: int) -> int:
    """Open ``count`` rows of zeros and return the first; lays the columns out anew when full."""
    first, needed = world.rows, world.rows + count
    capacity = world.persons["person"].size
    if needed > capacity:
        world.hold({name: values[:first] for name, values in world.persons.items()})
    world.rows = needed
    return first
