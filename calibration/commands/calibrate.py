"""``passerelles calibrate``: fit the free parameters to the targets, say how well, and draw the ensemble."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from sim.cli.main import INTERRUPTED
from sim.cli.terminal import check_between, ending, results_console, say, spoken, write_json

if TYPE_CHECKING:
    from calibration.fitting.calibrate import Calibration
    from calibration.fitting.evaluations import Evaluations
    from calibration.fitting.problem import Problem
    from calibration.fitting.self_test import SelfTest
    from sim.errors import Language

OUT = Path("results/calibration")
MAXIMUM_WORLDS = 100_000


def calibrate(
    out: Annotated[Path, typer.Option(help="Folder of the calibration; goes on if it holds this one.")] = OUT,
    scale: Annotated[float, typer.Option(help="Share of the region that is simulated.")] = 0.1,
    seed: Annotated[int, typer.Option(help="First seed of the random draws.")] = 0,
    optimiser: Annotated[
        list[str] | None, typer.Option(help="rounds, gauss_newton or simplex; several are compared.")
    ] = None,
    budget: Annotated[int, typer.Option(help="Worlds that each optimiser may live.")] = 120,
    ensemble: Annotated[int, typer.Option(help="Parameter sets wanted that targets do not rule out.")] = 100,
    only: Annotated[list[str] | None, typer.Option(help="Starts of the keys to free; others stay.")] = None,
    self_test: Annotated[
        int, typer.Option("--self-test", help="Fit as many made-up regions instead, their truth known.")
    ] = 0,
    write: Annotated[
        bool, typer.Option("--write", help="Replace the project's fitted values and ensemble.")
    ] = False,
    workers: Annotated[int | None, typer.Option(help="Processes; by default as many as processors.")] = None,
    lang: Annotated[Literal["fr", "en"] | None, typer.Option(help="Language of the words.")] = None,
    quiet: Annotated[bool, typer.Option("--quiet", help="Say nothing but faults.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Fit the free parameters to the targets, all on the same draws.

    Optimisers are compared and the better is kept; then how well each parameter is known, and parameter sets
    that the targets do not rule out. Stopped or killed, the same command goes on to the same bytes. No
    hold-out is read.
    """
    with ending(as_json), spoken(lang) as tongue:
        from calibration.fitting.evaluations import Evaluations
        from calibration.fitting.optimisers import OPTIMISERS
        from calibration.fitting.problem import problem_of
        from sim.cli.prepare import prepare_if_needed
        from sim.errors import UnknownCode, UnknownKey, nearest
        from sim.run import Cancelled
        from sim.sweep.running import processors
        from sim.sweep.stopping import stop_on_signals
        from sim.sweep.supervision import SupervisedExecutor

        check_between("--scale", scale, 0.0, 1.0, whole=False)
        check_between("--budget", budget, 1, MAXIMUM_WORLDS)
        check_between("--ensemble", ensemble, 0, MAXIMUM_WORLDS)
        check_between("--self-test", self_test, 0, MAXIMUM_WORLDS)
        chosen = tuple(optimiser or ("rounds", "gauss_newton"))
        for name in chosen:
            if name not in OPTIMISERS:
                raise UnknownCode("--optimiser", name, " | ".join(OPTIMISERS), nearest(name, OPTIMISERS))
        problem = problem_of(tuple(only or ("",)))
        if not problem.free:
            known = problem_of().keys
            raise UnknownKey(
                "--only", " ".join(only or []), "start of a key", nearest((only or [""])[0], known)
            )
        count = workers or processors()
        check_between("--workers", count, 1, 1024)
        prepare_if_needed()
        executor = SupervisedExecutor(count)
        try:
            with stop_on_signals() as stopped, _progress(quiet or as_json, tongue) as bar:
                simulate = Evaluations(
                    out, problem, scale, seed, executor=executor, batch=count, told=bar.told, stopped=stopped
                )
                if self_test:
                    _tell_self_test(
                        _self_tested(simulate, problem, self_test, budget, seed, bar), as_json, tongue
                    )
                    return
                found = _calibrated(simulate, problem, chosen, budget, ensemble, seed, bar)
        except Cancelled:
            say(
                "Arrêté : la même commande reprendra ici."
                if tongue == "fr"
                else "Stopped: the same command goes on from here."
            )
            raise SystemExit(INTERRUPTED) from None
        finally:
            executor.shutdown(wait=True, cancel_futures=True)
        _tell(found, simulate, out, write, as_json, tongue)


