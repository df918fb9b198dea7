"""Does the fit find what it should?  Data that the model itself made, with parameters that are known.

Truths are drawn from the prior, their moments blurred by the targets' tolerances, and fitted like any data.
The truth should lie in the 90 % region nine times in ten, and its ranks among draws of the posterior should
be uniform (simulation-based calibration).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from calibration.fitting.history_matching import chance_of
from calibration.fitting.identification import identify, slopes_at
from calibration.fitting.optimisers import optimise
from calibration.fitting.problem import Loss, Moments, Point, Problem
from calibration.fitting.search import Simulate, inside
from calibration.targets import Target
from sim.kernels import Array

REGION = 0.90
MOST_CHANCE = 1.0
"""A target whose variance by chance is more, in squared tolerances, says nothing in so small a world."""
CHANCE_WORLDS = 8
"""Worlds from which the chance of a moment is read."""
SPREAD = 0.08
"""Standard deviation of truths around a point, as a share of each range."""
DRAWS = 99
"""Draws of the posterior among which a truth is ranked: ranks run from 0 to this."""


@dataclass(frozen=True)
class Recovered:
    """One world: whether the truth lies in the region, and its rank by parameter."""

    inside: bool
    ranks: tuple[int, ...]


@dataclass(frozen=True)
class SelfTest:
    """All worlds; ``uniformity``: the p-value that the ranks of each parameter are uniform."""

    worlds: tuple[Recovered, ...]
    uniformity: tuple[float, ...]

    @property
    def covered(self) -> int:
        """Worlds whose truth lies in the region."""
        return sum(one.inside for one in self.worlds)


def around(problem: Problem, point: Point) -> Problem:
    """The problem with a prior around a point, narrow enough for least squares to know its shape."""
    return replace(problem, prior_mean=np.array(point), prior_sd=SPREAD)


def self_test(problem: Problem, simulate: Simulate, truths: int, budget: int, seed: int) -> SelfTest:
    """Fit as many made-up regions, each from the middle of the prior and with chance of its own."""
    chance = chance_of(problem, simulate, inside(problem.prior_mean), CHANCE_WORLDS)
    problem, chance = _told_by(problem, chance)
    found = tuple(_recovered(problem, simulate, chance, number, budget, seed) for number in range(truths))
    return SelfTest(found, _uniformity(np.array([one.ranks for one in found])))


def _recovered(
    problem: Problem, simulate: Simulate, chance: Array, number: int, budget: int, seed: int
) -> Recovered:
    """One truth, its data, its fit.  Data and fit differ in chance, as the region and the model do."""
    stream = np.random.Generator(np.random.Philox(key=[seed, number]))
    truth = inside(problem.prior_mean + problem.prior_sd * stream.standard_normal(len(problem.free)))
    of_region, of_model = 1 + 2 * number, 2 + 2 * number
    (data,) = simulate([(truth, of_region)])
    noise = stream.standard_normal(len(problem.loss.targets))
    targets = [
        _made_up(one, data, error, float(of_chance))
        for one, error, of_chance in zip(problem.loss.targets, noise, chance, strict=True)
    ]
    blurred = replace(problem, loss=Loss(targets))
    search = optimise("gauss_newton", blurred, simulate, inside(problem.prior_mean), budget, of_model)
    search.budget = len(search.tried) + 2 * len(problem.free)
    best = search.best
    known = identify(blurred, best, slopes_at(search, best))
    covariance = known.covariance
    miss = np.array(truth) - np.array(known.centre)
    draws = known.centre + stream.standard_normal((DRAWS, miss.size)) @ np.linalg.cholesky(covariance).T
    ranks = (draws < np.array(truth)).sum(axis=0)
    return Recovered(_within(miss, covariance), tuple(int(rank) for rank in ranks))


def _told_by(problem: Problem, chance: Array) -> tuple[Problem, Array]:
    """The problem without the targets that worlds of this size cannot tell, and the chance of the others."""
    kept = [n for n, variance in enumerate(chance) if variance <= MOST_CHANCE]
    return replace(problem, loss=Loss([problem.loss.targets[n] for n in kept])), chance[kept]


def _made_up(one: Target, data: Moments, error: float, chance: float) -> Target:
    """A target as the made-up region has it, blurred by a draw of its tolerance.

    Its tolerance then answers for the chance of two worlds too, the region's and the model's.
    """
    seen = float(data[one.moment] + one.tolerance / np.sqrt(one.weight) * error)
    tolerance = one.tolerance * float(np.sqrt(1.0 + 2.0 * chance * one.weight))
    return one.model_copy(
        update={"value": seen, "low": seen, "high": seen, "aim": None, "tolerance": tolerance}
    )


def _within(miss: Array, covariance: Array) -> bool:
    """Whether the truth lies in the ellipsoid that holds the posterior's 90 %."""
    from scipy.stats import chi2

    return bool(miss @ np.linalg.solve(covariance, miss) <= chi2.ppf(REGION, miss.size))


def _uniformity(ranks: Array) -> tuple[float, ...]:
    """p-value of the ranks of each parameter under the uniform law (Kolmogorov and Smirnov)."""
    from scipy.stats import kstest

    return tuple(float(kstest((column + 0.5) / (DRAWS + 1), "uniform").pvalue) for column in ranks.T)
