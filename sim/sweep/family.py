"""The work of a sweep: one family, that is one baseline and the policies compared with it.

All worlds of a family share opening, draws and assumptions, so one baseline serves several policies: they
live month by month beside it, for each sees what became of those whom the other funded
(:class:`sim.counting.trail.Trail`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sim.calendar import OPENING
from sim.counting.funded import FundedTally, tally
from sim.counting.trail import Side, Trail
from sim.effects import FUNDED_EFFECTS, committed_eur, funded_amounts
from sim.indicators import INDICATORS
from sim.run import fingerprint, results_of, under
from sim.scenario import Scenario, results_digest
from sim.sweep.jobs import Row, Spec
from sim.sweep.openings import opening
from sim.world import World

WORK = "sim.sweep.family:live"
"""How a job's work is told to other processes."""

BESIDE_THE_BASELINE = 4
"""Policies that live beside one life of the baseline: more would need less time and more memory."""

DIFFERENCE = "difference_"
"""How the columns begin that say policy minus baseline."""

Values = dict[str, float | None]


@dataclass(frozen=True)
class _Lived:
    """What a world leaves: the columns that name it, its indicators, its euros, and its count (policies)."""

    named: Mapping[str, Any]
    values: Values
    committed_eur: float
    tally: FundedTally | None = None


def live(spec: Spec) -> list[Row]:
    """The rows of a family: the baseline's, then one a policy in the order of the design.

    ``spec`` comes from :mod:`sim.sweep.plan`, which has checked every word of it.  A policy that changes
    nothing is not lived: its row is the baseline's, with differences of zero.
    """
    base = scenario_of(spec["base"])
    others = [scenario_of(spec["base"], policy["overrides"]) for policy in spec["policies"]]
    moved = [other for other in others if results_digest(other) != results_digest(base)]
    groups = [moved[n : n + BESIDE_THE_BASELINE] for n in range(0, len(moved), BESIDE_THE_BASELINE)]
    found: dict[str, _Lived] = {}
    for group in groups or [[]]:
        world, beside = live_beside(spec, base, group)
        baseline = _frozen(spec, world, base)
        for scenario, (other, count) in zip(group, beside, strict=True):
            found[results_digest(scenario)] = _frozen(spec, other, scenario, count)
    lived = [found.get(results_digest(other)) for other in others]
    nothing = dict.fromkeys(column for column in compared_columns(spec["outputs"]))
    rows: list[Row] = [{**baseline.named, "policy": "", "policy_point": -1, **baseline.values, **nothing}]
    for policy, asked in zip(lived, spec["policies"], strict=True):
        one = policy or baseline
        named = {**one.named, "policy": asked["name"], "policy_point": asked["point"]}
        rows.append({**named, **one.values, **_compared(spec, one, baseline)})
    return rows


def scenario_of(base: Mapping[str, Any], overrides: Mapping[str, Any] | None = None) -> Scenario:
    """The scenario of a baseline as a spec writes it, or of a policy on top of it; without words."""
    moved = {**base["overrides"], **(overrides or {})}
    return Scenario(
        name="",
        title={},
        narrative={},
        horizon_months=base["horizon_months"],
        overrides={key: tuple((month, value) for month, value in moved[key]) for key in sorted(moved)},
        law=base["law"],
    )


def compared_columns(outputs: list[str]) -> list[str]:
    """Columns that compare a policy with its baseline, among the outputs asked for."""
    differences = [f"{DIFFERENCE}{name}" for name in outputs if name in INDICATORS]
    return differences + [name for name in outputs if name in FUNDED_EFFECTS]


def live_beside(
    spec: Spec, base: Scenario, policies: Sequence[Scenario]
) -> tuple[World, list[tuple[World, FundedTally]]]:
    """The baseline's world and those of some policies, lived month by month, each with its count."""
    world = _opened(spec, base)
    others = [_opened(spec, policy) for policy in policies]
    trails = [Trail(world.month) for _ in policies]
    for _ in range(spec["months"]):
        world.step()
        for other, trail in zip(others, trails, strict=True):
            other.step()
            trail.note(Side.COMPARATOR, world)
            trail.note(Side.POLICY, other)
    tallies = [tally(trail, world.files, other.files) for trail, other in zip(trails, others, strict=True)]
    return world, list(zip(others, tallies, strict=True))


def _opened(spec: Spec, scenario: Scenario) -> World:
    world = opening(spec["scale"], spec["seed"]).twin()
    return under(world, scenario, spec["seed"], spec["draw"], spec["replicate"])


def _frozen(spec: Spec, world: World, scenario: Scenario, tally: FundedTally | None = None) -> _Lived:
    mark = fingerprint(scenario, spec["scale"], spec["seed"], spec["months"], spec["draw"], spec["replicate"])
    results = results_of(world, scenario, mark, 0.0)
    in_force = world.rules_of(OPENING + spec["months"] - 1)
    named = {"run": mark, **{key: spec[key] for key in ("sample", "replicate", "seed", "scale", "months")}}
    named |= {key: in_force[key] for key in spec["factors"]}
    values = {name: INDICATORS[name].value(results) for name in spec["outputs"] if name in INDICATORS}
    return _Lived(named, values, committed_eur(results), tally)


def _compared(spec: Spec, policy: _Lived, base: _Lived) -> Values:
    """Policy minus baseline, and what the money changed head by head."""
    found: Values = {}
    for name, before in base.values.items():
        after = policy.values[name]
        found[f"{DIFFERENCE}{name}"] = None if before is None or after is None else after - before
    counts = (policy.tally or FundedTally()).counts
    amounts = funded_amounts(counts, spec["scale"], base.committed_eur, policy.committed_eur)
    return found | {name: amounts[name] for name in spec["outputs"] if name in FUNDED_EFFECTS}
