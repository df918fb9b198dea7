"""What a sweep costs beyond its runs: `python -m tests.sweep.throughput`, printed and never judged.

Works that cost nothing, on this machine's supervised processes: time a job, use of the cores, memory of the
driver from the thousandth job to the last, and what a resume reads.  ``--page`` writes the table of the docs.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pyarrow as pa
import pyarrow.parquet as pq

from sim.sweep.driver import SweepProgress, drive
from sim.sweep.executors import in_flight_of
from sim.sweep.jobs import Job, Row, Spec, job_of
from sim.sweep.store import Store
from sim.sweep.supervision import SupervisedExecutor
from tests.bench.machine import machine
from tests.bench.page import between

PAGE = Path(__file__).parents[2] / "docs" / "sweeps.md"
BEGIN = "<!-- cost: written by python -m tests.sweep.throughput --page -->"
END = "<!-- end of cost -->"

ENGINE = "no-engine"
MEASURED_FROM = 1000
"""Memory is compared with that at this job, once everything is imported and the buffers are there."""

SPIN_SECONDS = 0.05
OUTPUTS = 30
SCHEMA = pa.schema(
    [("job", pa.string()), ("sample", pa.int64()), ("replicate", pa.int64()), ("policy_point", pa.int64())]
    + [(f"output_{number}", pa.float64()) for number in range(OUTPUTS)]
)


def nothing(spec: Spec) -> list[Row]:
    """Five rows of thirty numbers, as a family of four policies gives, for no work."""
    sample = int(spec["sample"])
    numbers = {f"output_{number}": sample / (number + 1) for number in range(OUTPUTS)}
    return [{"sample": sample, "replicate": 0, "policy_point": point, **numbers} for point in range(-1, 4)]


def spin(spec: Spec) -> list[Row]:
    """Keep a core busy for a while; the first number says for how long."""
    began = time.perf_counter()
    end = time.process_time() + SPIN_SECONDS
    while time.process_time() < end:
        pass
    rows = nothing(spec)
    return [{**row, "output_0": time.perf_counter() - began} for row in rows]


def jobs(work: str, count: int) -> Iterator[Job]:
    """One at a time, as a design gives them."""
    return (job_of({"sample": sample}, work, ENGINE) for sample in range(count))


def store_in(folder: Path, work: str, count: int) -> Store:
    """An empty folder."""
    return Store.create(
        folder, design=b"", work=work, engine=ENGINE, schema=SCHEMA, jobs=count, files={}
    )


def driven(store: Store, count: int, workers: int) -> dict[str, float]:
    """Do the jobs; seconds, seconds of the driver's own processor time, and its memory on the way."""
    me, seen = psutil.Process(), []

    def look(progress: SweepProgress) -> None:
        if progress.new >= MEASURED_FROM:
            seen.append(me.memory_info().rss)

    with SupervisedExecutor(workers) as executor:
        executor.submit(abs, 1).result()
        own, began = time.process_time(), time.perf_counter()
        outcome = drive(store, jobs(store.manifest.work, count), executor=executor,
                        in_flight=in_flight_of(executor, workers), progress=look)
        spent = time.perf_counter() - began
        own = time.process_time() - own
    assert outcome.complete
    seen = seen or [me.memory_info().rss]
    return {"seconds": spent, "own": own, "memory": seen[0], "growth": max(seen) / seen[0] - 1.0}


def resumed(store: Store, count: int) -> dict[str, float]:
    """What it takes to find that all is done, to write the table, and what lies on disk."""
    began = time.perf_counter()
    assert len(Store.open(store.folder).done()) == count
    scan = time.perf_counter() - began
    files = [path for path in store.folder.rglob("*") if path.is_file()]
    size = sum(path.stat().st_size for path in files)
    began = time.perf_counter()
    store.collect()
    return {"scan": scan, "files": len(files), "bytes": size, "collect": time.perf_counter() - began}


def measured(folder: Path, count: int, workers: int) -> dict[str, Any]:
    """Every figure."""
    name = f"{__spec__.name if __spec__ else __name__}"
    store = store_in(folder / "nothing", f"{name}:nothing", count)
    found: dict[str, Any] = {"jobs": count, "workers": workers, **driven(store, count, workers)}
    found |= resumed(store, count)
    spins = 200 * workers
    store = store_in(folder / "spin", f"{name}:spin", spins)
    wall = driven(store, spins, workers)["seconds"]
    at_work = pq.read_table(store.collect(), filters=[("policy_point", "=", -1)])["output_0"]
    found["busy"] = sum(at_work.to_pylist()) / (workers * wall)
    return found


def table(found: dict[str, Any]) -> str:
    """The figures as Markdown."""
    count, spun = found["jobs"], f"{SPIN_SECONDS * 1000:.0f} ms"
    rows = [
        ("jobs, of five rows and thirty outputs each, that cost nothing", f"{count:,}"),
        ("worker processes", f"{found['workers']}"),
        ("**time a job, from asking to rows on disk**", f"**{found['seconds'] / count * 1000:.2f} ms**"),
        ("of which the driver's own", f"{found['own'] / count * 1000:.2f} ms"),
        (f"share of the time that workers are at work, on jobs of {spun}", f"{found['busy']:.0%}"),
        (f"driver's memory at job {MEASURED_FROM:,}", f"{found['memory'] / 1e6:.0f} MB"),
        ("most it grew from there to the last job", f"{found['growth']:.1%}"),
        ("what a resume reads before its first job", f"{found['scan']:.1f} s"),
        ("files, a hundred jobs", f"{found['files'] / count * 100:.2f}"),
        ("bytes on disk, a job", f"{found['bytes'] / count:.0f}"),
        ("the final table", f"{found['collect']:.1f} s"),
    ]
    of = found["machine"]
    where = f"Measured on {of['date']}: {of['processor']}, {of['cores']} cores, {of['memory']}."
    return "\n".join([where, "", "| | |", "|---|---|", *(f"| {name} | {value} |" for name, value in rows)])


def main() -> None:
    """Print the figures; some minutes for a hundred thousand jobs."""
    parser = argparse.ArgumentParser(prog="python -m tests.sweep.throughput", description=__doc__)
    parser.add_argument("--jobs", type=int, default=100_000)
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--page", action="store_true", help=f"write them into docs/{PAGE.name}")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found = measured(Path(folder), given.jobs, given.workers) | {"machine": machine()}
    print(table(found))
    if given.page:
        page = PAGE.read_text(encoding="utf-8")
        PAGE.write_text(between(page, BEGIN, END, table(found)), encoding="utf-8")


if __name__ == "__main__":
    main()
