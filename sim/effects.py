"""What a comparison of paired runs says: differences with intervals, and the identity of the funded."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal

from sim.counting.counts import net as funded_net
from sim.dictionary import FUNDED
from sim.errors import Language
from sim.indicators import INDICATORS, values
from sim.results import Results

if TYPE_CHECKING:
    from sim.counting.account import Account

SCHEMA_VERSION = 2
CONFIDENCE = 0.90
ORDERED_FROM = 19
"""Pairs from which the smallest and largest difference already bound 90 % of draws."""

CLOCK_MONTHS = 24

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
    """Head by head over people funded in the other world only, 24 months on, heads of the region.

    gross = additional + dead_weight; ``harmed`` converted only without the funding; ``spillover_net`` is what
    those whose funding is the same in both worlds gained minus lost, at the end of the run, None where it was
    not measured.
    """

    funded: float
    gross: float
    additional: float
    dead_weight: float
    harmed: float
    spillover_net: float | None = None


@dataclass(frozen=True, eq=False)
class Comparison:
    """Paired runs of two scenarios: ``bases[k]`` and ``others[k]`` share every draw."""

    bases: tuple[Results, ...]
    others: tuple[Results, ...]
    effects: tuple[Effect, ...]
    funded: FundedIdentity | None = None
    notes: tuple[Mapping[str, str], ...] = field(default=())
    """Caveats, by language."""
    account: Account | None = None
    """What the money changed, in full; None where the policies are the same."""
    tallies: tuple[Mapping[str, int], ...] = ()
    """Counts of the funded by pair, heads of the sample; none where the policies are the same."""

    def by_pair(self, indicator: str) -> list[float]:
        """The difference in each pair; zero where it is not defined."""
        if indicator in INDICATORS:
            of = INDICATORS[indicator].value
            runs = zip(self.bases, self.others, strict=True)
            return [(of(other) or 0.0) - (of(base) or 0.0) for base, other in runs]
        if not self.tallies:
            return [0.0] * len(self.bases)
        found = _tallied(self.bases, self.others, self.tallies)
        amounts = next(amounts for name, _, amounts in found if name == indicator)
        return [amount or 0.0 for amount in amounts]


def paired_effects(
    bases: Sequence[Results],
    others: Sequence[Results],
    kind: Kind = "chance",
    tallies: Sequence[Mapping[str, int]] = (),
) -> tuple[Effect, ...]:
    """Every indicator's paired difference with its interval.

    ``tallies``: for each pair, counts of simulated heads by the names of :class:`FundedIdentity`.  Indicators
    that one of the runs does not define are kept, with None.
    """
    before, after = [values(results) for results in bases], [values(results) for results in others]
    found = [
        paired_effect(name, indicator.unit, [run[name] for run in before], [run[name] for run in after], kind)
        for name, indicator in INDICATORS.items()
    ]
    if tallies:
        nothing = [0.0] * len(bases)
        for name, unit, amounts in _tallied(bases, others, tallies):
            effect = paired_effect(name, unit, nothing, amounts, kind)
            found.append(replace(effect, base=None, other=None))
    return tuple(found)


FUNDED_EFFECTS: Mapping[str, Mapping[str, str]] = {
    "funded_gross": {
        "fr": "reconversions durables des financés, brut",
        "en": "durable conversions of the funded, gross",
    },
    "funded_additional": {"fr": "dont additionnelles", "en": "of which additional"},
    "funded_dead_weight": {"fr": "dont aubaine", "en": "of which dead-weight"},
    "funded_harmed": {"fr": "contrariées par le financement", "en": "prevented by the funding"},
    "funded_net": {"fr": "additionnelles moins contrariées", "en": "additional less prevented"},
    "funded_net_per_million_eur": {"fr": "par million d'euros engagé", "en": "per million euros committed"},
}
"""Effects on the people funded in the other world only, 24 months after the decision, with their labels."""


def label(indicator: str, language: Language) -> str:
    """What an effect's indicator is called."""
    if indicator in INDICATORS:
        return INDICATORS[indicator].label[language]
    return FUNDED_EFFECTS[indicator][language]


_FUNDED_UNITS = {"funded_net_per_million_eur": "heads per million EUR"}


