"""``passerelles run``: one scenario, one or several seeds."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.cli.terminal import check_between, ending, language, progress_on, results_console, say, write_json

if TYPE_CHECKING:
    from sim.results import Results
    from sim.scenario import Scenario

MAXIMUM_REPLICATES = 10_000
MAXIMUM_SEED = 2**31 - 1


def run(
    scenario: Annotated[str, typer.Argument(help="Name of a shipped scenario, or path of a scenario file.")],
    out: Annotated[Path | None, typer.Option(help="Folder to write results to.")] = None,
    scale: Annotated[float, typer.Option(help="Share of the region that is simulated.")] = 1.0,
    months: Annotated[int | None, typer.Option(help="Months to run, at most the scenario's.")] = None,
    seed: Annotated[int, typer.Option(help="Seed of the random draws.")] = 0,
    replicates: Annotated[int, typer.Option(help="Runs, with seeds one after the other.")] = 1,
    changes: Annotated[
        list[str] | None, typer.Option("--set", metavar="KEY=VALUE", help="Move a lever from the opening.")
    ] = None,
    check: Annotated[
        bool, typer.Option("--check", help="Test the model's identities on the way; end if one is broken.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Simulate a scenario and print its indicators.

    With --check, heads, flows, posts, money and envelopes are added up again every month and every row is
    tested once a year (at most 15 % more time); a broken identity ends the run with its code, its month and
    both values, and exit code 3.
    """
    with ending(as_json):
        from sim.cli.prepare import prepare_if_needed
        from sim.compilation import naming_compiler_faults
        from sim.run import simulate

        chosen = prepared(scenario, changes or [])
        check_size(chosen, scale, months, seed, replicates)
        prepare_if_needed()
        runs: list[dict[str, Any]] = []
        with progress_on(as_json) as progress:
            for number in range(replicates):
                with naming_compiler_faults():
                    results = simulate(
                        chosen,
                        scale=scale,
                        seed=seed + number,
                        months=months,
                        progress=progress,
                        check=check,
                    )
                folder = saved(results, out, f"seed_{seed + number:04d}" if replicates > 1 else "")
                runs.append(_entry(results, folder))
        if as_json:
            write_json({"schema_version": 1, "command": "run", "scenario": chosen.name, "runs": runs})
        else:
            _print(runs)


def prepared(name: str, changes: list[str]) -> Scenario:
    """The scenario with its ``--set`` changes; raises the faults of either."""
    from sim.errors import MissingKey, raise_all
    from sim.scenario import load, with_overrides

    raise_all([MissingKey("--set", change, "KEY=VALUE") for change in changes if "=" not in change])
    pairs: dict[str, str] = {}
    for change in changes:
        key, _, value = change.partition("=")
        pairs[key.strip()] = value.strip()
    loaded = load(name)
    return with_overrides(loaded, pairs) if pairs else loaded


def check_size(scenario: Scenario, scale: float, months: int | None, seed: int, replicates: int) -> None:
    """Raise :class:`sim.errors.OutOfRange` for a run that cannot be."""
    check_between("--scale", scale, 0.0, 1.0, whole=False)
    check_between("--seed", seed, 0, MAXIMUM_SEED - replicates)
    check_between("--replicates", replicates, 1, MAXIMUM_REPLICATES)
    if months is not None:
        check_between("--months", months, 1, scenario.horizon_months)


def saved(results: Results, out: Path | None, name: str) -> Path | None:
    """Write the results under ``out``, if any; returns the folder."""
    if out is None:
        return None
    from sim.results import save

    return save(results, out / name if name else out)


def _entry(results: Results, folder: Path | None) -> dict[str, Any]:
    from sim.indicators import summary

    return {
        "seed": results.seed,
        "wall_seconds": results.wall_seconds,
        "folder": None if folder is None else str(folder),
        "summary": summary(results),
    }


def _print(runs: list[dict[str, Any]]) -> None:
    from rich.table import Table

    from sim.cli.numbers import scope, shown

    tongue = language()
    table = Table(title=runs[0]["summary"]["title"][tongue], title_justify="left", caption_justify="left")
    first = runs[0]["summary"]
    table.caption = scope(first["scale"], first["months"], len(runs))
    table.add_column("indicateur" if tongue == "fr" else "indicator")
    for entry in runs[:6]:
        table.add_column(f"seed {entry['seed']}", justify="right")
    table.add_column("unité" if tongue == "fr" else "unit")
    for name, indicator in runs[0]["summary"]["indicators"].items():
        cells = [
            shown(entry["summary"]["indicators"][name]["value"], indicator["unit"]) for entry in runs[:6]
        ]
        table.add_row(indicator["label"][tongue], *cells, indicator["unit"])
    results_console().print(table)
    for note in first["notes"]:
        results_console().print(note[tongue])
    for entry in runs:
        if entry["folder"]:
            say(("résultats : " if tongue == "fr" else "results: ") + entry["folder"])
