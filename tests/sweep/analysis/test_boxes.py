"""A planted box is found, and noise gives none."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from made_sweeps import FACTORS, as_points, cloud, factor_table, made_sweep

from sim.sweep.analysis import opened
from sim.sweep.analysis.boxes import Discovery, discover
from sim.sweep.analysis.faults import NothingToAnalyse

PATH = "ai.adoption_path"
DESIGN = f'method = "latin_hypercube"\n{factor_table()}'


def found(tmp_path: Path, outputs: Any, points: Any = None, question: str = "funded_net > 0") -> Discovery:
    points = as_points(cloud(300)) if points is None else points
    folder = made_sweep(tmp_path / "s", points, outputs, assumptions=DESIGN, policies={"double": 58e6})
    return discover(opened(folder), question, "double")


def inside(point: Any) -> bool:
    x, y, _ = (point[name] for name in FACTORS)
    return x > 0.6 and y < 0.5


def test_a_planted_box_is_found_on_both_sides(tmp_path: Path) -> None:
    """Cases are the points with x over 0.6 and y under 0.5, one fifth of them: the box has these limits to
    the gap between neighbours (0.02 at 300 points, peels of 5 %), and leaves z free."""
    result = found(tmp_path, lambda point, *_: {"funded_net": 1.0 if inside(point) else -1.0})
    assert result.futures == 300 and result.untold == 0
    assert result.holds == sum(inside(p) for p in as_points(cloud(300)))
    box = result.boxes["holds"]
    limits = {limit.factor: limit for limit in box.limits}
    assert set(limits) == set(FACTORS[:2])
    x, y = (limits[name] for name in FACTORS[:2])
    assert x.low == pytest.approx(0.6, abs=0.04) and x.high is None
    assert y.high == pytest.approx(0.5, abs=0.04) and y.low is None
    assert box.coverage > 0.9 and box.density > 0.9 and all(limit.quasi_p < 1e-6 for limit in box.limits)
    assert box.density_held_out is not None and box.density_held_out > 0.8
    assert "fails" in result.boxes and result.boxes["fails"].density > 240 / 300


def test_a_choice_in_a_box_is_told_by_its_values(tmp_path: Path) -> None:
    words = ("pace_2024", "eu_2030", "fast")
    points = [{PATH: words[int(3 * a)], FACTORS[0]: float(b)} for a, b in cloud(240, 2)]

    def outputs(point: Any, policy: str, replicate: int) -> dict[str, float]:
        return {"funded_net": 1.0 if point[PATH] != "pace_2024" and point[FACTORS[0]] > 0.4 else -1.0}

    box = found(tmp_path, outputs, points).boxes["holds"]
    limits = {limit.factor: limit for limit in box.limits}
    assert limits[PATH].values == ("eu_2030", "fast") and limits[PATH].low is None
    assert limits[FACTORS[0]].low == pytest.approx(0.4, abs=0.05)
    assert box.coverage > 0.9 and box.density > 0.9


def test_a_whole_number_in_a_box(tmp_path: Path) -> None:
    points = [{"ai.adjustment_months": 3 + int(22 * a), FACTORS[0]: float(b)} for a, b in cloud(200, 2)]
    result = found(tmp_path, lambda point, *_: {"funded_net": point["ai.adjustment_months"] - 14.5}, points)
    (limit,) = result.boxes["holds"].limits
    assert (limit.factor, limit.low, limit.high) == ("ai.adjustment_months", 15.0, None)


def test_chance_alone_makes_no_box_that_holds_elsewhere(tmp_path: Path) -> None:
    """Cases are drawn: whatever box is drawn around them, its density elsewhere stays near one half (fixed
    seed; standard deviation of a half's density some 0.07)."""
    stream = np.random.Generator(np.random.Philox(5))
    result = found(tmp_path, lambda *_: {"funded_net": float(stream.normal())})
    for box in result.boxes.values():
        assert box.density_held_out is not None and abs(box.density_held_out - 0.5) < 0.15


def test_too_few_cases_make_no_box_and_missing_values_are_counted(tmp_path: Path) -> None:
    def outputs(point: Any, policy: str, replicate: int) -> dict[str, float | None]:
        return {"funded_net": None if point[FACTORS[0]] < 0.1 else 1.0 if point[FACTORS[0]] > 0.99 else -1.0}

    result = found(tmp_path, outputs)
    assert (result.futures, result.untold, result.holds) == (270, 30, 3) and not result.boxes
    with pytest.raises(NothingToAnalyse):
        found(tmp_path / "none", lambda *_: {"funded_net": None, "funded_gross": 1.0})
