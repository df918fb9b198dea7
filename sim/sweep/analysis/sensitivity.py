"""Which assumption matters: shares of the variance between points, elementary effects, or swings.

The method follows from how the points were drawn, because only Saltelli's points give total indices:

- ``sobol``: first, total and (where drawn) second order, SALib's estimators; bootstrap intervals;
- ``morris``: mean absolute elementary effect over the range of a factor, SALib;
- ``one_at_a_time``: difference from the central point, one factor moved;
- ``grid``: first and total order, exact over the grid;
- the others: first order from the given points.  A factor of many values by RBD-FAST (Plischke 2010, bias
  correction of Tissot and Prieur 2012; SALib), one of few values by the variance between its groups.  Where
  points were drawn with dependent factors (an ensemble), shares overlap and say no more than "what knowing
  this one would explain".

Intervals are at 90 %.  Replicates are averaged; what chance leaves in the means is told apart
(:func:`chance_share`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal, cast

import numpy as np
import pandas as pd

from sim.effects import FUNDED_EFFECTS, interval
from sim.kernels import Array
from sim.parameters import Registry
from sim.sweep.analysis import estimators
from sim.sweep.analysis.estimators import Index
from sim.sweep.analysis.faults import NotEnoughSamples, NothingToAnalyse
from sim.sweep.analysis.study import Answer, Study

Method = Literal["sobol", "morris", "one_at_a_time", "grid", "given"]

FEWEST: Final = {"sobol": 16, "morris": 4, "one_at_a_time": 2, "grid": 2, "given": 64}
"""Of each method, the fewest blocks, trajectories or points that it is computed from."""


@dataclass(frozen=True)
class Sensitivity:
    """Indices of one output in the worlds of one policy.

    ``points``: those of the design that are done; ``used``: those that the method could use.  ``deviation``:
    standard deviation of the output between points.  ``chance``: share of the variance between points that
    chance leaves after averaging replicates, None with a single one.
    """

    output: str
    policy: str
    method: Method
    points: int
    used: int
    deviation: float
    chance: float | None
    indices: tuple[Index, ...]

    def of(self, measure: str) -> tuple[Index, ...]:
        """Indices of one measure, in the order of the factors."""
        return tuple(index for index in self.indices if index.measure == measure)

    @property
    def main(self) -> str:
        """The measure by which factors are compared."""
        return {"sobol": "total", "grid": "total", "morris": "mean_effect", "one_at_a_time": "swing"}.get(
            self.method, "first"
        )

    def leaders(self) -> tuple[str, ...]:
        """The factor that matters most, with those that are not told apart from it, in the design's order.

        Only factors told from nothing count: whose interval leaves zero out and, for a total index, the share
        that chance gives to every factor.  Two are told apart where their intervals do not meet.
        """
        least = (self.chance or 0.0) if self.main == "total" else 0.0
        found = [i for i in self.of(self.main) if (i.value if i.low is None else i.low) > least]
        if not found:
            return ()
        first = max(found, key=lambda index: index.value)
        floor = first.value if first.low is None else first.low
        return tuple(i.factor for i in found if (i.value if i.high is None else i.high) >= floor)


def sensitivity(study: Study, output: str, policy: str = "") -> Sensitivity:
    """How much each varied assumption moves an output.

    Raises:
        NotEnoughSamples: says how many are needed.
        NothingToAnalyse: the design varies no assumption.
    """
    if not study.factors:
        raise NothingToAnalyse(str(study.folder), output, "[assumptions.factors]")
    answer = study.answer(output, policy)
    if not np.isfinite(answer.values).any():
        needed = "a policy told to cost more" if output in FUNDED_EFFECTS else "a value"
        raise NothingToAnalyse(f"{study.folder.name} {policy}".strip(), output, needed)
    method = cast(Method, study.method if study.method in _METHODS else "given")
    if method == "grid" and not _is_full(study.points, answer):
        method = "given"
    used, indices = _METHODS[method](study, answer)
    whole = answer.mean[answer.complete]
    return Sensitivity(
        output,
        policy,
        method,
        len(answer.samples),
        used,
        float(whole.std(ddof=1)) if len(whole) > 1 else 0.0,
        chance_share(answer),
        tuple(indices),
    )


def chance_share(answer: Answer) -> float | None:
    """Share of the variance between points' means that is chance; None with one replicate or one point.

    Replicates are the same draws at every point, so that what they all have in common is taken off first;
    what is left of a two-way table of points and replicates is chance that a point has alone.
    """
    values = answer.values[answer.complete]
    points, replicates = values.shape
    if points < 2 or replicates < 2:
        return None
    means = values.mean(axis=1)
    between = float(means.var(ddof=1))
    if between == 0.0:
        return 0.0
    return float(min(1.0, chance_variance(values) / replicates / between))


def chance_variance(values: Array) -> float:
    """Variance of chance in one world, from a complete table [points, replicates] of two and more of each."""
    points, replicates = values.shape
    rest = values - values.mean(axis=1, keepdims=True) - values.mean(axis=0, keepdims=True) + values.mean()
    return float((rest**2).sum() / ((points - 1) * (replicates - 1)))


def coordinates(points: pd.DataFrame) -> Array:
    """Factors as numbers [points, factors]; choices by their position."""
    registry = Registry.load()
    columns = []
    for name in points:
        values = points[name]
        if pd.api.types.is_numeric_dtype(values):
            columns.append(values.to_numpy(np.float64))
            continue
        known = list(registry[str(name)].choices) if name in registry else []
        order = [*known, *sorted(set(values) - set(known))]
        columns.append(values.map({word: float(n) for n, word in enumerate(order)}).to_numpy(np.float64))
    return np.column_stack(columns)


def _is_full(points: pd.DataFrame, answer: Answer) -> bool:
    """Whether every combination of the factors' values is there once, with an answer."""
    cells = int(np.prod([points[name].nunique() for name in points]))
    return bool(answer.complete.all()) and cells == len(points) == len(points.drop_duplicates())


