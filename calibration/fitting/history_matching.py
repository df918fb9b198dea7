"""Parameter sets that the targets do not rule out, found in waves (history matching).

A set is ruled out when it misses some target by more than three standard deviations of all that may explain
a miss: the target's tolerance (wider where its weight is below one), the chance of a sampled world, and what
even the best set leaves (the model's own discrepancy).  Each wave draws a Latin hypercube in the principal
axes of what the targets leave, passes over the points that an emulator rules out, lives the others, and
teaches the emulator what it saw.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from calibration.fitting.identification import Identification
from calibration.fitting.problem import Moments, Point, Problem
from calibration.fitting.search import Asked, Simulate, Tried, inside
from sim.kernels import Array

CUTOFF = 3.0
"""Pukelsheim's three sigmas: 95 % of any distribution with one peak lies within."""
CANDIDATES = 4
"""Points drawn for one that is wanted."""
MOST_WAVES = 12
MOST_WORLDS = 5
"""Worlds lived for one set that is wanted, before fewer sets are made do with."""
WIDER, NARROWER = 1.15, 0.6
LEAST_SHARE = 0.25
"""Share of a wave that is counted on, however poor the wave before was."""
USEFUL_SHARE = (0.3, 0.8)
"""Shares of lived points kept between which the spread of a wave suits."""


class Wave(NamedTuple):
    """How a wave went: points drawn, lived and kept, and its spread (one: what the targets leave)."""

    drawn: int
    lived: int
    kept: int
    spread: float


@dataclass(frozen=True)
class Ensemble:
    """Points kept, in the order found, the largest implausibility of each, and the waves."""

    points: tuple[Point, ...]
    implausibility: tuple[float, ...]
    waves: tuple[Wave, ...]

    def correlation(self) -> Array:
        """Correlation of the coordinates over the ensemble, [free, free]; 0 where one does not vary."""
        found = np.array(self.points)
        moving = found.std(axis=0) > 0
        out = np.eye(found.shape[1])
        rows = np.ix_(moving, moving)
        if moving.sum() > 1 and len(found) > 1:
            out[rows] = np.corrcoef(found[:, moving].T)
        return out


@dataclass
class Emulator:
    """Distances in tolerances as linear in the coordinates, around the best; ``noise`` is what it misses."""

    centre: Array
    level: Array
    slopes: Array
    noise: Array

    def at(self, points: Array) -> Array:
        """Distances [points, targets]."""
        return np.asarray(self.level + (points - self.centre) @ self.slopes.T)

    def learn(self, points: Array, distances: Array) -> None:
        """Least change of the slopes that explains what was lived, one unit of ridge a coordinate."""
        moved, missed = points - self.centre, distances - self.at(points)
        scale = max(float((moved**2).sum(axis=1).mean()), 1e-12)
        ridge = np.eye(moved.shape[1]) * scale
        self.slopes = self.slopes + np.linalg.solve(moved.T @ moved + ridge, moved.T @ missed).T
        self.noise = np.asarray(((distances - self.at(points)) ** 2).mean(axis=0))


def match(
    problem: Problem,
    simulate: Simulate,
    best: Tried,
    slopes: Array,
    known: Identification,
    size: int,
    seed: int,
) -> Ensemble:
    """At least ``size`` points not ruled out, the best among them; fewer where the waves run out.

    ``slopes`` [targets, free] of the residuals.  Points are lived under the first seed.
    """
    loss = problem.loss
    level = loss.distances(best.moments)
    explained = 1.0 / np.minimum(loss.weights, 1.0) + loss.chance + level**2
    emulator = Emulator(np.array(best.point), level, slopes / loss.scales[:, None], np.zeros(level.size))
    axes = np.linalg.cholesky(known.covariance)
    kept: dict[Point, float] = {best.point: _implausibility(level, explained)}
    waves: list[Wave] = []
    spread = share = 1.0
    left = MOST_WORLDS * size
    while len(kept) < size and len(waves) < MOST_WAVES and left > 0:
        drawn = _drawn(known.centre, axes * spread, CANDIDATES * size, seed, len(waves))
        room = min(math.ceil((size - len(kept)) / max(share, LEAST_SHARE)), left)
        wanted = _not_ruled_out(emulator, drawn, explained)[:room]
        lived = simulate([(point, 0) for point in wanted]) if wanted else []
        found = np.array([loss.distances(moments) for moments in lived])
        good = [n for n, row in enumerate(found) if _implausibility(row, explained) <= CUTOFF]
        kept |= {wanted[n]: _implausibility(found[n], explained) for n in good}
        waves.append(Wave(len(drawn), len(wanted), len(good), spread))
        left -= len(wanted)
        if wanted:
            emulator.learn(np.array(wanted), found)
        share = len(good) / max(len(wanted), 1)
        spread *= NARROWER if share < USEFUL_SHARE[0] else (WIDER if share > USEFUL_SHARE[1] else 1.0)
    points = tuple(kept)[: max(size, 1)]
    return Ensemble(points, tuple(kept[point] for point in points), tuple(waves))


def chance_of(problem: Problem, simulate: Simulate, point: Point, worlds: int) -> Array:
    """Variance of each distance from world to world at one point, in squared tolerances; 0 of one world."""
    asked: Sequence[Asked] = [(point, number) for number in range(worlds)]
    found: list[Moments] = simulate(asked)
    distances = np.array([problem.loss.distances(moments) for moments in found])
    return np.asarray(distances.var(axis=0, ddof=1) if worlds > 1 else np.zeros(distances.shape[1]))


def _implausibility(distances: Array, explained: Array) -> float:
    """The worst miss, in standard deviations of what may explain it."""
    return float(np.max(np.abs(distances) / np.sqrt(explained)))


def _drawn(centre: Point, axes: Array, count: int, seed: int, wave: int) -> list[Point]:
    """A Latin hypercube of normal deviates along some axes; points outside the cube are left out."""
    from scipy.special import ndtri

    stream = np.random.Generator(np.random.Philox(key=[seed, wave]))
    strata = np.argsort(stream.random((count, len(centre))), axis=0, kind="stable")
    unit = (strata + stream.random(strata.shape)) / count
    points = np.array(centre) + ndtri(np.clip(unit, 1e-9, 1 - 1e-9)) @ axes.T
    within = ((points >= 0.0) & (points <= 1.0)).all(axis=1)
    return [inside(point) for point in points[within]]


def _not_ruled_out(emulator: Emulator, drawn: list[Point], explained: Array) -> list[Point]:
    """The points that the emulator, with its own error, does not rule out."""
    if not drawn:
        return []
    worst = np.max(np.abs(emulator.at(np.array(drawn))) / np.sqrt(explained + emulator.noise), axis=1)
    return [point for point, far in zip(drawn, worst, strict=True) if far <= CUTOFF]
