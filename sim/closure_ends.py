"""Both ends of the closure of posts: the same comparison with posts fixed, and with posts that respond.

Which end is true decides the sign and the size of what a policy does to the region, and no figure settles it.
So regional results are shown under both, side by side; the ends are neither drawn nor averaged.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

from sim.calendar import OPENING
from sim.effects import Comparison, Effect
from sim.parameters import Registry
from sim.scenario import Scenario, with_overrides

KEY = "closure.posts"
End = Literal["fixed", "respond"]
ENDS: tuple[End, End] = ("fixed", "respond")

REGIONAL = (
    "employed",
    "unemployed",
    "unemployment_rate",
    "hires_per_year",
    "vacancies",
    "funded_gross",
    "funded_additional",
    "funded_net",
)
"""What is shown under both ends."""

LABELS: Mapping[End, Mapping[str, str]] = {
    "fixed": {"fr": "postes fixes", "en": "posts fixed"},
    "respond": {"fr": "postes qui répondent", "en": "posts respond"},
}
SIGN_CHANGES = {
    "fr": "le signe change quand les postes répondent",
    "en": "the sign changes when posts respond",
}
SIGN_UNCLEAR = {"fr": "signe incertain", "en": "sign unclear"}
"""The sign changes, and an interval holds zero or is unknown."""


def end_of(scenario: Scenario) -> End | None:
    """The end that a scenario stands at, None where it moves from one to the other."""
    entries = scenario.overrides.get(KEY, ())
    held = {str(value) for _, value in entries}
    if not entries or entries[0][0] > OPENING:
        held.add(str(Registry.load()[KEY].value))
    return next((end for end in ENDS if held == {end}), None)


def shared_end(base: Scenario, other: Scenario) -> End | None:
    """The end at which both scenarios stand; None where the comparison is about the closure itself."""
    first, second = end_of(base), end_of(other)
    return first if first == second else None


def opposite(end: End) -> End:
    """The other end."""
    return ENDS[1 - ENDS.index(end)]


def at(scenario: Scenario, end: End) -> Scenario:
    """The scenario at one of the ends, from the opening on; itself where it stands there."""
    return scenario if end_of(scenario) == end else with_overrides(scenario, {KEY: end})


@dataclass(frozen=True)
class TwoEnds:
    """One effect under both ends.

    ``sign_changes``: the differences point to opposite sides; ``told``: the interval of neither holds zero.
    """

    indicator: str
    unit: str
    fixed: Effect
    respond: Effect

    @property
    def sign_changes(self) -> bool:
        return (self.fixed.difference or 0.0) * (self.respond.difference or 0.0) < 0.0

    @property
    def told(self) -> bool:
        return not (self.fixed.indistinguishable or self.respond.indistinguishable)

    @property
    def remark(self) -> Mapping[str, str] | None:
        """What a reader must know of the sign, in both languages; None where both ends agree on it."""
        if not self.sign_changes:
            return None
        return SIGN_CHANGES if self.told else SIGN_UNCLEAR

    def as_dict(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return {
            "indicator": self.indicator,
            "unit": self.unit,
            "posts_fixed": asdict(self.fixed),
            "posts_respond": asdict(self.respond),
            "sign_changes": self.sign_changes,
            "told": self.told,
        }


def two_ends(found: Mapping[End, Comparison]) -> tuple[TwoEnds, ...]:
    """The regional effects of a comparison made at both ends."""
    effects = [{effect.indicator: effect for effect in found[end].effects} for end in ENDS]
    return tuple(
        TwoEnds(name, effects[0][name].unit, effects[0][name], effects[1][name])
        for name in REGIONAL
        if all(name in of_end for of_end in effects)
    )
