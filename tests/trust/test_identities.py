"""Months added up again from the rows; every identity that the engine could break, on any small scenario."""

from __future__ import annotations

import hashlib
from dataclasses import fields

import numpy as np
import pytest
from engine_worlds import SMALL, TINY, crowded, scenario_with, world_of
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from recount import persons_of, recount
from test_invariants import any_levers
from toy_world import toy_world

from sim.check_months import MonthlyChecks
from sim.checks import check_world
from sim.schemes.routes import routes
from sim.trades import trades
from sim.world import World


def live_and_recount(world: World, months: int) -> World:
    monthly = MonthlyChecks(world)
    dtypes = {name: values.dtype for name, values in world.persons.items()}
    for _ in range(months):
        before = persons_of(world)
        world.step()
        recount(before, world)
        check_world(world)
        monthly(world)
    assert {name: values.dtype for name, values in world.persons.items()} == dtypes
    return world


@pytest.mark.parametrize("scenario", ["reference", "ai-fast-ptp-doubled", "ai-fast-women-seniors"])
def test_months_add_up_from_the_rows(scenario: str) -> None:
    world = live_and_recount(world_of(scenario, SMALL), 18)
    assert sum(world.record.series["hires"]) > 1_000


def test_months_add_up_when_much_happens() -> None:
    world = live_and_recount(
        crowded("ai-fast", ai__displacement_share=0.9, ai__adjustment_months=3,
                schemes__ptp__budget_eur_per_year=300_000_000), 30)
    series = world.record.series
    assert all(sum(series[name]) > 0 for name in ("layoffs", "redeployed", "training_starts",
                                                  "businesses_created", "files_funded_demissionnaire"))


def test_months_of_the_toy_world_add_up() -> None:
    live_and_recount(toy_world(), 60)


@settings(max_examples=12, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(any_levers(), st.integers(0, 1))
def test_months_add_up_whatever_the_levers(levers: dict[str, str], seed: int) -> None:
    live_and_recount(world_of("ai-fast", TINY, seed, **levers), 8)


@pytest.mark.full
@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(any_levers(), st.integers(0, 3))
def test_months_add_up_whatever_the_levers_for_long(levers: dict[str, str], seed: int) -> None:
    live_and_recount(world_of("ai-fast", TINY, seed, **levers), 36)


@pytest.mark.full
def test_ten_years_of_a_quarter_of_the_region_keep_every_identity() -> None:
    # Large enough for what is rare: trainees of seventy, founders hired away in their month.
    world = world_of("ai-fast-ptp-doubled", 0.25)
    monthly = MonthlyChecks(world)
    for _ in range(120):
        world.step()
        check_world(world)
        monthly(world)


def test_people_of_seventy_leave_even_when_their_birthday_falls_in_a_course() -> None:
    world = toy_world()
    for _ in range(12):
        world.step()
    trainee = int(np.flatnonzero(world.persons["state"][: world.rows] == 2)[0])
    world.persons["birth_month"][trainee] = world.month - 70 * 12
    for _ in range(36):
        world.step()
    state, age = world.persons["state"][trainee], world.month - world.persons["birth_month"][trainee]
    assert age == 73 * 12 and state == 4


def tables_digest() -> str:
    """Digest of the tables that every run of a process shares."""
    total = hashlib.sha256()
    for table in (trades(), routes()):
        for field in fields(table):
            value = getattr(table, field.name)
            values = list(value.values()) if isinstance(value, dict) else [value]
            for one in values:
                total.update(np.asarray(one).tobytes())
    return total.hexdigest()


def test_a_run_changes_nothing_that_others_read() -> None:
    scenario = scenario_with("ai-fast", ai__displacement_share=0.9)
    before, overrides = tables_digest(), repr(sorted(scenario.overrides.items()))
    world = world_of("ai-fast", TINY, ai__displacement_share=0.9)
    rules = {month: dict(world.rules_of(month)) for month in (36, 40, 47)}
    for _ in range(12):
        world.step()
    assert tables_digest() == before and repr(sorted(scenario.overrides.items())) == overrides
    assert all(dict(world.rules_of(month)) == known for month, known in rules.items())
