"""What the targets say of each parameter: Fisher's information from the Jacobian, and profiles.

A target's tolerance is read as the standard deviation of what is not known of it; the prior is the range.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from calibration.fitting.problem import Problem
from calibration.fitting.search import Search, Tried
from sim.kernels import Array

WEAK = 0.5
"""A parameter is weakly identified when the targets leave more than this share of the prior's spread."""
PROFILE_STEPS = (-0.5, -0.25, 0.25, 0.5)
"""Where a profile looks, in standard deviations of the prior from the best."""


@dataclass(frozen=True)
class Identification:
    """``left``: spread after the targets over the prior's, by parameter; ``correlation`` after the targets;
    ``eigenvalues`` of Fisher's information over the prior's, largest first; ``covariance`` of coordinates.
    """

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


def identify(problem: Problem, slopes: Array) -> Identification:
    """Read the information out of the Jacobian [targets, free] of the residuals."""
    prior = np.eye(len(problem.free)) / problem.prior_sd**2
    covariance = np.linalg.inv(slopes.T @ slopes + prior)
    spread = np.sqrt(np.diag(covariance))
    relative = np.linalg.eigvalsh(slopes.T @ slopes * problem.prior_sd**2)
    return Identification(
        left=spread / problem.prior_sd,
        correlation=covariance / np.outer(spread, spread),
        eigenvalues=np.maximum(relative[::-1], 0.0),
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
