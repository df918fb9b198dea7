"""What the pairs of a comparison say together of what the money changed."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from sim.counting.churn import coin_toss_reach, measured_reach
from sim.counting.cost import ALL, PayerCost, UnitCost, differences, payer_costs, unit_cost
from sim.counting.counts import Counts, net
from sim.counting.destinations import Destination, destinations
from sim.counting.everyone import Standing
from sim.counting.funded import FundedTally
from sim.counting.refused import Fate, fates
from sim.counting.unspent import Unspent, unspent
from sim.effects import Effect, Kind, paired_effect
from sim.results import Results

Triple = tuple[Results, Results, FundedTally]


@dataclass(frozen=True)
class HeadCount:
    """The counts of one clock or scheme, means over pairs, heads of the region; ``net`` with its interval."""

    key: str
    counts: Mapping[str, float]
    net: Effect


@dataclass(frozen=True)
class Everyone:
    """The region at the end of a month, heads, means over pairs.

    delta = (additional - harmed) + of_x + of_k + of_o, and gross = delta + dead_weight + displacement.
    ``spillover`` is that on K and O.  ``churn_reach``: 90 % reach of the spillover without any effect,
    measured by swaps, or None; ``coin_toss_reach``: its upper bound.
    """

    month: int
    parts: Mapping[str, float]
    delta: Effect
    funded_net: Effect
    spillover: Effect
    work_spillover: Effect
    coin_toss_reach: float
    churn_reach: float | None

    @property
    def within_churn(self) -> bool:
        """Whether the spillover cannot be told from churn."""
        reach = self.coin_toss_reach if self.churn_reach is None else self.churn_reach
        return abs(self.spillover.difference or 0.0) <= reach


@dataclass(frozen=True)
class Account:
    """What the money changed.  ``profile``, ``panel``: by clock; ``by_scheme``: at 24 months."""

    profile: tuple[HeadCount, ...]
    panel: tuple[HeadCount, ...]
    by_scheme: tuple[HeadCount, ...]
    everyone: tuple[Everyone, ...]
    destinations: tuple[Destination, ...]
    fates: tuple[Fate, ...]
    costs: tuple[PayerCost, ...]
    unit_costs: tuple[UnitCost, ...]
    unspent: tuple[Unspent, ...] = field(default=())

    def as_dict(self) -> dict[str, Any]:
        """Plain data for JSON."""
        found = asdict(self)
        for row, one in zip(found["everyone"], self.everyone, strict=True):
            row["within_churn"] = one.within_churn
        found["unspent"] = [one.as_dict() for one in self.unspent]
        return found


def account(pairs: Sequence[Triple], kind: Kind) -> Account:
    """The account of pairs of one comparison; destinations and fates are those of the first pair."""
    bases, others = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
    tallies, scale = [pair[2] for pair in pairs], pairs[0][0].scale
    everyone = _everyone(tallies, scale, kind)
    heads = tallies[0].heads
    return Account(
        profile=_head_counts([t.profile for t in tallies], scale, kind),
        panel=_head_counts([t.panel for t in tallies], scale, kind),
        by_scheme=_head_counts([t.by_scheme for t in tallies], scale, kind),
        everyone=everyone,
        destinations=() if heads is None else destinations(heads[0], others[0]),
        fates=fates(others[0]),
        costs=payer_costs(bases, others, kind),
        unit_costs=_unit_costs(bases, others, tallies, everyone, scale),
        unspent=unspent(bases[0], others[0]),
    )


def _head_counts(found: Sequence[Mapping[Any, Counts]], scale: float, kind: Kind) -> tuple[HeadCount, ...]:
    """One row a key that any pair has; a pair without it counts nobody."""
    rows = []
    for key in dict.fromkeys(key for one in found for key in one):
        counts = [one.get(key, {}) for one in found]
        names = dict.fromkeys(name for one in counts for name in one)
        means = {name: _mean([one.get(name, 0) for one in counts]) / scale for name in names}
        nets = [net(one) / scale if one else 0.0 for one in counts]
        rows.append(HeadCount(str(key), means, _effect("net", nets, kind)))
    return tuple(rows)


def _everyone(tallies: Sequence[FundedTally], scale: float, kind: Kind) -> tuple[Everyone, ...]:
    swapped = [found for tally in tallies for found in tally.churn]
    rows = []
    for number, first in enumerate(tallies[0].standing):
        found = [tally.standing[number] for tally in tallies]
        measured = measured_reach(found, [one[number] for one in swapped])
        parts = {
            name: _mean([getattr(one, name) for one in found]) / scale for name in (*PARTS, "displacement")
        }
        delta, funded_net, spillover, work = (
            _effect(name, [getattr(one, name) / scale for one in found], kind)
            for name in ("delta", "funded_net", "spillover", "work_spillover")
        )
        reach = None if measured is None else measured / scale
        toss = coin_toss_reach(found) / scale
        rows.append(Everyone(first.month, parts, delta, funded_net, spillover, work, toss, reach))
    return tuple(rows)


PARTS = tuple(name for name in Standing.__dataclass_fields__ if name != "month")


def _unit_costs(
    bases: Sequence[Results],
    others: Sequence[Results],
    tallies: Sequence[FundedTally],
    everyone: Sequence[Everyone],
    scale: float,
) -> tuple[UnitCost, ...]:
    """For each payer, over the funded and over the region, as they stand at the end."""
    if not everyone:
        return ()
    by_payer, last = differences(bases, others), everyone[-1]
    sides = (("funded", "funded_net", last.funded_net), ("region", "delta", last.delta))
    return tuple(
        unit_cost(payer, over, euros, [getattr(t.standing[-1], name) / scale for t in tallies], effect)
        for over, name, effect in sides
        for payer, euros in by_payer.items()
        if payer == ALL or any(euros)
    )


def _effect(name: str, amounts: Sequence[float], kind: Kind) -> Effect:
    return paired_effect(name, "heads", [0.0] * len(amounts), amounts, kind)


def _mean(values: Sequence[float]) -> float:
    return math.fsum(values) / len(values)
