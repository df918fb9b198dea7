"""Builders of small worlds for the tests of the engine."""

from __future__ import annotations

from sim import run
from sim.scenario import Scenario, load, with_overrides
from sim.world import World

SMALL, TINY = 0.01, 0.003


def scenario_with(name: str = "reference", **levers: object) -> Scenario:
    """A shipped scenario with levers moved; ``__`` stands for the dot in a key."""
    return with_overrides(load(name), {key.replace("__", "."): str(value) for key, value in levers.items()})


def world_of(name: str = "reference", scale: float = TINY, seed: int = 0, **levers: object) -> World:
    """A world at the opening of a shipped scenario with levers moved."""
    return run.scenario_world(scenario_with(name, **levers), scale, seed)


def live(world: World, months: int) -> World:
    """The world some months later."""
    for _ in range(months):
        world.step()
    return world


def with_rules(world: World, **rules: float | str) -> World:
    """The same world under rules that no scenario may give; ``__`` stands for the dot in a key."""
    given, shipped = {key.replace("__", "."): value for key, value in rules.items()}, world.rules_of
    world.rules_of = lambda month: {**shipped(month), **given}
    return world


def crowded(name: str = "reference", scale: float = SMALL, **levers: object) -> World:
    """A world where some thirty times as many people ask for a PTP, and seats are plenty."""
    return with_rules(world_of(name, scale, **levers), schemes__ptp__application_intercept=-6.0,
                      training__seats_ratio=100.0)
