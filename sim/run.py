"""Run a scenario: the opening snapshot, then month after month, then frozen results."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np

from sim import __version__, dictionary
from sim.cache_folders import mark_used, prune
from sim.calendar import OPENING
from sim.check_months import MonthlyChecks
from sim.kernels import Array, cache_root
from sim.moves import REASONS
from sim.parameters import Registry, Scalar, rules_by_month
from sim.population.synthesis import synthesise
from sim.results import Results
from sim.scenario import Scenario, results_digest
from sim.schemes.files import FILE_COLUMNS, Outcome, Project, Stage
from sim.schemes.grid import grids
from sim.schemes.rules import schemes
from sim.snapshot import compact, is_kept, load_world, save_world
from sim.world import World, open_world

BURN_IN_MONTHS = 60
"""Five years at the conditions of January 2021 before history begins."""

SNAPSHOT_IDLE_SECONDS = 86_400.0
"""Openings of another version that served in the last day are kept: a process of that version may run."""

REPLICATE_STRIDE = 1_000_003
"""Distance between the seeds of two replicates: far from any seed a user would write by hand."""

Progress = Callable[[int, int, str], None]
Draw = Mapping[str, Scalar]
"""One draw of the uncertain parameters: key to value, from the opening on."""


class Cancelled(Exception):
    """The run was stopped between two months, as asked."""


@cache
def engine_digest() -> str:
    """Digest of the engine's code and data: what must change when a result may change."""
    digest = hashlib.sha256(np.__version__.encode())
    package = Path(__file__).parent
    for path in sorted(package.rglob("*.py")):
        parts = set(path.relative_to(package).parts)
        shown = {"views", "cli", "sweep", "counting", "telling", "answer.py", "api.py"} & parts
        if not shown and not path.name.startswith("service"):
            digest.update(path.read_bytes())
    tables = files("calibration").joinpath("tables")
    for name in sorted(entry.name for entry in tables.iterdir() if entry.name.endswith(".csv")):
        digest.update(tables.joinpath(name).read_bytes())
    for scheme in schemes():
        digest.update(scheme.model_dump_json().encode())
    digest.update(repr(grids()).encode())
    digest.update(Registry.load().digest().encode())
    return digest.hexdigest()[:16]


def fingerprint(
    scenario: Scenario, scale: float, seed: int, months: int, draw: Draw | None, replicate: int = 0
) -> str:
    """What identifies a result: scenario, scale, seed, length, draw of parameters, replicate, engine and
    data."""
    parts = [
        results_digest(scenario),
        repr(scale),
        str(seed),
        str(months),
        repr(sorted((draw or {}).items())),
        str(replicate),
        engine_digest(),
    ]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]


def _advance(
    world: World,
    months: int,
    progress: Progress | None,
    cancelled: Callable[[], bool] | None,
    text: str,
    check: Callable[[World], None] | None = None,
) -> None:
    for done in range(months):
        if cancelled is not None and cancelled():
            raise Cancelled(text)
        world.step()
        if check is not None:
            check(world)
        if progress is not None:
            progress(done + 1, months, text)


