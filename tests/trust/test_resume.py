"""Stop, save, load in another process, go on: the same as never having stopped; no month looks ahead."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from children import digests_elsewhere, unlike
from digest import columns_of, digests, under
from engine_worlds import SMALL, scenario_with
from test_environment import CROWDED

from sim.run import scenario_world
from sim.schemes.files import Outcome, Stage
from sim.snapshot import load_world, save_world
from sim.world import World

LEVERS = {
    "ai.displacement_share": "0.8", "ai.adjustment_months": "3",
    "closure.posts": "respond", "closure.wages": "respond",
}
MONEY = CROWDED | {"schemes.ptp.budget_eur_per_year": 60_000_000}
END = 36 + 30


def scenario() -> Any:
    return scenario_with("ai-fast", **{key.replace(".", "__"): value for key, value in LEVERS.items()})


def started(scale: float) -> World:
    return under(scenario_world(scenario(), scale, 0), scenario(), MONEY)


@cache
def uninterrupted(scale: float) -> tuple[World, dict[int, dict[str, Any]]]:
    """The whole run, and what each cut would find: files that wait, people in training."""
    world, seen = started(scale), {}
    while world.month < END:
        world.step()
        files = world.files
        funded = files["outcome"] == Outcome.FUNDED
        seen[world.month] = {
            "waiting": int((files["outcome"] == Outcome.WAITING).sum()),
            "to_start": int((funded & (files["stage"] == Stage.NOT_STARTED)).sum()),
            "in_training": int((funded & (files["stage"] == Stage.IN_TRAINING)).sum()),
            "surplus": int((world.teams["surplus_since"] >= 0).sum()),
        }
    return world, seen


@pytest.mark.parametrize("cut", [40, 47, 48, 53])
def test_going_on_in_another_process_is_never_having_stopped(cut: int, tmp_path: Path) -> None:
    # 47 and 48: before and after a December, where seats and envelopes begin anew.
    whole, seen = uninterrupted(SMALL)
    assert all(seen[cut].values()), seen[cut]
    world = started(SMALL)
    while world.month < cut:
        world.step()
    save_world(world, tmp_path / "world")
    request = {"scenario": "ai-fast", "levers": LEVERS, "rules": MONEY, "folder": str(tmp_path / "world"),
               "months": END - cut, "since": cut}
    assert unlike(digests(whole, since=cut), digests_elsewhere(request)) == []


@pytest.mark.full
@pytest.mark.parametrize("cut", range(37, END))
def test_going_on_from_every_month_is_never_having_stopped(cut: int, tmp_path: Path) -> None:
    whole, _ = uninterrupted(SMALL)
    world = started(SMALL)
    while world.month < cut:
        world.step()
    save_world(world, tmp_path / "world")
    world = under(load_world(tmp_path / "world", lambda month: {}), scenario(), MONEY)
    while world.month < END:
        world.step()
    assert unlike(digests(whole, since=cut), digests(world, since=cut)) == []


def test_saving_and_loading_gives_the_same_folder_again(tmp_path: Path) -> None:
    world = started(SMALL)
    for _ in range(5):
        world.step()
    save_world(world, tmp_path / "one")
    save_world(load_world(tmp_path / "one", world.rules_of), tmp_path / "two")
    names = sorted(path.name for path in (tmp_path / "one").iterdir())
    assert names == sorted(path.name for path in (tmp_path / "two").iterdir())
    for name in names:
        one, two = ((tmp_path / folder / name).read_bytes() for folder in ("one", "two"))
        assert one == two, name


def test_saving_changes_nothing(tmp_path: Path) -> None:
    whole, _ = uninterrupted(SMALL)
    world = started(SMALL)
    while world.month < END:
        save_world(world, tmp_path / str(world.month))
        world.step()
    assert unlike(digests(whole), digests(world)) == []


@pytest.mark.parametrize("change", [
    {"rules": {"schemes.ptp.budget_eur_per_year": 0}}, {"rules": {"ai.displacement_share": 0.0}},
    {"rules": {"separations.to_unemployment_cdi_ratio": 9.0}}])
def test_the_months_before_a_change_do_not_know_of_it(change: dict[str, Any]) -> None:
    # All rules of all months after the cut may differ: nothing before it does.
    whole, _ = uninterrupted(SMALL)
    cut, world = 46, started(SMALL)
    before = world.rules_of
    world.rules_of = lambda month: {**before(month), **(change["rules"] if month >= cut else {})}
    while world.month < END:
        world.step()
    one, other = columns_of(whole), columns_of(world)
    same = cut - 36
    for name in ("record.stocks", "record.flows"):
        assert np.array_equal(one[name][:same], other[name][:same])
        assert not np.array_equal(one[name], other[name])
    for name, values in whole.record.series.items():
        assert world.record.series.get(name, [0] * 30)[:same] == values[:same], name
