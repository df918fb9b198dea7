"""What each scheme of a policy adds: the policy without its change to one scheme, one scheme at a time.

Schemes share applicants, seats and posts, so what each adds to the others does not add up to the whole; the
interaction is what is left.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sim.effects import Comparison, Effect, Kind, paired_effect
from sim.scenario import Scenario
from sim.schemes.rules import schemes

SHOWN = (
    "funded_additional",
    "funded_dead_weight",
    "funded_harmed",
    "funded_net",
    "durable_conversions_gross",
    "employed",
    "unemployed",
    "committed_eur_per_year",
    "paid_eur_per_year",
)
"""Effects that are told apart."""

Amounts = Mapping[str, Sequence[float]]
"""Differences by effect and pair."""

WHOLE, INTERACTION = "whole", "interaction"


@dataclass(frozen=True)
class Contribution:
    """One row: the whole policy, a scheme (whole less the policy without it), or the interaction (whole less
    the sum over schemes)."""

    row: str
    effects: tuple[Effect, ...]


def changed_schemes(base: Scenario, other: Scenario) -> tuple[str, ...]:
    """Schemes with a parameter that the two scenarios set differently."""
    keys = {*base.overrides, *other.overrides}
    moved = {key for key in keys if base.overrides.get(key) != other.overrides.get(key)}
    return tuple(s.name for s in schemes() if any(key.startswith(s.key("")) for key in moved))


def without(base: Scenario, other: Scenario, scheme: str) -> Scenario:
    """The policy with one scheme as the comparator has it."""
    prefix = f"schemes.{scheme}."
    kept = {key: value for key, value in other.overrides.items() if not key.startswith(prefix)}
    theirs = {key: value for key, value in base.overrides.items() if key.startswith(prefix)}
    return replace(other, overrides=dict(sorted({**kept, **theirs}.items())))


def contributions(
    whole: Comparison, left_out: Mapping[str, Comparison | None], kind: Kind
) -> tuple[Contribution, ...]:
    """Rows of the table, from the whole policy and from the policies without one scheme each.

    None for a policy without which nothing is left: it does nothing.
    """
    amounts: Amounts = {name: whole.by_pair(name) for name in SHOWN}
    rows, rest = [_row(WHOLE, amounts, kind)], amounts
    for scheme, comparison in left_out.items():
        part = amounts
        if comparison is not None:
            part = _less(amounts, {name: comparison.by_pair(name) for name in SHOWN})
        rows.append(_row(scheme, part, kind))
        rest = _less(rest, part)
    return (*rows, _row(INTERACTION, rest, kind))


def _less(values: Amounts, others: Amounts) -> Amounts:
    return {name: [a - b for a, b in zip(values[name], others[name], strict=True)] for name in values}


def _row(row: str, amounts: Amounts, kind: Kind) -> Contribution:
    nothing = {name: [0.0] * len(values) for name, values in amounts.items()}
    return Contribution(
        row,
        tuple(paired_effect(name, _unit(name), nothing[name], list(v), kind) for name, v in amounts.items()),
    )


def _unit(name: str) -> str:
    return "EUR a year" if name.endswith("eur_per_year") else "heads"
