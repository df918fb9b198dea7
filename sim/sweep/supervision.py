"""Local working processes, one job at a time each, killed when a job takes too long or too much memory.

Workers are warm between jobs (imports and compiled code stay) and replaced when they die.  A thread for each
asks and waits; one watches them all.  A job's future may be cancelled while it runs: its worker is killed.
"""

from __future__ import annotations

import contextlib
import json
import os
import queue
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from concurrent.futures import Executor, Future, InvalidStateError
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from socket import socketpair
from typing import IO, Any, ParamSpec, TypeVar

import psutil

from sim.sweep.store_errors import FaultKind, JobFault, WorkersLost

P = ParamSpec("P")
T = TypeVar("T")

WATCH_EVERY_SECONDS = 0.1
START_SECONDS = 120.0
"""A worker that is not ready after so long does not start."""

STARTS = 3
LAST_WORDS_BYTES = 1500


@dataclass(frozen=True)
class Limits:
    """What a job may take: seconds from when it is handed over, bytes of resident memory with its children;
    None is no limit."""

    seconds: float | None = None
    bytes: int | None = None


@dataclass
class _Task:
    future: Future[Any]
    request: bytes


class _Worker:
    """A living process and what it is doing."""

    def __init__(self) -> None:
        ours, theirs = socketpair()
        self.words: IO[bytes] = tempfile.TemporaryFile("w+b", buffering=0)  # noqa: SIM115
        arguments = [str(theirs.fileno()), str(os.getpid()), json.dumps(sys.path)]
        with theirs:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "sim.sweep.worker", *arguments],
                stdin=subprocess.DEVNULL,
                stdout=self.words,
                stderr=self.words,
                pass_fds=[theirs.fileno()],
                start_new_session=True,
                env=os.environ | {"PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
            )
        self.line = Connection(ours.detach())
        self.seen = psutil.Process(self.process.pid)
        self.task: _Task | None = None
        self.since = 0.0
        self.killed_for: tuple[FaultKind, str] | None = None
        self.guard = threading.Lock()
        if not self.line.poll(START_SECONDS) or self.line.recv_bytes() != b"ready":
            raise EOFError

    def ask(self, task: _Task) -> dict[str, Any]:
        """Hand a task over and wait for its reply.

        Raises:
            JobFault: the process died over it.
        """
        os.ftruncate(self.words.fileno(), 0)
        with self.guard:
            self.task, self.since = task, time.monotonic()
        try:
            self.line.send_bytes(task.request)
            reply: dict[str, Any] = json.loads(self.line.recv_bytes())
        except (EOFError, OSError, ValueError):
            self.end()
            raise JobFault(*self._cause()) from None
        finally:
            with self.guard:
                self.task = None
        return reply

    def look(self, limits: Limits) -> None:
        """Kill the process if its task is over the limits or no longer wanted."""
        with self.guard:
            if self.task is None or self.killed_for is not None:
                return
            seconds = time.monotonic() - self.since
            if self.task.future.cancelled():
                self._kill("error", "cancelled")
            elif limits.seconds is not None and seconds > limits.seconds:
                self._kill("timeout", f"{seconds:.1f} s, limit {limits.seconds:g} s")
            elif limits.bytes is not None and (used := self._memory()) > limits.bytes:
                self._kill("memory", f"{used} bytes resident, limit {limits.bytes}")

    def end(self) -> None:
        """Kill the process and its children, and close what led to it."""
        with contextlib.suppress(OSError):
            os.killpg(self.process.pid, 9)
        self.process.wait()
        self.line.close()

    def _kill(self, kind: FaultKind, words: str) -> None:
        self.killed_for = kind, words
        with contextlib.suppress(OSError):
            os.killpg(self.process.pid, 9)

    def _memory(self) -> int:
        used = 0
        with contextlib.suppress(psutil.Error):
            used = self.seen.memory_info().rss
            used += sum(child.memory_info().rss for child in self.seen.children(recursive=True))
        return used

    def _cause(self) -> tuple[FaultKind, str]:
        if self.killed_for is not None:
            return self.killed_for
        said = os.pread(self.words.fileno(), 1 << 20, 0)[-LAST_WORDS_BYTES:].decode(errors="replace").strip()
        return "crash", f"exit code {self.process.returncode}" + (f"\n{said}" if said else "")


