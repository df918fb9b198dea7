"""Labour demand and adoption against values worked out by hand from the published equations."""

from __future__ import annotations

import math
from itertools import pairwise
from types import SimpleNamespace

import numpy as np
import pytest
from engine_worlds import world_of

from sim.adoption_paths import firms_share
from sim.calendar import OPENING, month_of_text
from sim.derived import derived
from sim.parameters import Registry, parameters_in_force
from sim.population.columns import SECTORS, SIZE_CLASSES
from sim.processes.adoption import adopters, adoption_shares, adoption_thresholds, logistic, logit
from sim.processes.ai_factors import Demand, demand_of, factors, reach_of_cohorts
from sim.processes.demand import new_tasks
from sim.processes.trend import trend
from sim.streams import thresholds
from sim.trades import trades

RULES = dict(parameters_in_force(Registry.load(), {}, 36))
DECEMBER_2030 = month_of_text("2030-12")


def two_trades(**changed: object) -> Demand:
    """One sector, two trades: half of the first one's tasks automatable, a fifth of the second's assisted."""
    phi, pi, gain = 0.4, 0.5, 0.25
    automatable, augmentable = np.array([0.5, 0.0]), np.array([0.1, 0.2])
    assisted = gain / (1 + gain)
    base = {
        "saved": phi * automatable + augmentable * assisted,
        "cheaper": phi * automatable * pi + augmentable * assisted,
        "substitution": 0.5, "pass_through": 0.8,
        "labour_cost_share": np.array([0.6]), "demand_elasticity": np.array([1.2]),
        "wage_bill_share": np.array([[0.25, 0.75]]),
    }
    return Demand(**(base | changed))  # type: ignore[arg-type]


def test_no_reach_leaves_demand_as_it_was() -> None:
    assert np.array_equal(factors(two_trades(), np.zeros(1), np.zeros(1)), np.ones((1, 2, 1)))


def test_by_hand() -> None:
    # Reach 0.5. h1 = 1 - 0.5 (0.4*0.5 + 0.1*0.2) = 0.89; c1 = 1 - 0.5 (0.4*0.5*0.5 + 0.02) = 0.94;
    # h2 = c2 = 1 - 0.5 * 0.2*0.2 = 0.98; C = 0.94^0.25 0.98^0.75; P = C^(0.8*0.6).
    found = factors(two_trades(), np.array([0.5]), np.array([0.5]))[0, :, 0]
    cost = 0.94**0.25 * 0.98**0.75
    price = cost ** (0.8 * 0.6)
    assert found[0] == pytest.approx(0.89 * (0.94 / cost) ** -0.5 * price**-1.2, rel=1e-12)
    assert found[1] == pytest.approx(0.98 * (0.98 / cost) ** -0.5 * price**-1.2, rel=1e-12)
    assert found[0] == pytest.approx(0.920104, abs=1e-6)
    assert found[1] == pytest.approx(0.992256, abs=1e-6)


def test_the_decomposition_by_logarithmic_means_adds_up() -> None:
    reach, nothing, rigid = np.array([0.7]), np.zeros(2), np.zeros(1)

    def factor(**changed: object) -> float:
        return float(factors(two_trades(**changed), reach, reach)[0, 0, 0])

    after = factor()
    parts = {
        "automation": factor(substitution=0.0, demand_elasticity=rigid),
        "demand": factor(saved=nothing, substitution=0.0),
        "substitution": factor(saved=nothing, demand_elasticity=rigid),
    }
    posts = 1000.0
    mean = (posts * after - posts) / math.log(after)
    contributions = {name: mean * math.log(factor) for name, factor in parts.items()}
    assert sum(contributions.values()) == pytest.approx(posts * (after - 1.0), abs=1e-9)
    assert contributions["automation"] < 0 < contributions["demand"]


def test_assistance_creates_posts_where_demand_is_elastic_and_removes_them_where_it_is_not() -> None:
    def one(elasticity: float) -> float:
        demand = two_trades(saved=np.array([0.04, 0.04]), cheaper=np.array([0.04, 0.04]), substitution=0.0,
                            pass_through=1.0, labour_cost_share=np.ones(1),
                            demand_elasticity=np.array([elasticity]))
        return float(factors(demand, np.ones(1), np.ones(1))[0, 0, 0])

    assert one(0.5) < 1.0 < one(1.5)
    assert one(1.0) == pytest.approx(1.0, abs=1e-12)


def test_growth_compounds_from_january_2021_and_is_one_before() -> None:
    assert np.array_equal(trend(RULES, -30), np.ones(len(SECTORS)))
    assert np.array_equal(trend(RULES, 0), np.ones(len(SECTORS)))
    ahead = trend(RULES, 48) / trend(RULES, 36)
    assert ahead == pytest.approx(1.0 + RULES["demand.growth_share_per_year"], rel=1e-12)


def test_new_tasks_come_back_after_the_lag_and_in_proportion() -> None:
    occ = trades()
    displaced = np.zeros(occ.count)
    displaced[3] = 80.0
    rules = RULES | {"ai.new_tasks_share": 0.5, "ai.new_tasks_lag_months": 36}
    opening = np.full(occ.count, 1000.0)
    world = SimpleNamespace(rules=rules, occupations=occ, month=76,
                            memory={"displaced": {40: displaced}, "opening_posts": opening})
    for allocation in ("same_occupation", "digital_and_care"):
        rules["ai.new_tasks_allocation"] = allocation
        assert (new_tasks(world) * opening).sum() == pytest.approx(40.0)  # type: ignore[arg-type]
    world.month = 75
    assert not new_tasks(world).any()  # type: ignore[arg-type]


