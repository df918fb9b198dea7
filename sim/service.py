"""Comparisons in the background: a queue, one working process, answers kept by fingerprint.

A page never waits: :meth:`RunService.submit` returns at once, :meth:`RunService.state` says how far the run
is, :meth:`RunService.answer` gives what has been found so far.  A session wants one comparison at a time:
a newer wish cancels the older one, unless another session wants it too.  No page framework is imported here.
"""

from __future__ import annotations

import atexit
import json
import shutil
import subprocess
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from sim.answer import Answer, answer_from
from sim.kernels import cache_root
from sim.service_request import STAGES, Busy, JobState, Request
from sim.service_worker import CANCEL, REQUEST, STATUS, end_worker, start_worker, write_json

__all__ = ["STAGES", "Busy", "JobState", "Request", "RunService"]

QUEUE_LIMIT = 8
SESSION_SILENCE_SECONDS = 60.0
"""A page that has not asked for so long is closed: what only it wanted is dropped."""

KEPT_COMPARISONS = 200


class RunService:
    """The queue of comparisons and their answers; one for the whole server, safe between threads."""

    def __init__(
        self, *, queue_limit: int = QUEUE_LIMIT, worker: Callable[[], subprocess.Popen[str]] = start_worker
    ) -> None:
        self.root = cache_root() / "comparisons"
        self.queue_limit = queue_limit
        self._start = worker
        self._worker: subprocess.Popen[str] | None = None
        self._changed = threading.Condition()
        self._jobs: dict[str, tuple[int, tuple[str, ...]]] = {}
        self._arrivals = 0
        self._wanted: dict[str, str] = {}
        self._seen: dict[str, float] = {}
        self._running: tuple[str, str] | None = None
        self._faults: dict[str, Mapping[str, str]] = {}
        self._warm: list[dict[str, Any]] = []
        self._closed = False
        self._forget_old()
        self._thread = threading.Thread(target=self._dispatch, name="comparisons", daemon=True)
        self._thread.start()
        atexit.register(self.close)

    def warm(self, scale: float, seed: int = 0) -> None:
        """Start the working process now and prepare the opening of a sample when nothing else waits."""
        with self._changed:
            self._warm.append({"warm": scale, "seed": seed})
            self._changed.notify_all()

    def submit(self, request: Request, session: str) -> str:
        """Ask for a comparison in place of whatever the session wanted before; returns its key.

        Raises:
            Busy: when too many others wait.
        """
        key = request.key
        with self._changed:
            self._touch(session)
            if self._wanted.get(session) != key:
                self._release(session)
                self._forget_silent()
            missing = [stage for stage in request.stages if not self._complete(key, stage, request)]
            if missing and key not in self._jobs and key not in self._faults:
                if len(self._jobs) >= self.queue_limit:
                    raise Busy()
                self._enqueue(key, request)
            self._wanted[session] = key
        return key

    def retry(self, key: str) -> None:
        """Forget a failure, so that the next wish runs again."""
        with self._changed:
            self._faults.pop(key, None)

    def touch(self, session: str) -> None:
        """The session's page is open."""
        with self._changed:
            self._touch(session)
            self._forget_silent()

    def leave(self, session: str) -> None:
        """The session wants nothing any more."""
        with self._changed:
            self._release(session)

    def stored(self, key: str) -> tuple[str, ...]:
        """Stages that have an answer."""
        return tuple(stage for stage in STAGES if (self.root / key / f"{stage}.json").is_file())

    def state(self, key: str) -> JobState:
        """How far a comparison is."""
        stored = self.stored(key)
        version = sum((self.root / key / f"{stage}.json").stat().st_mtime for stage in stored)
        with self._changed:
            if key in self._faults:
                return JobState("failed", stored, version, fault=self._faults[key])
            if self._running and self._running[0] == key:
                return JobState("running", stored, version, progress=self._progress(key))
            if key in self._jobs:
                before = sum(order < self._jobs[key][0] for order, _ in self._jobs.values())
                return JobState("queued", stored, version, position=before)
        return JobState("done" if stored else "absent", stored, version)

    def answer(self, key: str, stage: str) -> Answer | None:
        """The answer of a stage, None where there is none (or it was written by another version)."""
        try:
            return answer_from(json.loads((self.root / key / f"{stage}.json").read_text(encoding="utf-8")))
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def file(self, key: str, name: str) -> bytes | None:
        """A file of the comparison's folder: ``stocks-base.parquet``, ``stocks-other.parquet``."""
        path = self.root / key / Path(name).name
        return path.read_bytes() if path.is_file() else None

    def close(self) -> None:
        """Stop: the working process is ended, what it was doing is lost, what was stored stays."""
        with self._changed:
            self._closed = True
            worker, self._worker = self._worker, None
            self._changed.notify_all()
        if worker is not None:
            worker.kill()
        self._thread.join(5)
        if worker is not None:
            end_worker(worker)

    # --- under the lock ---------------------------------------------------------------------------------

    def _touch(self, session: str) -> None:
        self._seen[session] = time.monotonic()

    def _release(self, session: str) -> None:
        key = self._wanted.pop(session, None)
        if key is not None and key in self._jobs and key not in self._wanted.values():
            del self._jobs[key]
            if self._running and self._running[0] == key:
                (self.root / key / CANCEL).touch()

    def _forget_silent(self) -> None:
        limit = time.monotonic() - SESSION_SILENCE_SECONDS
        for session in [name for name, at in self._seen.items() if at < limit]:
            self._release(session)
            del self._seen[session]

    def _enqueue(self, key: str, request: Request) -> None:
        folder = self.root / key
        folder.mkdir(parents=True, exist_ok=True)
        write_json(folder / REQUEST, request.as_dict())
        (folder / CANCEL).unlink(missing_ok=True)
        self._arrivals += 1
        left = tuple(stage for stage in request.stages if not self._complete(key, stage, request))
        self._jobs[key] = (self._arrivals, left)
        self._changed.notify_all()

    def _complete(self, key: str, stage: str, request: Request) -> bool:
        if stage == "provisional" and (self.root / key / "region.json").is_file():
            return True
        answer = self.answer(key, stage)
        return answer is not None and (stage != "ensemble" or answer.pairs >= request.replicates)

    def _progress(self, key: str) -> Mapping[str, Any]:
        try:
            found: dict[str, Any] = json.loads((self.root / key / STATUS).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return found

    def _forget_old(self) -> None:
        if not self.root.is_dir():
            return
        folders = sorted(self.root.iterdir(), key=lambda path: path.stat().st_mtime, reverse=True)
        for folder in folders[KEPT_COMPARISONS:]:
            shutil.rmtree(folder, ignore_errors=True)

    # --- the dispatcher's thread ------------------------------------------------------------------------

    def _next(self) -> tuple[str, str] | None:
        """The job and stage to run: first answers before refinements, then the order of arrival."""
        waiting = [(STAGES.index(left[0]), order, key) for key, (order, left) in self._jobs.items()]
        if not waiting:
            return None
        stage, _, key = min(waiting)
        return key, STAGES[stage]

    def _dispatch(self) -> None:
        while True:
            with self._changed:
                while not self._closed and not self._jobs and not self._warm:
                    self._changed.wait()
                if self._closed:
                    return
                chosen = self._next()
                task = (
                    {"folder": str(self.root / chosen[0]), "stage": chosen[1]}
                    if chosen
                    else self._warm.pop(0)
                )
                self._running = chosen
                if chosen:
                    (self.root / chosen[0] / STATUS).unlink(missing_ok=True)
            reply = self._ask(task)
            with self._changed:
                self._running = None
                if chosen and not self._closed:
                    self._finish(*chosen, reply)

    def _finish(self, key: str, stage: str, reply: Mapping[str, str]) -> None:
        (self.root / key / CANCEL).unlink(missing_ok=True)
        if key not in self._jobs:
            return
        order, left = self._jobs.pop(key)
        if reply["ended"] == "failed":
            self._faults[key] = reply
        elif reply["ended"] == "cancelled" or (left := tuple(other for other in left if other != stage)):
            self._jobs[key] = (order, left)

    def _ask(self, task: Mapping[str, Any]) -> Mapping[str, str]:
        """Hand the task to the working process (a new one if the last is gone) and wait for its reply."""
        lost = {"ended": "failed", "fr": "le calcul s'est interrompu", "en": "the run broke off"}
        with self._changed:
            if self._closed:
                return lost
            if self._worker is None:
                self._worker = self._start()
            worker = self._worker
        assert worker.stdin is not None and worker.stdout is not None
        try:
            worker.stdin.write(json.dumps(task) + "\n")
            reply: dict[str, str] = json.loads(worker.stdout.readline())
        except (OSError, ValueError):
            with self._changed:
                if self._worker is worker:
                    self._worker = None
                    end_worker(worker)
            return lost
        return reply
