"""The account of posts by factor: exact, in any order, and of the very factors that set posts."""

from __future__ import annotations

import copy
import json
from pathlib import Path

import numpy as np
import pytest
from engine_worlds import SMALL, TINY, live, with_rules, world_of
from jsonschema import Draft202012Validator

from sim import decomposition
from sim.cli.main import main
from sim.decomposition import FACTORS, contributions, decompose, labour_parts, log_factors, log_of_parts
from sim.processes.ai_factors import demand_of
from sim.processes.demand import new_tasks
from sim.processes.post_factors import ONE_POST, factors_of, fixed_factor
from sim.processes.trend import trend
from sim.world import World

NAMES = [factor.name for factor in FACTORS]
SCHEMA = Path(__file__).parents[1] / "results" / "schemas" / "explain.schema.json"
LIVELY = {
    "ai__new_tasks_lag_months": 12,
    "ai__use_depth_months": 24,
    "demand__growth_share_per_year": 0.004,
}
"""Every factor of AI moves within two years."""

OF_MARKET = ("open_posts", "digital_posts", "market")


@pytest.fixture(scope="module")
def lived() -> World:
    return live(world_of("ai-fast", SMALL, **LIVELY), 20)


def test_contributions_add_up_to_the_difference_of_posts(lived: World) -> None:
    found = decompose(lived)
    assert found.parts.sum(axis=0) == pytest.approx(found.after - found.before, abs=1e-9 / lived.scale)
    assert all(np.abs(found.parts[n]).max() > 0 for n, f in enumerate(FACTORS) if f.of_ai)
    assert not any(found.parts[n].any() for n, f in enumerate(FACTORS) if not f.of_ai)


