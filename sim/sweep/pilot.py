"""What a sweep will take, from one family timed in a working process like those of the sweep."""

from __future__ import annotations

import resource
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from sim.run import Progress
from sim.sweep.family import live
from sim.sweep.jobs import Row, Spec, do
from sim.sweep.openings import make_opening, opening_is_kept
from sim.sweep.plan import Plan
from sim.sweep.shards import table_of
from sim.sweep.supervision import SupervisedExecutor

PROBE_MONTHS = 6
WHOLE_IF_BELOW_SECONDS = 20.0
"""A family expected to take less is timed whole; of another, the first months are."""

WORK = "sim.sweep.pilot:timed"


@dataclass(frozen=True)
class Forecast:
    """What the design asks and what it takes on this machine.

    ``family_seconds``: a family on its own, from ``timed_months`` of its ``months``; ``seconds``: the sweep,
    as if workers did not slow one another; ``opening_seconds``: the years before 2024, 0 where they
    were kept.
    ``worker_bytes``: the most that one process held; ``disk_bytes``: an upper bound, before compression.
    """

    jobs: int
    worlds: int
    months: int
    scale: float
    workers: int
    timed_months: int
    family_seconds: float
    opening_seconds: float
    seconds: float
    worker_bytes: int
    disk_bytes: int


def forecast(plan: Plan, workers: int, progress: Progress | None = None) -> Forecast:
    """Time one family; makes and keeps the opening world if need be."""
    design, started = plan.design, time.perf_counter()
    kept = opening_is_kept(design.scale, design.seed)
    make_opening(design.scale, design.seed, progress)
    opening = 0.0 if kept else time.perf_counter() - started
    spec = next(plan.specs())
    with SupervisedExecutor(1) as one:
        found = one.submit(do, WORK, spec).result()
    told, rows = dict(found[0]), found[1:]
    family = float(told["seconds"] or 0) * design.months / int(told["months"] or 1)
    table = table_of(plan.schema(), "0" * 64, rows)
    return Forecast(
        jobs=plan.jobs,
        worlds=plan.worlds,
        months=design.months,
        scale=design.scale,
        workers=workers,
        timed_months=int(told["months"] or 1),
        family_seconds=family,
        opening_seconds=opening,
        seconds=family * -(-plan.jobs // workers),
        worker_bytes=int(told["bytes"] or 0),
        disk_bytes=2 * table.nbytes * plan.jobs,
    )


def timed(spec: Spec) -> list[Row]:
    """A family's rows, after one that says how long it took, over how many months, and how much memory.

    A first month lived before loads the opening and the compiled code, which a sweep does once a worker.
    """
    live({**spec, "months": 1})
    months = min(PROBE_MONTHS, spec["months"])
    seconds, rows = _timed({**spec, "months": months})
    if seconds / months * spec["months"] < WHOLE_IF_BELOW_SECONDS:
        months = spec["months"]
        seconds, rows = _timed(spec)
    return [{"seconds": seconds, "months": months, "bytes": _most_bytes()}, *rows]


def _timed(spec: Spec) -> tuple[float, list[Row]]:
    started = time.perf_counter()
    rows = live(spec)
    return time.perf_counter() - started, rows


def _most_bytes() -> int:
    """The most memory that this process has held.

    Linux counts what the parent held when it started this one into ``ru_maxrss``; its own peak is in /proc.
    """
    status = Path("/proc/self/status")
    if status.exists():
        (peak,) = (line.split()[1] for line in status.read_text().splitlines() if line.startswith("VmHWM:"))
        return int(peak) * 1024
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit
