"""An executor over the arrays of a batch scheduler: SLURM through submitit, or submitit's own processes.

One thread gathers calls into tasks and tasks into arrays, reads the answers as they are put down, and blames
what died.  A call is blamed only if it was running when its task died; the others of that task go again.
"""

from __future__ import annotations

import queue
import shutil
import sys
import threading
import time
import uuid
from collections import defaultdict
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from sim.errors import PasserellesError
from sim.sweep.array_task import Answer, ArrayTask, Call, answers_in, call_of
from sim.sweep.cluster_errors import ClusterLost, OtherEngine
from sim.sweep.scheduler import Batch, Scheduler, Sent
from sim.sweep.signature import Signature, signature
from sim.sweep.store_errors import JobFault

P = ParamSpec("P")
T = TypeVar("T")

LOSSES = 3
"""A call whose task was lost so often, without having started it, is blamed all the same."""

QUIET_SECONDS = 2.0
"""Calls that make no whole array leave when nothing has come for so long."""

KEEP_SECONDS = 60.0
"""Answers handed on stay on disk so long: several times what a driver takes to publish them."""

LAST_WORDS = 1500


@dataclass
class _Asked:
    """A call, those who wait for its answer, and how often its task was lost before it started."""

    call: Call
    future: Future[Any]
    losses: int = 0


@dataclass(eq=False)
class _Task:
    """A task under way: its calls in their order, until answered."""

    sent: Sent
    folder: Path
    open: dict[str, list[_Asked]]
    bytes_read: int = -1
    over_since: float | None = None

    def wanted(self) -> bool:
        """Somebody waits for one of its answers."""
        return any(not asked.future.cancelled() for group in self.open.values() for asked in group)


@dataclass
class _State:
    """What the serving thread holds; nobody else writes it."""

    waiting: list[_Asked] = field(default_factory=list)
    tasks: list[_Task] = field(default_factory=list)
    kept: dict[str, Answer] = field(default_factory=dict)
    read: list[tuple[float, Path]] = field(default_factory=list)
    last_came: float = 0.0


