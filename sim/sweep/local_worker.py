"""The parent's end of a working process: what it was asked, since when, and how it is killed."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import IO, Any

import psutil

from sim.sweep.store_errors import FaultKind, JobFault

START_SECONDS = 120.0
"""A worker that is not ready after so long does not start."""

LOOK_EVERY_SECONDS = 0.1
CHILDREN_EVERY_SECONDS = 1.0
"""Between two looks for children of a worker: finding them means reading the whole table of processes."""

LAST_WORDS_BYTES = 1500
LAST_BREATH_SECONDS = 1.0
BOOTSTRAP = (
    "import json, sys; sys.path[:] = json.loads(sys.argv[3]); from sim.sweep.worker import main; main()"
)


@dataclass(frozen=True)
class Limits:
    """What a job may take; None is no limit.

    ``seconds`` from when it is handed over (the first job of a worker also imports and compiles); ``bytes``
    of resident memory, children included.
    """

    seconds: float | None = None
    bytes: int | None = None


@dataclass(frozen=True)
class Task:
    """A request as the worker reads it, and who waits for the answer."""

    future: Future[Any]
    request: bytes


class LocalWorker:
    """A process of its own session, so that a terminal's signals go to the parent alone.

    Raises:
        OSError: no process can be started.
    """

    def __init__(self) -> None:
        with contextlib.ExitStack() as undo:
            self.words: IO[bytes] = undo.enter_context(tempfile.TemporaryFile("a+b", buffering=0))
            ours, theirs = socket.socketpair()
            self.socket = undo.enter_context(ours)
            with theirs:
                self.process = self._process(theirs.fileno())
            self.line = Connection(os.dup(ours.fileno()))
            undo.pop_all()
        self.task: Task | None = None
        self.since = time.monotonic()
        self.killed_for: tuple[FaultKind, str] | None = None
        self.family: list[psutil.Process] = []
        self.counted = 0.0
        self.guard = threading.Lock()
        self.said: str | None = None

    def _process(self, line: int) -> subprocess.Popen[bytes]:
        arguments = [str(line), str(os.getpid()), json.dumps([path or str(Path.cwd()) for path in sys.path])]
        return subprocess.Popen(
            [sys.executable, "-P", "-c", BOOTSTRAP, *arguments],
            stdin=subprocess.DEVNULL,
            stdout=self.words,
            stderr=self.words,
            pass_fds=[line],
            start_new_session=True,
        )

    def wait_until_ready(self, unwanted: Callable[[], bool]) -> None:
        """Raises:
        EOFError: the process died first, took too long or is no longer wanted; with its last words.
        """
        with contextlib.suppress(OSError, EOFError):
            while time.monotonic() - self.since < START_SECONDS and not unwanted():
                if self.line.poll(LOOK_EVERY_SECONDS):
                    self.line.recv_bytes()
                    return
        self.end()
        raise EOFError(self.said or f"not ready after {time.monotonic() - self.since:.0f} s")

    def ask(self, task: Task) -> dict[str, Any]:
        """Hand a task over and wait for its reply.

        Raises:
            JobFault: the process died over it, or was killed for it.
        """
        os.ftruncate(self.words.fileno(), 0)
        with self.guard:
            self.task, self.since = task, time.monotonic()
        try:
            self.line.send_bytes(task.request)
            reply: dict[str, Any] = json.loads(self.line.recv_bytes())
        except (EOFError, OSError, ValueError):
            self._let_die()
            self.end()
            raise JobFault(*self._cause()) from None
        finally:
            with self.guard:
                self.task = None
        return reply

    @property
    def fit(self) -> bool:
        """Whether it may be handed another task."""
        return self.said is None and self.killed_for is None and not self._dead()

    def look(self, limits: Limits) -> None:
        """Kill the process if its task is over the limits or no longer wanted; bury it if it is dead."""
        with self.guard:
            if self.task is None or self.killed_for is not None or self.said is not None:
                return
            seconds = time.monotonic() - self.since
            if self._dead():
                self._kill()  # a child of it may hold the line open
            elif self.task.future.cancelled():
                self._kill("error", "cancelled")
            elif limits.seconds is not None and seconds > limits.seconds:
                self._kill("timeout", f"{seconds:.1f} s, limit {limits.seconds:g} s")
            elif limits.bytes is not None and (used := self._memory()) > limits.bytes:
                self._kill("memory", f"{used} bytes resident, limit {limits.bytes}")

    def end(self) -> None:
        """Kill the process and its children, keep its last words, and close what led to it."""
        with self.guard:
            if self.said is not None:
                return
            self._kill()
            self.process.wait()
            length = os.fstat(self.words.fileno()).st_size
            said = os.pread(self.words.fileno(), LAST_WORDS_BYTES, max(0, length - LAST_WORDS_BYTES))
            self.said = said.decode(errors="replace").strip()
        self.words.close()
        self.line.close()
        self.socket.close()

    def _let_die(self) -> None:
        """Wait a little for a process that hung up to end by itself, to learn of what."""
        until = time.monotonic() + LAST_BREATH_SECONDS
        while not self._dead() and time.monotonic() < until:
            time.sleep(LAST_BREATH_SECONDS / 100)

    def _dead(self) -> bool:
        """Whether it has ended; it is not reaped, so that its number stays its own."""
        try:
            return os.waitid(os.P_PID, self.process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None
        except ChildProcessError:
            return True

    def _kill(self, kind: FaultKind | None = None, words: str = "") -> None:
        if kind is not None:
            self.killed_for = kind, words
        with contextlib.suppress(OSError):
            os.killpg(self.process.pid, signal.SIGKILL)
        with contextlib.suppress(OSError):
            self.socket.shutdown(socket.SHUT_RDWR)

    def _memory(self) -> int:
        instant = time.monotonic()
        used = 0
        with contextlib.suppress(psutil.Error):
            if not self.family or instant - self.counted > CHILDREN_EVERY_SECONDS:
                self.counted = instant
                worker = psutil.Process(self.process.pid)
                self.family = [worker, *worker.children(recursive=True)]
        for process in self.family:
            with contextlib.suppress(psutil.Error):
                used += process.memory_info().rss
        return used

    def _cause(self) -> tuple[FaultKind, str]:
        if self.killed_for is not None:
            return self.killed_for
        code = self.process.returncode
        name = signal.Signals(-code).name if -code in set(signal.Signals) else f"exit code {code}"
        return "crash", "\n".join(filter(None, (name, self.said)))
