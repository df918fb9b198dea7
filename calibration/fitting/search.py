"""What an optimiser is given: points to try, each tried once, and the best so far."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from calibration.fitting.problem import Moments, Point, Problem
from sim.kernels import Array

Asked = tuple[Point, int]
"""A point and the seed of its world, counted from the first seed of the calibration."""

Simulate = Callable[[Sequence[Asked]], list[Moments]]
"""Lives worlds, several at once where it can; the same worlds always give the same moments."""


class BudgetSpent(Exception):
    """An optimiser asked for more worlds than it may."""


@dataclass(frozen=True)
class Tried:
    """A point with its moments and its objective."""

    point: Point
    moments: Moments
    objective: float


class Search:
    """The points that one optimiser tries, ``budget`` at most, all under one seed; points tried before cost
    nothing."""

    def __init__(self, problem: Problem, simulate: Simulate, budget: int, seed: int = 0) -> None:
        self.problem, self.simulate, self.budget, self.seed = problem, simulate, budget, seed
        self.tried: dict[Point, Tried] = {}

    def at(self, points: Iterable[Sequence[float] | Array]) -> list[Tried]:
        """Try some points, moved into the cube and rounded, in one batch.

        Raises:
            BudgetSpent: there is no room for the new ones among them.
        """
        wanted = [inside(point) for point in points]
        new = list(dict.fromkeys(point for point in wanted if point not in self.tried))
        if len(self.tried) + len(new) > self.budget:
            raise BudgetSpent
        if new:
            found = self.simulate([(point, self.seed) for point in new])
            for point, moments in zip(new, found, strict=True):
                objective = self.problem.objective(point, moments)
                self.tried[point] = Tried(point, moments, objective)
        return [self.tried[point] for point in wanted]

    @property
    def best(self) -> Tried:
        """The least objective; of equals the one tried first."""
        return min(self.tried.values(), key=lambda one: one.objective)


def inside(point: Sequence[float] | Array) -> Point:
    """A point inside the cube, its coordinates in nine decimals, so that it is written as it is meant."""
    return tuple(round(float(u), 9) for u in np.clip(np.asarray(point, np.float64), 0.0, 1.0))
