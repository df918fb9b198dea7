"""``passerelles marginal``: what one more million a year does in each scheme."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from sim.cli.run import check_size, prepared
from sim.cli.sweep import Where, Workers, worker_count
from sim.cli.terminal import (
    INTERRUPTED,
    check_between,
    ending,
    language,
    results_console,
    say,
    spoken,
    write_json,
)

if TYPE_CHECKING:
    from sim.effects import Effect, Kind
    from sim.errors import Language
    from sim.scenario import Scenario
    from sim.sweep.store import Store
    from sim.telling.margins import Margin


def marginal(
    scenario: Annotated[str, typer.Argument(help="Scenario that the money is added to.")] = "reference",
    eur: Annotated[float, typer.Option(help="Least step, euros a year from the opening on.")] = 1_000_000.0,
    share: Annotated[
        float, typer.Option(help="Step as a share of a scheme's budget, where that is more.")
    ] = 0.1,
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
    out: Annotated[
        Path | None, typer.Option(help="Folder of the finished pairs; by default one of the cache.")
    ] = None,
    workers: Workers = None,
    executor: Where = "local",
    lang: Annotated[Literal["fr", "en"] | None, typer.Option(help="Language of the words.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Give each scheme more money, one at a time, and say what a million of it changes, whom, where to.

    The step is a tenth of the scheme's budget, a million at least; effects are divided back by the money.
    Rows are not a ranking: schemes serve different people.  Finished pairs are kept: stopped or killed, the
    same command goes on.  A small sample holds few of those whom a million reaches: use the whole region.
    """
    with ending(as_json), spoken(lang) as tongue:
        from sim.cli.prepare import prepare_if_needed
        from sim.telling.rule_sheet import scheme_named

        chosen = prepared(scenario, [])
        check_size(chosen, scale, months, seed, pairs)
        check_between("--eur", eur, 1.0, 1e10)
        check_between("--share", share, 0.0, 1.0)
        count = worker_count(workers)
        only = [scheme_named(name).name for name in scheme or []]
        prepare_if_needed()
        options: dict[str, Any] = {
            "eur": eur,
            "share": share,
            "scale": scale,
            "seed": seed,
            "months": months,
            "pairs": pairs,
        }
        found = asked(chosen, {**options, "kind": interval, "only": only}, out, executor, count, as_json)
        if as_json:
            from sim.telling.marginal import SCHEMA_VERSION
            from sim.telling.margins import NOT_A_RANKING, OWN_EUROS

            write_json(
                {
                    "schema_version": SCHEMA_VERSION,
                    "command": "marginal",
                    "scenario": chosen.name,
                    **options,
                    "interval": interval,
                    "schemes": [one.as_object() for one in found],
                    "notes": [dict(OWN_EUROS), dict(NOT_A_RANKING)],
                }
            )
        else:
            _print(found, chosen.name, options, interval, tongue)


def asked(
    scenario: Scenario, options: dict[str, Any], out: Path | None, executor: str, workers: int, quiet: bool
) -> tuple[Margin, ...]:
    """The margins, lived under the eyes of the user; ends the command where she stops it."""
    from contextlib import ExitStack

    from sim.cli.sweep_words import Telling
    from sim.compilation import naming_compiler_faults
    from sim.sweep.stopping import stop_on_signals
    from sim.telling.marginal import marginal as margins

    told: dict[str, Any] = {}
    with ExitStack() as ends, naming_compiler_faults(), stop_on_signals() as stopped:

        def begun(store: Store, worlds: int) -> None:
            telling = Telling(store, worlds, quiet, as_json=False)
            telling.begins(executor, workers)
            told["progress"], told["opening"] = ends.enter_context(telling.bar())

        try:
            return margins(
                scenario,
                **options,
                out=out,
                executor=executor,
                workers=workers,
                begun=begun,
                progress=lambda one: told["progress"] and told["progress"](one),
                opening=lambda *one: told["opening"] and told["opening"](*one),
                stopped=stopped,
            )
        except KeyboardInterrupt:
            say(
                "Arrêté. Les paires finies sont gardées : la même commande reprend."
                if language() == "fr"
                else "Stopped. Finished pairs are kept: the same command goes on."
            )
            raise typer.Exit(INTERRUPTED) from None


