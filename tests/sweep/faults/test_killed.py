"""Killed at any moment, in any way: the final table is the same to the byte, and nobody is left behind."""

from __future__ import annotations

import contextlib
import json
import os
import pty
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from uuid import uuid4

import psutil
import pyarrow.parquet as pq
import pytest
import sweeper
from breaking_disk import BreakingDisk, PowerCut
from folders import Inline, digest, jobs_of, store_in, sweep, undisturbed
from survivors import MARK, survivors

from sim.sweep import compaction, driver
from sim.sweep.lock import Lock
from sim.sweep.shards import Columns
from sim.sweep.store import Store

SWEEPER = Path(sweeper.__file__)
SLOW = "trivial_work:slow_at_last"


class Nursery:
    """Starts sweeps quickly: each a process of its own session, orphaned at birth."""

    def __init__(self) -> None:
        self.mark = uuid4().hex
        self.process = subprocess.Popen(
            [sys.executable, str(SWEEPER), "--nursery"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=os.environ | {MARK: self.mark, "PYTHONPATH": os.pathsep.join(sys.path)},
        )

    def start(self, *arguments: str) -> psutil.Process:
        assert self.process.stdin is not None and self.process.stdout is not None
        self.process.stdin.write(json.dumps(arguments) + "\n")
        self.process.stdin.flush()
        return psutil.Process(int(self.process.stdout.readline()))

    def close(self) -> None:
        self.process.kill()
        self.process.communicate()


@pytest.fixture
def nursery() -> Iterator[Nursery]:
    nursery = Nursery()
    yield nursery
    nursery.close()


def kill(sweep: psutil.Process, whom: str, chance: random.Random) -> None:
    with contextlib.suppress(psutil.NoSuchProcess):
        workers = sweep.children()
        hit = {"parent": [sweep], "group": [sweep, *workers]}.get(whom, [chance.choice(workers or [sweep])])
        for process in hit:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()


def ended(sweep: psutil.Process, seconds: float) -> bool:
    until = time.monotonic() + seconds
    while sweep.is_running() and sweep.status() != psutil.STATUS_ZOMBIE:
        if time.monotonic() > until:
            return False
        time.sleep(0.005)
    return True


def trial(nursery: Nursery, folder: Path, jobs: int, kills: int, chance: random.Random) -> None:
    """Sweep, killed so many times, then left to end."""
    arguments = [str(folder), "--jobs", str(jobs), "--milliseconds", "1", "--publish", "10"]
    done = 0
    while done < kills:
        running = nursery.start(*arguments)
        whom = chance.choice(["worker", "worker", "parent", "group"])
        ended(running, chance.uniform(0, 0.5))
        kill(running, whom, chance)
        done += 1
        if whom == "worker" and done < kills:
            ended(running, chance.uniform(0, 0.2))
            kill(running, "parent", chance)
            done += 1
        assert ended(running, 60)
    assert ended(nursery.start(*arguments, "--forgive"), 120)


@pytest.mark.parametrize(
    ("trials", "jobs", "kills"),
    [(1, 1000, 20), pytest.param(1000, 200, 4, marks=pytest.mark.full)],
)
def test_killed_at_random_moments(
    tmp_path: Path, nursery: Nursery, trials: int, jobs: int, kills: int
) -> None:
    """20 kills of one sweep of 1,000 runs; in full, 1,000 sweeps."""
    expected = undisturbed(tmp_path / "undisturbed", jobs, milliseconds=1.0)
    for number in range(trials):
        folder = tmp_path / f"{number}"
        trial(nursery, folder, jobs, kills, random.Random(number))
        store = Store.open(folder)
        assert digest(store) == expected, number
        assert store.verify().sound
    keys = pq.read_table(tmp_path / "0" / "runs.parquet", columns=["job"])["job"].to_pylist()
    assert len(keys) == 3 * jobs and set(keys) == {job.key for job in jobs_of(jobs, milliseconds=1.0)}
    nursery.close()
    assert not survivors(nursery.mark)


def recorded(patch: pytest.MonkeyPatch) -> set[str]:
    """Keys of the jobs whose publication was over, filled in as they are published."""
    keys: set[str] = set()
    publish = Store.publish_checked

    def publish_and_note(store: Store, jobs: Sequence[Columns]) -> None:
        publish(store, jobs)
        keys.update(key for job in jobs for key in job["job"])

    patch.setattr(Store, "publish_checked", publish_and_note)
    return keys


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("every", [7, pytest.param(1, marks=pytest.mark.full)])
def test_cut_at_every_operation_on_the_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, every: int, after: bool
) -> None:
    """Not at random: a sweep is cut at its first, second, third … change of the disk, before it or after."""
    monkeypatch.setattr(driver, "PUBLISH_JOBS", 2)
    monkeypatch.setattr(driver, "COMPACT_AFTER_SHARDS", 3)
    monkeypatch.setattr(compaction, "SHARD_JOBS", 5)
    expected = undisturbed(tmp_path / "undisturbed", 16)
    at = 1 + every // 2
    while True:
        folder = tmp_path / f"{at}"
        with monkeypatch.context() as patch:
            for name in (
                "take",
                "check",
                "release",
            ):  # this process is the dead owner: it cannot wait for itself
                patch.setattr(Lock, name, lambda *_: None)
            published = recorded(patch)
            disk = BreakingDisk(patch, at, PowerCut(), after)
            with contextlib.suppress(PowerCut):
                sweep(store_in(folder, 16))
        store = store_in(folder, 16)
        assert published <= store.done(), at
        sweep(store)
        assert digest(store) == expected and store.verify().sound, at
        if not disk.broken:
            break
        at += every
    assert at > 60


