"""The fit on a region whose truth is known: optimisers, identification, ensemble, self-test."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from toy_region import CHANCE, TOLERANCE, TRUTH, Region, problem

from calibration.fitting.calibrate import Calibration, Settings, calibrate
from calibration.fitting.history_matching import CUTOFF
from calibration.fitting.identification import PROFILE_STEPS
from calibration.fitting.optimisers import OPTIMISERS, optimise
from calibration.fitting.report import Provenance, as_object, ensemble_csv, markdown
from calibration.fitting.self_test import self_test

MIDDLE = (0.5, 0.5, 0.5, 0.5)
ALL = Settings(budget=100, optimisers=tuple(OPTIMISERS), ensemble=100)


@pytest.fixture(scope="module")
def found() -> Calibration:
    return calibrate(problem(), Region(), MIDDLE, ALL)


def test_coordinates_and_values_answer_each_other() -> None:
    for free in problem().free:
        for u in (0.0, 0.25, 1.0):
            assert free.coordinate(free.value(u)) == pytest.approx(u, abs=1e-5)
        assert (free.value(0.0), free.value(1.0)) == (free.low, free.high)


@pytest.mark.parametrize("name", sorted(OPTIMISERS))
def test_an_optimiser_comes_nearer_within_its_budget(name: str) -> None:
    region = Region()
    search = optimise(name, problem(), region, MIDDLE, 60)
    start = search.tried[MIDDLE]
    assert search.best.objective < 0.1 * start.objective
    assert region.lived == len(search.tried) <= 60


def test_least_squares_finds_the_truth_where_it_can_be_found(found: Calibration) -> None:
    assert found.kept.name == "gauss_newton"
    assert found.best.objective == min(run.best.objective for run in found.runs)
    assert np.array(found.best.point[:3]) == pytest.approx(np.array(TRUTH[:3]), abs=0.05)
    assert found.within_tolerance() == 5


def test_what_the_targets_do_not_know_is_said(found: Calibration) -> None:
    assert found.identified.weak.tolist() == [False, False, False, True]
    assert found.identified.directions == 3
    flat, steep = found.profiles[0], found.profiles[1]
    assert flat.key == "p3" and len(flat.values) == len(PROFILE_STEPS) + 1
    # The prior alone bends the profile of what no target knows: half a standard deviation costs a quarter.
    assert max(flat.objectives) - min(flat.objectives) == pytest.approx(0.25, abs=0.05)
    assert max(steep.objectives) - min(steep.objectives) > 5


def test_the_ensemble_holds_what_is_not_ruled_out(found: Calibration) -> None:
    ensemble = found.ensemble
    assert ensemble is not None and len(ensemble.points) == 100
    assert ensemble.points[0] == found.best.point
    assert max(ensemble.implausibility) <= CUTOFF
    points = np.array(ensemble.points)
    spread = points.std(axis=0)
    assert spread[:3].max() < 0.1 < spread[3]
    low, high = points.min(axis=0), points.max(axis=0)
    assert ((low <= TRUTH) & (high >= TRUTH)).all()
    assert ensemble.correlation()[0, 1] < -0.3


def test_the_same_calibration_writes_the_same_bytes(found: Calibration) -> None:
    again = calibrate(problem(), Region(), MIDDLE, ALL)
    made = Provenance("engine", 0.01, 0, 1)
    assert ensemble_csv(again) == ensemble_csv(found)
    assert markdown(again, made) == markdown(found, made)
    assert as_object(found, made)["optimisers"][1]["kept"]


def test_chance_makes_a_target_weigh_less(found: Calibration) -> None:
    chance = found.problem.loss.chance
    assert np.sqrt(chance) == pytest.approx(np.full(5, CHANCE / TOLERANCE), rel=0.75)
    assert (found.problem.loss.scales < 1.0).all()


def test_the_truth_lies_in_the_region_nine_times_in_ten() -> None:
    """With a coverage of 90 % fewer than 83 of 100 come once in a hundred; these seeds are fixed.

    Ranks: four p-values below 0.001 by chance once in 250.  A posterior half as wide covers 25 of 100.
    """
    narrow = replace(problem(), prior_sd=0.12)
    told = self_test(narrow, Region(narrow), truths=100, budget=60, seed=0)
    assert told.covered >= 83
    assert min(told.uniformity) > 0.001
