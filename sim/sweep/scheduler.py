"""A batch scheduler as a sweep sees it, through submitit: send tasks, ask whether they are over, cancel."""

from __future__ import annotations

import contextlib
import hashlib
import shutil
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import psutil

from sim.sweep.array_task import ArrayTask
from sim.sweep.cluster_errors import ClusterLost, ClusterUnreachable
from sim.sweep.extras import extra
from sim.sweep.store_errors import FaultKind

Cluster = Literal["slurm", "local", "debug"]

SEND_TRIES = 3
SEND_AGAIN_SECONDS = 5.0
END_SECONDS = 10.0
"""How long a cancelled process of this machine may take to end."""

OF_MEMORY = ("OUT_OF_MEMORY", "OUT_OF_ME")
OF_TIME = ("TIMEOUT", "DEADLINE")
OF_THE_NODE = ("NODE_FAIL", "BOOT_FAIL", "CANCELLED", "PREEMPTED", "REVOKED")
"""How SLURM's states begin; those of a node say nothing about the call that was running."""


@dataclass(frozen=True)
class Batch:
    """What is asked of the scheduler.

    ``array`` tasks an array, ``chunk`` calls a task; ``minutes`` and ``gigabytes`` a task; ``options`` go to
    SLURM as they are (partition, account, qos, constraint).  Answers are looked for every ``poll_seconds``;
    those of a dead task may take ``settle_seconds`` to be seen on a shared file system.
    """

    cluster: Cluster = "slurm"
    array: int = 32
    chunk: int = 10
    minutes: int = 60
    gigabytes: int | None = None
    cpus: int = 1
    options: dict[str, str] = field(default_factory=dict)
    poll_seconds: float = 2.0
    settle_seconds: float = 20.0


@dataclass(frozen=True)
class Sent:
    """One task in the scheduler's hands."""

    job: Any

    def is_over(self) -> bool:
        """It ended, well or badly, as far as the scheduler knows."""
        return bool(self.job.done())

    def cause(self) -> FaultKind | None:
        """Why a task that ended without all its answers did; None where the node is to blame."""
        state = str(self.job.state).upper()
        if state.startswith(OF_MEMORY):
            return "memory"
        if state.startswith(OF_TIME):
            return "timeout"
        return None if state.startswith(OF_THE_NODE) else "crash"

    def last_words(self) -> str:
        """What it wrote on its error stream, after its state."""
        said = ""
        with contextlib.suppress(OSError):
            said = self.job.stderr() or ""
        return f"{self.job.state}\n{said}".strip()

    def forget(self) -> None:
        """Remove its files."""
        shutil.rmtree(self.job.paths.folder, ignore_errors=True)


class Scheduler:
    """submitit's executor, told what we ask.

    Raises:
        MissingExtra: submitit is not installed.
        ClusterUnreachable: the scheduler's commands are not on this machine.
    """

    def __init__(self, batch: Batch, folder: Path) -> None:
        submitit = extra("submitit", "cluster")
        self._cluster = batch.cluster
        self._name = f"passerelles-{hashlib.sha256(str(folder.absolute()).encode()).hexdigest()[:12]}"
        try:
            self._executor = submitit.AutoExecutor(folder / "submitit" / "%j", cluster=batch.cluster)
            self._executor.update_parameters(**self._parameters(batch))
        except RuntimeError as fault:
            raise ClusterUnreachable("slurm", str(fault), "sbatch, srun, sacct, scancel") from fault

    def _parameters(self, batch: Batch) -> dict[str, Any]:
        asked: dict[str, Any] = {
            "name": self._name,
            "timeout_min": batch.minutes,
            "cpus_per_task": batch.cpus,
        }
        if batch.gigabytes is not None:
            asked["mem_gb"] = batch.gigabytes
        if batch.cluster == "slurm":
            asked |= {f"slurm_{name}": value for name, value in batch.options.items()}
            asked["slurm_array_parallelism"] = batch.array
        return asked

    def send(self, tasks: Sequence[ArrayTask]) -> list[Sent]:
        """Queue tasks as one array, in their order.

        Raises:
            ClusterLost: refused three times.
        """
        for attempt in range(1, SEND_TRIES + 1):
            try:
                return [Sent(job) for job in self._executor.submit_array(list(tasks))]
            except Exception as fault:
                if attempt == SEND_TRIES:
                    raise ClusterLost(self._cluster, f"{type(fault).__name__}: {fault}", "resume") from fault
            time.sleep(SEND_AGAIN_SECONDS)
        raise AssertionError

    def cancel(self, sent: Sequence[Sent]) -> None:
        """Cancel tasks; on this machine, wait for their processes."""
        if self._cluster == "slurm":
            _scancel([one.job.job_id for one in sent])
            return
        processes = [process for one in sent if (process := getattr(one.job, "_process", None)) is not None]
        for process in processes:  # What a controller controls; it ends by itself when that has ended.
            with contextlib.suppress(psutil.Error):
                for child in psutil.Process(process.pid).children(recursive=True):
                    child.kill()
        for process in processes:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(END_SECONDS)

    def cancel_earlier(self) -> None:
        """Cancel what an earlier driver has queued for this folder, by its name."""
        if self._cluster == "slurm":
            _scancel([f"--name={self._name}"])


def _scancel(which: Sequence[str]) -> None:
    if which:
        subprocess.run(["scancel", *which], check=False, capture_output=True)
