"""`passerelles population`: write the synthetic population and show how it meets its margins."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from sim.cli.main import FAILED
from sim.cli.numbers import shown
from sim.cli.terminal import check_between, ending, language, say, write_json
from sim.errors import BadFileName
from sim.population.check import Margin, margins
from sim.population.columns import Population
from sim.population.parquet import write_population
from sim.population.synthesis import digest, synthesise


def population(
    out: Annotated[Path | None, typer.Option(help="Parquet file to write.")] = None,
    scale: Annotated[float, typer.Option(help="Part of the region, above 0 and up to 1.")] = 1.0,
    seed: Annotated[int, typer.Option(help="Seed of the draws.")] = 0,
    check: Annotated[
        bool, typer.Option("--check", help="Show every margin; exit 3 if a hard one fails.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")] = False,
) -> None:
    """Write the synthetic population of Occitanie."""
    with ending(as_json):
        check_between("--scale", scale, 0.0, 1.0, whole=False)
        check_between("--seed", seed, 0, 2**63 - 1)
        if out is not None and not out.parent.is_dir():
            raise BadFileName("--out", str(out), "a file in a folder that exists")
        made = synthesise(scale, seed)
        if out is not None:
            write_population(made, out)
            say(f"{made.persons['person'].size} -> {out}")
        found = margins(made) if check else []
    if as_json:
        write_json(_summary(made, found))
    elif check:
        # In a pipe the whole name matters more than eighty columns.
        Console(width=None if sys.stdout.isatty() else 160).print(_table(found))
    missed = [margin for margin in found if margin.hard and not margin.met]
    if missed:
        say(", ".join(margin.name for margin in missed))
        raise typer.Exit(FAILED)


def _summary(made: Population, found: list[Margin]) -> dict[str, object]:
    return {
        "persons": int(made.persons["person"].size),
        "units": int(made.units["size"].size),
        "teams": int(made.teams["base"].size),
        "scale": made.scale,
        "seed": made.seed,
        "digest": digest(made),
        "margins": [
            {
                "name": m.name,
                "group": m.group,
                "unit": m.unit,
                "target": m.target,
                "synthesised": m.synthesised,
                "difference": m.difference,
                "tolerance": m.tolerance,
                "hard": m.hard,
                "met": m.met,
                "source": m.source,
            }
            for m in found
        ],
    }


def _table(found: list[Margin]) -> Table:
    french = language() == "fr"
    heads = (
        ("marge", "cible", "synthèse", "écart", "tolérance", "source")
        if french
        else ("margin", "target", "synthesised", "difference", "tolerance", "source")
    )
    table = Table()
    table.add_column(heads[0], no_wrap=True)
    for head in heads[1:5]:
        table.add_column(head, justify="right")
    table.add_column("dure" if french else "hard")
    table.add_column("", justify="center")
    table.add_column(heads[5])
    for margin in found:
        values = (margin.target, margin.synthesised)
        table.add_row(
            margin.name,
            *(shown(value, margin.unit) for value in values),
            shown(margin.difference, margin.unit, signed=True),
            shown(margin.tolerance, margin.unit),
            "•" if margin.hard else "",
            "ok" if margin.met else "!",
            margin.source,
        )
    return table
