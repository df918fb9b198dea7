"""Cost and effect of the policies: which are dominated by one that does as well for less."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.effects import interval
from sim.kernels import Array
from sim.sweep.analysis.faults import NothingToAnalyse
from sim.sweep.analysis.regret import outcomes, pairing
from sim.sweep.analysis.study import Study


@dataclass(frozen=True)
class Place:
    """One policy in the plane of cost and effect: means over draws, 90 % total intervals over futures.

    ``dominated_by``: policies whose means are no worse in either and that are told better in one.
    """

    policy: str
    cost: float
    cost_low: float | None
    cost_high: float | None
    effect: float
    effect_low: float | None
    effect_high: float | None
    dominated_by: tuple[str, ...]


@dataclass(frozen=True)
class Frontier:
    """Policies by cost (less is better) and effect (more is better)."""

    cost: str
    effect: str
    futures: int
    places: tuple[Place, ...]

    @property
    def frontier(self) -> tuple[str, ...]:
        """Policies that none dominates."""
        return tuple(place.policy for place in self.places if not place.dominated_by)


def frontier(study: Study, cost: str, effect: str) -> Frontier:
    """Place the policies, doing nothing among them where both outputs are defined there.

    Raises:
        NothingToAnalyse: no future has both for every policy.
    """
    (dear, costs), (good, effects) = outcomes(study, cost), outcomes(study, effect)
    names = tuple(name for name in dear if name in good)
    costs = costs[:, :, [dear.index(name) for name in names]]
    effects = effects[:, :, [good.index(name) for name in names]]
    whole = np.isfinite(costs).all(axis=(1, 2)) & np.isfinite(effects).all(axis=(1, 2))
    if not names or not whole.any():
        raise NothingToAnalyse(study.folder.name, f"{cost}, {effect}", "a future with both")
    costs, effects = costs[whole], effects[whole]
    places = tuple(
        Place(
            name,
            *_spread(costs[:, :, at]),
            *_spread(effects[:, :, at]),
            _dominators(names, costs, effects, at),
        )
        for at, name in enumerate(names)
    )
    return Frontier(cost, effect, int(whole.sum()), places)


def _spread(values: Array) -> tuple[float, float | None, float | None]:
    return float(values.mean()), *interval(values.mean(axis=1).tolist(), "total")


def _dominators(names: tuple[str, ...], costs: Array, effects: Array, at: int) -> tuple[str, ...]:
    found = []
    for rival, name in enumerate(names):
        if rival == at:
            continue
        dearer = pairing(name, names[at], costs[:, :, rival], costs[:, :, at], "low")
        better = pairing(name, names[at], effects[:, :, rival], effects[:, :, at], "high")
        no_worse = dearer.difference <= 0.0 <= better.difference
        if no_worse and (dearer.told or better.told):
            found.append(name)
    return tuple(found)
