"""Rows for those who enter the world; rows are never reused, so a person keeps her row for life."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.groups import LEFT_GROUP, empty_strata
from sim.layout import in_lines, roomy

if TYPE_CHECKING:
    from sim.world import World


def add_rows(world: World, count: int) -> int:
    """Open ``count`` rows of zeros and return the first; makes room when full."""
    first, needed = world.rows, world.rows + count
    capacity = world.persons["person"].size
    if needed > capacity:
        _make_room(world)
    world.rows = needed
    return first


def _make_room(world: World) -> None:
    kept = {name: values[: world.rows] for name, values in world.persons.items()}
    world.persons, world.lines = in_lines(kept, roomy(world.rows))
    world.persons["group"][world.rows :] = LEFT_GROUP
    strata = empty_strata(world.persons["person"].size)
    strata[:, : world.strata.shape[1]] = world.strata
    world.strata = strata
