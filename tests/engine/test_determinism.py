"""The same scenario and seed give the same bytes, whatever is done around it (other processes and machines:
``tests/trust``)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from engine_worlds import SMALL, TINY, crowded, live, scenario_with, with_rules, world_of

from sim.comparison import compare, run_pair
from sim.parameters import Registry
from sim.results import Results
from sim.run import rules_by_month, simulate
from sim.schemes.files import Outcome
from sim.snapshot import load_world, save_world
from sim.world import World

MONTHS = 8


def table_of(world: World) -> dict[str, np.ndarray]:
    """Everything a run leaves behind, by name."""
    out = {f"persons.{name}": values[: world.rows] for name, values in world.persons.items()}
    out |= {f"teams.{name}": values for name, values in world.teams.items()}
    out |= {f"units.{name}": values for name, values in world.units.items()}
    return out | {f"files.{name}": values for name, values in world.files.table().items()}


def differences(one: World, other: World) -> list[str]:
    left, right = table_of(one), table_of(other)
    return [name for name in left if not np.array_equal(left[name], right[name])]


@pytest.fixture(scope="module")
def run() -> Results:
    return simulate(scenario_with("ai-fast"), scale=TINY, seed=0, months=MONTHS)


def test_the_same_seed_gives_the_same_digest_whatever_ran_before(run: Results) -> None:
    simulate(scenario_with("reference", ai__displacement_share=0.9), scale=TINY, seed=1, months=2)
    again = simulate(scenario_with("ai-fast"), scale=TINY, seed=0, months=MONTHS)
    assert again.digest == run.digest and again.fingerprint == run.fingerprint


def test_another_seed_gives_another_run(run: Results) -> None:
    other = simulate(scenario_with("ai-fast"), scale=TINY, seed=1, months=MONTHS)
    assert other.digest != run.digest and other.fingerprint != run.fingerprint


def test_a_longer_horizon_has_the_same_first_months(run: Results) -> None:
    longer = simulate(scenario_with("ai-fast"), scale=TINY, seed=0, months=MONTHS + 4)
    assert np.array_equal(longer.stocks[: MONTHS + 1], run.stocks)
    assert np.array_equal(longer.flows[:MONTHS], run.flows)
    assert all(np.array_equal(longer.series[name][:MONTHS], values) for name, values in run.series.items())


@pytest.mark.parametrize("months", [1, 5])
def test_stop_save_and_go_on(tmp_path: Path, months: int) -> None:
    scenario = scenario_with("ai-fast-ptp-doubled")
    rules_of = rules_by_month(Registry.load(), scenario.overrides, scenario.law)
    first = live(world_of("ai-fast-ptp-doubled", SMALL), months)
    save_world(first, tmp_path / "world")
    resumed = live(load_world(tmp_path / "world", rules_of), 14)
    uninterrupted = live(first, 14)
    assert differences(uninterrupted, resumed) == []
    assert np.array_equal(np.stack(uninterrupted.record.flows[months:]), np.stack(resumed.record.flows))
    for name, values in uninterrupted.record.series.items():
        assert values[months:] == resumed.record.series.get(name, [0] * 14), name


def test_two_threads_give_what_one_gives() -> None:
    alone = [live(world_of(name, TINY), 6) for name in ("reference", "ai-fast")]
    together = [world_of(name, TINY) for name in ("reference", "ai-fast")]
    with ThreadPoolExecutor(2) as threads:
        for _ in range(6):
            list(threads.map(World.step, together))
    for one, other in zip(alone, together, strict=True):
        assert differences(one, other) == []


def test_a_comparison_with_itself_is_exactly_zero() -> None:
    scenario = scenario_with("ai-fast")
    same = compare(scenario, scenario, scale=TINY, seed=0, months=6, replicates=2)
    for effect in same.effects:
        assert effect.difference in (0, None), effect.indicator
        assert effect.low in (0, None) and effect.high in (0, None), effect.indicator
    tally = run_pair(scenario, scenario, scale=TINY, seed=0, months=30)[2]
    assert set(tally.counts.values()) == {0}


def test_a_lever_that_comes_after_the_horizon_changes_nothing(run: Results) -> None:
    later = scenario_with("ai-fast", ai__displacement_share="[{ from = 2030-01-01, value = 0.9 }]")
    assert simulate(later, scale=TINY, seed=0, months=MONTHS).digest == run.digest


def test_a_scheme_that_opens_takes_nothing_from_the_draws_of_the_others() -> None:
    def received(**levers: object) -> tuple[np.ndarray, ...]:
        files = live(world_of("reference", SMALL, **levers), 1).files
        mine = (files["scheme"] == 0) & (files["month_filed"] == 36)
        return tuple(files[name][mine] for name in ("person", "points", "route", "outcome"))

    alone = received(schemes__transco__budget_eur_per_year=0, schemes__demissionnaire__budget_eur_per_year=0)
    beside = received(schemes__transco__budget_eur_per_year=0)
    for one, other in zip(alone, beside, strict=True):
        assert np.array_equal(one, other)


def funded(world: World, scheme: int = 0) -> set[tuple[int, int]]:
    """(person, month filed) of the scheme's funded files."""
    files = world.files
    rows = (files["scheme"] == scheme) & (files["month_decided"] >= 36) & np.isin(
        files["outcome"], (Outcome.FUNDED, Outcome.LAPSED))
    return set(zip(files["person"][rows].tolist(), files["month_filed"][rows].tolist(), strict=True))


def test_a_zero_budget_funds_nobody_and_commits_nothing() -> None:
    world = live(world_of("reference", SMALL, schemes__ptp__budget_eur_per_year=0,
                          schemes__demissionnaire__budget_eur_per_year=0), 12)
    for scheme in ("ptp", "demissionnaire"):
        assert sum(world.record.series.get(f"files_funded_{scheme}", [0])) == 0
        assert sum(world.record.series.get(f"committed_eur_cents_{scheme}", [0])) == 0
    assert not funded(world) and not funded(world, 2)


def test_a_budget_beyond_demand_is_saturated() -> None:
    plenty, more, unlimited = (
        live(with_rules(crowded(schemes__ptp__budget_eur_per_year=budget),
                        schemes__ptp__application_intercept=-7.5), 10)
        for budget in (1_500_000_000, 2_000_000_000, "unlimited"))
    assert differences(plenty, more) == [] and differences(plenty, unlimited) == []
    assert len(funded(plenty)) > 50


def test_the_first_commission_funds_a_superset_when_the_budget_grows() -> None:
    sets = [funded(live(crowded(schemes__ptp__budget_eur_per_year=budget), 1))
            for budget in (0, 29_000_000, 60_000_000, 120_000_000, 240_000_000, 500_000_000)]
    assert all(small <= large for small, large in pairwise(sets))
    assert not sets[0] and 0 < len(sets[2]) < len(sets[-1])