def _tallied(
    bases: Sequence[Results], others: Sequence[Results], tallies: Sequence[Mapping[str, int]]
) -> list[tuple[str, str, list[float | None]]]:
    """Effects on the funded: name, unit, one amount a pair (None where not defined)."""
    found = [
        funded_amounts(tally, base.scale, committed_eur(base), committed_eur(other))
        for tally, base, other in zip(tallies, bases, others, strict=True)
    ]
    return [
        (name, _FUNDED_UNITS.get(name, "heads"), [amounts[name] for amounts in found])
        for name in FUNDED_EFFECTS
    ]


def funded_amounts(
    tally: Mapping[str, int], scale: float, base_eur: float, other_eur: float
) -> dict[str, float | None]:
    """One pair's effects on the funded, by the names of :data:`FUNDED_EFFECTS`, for the region.

    ``tally``: heads of the sample; ``base_eur`` and ``other_eur``: :func:`committed_eur` of both worlds.
    """
    net = funded_net(tally) / scale
    millions = (other_eur - base_eur) / 1e6
    return {
        **{
            f"funded_{name}": tally[name] / scale for name in ("gross", "additional", "dead_weight", "harmed")
        },
        "funded_net": net,
        "funded_net_per_million_eur": net / millions if millions > 0 else None,
    }


def committed_eur(results: Results, scheme: str = "") -> float:
    """Euros of the region committed to files whose 24 months are over: those that the tallies have seen.

    Those of one scheme, or of all.
    """
    files = results.files
    month = files["month_decided"]
    known = (month >= results.months[0]) & (month <= results.months[-1] - CLOCK_MONTHS)
    kept = known & (files["outcome"] == FUNDED)
    if scheme:
        kept = kept & (files["scheme"] == scheme)
    return float(files["cost_eur_cents"][kept].sum()) / 100 / results.scale


def paired_effect(
    indicator: str,
    unit: str,
    base: Sequence[float | None],
    other: Sequence[float | None],
    kind: Kind = "chance",
) -> Effect:
    """One indicator's paired difference, from its values by replicate."""
    pairs = [(b, o) for b, o in zip(base, other, strict=True) if b is not None and o is not None]
    if len(pairs) < len(base):
        return Effect(indicator, unit, _mean(base), _mean(other), None, None, None, kind, True)
    differences = [o - b for b, o in pairs]
    mean = math.fsum(differences) / len(differences)
    low, high = interval(differences, kind)
    hidden = low is None or high is None or low <= 0.0 <= high
    return Effect(indicator, unit, _mean(base), _mean(other), mean, low, high, kind, hidden)


def _mean(found: Sequence[float | None]) -> float | None:
    known = [value for value in found if value is not None]
    return math.fsum(known) / len(known) if known else None


def interval(differences: Sequence[float], kind: Kind) -> tuple[float | None, float | None]:
    """Bounds at 90 %; (None, None) for one value.

    ``chance``: Student's interval of the mean, which more pairs make narrower.  ``total``: where the
    difference of one more draw of chance and parameters would fall; more pairs tell it better and do not
    shrink it.  From 19 pairs on that is read off the ordered differences (exact whatever their
    distribution), before that it is Student's.
    """
    count = len(differences)
    if count < 2:
        return None, None
    if kind == "total" and count >= ORDERED_FROM:
        ordered = sorted(differences)
        return _ordered(ordered, 0.5 - CONFIDENCE / 2), _ordered(ordered, 0.5 + CONFIDENCE / 2)
    from scipy.stats import t

    mean = math.fsum(differences) / count
    variance = math.fsum((value - mean) ** 2 for value in differences) / (count - 1)
    spread = 1.0 + 1.0 / count if kind == "total" else 1.0 / count
    reach = float(t.ppf(0.5 + CONFIDENCE / 2, count - 1)) * math.sqrt(variance * spread)
    return mean - reach, mean + reach


def _ordered(ordered: Sequence[float], share: float) -> float:
    """Value below which one more draw falls with probability ``share``: rank ``share * (n + 1)``."""
    rank = round(share * (len(ordered) + 1), 9)
    below = min(max(int(rank), 1), len(ordered))
    above = min(below + 1, len(ordered))
    return ordered[below - 1] + (rank - int(rank)) * (ordered[above - 1] - ordered[below - 1])


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
        "account": comparison.account.as_dict() if comparison.account else None,
        "notes": [dict(note) for note in comparison.notes],
    }
