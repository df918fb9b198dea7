"""Small sweeps to try the folder and the driver on, with the answer known in advance."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Executor, Future
from pathlib import Path
from typing import Any

import pyarrow as pa

from sim.sweep.driver import SweepOutcome, drive
from sim.sweep.jobs import Job, job_of
from sim.sweep.store import Store

SQUARES = "trivial_work:squares"
MISBEHAVES = "trivial_work:misbehaves"
ENGINE = "0123456789abcdef"
DESIGN = b'title.en = "squares"\n'
SCHEMA = pa.schema(
    [
        ("job", pa.string()),
        ("sample", pa.int64()),
        ("policy", pa.string()),
        ("policy_point", pa.int64()),
        ("replicate", pa.int64()),
        ("square", pa.float64()),
        ("even", pa.bool_()),
    ]
)


class Inline(Executor):
    """Does a job where it is submitted: no process, no thread."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as fault:
            future.set_exception(fault)
        return future


def store_in(folder: Path, jobs: int, work: str = SQUARES, **changed: Any) -> Store:
    asked: dict[str, Any] = {"design": DESIGN, "engine": ENGINE, "schema": SCHEMA, "files": {}}
    return Store.create(folder, work=work, jobs=jobs, **(asked | changed))


def jobs_of(
    number: int, work: str = SQUARES, more: Mapping[int, Mapping[str, Any]] | None = None, **every: Any
) -> Iterator[Job]:
    """``more`` adds to the spec of some jobs, ``every`` to all."""
    for each in range(number):
        yield job_of({"number": each, **every, **(more or {}).get(each, {})}, work, ENGINE)


def sweep(store: Store, jobs: Iterable[Job] | None = None, **changed: Any) -> SweepOutcome:
    """Drive to the end without a process, and collect."""
    asked: dict[str, Any] = {"executor": Inline(), "in_flight": 1}
    outcome = drive(store, jobs or jobs_of(store.jobs, store.manifest.work), **(asked | changed))
    store.collect()
    return outcome


def digest(store: Store) -> str:
    return hashlib.sha256((store.folder / "runs.parquet").read_bytes()).hexdigest()


def undisturbed(folder: Path, jobs: int, work: str = SQUARES, **every: Any) -> str:
    """The digest of the final table of a sweep that nothing disturbed."""
    store = store_in(folder, jobs, work)
    sweep(store, jobs_of(jobs, work, **every))
    return digest(store)


def parquet_files(store: Store) -> list[Path]:
    return sorted((store.folder / "shards").glob("*.parquet"))
