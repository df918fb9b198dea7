"""Worlds that a calibration has lived, kept in a folder as a sweep keeps its own (:mod:`sim.sweep.store`).

The same point asked twice is lived once; a calibration that was stopped or killed asks the same questions
again, finds the answers, and goes on to the same bytes.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from pathlib import Path
from typing import ClassVar

from calibration import worlds
from calibration.fitting.problem import Moments, Problem
from calibration.fitting.search import Asked
from sim.errors import Language, RunFailed
from sim.run import Cancelled, engine_digest
from sim.sweep.disk import write_whole
from sim.sweep.driver import drive
from sim.sweep.jobs import Job, canonical
from sim.sweep.store import Store

MOST_WORLDS = 1_000_000
"""A calibration does not know how many worlds it will ask for: more than it ever will."""
STATE = "state.json"

Told = Callable[[int], None]
"""Told after each batch: worlds lived since the start of the process."""


class WorldFailed(RunFailed):
    """A world of the fit failed every attempt."""

    code = "E58"
    title: ClassVar[dict[Language, str]] = {"fr": "un monde a échoué", "en": "a world failed"}


class Evaluations:
    """Answers the questions of a search from the folder, and lives what is not there; ``scale`` and ``seed``
    are those of all worlds, the seeds asked for are counted from ``seed``.

    ``batch``: worlds lived between two writes.
    """

    def __init__(
        self,
        folder: Path,
        problem: Problem,
        scale: float,
        seed: int,
        *,
        executor: Executor,
        batch: int = 1,
        told: Told | None = None,
        stopped: Callable[[], bool] = lambda: False,
    ) -> None:
        self.problem, self.scale, self.seed = problem, scale, seed
        self.executor, self.batch, self.told, self.stopped = executor, max(1, batch), told, stopped
        self.lived = 0
        self.stage = ""
        self.asked: dict[str, Asked] = {}
        design = {"measures": worlds.measuring_digest(), "scale": scale, "seed": seed}
        self.store = Store.create(
            folder,
            design=canonical(design) + b"\n",
            work=worlds.WORK,
            engine=engine_digest(),
            schema=worlds.schema(held_out=False),
            jobs=MOST_WORLDS,
            files={},
        )
        self.known: dict[str, Moments] = {}
        self._read()
        if self.store.quarantined():
            # Whoever asks again has mended what failed, or hopes so.
            self.store.forgive()

    def __call__(self, asked: Sequence[Asked]) -> list[Moments]:
        """Moments of each point under its seed.

        Raises:
            Cancelled: it was asked to stop; what was lived is kept.
            WorldFailed: a world failed every attempt.
            SweepLocked, DiskRefuses, WorkersLost: as a sweep.
        """
        jobs = [self._job(point, seed) for point, seed in asked]
        missing = list({job.key: job for job in jobs if job.key not in self.known}.values())
        for first in range(0, len(missing), self.batch):
            self._live(missing[first : first + self.batch])
            self._note(jobs, asked)
        self._note(jobs, asked)
        return [self.known[job.key] for job in jobs]

    def _job(self, point: Sequence[float], seed: int) -> Job:
        return worlds.job(0, self.scale, self.seed + seed, self.problem.values(point), held_out=False)

    def _live(self, jobs: list[Job]) -> None:
        """Live a few worlds and write them down before the next ones."""
        outcome = drive(
            self.store,
            jobs,
            executor=self.executor,
            in_flight=len(jobs),
            stopped=self.stopped,
        )
        self.lived += outcome.new
        self._read()
        if self.stopped():
            raise Cancelled("calibration")
        lost = [fault for fault in outcome.given_up if fault.key in {job.key for job in jobs}]
        if lost:
            raise WorldFailed(lost[0].key, lost[0].words)
        if self.told is not None:
            self.told(self.lived)

    def _read(self) -> None:
        """All rows of the folder, by job."""
        for table in self.store.tables():
            for row in table.to_pylist():
                self.known[row["job"]] = {name: v for name, v in row.items() if isinstance(v, float)}

    def _note(self, jobs: Sequence[Job], asked: Sequence[Asked]) -> None:
        """Write down where the calibration is: its stage, worlds asked for so far, and the best values."""
        for job, one in zip(jobs, asked, strict=True):
            if job.key in self.known:
                self.asked.setdefault(job.key, one)
        fits = [(key, point) for key, (point, seed) in self.asked.items() if seed == 0]
        found = [(self.problem.objective(point, self.known[key]), point) for key, point in fits]
        objective, best = min(found, key=lambda one: one[0], default=(None, None))
        content = {
            "stage": self.stage,
            "worlds": len(self.asked),
            "objective": objective,
            "best": {} if best is None else self.problem.values(best),
        }
        write_whole(
            self.store.folder / STATE, (json.dumps(content, indent=1, sort_keys=True) + "\n").encode()
        )
