"""``passerelles person``: one worker's story in two worlds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

import typer

from sim.cli.run import check_size, prepared
from sim.cli.terminal import check_between, ending, progress_on, results_console, spoken, write_json

if TYPE_CHECKING:
    from sim.errors import Language
    from sim.telling.story import Story


def person(
    row: Annotated[
        str | None, typer.Argument(metavar="[ID]", help="Row of the person in the sample; none with --find.")
    ] = None,
    scenario: Annotated[
        str | None, typer.Argument(help="Name of a shipped scenario, or path of a file; reference otherwise.")
    ] = None,
    against: Annotated[
        str | None, typer.Option(help="The other world; otherwise the same scenario without any scheme.")
    ] = None,
    find: Annotated[
        str | None,
        typer.Option(help="Instead of ID, whom something happens to: funded:ptp, refused:ptp, laid-off, …"),
    ] = None,
    number: Annotated[int, typer.Option(help="Which of those found, from 1.")] = 1,
    scale: Annotated[float, typer.Option(help="Share of the region that is simulated.")] = 0.05,
    seed: Annotated[int, typer.Option(help="Seed of the random draws.")] = 0,
    months: Annotated[int | None, typer.Option(help="Months to run, at most the scenarios'.")] = None,
    lang: Annotated[Literal["fr", "en"] | None, typer.Option(help="Language of the story.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Tell what happens to one person in a scenario and in another world that shares every draw.

    Rows are those of the sample: the same scale and seed give the same persons.  One life is a story, never
    the effect of a policy.
    """
    with ending(as_json), spoken(lang) as tongue:
        from sim.cli.prepare import prepare_if_needed

        chosen, name = _who_and_where(row, scenario, find)
        first = prepared(name, [])
        second = prepared(against, []) if against else None
        for one in (first, *([second] if second else [])):
            check_size(one, scale, months, seed, 1)
        check_between("--number", number, 1, 10**9)
        prepare_if_needed()
        from sim.telling.story import Sought, story

        with progress_on(as_json) as progress:
            sought = Sought(chosen, find or "", number, scale, seed, months)
            told = story(sought, first, second, progress)
        if as_json:
            write_json(told.as_object())
        else:
            _print(told, tongue)


def _who_and_where(row: str | None, scenario: str | None, find: str | None) -> tuple[int | None, str]:
    """Row (None with ``--find``) and scenario; raises the fault of what names neither."""
    from sim.errors import MissingKey, NumberExpected

    if find is not None:
        return None, scenario or row or "reference"
    if row is None:
        raise MissingKey("person", None, "ID, or --find (funded:ptp, refused:ptp, laid-off, …)")
    if not (row.isascii() and row.isdecimal()):
        raise NumberExpected("person", row, "a row such as 1234, or --find")
    return int(row), scenario or "reference"


def _print(told: Story, tongue: Language) -> None:
    from rich.markup import escape

    from sim.telling.words import month_text

    console = results_console()
    who = f"Personne {told.person}" if tongue == "fr" else f"Person {told.person}"
    console.print(f"[bold]{who}[/bold] ({told.scale:g}, seed {told.seed})")
    console.print(escape(told.portrait(tongue)))
    for which, name in enumerate((told.scenario, told.against)):
        console.print(f"\n[bold]{escape(name)}[/bold]")
        events, alone = told.told(which, tongue), told.alone(which, tongue)
        for month, text in events:
            mark = "*" if (month, text) in alone else " "
            console.print(f"{mark} {month_text(month, tongue):>16}  {escape(text)}", highlight=False)
        if not events:
            console.print("  " + ("rien ne change" if tongue == "fr" else "nothing changes"))
    console.print("\n* " + ("seulement dans ce monde" if tongue == "fr" else "in this world only"))
    for text in told.differences(tongue):
        console.print(escape(text), highlight=False)
