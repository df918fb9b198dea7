"""``passerelles analyse``: what a sweep says, in words, tables and figures."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from sim.cli.terminal import ending, language, results_console, write_json

if TYPE_CHECKING:
    from sim.sweep.analysis.findings import Findings

REPORT = "report.md"


def analyse(
    folder: Annotated[Path, typer.Argument(help="Folder of the sweep, finished or not.")],
    output: Annotated[list[str] | None, typer.Option(help="Output to look at; again for more.")] = None,
    policy: Annotated[list[str] | None, typer.Option(help="Policy to look at; again for more.")] = None,
    where: Annotated[
        list[str] | None,
        typer.Option(help="Question to answer in words: 'funded_net_per_million_eur > 15'; again for more."),
    ] = None,
    cost: Annotated[str | None, typer.Option(help="Output that is the cost of a policy.")] = None,
    effect: Annotated[str | None, typer.Option(help="Output that is the effect of a policy.")] = None,
    best: Annotated[
        Literal["high", "low"] | None, typer.Option(help="Which way outputs are better, where unknown.")
    ] = None,
    out: Annotated[Path | None, typer.Option(help="Folder for the report, its tables and figures.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Say which assumption matters, where policies hold or fail, what one may regret, and what it costs."""
    with ending(as_json):
        from sim.sweep.analysis.findings import Asked, as_json_object, findings
        from sim.sweep.analysis.study import COST, opened

        study = opened(folder)
        asked = Asked(
            output or (),
            policy or (),
            where or (),
            study.column(cost) if cost else COST,
            study.column(effect) if effect else "",
            best,
        )
        found = findings(study, asked)
        if out is not None:
            write_report(found, out)
        if as_json:
            write_json(as_json_object(found))
        else:
            _print(found)


def write_report(found: Findings, folder: Path) -> list[Path]:
    """The report with its tables (CSV) and figures (Vega-Lite) in a folder; gives the files.

    Raises:
        DiskRefuses: the folder cannot be written.
    """
    from sim.sweep.analysis.findings import tables
    from sim.sweep.disk import told
    from sim.views.sweep_charts import charts
    from sim.views.sweep_report import report
    from sim.views.text import words

    t = words(language())
    files = {f"{name}.csv": frame.to_csv(index=False) for name, frame in tables(found).items()}
    for name, spec in charts(found, t).items():
        files[f"{name}.vl.json"] = json.dumps(spec, ensure_ascii=False, indent=1) + "\n"
    files[REPORT] = report(found, t, sorted(files))
    with told(folder):
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in files.items():
            (folder / name).write_text(text, encoding="utf-8", newline="\n")
    return [folder / name for name in files]


def _print(found: Findings) -> None:
    """For a person at a terminal, set; otherwise the Markdown as it is."""
    from sim.views.sweep_report import report
    from sim.views.text import words

    text, console = report(found, words(language())), results_console()
    if console.is_terminal:
        from rich.markdown import Markdown

        console.print(Markdown(text))
    else:
        print(text, end="")
