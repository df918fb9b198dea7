"""What the targets say of each parameter: Fisher's information from wide differences, and profiles.

A target's tolerance is read as the standard deviation of what is not known of it; the prior is the range.
A sampled world has a grain: its moments jump a little with any change.  Squared slopes would take the grain
for information, so what it adds to them is read from second differences and taken off.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from calibration.fitting.problem import Point, Problem
from calibration.fitting.search import Search, Tried, inside
from sim.kernels import Array

REACH = 0.08
"""Step of the differences either side, as a share of a range: wide, so that slopes stand above the grain."""
MEDIAN_OF_SQUARE = 0.455
"""Median of the square of a standard normal: a few curved moments do not count as grain."""
WEAK = 0.5
"""A parameter is weakly identified when the targets leave more than this share of the prior's spread."""
PROFILE_STEPS = (-0.5, -0.25, 0.25, 0.5)
"""Where a profile looks, in standard deviations of the prior from the best."""


@dataclass(frozen=True)
class Identification:
    """``centre``: the middle of what the targets leave; the best point is lucky in its grain and lies beside.
    ``left``: spread after the targets over the prior's, by parameter; ``correlation`` after the targets;
    ``eigenvalues`` of Fisher's information over the prior's, largest first; ``covariance`` of coordinates.
    """

    centre: Point
    left: Array
    correlation: Array
    eigenvalues: Array
    covariance: Array

    @property
    def weak(self) -> Array:
        """Which parameters are weakly identified, bool by parameter."""
        return np.asarray(self.left > WEAK)

    @property
    def directions(self) -> int:
        """Directions of the parameters in which the targets say more than the prior."""
        return int((self.eigenvalues > 1.0).sum())


@dataclass(frozen=True)
class Slopes:
    """Slopes of the residuals over the coordinates, [targets, free]; how much grain adds to each squared
    slope, summed over the targets, [free]; and the residuals at the point, the grain of all worlds averaged.
    """

    values: Array
    grain: Array
    level: Array


def slopes_at(search: Search, here: Tried) -> Slopes:
    """Differences either side of a point, inside the cube, twice as many worlds as parameters."""
    residuals, centre = search.problem.loss.residuals, np.array(here.point)
    sides = [
        np.clip(centre + sign * REACH * row, 0.0, 1.0) for sign in (1, -1) for row in np.eye(centre.size)
    ]
    found = search.at(sides)
    up, down = found[: centre.size], found[centre.size :]
    width = np.array([a.point[k] - b.point[k] for k, (a, b) in enumerate(zip(up, down, strict=True))])
    above, below = (np.array([residuals(one.moments) for one in side]).T for side in (up, down))
    bends = above + below - 2.0 * residuals(here.moments)[:, None]
    # At an end of a range one side is the point itself: nothing bends there, and there is no reading.
    whole = width > 1.5 * REACH
    bends = bends[:, whole] if whole.any() else np.zeros((bends.shape[0], 1))
    grain = np.median(bends**2, axis=1) / MEDIAN_OF_SQUARE / 6.0
    values = (above - below) / width
    lived = [here, *found]
    moved = np.array([one.point for one in lived]) - centre
    level = (np.array([residuals(one.moments) for one in lived]) - moved @ values.T).mean(axis=0)
    return Slopes(values, 2.0 * grain.sum() / width**2, level)


def identify(problem: Problem, here: Tried, slopes: Slopes) -> Identification:
    """Read the information out of the slopes at a point."""
    information = slopes.values.T @ slopes.values - np.diag(slopes.grain)
    strengths, axes = np.linalg.eigh(information)
    information = (axes * np.maximum(strengths, 0.0)) @ axes.T
    prior = np.eye(len(problem.free)) / problem.prior_sd**2
    covariance = np.linalg.inv(information + prior)
    spread = np.sqrt(np.diag(covariance))
    pull = slopes.values.T @ slopes.level + problem.surprise(here.point) / problem.prior_sd
    return Identification(
        centre=inside(here.point - covariance @ pull),
        left=spread / problem.prior_sd,
        correlation=covariance / np.outer(spread, spread),
        eigenvalues=np.maximum(strengths[::-1], 0.0) * problem.prior_sd**2,
        covariance=covariance,
    )


@dataclass(frozen=True)
class Profile:
    """One parameter held at some values, the others set anew: what the objective then is."""

    key: str
    values: tuple[float, ...]
    objectives: tuple[float, ...]


def profiles(search: Search, best: Tried, slopes: Array, which: Sequence[int]) -> list[Profile]:
    """Profiles of some parameters through the best point.

    The others answer by one step of least squares on the Jacobian; the worlds are lived, so a profile says
    how flat the objective really is, up to that step.
    """
    problem, found = search.problem, []
    for k in which:
        held = [_held(problem, best, slopes, k, step) for step in PROFILE_STEPS]
        points: list[Sequence[float] | Array] = [best.point, *held]
        tried = sorted(search.at(points), key=lambda one: one.point[k])
        found.append(
            Profile(
                problem.free[k].key,
                tuple(problem.free[k].value(one.point[k]) for one in tried),
                tuple(one.objective for one in tried),
            )
        )
    return found


def _held(problem: Problem, best: Tried, slopes: Array, k: int, steps: float) -> Array:
    """The point with parameter ``k`` moved and the others where least squares wants them then."""
    curvature = slopes.T @ slopes + np.eye(len(problem.free)) / problem.prior_sd**2
    others = np.array([n for n in range(len(problem.free)) if n != k], int)
    move = np.zeros(len(problem.free))
    move[k] = steps * problem.prior_sd
    if others.size:
        answer = np.linalg.solve(curvature[np.ix_(others, others)], -curvature[others, k] * move[k])
        move[others] = answer
    return np.asarray(best.point) + move