def _enough(study: Study, answer: Answer, method: Method, found: int) -> None:
    if found < FEWEST[method]:
        unit = {"sobol": "blocks of Saltelli", "morris": "trajectories"}.get(method, "points")
        place = " ".join((study.folder.name, answer.output, answer.policy)).strip()
        raise NotEnoughSamples(place, found, f"≥ {FEWEST[method]} {unit}")


def _blocks(study: Study, answer: Answer, size: int) -> Array:
    """Rows of :attr:`Answer.values` of the blocks of ``size`` points that are whole, [blocks, size]."""
    last = int(answer.samples.max()) // size + 1
    row = np.full(last * size, -1)
    row[answer.samples[answer.complete]] = np.flatnonzero(answer.complete)
    blocks: Array = row.reshape(last, size)
    return blocks[(blocks >= 0).all(axis=1)]


def _sobol(study: Study, answer: Answer) -> tuple[int, list[Index]]:
    second = bool(study.design["assumptions"].get("second_order", True))
    # A factor may be drawn and never move, for its values are few: the design says how many there are.
    names = tuple(study.design["assumptions"]["factors"])
    size = (2 if second else 1) * len(names) + 2
    rows = _blocks(study, answer, size)
    _enough(study, answer, "sobol", len(rows))
    points = study.by_sample.loc[:, list(names)]
    _check_order(study, coordinates(points)[rows], len(names))
    return rows.size, estimators.sobol(names, answer.mean[rows.ravel()], second)


def _check_order(study: Study, blocks: Array, count: int) -> None:
    """In Saltelli's order, point ``j`` of a block differs from its first in factor ``j`` alone."""
    for factor in range(count):
        others = np.delete(blocks, factor, axis=2)
        if not np.array_equal(others[:, 0], others[:, factor + 1]):
            raise NothingToAnalyse(str(study.folder), "sobol", "points in Saltelli's order")


def _morris(study: Study, answer: Answer) -> tuple[int, list[Index]]:
    names = tuple(study.design["assumptions"]["factors"])
    rows = _blocks(study, answer, len(names) + 1)
    _enough(study, answer, "morris", len(rows))
    points = study.by_sample.loc[:, list(names)]
    levels = int(study.design["assumptions"].get("levels", 4))
    x = coordinates(points)[rows.ravel()]
    return rows.size, estimators.morris(names, x, answer.mean[rows.ravel()], levels)


def _grid(study: Study, answer: Answer) -> tuple[int, list[Index]]:
    return len(answer.samples), estimators.grid(study.points, answer.mean)


def _given(study: Study, answer: Answer) -> tuple[int, list[Index]]:
    there = answer.complete
    _enough(study, answer, "given", int(there.sum()))
    return int(there.sum()), estimators.given(
        study.factors, coordinates(study.points)[there], answer.mean[there]
    )


def _one_at_a_time(study: Study, answer: Answer) -> tuple[int, list[Index]]:
    """Differences from the first point, which is the central one; intervals from paired replicates."""
    used = int(answer.complete.sum()) if answer.samples[0] == 0 and answer.complete[0] else 0
    _enough(study, answer, "one_at_a_time", used)
    points, centre = study.points, answer.values[0]
    found: list[Index] = []
    for name in study.factors:
        moved = np.flatnonzero((points[name] != points[name].iloc[0]).to_numpy() & answer.complete)
        levels = [(points[name].iloc[at], answer.values[at] - centre) for at in moved]
        found += _swings(name, levels)
    return used, found


def _swings(name: str, levels: Sequence[tuple[object, Array]]) -> list[Index]:
    """The difference at each level, and the widest distance between two levels or a level and the centre."""
    found = []
    for level, differences in levels:
        low, high = interval(differences.tolist(), "chance")
        found.append(Index("level", name, float(differences.mean()), low, high, str(level)))
    means = [0.0, *(float(differences.mean()) for _, differences in levels)]
    return [*found, Index("swing", name, max(means) - min(means))]


_METHODS = {
    "sobol": _sobol,
    "morris": _morris,
    "one_at_a_time": _one_at_a_time,
    "grid": _grid,
    "given": _given,
}
