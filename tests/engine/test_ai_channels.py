"""What must hold of the shock: zero is nothing, stronger is never milder, nothing jumps, samples agree."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from engine_worlds import SMALL, TINY, live, scenario_with, with_rules, world_of
from scipy import stats

from sim import run
from sim.adoption_paths import path_names
from sim.calendar import OPENING
from sim.comparison import draw_of_parameters
from sim.decomposition import FACTORS, decompose
from sim.indicators import values
from sim.moves import Reason
from sim.results import Results
from sim.trades import EXPOSURE_SOURCES
from sim.world import World

READINGS = ("units_10_plus_with_ai", "jobs_in_units_with_ai", "skills_")
"""How the series begin that count who uses AI and what it asks of posts: nothing follows from them."""

MOVING = [path for path in path_names() if path != "none"]
IDLE = {
    "ai__displacement_share": 0.0,
    "ai__augmentation_gain_share": 0.0,
    "margins__youth_hiring_weight": 0.0,
}
SHOCK = {
    "ai__adoption_path": "s_curve",
    "ai__s_curve_midpoint_months": 1,
    "ai__s_curve_slope_per_year": 40.0,
    "ai__use_depth_first_share": 0.8,
    "ai__adjustment_months": 0,
}
"""From one month to the next half of the firms use AI for most of what it can do, and nobody waits."""


def results(world: World, name: str = "reference") -> Results:
    return run.results_of(world, scenario_with(name), "none", 0.0)


def digest_of_what_happens(world: World) -> str:
    found = results(world)
    kept = {name: values for name, values in found.series.items() if not name.startswith(READINGS)}
    return replace(found, series=kept).digest


@pytest.mark.parametrize("path", MOVING)
def test_with_all_channels_at_zero_nothing_differs_from_the_reference(path: str) -> None:
    # Who may ask for FNE courses hangs on who uses AI: no channel, and closed here.
    closed = {"schemes__fne_formation__budget_eur_per_year": 0}
    reference = digest_of_what_happens(live(with_rules(world_of("reference"), **closed), 15))
    idle = live(with_rules(world_of("reference"), ai__adoption_path=path, **IDLE, **closed), 15)
    assert digest_of_what_happens(idle) == reference


@pytest.mark.parametrize(
    "rules",
    [{"ai__adoption_path": "none", "ai__new_tasks_share": 1.0, "ai__displacement_share": 0.9},
     {"ai__exposure_source": "white_paper", "ai__exposure_level": 1.0},
     {"ai__s_curve_midpoint_months": 36, "ai__s_curve_slope_per_year": 0.75}],
    ids=["no adoption", "exposure", "an S-curve not in force"],
)  # fmt: skip
def test_without_further_adoption_no_channel_acts(rules: dict[str, object]) -> None:
    reference = digest_of_what_happens(live(world_of("reference"), 15))
    assert digest_of_what_happens(live(world_of("reference", **rules), 15)) == reference


def losers(displacement: float, source: str) -> np.ndarray:
    """Persons laid off in the first month of a shock that follows one month of rest."""
    world = world_of("reference", SMALL, ai__exposure_source=source)
    world.step()
    held = world.persons["unit"][: world.rows].copy()
    live(with_rules(world, **SHOCK, ai__displacement_share=displacement), 1)
    lost = np.flatnonzero(world.persons["laid_off"][: held.size] == OPENING + 1)
    counted = int(world.record.flows[-1][:, :, int(Reason.LAYOFF)].sum())
    assert counted <= lost.size  # the others' temporary contracts ended
    return lost


@pytest.mark.parametrize("source", EXPOSURE_SOURCES)
def test_a_stronger_displacement_spares_nobody_in_the_first_month(source: str) -> None:
    """Head by head, though cheaper work makes the sector as a whole want more posts."""
    lost = [losers(share, source) for share in (0.0, 0.3, 0.6, 0.9)]
    for milder, stronger in pairwise(lost):
        assert np.isin(milder, stronger).all()
    assert lost[-1].size > 3 * max(lost[0].size, 5)


def gained_parts(world: World) -> float:
    """Posts gained or lost by what AI does since the opening, as a share of all."""
    found = decompose(world)
    of_ai = [n for n, factor in enumerate(FACTORS) if factor.of_ai and factor.name != "history"]
    return float(np.abs(found.parts[of_ai].sum(axis=1)).sum() / found.after.sum())


def test_the_opening_month_does_not_jump_under_any_path_or_source() -> None:
    """The first month moves at most one post in 1,500, and no more than twice what the second one adds."""
    curve = {"ai__adoption_path": "s_curve"}
    bounds = [curve | {"ai__s_curve_midpoint_months": months, "ai__s_curve_slope_per_year": slope}
              for months in (36, 132) for slope in (0.25, 0.75)]  # fmt: skip
    sources = [{"ai__exposure_source": source, "ai__exposure_level": level, "ai__adoption_path": "fast"}
               for source in EXPOSURE_SOURCES for level in (-1.0, 0.0, 1.0)]  # fmt: skip
    rest = live(world_of("reference"), 1).teams["posts"].sum()
    for changed in ({"ai__adoption_path": path} for path in MOVING), bounds, sources:
        for levers in changed:
            world = world_of("reference", **levers)
            first = gained_parts(live(world, 1))
            assert first < 1 / 1500, levers
            assert abs(int(world.teams["posts"].sum()) - rest) <= 1e-3 * rest, levers
            assert first <= 2 * (gained_parts(live(world, 1)) - first) + 2e-5, levers


def test_the_opening_does_not_jump_whatever_is_drawn() -> None:
    scenario = scenario_with("ai-fast")
    for replicate in range(1, 7):
        draw = draw_of_parameters(0, replicate)
        world = run.scenario_world(scenario, TINY, 0, draw, replicate=replicate)
        assert gained_parts(live(world, 1)) < 1 / 500, draw


MACRO = ("unemployment_rate", "employed", "posts_removed_ai", "hires_per_year", "separations_per_year",
         "occupation_changes_per_year", "adoption_jobs_share", "changes_destination_exposure")  # fmt: skip
FALSE_ALARM = 0.01
FEW_POSTS = {"unemployment_rate": 0.01, "hires_per_year": 0.01, "employed": 0.002}
"""What a 1 % sample is known to be off by, as a share: an urn of a dozen open posts in a trade leaves more of
them empty than one of a thousand, so hires are 0.9 % fewer and unemployment 0.08 point higher (12 seeds
against the whole region).  Nothing of it is left at 10 %.  It goes as the inverse of the scale."""


def macro(scale: float, seed: int, months: int) -> np.ndarray:
    found = values(run.simulate(scenario_with("ai-fast"), scale=scale, seed=seed, months=months))
    return np.array([found[name] for name in MACRO], dtype=float)


def agree(small: float, large: float, seeds: int, months: int) -> None:
    """Small samples of several seeds against one large one, each outcome on its own t interval.

    Both are means of units drawn alike, so the variance of the large one is that of a small one times the
    ratio of the scales.  False alarms: one run in a hundred for all eight outcomes together (Bonferroni).
    What it would catch nine times in ten: a bias of about twice the printed reach, beyond the known one.
    """
    found = np.stack([macro(small, seed, months) for seed in range(seeds)])
    whole = macro(large, 100, months)
    spread = found.std(axis=0, ddof=1) * math.sqrt(1 / seeds + small / large)
    reach = float(stats.t.ppf(1 - FALSE_ALARM / len(MACRO) / 2, seeds - 1)) * spread
    known = np.array([FEW_POSTS.get(name, 0.0) for name in MACRO]) * np.abs(whole) * SMALL / small
    for name, mean, one, bound in zip(MACRO, found.mean(axis=0), whole, reach + known, strict=True):
        print(f"{name}: {mean:.6g} against {one:.6g}, reach {bound:.3g}")
        assert abs(mean - one) <= bound, name


def test_small_samples_agree_with_a_larger_one() -> None:
    agree(0.005, 0.03, seeds=6, months=12)


@pytest.mark.full
def test_one_percent_agrees_with_ten() -> None:
    agree(SMALL, 0.1, seeds=12, months=36)


@pytest.mark.full
def test_one_percent_agrees_with_the_whole_region() -> None:
    agree(SMALL, 1.0, seeds=12, months=36)
