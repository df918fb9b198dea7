"""What became of the posts that AI removed, and who bears it: accounts that close, and signs."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from types import SimpleNamespace

import numpy as np
import pytest
from engine_worlds import SMALL, TINY, live, scenario_with, world_of
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.calendar import OPENING
from sim.indicators import INDICATORS
from sim.parameters import Registry, parameters_in_force
from sim.population.columns import SECTORS
from sim.processes.adjustment import layoff_order
from sim.processes.ai_factors import of_literacy
from sim.processes.entry_hiring import beginners_kept
from sim.processes.search import SENIORS, search_thresholds
from sim.processes.skill_changes import DOWN, SAME, UP, changes
from sim.processes.surplus import book, give_up, in_proportion, settle
from sim.run import results_of
from sim.streams import ONE
from sim.trades import trades
from sim.world import World

WAYS = ("unfilled_departures", "redeployed_ai", "contracts_ended_ai", "layoffs_ai")
SHARES = ("openings_closed_share", "unfilled_departures_share", "redeployed_share", "contracts_ended_share",
          "layoffs_share")
MONTHS = 36
RULES = dict(parameters_in_force(Registry.load(), {}, OPENING))
HARD = {"ai__displacement_share": 0.6, "ai__adjustment_months": 3}


@cache
def lived(name: str = "ai-fast", scale: float = SMALL, **levers: object) -> World:
    return live(world_of(name, scale, **levers), MONTHS)


def total(world: World, series: str) -> int:
    return sum(world.record.series.get(series, [0]))


def one_team(filled: int, posts: int) -> dict[str, np.ndarray]:
    columns = {"filled": filled, "covered": 0, "posts": posts, "surplus": 0, "surplus_ai": 0, "closed_ai": 0}
    return {name: np.array([value], np.int32) for name, value in columns.items()}


# The account of a team


@settings(deadline=None)
@given(st.integers(0, 60), st.integers(0, 60), st.integers(0, 60))
def test_a_part_of_a_part_is_never_more_than_either(number: int, part: int, whole: int) -> None:
    part, number = min(part, whole), min(number, whole)
    share = in_proportion(number, part, whole)
    assert 0 <= share <= min(number, part)
    assert number - share <= whole - part
    assert whole == 0 or abs(share - number * part / whole) <= 0.5


MONTH = st.tuples(st.integers(-4, 4), st.integers(-4, 4), st.integers(0, 5), st.booleans())


@settings(deadline=None)
@given(st.integers(0, 12), st.integers(0, 4), st.lists(MONTH, max_size=30))
def test_every_post_that_ai_removes_is_found_again(heads: int, room: int, months: list) -> None:
    """Whatever the trend, AI, departures, hires and lay-offs do to a team, month after month."""
    t = one_team(heads, heads + room)
    out, booked = 0, np.zeros(3, np.int64)
    for trend, ai, leavers, shrinks in months:
        with_trend = max(int(t["posts"][0]) + trend, 0)
        now = max(with_trend - ai, 0)
        book(0, now, with_trend, t["filled"], t["covered"], t["posts"], t["surplus"], t["surplus_ai"],
             t["closed_ai"], booked)
        t["posts"][0] = now
        assert t["surplus"][0] == max(t["filled"][0] - now, 0)
        t["filled"][0] -= min(leavers, t["filled"][0])
        out += settle(0, max(t["filled"][0] - now, 0), t["surplus"], t["surplus_ai"])
        if shrinks and t["surplus"][0] > 0:
            leaving = np.zeros(int(t["surplus"][0]), np.int64)
            out += int(give_up(leaving, np.zeros(1, np.int32), t["surplus"], t["surplus_ai"]).sum())
            t["filled"][0] = now
        if not shrinks:
            t["filled"][0] = max(t["filled"][0], now)  # All open posts find somebody.
        assert 0 <= t["surplus_ai"][0] <= t["surplus"][0] and t["closed_ai"][0] >= 0
        freed, opened, cut = booked
        assert cut + opened == freed + out + t["surplus_ai"][0] + t["closed_ai"][0]


def test_a_surplus_of_two_causes_goes_in_proportion() -> None:
    surplus, of_ai = np.array([6], np.int32), np.array([2], np.int32)
    leaving, team = np.zeros(3, np.int64), np.zeros(1, np.int32)
    assert give_up(leaving, team, surplus, of_ai).tolist() == [0, 1, 0]
    assert (surplus[0], of_ai[0]) == (3, 1)
    assert settle(0, 0, surplus, of_ai) == 1 and of_ai[0] == 0


@pytest.mark.parametrize("levers", [
    {}, HARD, HARD | {"demand__growth_share_per_year": 0.0136},
    HARD | {"ai__new_tasks_share": 1.0, "ai__new_tasks_lag_months": 12}])
def test_posts_removed_are_accounted_for_every_month(levers: dict[str, object]) -> None:
    world, left = world_of("ai-fast", SMALL, **levers), 0
    for month in range(MONTHS):
        world.step()
        now = {name: values[-1] for name, values in world.record.series.items()}
        held = now["surplus_ai"] + now["closed_ai"]
        went = sum(now.get(way, 0) for way in WAYS)
        assert now["posts_cut_ai"] + now["posts_opened_ai"] == went + held - left
        if month > 0 and "demand__growth_share_per_year" not in levers:
            assert now["posts_cut_ai"] == now["posts_removed_ai"]  # Without a trend there is but one measure.
        left = held
    assert total(world, "unfilled_departures") > 20 and left > 50


def test_what_does_not_come_from_ai_is_not_put_down_to_it() -> None:
    # A region that shrinks by itself: surpluses and lay-offs, none of them because of AI.
    world = world_of("ai-fast", SMALL, ai__displacement_share=0.1, ai__adjustment_months=3)
    shipped = world.rules_of
    off = {"ai.displacement_share": 0.0, "ai.augmentation_gain_share": 0.0, "ai.new_tasks_share": 0.0,
           "demand.growth_share_per_year": -0.2}
    world.rules_of = lambda month: {**shipped(month), **off}
    live(world, 18)
    assert total(world, "layoffs") > 50
    assert [total(world, name) for name in (*WAYS, "posts_cut_ai", "posts_opened_ai", "closed_ai")] == [0] * 7


# Speeds


def test_faster_adjustment_gives_more_layoffs_for_the_same_posts() -> None:
    # Without literacy, which would let those who stay move posts.
    hasty, patient = (lived(ai__displacement_share=0.6, ai__adjustment_months=n,
                            margins__literacy_shift_share=0.0) for n in (3, 24))
    assert hasty.record.series["posts_removed_ai"] == patient.record.series["posts_removed_ai"]
    assert total(hasty, "layoffs_ai") > 1.5 * total(patient, "layoffs_ai")
    assert total(hasty, "unfilled_departures") < total(patient, "unfilled_departures")


def test_attrition_does_not_absorb_everything_and_less_of_a_faster_fall() -> None:
    def share(**levers: object) -> float:
        world = lived(**HARD, **levers)
        results = results_of(world, scenario_with("ai-fast"), "", 0.0)
        shares = [INDICATORS[name].value(results) for name in SHARES]
        assert None not in shares and sum(shares) == pytest.approx(1.0, abs=1e-12)  # type: ignore[arg-type]
        for year in ("2024", "2025", "2026"):
            parts = [INDICATORS[name].parts(results)[year] for name in SHARES]  # type: ignore[misc]
            assert sum(parts) == pytest.approx(1.0, abs=1e-12)  # type: ignore[arg-type]
        return sum(shares[:2])  # type: ignore[arg-type]

    slow, fast = share(ai__use_depth_months=120), share(ai__use_depth_months=12)
    assert fast < slow < 1.0


def test_shares_are_unknown_while_ai_has_removed_nothing() -> None:
    still = live(world_of("reference", TINY), 1)
    results = results_of(still, scenario_with("reference"), "", 0.0)
    results = replace(results, series={name: 0 * values for name, values in results.series.items()})
    assert [INDICATORS[name].value(results) for name in SHARES] == [None] * len(SHARES)


# Who goes


def test_temporary_contracts_go_first_then_the_newest_then_those_without_ai_training() -> None:
    world = world_of("reference", TINY)
    p = world.persons
    idx = np.flatnonzero(p["team"][: world.rows] >= 0)[:6]
    p["team"][idx] = p["team"][idx[0]]
    p["contract"][idx], p["hired"][idx], p["literacy"][idx] = 0, OPENING - 120, 0
    p["contract"][idx[4]] = 1  # CDD
    p["hired"][idx[2]] = OPENING - 3
    p["literacy"][idx[0]] = 1
    order = layoff_order(world, idx).tolist()
    assert order[:2] == [idx[4], idx[2]] and order[-1] == idx[0]
    # Training protects only where some have it and some do not.
    p["literacy"][idx] = 1
    everybody = layoff_order(world, idx).tolist()
    p["literacy"][idx] = 0
    assert layoff_order(world, idx).tolist() == everybody


# Entry hires


def test_nobody_is_passed_over_without_the_margin_or_without_ai() -> None:
    occ = trades()
    alpha, nowhere = occ.exposure("ilo_2023")[0], np.zeros(len(SECTORS))
    reached = np.full(len(SECTORS), 0.5)
    assert (beginners_kept(0.0, alpha, occ.sector_shares, reached) == ONE).all()
    assert (beginners_kept(10.0, alpha, occ.sector_shares, nowhere) == ONE).all()
    kept = beginners_kept(4.0, alpha, occ.sector_shares, reached) / ONE
    assert kept == pytest.approx(np.exp(-4.0 * alpha * 0.5), abs=1e-9)
    assert total(lived(margins__youth_hiring_weight=0.0), "beginners_turned_away") == 0


def test_beginners_lose_and_others_take_their_posts() -> None:
    # Who is trained in AI follows from who is at work, and moves posts a little: left out here.
    without, with_it = (
        lived(margins__youth_hiring_weight=weight, margins__literacy_shift_share=0.0)
        for weight in (0.0, 10.0))
    assert with_it.record.series["posts_removed_ai"] == without.record.series["posts_removed_ai"]
    young = [total(world, "hires_15_24") for world in (without, with_it)]
    others = [total(world, "hires") - hires for world, hires in zip((without, with_it), young, strict=True)]
    assert young[1] < 0.97 * young[0] and others[1] > others[0]
    # In the trades where AI can do a tenth of the work, not in the others.
    exposed = without.occupations.automatable["ilo_2023"] >= 0.1
    heads = [world.record.stocks[-1][:40, :, 0, 0].sum(axis=1) for world in (without, with_it)]
    fall = [1.0 - heads[1][rows].sum() / heads[0][rows].sum() for rows in (exposed, ~exposed)]
    assert fall[0] > 0.05 and fall[0] > 3 * abs(fall[1])


# Seniors


def test_seniors_return_like_the_others_without_the_bias() -> None:
    as_observed, without = (search_thresholds(RULES | {"margins.senior_hiring_weight": weight})[1]
                            for weight in (1.0, 0.0))
    ratios = [RULES[f"matching.jobless_{group}_ratio"] for group in SENIORS]
    assert as_observed[2:, 0, 0] / as_observed[1, 0, 0] == pytest.approx(ratios, rel=1e-6)
    assert (without[2:] == without[1]).all() and (without[:2] == as_observed[:2]).all()


def test_seniors_gain_and_the_young_lose_without_the_bias() -> None:
    def rates(weight: float) -> tuple[float, float]:
        heads = lived("reference", margins__senior_hiring_weight=weight).record.stocks[-1]
        force = heads[..., :3].sum(axis=(0, 1, 3))
        out = heads[..., 1].sum(axis=(0, 1))
        return out[4:].sum() / force[4:].sum(), out[0] / force[0]

    (seniors, young), (seniors_free, young_free) = rates(1.0), rates(0.0)
    assert seniors_free < seniors - 0.003 and young_free > young


# Literacy


def test_training_moves_tasks_and_its_sign_follows_what_they_save() -> None:
    alpha = trades().exposure("ilo_2023")[0]

    def moved(**rules: float) -> tuple[np.ndarray, np.ndarray]:
        given = RULES | {key.replace("__", "."): value for key, value in rules.items()}
        return of_literacy(SimpleNamespace(rules=given, occupations=trades(), routes=None))

    saved, cheaper = moved(margins__literacy_shift_share=0.5, ai__displacement_share=0.3,
                           ai__augmentation_gain_share=0.25, ai__cost_saving_share=0.5)
    # An assisted task saves 0.25 / 1.25 = 0.2 of its labour, a replaced one 0.3, and costs 0.15 less.
    assert saved == pytest.approx(0.5 * alpha * (0.2 - 0.3), abs=1e-12)
    assert cheaper == pytest.approx(0.5 * alpha * (0.2 - 0.15), abs=1e-12)
    rare = moved(ai__displacement_share=0.1, ai__augmentation_gain_share=0.4)[0]
    assert (rare >= 0).all() and (saved <= 0).all()
    assert not moved(margins__literacy_shift_share=0.0)[0].any()


def test_a_plan_of_courses_spares_posts_if_training_moves_tasks() -> None:
    money = 200_000_000

    def removed(kappa: float, budget: int) -> World:
        return lived(margins__literacy_shift_share=kappa, ai__displacement_share=0.9,
                     schemes__ai_literacy_plan__budget_eur_per_year=budget)

    trained = [int(removed(0.6, budget).persons["literacy"].sum()) for budget in (0, money)]
    assert trained[1] > 1.5 * trained[0]
    assert total(removed(0.6, money), "posts_removed_ai") < total(removed(0.6, 0), "posts_removed_ai")
    idle, paid = removed(0.0, 0), removed(0.0, money)
    assert idle.record.series["posts_removed_ai"] == paid.record.series["posts_removed_ai"]


def test_literacy_moves_nothing_at_the_opening() -> None:
    worlds = [world_of("ai-fast", TINY, margins__literacy_shift_share=kappa) for kappa in (0.0, 0.6)]
    for _ in range(12):
        for world in worlds:
            world.step()
        assert np.array_equal(worlds[0].teams["posts"], worlds[1].teams["posts"])
    assert worlds[1].month == OPENING + 12


def test_the_levels_of_the_plan_are_the_region_s_part_of_the_aims() -> None:
    plan = Registry.load()["schemes.ai_literacy_plan.budget_eur_per_year"]
    price, share = RULES["schemes.ai_literacy_plan.cost_eur_per_file"], 0.0805
    adults, aim = (level.value for level in plan.levels[1:])
    assert adults == pytest.approx(68_000 / 9 * share * price, rel=0.002)  # 2022 to 2030
    assert aim == pytest.approx(300_000 * share * price, rel=0.002)
    assert plan.value == 0


# Skills


def test_skills_follow_the_balance_of_assisted_and_replaced_tasks() -> None:
    industry, trade = SECTORS.index("industrie"), SECTORS.index("tertiaire_marchand")
    shares = np.array([0.3, 0.3, 0.02]), np.array([0.5, 0.1, 0.04])
    tasks = SimpleNamespace(exposure_in_force=lambda _: shares)
    rules = RULES | {"margins.skill_change_share": 0.1, "margins.skill_loss_industrie_weight": 2.0,
                     "ai.use_depth_first_share": 0.2, "ai.use_depth_final_share": 1.0,
                     "ai.use_depth_months": 12}
    found = changes(SimpleNamespace(rules=rules, occupations=tasks, routes=None))
    # Assisted less replaced: 0.2, -0.2, 0.02; in industry, where replaced tasks count twice: -0.1, -0.5, 0.
    assert found[trade, :, -1].tolist() == [UP, DOWN, SAME]
    assert found[industry, :, -1].tolist() == [DOWN, DOWN, SAME]
    assert (found[:, :, 0] == SAME).all()


def test_skills_are_read_over_the_posts_of_units_with_ai() -> None:
    world = lived()
    teams, last = world.teams, {name: values[-1] for name, values in world.record.series.items()}
    posts = int(teams["filled"][world.units["adopted"][teams["unit"]] >= 0].sum())
    for groups in (SECTORS, [f"pcs{n}" for n in range(1, 7)]):
        counted = [last.get(f"skills_{change}_{group}", 0)
                   for change in ("same", "up", "down") for group in groups]
        assert sum(counted) == posts > 1_000
    results = results_of(world, scenario_with("ai-fast"), "", 0.0)
    for by in ("", "_by_pcs"):
        names = [f"skills_{change}_share{by}" for change in ("up", "down", "same")]
        shares = [INDICATORS[name].value(results) for name in names]
        assert sum(shares) == pytest.approx(1.0, abs=1e-12)  # type: ignore[arg-type]
