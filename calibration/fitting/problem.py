"""What is to be fitted: free parameters on a unit cube, and the loss over targets.

A point is a vector of coordinates in [0, 1], one a free parameter: linear between the ends of its range, or
in logarithm where it is a positive ratio.  Distances are in tolerances.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np

from calibration.fit_targets import Link, links
from calibration.targets import Target, load_targets
from sim.errors import Language, PasserellesError
from sim.kernels import Array
from sim.parameters import Registry

Moments = Mapping[str, float]
Point = tuple[float, ...]

PRIOR_MEAN = 0.5
PRIOR_SD = 1 / math.sqrt(12)
"""The prior is the range: its middle, and the standard deviation of whatever is uniform on it."""


class HeldOutRead(PasserellesError):
    """The loss was handed a statistic that is held out."""

    code = "E57"
    title: ClassVar[dict[Language, str]] = {"fr": "statistique réservée", "en": "held-out statistic"}


@dataclass(frozen=True)
class Free:
    """One free parameter: its range, whether its coordinate is logarithmic, and its link where it has one."""

    key: str
    low: float
    high: float
    log: bool = False
    link: Link | None = None

    def value(self, coordinate: float) -> float:
        """The value at a coordinate of [0, 1], in six figures as files write it."""
        if self.log:
            found = self.low * (self.high / self.low) ** coordinate
        else:
            found = self.low + coordinate * (self.high - self.low)
        return min(max(float(f"{found:.6g}"), self.low), self.high)

    def coordinate(self, value: float) -> float:
        """The coordinate of a value, inside [0, 1]."""
        if self.log:
            found = math.log(max(value, self.low) / self.low) / math.log(self.high / self.low)
        else:
            found = (value - self.low) / (self.high - self.low)
        return min(max(found, 0.0), 1.0)


class Loss:
    """Distance of moments to targets.

    ``chance`` [targets]: variance of each moment from world to world, in squared tolerances; what a small
    sample cannot tell weighs less.

    Raises:
        HeldOutRead: it was handed something that is no :class:`Target`.
    """

    def __init__(self, targets: Sequence[Target], chance: Array | None = None) -> None:
        for one in targets:
            if not isinstance(one, Target):
                raise HeldOutRead(str(getattr(one, "name", one)), type(one).__name__, "Target")
        self.targets = tuple(targets)
        self._aims = np.array([one.aimed_at for one in targets])
        self._tolerances = np.array([one.tolerance for one in targets])
        self.weights = np.array([one.weight for one in targets])
        self.chance = np.zeros(len(self.targets)) if chance is None else chance
        self.scales = np.sqrt(self.weights / (1.0 + self.chance))

    def distances(self, moments: Moments) -> Array:
        """Distance to each target, in tolerances; reads the moments of its targets and no other."""
        seen = np.array([moments[one.moment] for one in self.targets])
        return np.asarray((seen - self._aims) / self._tolerances)

    def residuals(self, moments: Moments) -> Array:
        """Distances times the roots of their weights, over the spread of tolerance and chance."""
        return np.asarray(self.distances(moments) * self.scales)

    def mean_distance(self, moments: Moments) -> float:
        """Weighted root mean square distance, in tolerances."""
        return float(np.sqrt(np.average(self.distances(moments) ** 2, weights=self.weights)))


@dataclass(frozen=True)
class Problem:
    """Free parameters, the loss, and what is believed before: independent normals on the coordinates."""

    free: tuple[Free, ...]
    loss: Loss
    prior_mean: Array = field(default_factory=lambda: np.zeros(0))
    prior_sd: float = PRIOR_SD

    def __post_init__(self) -> None:
        """Without a mean of its own the prior lies in the middle of the ranges."""
        if not self.prior_mean.size:
            object.__setattr__(self, "prior_mean", np.full(len(self.free), PRIOR_MEAN))

    @property
    def keys(self) -> tuple[str, ...]:
        """Keys of the free parameters, in order."""
        return tuple(one.key for one in self.free)

    def values(self, point: Sequence[float]) -> dict[str, float]:
        """Values by key at a point."""
        return {one.key: one.value(u) for one, u in zip(self.free, point, strict=True)}

    def point(self, values: Mapping[str, float]) -> Point:
        """The point of some values by key."""
        return tuple(one.coordinate(float(values[one.key])) for one in self.free)

    def surprise(self, point: Sequence[float]) -> Array:
        """Distance of each coordinate to the prior's mean, in its standard deviations."""
        return np.asarray((np.asarray(point) - self.prior_mean) / self.prior_sd)

    def objective(self, point: Sequence[float], moments: Moments) -> float:
        """What is made small: squared residuals and the prior's penalty."""
        return float((self.loss.residuals(moments) ** 2).sum() + (self.surprise(point) ** 2).sum())


def problem_of(only: Sequence[str] = ("",)) -> Problem:
    """The project's own: all measured targets, all parameters with a link (or those that begin so)."""
    registry = Registry.load()
    free = tuple(
        Free(
            link.key,
            float(registry[link.key].low or 0.0),
            float(registry[link.key].high or 0.0),
            log=not link.additive,
            link=link,
        )
        for link in links()
        if link.key.startswith(tuple(only))
    )
    return Problem(free, Loss([one for one in load_targets().values() if one.moment]))


def shipped_point(problem: Problem) -> Point:
    """Where the shipped values stand."""
    registry = Registry.load()
    return problem.point({key: float(registry[key].value) for key in problem.keys})
