"""How much of an output's spread is what one chooses, what one does not know, and chance."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.sweep.analysis.faults import NothingToAnalyse
from sim.sweep.analysis.regret import outcomes
from sim.sweep.analysis.study import BASELINE, Study


@dataclass(frozen=True)
class Shares:
    """Shares of the variance of an output over policies, futures and replicates; they sum to one.

    ``both``: what a policy does in one future and not in another; ``chance`` is among the three others where
    there is a single replicate (None).
    """

    output: str
    policy: float
    future: float
    both: float
    chance: float | None


def shares(study: Study, output: str) -> Shares:
    """Split the variance of an output among the policies, the baseline left out.

    Raises:
        NothingToAnalyse: fewer than two policies or futures, or an output that never moves.
    """
    names, values = outcomes(study, output)
    values = values[:, :, 1:] if names and names[0] == BASELINE else values
    values = values[np.isfinite(values).all(axis=(1, 2))]
    futures, replicates, policies = values.shape
    if min(futures, policies) < 2 or np.ptp(values) == 0.0:
        raise NothingToAnalyse(study.folder.name, output, "≥ 2 policies, ≥ 2 futures")
    middle, total = values.mean(), values.var()
    cells = values.mean(axis=1)
    by_future = cells.mean(axis=1, keepdims=True) - middle
    by_policy = cells.mean(axis=0, keepdims=True) - middle
    both = cells - middle - by_future - by_policy
    policy, future, rest = (float((part**2).mean() / total) for part in (by_policy, by_future, both))
    return Shares(output, policy, future, rest, 1.0 - policy - future - rest if replicates > 1 else None)
