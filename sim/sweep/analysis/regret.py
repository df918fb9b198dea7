"""Policies over futures: the worst case, regret, the chance that one beats another, cost and effect.

A future is a sampled point of the assumptions; an output there is the mean over its replicates.  Two policies
are *told apart* where the 90 % total interval of their paired difference leaves zero out, as everywhere in
the project; nothing else is ever ranked.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final, Literal

import numpy as np
from scipy.stats import t

from sim.effects import CONFIDENCE, interval
from sim.kernels import Array
from sim.sweep.analysis.faults import NothingToAnalyse
from sim.sweep.analysis.sensitivity import chance_variance
from sim.sweep.analysis.study import BASELINE, Study

RESAMPLES: Final = 1000
SEED: Final = 20240101
RIVAL: Final = 0.05
"""A policy is a rival of the choice when it is chosen in more than this share of resampled sets of futures."""


@dataclass(frozen=True)
class PolicyRegret:
    """One policy over all futures, in the output's unit; regret is what another policy would have had more.

    ``low``, ``high``: 5th and 95th percentile of the output; ``best``: share of futures in which no policy does
    better; ``best_or_untold``: or better by more than chance, None with a single replicate.
    """

    policy: str
    mean: float
    low: float | None
    high: float | None
    worst: float
    regret_mean: float
    regret_high: float
    regret_most: float
    best: float
    best_or_untold: float | None


@dataclass(frozen=True)
class Pairing:
    """``one`` against ``other`` on the same draws: ``chance`` that it does better (a tie counts half), and the
    difference in the output's unit with its 90 % total interval."""

    one: str
    other: str
    chance: float
    difference: float
    low: float | None
    high: float | None

    @property
    def told(self) -> bool:
        """Whether the two are told apart."""
        return self.low is not None and self.high is not None and not self.low <= 0.0 <= self.high


@dataclass(frozen=True)
class Regret:
    """Policies compared on one output; ``better`` says which way is good.

    ``maximin``: best worst case; ``minimax_regret``: least largest regret; each followed by its rivals, which
    other draws of the same number of futures would choose.  ``dropped``: futures without an answer somewhere.
    """

    output: str
    better: Literal["high", "low"]
    futures: int
    dropped: int
    replicates: int
    policies: tuple[PolicyRegret, ...]
    maximin: tuple[str, ...]
    minimax_regret: tuple[str, ...]
    pairs: tuple[Pairing, ...]


def regret(study: Study, output: str, better: Literal["high", "low"]) -> Regret:
    """Compare the policies of a design, doing nothing among them where the output is defined there.

    Raises:
        NothingToAnalyse: fewer than two policies, or no future in which all are done.
    """
    names, values = outcomes(study, output)
    whole = np.isfinite(values).all(axis=(1, 2))
    if len(names) < 2 or not whole.any():
        raise NothingToAnalyse(str(study.folder), output, "[policies]")
    kept = values[whole]
    gains = kept.mean(axis=1) * (1.0 if better == "high" else -1.0)
    losses = gains.max(axis=1, keepdims=True) - gains
    reach = _reach(kept)
    return Regret(
        output,
        better,
        len(kept),
        int((~whole).sum()),
        kept.shape[1],
        tuple(_of_policy(name, at, kept, gains, reach) for at, name in enumerate(names)),
        _chosen(names, gains, lambda table: table.min(axis=-2)),
        _chosen(names, losses, lambda table: -table.max(axis=-2)),
        tuple(
            pairing(names[i], names[j], kept[:, :, i], kept[:, :, j], better) for i, j in _pairs(len(names))
        ),
    )


def outcomes(study: Study, output: str) -> tuple[tuple[str, ...], Array]:
    """Policies and an output in each, [points, replicates, policies]; the baseline first, where it has any."""
    answers = [study.answer(output, policy).values for policy in (BASELINE, *study.policies)]
    if not np.isfinite(answers[0]).any():
        return study.policies, np.stack(answers[1:], axis=2) if study.policies else answers[0][..., None]
    return (BASELINE, *study.policies), np.stack(answers, axis=2)


def pairing(one: str, other: str, left: Array, right: Array, better: Literal["high", "low"]) -> Pairing:
    """Two policies from their outputs [points, replicates] on the same draws."""
    differences = (left - right).ravel()
    wins = differences > 0 if better == "high" else differences < 0
    low, high = interval(differences.tolist(), "total")
    chance = float((wins + 0.5 * (differences == 0)).mean())
    return Pairing(one, other, chance, float(differences.mean()), low, high)


def _pairs(count: int) -> list[tuple[int, int]]:
    return list(combinations(range(count), 2))


def _reach(values: Array) -> Array | None:
    """How far chance moves a paired difference of two policies' means over replicates, [policies, policies]:
    half a 90 % interval, from a variance pooled over futures; None where no replicate tells."""
    futures, replicates, policies = values.shape
    if replicates < 2 or futures < 2:
        return None
    variance = np.zeros((policies, policies))
    for i, j in _pairs(policies):
        variance[i, j] = variance[j, i] = chance_variance(values[:, :, i] - values[:, :, j])
    freedom = (futures - 1) * (replicates - 1)
    reach: Array = t.ppf(0.5 + CONFIDENCE / 2, freedom) * np.sqrt(variance / replicates)
    return reach


def _of_policy(name: str, at: int, values: Array, gains: Array, reach: Array | None) -> PolicyRegret:
    means = values[:, :, at].mean(axis=1)
    losses = gains.max(axis=1) - gains[:, at]
    low, high = interval(means.tolist(), "total")
    return PolicyRegret(
        name,
        float(means.mean()),
        low,
        high,
        float(means[int(np.argmin(gains[:, at]))]),
        float(losses.mean()),
        float(np.quantile(losses, 0.95)),
        float(losses.max()),
        float((losses == 0.0).mean()),
        None if reach is None else float((losses <= reach[at, gains.argmax(axis=1)]).mean()),
    )


def _chosen(names: Sequence[str], table: Array, score: Callable[[Array], Array]) -> tuple[str, ...]:
    """The policy of the highest score over the futures, then its rivals in the design's order."""
    scores = score(table)
    first = int(np.argmax(scores))
    stream = np.random.Generator(np.random.Philox(SEED))
    drawn = stream.integers(len(table), size=(RESAMPLES, len(table)))
    again = score(table[drawn])
    shares = (again == again.max(axis=1, keepdims=True)).mean(axis=0)
    ties = (scores == scores[first]) | (shares > RIVAL)
    return (names[first], *(name for at, name in enumerate(names) if ties[at] and at != first))
