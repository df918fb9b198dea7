"""The study's page is made of a sweep: its design as shipped, its worlds made up, its findings planted."""

from __future__ import annotations

import re
import sys
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
import study

from sim.sweep.analysis import Findings, opened
from sim.sweep.design import load_design
from sim.sweep.sampling import points_of

sys.path.insert(0, str(Path(__file__).parents[1] / "sweep" / "analysis"))

from made_sweeps import BUDGET, made_sweep

DESIGN = load_design("ptp-robustness")
TODAY: tuple[tuple[int, Any], ...] = ((48, 29e6),)
BUDGETS = {policy.name: float(policy.overrides.get(BUDGET, TODAY)[0][1]) for policy in DESIGN.policies}
TASTE = "applications.taste_weight"


def outputs(point: Any, policy: str, replicate: int) -> dict[str, float | None]:
    """The doubled budget alone is worth its money, and only where the taste for moving is weak."""
    names = ("unemployment_rate", "durable_conversions_gross", "committed_eur_per_year")
    if not policy:
        compared = [f"difference_{name}" for name in names] + ["funded_net", "funded_net_per_million_eur"]
        return {**dict.fromkeys(names, 1.0), **dict.fromkeys(compared)}
    cost = BUDGETS[policy] - 29e6
    worth = 20.0 - 5.0 * point[TASTE] if policy == "double" else 12.0 - point[TASTE]
    return {
        **dict.fromkeys(names, 1.0),
        "difference_unemployment_rate": 0.0,
        "difference_durable_conversions_gross": worth * cost / 1e6,
        "difference_committed_eur_per_year": cost,
        "funded_net": worth * abs(cost) / 1e6,
        "funded_net_per_million_eur": worth if cost > 0 else None,
    }


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Findings:
    points = points_of(DESIGN)
    folder = made_sweep(
        tmp_path_factory.mktemp("study") / "s",
        [points.at(number) for number in range(len(points))],
        outputs,
        design=files("scenarios").joinpath("sweeps", "ptp-robustness.toml").read_text(encoding="utf-8"),
        policies=BUDGETS,
    )
    return study.asked_of(opened(folder))


def test_the_design_is_the_study_announced() -> None:
    """Some two thousand worlds, baselines shared, over pace, displacement, budgets and grids."""
    worlds = len(points_of(DESIGN)) * DESIGN.replicates * (1 + len(DESIGN.policies))
    assert 1900 <= worlds <= 2100 and DESIGN.scale == 0.25
    assert {"ai.adoption_path", "ai.displacement_share"} <= {factor.key for factor in DESIGN.factors}
    assert set(BUDGETS.values()) == {14.5e6, 29e6, 58e6}
    grids = {tuple(sorted(key for key in p.overrides if key != BUDGET)) for p in DESIGN.policies}
    assert len(grids) == 3 and len(DESIGN.policies) == 3 * 3 - 1
    assert set(study.DOUBLED) == {name for name, budget in BUDGETS.items() if budget == 58e6}


def test_the_page_says_what_was_planted(found: Findings) -> None:
    text = study.body(found, {})
    short = text.split("## The design")[0]
    assert "Taste for moving" in short and "matters most" in short
    held = sum(20.0 - 5.0 * point > 15.0 for point in found.study.points[TASTE])
    assert f"Under “double”, it holds in {held} of 112 futures" in short
    box = re.search(r"holds above all where\*\* Taste for moving is ([\d.]+) or less", short)
    assert box and float(box[1]) == pytest.approx(1.0, abs=0.1)
    assert "| half | PTP envelope: €14.5m from 2025-01-01 |" in text
    assert "| Taste for moving | `applications.taste_weight` | 0 to 1.5 |" in text
    places = text.split("## Cost and effect")[1].splitlines()
    dominated = next(line for line in places if line.startswith("| double with exposed |"))
    assert dominated.endswith("| double |")


def test_what_stands_outside_the_marks_is_kept() -> None:
    page = f"before\n{study.BEGIN}\nold\n{study.END}\nafter\n"
    assert study.with_body(page, "new") == f"before\n{study.BEGIN}\n\nnew\n\n{study.END}\nafter\n"


def test_figures_are_drawn_beside_the_page(found: Findings, tmp_path: Path) -> None:
    pytest.importorskip("vl_convert", reason="drawing needs vl-convert-python, which nothing else needs")
    written = study.write(found, tmp_path)
    text = (tmp_path / "study-ptp.md").read_text(encoding="utf-8")
    shown = set(re.findall(r"\]\((images/[\w-]+\.svg)\)", text))
    assert shown == {path.relative_to(tmp_path).as_posix() for path in written[1:]} and len(shown) > 5
    assert all((tmp_path / name).read_text(encoding="utf-8").startswith("<svg") for name in shown)
    assert text.startswith("# ")
