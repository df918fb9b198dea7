"""A real Dask scheduler with workers that die, differ or leave: nothing is lost, doubled or mixed."""

from __future__ import annotations

import os
import shutil
import signal
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import cluster_works
import pytest
from dask_cluster import DaskCluster

from sim.sweep import dask_executor
from sim.sweep.cluster_errors import ClusterLost, ClusterUnreachable, OtherEngine
from sim.sweep.dask_executor import DaskExecutor
from sim.sweep.driver import SweepProgress, drive
from sim.sweep.executors import in_flight_of
from sim.sweep.jobs import do

ROOT = Path(__file__).parents[2]


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[DaskCluster]:
    """Not started yet."""
    (tmp_path / "dask").mkdir()
    made = DaskCluster(tmp_path / "dask")
    yield made
    made.end()


def undisturbed(folder: Path, jobs: list[cluster_works.Job]) -> bytes:
    store = cluster_works.store_in(folder, len(jobs))
    store.publish([(job.key, do(cluster_works.WORK, job.spec)) for job in jobs])
    return cluster_works.table_of(folder)


def test_a_worker_killed_in_mid_run_costs_nothing(cluster: DaskCluster, tmp_path: Path) -> None:
    cluster.start(workers=2)
    diary = tmp_path / "diary"
    jobs = cluster_works.jobs(40, diary=str(diary), seconds=0.05)
    store = cluster_works.store_in(tmp_path / "sweep", len(jobs))
    killed = []

    def strike(progress: SweepProgress) -> None:
        if progress.new >= 10 and not killed:
            killed.append(progress.new)
            cluster.workers[0].kill()

    with DaskExecutor(cluster.address) as executor:
        executor._client.wait_for_workers(2, timeout=60)
        outcome = drive(store, jobs, executor=executor, in_flight=in_flight_of(executor, 1), progress=strike)
    assert outcome.complete and not store.faults() and 10 <= killed[0] < 40
    assert store.done() == {job.key for job in jobs}
    # Dask sent again what the dead worker had, and only that.
    assert set(Counter(diary.read_text().split())) == {str(number) for number in range(40)}
    assert cluster_works.table_of(tmp_path / "sweep") == undisturbed(tmp_path / "undisturbed", jobs)


@pytest.mark.full
def test_a_job_that_kills_its_workers_is_given_up_and_the_others_are_done(
    cluster: DaskCluster, tmp_path: Path
) -> None:
    cluster.start(workers=0, DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES="0")
    cluster.join(nanny=True)
    jobs = cluster_works.jobs(4, {1: {"dies": True}})
    store = cluster_works.store_in(tmp_path / "sweep", len(jobs))
    with DaskExecutor(cluster.address, connect_seconds=60) as executor:
        outcome = drive(store, jobs, executor=executor, in_flight=1, attempts=1)
    assert [(fault.key, fault.kind) for fault in outcome.given_up] == [(jobs[1].key, "crash")]
    assert outcome.done == 3


def test_a_scheduler_is_looked_at_before_the_first_job(
    cluster: DaskCluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    cluster.start(workers=0)
    with pytest.raises(ClusterUnreachable, match=r"E72 .*dask worker tcp://"):
        DaskExecutor(cluster.address, connect_seconds=1.0)
    cluster.join()
    ours = dask_executor.signature()
    changed = tuple((name, "0000" if name == "engine" else version) for name, version in ours)
    monkeypatch.setattr(dask_executor, "signature", lambda: changed)
    with pytest.raises(OtherEngine, match=r"E73 .*engine 0000"):
        DaskExecutor(cluster.address, connect_seconds=60)


def test_a_worker_of_other_code_that_joins_later_stops_the_sweep(
    cluster: DaskCluster, tmp_path: Path
) -> None:
    cluster.start(workers=1)
    other = tmp_path / "other"
    shutil.copytree(ROOT / "sim", other / "sim", ignore=shutil.ignore_patterns("__pycache__"))
    with (other / "sim" / "sweep" / "jobs.py").open("a") as code:
        code.write("# changed\n")
    jobs = cluster_works.jobs(2000, seconds=0.05)
    store = cluster_works.store_in(tmp_path / "sweep", len(jobs))
    joined: list[int] = []

    def join(progress: SweepProgress) -> None:
        if progress.new and not joined:
            joined.append(cluster.join(first=other).pid)

    with DaskExecutor(cluster.address, connect_seconds=60) as executor:
        with pytest.raises(OtherEngine, match=r"E73 .*sweep "):
            drive(store, jobs, executor=executor, in_flight=64, progress=join)
        with pytest.raises(OtherEngine):
            executor.submit(do, cluster_works.WORK, {"number": 1})
    assert not store.faults()


def test_a_scheduler_that_dies_stops_the_sweep_which_goes_on_elsewhere(
    cluster: DaskCluster, tmp_path: Path
) -> None:
    cluster.start(workers=1)
    jobs = cluster_works.jobs(200, seconds=0.02)
    store = cluster_works.store_in(tmp_path / "sweep", len(jobs))

    def strike(progress: SweepProgress) -> None:
        if progress.new >= 100:
            os.kill(cluster.scheduler.pid, signal.SIGKILL)

    lost = pytest.raises(ClusterLost, match=r"E74 .*127\.0\.0\.1")
    with DaskExecutor(cluster.address, connect_seconds=60) as executor, lost:
        drive(store, jobs, executor=executor, in_flight=8, progress=strike)
    assert 100 <= len(store.done()) < 200 and not store.faults()
    rest = [(job.key, do(cluster_works.WORK, job.spec)) for job in jobs if job.key not in store.done()]
    store.publish(rest)
    assert cluster_works.table_of(tmp_path / "sweep") == undisturbed(tmp_path / "undisturbed", jobs)
