"""Jobs that eat, hang, crash or lie: each costs its own attempts, is labelled, and the others get done."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import trivial_work
from folders import MISBEHAVES, jobs_of, store_in
from survivors import MARK, survivors

from sim.sweep.driver import SweepOutcome, drive
from sim.sweep.jobs import Spec, do
from sim.sweep.store import Store
from sim.sweep.store_errors import JobFault, WorkersLost
from sim.sweep.supervision import Limits, SupervisedExecutor

MEGABYTE = 1 << 20


@pytest.fixture
def workers() -> Iterator[SupervisedExecutor]:
    with SupervisedExecutor(2, Limits(seconds=30, bytes=300 * MEGABYTE)) as workers:
        yield workers


def supervised(
    store: Store, bad: dict[int, Spec], workers: SupervisedExecutor, attempts: int = 1
) -> SweepOutcome:
    jobs = jobs_of(store.jobs, MISBEHAVES, bad)
    return drive(store, jobs, executor=workers, in_flight=4, attempts=attempts)


def numbers(outcome: SweepOutcome, jobs: int, bad: dict[int, Spec]) -> dict[int, str]:
    """Which jobs were given up, and for what."""
    found = {fault.key: fault.kind for fault in outcome.given_up}
    keyed = enumerate(jobs_of(jobs, MISBEHAVES, bad))
    return {number: found[job.key] for number, job in keyed if job.key in found}


@pytest.mark.parametrize("dose", [2, pytest.param(100, marks=pytest.mark.full)])
def test_a_job_that_takes_too_much_memory(tmp_path: Path, workers: SupervisedExecutor, dose: int) -> None:
    eats = {"how": "eats", "seconds": 600}
    bad: dict[int, Spec] = {5 * each: eats | {"megabytes": 400} for each in range(dose)}
    fine: dict[int, Spec] = {1: eats | {"megabytes": 50, "seconds": 0.5}}
    store = store_in(tmp_path / "s", 5 * dose, MISBEHAVES)
    outcome = supervised(store, bad | fine, workers)
    assert numbers(outcome, store.jobs, bad | fine) == dict.fromkeys(bad, "memory")
    assert outcome.done == 4 * dose
    assert all("limit 314572800" in fault.words for fault in outcome.given_up)


@pytest.mark.parametrize("how", ["spins", "hangs in compiled code"])
@pytest.mark.parametrize("dose", [2, pytest.param(50, marks=pytest.mark.full)])
def test_a_job_that_hangs(tmp_path: Path, how: str, dose: int) -> None:
    """In Python, or in compiled code that never lets another thread of the process run."""
    bad: dict[int, Spec] = {3 * each: {"how": how} for each in range(dose)}
    store = store_in(tmp_path / "s", 3 * dose, MISBEHAVES)
    with SupervisedExecutor(2, Limits(seconds=1)) as workers:
        outcome = supervised(store, bad, workers)
    assert numbers(outcome, store.jobs, bad) == dict.fromkeys(bad, "timeout")
    assert outcome.done == 2 * dose


@pytest.mark.parametrize(("poisoned", "jobs"), [(4, 200), pytest.param(20, 1000, marks=pytest.mark.full)])
def test_a_poisoned_job_is_given_up_after_three_attempts(
    tmp_path: Path, workers: SupervisedExecutor, poisoned: int, jobs: int
) -> None:
    bad: dict[int, Spec] = {each * jobs // poisoned: {"how": "is killed"} for each in range(poisoned)}
    store = store_in(tmp_path / "s", jobs, MISBEHAVES)
    outcome = supervised(store, bad, workers, attempts=3)
    assert numbers(outcome, jobs, bad) == dict.fromkeys(bad, "crash")
    assert outcome.done == jobs - poisoned == len(store.done()) and not outcome.complete
    assert [fault.attempt for fault in store.faults() if fault.key == outcome.given_up[0].key] == [1, 2, 3]
    assert all(fault.words == "SIGKILL" for fault in outcome.given_up)
    again = supervised(store, bad, workers, attempts=3)
    assert again.new == 0 and again.given_up == outcome.given_up and len(store.faults()) == 3 * poisoned


KINDS = {
    "raises": ("error", "RuntimeError: on demand"),
    "raises without words": ("error", "Silent"),
    "raises what is no Exception": ("error", "BaseException: on demand"),
    "asks to stop": ("error", "KeyboardInterrupt"),
    "exits": ("error", "SystemExit: 3"),
    "exits at once": ("crash", "exit code 3"),
    "exits at once as if well": ("crash", "exit code 0"),
    "is killed": ("crash", "SIGKILL"),
    "segfaults": ("crash", "SIGSEGV"),
    "aborts": ("crash", "SIGABRT"),
    "recurses": ("error", "RecursionError"),
    "closes its files": ("crash", "exit code"),
    "leaves a child": ("crash", "exit code 7"),
    "returns what JSON cannot say": ("error", "object"),
    "returns no list": ("error", "list"),
    "returns an unknown column": ("error", "did you mean sample"),
    "returns another type": ("error", "int64"),
    "says it lacks memory": ("memory", "MemoryError"),
}


@pytest.mark.parametrize("dose", [1, pytest.param(3, marks=pytest.mark.full)])
def test_every_way_to_crash_costs_its_own_job_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, dose: int
) -> None:
    """And leaves no process behind, not even a child that holds every open file of its parent."""
    mark = uuid4().hex
    monkeypatch.setenv(MARK, mark)
    bad: dict[int, Spec] = {
        2 * (len(KINDS) * turn + at): {"how": how} for turn in range(dose) for at, how in enumerate(KINDS)
    }
    store = store_in(tmp_path / "s", 2 * len(bad), MISBEHAVES)
    with SupervisedExecutor(2, Limits(seconds=30)) as workers:
        outcome = supervised(store, bad, workers)
    assert not survivors(mark)
    faults = {fault.key: fault for fault in outcome.given_up}
    keyed = dict(enumerate(jobs_of(store.jobs, MISBEHAVES, bad)))
    for number, spec in bad.items():
        kind, words = KINDS[spec["how"]]
        fault = faults.pop(keyed[number].key)
        assert fault.kind == kind and words in fault.words, (spec, fault)
    assert not faults and outcome.done == len(bad)


def test_a_worker_killed_between_two_jobs_costs_nothing() -> None:
    """A death while idle is seen before the next job is handed over."""
    ask: dict[str, Any] = {"number": 3}
    with SupervisedExecutor(1) as workers:
        assert workers.submit(do, MISBEHAVES, ask).result() == trivial_work.squares(ask)
        (worker,) = workers._workers
        worker.process.kill()
        os.waitid(os.P_PID, worker.process.pid, os.WEXITED | os.WNOWAIT)
        assert workers.submit(do, MISBEHAVES, ask).result() == trivial_work.squares(ask)


def test_a_job_that_runs_is_cancelled_and_its_worker_replaced(workers: SupervisedExecutor) -> None:
    running = workers.submit(do, MISBEHAVES, {"number": 0, "how": "sleeps"})
    assert workers.submit(do, MISBEHAVES, {"number": 1}).result()
    assert running.cancel() and running.cancelled()
    assert workers.submit(do, MISBEHAVES, {"number": 2}).result()


def test_an_executor_that_is_shut_down_kills_what_runs() -> None:
    workers = SupervisedExecutor(1)
    running = workers.submit(do, MISBEHAVES, {"number": 0, "how": "hangs in compiled code"})
    waiting = workers.submit(do, MISBEHAVES, {"number": 1})
    workers.shutdown(cancel_futures=True)
    assert running.cancelled() and waiting.cancelled()
    with pytest.raises(RuntimeError):
        workers.submit(do, MISBEHAVES, {"number": 2})


def test_workers_that_do_not_start_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No job is to blame: none loses an attempt, and what was done is kept."""
    monkeypatch.setattr("sim.sweep.local_worker.BOOTSTRAP", "raise SystemExit('no such thing')")
    store = store_in(tmp_path / "s", 4, MISBEHAVES)
    with SupervisedExecutor(1) as workers, pytest.raises(WorkersLost, match=r"E88.*no such thing"):
        supervised(store, {}, workers)
    assert not store.faults()


def test_a_fault_crosses_processes() -> None:
    import pickle

    fault = pickle.loads(pickle.dumps(JobFault("memory", "too much")))
    assert (fault.kind, fault.words, str(fault)) == ("memory", "too much", "memory: too much")
