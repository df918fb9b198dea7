"""One design on every executor: the final table is the same to the byte, and no process stays behind."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import cluster_works
import loky
import psutil
import pytest
from dask_cluster import DaskCluster
from designs import RICH_EUR, design_of

from sim.run import engine_digest
from sim.sweep.driver import drive
from sim.sweep.executors import executor_named, in_flight_of
from sim.sweep.family import WORK
from sim.sweep.jobs import Job, do
from sim.sweep.openings import make_opening
from sim.sweep.plan import Plan
from sim.sweep.store import Store
from sim.sweep.supervision import Limits

JOBS = 12
LOCAL_ARRAYS = "slurm:cluster=local,array=2,chunk=3"
EXECUTORS = ("local 1", "local 2", LOCAL_ARRAYS, "slurm:cluster=debug", "pool", "loky")
"""Dask's bytes are compared in every dose, by families below and with a worker killed in test_dask."""

Made = Callable[[str, Path], Executor]


def processes() -> set[int]:
    """This process's, but for the trackers that Python keeps to its end."""
    found = set()
    for child in psutil.Process().children(recursive=True):
        try:
            if "tracker" not in " ".join(child.cmdline()) and child.status() != psutil.STATUS_ZOMBIE:
                found.add(child.pid)
        except psutil.NoSuchProcess:
            continue
    return found


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Made]:
    """An executor by name; ended after the test, with all that it needed."""
    before = processes()
    cluster = DaskCluster(tmp_path)
    executors: list[Executor] = []

    def make(name: str, folder: Path) -> Executor:
        name, _, workers = name.partition(" ")
        if name == "pool":
            executors.append(ProcessPoolExecutor(2, mp_context=get_context("spawn")))
        elif name == "loky":
            executors.append(loky.ProcessPoolExecutor(2))
        else:
            if name == "dask":
                cluster.start(workers=2)
                name = cluster.address.replace("tcp", "dask")
            executors.append(executor_named(name, workers=int(workers or 1), limits=Limits(), folder=folder))
        return executors[-1]

    yield make
    for executor in executors:
        executor.shutdown()
    cluster.end()
    assert processes() <= before


def table(store: Store, jobs: list[Job], executor: Executor) -> bytes:
    outcome = drive(store, jobs, executor=executor, in_flight=in_flight_of(executor, 2))
    assert outcome.complete and outcome.new == len(jobs) and not store.faults()
    return store.collect().read_bytes()


@pytest.mark.parametrize("name", [*EXECUTORS, pytest.param("dask", marks=pytest.mark.full)])
def test_the_same_jobs_give_the_same_bytes(name: str, made: Made, tmp_path: Path) -> None:
    jobs = cluster_works.jobs(JOBS)
    alone = cluster_works.store_in(tmp_path / "alone", JOBS)
    alone.publish([(job.key, do(cluster_works.WORK, job.spec)) for job in jobs])
    store = cluster_works.store_in(tmp_path / "sweep", JOBS)
    assert table(store, jobs, made(name, tmp_path / "sweep")) == alone.collect().read_bytes()


def test_the_same_families_give_the_same_bytes(made: Made, tmp_path: Path) -> None:
    design = design_of(
        horizon_months=6,
        policies={"rich": {"schemes.ptp.budget_eur_per_year": RICH_EUR}},
        assumptions={"method": "prior", "samples": 2},
    )
    plan = Plan(design)
    make_opening(design.scale, design.seed)
    tables = []
    for name in ("local 2", "dask", "slurm:cluster=local,array=1,chunk=2"):
        folder = tmp_path / name.partition(":")[0]
        store = Store.create(folder, design=design.raw, work=WORK, engine=engine_digest(),
                             schema=plan.schema(), jobs=plan.jobs, files=design.digests())
        tables.append(table(store, list(plan), made(name, folder)))
    assert plan.worlds == 4 and len(tables[0]) > 10_000
    assert tables[1] == tables[0] and tables[2] == tables[0]
