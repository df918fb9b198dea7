"""Estimators of sensitivity on plain arrays: SALib's, and two for factors of few values."""

from __future__ import annotations

import math
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd
from scipy.stats import norm

from sim.effects import CONFIDENCE
from sim.kernels import Array
from sim.sweep.extras import extra
from sim.sweep.sampling import unit_problem

RESAMPLES: Final = 200
SEED: Final = 20240101
"""Of the bootstraps: the same table gives the same intervals."""

HARMONICS: Final = 6
"""Of RBD-FAST: enough for smooth effects, few enough for a hundred points."""

FEW_VALUES: Final = 10
"""A factor with no more values than this is read by groups: a Fourier series cannot follow its steps."""


@dataclass(frozen=True)
class Index:
    """One number about one factor; bounds at 90 %, None where there is no sampling.

    ``measure``: first, total, second (with the factor ``other``), mean_effect, spread, swing, or level (the
    output at the value ``other`` less the centre's).
    """

    measure: str
    factor: str
    value: float
    low: float | None = None
    high: float | None = None
    other: str = ""


def sobol(names: Sequence[str], y: Array, second_order: bool) -> list[Index]:
    """First, total and second order from Saltelli's points, in SALib's order."""
    if np.ptp(y) == 0.0:
        return _nothing(names, ("first", "total"))
    analyze = extra("SALib.analyze.sobol", "analysis").analyze
    found = analyze(
        unit_problem(names),
        y,
        calc_second_order=second_order,
        num_resamples=RESAMPLES,
        conf_level=CONFIDENCE,
        seed=SEED,
    )
    indices = [
        *_indices("first", names, found["S1"], found["S1_conf"]),
        *_indices("total", names, found["ST"], found["ST_conf"]),
    ]
    for j in range(len(names)) if second_order else ():
        for k in range(j + 1, len(names)):
            value, reach = float(found["S2"][j, k]), float(found["S2_conf"][j, k])
            indices.append(Index("second", names[j], value, value - reach, value + reach, names[k]))
    return indices


def morris(names: Sequence[str], x: Array, y: Array, levels: int) -> list[Index]:
    """Mean absolute elementary effect over a factor's whole range, and the spread of the effects."""
    module = extra("SALib.analyze.morris", "analysis")
    with warnings.catch_warnings():
        # SALib's own, of its arguments.
        warnings.simplefilter("ignore")
        found = module.analyze(
            unit_problem(names),
            x,
            y,
            num_resamples=RESAMPLES,
            conf_level=CONFIDENCE,
            num_levels=levels,
            seed=SEED,
        )
    return [
        *_indices("mean_effect", names, found["mu_star"], found["mu_star_conf"]),
        *(Index("spread", name, float(s)) for name, s in zip(names, found["sigma"], strict=True)),
    ]


def given(names: Sequence[str], x: Array, y: Array) -> list[Index]:
    """First order from any points whose factors are drawn independently."""
    if np.ptp(y) == 0.0:
        return _nothing(names, ("first",))
    found = []
    for name, column in zip(names, x.T, strict=True):
        few = len(np.unique(column)) <= FEW_VALUES
        value, reach = _by_groups(column, y) if few else _by_harmonics(column, y)
        found.append(Index("first", name, value, value - reach, value + reach))
    return found


def _by_harmonics(x: Array, y: Array) -> tuple[float, float]:
    """SALib's RBD-FAST.  Its bootstrap draws half the points: the interval of all is narrower by sqrt(2)."""
    # Ranks without ties: SALib's own sort breaks them differently on different processors.
    ranks = np.empty(len(x))
    ranks[np.argsort(x, kind="stable")] = np.arange(len(x))
    found = extra("SALib.analyze.rbd_fast", "analysis").analyze(
        unit_problem(["x"]),
        ranks[:, None],
        y,
        M=HARMONICS,
        num_resamples=RESAMPLES,
        conf_level=CONFIDENCE,
        seed=SEED,
    )
    return float(found["S1"][0]), float(found["S1_conf"][0]) / math.sqrt(2.0)


def _by_groups(x: Array, y: Array) -> tuple[float, float]:
    """Share of the variance between the groups of equal ``x``, less what chance puts there."""
    groups = np.unique(x, return_inverse=True)[1]
    stream = np.random.Generator(np.random.Philox(SEED))
    drawn = stream.integers(len(y), size=(RESAMPLES, len(y)))
    spread = float(np.std([between(groups[rows], y[rows]) for rows in drawn], ddof=1))
    return between(groups, y), float(norm.ppf(0.5 + CONFIDENCE / 2)) * spread


def between(groups: Array, y: Array) -> float:
    """Share of the variance of ``y`` between groups (codes from 0), corrected for their number."""
    counts = np.bincount(groups)
    sums = np.bincount(groups, weights=y - y.mean())
    there = counts > 0
    among = float((sums[there] ** 2 / counts[there]).sum())
    total = float(((y - y.mean()) ** 2).sum())
    freedom = len(y) - int(there.sum())
    if total == 0.0 or freedom <= 0:
        return 0.0
    within = (total - among) / freedom
    return (among - (int(there.sum()) - 1) * within) / total


def grid(points: pd.DataFrame, y: Array) -> list[Index]:
    """First and total order over a full grid: exact, so without intervals."""
    frame = points.assign(**{"": y})
    total = float(np.var(y))
    names = [str(name) for name in points]
    if total == 0.0:
        return _nothing(names, ("first", "total"))
    first = [float(frame.groupby(name)[""].mean().var(ddof=0)) / total for name in names]
    others = [[other for other in names if other != name] for name in names]
    rest = [float(frame.groupby(kept)[""].var(ddof=0).mean()) / total if kept else 1.0 for kept in others]
    return [
        *(Index("first", name, share) for name, share in zip(names, first, strict=True)),
        *(Index("total", name, share) for name, share in zip(names, rest, strict=True)),
    ]


def _indices(measure: str, names: Sequence[str], values: Any, reaches: Any) -> list[Index]:
    return [
        Index(measure, name, float(value), float(value) - float(reach), float(value) + float(reach))
        for name, value, reach in zip(names, values, reaches, strict=True)
    ]


def _nothing(names: Sequence[str], measures: Sequence[str]) -> list[Index]:
    """An output that never moves owes nothing to anybody."""
    return [Index(measure, name, 0.0, 0.0, 0.0) for measure in measures for name in names]
