"""Where a policy holds and where it fails: boxes of assumptions found by PRIM, with ema-workbench.

PRIM (Friedman and Fisher 1999; scenario discovery as Bryant and Lempert 2010) proposes boxes from the widest
to the narrowest.  The one kept has the best balance (harmonic mean) of coverage and density; of its limits,
those that could be chance (quasi-p of 5 % and more) are dropped.  Density inside the futures that drew a box
flatters it, so boxes are also drawn on halves of the futures and judged on the other halves.
"""

from __future__ import annotations

import logging
import math
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

import numpy as np
import pandas as pd
from scipy.stats import binomtest

from sim.kernels import Array
from sim.parameters import Scalar
from sim.sweep.analysis.faults import NothingToAnalyse
from sim.sweep.analysis.question import answered
from sim.sweep.analysis.study import BASELINE, Study
from sim.sweep.extras import extra

FEWEST_CASES: Final = 8
"""Below so many futures on a side, no box is drawn for it."""

SIGNIFICANT: Final = 0.05
HALVES: Final = 5
SEED: Final = 20240101

Side = Literal["holds", "fails"]


@dataclass(frozen=True)
class Limit:
    """What a box asks of one factor: an interval (None: no bound on that side) or some values.

    ``quasi_p``: chance of as many cases if this limit had none of its own effect (one-sided binomial).
    """

    factor: str
    low: float | None
    high: float | None
    values: tuple[Scalar, ...]
    quasi_p: float


@dataclass(frozen=True)
class Box:
    """A box of futures.  coverage: share of all cases that it holds; density: share of its futures that are
    cases; ``*_held_out``: mean over boxes drawn on halves, judged on the other halves (None: too few)."""

    limits: tuple[Limit, ...]
    futures: int
    coverage: float
    density: float
    coverage_held_out: float | None
    density_held_out: float | None


@dataclass(frozen=True, eq=False)
class Discovery:
    """One question in the worlds of one policy.

    ``futures``: points where it has an answer; ``untold``: those where a value is missing; ``holds``: where
    it is true.  ``boxes``: by side, where there are cases enough for one and a box says more than none.
    ``answers``: the factors of each future and ``holds`` (bool).
    """

    question: str
    policy: str
    futures: int
    untold: int
    holds: int
    boxes: Mapping[Side, Box]
    answers: pd.DataFrame


def discover(study: Study, question: str, policy: str) -> Discovery:
    """Answer a question at every point (on means over replicates), and look for boxes of both answers.

    Raises:
        BadQuestion, UnknownColumn: what is wrong with the question.
        MissingExtra: ema-workbench is not installed.
        NothingToAnalyse: no point answers it.
    """
    found = answered(question, columns(study, policy))
    told = np.isfinite(found)
    if not told.any():
        raise NothingToAnalyse(f"{study.folder.name} {policy}".strip(), question, "a future that tells")
    points = study.points[told].reset_index(drop=True)
    holds = found[told] == 1.0
    sides: dict[Side, Array] = {"holds": holds, "fails": ~holds}
    enough = min(holds.sum(), (~holds).sum()) >= FEWEST_CASES and points.shape[1] > 0
    boxes = {side: box for side, cases in sides.items() if enough and (box := _box(points, cases))}
    counts = len(points), int((~told).sum()), int(holds.sum())
    return Discovery(question, policy, *counts, boxes, points.assign(holds=holds))


def columns(study: Study, policy: str) -> dict[str, Array]:
    """What a question may name, one value a point: outputs (means over replicates) and factors."""
    values = {name: study.answer(name, policy).mean for name in study.outputs}
    points = study.by_sample
    values |= {name: points[name].to_numpy() for name in study.dotted}
    if policy != BASELINE:
        moved = study.rows[study.rows["policy"] == policy].drop_duplicates("sample").set_index("sample")
        values |= {name: moved[name].reindex(points.index).to_numpy() for name in study.levers}
    return values


def _box(points: pd.DataFrame, cases: Array) -> Box | None:
    """The box of some cases; None where no limit is worth keeping."""
    limits = _pruned(points, cases, _peeled(points, cases))
    if not limits:
        return None
    inside = within(points, limits)
    coverage, density = _scores(inside, cases)
    held = [score for score in _held_out(points, cases) if score is not None]
    means = np.mean(held, axis=0).tolist() if held else (None, None)
    kept = tuple(Limit(*limit, quasi_p=_quasi_p(points, cases, limits, limit)) for limit in limits)
    return Box(kept, int(inside.sum()), coverage, density, *means)


_Bounds = tuple[str, float | None, float | None, tuple[Scalar, ...]]
"""Factor, low, high, values."""


