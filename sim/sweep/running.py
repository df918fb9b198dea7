"""A sweep from its design to its table: begin, go on, collect.  Shared by commands and Python API."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sim.run import Cancelled, Progress, engine_digest
from sim.sweep.design import Design, kept_name, loads_design
from sim.sweep.disk import read_whole, write_whole
from sim.sweep.driver import SweepOutcome, SweepProgress, drive
from sim.sweep.executors import executor_named, in_flight_of
from sim.sweep.family import WORK
from sim.sweep.jobs import Job
from sim.sweep.openings import make_opening
from sim.sweep.plan import Plan
from sim.sweep.store import ATTEMPTS, Store
from sim.sweep.store_errors import FileDamaged
from sim.sweep.supervision import Limits

INPUTS = "inputs"
"""Folder of the files that the design names: a sweep that is taken up again needs nothing else."""


@dataclass(frozen=True)
class Begun:
    """A sweep with its folder."""

    store: Store
    plan: Plan


def begin(design: Design, folder: Path | str) -> Begun:
    """Make the folder of a design, or find the one that is there.

    Raises:
        AnotherSweep: it holds another design; EngineChanged: it was begun by another engine.
    """
    plan = Plan(design)
    store = Store.create(
        folder,
        design=design.raw,
        work=WORK,
        engine=engine_digest(),
        schema=plan.schema(),
        jobs=plan.jobs,
        files=design.digests(),
    )
    kept = store.folder / INPUTS
    kept.mkdir(exist_ok=True)
    for name, raw in design.files.items():
        if not (kept / name).is_file() or read_whole(kept / name) != raw:
            write_whole(kept / name, raw)
    return Begun(store, plan)


def found(folder: Path | str) -> Begun:
    """The sweep in a folder, from what the folder holds alone.

    Raises:
        NotASweep, FileDamaged, EngineChanged, AnotherSweep.
    """
    store = Store.open(folder)
    store.check_engine(engine_digest())
    kept = store.folder / INPUTS

    def opened(name: str) -> bytes:
        path = kept / kept_name(name)
        if not path.is_file():
            raise FileDamaged(str(path), expected="passerelles sweep DESIGN --out DIR")
        return read_whole(path)

    design = loads_design(store.design(), store.folder.name, opened)
    store.check_files(design.digests())
    return Begun(store, Plan(design))


def go_on(
    begun: Begun,
    *,
    executor: str | Executor = "local",
    workers: int = 1,
    attempts: int = ATTEMPTS,
    progress: Callable[[SweepProgress], None] | None = None,
    opening: Progress | None = None,
    stopped: Callable[[], bool] = lambda: False,
) -> SweepOutcome:
    """Do what is not done, then write the table; when ``stopped()`` turns true, keep what is done and end.

    ``executor``: its name, or any executor, which stays the caller's to end.  ``opening`` is told of the
    years 2016 to 2023, lived once before the first job where no run has kept them.

    Raises:
        BadExecutor: ``executor`` names none.
        SweepLocked, DiskRefuses, WorkersLost, ClusterLost: what was done is kept.
    """
    design = begun.plan.design
    return carry_out(
        begun.store,
        begun.plan,
        scale=design.scale,
        seed=design.seed,
        limits=limits_of(design),
        executor=executor,
        workers=workers,
        attempts=attempts,
        progress=progress,
        opening=opening,
        stopped=stopped,
    )


def carry_out(
    store: Store,
    jobs: Iterable[Job],
    *,
    scale: float,
    seed: int,
    limits: Limits,
    executor: str | Executor = "local",
    workers: int = 1,
    attempts: int = ATTEMPTS,
    progress: Callable[[SweepProgress], None] | None = None,
    opening: Progress | None = None,
    stopped: Callable[[], bool] = lambda: False,
) -> SweepOutcome:
    """:func:`go_on` for any jobs of a store whose worlds open at one scale and seed."""
    with store.lock(stopped):
        try:
            with _working(executor, workers, limits, store.folder) as working:
                make_opening(scale, seed, opening, stopped)
                outcome = drive(
                    store,
                    jobs,
                    executor=working,
                    in_flight=in_flight_of(working, workers),
                    attempts=attempts,
                    progress=progress,
                    stopped=stopped,
                )
        except Cancelled:
            return SweepOutcome(store.jobs, len(store.done()), 0, True)
        if not outcome.stopped:
            store.collect()
    return outcome


@contextmanager
def _working(executor: str | Executor, workers: int, limits: Limits, folder: Path) -> Iterator[Executor]:
    """The executor, ended with the block where it is ours."""
    if isinstance(executor, Executor):
        yield executor
        return
    ours = executor_named(executor, workers=workers, limits=limits, folder=folder)
    try:
        yield ours
    finally:
        ours.shutdown(wait=True, cancel_futures=True)


def processors() -> int:
    """Processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def limits_of(design: Design) -> Limits:
    """What a family may take, as executors say it."""
    memory = design.limits.memory_mb * 2**20
    return Limits(seconds=design.limits.minutes * 60, bytes=memory or None)
