"""Two drivers on one folder, a lock left by the dead, jobs of an array run twice: nothing lost or doubled."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pyarrow.parquet as pq
import pytest
import sweeper
from folders import digest, jobs_of, parquet_files, store_in, sweep, undisturbed
from trivial_work import squares

from sim.sweep import lock
from sim.sweep.driver import drive
from sim.sweep.lock import Lock
from sim.sweep.store import Store
from sim.sweep.store_errors import LockLost, SweepLocked

ENVIRONMENT = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
TAKE = "import sys; from pathlib import Path; from sim.sweep.lock import Lock; "


@pytest.mark.parametrize("dose", [1, pytest.param(100, marks=pytest.mark.full)])
def test_two_drivers_on_one_host(tmp_path: Path, dose: int) -> None:
    """One works and the other is refused with the number of its process, or waits its turn; same bytes."""
    expected = undisturbed(tmp_path / "undisturbed", 150, milliseconds=2.0)
    for number in range(dose):
        folder = tmp_path / f"{number}"
        command = [sys.executable, sweeper.__file__, str(folder), "--jobs", "150", "--milliseconds", "2"]
        both = [
            subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=ENVIRONMENT) for _ in range(2)
        ]
        said = [each.communicate(timeout=120)[0] for each in both]
        codes = sorted(each.returncode for each in both)
        assert codes in ([0, 0], [0, 2]), said
        if codes == [0, 2]:
            winner, refused = sorted(range(2), key=lambda at: both[at].returncode)
            assert "E83" in said[refused] and f"pid {both[winner].pid}" in said[refused], said
        assert digest(Store.open(folder)) == expected
        assert pq.read_metadata(folder / "runs.parquet").num_rows == 450


@pytest.fixture
def fast(monkeypatch: pytest.MonkeyPatch) -> None:
    """Seconds of the lock, shortened."""
    for name, seconds in {"HEARTBEAT": 0.05, "SILENCE": 1.0, "LOOK_EVERY": 0.02}.items():
        monkeypatch.setattr(lock, f"{name}_SECONDS", seconds)


@pytest.mark.usefixtures("fast")
def test_an_owner_on_another_host_is_believed_while_its_lock_is_renewed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    far, near = Lock(tmp_path / "lock"), Lock(tmp_path / "lock")
    monkeypatch.setattr(lock, "this_host", lambda: "far")
    far.take()
    monkeypatch.setattr(lock, "this_host", lambda: "near")
    with pytest.raises(SweepLocked, match=rf"E83.*pid {os.getpid()}, far"):
        near.take()
    far._over.set()  # it freezes: no renewal, no release
    near.take()
    near.check()
    with pytest.raises(LockLost, match=r"E85.*near"):
        far.check()
    far.release()
    near.check()
    near.release()
    near.take()
    near.release()


@pytest.mark.usefixtures("fast")
def test_a_driver_whose_folder_was_taken_over_publishes_nothing_more(tmp_path: Path) -> None:
    store = store_in(tmp_path / "s", 6)
    rival = Lock(store.folder / "lock")

    def stopped() -> bool:
        if rival._mine is None:
            (store.folder / "lock").write_bytes(b"")
            rival.take()
        return False

    with pytest.raises(LockLost):
        sweep(store, stopped=stopped)
    assert not parquet_files(store)
    rival.release()
    assert sweep(store).complete


@pytest.mark.parametrize("dose", [1, pytest.param(50, marks=pytest.mark.full)])
def test_the_lock_of_a_dead_process_is_taken_over_at_once(tmp_path: Path, dose: int) -> None:
    path = tmp_path / "lock"
    hold = f"{TAKE}Lock(Path(sys.argv[1])).take(); print('held', flush=True); input()"
    for _ in range(dose):
        owner = subprocess.Popen(
            [sys.executable, "-c", hold, str(path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=ENVIRONMENT,
        )
        assert owner.stdout is not None and owner.stdout.readline() == "held\n"
        with pytest.raises(SweepLocked, match=f"pid {owner.pid}"):
            Lock(path).take()
        owner.kill()
        owner.communicate()
        ours = Lock(path)
        ours.take()
        ours.release()


def test_a_number_used_again_is_another_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    theirs, ours = Lock(tmp_path / "lock"), Lock(tmp_path / "lock")
    theirs.take()
    real = lock.born
    monkeypatch.setattr(lock, "born", lambda pid: f"{real(pid)} later")
    ours.take()
    ours.release()
    theirs.release()


@pytest.mark.usefixtures("fast")
@pytest.mark.parametrize("days", [-1, 1])
@pytest.mark.parametrize("dose", [1, pytest.param(25, marks=pytest.mark.full)])
def test_a_clock_moved_by_a_day_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, days: int, dose: int
) -> None:
    """Neither a living owner is thought dead nor a dead one alive, wherever clocks stand."""
    real, path = time.time, tmp_path / "lock"
    for _ in range(dose):
        far, near = Lock(path), Lock(path)
        monkeypatch.setattr(lock, "this_host", lambda: "far")
        far.take()
        monkeypatch.setattr(time, "time", lambda: real() + 86400 * days)
        os.utime(path, (real() - 86400 * days, real() - 86400 * days))
        monkeypatch.setattr(lock, "this_host", lambda: "near")
        with pytest.raises(SweepLocked):
            near.take()
        far._over.set()
        os.utime(path, (real() + 86400 * days, real() + 86400 * days))
        near.take()
        near.release()
        monkeypatch.setattr(time, "time", real)


def twice(chance: random.Random, tasks: int) -> list[int]:
    """Indices of an array's tasks: all of them, some twice, in any order."""
    indices = [*range(tasks), *chance.sample(range(tasks), tasks // 2)]
    chance.shuffle(indices)
    return indices


@pytest.mark.parametrize("dose", [5, pytest.param(100, marks=pytest.mark.full)])
def test_tasks_of_an_array_run_twice_and_out_of_order(tmp_path: Path, dose: int) -> None:
    """As when a node is lost: each task publishes for itself, without the lock."""
    expected = undisturbed(tmp_path / "undisturbed", 40)
    every = list(jobs_of(40))
    for number in range(dose):
        folder = tmp_path / f"{number}"
        for index in twice(random.Random(number), 8):
            store_in(folder, 40).publish([(job.key, squares(job.spec)) for job in every[index::8]])
        store = store_in(folder, 40)
        store.collect()
        assert digest(store) == expected
        assert sweep(store).new == 0
        assert digest(store) == expected and store.verify().sound


@pytest.mark.parametrize("dose", [1, pytest.param(20, marks=pytest.mark.full)])
def test_an_engine_or_scenario_that_changed_is_never_mixed(tmp_path: Path, dose: int) -> None:
    """What was computed stays as it was; a new folder is offered."""
    for number in range(dose):
        store = store_in(tmp_path / f"{number}", 6, files={"a.toml": "1"})
        drive(store, list(jobs_of(6))[:3], executor=_inline(), in_flight=1)
        before = {path: path.read_bytes() for path in parquet_files(store)}
        attempts: list[Callable[[], object]] = [
            lambda store=store: store_in(store.folder, 6, files={"a.toml": "1"}, engine="f" * 16),  # type: ignore[misc]
            lambda store=store: store.check_engine("f" * 16),  # type: ignore[misc]
            lambda store=store: store_in(store.folder, 6, files={"a.toml": "2"}),  # type: ignore[misc]
            lambda store=store: store.check_files({"a.toml": "2"}),  # type: ignore[misc]
        ]
        for attempt, code in zip(attempts, ("E82", "E82", "E80", "E80"), strict=True):
            with pytest.raises(Exception, match=rf"{code}.*--out .*{number}-2"):
                attempt()
        assert before == {path: path.read_bytes() for path in parquet_files(store)}
        assert store_in(store.folder, 6, files={"a.toml": "1"}).verify().done == 3


def _inline() -> object:
    from folders import Inline

    return Inline()