def test_firms_reach_75_percent_by_2030_and_large_ones_more() -> None:
    rules = RULES | {"ai.adoption_path": "eu_2030"}
    assert firms_share("eu_2030", DECEMBER_2030) == pytest.approx(0.75)
    shares = adoption_shares(rules, np.array([0.75]))[0, SECTORS.index("industrie")]
    by_size = dict(zip(SIZE_CLASSES, shares, strict=True))
    assert by_size["10_49"] == pytest.approx(0.73, abs=0.01)
    assert by_size["50_249"] == pytest.approx(0.83, abs=0.01)
    assert by_size["250_plus"] == pytest.approx(0.93, abs=0.01)
    shift = logit(by_size["10_49"]) - logit(RULES["ai.adoption_2024_10_49_share"])
    assert shift == pytest.approx(3.30, abs=0.03)
    firms = sum(RULES[f"ai.firms_{size}_share"] * by_size[size] for size in SIZE_CLASSES[1:])
    assert firms == pytest.approx(0.75, abs=1e-9)


def test_adoption_never_falls_and_stops_where_a_path_stops() -> None:
    for path in ("pace_2024", "eu_2030", "fast"):
        shares = [firms_share(path, month) for month in range(-60, 160)]
        assert all(a <= b for a, b in pairwise(shares))
    assert firms_share("none", 36) == firms_share("none", 156) == pytest.approx(0.10)
    assert all(firms_share(path, 36) == pytest.approx(0.10) for path in ("pace_2024", "eu_2030", "fast"))
    assert all(firms_share("fast", m) >= firms_share("eu_2030", m) for m in range(36, 157))
    assert logistic(np.array(logit(0.3))) == pytest.approx(0.3)


def test_shares_of_all_months_at_once_are_those_of_each_month() -> None:
    rules = RULES | {"ai.adoption_path": "fast"}
    first, bars = adoption_thresholds(SimpleNamespace(rules=rules))  # type: ignore[arg-type]
    for month in (first, OPENING, 71, first + len(bars) - 1):
        alone = adoption_shares(rules, np.array([firms_share("fast", month)]))[0]
        assert np.array_equal(bars[month - first], thresholds(alone))
    assert firms_share("fast", first - 60) == firms_share("fast", first)
    assert firms_share("fast", first + len(bars) + 60) == firms_share("fast", first + len(bars) - 1)
    assert (np.diff(bars, axis=0) >= 0).all()


def test_adopters_are_those_whose_draw_the_share_has_passed() -> None:
    world = world_of("ai-fast")
    for _ in range(14):
        world.step()
        first, bars = derived(world, adoption_thresholds)
        units, share = world.units, bars[world.month - 1 - first]
        passed = units["adoption_draw"] < share[units["sector"], units["size_class"]]
        assert np.array_equal(units["adopted"] >= 0, passed & (units["own_account"] == 0))
        assert adopters(world) == (units["adopted"] >= 0).sum()


def sector_means(sector: np.ndarray, weight: np.ndarray, value: np.ndarray) -> np.ndarray:
    return np.bincount(sector, weight * value, 5) / np.maximum(np.bincount(sector, weight, 5), 1.0)


@pytest.mark.parametrize("name", ["reference", "ai-fast"])
def test_posts_follow_the_published_formula(name: str) -> None:
    """A plain rewriting with a factor a team, as the formula is published."""
    world = world_of(name)
    opening = {key: values.copy() for key, values in world.memory["opening"].items()}
    for _ in range(5):
        month, displaced = world.month, dict(world.memory["displaced"])
        world.step()
        units, teams, rules, demand = world.units, world.teams, world.rules, demand_of(world)
        cohort = units["adopted"].astype(int) + 1
        now, before = reach_of_cohorts(rules, month), reach_of_cohorts(rules, OPENING - 1)
        gain = now - np.append(before, np.zeros(now.size - before.size))
        salaried = units["size"] * (units["own_account"] == 0)

        all_units, small = (sector_means(units["sector"], weight, gain[cohort])
                            for weight in (salaried, salaried * (units["size_class"] == 0)))
        with_ai, own = factors(demand, gain.clip(0.0), all_units), factors(demand, small, all_units)
        u, i = teams["unit"], teams["occupation"]
        k = units["sector"][u]
        then = np.where(cohort[u] < before.size, cohort[u], 0)
        factor = np.where(units["own_account"][u] == 1, own[k, i, k] * opening["own"][k, i],
                          with_ai[k, i, cohort[u]] * opening["units"][k, i, then])
        kind = np.where(units["own_account"][u] == 1, "own_account",
                        np.where(units["public"][u] == 1, "public", "private"))
        room = 1.0 + np.array([rules[f"demand.open_posts_{word}_share"] for word in kind])
        wanted = teams["base"] * factor * trend(rules, month)[k] * room + teams["rounding"] / 2**20
        assert (np.abs(teams["posts"] - (wanted - 0.5)) < 0.5 + teams["base"] * 4e-6 + 1e-5).all()
        assert world.memory["displaced"].keys() == displaced.keys() | {month}
