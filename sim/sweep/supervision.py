"""Local working processes, one job at a time each, killed when a job takes too long or too much memory.

Workers are warm between jobs (imports and compiled code stay) and replaced when they die.  A thread for each
asks and waits; one watches them all.  A job's future may be cancelled while it runs: its worker is killed.
"""

from __future__ import annotations

import contextlib
import json
import queue
import threading
import time
from collections.abc import Callable
from concurrent.futures import Executor, Future, InvalidStateError
from typing import Any, ParamSpec, TypeVar

from sim.sweep.jobs import name_of
from sim.sweep.local_worker import LOOK_EVERY_SECONDS, Limits, LocalWorker, Task
from sim.sweep.store_errors import JobFault, WorkersLost

__all__ = ["Limits", "SupervisedExecutor"]

P = ParamSpec("P")
T = TypeVar("T")

STARTS = 3
"""Times that a worker is started for one task before nobody is thought able to."""


class SupervisedExecutor(Executor):
    """An executor of local processes with limits.

    What is submitted is found by name in the worker (a function of a module) and takes and gives words of
    JSON.  Futures raise :class:`JobFault` where the attempt failed, :class:`WorkersLost` where no process
    starts; they never say that they run, so that they may be cancelled to the end.
    """

    def __init__(self, workers: int, limits: Limits | None = None) -> None:
        self.limits = limits or Limits()
        self._tasks: queue.SimpleQueue[Task | None] = queue.SimpleQueue()
        self._workers: set[LocalWorker] = set()
        self._closed = self._killing = False
        self._hands = [
            threading.Thread(target=self._serve, name=f"sweep worker {number}", daemon=True)
            for number in range(max(1, workers))
        ]
        self._watcher = threading.Thread(target=self._watch, name="sweep watch", daemon=True)
        for thread in (*self._hands, self._watcher):
            thread.start()

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """As any executor.

        Raises:
            RuntimeError: it has been shut down.
            ValueError: named arguments, or a function that no name finds.
        """
        if kwargs or "<" in fn.__qualname__:
            raise ValueError("a function of a module and plain arguments are expected")
        if self._closed:
            raise RuntimeError("cannot schedule new futures after shutdown")
        call = {"call": name_of(fn), "arguments": args}
        future: Future[T] = Future()
        self._tasks.put(Task(future, json.dumps(call).encode()))
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """As any executor; with ``cancel_futures``, jobs that run are killed too."""
        self._closed = True
        self._killing = self._killing or cancel_futures
        for _ in self._hands:
            self._tasks.put(None)
        if wait:
            for thread in (*self._hands, self._watcher):
                thread.join()

    def _serve(self) -> None:
        worker: LocalWorker | None = None
        while (task := self._tasks.get()) is not None:
            if self._killing:
                task.future.cancel()
            if task.future.cancelled():
                task.future.set_running_or_notify_cancel()
                continue
            answer: dict[str, Any] | Exception
            try:
                worker = self._fit(worker, task.future)
                answer = worker.ask(task)
            except Exception as fault:  # whatever it is, somebody waits for this future
                answer = fault
            _settle(task.future, answer)
        if worker is not None:
            self._retire(worker)

    def _fit(self, worker: LocalWorker | None, future: Future[Any]) -> LocalWorker:
        """The worker, or a new one in its place.

        Raises:
            WorkersLost: none starts.
        """
        if worker is not None:
            if worker.fit:
                return worker
            self._retire(worker)
        last: Exception | None = None
        for _ in range(STARTS):
            try:
                fresh = LocalWorker()
                fresh.wait_until_ready(lambda: self._killing or future.cancelled())
            except (OSError, EOFError) as fault:
                last = fault
                continue
            self._workers.add(fresh)
            return fresh
        raise WorkersLost(f"{type(last).__name__}: {last}")

    def _retire(self, worker: LocalWorker) -> None:
        self._workers.discard(worker)
        worker.end()

    def _watch(self) -> None:
        while any(thread.is_alive() for thread in self._hands):
            for worker in list(self._workers):
                if self._killing and (task := worker.task) is not None:
                    task.future.cancel()
                worker.look(self.limits)
            time.sleep(LOOK_EVERY_SECONDS)


def _settle(future: Future[Any], answer: dict[str, Any] | Exception) -> None:
    with contextlib.suppress(InvalidStateError):
        if not future.set_running_or_notify_cancel():
            return
        if isinstance(answer, Exception):
            future.set_exception(answer)
        elif "fault" in answer:
            future.set_exception(JobFault(answer["fault"], answer["words"]))
        else:
            future.set_result(answer.get("rows"))
