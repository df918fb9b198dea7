"""A world lived for its moments: the work of calibration and validation, found by name in any process."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from functools import cache, lru_cache
from pathlib import Path

import pyarrow as pa

from calibration.held_out import AI_SCENARIO, HeldOut
from calibration.moments import END, START, Moments, RestState
from calibration.targets import HoldOut, Target, load_observations, load_targets
from sim.parameters import Registry, Scalar, rules_by_month
from sim.population.columns import Population
from sim.population.synthesis import synthesise
from sim.run import engine_digest
from sim.scenario import load
from sim.sweep.jobs import Job, Row, Spec, job_of
from sim.world import Rules, open_world

WORK = "calibration.worlds:live"
"""How the work is told to other processes."""

_MEASURING = ("moments.py", "file_moments.py", "held_out.py", "worlds.py")


def live(spec: Spec) -> list[Row]:
    """The moments of one world, one row.

    ``spec``: scale and seed; values by key, in force from the burn-in on; and whether hold-outs are measured
    too (``held_out``), which the fit never asks.
    """
    found = lived_moments(spec["scale"], spec["seed"], spec["values"], spec["held_out"])
    wanted = {one.moment for one in _measured(spec["held_out"])}
    row: dict[str, str | int | float | bool | None] = {"sample": spec["sample"], "seed": spec["seed"]}
    return [row | {name: float(value) for name, value in found.items() if name in wanted}]


def lived_moments(scale: float, seed: int, values: Mapping[str, Scalar], held_out: bool = False) -> Moments:
    """Live from the synthesis to January 2034 under the reference, with some values in place of the
    registry's."""
    registry = Registry.load()
    rules_of = with_values(rules_by_month(registry, {}), values)
    world = open_world(_population(scale, seed), rules_of, START)
    rest = RestState(world)
    held = HeldOut(_ai_rules(registry, values)) if held_out else None
    for _ in range(START, END):
        world.step()
        rest.note(world)
        if held is not None:
            held.note(world)
    return rest.moments(world) | (held.moments() if held is not None else {})


def with_values(base: Callable[[int], Rules], values: Mapping[str, Scalar]) -> Callable[[int], Rules]:
    """The parameters in force with some values in their place; one object as long as ``base`` gives one."""
    known: dict[int, tuple[Rules, Rules]] = {}

    def rules_of(month: int) -> Rules:
        rules = base(month)
        if id(rules) not in known:
            known[id(rules)] = rules, {**rules, **values}
        return known[id(rules)][1]

    return rules_of


def _ai_rules(registry: Registry, values: Mapping[str, Scalar]) -> Callable[[int], Rules]:
    """The rules of the scenario that shows what AI does; the values yield to the scenario's own."""
    scenario = load(AI_SCENARIO)
    base = rules_by_month(registry, scenario.overrides, scenario.law)
    return with_values(base, {key: v for key, v in values.items() if key not in scenario.overrides})


@lru_cache(maxsize=2)
def _population(scale: float, seed: int) -> Population:
    return synthesise(scale, seed)


def _measured(held_out: bool) -> list[Target | HoldOut]:
    every = load_observations() if held_out else load_targets()
    return [one for one in every.values() if one.moment]


def schema(held_out: bool) -> pa.Schema:
    """The columns of a row: sample and seed, then a moment each."""
    moments = [(one.moment, pa.float64()) for one in _measured(held_out)]
    return pa.schema([("job", pa.string()), ("sample", pa.int64()), ("seed", pa.int64()), *moments])


def job(sample: int, scale: float, seed: int, values: Mapping[str, Scalar], held_out: bool) -> Job:
    """The job that asks for one world."""
    spec = {"sample": sample, "scale": scale, "seed": seed, "values": dict(values), "held_out": held_out}
    return job_of(spec, WORK, measuring_digest())


@cache
def measuring_digest() -> str:
    """Digest of the engine and of what measures it: what must change when a moment may change."""
    digest = hashlib.sha256(engine_digest().encode())
    for name in _MEASURING:
        digest.update((Path(__file__).parent / name).read_bytes())
    digest.update(repr([(name, one.order) for name, one in load_observations().items()]).encode())
    return digest.hexdigest()[:16]
