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

RESAMPLES: Final = 400
SEED: Final = 20240101
RIVAL: Final = 0.05
"""A policy is a rival of the choice when more than this share of resampled sets of futures choose it, with
chance drawn anew where replicates tell how much there is."""


@dataclass(frozen=True)
class PolicyRegret:
    """One policy over all futures, in the output's unit; regret is what another policy would have had more.

    ``low``, ``high``: 5th and 95th percentile of the output; ``best``: share of futures in which no policy
    does better; ``best_or_untold``: or better by more than chance, None with a single replicate.
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
    """``one`` against ``other`` on the same draws: ``chance`` that it does better (a tie counts half), and
    the difference in the output's unit with its 90 % total interval."""

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
        raise NothingToAnalyse(study.folder.name, output, "≥ 2 policies")
    kept = values[whole]
    gains = kept.mean(axis=1) * (1.0 if better == "high" else -1.0)
    noise = _chance(kept)
    each = noise.mean(axis=0) / 2.0 if noise is not None else np.zeros(len(names))
    chance = np.sqrt(each / kept.shape[1])
    return Regret(
        output,
        better,
        len(kept),
        int((~whole).sum()),
        kept.shape[1],
        tuple(_of_policy(name, at, kept, gains, _reach(kept, noise)) for at, name in enumerate(names)),
        _chosen(names, gains, chance, lambda table: table.min(axis=0)),
        _chosen(names, gains, chance, _least_regret),
        tuple(
            pairing(names[i], names[j], kept[:, :, i], kept[:, :, j], better) for i, j in _pairs(len(names))
        ),
    )


def outcomes(study: Study, output: str) -> tuple[tuple[str, ...], Array]:
    """Policies in which an output is defined, and its values [points, replicates, policies]; the baseline
    first, if it is among them."""
    answers = {policy: study.answer(output, policy).values for policy in (BASELINE, *study.policies)}
    there = {policy: values for policy, values in answers.items() if np.isfinite(values).any()}
    shape = (*answers[BASELINE].shape, 0)
    return tuple(there), np.stack(list(there.values()), axis=2) if there else np.empty(shape)


def pairing(one: str, other: str, left: Array, right: Array, better: Literal["high", "low"]) -> Pairing:
    """Two policies from their outputs [points, replicates] on the same draws."""
    differences = (left - right).ravel()
    wins = differences > 0 if better == "high" else differences < 0
    low, high = interval(differences.tolist(), "total")
    chance = float((wins + 0.5 * (differences == 0)).mean())
    return Pairing(one, other, chance, float(differences.mean()), low, high)


def _pairs(count: int) -> list[tuple[int, int]]:
    return list(combinations(range(count), 2))


def _least_regret(gains: Array) -> Array:
    """Largest regret of each policy, counted so that more is better."""
    found: Array = -(gains.max(axis=1, keepdims=True) - gains).max(axis=0)
    return found


def _chance(values: Array) -> Array | None:
    """Variance of chance in a paired difference of two policies in one world, pooled over futures, [policies,
    policies]; None where no replicate tells."""
    futures, replicates, policies = values.shape
    if replicates < 2 or futures < 2:
        return None
    variance = np.zeros((policies, policies))
    for i, j in _pairs(policies):
        variance[i, j] = variance[j, i] = chance_variance(values[:, :, i] - values[:, :, j])
    return variance


def _reach(values: Array, variance: Array | None) -> Array | None:
    """How far chance moves a difference of means over replicates: half a 90 % interval."""
    if variance is None:
        return None
    futures, replicates, _ = values.shape
    quantile = t.ppf(0.5 + CONFIDENCE / 2, (futures - 1) * (replicates - 1))
    reach: Array = quantile * np.sqrt(variance / replicates)
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


def _chosen(
    names: Sequence[str], table: Array, chance: Array, score: Callable[[Array], Array]
) -> tuple[str, ...]:
    """The policy of the highest score over the futures, then its rivals in the design's order.

    ``chance`` [policies]: standard deviation of what chance alone moves in a cell of the table.
    """
    scores = score(table)
    first = int(np.argmax(scores))
    stream = np.random.Generator(np.random.Philox(SEED))
    wins = np.zeros(len(names))
    for _ in range(RESAMPLES):
        drawn = table[stream.integers(len(table), size=len(table))]
        again = score(drawn + chance * stream.normal(size=table.shape))
        wins += again == again.max()
    rivals = (scores == scores[first]) | (wins > RIVAL * RESAMPLES)
    return (names[first], *(name for at, name in enumerate(names) if rivals[at] and at != first))