def burn_in(
    registry: Registry,
    scale: float,
    seed: int,
    *,
    months: int = BURN_IN_MONTHS,
    progress: Progress | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> World:
    """The world of January 2021: the synthesis, lived for some years, without those who have left."""
    if progress is not None:
        progress(0, months, "population")
    world = open_world(synthesise(scale, seed), rules_by_month(registry, {}), -months)
    _advance(world, months, progress, cancelled, "burn-in")
    return compact(world)


def snapshot_folder(scale: float, seed: int) -> Path:
    """Where the opening snapshot of this engine, scale and seed is kept."""
    return cache_root() / f"snapshots-{engine_digest()}" / f"scale-{scale!r}-seed-{seed}"


def opening_world(
    scale: float = 1.0,
    seed: int = 0,
    *,
    progress: Progress | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> World:
    """The world of 1 January 2024, from the snapshot if there is one; lives 2016 to 2023 otherwise."""
    folder = snapshot_folder(scale, seed)
    registry = Registry.load()
    rules_of = rules_by_month(registry, {})
    if not is_kept(folder):
        world = burn_in(registry, scale, seed, progress=progress, cancelled=cancelled)
        _advance(world, OPENING, progress, cancelled, "2021-2023")
        save_world(world, folder)
        prune(cache_root(), "snapshots", folder.parent, SNAPSHOT_IDLE_SECONDS)
    mark_used(folder.parent)
    return load_world(folder, rules_of)


def history(
    scale: float = 1.0, seed: int = 0, *, registry: Registry | None = None, progress: Progress | None = None
) -> World:
    """January 2021 to December 2023 with its whole record, for scores and backtests."""
    world = burn_in(registry or Registry.load(), scale, seed, progress=progress)
    _advance(world, OPENING, progress, None, "2021-2023")
    return world


def scenario_world(
    scenario: Scenario,
    scale: float,
    seed: int,
    draw: Draw | None = None,
    *,
    replicate: int = 0,
    progress: Progress | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> World:
    """The opening world under a scenario's rules; a draw of parameters yields to the scenario's own values.

    Replicates share the opening of their seed and draw new chance from it on.
    """
    world = opening_world(scale, seed, progress=progress, cancelled=cancelled)
    return under(world, scenario, seed, draw, replicate)


def under(world: World, scenario: Scenario, seed: int, draw: Draw | None = None, replicate: int = 0) -> World:
    """An opening world put under a scenario's rules; see :func:`scenario_world`."""
    world.seed = seed + REPLICATE_STRIDE * replicate
    overrides: dict[str, Any] = {key: [(OPENING, value)] for key, value in (draw or {}).items()}
    overrides.update(scenario.overrides)
    world.rules_of = rules_by_month(Registry.load(), overrides, scenario.law)
    return world


def lived(
    scenario: Scenario, *, scale: float, seed: int, months: int, progress: Progress | None = None
) -> World:
    """The world of a scenario after some months, for what its columns alone can say."""
    world = scenario_world(scenario, scale, seed, progress=progress)
    _advance(world, months, progress, None, scenario.name)
    return world


def simulate(
    scenario: Scenario,
    *,
    scale: float = 1.0,
    seed: int = 0,
    months: int | None = None,
    progress: Progress | None = None,
    cancelled: Callable[[], bool] | None = None,
    draw: Draw | None = None,
    check: bool = False,
) -> Results:
    """Run a scenario from January 2024; ``check`` tests the identities of :mod:`sim.check_months` on the way.

    Raises:
        BrokenIdentity: with ``check``, when the engine breaks one.
        Cancelled: when ``cancelled()`` turned true between two months.
        PasserellesError: for a scenario that does not fit the registry.
    """
    start = time.perf_counter()
    horizon = months or scenario.horizon_months
    world = scenario_world(scenario, scale, seed, draw, progress=progress, cancelled=cancelled)
    checks = MonthlyChecks(world) if check else None
    _advance(world, horizon, progress, cancelled, scenario.name, checks)
    return results_of(
        world, scenario, fingerprint(scenario, scale, seed, horizon, draw), time.perf_counter() - start
    )


def results_of(world: World, scenario: Scenario, mark: str, wall_seconds: float) -> Results:
    """Freeze a world's record."""
    record = world.record
    assert record.opening is not None
    known = {series.name: series.dtype for series in dictionary.SERIES}
    return Results(
        scenario=scenario,
        scale=world.scale,
        seed=world.seed,
        months=tuple(record.months),
        fingerprint=mark,
        wall_seconds=round(wall_seconds, 3),
        versions={"passerelles": __version__, "engine": engine_digest()},
        occupations=(*world.occupations.codes, "none"),
        stocks=np.stack([record.opening, *record.stocks]).astype(np.int32),
        flows=record.flows,
        reasons=REASONS,
        money=_money(world),
        series={
            name: np.array(record.series.get(name, [0] * len(record.months)), dtype)
            for name, dtype in known.items()
        },
        files=_files(world),
    )


def _money(world: World) -> dict[str, Array]:
    rows = world.ledger.rows()
    names = dictionary.MONEY.names
    columns = list(zip(*rows, strict=True)) if rows else [()] * len(names)
    return {
        name: np.array(values, np.str_ if name in ("scheme", "payer", "kind") else np.int64)
        for name, values in zip(names, columns, strict=True)
    }


def _files(world: World) -> dict[str, Array]:
    """Files of the results, codes in words."""
    raw = {name: world.files[name] for name in FILE_COLUMNS}
    scheme_names = np.array([scheme.name for scheme in schemes()])
    route_names = np.array([*world.routes.codes, *["none"] * (256 - world.routes.count)])
    project = np.array([one.name.lower() for one in Project])[raw["project"]]
    words = {
        "scheme": scheme_names[raw["scheme"]],
        "project": project,
        "route": np.where(raw["project"] == Project.BUSINESS, "business", route_names[raw["route"]]),
        "outcome": np.array([outcome.name.lower() for outcome in Outcome])[raw["outcome"]],
        "stage": np.array([stage.name.lower() for stage in Stage])[raw["stage"]],
    }
    return {
        name: words[name] if name in words else raw[name].astype(np.int64).copy()
        for name in dictionary.FILES.names
    }