def test_they_do_so_team_by_team_and_in_any_order(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(1)
    base = rng.uniform(1.0, 400.0, 30)
    logs = {name: rng.normal(0.0, 0.2, 30) for name in NAMES}
    others = {name: rng.normal(0.0, 0.2, 30) for name in NAMES}
    logs["trend"] = others["trend"]
    first = contributions(base, logs, others)
    change = base * (np.exp(sum(logs.values())) - np.exp(sum(others.values())))
    assert sum(first.values()) == pytest.approx(change, abs=1e-9)
    assert not first["trend"].any()
    for _ in range(50):
        order = tuple(FACTORS[n] for n in rng.permutation(len(FACTORS)))
        monkeypatch.setattr(decomposition, "FACTORS", order)
        again = contributions(base, logs, others)
        assert all(again[name] == pytest.approx(first[name], abs=1e-9) for name in NAMES)
    same = contributions(base, logs, logs)
    assert not any(part.any() for part in same.values())


def test_it_reads_the_factors_that_set_posts(lived: World) -> None:
    """Their product is the engine's factor, to the last bit of its fixed point."""
    logs, then = log_factors(lived), copy.copy(lived)
    then.month = lived.month - 1
    engine = factors_of(then, trend(then.rules, then.month), 1.0 + new_tasks(then), lived.memory["others"])
    units, teams = lived.units, lived.teams
    unit = teams["unit"].astype(np.int64)
    sector, cohort = units["sector"][unit], units["adopted"][unit].astype(np.int64) + 1
    set_by = np.where(
        units["own_account"][unit] == 1,
        engine.own_account[sector, 0, teams["occupation"]],
        engine.units[sector, cohort, teams["occupation"]],
    )
    product = np.exp(sum(logs[name] for name in NAMES if name not in OF_MARKET))
    assert np.abs(np.array([fixed_factor(value) for value in product]) - set_by).max() <= 1
    kind = np.where(units["own_account"][unit] == 1, 2, units["public"][unit])
    assert np.exp(logs["open_posts"]) == pytest.approx(engine.room[kind] / ONE_POST)
    answer = np.exp(logs["digital_posts"] + logs["market"])
    assert answer == pytest.approx(engine.others[teams["occupation"]] / ONE_POST)


def test_it_is_the_posts_removed_by_ai_before_rounding(lived: World) -> None:
    """Posts are whole: a team's draw, uniform on [0, 1), rounds each of its two counts.

    The difference of two rounded counts of a team stands within one post of the exact one and is exact on
    average: over n teams the sum has a standard deviation below sqrt(n / 4).  Six of them: one in 5e8.
    """
    found, teams = decompose(lived), lived.teams["unit"].size
    removed = lived.memory["removed_before"]
    exact = (found.before - found.after).sum() * lived.scale
    assert removed == pytest.approx(exact, abs=6 * np.sqrt(teams / 4))
    whole = found.after.sum() * lived.scale
    assert lived.teams["posts"].sum() == pytest.approx(whole, abs=6 * np.sqrt(teams / 12))


def test_against_another_world_the_trend_and_the_shock_are_told_apart() -> None:
    base = live(world_of("reference", TINY), 13)
    other = live(world_of("ai-fast", TINY, demand__growth_share_per_year=0.004), 13)
    found = decompose(other, base)
    parts = dict(zip(NAMES, found.parts.sum(axis=1), strict=True))
    assert found.parts.sum(axis=0) == pytest.approx(found.after - found.before, abs=1e-9 / TINY)
    assert parts["trend"] > 0 > parts["displacement"]
    assert parts["history"] == pytest.approx(0.0, abs=1e-6) and parts["new_tasks"] == 0.0
    back = decompose(base, other)
    assert back.parts == pytest.approx(-found.parts, abs=1e-6)
    assert not decompose(base, live(world_of("reference", TINY), 13)).parts.any()


def test_the_parts_of_labour_are_those_of_demand_and_share_by_their_size(lived: World) -> None:
    parts = labour_parts(lived)
    assert sum(parts.values()) == pytest.approx(np.atleast_2d(demand_of(lived).saved))
    reach = np.array([[0.0, 0.3, 1.0]])
    shared = log_of_parts(parts, reach)
    exact = np.log(1.0 - sum(parts.values())[:, None, :] * reach[:, :, None])
    assert sum(shared.values()) == pytest.approx(exact, abs=1e-12)
    # Grown together in small steps from nothing, in either order: the same shares.
    x = {"a": np.array([[0.3]]), "b": np.array([[0.1]])}
    steps, walked = 4000, {"a": 0.0, "b": 0.0}
    h = 1.0
    for _ in range(steps):
        for name in ("a", "b"):
            lower = h - float(x[name][0, 0]) / steps
            walked[name] += float(np.log(lower / h))
            h = lower
    found = log_of_parts(x, np.ones((1, 1)))
    for name in walked:
        assert float(found[name][0, 0, 0]) == pytest.approx(walked[name], rel=1e-3)


def test_posts_are_spread_over_pcs_sex_and_age(lived: World) -> None:
    found = decompose(lived)
    cells = found.by_cell(found.parts)
    assert cells.shape == (len(FACTORS), 6, 2, 7)
    assert cells.sum(axis=(1, 2, 3)) == pytest.approx(found.parts.sum(axis=1))
    pcs = lived.occupations.pcs
    for q in range(6):
        assert found.by_cell(found.after)[q].sum() == pytest.approx(found.after[pcs == q + 1].sum())


def test_a_world_that_has_not_lived_has_nothing_to_explain() -> None:
    with pytest.raises(ValueError, match="lived"):
        decompose(world_of("ai-fast", TINY))


def test_without_a_channel_its_part_is_exactly_nothing() -> None:
    for name, rules in {
        "displacement": {"ai__displacement_share": 0.0},
        "augmentation": {"ai__augmentation_gain_share": 0.0},
        "saving": {"ai__price_pass_through_share": 0.0},
        "substitution": {"ai__substitution_elasticity": 0.0},
        "new_tasks": {"ai__new_tasks_share": 0.0},
    }.items():
        world = live(with_rules(world_of("ai-fast", TINY, ai__new_tasks_lag_months=12), **rules), 14)
        parts = dict(zip(NAMES, decompose(world).parts, strict=True))
        assert np.abs(parts.pop(name)).max() == 0.0, name
        assert parts["history"].any()


@pytest.mark.parametrize("tongue", ["fr", "en"])
def test_the_command_says_it(
    tongue: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PASSERELLES_LANGUAGE", tongue)
    common = ["explain", "ai-fast", "--scale", str(TINY), "--months", "6"]
    with pytest.raises(SystemExit) as ended:
        main([*common, "--json", "--against", "reference"])
    assert not ended.value.code
    found = json.loads(capsys.readouterr().out)
    Draft202012Validator(json.loads(SCHEMA.read_text())).validate(found)
    total = found["total"]
    assert sum(total["contributions"].values()) == pytest.approx(total["posts"] - total["posts_before"])
    assert [factor["name"] for factor in found["factors"]] == NAMES and found["month"] == "2024-06"
    with pytest.raises(SystemExit):
        main(common)
    printed = capsys.readouterr().out
    labels = {factor.name: factor.label[tongue] for factor in FACTORS}
    assert labels["displacement"].split()[0] in printed and labels["trend"] not in printed