def _calibrated(
    simulate: Evaluations,
    problem: Problem,
    optimisers: tuple[str, ...],
    budget: int,
    ensemble: int,
    seed: int,
    bar: _Bar,
) -> Calibration:
    from calibration.fitting.calibrate import Settings
    from calibration.fitting.calibrate import calibrate as fit
    from calibration.fitting.problem import shipped_point

    settings = Settings(budget=budget, optimisers=optimisers, ensemble=ensemble, seed=seed)
    bar.expect(settings.most_worlds(len(problem.free)))

    def stage(name: str, worlds: int, problem: Problem) -> None:
        simulate.stage, simulate.problem = name, problem
        bar.stage(name)

    return fit(problem, simulate, shipped_point(problem), settings, stage)


def _self_tested(
    simulate: Evaluations, problem: Problem, worlds: int, budget: int, seed: int, bar: _Bar
) -> SelfTest:
    from calibration.fitting.problem import shipped_point
    from calibration.fitting.self_test import around
    from calibration.fitting.self_test import self_test as recover

    bar.expect(worlds * (3 * len(problem.free) + 6))
    bar.stage("self-test")
    return recover(around(problem, shipped_point(problem)), simulate, worlds, budget, seed)


def _tell_self_test(found: SelfTest, as_json: bool, tongue: Language) -> None:
    worlds = len(found.worlds)
    if as_json:
        write_json(
            {
                "schema_version": 1,
                "command": "calibrate --self-test",
                "worlds": worlds,
                "covered": found.covered,
                "uniformity": list(found.uniformity),
            }
        )
        return
    least = min(found.uniformity)
    print(
        f"La vérité est dans la région à 90 % dans {found.covered} mondes sur {worlds} ; "
        f"rangs uniformes : plus petite probabilité {least:.3f}."
        if tongue == "fr"
        else f"The truth lies in the 90 % region in {found.covered} of {worlds} worlds; "
        f"uniform ranks: least p-value {least:.3f}."
    )


def _tell(
    found: Calibration, simulate: Evaluations, out: Path, write: bool, as_json: bool, tongue: Language
) -> None:
    """Write the files, then say what was found."""
    from calibration.fitting.report import ENSEMBLE, FITTED, Provenance, as_object, write_results
    from calibration.worlds import measuring_digest
    from sim.sweep.disk import read_whole, write_whole

    made = Provenance(measuring_digest(), simulate.scale, simulate.seed, len(simulate.asked))
    paths = write_results(out, found, made)
    if write:
        project = Path(__file__).parents[1]
        for path in paths:
            if path.name in (FITTED, ENSEMBLE):
                write_whole(project / path.name, read_whole(path))
    if as_json:
        write_json(as_object(found, made))
        return
    from calibration.fitting.words import print_calibration

    print_calibration(results_console(), as_object(found, made), tongue)
    for path in paths:
        print(path)


class _Bar:
    """Worlds lived against worlds expected, and the time left at the rate so far."""

    def __init__(self, show: Callable[[int, int, str], None] | None, tongue: Language) -> None:
        self.show, self.tongue = show, tongue
        self.expected = self.lived = 0
        self.name, self.started = "", time.monotonic()

    def expect(self, worlds: int) -> None:
        """How many worlds it may take at most."""
        self.expected = worlds

    def stage(self, name: str) -> None:
        """A stage begins."""
        self.name = name
        self._tell()

    def told(self, lived: int) -> None:
        """Some more worlds are lived."""
        self.lived = lived
        self._tell()

    def _tell(self) -> None:
        if self.show is None:
            return
        from sim.cli.sweep_words import duration

        words = self.name
        if self.lived:
            left = max(self.expected - self.lived, 0) * (time.monotonic() - self.started) / self.lived
            words += (
                f" · reste au plus {duration(left)}"
                if self.tongue == "fr"
                else f" · at most {duration(left)} left"
            )
        self.show(self.lived, self.expected, words)


@contextmanager
def _progress(quiet: bool, tongue: Language) -> Iterator[_Bar]:
    """A bar at a terminal; a line a stage in a log; nothing where it should be quiet."""
    if quiet:
        yield _Bar(None, tongue)
        return
    if not sys.stderr.isatty():
        told: list[str] = []

        def line(lived: int, expected: int, words: str) -> None:
            stage = words.partition(" · ")[0]
            if not told or told[-1] != stage:
                told.append(stage)
                say(f"{stage} ({lived})")

        yield _Bar(line, tongue)
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    columns = (BarColumn(), MofNCompleteColumn(), TextColumn("{task.description}"))
    with Progress(*columns, console=Console(stderr=True), transient=True) as shown:
        task = shown.add_task("", total=None)
        yield _Bar(lambda n, of, words: shown.update(task, completed=n, total=of, description=words), tongue)
