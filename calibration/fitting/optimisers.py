"""Ways to make the objective small, all on the same draws, from the same start, with the same budget.

``rounds``: each parameter follows the target that it moves most, all at once, damped.  ``gauss_newton``:
least squares on a Jacobian of differences, with Levenberg and Marquardt's damping.  ``simplex``: Nelder and
Mead's, which knows nothing of either.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping

import numpy as np

from calibration.fitting.problem import Free, Moments, Point, Problem
from calibration.fitting.search import BudgetSpent, Search, Simulate, Tried
from sim.kernels import Array

DIFFERENCE = 0.04
"""Step of a difference, as a share of a range: wide enough to stand above the grain of a sampled world."""
DAMPINGS = (0.001, 0.03, 0.3, 3.0)
"""Tried at once; relative to the curvature of each coordinate."""
LONGEST = 0.25
"""Longest move of a coordinate in one step."""
LEAST_GAIN = 1e-3
"""Share of the objective below which a step has gained nothing."""
FIRST_SIMPLEX = 0.05
PATIENCE = 8
"""Rounds without anything better after which rounds end."""


def rounds(search: Search, start: Point) -> None:
    """Damped rounds: what each parameter's own moment lacks moves it; steps shrink as rounds go by.

    They end when some rounds in a row have found nothing better.
    """
    number, point = 0, start
    found: list[float] = []
    while True:
        (here,) = search.at([point])
        found.append(here.objective)
        if len(found) > PATIENCE and min(found[-PATIENCE:]) >= min(found[:-PATIENCE]):
            return
        pace = 1 / (1 + number / 8)
        moved = [
            follow(one, u, here.moments, pace) for one, u in zip(search.problem.free, point, strict=True)
        ]
        number, point = number + 1, tuple(moved)


def follow(free: Free, coordinate: float, moments: Moments, pace: float) -> float:
    """Next coordinate of a parameter: its own moment over the target, damped; without a link it stays."""
    link = free.link
    if link is None:
        return coordinate
    gap = pace * link.step * float(np.log(link.target.aimed_at / max(moments[link.target.moment], 1e-9)))
    value = free.value(coordinate)
    return free.coordinate(value + gap if link.additive else value * float(np.exp(gap)))


def gauss_newton(search: Search, start: Point) -> None:
    """Steps of least squares until a fresh Jacobian gains nothing; between two, Broyden's updates serve."""
    (here,) = search.at([start])
    fresh, slopes = True, jacobian(search, here)
    while True:
        steps = [_step(search.problem, here, slopes, damping) for damping in DAMPINGS]
        best = min(search.at(steps), key=lambda one: one.objective)
        gain = here.objective - best.objective
        if gain > LEAST_GAIN * here.objective:
            slopes = _updated(search.problem, slopes, here, best)
            here, fresh = best, False
        elif fresh:
            return
        else:
            fresh, slopes = True, jacobian(search, here)


def jacobian(search: Search, here: Tried) -> Array:
    """Slopes of the residuals over the coordinates, [targets, free], by differences towards the middle."""
    steps = [DIFFERENCE if u <= 1 - DIFFERENCE else -DIFFERENCE for u in here.point]
    points = [(*here.point[:k], here.point[k] + step, *here.point[k + 1 :]) for k, step in enumerate(steps)]
    residuals = search.problem.loss.residuals
    there = np.array([residuals(one.moments) for one in search.at(points)])
    return np.asarray(((there - residuals(here.moments)) / np.array(steps)[:, None]).T)


def _step(problem: Problem, here: Tried, slopes: Array, damping: float) -> Array:
    """The point that a damped step of least squares leads to, no coordinate beyond its longest move."""
    precision = np.eye(len(problem.free)) / problem.prior_sd**2
    curvature = slopes.T @ slopes + precision
    pull = slopes.T @ problem.loss.residuals(here.moments) + problem.surprise(here.point) / problem.prior_sd
    step = np.linalg.solve(curvature + damping * np.diag(np.diag(curvature)), -pull)
    return np.asarray(here.point + np.clip(step, -LONGEST, LONGEST))


def _updated(problem: Problem, slopes: Array, before: Tried, after: Tried) -> Array:
    """Broyden's update: the least change of the slopes that explains the step just made."""
    moved = np.asarray(after.point) - np.asarray(before.point)
    residuals = problem.loss.residuals
    surprise = residuals(after.moments) - residuals(before.moments) - slopes @ moved
    return np.asarray(slopes + np.outer(surprise, moved) / (moved @ moved))


def simplex(search: Search, start: Point) -> None:
    """Nelder and Mead's simplex, its steps adapted to the number of parameters."""
    from scipy.optimize import minimize

    corners = np.vstack([start, *(np.array(start) + row for row in FIRST_SIMPLEX * np.eye(len(start)))])
    minimize(
        lambda point: search.at([point])[0].objective,
        np.array(start),
        method="Nelder-Mead",
        bounds=[(0.0, 1.0)] * len(start),
        options={"initial_simplex": np.clip(corners, 0.0, 1.0), "adaptive": True, "maxfev": 10**9},
    )


OPTIMISERS: Mapping[str, Callable[[Search, Point], None]] = {
    "rounds": rounds,
    "gauss_newton": gauss_newton,
    "simplex": simplex,
}


def optimise(
    name: str, problem: Problem, simulate: Simulate, start: Point, budget: int, seed: int = 0
) -> Search:
    """Run one optimiser until it ends or its budget is spent; what it tried and its best."""
    search = Search(problem, simulate, budget, seed)
    with contextlib.suppress(BudgetSpent):
        OPTIMISERS[name](search, start)
    return search