def within(points: pd.DataFrame, limits: Sequence[_Bounds]) -> Array:
    """Which points lie inside."""
    inside = np.ones(len(points), bool)
    for name, low, high, values in limits:
        column = points[name]
        if values:
            inside &= column.isin(values).to_numpy()
        if low is not None:
            inside &= (column >= low).to_numpy()
        if high is not None:
            inside &= (column <= high).to_numpy()
    return inside


def _scores(inside: Array, cases: Array) -> tuple[float, float]:
    hits = int((inside & cases).sum())
    return hits / max(int(cases.sum()), 1), hits / max(int(inside.sum()), 1)


def _balance(scores: tuple[float, float]) -> float:
    return 2.0 / (1.0 / scores[0] + 1.0 / scores[1]) if all(scores) else 0.0


def _peeled(points: pd.DataFrame, cases: Array) -> list[_Bounds]:
    """The box of PRIM's trajectory with the best balance; the widest of those that tie."""
    prim = _prim()
    table = points.copy()
    for name in table:
        if not pd.api.types.is_numeric_dtype(table[name]):
            table[name] = table[name].astype(object)
        else:
            # Peeling whole numbers, ema-workbench writes fractions among them, which Pandas refuses.
            table[name] = table[name].astype(np.float64)
    with warnings.catch_warnings():
        # Pandas' advice to ema-workbench on how to write to its own frames.
        warnings.simplefilter("ignore")
        box = prim.Prim(table, cases.astype(np.int64), threshold=0.1, peel_alpha=0.05).find_box()
    candidates = [_bounds(points, limits) for limits in box.box_lims]
    scores = [round(_balance(_scores(within(points, limits), cases)), 9) for limits in candidates]
    return candidates[int(np.argmax(scores))]


def _prim() -> Any:
    with warnings.catch_warnings():
        # ema-workbench says at import that ipyparallel, which nothing here uses, is not installed.
        warnings.filterwarnings("ignore", message="ipyparallel not installed", category=UserWarning)
        warnings.simplefilter("ignore", ImportWarning)
        warnings.simplefilter("ignore", DeprecationWarning)
        module = extra("ema_workbench.analysis.prim", "analysis")
    logging.getLogger("EMA").setLevel(logging.WARNING)
    return module


def _bounds(points: pd.DataFrame, limits: pd.DataFrame) -> list[_Bounds]:
    """Limits of a box as ema-workbench writes them, without those that leave a factor free."""
    found: list[_Bounds] = []
    for name in points:
        column, (first, second) = points[name], limits[name].tolist()
        if not pd.api.types.is_numeric_dtype(column):
            if len(first) < column.nunique():
                found.append((str(name), None, None, tuple(sorted(first))))
            continue
        if pd.api.types.is_integer_dtype(column):
            first, second = math.ceil(first), math.floor(second)
        low = None if first <= column.min() else float(first)
        high = None if second >= column.max() else float(second)
        if low is not None or high is not None:
            found.append((str(name), low, high, ()))
    return found


def _quasi_p(points: pd.DataFrame, cases: Array, limits: Sequence[_Bounds], limit: _Bounds) -> float:
    """Chance of at least as many cases in the box at the rate of the box without this limit."""
    wide = within(points, [other for other in limits if other != limit])
    inside = within(points, limits)
    rate = float(cases[wide].mean())
    hits, count = int((inside & cases).sum()), int(inside.sum())
    return float(binomtest(hits, count, rate, alternative="greater").pvalue) if count else 1.0


def _pruned(points: pd.DataFrame, cases: Array, limits: Sequence[_Bounds]) -> list[_Bounds]:
    """The limits that chance would hardly make, the weakest dropped first."""
    kept = list(limits)
    while kept:
        chances = [_quasi_p(points, cases, kept, limit) for limit in kept]
        worst = int(np.argmax(chances))
        if chances[worst] < SIGNIFICANT:
            break
        kept.pop(worst)
    return kept


def _held_out(points: pd.DataFrame, cases: Array) -> list[tuple[float, float] | None]:
    """Scores on the other half of boxes drawn on one half; none where a half has too few cases."""
    stream = np.random.Generator(np.random.Philox(SEED))
    found: list[tuple[float, float] | None] = []
    for _ in range(HALVES):
        half = stream.permutation(len(points)) < len(points) // 2
        if min(cases[half].sum(), cases[~half].sum()) < FEWEST_CASES // 2:
            return []
        drawn = points[half].reset_index(drop=True)
        limits = _pruned(drawn, cases[half], _peeled(drawn, cases[half]))
        found.append(_scores(within(points[~half], limits), cases[~half]))
    return found