class ArrayExecutor(Executor):
    """Calls in JSON's words, answered by arrays of ``batch.array`` tasks of ``batch.chunk`` calls each.

    ``folder`` is seen by the nodes.  Answers that a killed driver left there are used; its arrays are
    cancelled.  Futures raise :class:`JobFault` where an attempt failed, :class:`OtherEngine` or
    :class:`ClusterLost` where none can succeed.
    """

    def __init__(self, scheduler: Scheduler, batch: Batch, folder: Path) -> None:
        self.batch, self.folder = batch, folder
        self.wanted: Signature = signature()
        self._scheduler = scheduler
        self._came: queue.SimpleQueue[_Asked | None] = queue.SimpleQueue()
        self._state = _State()
        self._broken: PasserellesError | None = None
        self._closed = self._cancelling = False
        self._scheduler.cancel_earlier()
        self._state.kept = dict(_left_in(folder))
        shutil.rmtree(folder, ignore_errors=True)
        self._hand = threading.Thread(target=self._serve, daemon=True)
        self._hand.start()

    @property
    def in_flight(self) -> int:
        """Calls to keep under way: one array runs while the next is gathered."""
        return 2 * self.batch.array * self.batch.chunk

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """As any executor; positional arguments in JSON's words only.

        Raises:
            OtherEngine, ClusterLost: it broke earlier.
            RuntimeError: it has been shut down.
        """
        if self._broken is not None:
            raise self._broken
        if self._closed:
            raise RuntimeError("cannot schedule new futures after shutdown")
        if kwargs:
            raise TypeError("positional arguments only")
        future: Future[T] = Future()
        self._came.put(_Asked(call_of(self.wanted, fn, args), future))
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """As any executor; with ``cancel_futures``, arrays under way are cancelled too."""
        self._closed = True
        self._cancelling |= cancel_futures
        self._came.put(None)
        if wait:
            self._hand.join()

    # --- the serving thread -------------------------------------------------------------------------------

    def _serve(self) -> None:
        state = self._state
        try:
            while not self._cancelling and not (self._closed and not state.waiting and not state.tasks):
                self._gather()
                self._drop_unwanted()
                for part in self._due():
                    self._send(part)
                state.tasks = [task for task in state.tasks if not self._is_over(task)]
                self._remove_read()
        except PasserellesError as fault:
            self._broken = fault
        except Exception as fault:
            self._broken = ClusterLost(str(self.folder), f"{type(fault).__name__}: {fault}", "resume")
        finally:
            self._leave()

    def _gather(self) -> None:
        """Take what has come, waiting one poll of the scheduler at most."""
        wait = self.batch.poll_seconds
        while True:
            try:
                asked = self._came.get(timeout=wait) if wait else self._came.get_nowait()
            except queue.Empty:
                return
            if asked is None:
                return
            wait = 0.0
            self._state.last_came = time.monotonic()
            known = self._state.kept.pop(asked.call.key, None)
            if known is not None:
                _settle([asked], known)
            else:
                self._state.waiting.append(asked)

    def _drop_unwanted(self) -> None:
        """Forget the calls that were cancelled, and cancel the tasks that nobody waits for."""
        state = self._state
        unwanted = [task for task in state.tasks if task.open and not task.wanted()]
        if unwanted:
            self._scheduler.cancel([task.sent for task in unwanted])
        dropped = [asked for asked in state.waiting if asked.future.cancelled()]
        dropped += [asked for task in unwanted for group in task.open.values() for asked in group]
        for asked in dropped:
            asked.future.set_running_or_notify_cancel()
        state.waiting = [asked for asked in state.waiting if not asked.future.cancelled()]
        state.tasks = [task for task in state.tasks if task not in unwanted]

    def _due(self) -> Iterator[list[_Asked]]:
        """Whole arrays; what is left over when no more comes."""
        state, size = self._state, self.batch.array * self.batch.chunk
        while len(state.waiting) >= size:
            yield self._taken(size)
        under_way = sum(len(task.open) for task in state.tasks)
        quiet = time.monotonic() - state.last_came >= QUIET_SECONDS
        if state.waiting and (self._closed or (quiet and len(state.waiting) + under_way < self.in_flight)):
            yield self._taken(len(state.waiting))

    def _taken(self, count: int) -> list[_Asked]:
        taken, self._state.waiting = self._state.waiting[:count], self._state.waiting[count:]
        return taken

    def _send(self, part: list[_Asked]) -> None:
        """One array; its calls are back among those who wait if the scheduler takes none."""
        by_key: dict[str, list[_Asked]] = defaultdict(list)
        for asked in part:
            by_key[asked.call.key].append(asked)
        keys = list(by_key)
        groups = [keys[at : at + self.batch.chunk] for at in range(0, len(keys), self.batch.chunk)]
        tasks = [
            ArrayTask(
                self.folder / "answers" / uuid.uuid4().hex,
                self.wanted,
                tuple(by_key[key][0].call for key in group),
                tuple(sys.path),
            )
            for group in groups
        ]
        try:
            sent = self._scheduler.send(tasks)
        except BaseException:
            self._state.waiting += part
            raise
        for one, task, group in zip(sent, tasks, groups, strict=True):
            self._state.tasks.append(_Task(one, task.folder, {key: by_key[key] for key in group}))

    def _is_over(self, task: _Task) -> bool:
        """Hand on what is answered; true once nothing more is to be had from the task."""
        over = task.sent.is_over()
        self._read(task)
        if not over:
            return False
        now = time.monotonic()
        if not task.open:
            self._state.read.append((now, task.folder))
            task.sent.forget()
            return True
        task.over_since = task.over_since or now
        if now - task.over_since < self.batch.settle_seconds:
            return False
        self._blame(task)
        return True

    def _read(self, task: _Task) -> None:
        size = sum(path.stat().st_size for path in task.folder.glob("*.jsonl"))
        if size == task.bytes_read:
            return
        task.bytes_read = size
        for key, answer in answers_in(task.folder):
            if "refused" in answer:
                raise OtherEngine(*answer["refused"])
            _settle(task.open.pop(key, []), answer)

    def _remove_read(self) -> None:
        """What was handed on stays until the driver has surely published it: it may be killed meanwhile."""
        while self._state.read and time.monotonic() - self._state.read[0][0] > KEEP_SECONDS:
            shutil.rmtree(self._state.read.pop(0)[1], ignore_errors=True)

    def _blame(self, task: _Task) -> None:
        """The first call without an answer was running when the task died; the others never were."""
        started = bool(list(task.folder.glob("*.jsonl")))
        kind = task.sent.cause() if started else None
        words = task.sent.last_words()[-LAST_WORDS:]
        left = list(task.open.values())
        if kind is not None:
            _settle(left.pop(0), {"fault": [kind, words]})
        for asked in (one for group in left for one in group):
            asked.losses += kind is None
            if asked.losses < LOSSES:
                self._state.waiting.append(asked)
            elif started:
                _settle([asked], {"fault": ["crash", words]})
            else:
                raise ClusterLost(words.splitlines()[-1] if words else "", expected="resume")

    def _leave(self) -> None:
        """Nobody waits for ever: cancel the arrays, tell the futures."""
        state = self._state
        self._closed = True
        if self._cancelling or self._broken:
            self._scheduler.cancel([task.sent for task in state.tasks])
        left = [asked for task in state.tasks for group in task.open.values() for asked in group]
        left += state.waiting
        while not self._came.empty():
            if (asked := self._came.get()) is not None:
                left.append(asked)
        if not left and self._broken is None:
            shutil.rmtree(self.folder, ignore_errors=True)
        fault = self._broken or ClusterLost(str(self.folder), expected="resume")
        for asked in left:
            if _is_wanted(asked.future):
                asked.future.set_exception(fault)


def _is_wanted(future: Future[Any]) -> bool:
    """Nobody has cancelled it, and from now on nobody can."""
    return not future.done() and future.set_running_or_notify_cancel()


def _settle(group: list[_Asked], answer: Answer) -> None:
    for asked in group:
        if not _is_wanted(asked.future):
            continue
        if "fault" in answer:
            asked.future.set_exception(JobFault(*answer["fault"]))
        else:
            asked.future.set_result(answer["value"])


def _left_in(folder: Path) -> Iterator[tuple[str, Answer]]:
    """The answers that an earlier driver did not take; its faults are not of this attempt."""
    for task in sorted(folder.glob("answers/*")):
        for key, answer in answers_in(task):
            if "value" in answer:
                yield key, answer
