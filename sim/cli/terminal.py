"""What the commands that simulate share: endings, progress on stderr, results on stdout."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from sim.cli.main import INTERRUPTED, language
from sim.errors import Errors, Language, OutOfRange, PasserellesError, RunFailed

__all__ = [
    "INTERRUPTED",
    "check_between",
    "ending",
    "language",
    "progress_on",
    "results_console",
    "say",
    "spoken",
    "write_json",
]

if TYPE_CHECKING:
    from rich.console import Console

Progress = Callable[[int, int, str], None]
_PLAIN_WIDTH = 160


def say(text: str) -> None:
    """A line on stderr."""
    print(text, file=sys.stderr, flush=True)


def write_json(content: object) -> None:
    """One object on stdout."""
    print(json.dumps(content, ensure_ascii=False, allow_nan=False, sort_keys=True))


def results_console() -> Console:
    """Where tables go: stdout, as wide as the terminal, or wide enough for a file."""
    from rich.console import Console

    console = Console()
    return console if console.is_terminal or "COLUMNS" in os.environ else Console(width=_PLAIN_WIDTH)


@contextmanager
def spoken(asked: Language | None) -> Iterator[Language]:
    """The language of a command: the one asked for by ``--lang``, that of the environment otherwise.

    A fault that leaves the command is told in it too.
    """
    before = os.environ.get("PASSERELLES_LANGUAGE", "")
    if asked is not None:
        os.environ["PASSERELLES_LANGUAGE"] = asked
    yield language()
    os.environ["PASSERELLES_LANGUAGE"] = before


@contextmanager
def ending(as_json: bool = False) -> Iterator[None]:
    """Let no fault leave a command without its name and exit code (:mod:`sim.cli.main` gives the code).

    With ``--json`` the faults are also the one object of stdout.  What nobody foresaw becomes
    :class:`RunFailed`, unless ``PASSERELLES_DEBUG`` is set, which lets the traceback through.
    """
    try:
        yield
    except PasserellesError as fault:
        if as_json:
            faults = fault.errors if isinstance(fault, Errors) else (fault,)
            write_json({"errors": [one.as_dict() for one in faults]})
        raise
    except KeyboardInterrupt:
        say("interrompu" if language() == "fr" else "interrupted")
        raise SystemExit(INTERRUPTED) from None
    except Exception as fault:
        if os.environ.get("PASSERELLES_DEBUG"):
            raise
        failed = RunFailed(type(fault).__name__, str(fault), "PASSERELLES_DEBUG=1")
        if as_json:
            write_json({"errors": [failed.as_dict()]})
        raise failed from fault


def check_between(option: str, value: float, low: float, high: float, whole: bool = True) -> None:
    """Raise :class:`OutOfRange` for an option outside its bounds (a scale excludes its lower one)."""
    if not (low <= value <= high) or (not whole and value == low):
        raise OutOfRange(option, value, f"{low:g} … {high:g}" if whole else f"> {low:g}, ≤ {high:g}")


@contextmanager
def progress_on(quiet: bool) -> Iterator[Progress | None]:
    """A progress bar on stderr, for a person at a terminal; None otherwise."""
    if quiet or not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bar

    console = Console(stderr=True)
    with Bar(TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn(), console=console) as bar:
        task = bar.add_task("", total=None)

        def show(done: int, total: int, text: str) -> None:
            bar.update(task, completed=done, total=total, description=text)

        yield show
