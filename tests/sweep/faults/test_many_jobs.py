"""A sweep of a hundred thousand jobs: memory that does not grow, few files."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import folders
import pytest
from folders import Inline, jobs_of, store_in

GROWTH_ALLOWED = 1.10


def measure(folder: Path, jobs: int) -> None:
    """Drive so many jobs and print the resident memory at job 1,000 and at the end, in bytes."""
    import psutil

    from sim.sweep.driver import SweepProgress, drive

    seen: list[int] = []

    def look(so_far: SweepProgress) -> None:
        if so_far.new >= 1000:
            seen.append(psutil.Process().memory_info().rss)

    store = store_in(folder, jobs)
    drive(store, jobs_of(jobs), executor=Inline(), in_flight=4, progress=look)
    print(seen[0], max(seen), sum(1 for _ in folder.rglob("*")))


@pytest.mark.parametrize("jobs", [6000, pytest.param(100_000, marks=pytest.mark.full)])
def test_memory_stays_flat_and_files_few(tmp_path: Path, jobs: int) -> None:
    program = f"import sys; sys.path[:] = {sys.path!r}; import test_many_jobs; from pathlib import Path; "
    ran = subprocess.run(
        [sys.executable, "-c", f"{program}test_many_jobs.measure(Path({str(tmp_path / 's')!r}), {jobs})"],
        capture_output=True,
        text=True,
        env=os.environ,
        check=True,
    )
    first, highest, files = (int(word) for word in ran.stdout.split())
    assert highest < GROWTH_ALLOWED * first
    assert files <= jobs / 100
    store = folders.store_in(tmp_path / "s", jobs)
    assert len(store.done()) == jobs
