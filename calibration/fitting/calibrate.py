"""A calibration from start to end: optimisers compared, what is identified, the ensemble.

Pure in its simulator: :class:`calibration.fitting.evaluations.Evaluations` lives real worlds, a test may hand
it a formula.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from calibration.fitting.history_matching import Ensemble, chance_of, match
from calibration.fitting.identification import (
    PROFILE_STEPS,
    Identification,
    Profile,
    identify,
    profiles,
    slopes_at,
)
from calibration.fitting.optimisers import optimise
from calibration.fitting.problem import Loss, Point, Problem
from calibration.fitting.search import Search, Simulate, Tried

Stage = Callable[[str, int, Problem], None]
"""Told when a stage begins: its name, the worlds that it may ask for, and the problem as it is by then."""


@dataclass(frozen=True)
class Settings:
    """``budget``: worlds that each optimiser may live; ``ensemble``: parameter sets wanted, 0 for none;
    ``chance_worlds``: worlds from which chance is read; ``profiled``: weakest parameters to profile."""

    budget: int = 120
    optimisers: tuple[str, ...] = ("rounds", "gauss_newton")
    ensemble: int = 100
    chance_worlds: int = 12
    profiled: int = 3
    seed: int = 0

    def most_worlds(self, free: int) -> int:
        """Worlds that it asks for when every stage takes its fill, poor waves apart."""
        fits = self.budget * len(self.optimisers)
        return fits + 2 * free + len(PROFILE_STEPS) * self.profiled + self.chance_worlds + self.ensemble


@dataclass(frozen=True)
class Run:
    """What one optimiser came to."""

    name: str
    worlds: int
    best: Tried


@dataclass(frozen=True)
class Calibration:
    """All that a calibration found; the ensemble is None where none was asked for."""

    problem: Problem
    settings: Settings
    start: Tried
    runs: tuple[Run, ...]
    best: Tried
    identified: Identification
    profiles: tuple[Profile, ...]
    ensemble: Ensemble | None

    @property
    def kept(self) -> Run:
        """The optimiser whose point was kept; of equals the first."""
        return min(self.runs, key=lambda run: run.best.objective)

    def within_tolerance(self) -> int:
        """Targets that the best point meets within their tolerance."""
        return int((np.abs(self.problem.loss.distances(self.best.moments)) <= 1.0).sum())

    def at_a_bound(self) -> tuple[str, ...]:
        """Parameters that stand at an end of their range: where a miss shows."""
        return tuple(
            key for key, u in zip(self.problem.keys, self.best.point, strict=True) if u in (0.0, 1.0)
        )


def calibrate(
    problem: Problem,
    simulate: Simulate,
    start: Point,
    settings: Settings,
    stage: Stage = lambda name, worlds, problem: None,
) -> Calibration:
    """Compare the optimisers from one start, keep the better, and say how well it is known.

    Chance is read first, at the start: it is part of the loss.
    """
    stage("chance", settings.chance_worlds, problem)
    chance = chance_of(problem, simulate, start, settings.chance_worlds)
    problem = replace(problem, loss=Loss(problem.loss.targets, chance))
    searches: dict[str, Search] = {}
    for name in settings.optimisers:
        stage(name, settings.budget, problem)
        searches[name] = optimise(name, problem, simulate, start, settings.budget)
    runs = tuple(Run(name, len(one.tried), one.best) for name, one in searches.items())
    best = min((run.best for run in runs), key=lambda one: one.objective)
    first = next(iter(searches.values())).at([start])[0]
    free = len(problem.free)
    stage("identification", 2 * free, problem)
    around = Search(problem, simulate, 10**9)
    (best,) = around.at([best.point])
    slopes = slopes_at(around, best)
    known = identify(problem, best, slopes)
    weakest = [int(k) for k in np.argsort(-known.left, kind="stable")[: settings.profiled]]
    stage("profiles", len(PROFILE_STEPS) * len(weakest), problem)
    found = profiles(around, best, slopes.values, weakest)
    ensemble = None
    if settings.ensemble:
        stage("ensemble", settings.ensemble, problem)
        ensemble = match(problem, simulate, best, slopes.values, known, settings.ensemble, settings.seed)
    return Calibration(problem, settings, first, runs, best, known, tuple(found), ensemble)
