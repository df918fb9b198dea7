"""``passerelles scenarios``: what comes with the project."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from sim.cli.terminal import ending, language, results_console, write_json


def scenarios(
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """List the shipped scenarios with what each one moves."""
    with ending(as_json):
        from sim.scenario import digest, load, results_digest, shipped

        found: list[dict[str, Any]] = []
        for name in shipped():
            scenario = load(name)
            found.append(
                {
                    "name": name,
                    "title": dict(scenario.title),
                    "narrative": dict(scenario.narrative),
                    "horizon_months": scenario.horizon_months,
                    "law": scenario.law,
                    "overrides": {
                        key: [list(entry) for entry in entries] for key, entries in scenario.overrides.items()
                    },
                    "digest": digest(scenario),
                    "results_digest": results_digest(scenario),
                }
            )
        if as_json:
            write_json({"schema_version": 1, "command": "scenarios", "scenarios": found})
        else:
            _print(found)


def _print(found: list[dict[str, Any]]) -> None:
    console = results_console()
    for scenario in found:
        console.print(f"[bold]{scenario['name']}[/bold]  {scenario['title'][language()]}", highlight=False)
        console.print(f"  {scenario['narrative'][language()]}", highlight=False)
