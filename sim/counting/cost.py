"""What a policy costs, by payer, and what one more durable conversion costs.

Euros paid are those of the ledger up to the horizon, discounted to the opening; euros committed are those of
the decisions, as the funders count them.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from sim.calendar import MONTHS_PER_YEAR
from sim.dictionary import NOT_PAYMENTS
from sim.effects import CONFIDENCE, Effect, Kind, paired_effect
from sim.parameters import Registry
from sim.results import Results
from sim.schemes.rules import schemes

ALL = "all"
"""Every payer together."""

RESAMPLES = 2000
_STREAM = 0x636F7374
"""Key of the draws of the bootstrap, which belong to no world."""

MILLION = 1e6

Amounts = dict[str, float]


def discount_rate() -> float:
    """Public discount rate a year."""
    return float(Registry.load()["counting.discount_rate_per_year"].value)


def paid(results: Results, rate: float) -> Amounts:
    """Euros of the region paid over the run by payer and in all, discounted by ``rate`` a year.

    A payment of month t after the opening counts for (1 + rate) ** (-t / 12).
    """
    money = results.money
    kept = ~np.isin(money["kind"].astype(np.str_), NOT_PAYMENTS)
    payers, months = money["payer"][kept].astype(np.str_), money["month"][kept] - results.months[0] + 1
    euros = money["amount_eur_cents"][kept] / 100 / results.scale
    worth = np.round(euros * (1.0 + rate) ** (-months / MONTHS_PER_YEAR), 6)
    return _with_all({str(payer): math.fsum(worth[payers == payer]) for payer in np.unique(payers)})


def committed(results: Results) -> Amounts:
    """Euros of the region committed by the decisions of the run, by payer of the scheme and in all."""
    found: Amounts = {}
    for scheme in schemes():
        cents = results.series.get(f"committed_eur_cents_{scheme.name}")
        if cents is not None:
            found[scheme.payer] = found.get(scheme.payer, 0.0) + float(cents.sum()) / 100 / results.scale
    return _with_all(found)


def _with_all(found: Amounts) -> Amounts:
    return {**found, ALL: math.fsum(found.values())}


@dataclass(frozen=True)
class PayerCost:
    """What the policy costs one payer more than the comparator, euros over the run."""

    payer: str
    committed: Effect
    paid: Effect
    discounted: Effect


@dataclass(frozen=True)
class UnitCost:
    """One payer's discounted euros over a count of conversions, and the reverse.

    ``over``: "funded", those of F and X that stand at the horizon, or "region", those of everyone.  All are
    None ("not defined") where the interval of the conversions holds zero or is unknown; ``per_million`` also
    where the policy costs nothing more.
    """

    payer: str
    over: str
    eur: float | None = None
    low: float | None = None
    high: float | None = None
    per_million: float | None = None
    per_million_low: float | None = None
    per_million_high: float | None = None


def payer_costs(bases: Sequence[Results], others: Sequence[Results], kind: Kind) -> tuple[PayerCost, ...]:
    """The differences of every payer who pays anything in one of the worlds, all payers last."""
    rate = discount_rate()
    sides = (bases, others)
    found = {
        "committed": [[committed(run) for run in runs] for runs in sides],
        "paid": [[paid(run, 0.0) for run in runs] for runs in sides],
        "discounted": [[paid(run, rate) for run in runs] for runs in sides],
    }
    named = {payer for pair in found.values() for runs in pair for run in runs for payer in run}
    order = [*sorted(named - {ALL}), ALL]

    def effect(name: str, payer: str) -> Effect:
        before, after = ([run.get(payer, 0.0) for run in runs] for runs in found[name])
        return paired_effect(f"{name}_eur_{payer}", "EUR", before, after, kind)

    return tuple(PayerCost(payer, *(effect(name, payer) for name in found)) for payer in order)


def unit_cost(
    payer: str, over: str, euros: Sequence[float], conversions: Sequence[float], effect: Effect
) -> UnitCost:
    """Cost of one conversion, from both by pair; ``effect``: of the conversions, which says if it is defined.

    The interval is a paired bootstrap: pairs are drawn again, euros and conversions together.
    """
    mean_eur, mean = math.fsum(euros) / len(euros), math.fsum(conversions) / len(conversions)
    if effect.indistinguishable or mean == 0.0:
        return UnitCost(payer, over)
    low, high = _bootstrap(euros, conversions)
    if mean_eur <= 0.0:
        return UnitCost(payer, over, mean_eur / mean, low, high)
    fewest, most = (None if b is None else MILLION * b for b in _bootstrap(conversions, euros))
    return UnitCost(payer, over, mean_eur / mean, low, high, MILLION * mean / mean_eur, fewest, most)


def _bootstrap(above: Sequence[float], below: Sequence[float]) -> tuple[float | None, float | None]:
    """Bounds at 90 % of the ratio of means over pairs drawn again; None where a bound is without end."""
    stream = np.random.Generator(np.random.Philox(key=[_STREAM, len(above)]))
    drawn = stream.integers(0, len(above), size=(RESAMPLES, len(above)))
    top, bottom = (np.asarray(values, float)[drawn].sum(axis=1) for values in (above, below))
    ratios = np.sort(np.divide(top, bottom, out=np.full(RESAMPLES, np.inf), where=bottom != 0.0))
    tail = 0.5 - CONFIDENCE / 2
    low, high = float(ratios[int(tail * RESAMPLES)]), float(ratios[int((1 - tail) * RESAMPLES) - 1])
    return low if math.isfinite(low) else None, high if math.isfinite(high) else None


def differences(bases: Sequence[Results], others: Sequence[Results]) -> Mapping[str, list[float]]:
    """Discounted euros that the policy costs more, by payer, one a pair."""
    rate = discount_rate()
    runs = [(paid(base, rate), paid(other, rate)) for base, other in zip(bases, others, strict=True)]
    named = sorted({payer for pair in runs for run in pair for payer in run})
    return {
        payer: [after.get(payer, 0.0) - before.get(payer, 0.0) for before, after in runs] for payer in named
    }
