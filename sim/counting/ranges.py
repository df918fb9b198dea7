"""The same comparison under several values of one assumption, side by side.

No figure settles some assumptions; what they decide is shown over their range and never averaged.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from typing import Any

from sim.closure_ends import REGIONAL, SIGN_UNCLEAR
from sim.effects import FUNDED_EFFECTS, Comparison, Effect
from sim.errors import MissingKey
from sim.scenario import Scenario, with_overrides

SHOWN = (*(name for name in REGIONAL if name not in FUNDED_EFFECTS), *FUNDED_EFFECTS)
"""Effects shown under each value."""


def asked(text: str) -> tuple[str, tuple[str, ...]]:
    """Key and values of ``KEY=V1,V2,…``.

    Raises:
        MissingKey: where there is no key, or fewer than two values.
    """
    key, _, values = text.partition("=")
    found = tuple(value.strip() for value in values.split(",") if value.strip())
    if not key.strip() or len(found) < 2:
        raise MissingKey("--over", text, "KEY=V1,V2,…")
    return key.strip(), found


def at(scenario: Scenario, key: str, value: str) -> Scenario:
    """The scenario with the assumption at one value from the opening on."""
    return with_overrides(scenario, {key: value})


@dataclass(frozen=True)
class Ranged:
    """One effect under each value, in the order asked."""

    indicator: str
    unit: str
    values: tuple[str, ...]
    effects: tuple[Effect, ...]

    @property
    def sign_changes(self) -> bool:
        """Whether two differences point to opposite sides."""
        found = [effect.difference or 0.0 for effect in self.effects]
        return min(found) < 0.0 < max(found)

    @property
    def turns(self) -> tuple[tuple[str, str], ...]:
        """Values, as they were asked, between which the difference changes its sign; zeros passed over."""
        signed = [(v, e.difference) for v, e in zip(self.values, self.effects, strict=True) if e.difference]
        return tuple(
            (value, after)
            for (value, first), (after, second) in pairwise(signed)
            if (first or 0.0) * (second or 0.0) < 0.0
        )

    @property
    def remark(self) -> Mapping[str, str] | None:
        """What a reader must know, in both languages: where the sign changes, where nothing is told."""
        hidden = [v for v, effect in zip(self.values, self.effects, strict=True) if effect.indistinguishable]
        if self.sign_changes:
            sure = [e for e in self.effects if not e.indistinguishable]
            told = {(e.difference or 0.0) > 0.0 for e in sure} == {True, False}
            return _sign_changes(self.turns) if told else SIGN_UNCLEAR
        if hidden and len(hidden) < len(self.values) and all(e.low is not None for e in self.effects):
            listed = ", ".join(hidden)
            return {"fr": f"indiscernable à {listed}", "en": f"indistinguishable at {listed}"}
        return None

    def as_dict(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return {
            "indicator": self.indicator,
            "unit": self.unit,
            "values": list(self.values),
            "effects": [asdict(effect) for effect in self.effects],
            "sign_changes": self.sign_changes,
            "turns": [list(pair) for pair in self.turns],
        }


def _sign_changes(turns: Sequence[tuple[str, str]]) -> Mapping[str, str]:
    fr, en = (", ".join(f"{a} {word} {b}" for a, b in turns) for word in ("et", "and"))
    return {"fr": f"le signe change entre {fr}", "en": f"the sign changes between {en}"}


def side_by_side(found: Sequence[tuple[str, Comparison]]) -> tuple[Ranged, ...]:
    """The effects of a comparison made under several values."""
    tables = [{effect.indicator: effect for effect in comparison.effects} for _, comparison in found]
    values = tuple(value for value, _ in found)
    return tuple(
        Ranged(name, tables[0][name].unit, values, tuple(table[name] for table in tables))
        for name in SHOWN
        if all(name in table for table in tables)
    )


def range_report(key: str, found: Sequence[tuple[str, Comparison]]) -> dict[str, Any]:
    """An assumption, its values, the effects and the unit costs under each, for JSON."""
    accounts = [comparison.account for _, comparison in found]
    return {
        "key": key,
        "values": [value for value, _ in found],
        "effects": [row.as_dict() for row in side_by_side(found)],
        "unit_costs": [
            [] if account is None else [asdict(cost) for cost in account.unit_costs] for account in accounts
        ],
    }
