"""The toy world lives as it did when its life was written down."""

from __future__ import annotations

from itertools import zip_longest

import pytest
from toy_world import FOLDER, SERIES, golden, lived, toy_world

from sim.checks import check_world
from sim.world import World


@pytest.fixture(scope="module")
def world() -> World:
    return lived()


@pytest.mark.parametrize("name", ["months.csv", "flows.csv", "digest.txt"])
def test_the_toy_world_lives_as_written_down(world: World, name: str) -> None:
    was, now = (FOLDER / name).read_text(encoding="utf-8"), golden(world)[name]
    lines = zip_longest(was.splitlines(), now.splitlines(), fillvalue="(no line)")
    changed = [f"line {n}\n  was {old}\n  is  {new}" for n, (old, new) in enumerate(lines, 1) if old != new]
    assert not changed, "\n".join([*changed[:5], "meant?  python -m tests.golden, and commit the change"])


def test_the_toy_world_holds_every_kind_of_event(world: World) -> None:
    quiet = [name for name in SERIES if sum(world.record.series.get(name, [0])) == 0]
    assert quiet == []
    reasons = {line.split(",")[3] for line in golden(world)["flows.csv"].splitlines()[1:]}
    assert len(reasons) >= 16


def test_the_toy_world_keeps_every_identity() -> None:
    world = toy_world()
    for _ in range(24):
        world.step()
        check_world(world)