ENDS: dict[str, list[signal.Signals]] = {
    "SIGINT": [signal.SIGINT],
    "SIGINT twice": [signal.SIGINT, signal.SIGINT],
    "SIGTERM": [signal.SIGTERM],
    "SIGHUP": [signal.SIGHUP],
    "terminal closed": [],
    "SIGKILL": [signal.SIGKILL],
}


@pytest.mark.parametrize("how", ENDS)
@pytest.mark.parametrize("times", [1, pytest.param(40, marks=pytest.mark.full)])
def test_stopped(tmp_path: Path, how: str, times: int) -> None:
    """Jobs that would last ten minutes are cut short, finished ones are kept, and the way on is told.

    Killed outright, the driver cannot tell anything, and still leaves no process behind.
    """
    for number in range(times):
        folder, mark, said = tmp_path / f"{number}", uuid4().hex, tmp_path / f"{number}.txt"
        ours, theirs = pty.openpty()
        with said.open("w") as words:
            process = subprocess.Popen(
                [sys.executable, str(SWEEPER), str(folder), "--terminal", "--jobs=8", f"--work={SLOW}"],
                stdin=theirs,
                stdout=words,
                start_new_session=True,
                env=os.environ | {MARK: mark, "PYTHONPATH": os.pathsep.join(sys.path)},
            )
        os.close(theirs)
        terminal = os.fdopen(ours, "rb", buffering=0)
        try:
            while "4 new" not in said.read_text():
                assert process.poll() is None
                time.sleep(0.02)
            for wish in ENDS[how]:
                process.send_signal(wish)
            if how == "terminal closed":
                terminal.close()
            code = process.wait(60)
        finally:
            left = survivors(mark, 5 if process.poll() is not None else 0)
            for each in left:
                each.kill()
            process.wait()
            terminal.close()
        assert not left
        if how == "SIGKILL":
            assert sweep(Store.open(folder), executor=Inline(), stopped=lambda: True).stopped
        else:
            assert code == 130 and f"resume {folder}" in said.read_text()
            assert len(Store.open(folder).done()) == 4