def _print(
    found: tuple[Margin, ...], name: str, options: dict[str, Any], interval: Kind, tongue: Language
) -> None:
    from rich.markup import escape
    from rich.table import Table

    from sim.cli.numbers import scope
    from sim.telling.margins import NOT_A_RANKING, OWN_EUROS

    french, console = tongue == "fr", results_console()
    titles = ("un million de plus", "qui il atteint") if french else ("one more million", "whom it reaches")
    tables = (rows_of_effects(found, tongue), rows_of_people(found, tongue))
    for title, (columns, rows) in zip(titles, tables, strict=True):
        table = Table(title=f"{name}{' :' if french else ':'} {title}", title_justify="left")
        for number, column in enumerate(columns):
            table.add_column(column, justify="right" if number else "left")
        for row in rows:
            table.add_row(*row)
        console.print(table)
    for line in [*notes_of(found, tongue), OWN_EUROS[tongue], NOT_A_RANKING[tongue]]:
        console.print(escape(line))
    console.print(COVERS[interval][tongue])
    console.print(scope(options["scale"], options["months"], options["pairs"]))


Rows = tuple[list[str], list[list[str]]]

COVERS: dict[Kind, dict[Language, str]] = {
    "total": {
        "fr": "Intervalles à 90 % : hasard et paramètres incertains.",
        "en": "90 % intervals: chance and uncertain parameters.",
    },
    "chance": {"fr": "Intervalles à 90 % : hasard seul.", "en": "90 % intervals: chance alone."},
}


def rows_of_effects(found: Sequence[Margin], tongue: Language) -> Rows:
    """Columns and rows of what the money does, scheme by scheme; those without limit have none."""
    from sim.cli.account_tables import euros, per_million
    from sim.cli.numbers import shown
    from sim.telling.margins import EFFECTS

    french = tongue == "fr"
    columns = ["dispositif", "pas (€ par an)"] if french else ["scheme", "step (EUR a year)"]
    columns += ["dépensé" if french else "spent", *(label[tongue] for _, label in EFFECTS.values())]
    columns += ["par million d'€", "€ pour une"] if french else ["per million EUR", "EUR for one"]
    rows = []
    for one in found:
        if one.spent_share is None:
            continue
        effects = [effect_cell(one.effects.get(effect), french) for effect in EFFECTS]
        spent = f"{one.spent_share:.0%}"
        rows.append(
            [one.scheme, shown(one.step_eur, "EUR"), spent, *effects, per_million(one.cost), euros(one.cost)]
        )
    return columns, rows


def rows_of_people(found: Sequence[Margin], tongue: Language) -> Rows:
    """Columns and rows of whom the money reaches, schemes that reach nobody left out."""
    from sim.telling.reached import SHARES

    french = tongue == "fr"
    columns = ["dispositif" if french else "scheme", *(label[tongue] for label in SHARES.values())]
    columns.append("simulés" if french else "simulated")
    rows = [
        [
            one.scheme,
            *("–" if share is None else f"{share:.0%}" for share in one.shares.values()),
            str(one.people),
        ]
        for one in found
        if one.people
    ]
    return columns, rows


def notes_of(found: Sequence[Margin], tongue: Language) -> list[str]:
    """What has to be said beside the tables, one line a note with the schemes it is about."""
    said: dict[str, list[str]] = {}
    for one in found:
        for note in one.notes:
            said.setdefault(note[tongue], []).append(one.scheme)
    colon = " : " if tongue == "fr" else ": "
    return [", ".join(names) + colon + note for note, names in said.items()]


def effect_cell(effect: Effect | None, french: bool) -> str:
    """A difference with its interval, or the word for what cannot be said."""
    from sim.cli.numbers import bounds, shown

    if effect is None or effect.difference is None:
        return "–"
    text = shown(effect.difference, effect.unit, signed=True)
    if effect.low is None:
        return text
    hidden = (" indiscernable" if french else " indistinguishable") if effect.indistinguishable else ""
    if effect.low == effect.high == 0.0:
        hidden = ""
    return f"{text}\n({bounds(effect.low, effect.high, effect.unit)}){hidden}"
