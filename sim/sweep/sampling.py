"""The points of the uncertain parameters at which a design looks, in an order that depends on nothing else.

Designs that draw do so in the unit cube, with a seed; :meth:`sim.sweep.factors.Factor.at` turns a coordinate
into a value.  Latin hypercubes, Saltelli's and Morris's points are drawn by SALib, whose analyses expect its
own order.
"""

from __future__ import annotations

import math
import warnings
from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.kernels import Array
from sim.parameters import Scalar
from sim.sweep.extras import extra
from sim.sweep.factors import Factor

if TYPE_CHECKING:
    from sim.sweep.design import Design

Point = Mapping[str, Scalar]
"""Key to value; what a point does not name keeps the baseline's value."""


@dataclass(frozen=True)
class Points:
    """``count`` points; ``at(n)`` gives one, so that a hundred thousand need not be held.

    ``unit``: coordinates in the unit cube [points, factors], None for designs that do not draw there.
    """

    count: int
    at: Callable[[int], Point]
    unit: Array | None = None

    def __len__(self) -> int:
        return self.count


def points_of(design: Design) -> Points:
    """The points of a design; one empty point where it samples nothing.

    Raises:
        MissingExtra: where SALib is asked for and not installed.
    """
    method = design.method
    if method == "":
        return _listed([{}])
    if method == "grid":
        return _grid(design.factors)
    if method == "one_at_a_time":
        return _listed(_one_at_a_time(design.factors, design.central))
    if method == "list":
        return _listed(design.points)
    if method == "prior":
        return Points(design.samples, lambda n: _prior(design.sampling_seed, n))
    if method == "ensemble":
        return _ensemble(design)
    unit = _unit_points(design)
    return Points(len(unit), lambda n: _point(design.factors, unit[n]), unit)


def point_count(method: str, factors: Sequence[Factor], samples: int, second_order: bool) -> int:
    """How many points a method makes of so many factors and samples, without making them."""
    if method == "grid":
        return math.prod(len(factor.levels()) for factor in factors)
    if method == "sobol":
        return samples * ((2 if second_order else 1) * len(factors) + 2)
    return samples * (len(factors) + 1) if method == "morris" else max(samples, 1)


def problem_of(factors: Sequence[Factor]) -> dict[str, Any]:
    """The factors as SALib's problem, in the unit cube."""
    return unit_problem([factor.key for factor in factors])


def unit_problem(names: Sequence[str]) -> dict[str, Any]:
    """SALib's problem of so many factors, each on [0, 1]."""
    return {"num_vars": len(names), "names": list(names), "bounds": [[0.0, 1.0]] * len(names)}


def _listed(points: Sequence[Point]) -> Points:
    return Points(len(points), points.__getitem__)


def _grid(factors: Sequence[Factor]) -> Points:
    """The product of the factors' values, the last one moving fastest."""
    levels = [(factor.key, factor.levels()) for factor in factors]

    def at(number: int) -> Point:
        found = {}
        for key, values in reversed(levels):
            number, position = divmod(number, len(values))
            found[key] = values[position]
        return {key: found[key] for key, _ in levels}

    return Points(math.prod(len(values) for _, values in levels), at)


def _point(factors: Sequence[Factor], row: Array) -> Point:
    return {factor.key: factor.at(float(u)) for factor, u in zip(factors, row, strict=True)}


def _unit_points(design: Design) -> Array:
    problem, seed = problem_of(design.factors), design.sampling_seed
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # SALib's and SciPy's own, of arguments that they pass one another
        if design.method == "latin_hypercube":
            latin = extra("SALib.sample.latin", "analysis")
            found = latin.sample(problem, design.samples, seed=seed)
        elif design.method == "morris":
            morris = extra("SALib.sample.morris", "analysis")
            found = morris.sample(problem, design.samples, num_levels=design.levels, seed=seed)
        else:
            sobol = extra("SALib.sample.sobol", "analysis")
            found = sobol.sample(problem, design.samples, calc_second_order=design.second_order, seed=seed)
    return np.clip(np.asarray(found, np.float64), 0.0, 1.0)


def _one_at_a_time(factors: Sequence[Factor], central: Point) -> list[Point]:
    """The baseline as it is, then each factor at each of its values, the others left alone."""
    found: list[Point] = [{}]
    for factor in factors:
        found += [{factor.key: value} for value in factor.levels() if value != central[factor.key]]
    return found


def _prior(seed: int, number: int) -> Point:
    """The draw that total intervals make for their replicate of this number; the first is the central one."""
    from sim.comparison import draw_of_parameters

    return draw_of_parameters(seed, number)


def _ensemble(design: Design) -> Points:
    """Every row once, or ``samples`` draws of rows in proportion to their weights."""
    if not design.samples:
        return _listed(design.points)
    heaped = list(accumulate(design.weights))
    stream = np.random.Generator(np.random.Philox(key=[design.sampling_seed, 0]))
    drawn = stream.random(design.samples) * heaped[-1]
    rows = [min(bisect_right(heaped, float(u)), len(heaped) - 1) for u in drawn]
    return Points(len(rows), lambda n: design.points[rows[n]])
