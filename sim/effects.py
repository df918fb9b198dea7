"""What a comparison of paired runs says: differences with intervals, and the identity of the funded."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from sim.indicators import INDICATORS, values
from sim.results import Results

SCHEMA_VERSION = 1
CONFIDENCE = 0.90

Kind = Literal["total", "chance"]
"""What an interval covers: chance alone, or chance, parameters and mechanisms together."""


@dataclass(frozen=True)
class Effect:
    """One indicator in two worlds, means over replicates, in the indicator's ``unit`` for the region.

    ``low`` and ``high`` bound the difference at 90 %; they are None with a single replicate, where
    nothing can be said of chance.  ``indistinguishable`` when the interval holds zero or is unknown; an
    exact zero in every replicate is no difference at all.
    """

    indicator: str
    unit: str
    base: float | None
    other: float | None
    difference: float | None
    low: float | None
    high: float | None
    kind: Kind
    indistinguishable: bool


@dataclass(frozen=True)
class FundedIdentity:
    """Head by head over people funded in the other world only, heads of the region, mean of replicates.

    gross = additional + dead_weight; ``harmed`` converted only without the funding; ``spillover_net`` is what
    everybody else gained minus lost.
    """

    funded: float
    gross: float
    additional: float
    dead_weight: float
    harmed: float
    spillover_net: float


@dataclass(frozen=True, eq=False)
class Comparison:
    """Paired runs of two scenarios: ``bases[k]`` and ``others[k]`` share every draw."""

    bases: tuple[Results, ...]
    others: tuple[Results, ...]
    effects: tuple[Effect, ...]
    funded: FundedIdentity | None = None
    notes: tuple[Mapping[str, str], ...] = field(default=())
    """Caveats, by language."""


def paired_effects(bases: Sequence[Results], others: Sequence[Results]) -> tuple[Effect, ...]:
    """Every indicator's paired difference with its interval of chance (Student, on the differences).

    Indicators that one of the runs does not define are kept, with None.
    """
    before, after = [values(results) for results in bases], [values(results) for results in others]
    return tuple(
        paired_effect(name, indicator.unit, [run[name] for run in before], [run[name] for run in after])
        for name, indicator in INDICATORS.items()
    )


def paired_effect(
    indicator: str, unit: str, base: Sequence[float | None], other: Sequence[float | None]
) -> Effect:
    """One indicator's paired difference, from its values by replicate."""
    pairs = [(b, o) for b, o in zip(base, other, strict=True) if b is not None and o is not None]
    if len(pairs) < len(base):
        return Effect(indicator, unit, _mean(base), _mean(other), None, None, None, "chance", True)
    differences = [o - b for b, o in pairs]
    mean = math.fsum(differences) / len(differences)
    low, high = _interval(differences)
    hidden = low is None or high is None or low <= 0.0 <= high
    return Effect(indicator, unit, _mean(base), _mean(other), mean, low, high, "chance", hidden)


def _mean(found: Sequence[float | None]) -> float | None:
    known = [value for value in found if value is not None]
    return math.fsum(known) / len(known) if known else None


def _interval(differences: Sequence[float]) -> tuple[float | None, float | None]:
    """Student's interval of a mean; (None, None) for one value."""
    count = len(differences)
    if count < 2:
        return None, None
    from scipy.stats import t

    mean = math.fsum(differences) / count
    variance = math.fsum((value - mean) ** 2 for value in differences) / (count - 1)
    reach = float(t.ppf(0.5 + CONFIDENCE / 2, count - 1)) * math.sqrt(variance / count)
    return mean - reach, mean + reach


def report(comparison: Comparison) -> dict[str, Any]:
    """A comparison in one object, the content of ``passerelles compare --json`` for one pair."""
    first = comparison.bases[0]
    return {
        "schema_version": SCHEMA_VERSION,
        "base": first.scenario.name,
        "other": comparison.others[0].scenario.name,
        "scale": first.scale,
        "months": len(first.months),
        "seeds": [results.seed for results in comparison.bases],
        "fingerprints": {
            "base": [results.fingerprint for results in comparison.bases],
            "other": [results.fingerprint for results in comparison.others],
        },
        "confidence": CONFIDENCE,
        "effects": [asdict(effect) for effect in comparison.effects],
        "funded": asdict(comparison.funded) if comparison.funded else None,
        "notes": [dict(note) for note in comparison.notes],
    }
