"""Figures of docs/engine.md on the published model: `python -m tests.docs.figures` draws them again.

Drawing needs vl-convert-python, which nothing else here needs: `pip install vl-convert-python`.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import altair as alt
import numpy as np
import pandas as pd
from scipy import stats

from sim.kernels import Array
from sim.reference.demand import CYCLE_STEPS, cyclical_demand
from sim.reference.deterministic import Path as Trajectory
from sim.reference.deterministic import follow, initial_demand
from sim.reference.parameters import Parameters

ROOT = Path(__file__).parents[2]
IMAGES = ROOT / "docs" / "images"
# The tests of the published model import each other as neighbours.
sys.path.insert(0, str(ROOT / "tests" / "reference"))

from reference_cases import six_occupations  # noqa: E402
from test_agents_converge import BAND_FALSE_ALARM, drawn, error, expected  # noqa: E402

BLUE, ORANGE, GREY = "#1f5f8b", "#c45a12", "#666666"
SIZES = (5e3, 1e4, 2e4, 4e4, 8e4, 16e4, 32e4)
SEEDS = 12
SHORT = Parameters(steps=200, shock_step=30, shock_years=10)
BAND_HEADS, BAND_SEEDS = 2e4, 30
LOOPS = 5
"""Cycles lived before the one that is drawn: the loop is closed by then."""


def errors() -> pd.DataFrame:
    """Root mean square error by heads: workers, error (per cent of the heads)."""
    found = [100 * error(heads, SHORT, range(1000 * n, 1000 * n + SEEDS)) for n, heads in enumerate(SIZES)]
    return pd.DataFrame({"workers": SIZES, "error": found})


def slope(found: pd.DataFrame) -> float:
    """Of the error in workers, both on logarithms."""
    return float(np.polyfit(np.log(found["workers"]), np.log(found["error"]), 1)[0])


def error_chart(found: pd.DataFrame) -> Any:
    """Error against workers, with the line of slope -0.5 through their middle."""
    middle = float(np.exp(np.mean(np.log(found["error"]) + 0.5 * np.log(found["workers"]))))
    line = pd.DataFrame({"workers": [SIZES[0], SIZES[-1]]})
    line["error"] = middle / np.sqrt(line["workers"])
    x = alt.X("workers:Q", title="workers", scale=alt.Scale(type="log", domain=[4e3, 4e5], nice=False),
              axis=alt.Axis(values=list(SIZES), format="~s"))
    y = alt.Y("error:Q", title="error, % of the workers",
              scale=alt.Scale(type="log", domain=[0.05, 0.8], nice=False),
              axis=alt.Axis(values=[0.05, 0.1, 0.2, 0.5], format="~g"))
    title = alt.Title("Error against workers", subtitle=f"slope found {slope(found):.2f}; line: -0.5")
    lines = alt.Chart(line).mark_line(color=GREY, strokeDash=[5, 4]).encode(x=x, y=y)
    points = alt.Chart(found).mark_point(color=BLUE, filled=True, size=60, opacity=1).encode(x=x, y=y)
    return (lines + points).properties(width=290, height=270, title=title)


def band() -> pd.DataFrame:
    """Unemployment by step: expected, and the joint band of the mean of the drawn paths (per cent)."""
    network = six_occupations().scaled(BAND_HEADS)
    paths = np.stack([drawn(network, SHORT, seed).unemployment_rate for seed in range(BAND_SEEDS)])
    true = expected(network, SHORT).unemployment_rate
    # From step 1 on: at step 0 nothing has been drawn.
    freedom, steps = BAND_SEEDS - 1, SHORT.steps - 1
    critical = stats.t.isf(BAND_FALSE_ALARM / 2 / steps, freedom)
    reach = critical * paths.std(axis=0, ddof=1) / np.sqrt(BAND_SEEDS)
    mean = paths.mean(axis=0)
    inside = (np.abs(mean - true) <= reach)[1:]
    if not inside.all():
        raise ValueError(f"the expected path leaves the band at {int((~inside).sum())} steps")
    return pd.DataFrame({"step": np.arange(SHORT.steps), "expected": true,
                         "low": mean - reach, "high": mean + reach, "drawn": paths[0]})


def band_chart(found: pd.DataFrame) -> Any:
    """The expected path, the band, and one drawn path."""
    x = alt.X("step:Q", title="step")
    axis = alt.Scale(zero=False)
    area = alt.Chart(found).mark_area(color=BLUE, opacity=0.3).encode(
        x=x, y=alt.Y("low:Q", title="unemployment, %", scale=axis), y2="high:Q")
    drawn_line = alt.Chart(found).mark_line(color=GREY, strokeWidth=0.7).encode(x=x, y="drawn:Q")
    true_line = alt.Chart(found).mark_line(color=ORANGE, strokeWidth=1.6).encode(x=x, y="expected:Q")
    subtitle = [f"orange: in expected numbers; blue: joint 95 % band of {BAND_SEEDS} seeds,",
                f"{BAND_HEADS:,.0f} workers each; grey: one of them"]
    return (area + drawn_line + true_line).properties(
        width=390, height=270, title=alt.Title("The path by agents", subtitle=subtitle))


def loop() -> Trajectory:
    """The published model under a business cycle."""
    six = six_occupations()
    parameters = Parameters(steps=(LOOPS + 1) * CYCLE_STEPS)
    demand = cyclical_demand(initial_demand(six.employment, parameters), parameters)
    return follow(six.employment, demand, six.mobility, parameters)


def loop_chart(path: Trajectory) -> Any:
    """Vacancies against unemployment over the last cycle, with four marks in their order."""
    last = slice(-CYCLE_STEPS, None)
    found = pd.DataFrame({"u": closed(path.unemployment_rate[last]), "v": closed(path.vacancy_rate[last])})
    found["order"] = np.arange(len(found))
    marks = found.iloc[np.linspace(0, CYCLE_STEPS, 5)[:-1].astype(int)].assign(mark=["1", "2", "3", "4"])
    x = alt.X("u:Q", title="unemployment, %", scale=alt.Scale(zero=False))
    y = alt.Y("v:Q", title="vacancies, %", scale=alt.Scale(zero=False))
    line = alt.Chart(found).mark_line(color=BLUE).encode(x=x, y=y, order="order:Q")
    points = alt.Chart(marks).mark_point(color=ORANGE, filled=True, size=60, opacity=1).encode(x=x, y=y)
    words = alt.Chart(marks).mark_text(dx=10, dy=-8, fontSize=13).encode(x=x, y=y, text="mark:N")
    title = alt.Title("Beveridge curve under a cycle of 103 steps",
                      subtitle="quarters of the cycle in their order: counter-clockwise")
    return (line + points + words).properties(width=390, height=270, title=title)


def closed(values: Array) -> Array:
    """The values and the first one again."""
    return np.append(values, values[0])


def save(chart: Any, name: str) -> None:
    """One SVG in docs/images, left-aligned titles, one font."""
    chart = chart.configure(font="sans-serif", background="white").configure_title(
        anchor="start", subtitleColor=GREY)
    chart.save(IMAGES / name)
    print(f"docs/images/{name}")


if __name__ == "__main__":
    save(error_chart(errors()) | band_chart(band()), "convergence.svg")
    save(loop_chart(loop()), "beveridge.svg")