@dataclass
class _State:
    workers: set[_Worker] = field(default_factory=set)
    closed: bool = False


class SupervisedExecutor(Executor):
    """An executor of local processes with limits.

    What is submitted is found by name in the worker (a function of a module) and takes and gives words of
    JSON.  Futures raise :class:`JobFault` where the attempt failed, :class:`WorkersLost` where no process
    starts.
    """

    def __init__(self, workers: int, limits: Limits | None = None) -> None:
        self.limits = limits or Limits()
        self._tasks: queue.SimpleQueue[_Task | None] = queue.SimpleQueue()
        self._state = _State()
        self._over = threading.Event()
        self._hands = [threading.Thread(target=self._serve, daemon=True) for _ in range(max(1, workers))]
        self._watcher = threading.Thread(target=self._watch, daemon=True)
        for thread in (*self._hands, self._watcher):
            thread.start()

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """As any executor.

        Raises:
            RuntimeError: it has been shut down.
            TypeError: named arguments, or a function that no name finds.
        """
        if kwargs or "<" in fn.__qualname__:
            raise TypeError("a function of a module and plain arguments are expected")
        if self._state.closed:
            raise RuntimeError("cannot schedule new futures after shutdown")
        call = {"call": f"{fn.__module__}:{fn.__qualname__}", "arguments": args}
        future: Future[T] = Future()
        self._tasks.put(_Task(future, json.dumps(call).encode()))
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """As any executor; with ``cancel_futures``, jobs that run are killed too."""
        self._state.closed = True
        if cancel_futures:
            for worker in list(self._state.workers):
                if worker.task is not None:
                    worker.task.future.cancel()
            with contextlib.suppress(queue.Empty):
                while True:
                    if (task := self._tasks.get_nowait()) is not None:
                        task.future.cancel()
                        task.future.set_running_or_notify_cancel()
        for _ in self._hands:
            self._tasks.put(None)
        if wait:
            for thread in self._hands:
                thread.join()
            self._over.set()
            self._watcher.join()

    def _serve(self) -> None:
        worker: _Worker | None = None
        while (task := self._tasks.get()) is not None:
            if task.future.cancelled():
                task.future.set_running_or_notify_cancel()
                continue
            try:
                worker = worker or self._start()
                _settle(task.future, worker.ask(task))
            except WorkersLost as fault:
                _settle(task.future, fault)
            except JobFault as fault:
                self._state.workers.discard(worker) if worker else None
                worker = None
                _settle(task.future, fault)
        if worker is not None:
            self._state.workers.discard(worker)
            worker.end()

    def _start(self) -> _Worker:
        last: Exception | None = None
        for _ in range(STARTS):
            try:
                worker = _Worker()
                self._state.workers.add(worker)
                return worker
            except (OSError, EOFError) as fault:
                last = fault
        raise WorkersLost(value=str(last) or type(last).__name__)

    def _watch(self) -> None:
        while not self._over.wait(WATCH_EVERY_SECONDS):
            for worker in list(self._state.workers):
                worker.look(self.limits)
            if self._state.closed and not any(thread.is_alive() for thread in self._hands):
                return


def _settle(future: Future[Any], reply: dict[str, Any] | Exception) -> None:
    if not future.set_running_or_notify_cancel():
        return
    with contextlib.suppress(InvalidStateError):
        if isinstance(reply, Exception):
            future.set_exception(reply)
        elif "fault" in reply:
            future.set_exception(JobFault(reply["fault"], reply["words"]))
        else:
            future.set_result(reply["rows"])
