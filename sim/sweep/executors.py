"""Where a sweep runs, by name: this machine, a Dask scheduler, the arrays of SLURM.

``local`` · ``dask://HOST:PORT`` · ``slurm`` or ``slurm:partition=NAME,time=MINUTES,…`` (:data:`SLURM_WORDS`).
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from concurrent.futures import Executor
from pathlib import Path
from typing import cast, get_args

from sim.errors import nearest, raise_all
from sim.sweep.array_executor import ArrayExecutor
from sim.sweep.cluster_errors import BadExecutor
from sim.sweep.dask_executor import DaskExecutor, address_of
from sim.sweep.scheduler import Batch, Cluster, Scheduler
from sim.sweep.supervision import Limits, SupervisedExecutor

FORMS = "local | dask://HOST:PORT | slurm:partition=NAME,time=MINUTES,array=TASKS,chunk=JOBS,memory=GB"
"""Said when none is met."""

NUMBERS: Mapping[str, str] = {
    "time": "minutes",
    "array": "array",
    "chunk": "chunk",
    "memory": "gigabytes",
    "cpus": "cpus",
}
"""Words of SLURM's form that are whole numbers above zero, and their names in :class:`Batch`."""

PASSED_ON = ("partition", "account", "qos", "constraint")
"""Words that go to SLURM as they are."""

SLURM_WORDS = (*NUMBERS, *PASSED_ON, "cluster")
"""All words of SLURM's form; ``cluster=local`` rehearses on this machine what SLURM would be sent."""

LOCAL_POLL_SECONDS, LOCAL_SETTLE_SECONDS = 0.2, 1.0
"""This machine's file system shows a file at once."""

LOCAL_JOBS_A_WORKER = 2
DEFAULT_IN_FLIGHT = 64
"""For an executor that does not say how much it wants under way."""


def executor_named(text: str, *, workers: int, limits: Limits, folder: Path) -> Executor:
    """The executor that a text names; ``workers`` is for ``local``, ``folder`` the sweep's.

    ``limits`` hold for a job on this machine; SLURM is asked for as much a task, where the text does not say;
    Dask has its own.

    Raises:
        BadExecutor: no such form, word or value.
        MissingExtra, ClusterUnreachable, OtherEngine: as the executors say.
    """
    scheme, _, rest = text.strip().partition(":")
    if scheme == "local" and not rest:
        return SupervisedExecutor(workers, limits)
    if scheme == "dask":
        address = address_of(text.strip())
        if address is None:
            raise BadExecutor("--executor", text, "dask://HOST:PORT")
        return DaskExecutor(address)
    if scheme == "slurm":
        batch = batch_of(rest, limits)
        return ArrayExecutor(Scheduler(batch, folder / "cluster"), batch, folder / "cluster")
    raise BadExecutor("--executor", text, FORMS, nearest(scheme, ("local", "dask", "slurm")))


def in_flight_of(executor: Executor, workers: int) -> int:
    """Jobs to keep under way so that nobody is idle."""
    if isinstance(executor, SupervisedExecutor):
        return LOCAL_JOBS_A_WORKER * workers
    return int(getattr(executor, "in_flight", max(DEFAULT_IN_FLIGHT, LOCAL_JOBS_A_WORKER * workers)))


def batch_of(text: str, limits: Limits) -> Batch:
    """What ``partition=NAME,time=MINUTES,…`` asks of SLURM.

    Raises:
        BadExecutor: an unknown word, or a value that is none; several at once.
    """
    faults: list[BadExecutor] = []
    words: dict[str, str] = {}
    for part in filter(None, (part.strip() for part in text.split(","))):
        name, _, value = (piece.strip() for piece in part.partition("="))
        known = nearest(name, SLURM_WORDS)
        if name not in SLURM_WORDS:
            faults.append(BadExecutor("--executor", part, " | ".join(SLURM_WORDS), known))
        elif name in words:
            faults.append(BadExecutor("--executor", part, f"{name}=… once"))
        elif expected := _misfit(name, value):
            faults.append(BadExecutor("--executor", part, expected))
        words[name] = value
    raise_all(faults)
    number = {NUMBERS[name]: int(words[name]) for name in NUMBERS if name in words}
    chunk = number.get("chunk", Batch.chunk)
    here = words.get("cluster", "slurm") != "slurm"
    return Batch(
        cluster=cast(Cluster, words.get("cluster", "slurm")),
        array=number.get("array", Batch.array),
        chunk=chunk,
        minutes=number.get("minutes") or _minutes(limits, chunk),
        gigabytes=number.get("gigabytes") or _gigabytes(limits),
        cpus=number.get("cpus", Batch.cpus),
        options={name: words[name] for name in PASSED_ON if name in words},
        poll_seconds=LOCAL_POLL_SECONDS if here else Batch.poll_seconds,
        settle_seconds=LOCAL_SETTLE_SECONDS if here else Batch.settle_seconds,
    )


def _misfit(name: str, value: str) -> str:
    """What a value should have been; empty where it fits."""
    if name in NUMBERS:
        return "" if re.fullmatch("[1-9][0-9]{0,7}", value) else f"{name}=1, 2, 3, …"
    if name == "cluster":
        return "" if value in get_args(Cluster) else " | ".join(get_args(Cluster))
    return "" if value else f"{name}=NAME"


def _minutes(limits: Limits, chunk: int) -> int:
    """What a task of so many jobs may take, each at its limit."""
    return Batch.minutes if limits.seconds is None else math.ceil(chunk * limits.seconds / 60)


def _gigabytes(limits: Limits) -> int | None:
    return None if limits.bytes is None else math.ceil(limits.bytes / 2**30)
