"""``passerelles sweep`` and ``resume``: many worlds from one design; killed at any moment, taken up again."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sim.cli.main import BAD_INPUT, INTERRUPTED
from sim.cli.terminal import check_between, ending

if TYPE_CHECKING:
    from sim.sweep.driver import SweepOutcome
    from sim.sweep.running import Begun

MAXIMUM_WORKERS = 1024

Workers = Annotated[
    int | None, typer.Option(help="Processes on this machine; by default as many as processors.")
]
Where = Annotated[
    str,
    typer.Option(
        metavar="WHERE", help="local, dask://HOST:PORT, or slurm:partition=NAME,time=MINUTES,array=TASKS"
    ),
]
Quiet = Annotated[bool, typer.Option("--quiet", help="Say nothing but faults.")]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object a line, on stdout, as it goes.")]


def sweep(
    design: Annotated[str, typer.Argument(help="A design file, or the name of a shipped design.")],
    out: Annotated[
        Path | None, typer.Option(help="Folder of the sweep; goes on if it holds this one.")
    ] = None,
    workers: Workers = None,
    executor: Where = "local",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Time one family and say what the sweep would take.")
    ] = False,
    quiet: Quiet = False,
    as_json: AsJson = False,
) -> None:
    """Run the worlds of a design and write one table of them.

    Nothing that is done is lost: stop with Ctrl-C, kill it, and `passerelles resume DIR` goes on to the same
    table, byte for byte.  Exit code 2 when jobs failed three times: they are listed, the others are done.
    """
    with ending(as_json):
        from sim.errors import MissingKey
        from sim.sweep.design import load_design

        count = worker_count(workers)
        chosen = load_design(design)
        if dry_run:
            from sim.cli.sweep_forecast import foretell

            foretell(chosen, count, quiet, as_json)
            return
        if out is None:
            raise MissingKey("--out", None, "--out DIR")
        from sim.sweep.running import begin

        code = _go_on(begin(chosen, out), executor, count, quiet, as_json)
    raise typer.Exit(code)


def resume(
    folder: Annotated[Path, typer.Argument(help="Folder of a sweep.")],
    workers: Workers = None,
    executor: Where = "local",
    retry: Annotated[
        bool, typer.Option("--retry", help="Try the jobs that failed three times again, too.")
    ] = False,
    quiet: Quiet = False,
    as_json: AsJson = False,
) -> None:
    """Go on with a sweep where it stopped, and write its table."""
    with ending(as_json):
        count = worker_count(workers)
        from sim.sweep.running import found

        begun = found(folder)
        if retry:
            begun.store.forgive()
        code = _go_on(begun, executor, count, quiet, as_json)
    raise typer.Exit(code)


def worker_count(wanted: int | None) -> int:
    """Processes asked for, otherwise as many as processors."""
    from sim.sweep.running import processors

    if wanted is None:
        return processors()
    check_between("--workers", wanted, 1, MAXIMUM_WORKERS)
    return wanted


def _go_on(begun: Begun, executor: str, workers: int, quiet: bool, as_json: bool) -> int:
    """Do the jobs under the eyes of the user; gives the exit code."""
    from sim.cli.sweep_words import Telling
    from sim.compilation import naming_compiler_faults
    from sim.sweep.running import go_on
    from sim.sweep.stopping import stop_on_signals

    telling = Telling(begun.store, begun.plan.worlds, quiet, as_json)
    telling.begins(executor, workers)
    with (
        stop_on_signals() as stopped,
        naming_compiler_faults(),
        telling.bar() as (progress, opening),
    ):
        outcome = go_on(
            begun,
            executor=executor,
            workers=workers,
            progress=progress,
            opening=opening,
            stopped=stopped,
        )
    telling.ends(outcome)
    return code_of(outcome)


def code_of(outcome: SweepOutcome) -> int:
    """Exit code: 130 where it was stopped, 2 where jobs were given up, 0 when all is done."""
    if outcome.stopped:
        return INTERRUPTED
    return 0 if outcome.complete else BAD_INPUT
