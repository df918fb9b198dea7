"""Works that are slow, die, or keep a diary, to try executors; found by name on every node."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path
from typing import Any

import pyarrow as pa

from sim.sweep.jobs import Job, Row, Spec, job_of
from sim.sweep.store import Store

WORK = "cluster_works:noted"
ENGINE = "engine-of-a-test"
MEET_SECONDS = 60.0
SCHEMA = pa.schema(
    [("job", pa.string()), ("number", pa.int64()), ("cube", pa.float64()), ("odd", pa.bool_())]
)


def noted(spec: Spec) -> list[Row]:
    """Two rows, and what else it is asked.

    ``diary``: write a line there; ``seconds``: take so long; ``meet``: wait for another process at the
    same job; ``dies``: be killed, once if ``once`` names a file; ``raises``: an error.
    """
    number = int(spec["number"])
    if "diary" in spec:
        with Path(spec["diary"]).open("a", encoding="utf-8") as diary:
            diary.write(f"{number}\n")
    time.sleep(float(spec.get("seconds", 0.0)))
    if "meet" in spec:
        _meet(Path(spec["meet"]) / str(number))
    if spec.get("dies") and not ("once" in spec and Path(spec["once"]).exists()):
        if "once" in spec:
            Path(spec["once"]).touch()
        os.kill(os.getpid(), signal.SIGKILL)
    if spec.get("raises"):
        raise ValueError(f"number {number}")
    return [{"number": number, "cube": number**3 / power, "odd": number % 2 == 1} for power in (3.0, 7.0)]


def _meet(place: Path) -> None:
    place.mkdir(parents=True, exist_ok=True)
    (place / str(os.getpid())).touch()
    limit = time.monotonic() + MEET_SECONDS
    while len(list(place.iterdir())) < 2 and time.monotonic() < limit:
        time.sleep(0.01)


def jobs(count: int, special: dict[int, dict[str, Any]] | None = None, **common: Any) -> list[Job]:
    """Jobs by number; ``special`` adds words to some."""
    return [
        job_of({"number": number, **common, **(special or {}).get(number, {})}, WORK, ENGINE)
        for number in range(count)
    ]


def store_in(folder: Path, count: int) -> Store:
    """An empty folder for so many jobs."""
    return Store.create(
        folder, design=b"a test", work=WORK, engine=ENGINE, schema=SCHEMA, jobs=count, files={}
    )


def table_of(folder: Path) -> bytes:
    """The bytes of the final table."""
    return Store.open(folder).collect().read_bytes()
