"""A region that costs nothing: moments by a formula of the parameters, with a little chance by seed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from calibration.fit_targets import Link
from calibration.fitting.problem import Free, Loss, Point, Problem
from calibration.fitting.search import Asked
from calibration.targets import Target

TRUTH: Point = (0.3, 0.6, 0.4, 0.5)
EFFECTS = np.array(
    [
        [1.0, 0.3, 0.0, 0.0],
        [0.2, 1.0, 0.1, 0.0],
        [0.0, 0.2, 1.0, 0.0],
        [0.1, 0.0, 0.3, 0.02],
        [0.5, 0.5, 0.0, 0.0],
    ]
)
"""What each of four parameters does to each of five moments; the fourth next to nothing."""
CHANCE = 0.01
"""Standard deviation of a moment from seed to seed: a fifth of a tolerance."""
TOLERANCE = 0.05


def moments(point: Sequence[float], seed: int) -> dict[str, float]:
    stream = np.random.Generator(np.random.Philox(key=[seed, 0]))
    found = np.exp(EFFECTS @ np.array(point)) + CHANCE * stream.standard_normal(len(EFFECTS))
    return {f"m{n}": float(value) for n, value in enumerate(found)}


def target(number: int, value: float, **others: object) -> Target:
    said = {"fr": "cible", "en": "target", "unit": "share", "period": "2021", "statistics": ["project"]}
    ends = {"value": value, "low": value - TOLERANCE, "high": value + TOLERANCE, "tolerance": TOLERANCE}
    named = {"name": f"t{number}", "moment": f"m{number}", "weight": 1.0, "role": "calibration"}
    return Target.model_validate({**said, **ends, **named, **others})


def problem() -> Problem:
    """Four free parameters, two of them logarithmic, and the moments of the truth as targets."""
    seen = moments(TRUTH, seed=99)
    targets = [target(n, seen[f"m{n}"]) for n in range(len(EFFECTS))]
    free = [
        Free(f"p{k}", 0.1, 10.0, log=k % 2 == 0, link=Link(f"p{k}", targets[k], 0.5))
        for k in range(len(TRUTH))
    ]
    return Problem(tuple(free), Loss(targets))


def coordinates(values: Mapping[str, float]) -> Point:
    return problem().point(values)


@dataclass
class Region:
    """A simulator that counts the worlds it was asked for."""

    of: Problem = field(default_factory=problem)
    lived: int = 0

    def __call__(self, asked: Sequence[Asked]) -> list[dict[str, float]]:
        self.lived += len(asked)
        return [moments(coordinates(self.of.values(point)), seed) for point, seed in asked]
