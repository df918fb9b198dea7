"""A Dask scheduler and workers as processes of their own on this machine, for tests that kill them."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

import psutil

START_SECONDS = 120.0


@dataclass
class DaskCluster:
    """``folder`` is its own; every process ends with :meth:`end`."""

    folder: Path
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)
    address: str = ""

    def start(self, workers: int, **configured: str) -> None:
        """A scheduler and so many workers of one thread; ``configured`` goes to the environment."""
        self.environment = os.environ | {
            "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
            "DASK_DISTRIBUTED__ADMIN__TICK__LIMIT": "60s",
            **configured,
        }
        told = self.folder / "scheduler.json"
        self._run("dask_scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--no-show",
                  "--scheduler-file", str(told))
        limit = time.monotonic() + START_SECONDS
        while not self.address and time.monotonic() < limit:
            time.sleep(0.05)
            if told.exists() and (text := told.read_text()):
                self.address = json.loads(text)["address"]
        for _ in range(workers):
            self.join()

    def join(self, *, first: Path | None = None, nanny: bool = False) -> subprocess.Popen[bytes]:
        """One more worker; ``first``: where it imports from first; ``nanny``: one that dies is replaced."""
        guard = () if nanny else ("--no-nanny",)
        return self._run("dask_worker", self.address, "--nthreads", "1", "--no-dashboard", *guard,
                         "--local-directory", str(self.folder), cwd=first)

    @property
    def scheduler(self) -> subprocess.Popen[bytes]:
        return self.processes[0]

    @property
    def workers(self) -> list[subprocess.Popen[bytes]]:
        return self.processes[1:]

    def _run(self, module: str, *arguments: str, cwd: Path | None = None) -> subprocess.Popen[bytes]:
        with (self.folder / f"{len(self.processes)}-{module}.log").open("wb") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", f"distributed.cli.{module}", *arguments],
                env=self.environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=cwd,
            )
        self.processes.append(process)
        return process

    def end(self) -> None:
        """Nothing is left behind, not even what a nanny looks after."""
        for process in reversed(self.processes):
            with contextlib.suppress(psutil.NoSuchProcess):
                for one in (*psutil.Process(process.pid).children(recursive=True), process):
                    one.kill()
            process.wait()
