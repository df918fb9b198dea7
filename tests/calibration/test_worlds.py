"""Real worlds measured, at a hundredth of the region or less."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from calibration.fitting.problem import problem_of, shipped_point
from calibration.fitting.search import Asked
from calibration.fitting.self_test import around, self_test
from calibration.targets import load_observations, load_targets
from calibration.worlds import live, lived_moments
from sim.cli.main import main
from sim.sweep.jobs import Row

SMALL = 0.004


@pytest.fixture(scope="module")
def usual() -> Row:
    """The world of the shipped values, as a fit asks for it."""
    (row,) = live(spec(False))
    return row


def spec(held_out: bool, **values: float) -> dict[str, object]:
    return {"sample": 0, "scale": SMALL, "seed": 0, "values": values, "held_out": held_out}


def test_every_moment_is_measured_and_hold_outs_change_no_target(usual: Row) -> None:
    fit, (score,) = usual, live(spec(True))
    targets = {one.moment for one in load_targets().values() if one.moment}
    assert set(fit) - {"sample", "seed"} == targets
    assert {name: score[name] for name in fit} == fit
    every = {one.moment for one in load_observations().values() if one.moment}
    # Whose profile is asked of files that so small a region may not hold.
    of_few = ("digital_", "leaving_digital_", "manual_", "acceptance_", "layoffs_")
    assert all(name.startswith(of_few) for name in every - set(score))


def test_a_value_acts_from_the_burn_in_on(usual: Row) -> None:
    (quick,) = live(spec(False, **{"matching.unemployed_suitable_rate": 0.6}))
    assert float(quick["quarterly_UE"] or 0) > float(usual["quarterly_UE"] or 0) + 0.02
    assert quick["employed_2021"] != usual["employed_2021"]


@pytest.mark.full
def test_the_truth_is_found_again_in_small_worlds() -> None:
    """Hundred made-up regions; with a coverage of 90 % fewer than 83 come once in a hundred (fixed seeds).

    Three parameters and what moves with them; ranks: three p-values below 0.001 once in 300.
    """
    problem = problem_of(
        ("matching.unemployed_suitable_rate", "participation.employed_leave_rate", "matching.distant_ratio")
    )
    narrow = around(problem, shipped_point(problem))

    def simulate(asked: list[Asked]) -> list[dict[str, float]]:
        return [lived_moments(0.01, seed, problem.values(point)) for point, seed in asked]

    told = self_test(narrow, simulate, truths=100, budget=20, seed=0)  # type: ignore[arg-type]
    assert told.covered >= 83
    assert min(told.uniformity) > 0.001


@pytest.mark.full
def test_both_commands_run_and_go_on(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    fit = ["calibrate", "--scale", "0.01", "--only", "matching.distant_ratio", "--budget", "6"]
    fit += ["--ensemble", "3", "--out", str(tmp_path / "fit"), "--json", "--workers", "1"]
    score = ["validate", "--scale", "0.01", "--worlds", "3", "--out", str(tmp_path / "score")]
    score += ["--ensemble", str(tmp_path / "fit" / "ensemble.csv"), "--json", "--workers", "1"]
    for arguments in (fit, score):
        said = []
        for _ in range(2):
            with pytest.raises(SystemExit) as caught:
                main(arguments)
            assert not caught.value.code
            said.append(capsys.readouterr().out)
        assert said[0] == said[1] and json.loads(said[0])["command"] == arguments[0]
