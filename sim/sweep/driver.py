"""Jobs in, rows on disk: at most a few in flight, three attempts each, a shard every ten seconds.

The driver holds the keys of what was done before it started and the results not yet published, nothing that
grows with the sweep.
"""

from __future__ import annotations

import contextlib
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import BrokenExecutor, CancelledError, Executor, Future
from dataclasses import dataclass
from queue import Empty, SimpleQueue

from sim.errors import PasserellesError
from sim.sweep.fault_log import Fault
from sim.sweep.jobs import Job, Row, do
from sim.sweep.shards import Columns
from sim.sweep.store import ATTEMPTS, Store
from sim.sweep.store_errors import BadRows, FaultKind, JobFault, WorkersLost

PUBLISH_JOBS = 100
PUBLISH_SECONDS = 10.0
COMPACT_AFTER_SHARDS = 50
"""Shards written between two compactions while the sweep goes on."""

LOOK_EVERY_SECONDS = 0.1
"""How long a wish to stop may go unseen."""

PROGRESS_SECONDS = 0.25


@dataclass(frozen=True)
class SweepProgress:
    """How far a sweep is.

    ``done`` counts jobs with rows and ``given_up`` jobs that failed every attempt, over the life of the
    folder; ``new`` counts jobs done and ``faults`` attempts that failed since this process started, some
    ``seconds`` ago.
    """

    total: int
    done: int
    given_up: int
    new: int
    faults: int
    seconds: float

    @property
    def left(self) -> int:
        """Jobs to do."""
        return max(0, self.total - self.done - self.given_up)

    @property
    def jobs_per_second(self) -> float:
        """Since this process started; 0 before the first job."""
        return self.new / self.seconds if self.seconds > 0 else 0.0

    @property
    def seconds_left(self) -> float | None:
        """At the rate so far; None before the first job."""
        return self.left / self.jobs_per_second if self.new else None


@dataclass(frozen=True)
class SweepOutcome:
    """How a drive ended: ``given_up`` holds the last fault of each job that failed every attempt."""

    total: int
    done: int
    new: int
    stopped: bool
    given_up: tuple[Fault, ...] = ()

    @property
    def complete(self) -> bool:
        """Every job has its rows."""
        return self.done >= self.total


def drive(
    store: Store,
    jobs: Iterable[Job],
    *,
    executor: Executor,
    in_flight: int,
    attempts: int = ATTEMPTS,
    progress: Callable[[SweepProgress], None] | None = None,
    stopped: Callable[[], bool] = lambda: False,
) -> SweepOutcome:
    """Do the jobs that are not done yet and publish their rows; the executor stays the caller's to end.

    A job that fails is tried again, ``attempts`` times in all over the life of the folder, then given up; the
    others go on.  When ``stopped()`` turns true, what is done is published and the rest is cancelled.

    Raises:
        SweepLocked: another process is at work in the folder.
        DiskRefuses, LockLost: what was published before is intact; the same call takes the sweep up again.
        WorkersLost, or an executor's own word for it: the executor broke; likewise.
    """
    with store.lock(stopped):
        return _Drive(store, executor, attempts, progress, stopped).run(jobs, max(1, in_flight))


