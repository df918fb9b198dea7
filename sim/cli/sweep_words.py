"""What a sweep says as it goes: a bar for a person, a line at each end for a log, JSON lines for programs."""

from __future__ import annotations

import shlex
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.cli.terminal import language, say, write_json

if TYPE_CHECKING:
    from sim.sweep.driver import SweepOutcome, SweepProgress
    from sim.sweep.fault_log import Fault
    from sim.sweep.store import Store

Told = Callable[["SweepProgress"], None]
OpeningTold = Callable[[int, int, str], None]

JSON_EVERY_SECONDS = 0.5
_SECONDS_A_DAY, _SECONDS_AN_HOUR, _SECONDS_A_MINUTE = 86_400, 3_600, 60


class Telling:
    """The words of one drive of one sweep."""

    def __init__(self, store: Store, worlds: int, quiet: bool, as_json: bool) -> None:
        self.store, self.worlds, self.quiet, self.as_json = store, worlds, quiet, as_json
        self._last = 0.0

    def begins(self, executor: str, workers: int) -> None:
        """Say what is asked and where it runs."""
        if self.as_json:
            event = {"event": "begun", "folder": str(self.store.folder), "jobs": self.store.jobs}
            self._line({**event, "worlds": self.worlds, "executor": executor, "workers": workers})
            return
        english = "1 process" if workers == 1 else f"{workers} processes"
        where = f"{workers} processus" if language() == "fr" else english
        where = where if executor == "local" else executor
        self._say(
            f"{self.store.jobs} tâches, {self.worlds} mondes, sur {where} : {self.store.folder}",
            f"{self.store.jobs} jobs, {self.worlds} worlds, on {where}: {self.store.folder}",
        )

    @contextmanager
    def bar(self) -> Iterator[tuple[Told | None, OpeningTold | None]]:
        """Who is told of the jobs and of the opening: a bar at a terminal, JSON lines, or nobody."""
        if self.as_json:
            yield self._progress_line, None
            return
        if self.quiet or not sys.stderr.isatty():
            yield None, None
            return
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

        columns = (BarColumn(), MofNCompleteColumn(), TextColumn("{task.description}"))
        with Progress(*columns, console=Console(stderr=True), transient=True) as shown:
            task = shown.add_task("", total=self.store.jobs)

            def show(progress: SweepProgress) -> None:
                total = self.store.jobs
                shown.update(task, completed=progress.done, total=total, description=rate_of(progress))

            def show_opening(done: int, total: int, years: str) -> None:
                shown.update(task, completed=done, total=total, description=years)

            yield show, show_opening

    def ends(self, outcome: SweepOutcome) -> None:
        """Say what came of it, and how to go on."""
        again = f"passerelles resume {path_words(self.store.folder)}"
        if self.as_json:
            self._line({"event": "ended", **outcome_of(outcome, self.store), "resume": again})
            return
        done, total = outcome.done, outcome.total
        if outcome.stopped:
            fr = f"Arrêté. {done} tâches sur {total} sont faites et gardées. Pour reprendre : {again}"
            say(
                fr
                if language() == "fr"
                else f"Stopped. {done} of {total} jobs are done and kept. To go on: {again}"
            )
            return
        for line in lines_of(outcome.given_up):
            say(line)
        if outcome.given_up:
            count = len(outcome.given_up)
            fr = f"{count} tâches abandonnées après trois essais. Pour réessayer : {again} --retry"
            en = f"{count} jobs given up after three tries. To try again: {again} --retry"
            say(fr if language() == "fr" else en)
        self._say(f"{done} tâches faites sur {total}.", f"{done} of {total} jobs done.")
        print(self.store.folder / "runs.parquet")

    def _progress_line(self, progress: SweepProgress) -> None:
        now = time.monotonic()
        if now - self._last < JSON_EVERY_SECONDS and progress.left:
            return
        self._last = now
        counts = {"done": progress.done, "jobs": progress.total, "given_up": progress.given_up}
        rate = {"jobs_per_second": round(progress.jobs_per_second, 3), "seconds_left": progress.seconds_left}
        self._line({"event": "progress", **counts, "faults": progress.faults, **rate})

    def _say(self, fr: str, en: str) -> None:
        if not self.quiet:
            say(fr if language() == "fr" else en)

    def _line(self, content: dict[str, Any]) -> None:
        write_json(content)
        sys.stdout.flush()


def outcome_of(outcome: SweepOutcome, store: Store) -> dict[str, Any]:
    """How a drive ended, as JSON."""
    table = store.folder / "runs.parquet"
    return {
        "folder": str(store.folder),
        "jobs": outcome.total,
        "done": outcome.done,
        "new": outcome.new,
        "stopped": outcome.stopped,
        "complete": outcome.complete,
        "given_up": given_up_of(outcome.given_up),
        "table": str(table) if not outcome.stopped and table.exists() else None,
    }


def given_up_of(faults: Sequence[Fault]) -> list[dict[str, Any]]:
    """Jobs given up, as JSON: key, tries, kind and words of the last fault."""
    return [{"job": f.key, "tries": f.attempt, "kind": f.kind, "words": f.words} for f in faults]


def lines_of(faults: Sequence[Fault]) -> list[str]:
    """Jobs given up, a line each: the key, how it failed, and the last line of what it said."""
    return [
        f"{f.key}  {f.kind}: {f.words.strip().splitlines()[-1] if f.words.strip() else ''}" for f in faults
    ]


def rate_of(progress: SweepProgress) -> str:
    """Jobs an hour or a second, and the time left."""
    french = language() == "fr"
    rate = progress.jobs_per_second
    per = f"{rate:.1f}/s" if rate >= 1 else f"{rate * 60:.1f}/min"
    words = [per.replace(".", ",") if french else per]
    if progress.seconds_left is not None:
        left = duration(progress.seconds_left)
        words.append(f"reste {left}" if french else f"{left} left")
    if progress.given_up:
        words.append(f"{progress.given_up} abandonnées" if french else f"{progress.given_up} given up")
    return " · ".join(words)


def duration(seconds: float) -> str:
    """A duration in its two largest units."""
    day = "j" if language() == "fr" else "d"
    whole = round(seconds)
    if whole >= _SECONDS_A_DAY:
        return f"{whole // _SECONDS_A_DAY} {day} {whole % _SECONDS_A_DAY // _SECONDS_AN_HOUR} h"
    if whole >= _SECONDS_AN_HOUR:
        return f"{whole // _SECONDS_AN_HOUR} h {whole % _SECONDS_AN_HOUR // _SECONDS_A_MINUTE:02d} min"
    if whole >= _SECONDS_A_MINUTE:
        return f"{whole // _SECONDS_A_MINUTE} min {whole % _SECONDS_A_MINUTE:02d} s"
    return f"{whole} s"


def size(count: int) -> str:
    """Bytes in the unit that suits them."""
    value, french = float(count), language() == "fr"
    for unit in ("B", "kB", "MB", "GB", "TB"):
        if value < 1000 or unit == "TB":
            break
        value /= 1000
    text = f"{value:.0f}" if value >= 100 or unit == "B" else f"{value:.1f}"
    return f"{text.replace('.', ',')} {unit.replace('B', 'o')}" if french else f"{text} {unit}"


def path_words(path: Path) -> str:
    """A path as a shell takes it."""
    return shlex.quote(str(path))
