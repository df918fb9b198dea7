"""``passerelles validate``: the scoreboard, observed against simulated, misses shown."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from sim.cli.main import BAD_INPUT, INTERRUPTED
from sim.cli.terminal import check_between, ending, results_console, say, spoken, write_json

if TYPE_CHECKING:
    from calibration.scoring.sample import Sample
    from sim.sweep.driver import SweepOutcome
    from sim.sweep.store import Store

OUT = Path("results/scoreboard")
MAXIMUM_WORLDS = 10_000


def validate(
    worlds: Annotated[int, typer.Option(help="Worlds, each with its own seed and parameters.")] = 40,
    scale: Annotated[float, typer.Option(help="Share of the region that is simulated.")] = 0.05,
    seed: Annotated[int, typer.Option(help="First seed of the random draws.")] = 0,
    ensemble: Annotated[
        Path | None, typer.Option(help="Parameter sets to draw from; by default the shipped ones.")
    ] = None,
    out: Annotated[Path, typer.Option(help="Folder of the worlds; goes on if it holds these.")] = OUT,
    workers: Annotated[int | None, typer.Option(help="Processes; by default as many as processors.")] = None,
    lang: Annotated[Literal["fr", "en"] | None, typer.Option(help="Language of the words.")] = None,
    as_markdown: Annotated[bool, typer.Option("--markdown", help="Print the page of the documents.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="Say nothing but faults.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Score the model: each statistic of the documents beside what it simulates, with 50 and 90 % intervals.

    Calibrated statistics prove nothing; held-out ones were read by no fit. Stopped or killed, the same
    command goes on.
    """
    with ending(as_json), spoken(lang) as tongue:
        from calibration.scoring.sample import Sample, ensemble_sets, moments_in, store_of
        from calibration.scoring.scoreboard import scoreboard
        from calibration.scoring.words import markdown, print_scoreboard
        from sim.cli.prepare import prepare_if_needed
        from sim.sweep.running import processors

        check_between("--worlds", worlds, 1, MAXIMUM_WORLDS)
        check_between("--scale", scale, 0.0, 1.0, whole=False)
        count = workers or processors()
        check_between("--workers", count, 1, 1024)
        sample = Sample(worlds, scale, seed, ensemble_sets(ensemble, worlds, seed))
        store = store_of(out, sample)
        prepare_if_needed()
        outcome = _lived(store, sample, count, quiet or as_json)
        if not outcome.complete:
            french = tongue == "fr"
            done = f"{outcome.done} / {worlds}"
            say(
                f"Arrêté à {done} ; la même commande reprendra ici."
                if french
                else f"Stopped at {done}; the same command goes on from here."
            )
            raise SystemExit(INTERRUPTED if outcome.stopped else BAD_INPUT)
        scores = scoreboard(moments_in(store))
        if as_json:
            write_json(_report(sample, scores))
        elif as_markdown:
            print(markdown(scores, worlds, scale, seed, tongue), end="")
        else:
            print_scoreboard(results_console(), scores, worlds, scale, tongue)


def _lived(store: Store, sample: Sample, workers: int, quiet: bool) -> SweepOutcome:
    """Live what is missing under the eyes of the user."""
    from calibration.scoring.sample import live
    from sim.cli.sweep_words import Telling, lines_of
    from sim.sweep.stopping import stop_on_signals
    from sim.sweep.supervision import SupervisedExecutor

    telling = Telling(store, sample.count, quiet, as_json=False)
    executor = SupervisedExecutor(workers)
    try:
        with stop_on_signals() as stopped, telling.bar() as (progress, _):
            outcome = live(store, sample, executor, workers, progress, stopped)
    finally:
        executor.shutdown(wait=True, cancel_futures=True)
    for line in lines_of(outcome.given_up):
        say(line)
    return outcome


def _report(sample: Sample, scores: tuple[Any, ...]) -> dict[str, Any]:
    from calibration.scoring.scoreboard import coverage, headline
    from calibration.worlds import measuring_digest

    covered = {
        "strong_hold_outs": headline(scores),
        "hold_outs": coverage([one for one in scores if one.held_out]),
        "calibrated": coverage([one for one in scores if not one.held_out]),
    }
    return {
        "schema_version": 1,
        "command": "validate",
        "engine": measuring_digest(),
        "worlds": sample.count,
        "scale": sample.scale,
        "seed": sample.seed,
        "coverage": {
            name: {"hits": one.hits, "measured": one.measured, "share": one.share}
            for name, one in covered.items()
        },
        "statistics": [one.as_object() for one in scores],
    }