class _Drive:
    """One drive: jobs in flight, results that wait to be published, and counts."""

    def __init__(
        self,
        store: Store,
        executor: Executor,
        attempts: int,
        progress: Callable[[SweepProgress], None] | None,
        stopped: Callable[[], bool],
    ) -> None:
        self.store, self.executor, self.attempts = store, executor, attempts
        self.progress, self.stopped = progress, stopped
        self.flying: dict[Future[list[Row]], Job] = {}
        self.landed: SimpleQueue[Future[list[Row]]] = SimpleQueue()
        self.unpublished: list[Columns] = []
        self.new = self.faults = self.shards_written = 0
        self.started = time.monotonic()
        self.oldest_unpublished = self.last_told = 0.0
        self.known = store.scan(set_aside=True, stopped=stopped).keys
        self.before = len(self.known)
        self.tries = Counter(fault.key for fault in store.faults())
        self.given_up = store.quarantined(attempts, self.known)

    def run(self, jobs: Iterable[Job], in_flight: int) -> SweepOutcome:
        todo = self._todo(jobs)
        try:
            self._tell()
            while not self.stopped() and self._fill(todo, in_flight):
                self._land()
                self._publish(PUBLISH_JOBS)
                self._tell()
            self._land(wait=0)
            self._publish(1)
        except BaseException:
            with contextlib.suppress(PasserellesError):
                self._publish(1)
            raise
        finally:
            for future in list(self.flying):
                future.cancel()
        stopped = self.stopped() and self.before + self.new + len(self.given_up) < self.store.jobs
        if not stopped:
            self.store.compact()
        self._tell(now=True)
        given_up = tuple(self.given_up[key] for key in sorted(self.given_up))
        return SweepOutcome(self.store.jobs, self.before + self.new, self.new, stopped, given_up)

    def _todo(self, jobs: Iterable[Job]) -> Iterator[Job]:
        for job in jobs:
            if self.stopped():
                return
            if job.key not in self.known and job.key not in self.given_up:
                yield job

    def _fill(self, todo: Iterator[Job], in_flight: int) -> bool:
        """Keep so many jobs in flight; false when nothing is left to wait for."""
        while len(self.flying) < in_flight:
            job = next(todo, None)
            if job is None:
                break
            self._submit(job)
        return bool(self.flying)

    def _submit(self, job: Job) -> None:
        try:
            future: Future[list[Row]] = self.executor.submit(do, self.store.manifest.work, job.spec)
        except RuntimeError as fault:
            raise _lost(fault) from fault
        self.flying[future] = job
        future.add_done_callback(self.landed.put)

    def _land(self, wait: float = LOOK_EVERY_SECONDS) -> None:
        """Take what has come back; wait a little for the first."""
        while self.flying and len(self.unpublished) < PUBLISH_JOBS:
            try:
                future = self.landed.get(timeout=wait) if wait else self.landed.get_nowait()
            except Empty:
                return
            wait = 0
            self._take(self.flying.pop(future), future)

    def _take(self, job: Job, future: Future[list[Row]]) -> None:
        try:
            columns = self.store.checked(job.key, future.result())
        except (BrokenExecutor, CancelledError) as fault:
            raise _lost(fault) from fault
        except Exception as fault:
            self._failed(job, *_said(fault))
            return
        if not self.unpublished:
            self.oldest_unpublished = time.monotonic()
        self.unpublished.append(columns)
        self.new += 1

    def _failed(self, job: Job, kind: FaultKind, words: str) -> None:
        self.faults += 1
        self.tries[job.key] += 1
        fault = Fault(job.key, self.tries[job.key], kind, words)
        self.store.add_fault(fault)
        if fault.attempt < self.attempts:
            self._submit(job)
        else:
            self.given_up[job.key] = fault

    def _publish(self, at_least: int) -> None:
        waited = time.monotonic() - self.oldest_unpublished
        if self.unpublished and (len(self.unpublished) >= at_least or waited > PUBLISH_SECONDS):
            self.store.publish_checked(self.unpublished)
            self.unpublished = []
            self.shards_written += 1
            if self.shards_written % COMPACT_AFTER_SHARDS == 0:
                self.store.compact()

    def _tell(self, now: bool = False) -> None:
        instant = time.monotonic()
        if self.progress is None or (not now and instant - self.last_told < PROGRESS_SECONDS):
            return
        self.last_told = instant
        done, seconds = self.before + self.new, instant - self.started
        with contextlib.suppress(OSError):  # nobody listens any more: the terminal is closed
            self.progress(
                SweepProgress(self.store.jobs, done, len(self.given_up), self.new, self.faults, seconds)
            )


def _said(fault: Exception) -> tuple[FaultKind, str]:
    if isinstance(fault, JobFault):
        return fault.kind, fault.words
    if isinstance(fault, BadRows):
        return "error", fault.message()
    kind: FaultKind = "memory" if isinstance(fault, MemoryError) else "error"
    return kind, f"{type(fault).__name__}: {fault}"


def _lost(fault: BaseException) -> PasserellesError:
    if isinstance(fault, PasserellesError):
        return fault
    return WorkersLost(f"{type(fault).__name__}: {fault}", expected="passerelles resume DIR")
