"""Worlds in which the processes have something to do, and the engine beside the oracle."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from sim import run
from sim.calendar import OPENING
from sim.parameters import Law, Scalar
from sim.scenario import Scenario, load
from sim.schemes.rules import of_behaviour
from sim.world import World

from .agreement import assert_same
from .oracle import OracleMarket

SMALL, TINY = 0.004, 0.0005
"""Some 11,000 and 1,400 persons in the labour force."""

Given = Mapping[str, Scalar]


def with_levers(name: str, levers: Mapping[str, Scalar | list[tuple[int, Scalar]]],
                law: Law = "constant") -> Scenario:
    """A shipped scenario with levers moved from the opening on, or at dates."""
    scenario = load(name)
    moved = {key: tuple(value) if isinstance(value, list) else ((OPENING, value),)
             for key, value in levers.items()}
    return replace(scenario, law=law, overrides={**scenario.overrides, **moved})


def world_of(scenario: Scenario, scale: float, seed: int = 0, replicate: int = 0,
             given: Given | None = None) -> World:
    """The opening world of a scenario; ``given`` are rules that no scenario may set."""
    world = run.scenario_world(scenario, scale, seed, replicate=replicate)
    return with_rules(world, given or {})


def with_rules(world: World, given: Given) -> World:
    """The same world under other rules."""
    shipped = world.rules_of
    world.rules_of = lambda month: {**shipped(month), **given}
    return world


CROWDED: Given = {
    "schemes.ptp.application_intercept": -5.5,
    "schemes.transco.application_intercept": -4.5,
    "schemes.demissionnaire.application_intercept": -6.0,
    "schemes.demissionnaire.creation_share": 0.5,
    **{scheme.key("application_intercept"): -5.0 for scheme in of_behaviour("enrol")},
    "training.seats_ratio": 12.0,
}
"""Far more people ask for a project than there is money, and some trades lack seats."""

MONEY: Given = {
    "schemes.ptp.budget_eur_per_year": 240_000_000,
    "schemes.transco.budget_eur_per_year": 120_000_000,
    "ai.new_tasks_allocation": "same_occupation",
    "ai.new_tasks_lag_months": 12,
}
"""Enough to fund some dozens a year at a small scale, far from all; and new tasks where posts were lost."""

SHAKEN: Given = {
    "ai.displacement_share": 0.9,
    "ai.use_depth_months": 12,
    "ai.use_depth_final_share": 1.0,
    "ai.adjustment_months": 3,
    "ai.new_tasks_share": 1.0,
    "ai.new_tasks_lag_months": 12,
    "demand.growth_share_per_year": -0.1,
    "closure.labour_supply": "own",
}
"""AI that removes many posts at once, and a region that shrinks: attrition does not keep pace."""


def lived_together(world: World, months: int) -> Iterator[tuple[World, OracleMarket]]:
    """Both after every month, equal to the integer so far."""
    oracle = OracleMarket.from_world(world)
    assert_same(world, oracle)
    for _ in range(months):
        world.step()
        oracle.step()
        assert_same(world, oracle)
        yield world, oracle
