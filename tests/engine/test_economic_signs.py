"""Directions that any reader of the model relies on, on common draws."""

from __future__ import annotations

from functools import cache

import numpy as np
from engine_worlds import SMALL, TINY, crowded, live, with_rules, world_of

from sim.moves import CIVIL_SERVANT, EMPLOYED
from sim.parameters import Registry
from sim.population.synthesis import synthesise
from sim.run import rules_by_month
from sim.scenario import load
from sim.schemes.files import Outcome, Stage
from sim.world import World, open_world

MONTHS = 24


@cache
def fast(**levers: object) -> World:
    return live(world_of("ai-fast", SMALL, **levers), MONTHS)


def total(world: World, series: str) -> int:
    return sum(world.record.series.get(series, [0]))


def test_no_displacement_and_no_gain_remove_nothing_to_the_head() -> None:
    rules_of = rules_by_month(Registry.load(), load("ai-fast").overrides)
    world = with_rules(open_world(synthesise(TINY, 0), rules_of, 0), ai__displacement_share=0.0,
                       ai__augmentation_gain_share=0.0)
    live(world, 60)
    assert total(world, "units_10_plus_with_ai") > 0
    assert np.unique(world.record.series["posts_removed_ai"]).tolist() == [0]


def test_stronger_displacement_removes_at_least_as_many_posts_every_month() -> None:
    weak, strong = (np.cumsum(fast(ai__displacement_share=share).record.series["posts_removed_ai"])
                    for share in (0.1, 0.6))
    assert (strong >= weak).all() and strong[-1] > weak[-1]


def test_without_further_adoption_nothing_more_is_removed_whatever_the_displacement() -> None:
    still = live(world_of("reference", SMALL, ai__displacement_share=0.9), MONTHS)
    removed = np.cumsum(still.record.series["posts_removed_ai"])
    # What history displaced still brings new tasks: posts may come, none may go.
    assert removed.max() <= 0.0005 * still.teams["posts"].sum()
    assert total(fast(ai__displacement_share=0.9), "posts_removed_ai") > 3 * abs(removed).max()


def test_less_time_means_at_least_as_many_layoffs_for_the_same_posts() -> None:
    patient, hasty = (fast(ai__displacement_share=0.6, ai__adjustment_months=n) for n in (24, 3))
    assert hasty.record.series["posts_removed_ai"] == patient.record.series["posts_removed_ai"]
    assert total(hasty, "layoffs") >= total(patient, "layoffs")
    assert total(hasty, "layoffs") > 0


def test_civil_servants_are_never_laid_off() -> None:
    world = world_of("ai-fast", SMALL, ai__displacement_share=0.9, ai__adjustment_months=3)
    laid_off = 0
    for _ in range(MONTHS):
        before = world.persons["status"].copy()
        world.step()
        out = np.flatnonzero(world.persons["laid_off"][: before.size] == world.month - 1)
        laid_off += out.size
        assert (before[out] != CIVIL_SERVANT).all()
    assert laid_off > 0


def test_a_trainee_on_leave_keeps_her_post() -> None:
    world = live(crowded(schemes__ptp__budget_eur_per_year=500_000_000), 6)
    files = world.files
    away = files["person"][(files["scheme"] == 0) & (files["stage"] == Stage.IN_TRAINING)
                           & (files["outcome"] == Outcome.FUNDED)]
    assert away.size > 20 and (world.persons["team"][away] >= 0).all()


def test_more_money_for_conversion_trains_more_people() -> None:
    poor, rich = (live(crowded(schemes__ptp__budget_eur_per_year=budget), MONTHS)
                  for budget in (29_000_000, 290_000_000))
    assert total(rich, "training_starts") > total(poor, "training_starts")
    assert total(rich, "committed_eur_cents_ptp") > total(poor, "committed_eur_cents_ptp")


def test_nobody_enters_a_regulated_trade_without_its_licence() -> None:
    world = world_of("reference", SMALL)
    regulated = world.occupations.regulated
    entered = 0
    for _ in range(6):
        before = world.persons["occupation"][: world.rows].copy()
        world.step()
        p = world.persons
        now = p["occupation"][: before.size]
        rows = np.flatnonzero((p["state"][: before.size] == EMPLOYED) & (now != before))
        rows = rows[regulated[now[rows]] == 1]
        entered += rows.size
        assert ((p["titles"][rows] >> now[rows].astype(np.uint64)) & np.uint64(1) == 1).all()
    assert entered > 0
