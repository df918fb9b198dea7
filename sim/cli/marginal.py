"""``passerelles marginal``: what one more million a year does in each scheme."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from sim.cli.run import check_size, prepared
from sim.cli.terminal import check_between, ending, progress_on, results_console, spoken, write_json

if TYPE_CHECKING:
    from sim.effects import Effect
    from sim.errors import Language
    from sim.telling.marginal import Margin


def marginal(
    scenario: Annotated[str, typer.Argument(help="Scenario that the money is added to.")] = "reference",
    eur: Annotated[float, typer.Option(help="Euros a year, from the opening on.")] = 1_000_000.0,
    scheme: Annotated[
        list[str] | None, typer.Option(help="Only this scheme; may be given several times.")
    ] = None,
    scale: Annotated[float, typer.Option(help="Share of the region that is simulated.")] = 1.0,
    months: Annotated[int, typer.Option(help="Months to run; decisions are judged 24 months on.")] = 72,
    pairs: Annotated[int, typer.Option(help="Pairs of worlds; the first has the central parameters.")] = 4,
    seed: Annotated[int, typer.Option(help="Seed of the random draws.")] = 0,
    interval: Annotated[
        Literal["total", "chance"],
        typer.Option(help="What intervals cover: chance and parameters, or chance alone."),
    ] = "total",
    lang: Annotated[Literal["fr", "en"] | None, typer.Option(help="Language of the words.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Give each scheme the same money more a year, one at a time, and say what it changes, whom, where to.

    Rows are not a ranking: schemes serve different people.  A small sample holds few of those whom a million
    reaches: use the whole region, or more euros.
    """
    with ending(as_json), spoken(lang) as tongue:
        from sim.cli.prepare import prepare_if_needed
        from sim.telling.rule_sheet import scheme_named

        chosen = prepared(scenario, [])
        check_size(chosen, scale, months, seed, pairs)
        check_between("--eur", eur, 1.0, 1e10)
        only = [scheme_named(name).name for name in scheme or []]
        prepare_if_needed()
        from sim.telling.marginal import NOT_A_RANKING, SCHEMA_VERSION
        from sim.telling.marginal import marginal as one_more

        options: dict[str, Any] = {
            "eur": eur,
            "scale": scale,
            "seed": seed,
            "months": months,
            "pairs": pairs,
        }
        with progress_on(as_json) as progress:
            found = one_more(chosen, **options, kind=interval, only=only, progress=progress)
        if as_json:
            write_json(
                {
                    "schema_version": SCHEMA_VERSION,
                    "command": "marginal",
                    "scenario": chosen.name,
                    **options,
                    "interval": interval,
                    "schemes": [one.as_object() for one in found],
                    "note": dict(NOT_A_RANKING),
                }
            )
        else:
            _print(found, chosen.name, options, tongue)


def _print(found: tuple[Margin, ...], name: str, options: dict[str, Any], tongue: Language) -> None:
    from rich.markup import escape
    from rich.table import Table

    from sim.cli.numbers import scope, shown
    from sim.telling.marginal import EFFECTS, NOT_A_RANKING
    from sim.telling.reached import SHARES

    french, console = tongue == "fr", results_console()
    more = shown(options["eur"], "EUR")
    table = Table(
        title=f"{name} : {more} € de plus par an" if french else f"{name}: {more} EUR more a year",
        title_justify="left",
    )
    table.add_column("dispositif" if french else "scheme")
    for label in (*(label for _, label in EFFECTS.values()), *SHARES.values()):
        table.add_column(label[tongue], justify="right")
    table.add_column("simulés" if french else "simulated", justify="right")
    for one in found:
        effects = [effect_cell(one.effects.get(effect), french) for effect in EFFECTS]
        values = [one.shares[share] for share in SHARES]
        cells = ["–" if value is None else f"{value:.0%}" for value in values]
        table.add_row(one.scheme, *effects, *cells, str(one.people))
    console.print(table)
    for one in found:
        for note in one.notes:
            console.print(escape(f"{one.scheme}{' :' if french else ':'} {note[tongue]}"))
    console.print(NOT_A_RANKING[tongue])
    console.print(scope(options["scale"], options["months"], options["pairs"]))


def effect_cell(effect: Effect | None, french: bool) -> str:
    """A difference with its interval, or the word for what cannot be said."""
    from sim.cli.numbers import bounds, shown

    if effect is None or effect.difference is None:
        return "non défini" if french else "not defined"
    text = shown(effect.difference, effect.unit, signed=True)
    if effect.low is None:
        return text
    hidden = (" indiscernable" if french else " indistinguishable") if effect.indistinguishable else ""
    if effect.low == effect.high == 0.0:
        hidden = ""
    return f"{text}\n({bounds(effect.low, effect.high, effect.unit)}){hidden}"
