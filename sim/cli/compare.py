"""``passerelles compare``: scenarios against a base, on the same draws."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, NamedTuple

import typer

from sim.cli.account_tables import print_account
from sim.cli.run import check_size, prepared, saved
from sim.cli.studies import studied
from sim.cli.terminal import check_between, ending, language, progress_on, results_console, write_json

if TYPE_CHECKING:
    from sim.closure_ends import End
    from sim.effects import Comparison, Effect
    from sim.scenario import Scenario

    Pairs = list[tuple[End | None, tuple[Scenario, Scenario]]]


MAXIMUM_CHURN = 1000


def compare(
    base: Annotated[str, typer.Argument(help="Scenario that the others are compared with.")],
    others: Annotated[list[str], typer.Argument(help="Scenarios to compare with it.")],
    out: Annotated[Path | None, typer.Option(help="Folder to write results to.")] = None,
    scale: Annotated[float, typer.Option(help="Share of the region that is simulated.")] = 1.0,
    months: Annotated[int | None, typer.Option(help="Months to run, at most the scenarios'.")] = None,
    seed: Annotated[int, typer.Option(help="First seed of the random draws.")] = 0,
    replicates: Annotated[int, typer.Option(help="Pairs of runs.")] = 1,
    interval: Annotated[
        Literal["total", "chance"],
        typer.Option(help="What intervals cover: chance and parameters, or chance alone."),
    ] = "total",
    closure: Annotated[
        Literal["both", "posts-fixed", "posts-respond"],
        typer.Option(help="What posts do when recruiting gets easier: nothing, more, or both side by side."),
    ] = "both",
    by_scheme: Annotated[
        bool, typer.Option("--by-scheme", help="Tell what each scheme adds: the policy without it.")
    ] = False,
    over: Annotated[
        list[str] | None,
        typer.Option(metavar="KEY=V1,V2,…", help="Compare under each value of an assumption, side by side."),
    ] = None,
    churn: Annotated[
        int, typer.Option(help="Worlds with some of the funded swapped, to measure the churn floor.")
    ] = 0,
    why_unspent: Annotated[
        bool, typer.Option("--why-unspent", help="Where money is unspent, try more advice and acceptance.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Run scenarios on the same draws as a base and print the differences with their 90 % intervals.

    Then what the money changed (docs/counting.md): the funded head by head, everyone else, cost.
    """
    with ending(as_json):
        from sim.cli.prepare import prepare_if_needed
        from sim.counting.ranges import asked as asked_range

        asked = [asked_range(text) for text in over or []]
        check_between("--churn", churn, 0, MAXIMUM_CHURN)
        first = prepared(base, [])
        chosen = [prepared(name, []) for name in others]
        for scenario in (first, *chosen):
            check_size(scenario, scale, months, seed, replicates)
        prepare_if_needed()
        options: dict[str, Any] = {
            "scale": scale,
            "seed": seed,
            "months": months,
            "replicates": replicates,
            "kind": interval,
        }
        extra = {"swaps": churn} if churn else {}
        with progress_on(as_json) as progress:
            options["progress"] = progress
            found = [
                _compared(_ends(first, scenario, closure), {**options, **extra}, out) for scenario in chosen
            ]
            beside = [
                studied(
                    shown[0].comparison,
                    _ends(first, scenario, closure)[0][1],
                    asked,
                    by_scheme,
                    why_unspent,
                    options,
                )
                for scenario, shown in zip(chosen, found, strict=True)
            ]
        if as_json:
            write_json(
                {
                    "schema_version": 2,
                    "command": "compare",
                    "base": first.name,
                    "comparisons": [
                        {**_object(shown), **more.as_dict()}
                        for shown, more in zip(found, beside, strict=True)
                    ],
                }
            )
        else:
            for shown, more in zip(found, beside, strict=True):
                _print(shown[0].comparison, shown[0].end)
                if shown[0].comparison.account is not None:
                    print_account(shown[0].comparison.account)
                _print_ends(shown)
                more.print()


class Shown(NamedTuple):
    """A comparison and the end of the closure of posts that it was made at; None where its worlds differ."""

    end: End | None
    comparison: Comparison


def _compared(pairs: Pairs, options: dict[str, Any], out: Path | None) -> list[Shown]:
    """Run the pairs of one comparison; results of the second end are saved under its name."""
    from sim.comparison import compare as paired

    found: list[Shown] = []
    for end, (base, other) in pairs:
        found.append(Shown(end, paired(base, other, **options)))
        _save(found[-1].comparison, out, "" if len(found) == 1 else f"posts-{end}/")
    return found


def _ends(base: Scenario, other: Scenario, closure: str) -> Pairs:
    """The pairs to run, first the one to show whole: at the end where the scenarios stand, unless asked."""
    from sim.closure_ends import at, opposite, shared_end

    own = shared_end(base, other)
    asked: list[End | None]
    if closure != "both":
        asked = ["fixed" if closure == "posts-fixed" else "respond"]
    else:
        asked = [own] if own is None else [own, opposite(own)]
    return [(end, (base, other) if end is None else (at(base, end), at(other, end))) for end in asked]


def _object(shown: list[Shown]) -> dict[str, Any]:
    """One comparison for JSON: whole at its own end, and the regional effects at both."""
    from sim.closure_ends import two_ends
    from sim.effects import report

    by_end = {one.end: one.comparison for one in shown if one.end is not None}
    ends = [row.as_dict() for row in two_ends(by_end)] if len(by_end) == 2 else []
    return {**report(shown[0].comparison), "closure_posts": shown[0].end, "ends": ends}


def _save(comparison: Comparison, out: Path | None, under: str) -> None:
    for results in (*comparison.bases, *comparison.others):
        saved(results, out, f"{under}{results.scenario.name}/seed_{results.seed:04d}")


def _print(comparison: Comparison, end: End | None) -> None:
    from rich.table import Table

    from sim.cli.numbers import bounds, scope, shown
    from sim.closure_ends import LABELS
    from sim.effects import label

    french = language() == "fr"
    base, other = comparison.bases[0].scenario, comparison.others[0].scenario
    console = results_console()
    closed = f" ({LABELS[end][language()]})" if end else ""
    table = Table(title=f"{other.name} – {base.name}{closed}", title_justify="left", caption_justify="left")
    table.caption = scope(comparison.bases[0].scale, len(comparison.bases[0].months), len(comparison.bases))
    for column, side in (
        ("indicateur" if french else "indicator", "left"),
        (base.name, "right"),
        (other.name, "right"),
        ("écart" if french else "difference", "right"),
        ("intervalle à 90 %" if french else "90 % interval", "right"),
        ("", "left"),
    ):
        table.add_column(column, justify="right" if side == "right" else "left")
    for effect in comparison.effects:
        table.add_row(
            label(effect.indicator, language()),
            shown(effect.base, effect.unit),
            shown(effect.other, effect.unit),
            shown(effect.difference, effect.unit, signed=True),
            bounds(effect.low, effect.high, effect.unit),
            _remark(effect, french),
        )
    console.print(table)
    if comparison.funded is not None:
        console.print(_funded_line(comparison, french))
    for note in comparison.notes:
        console.print(note[language()])


def _print_ends(shown: list[Shown]) -> None:
    """The regional effects at both ends, side by side; or why there is one only."""
    from rich.table import Table

    from sim.cli.numbers import bounds
    from sim.cli.numbers import shown as number
    from sim.closure_ends import ENDS, LABELS, two_ends
    from sim.effects import label

    tongue, console = language(), results_console()
    by_end = {one.end: one.comparison for one in shown if one.end is not None}
    if shown[0].end is None:
        console.print(
            "Les deux scénarios diffèrent par la réponse des postes elle-même : montrés tels quels."
            if tongue == "fr"
            else "The two scenarios differ in how posts respond: shown as they are."
        )
    if len(by_end) < 2:
        return
    table = Table(
        title="Deux fermetures des postes" if tongue == "fr" else "Two closures of posts",
        title_justify="left",
    )
    table.add_column("écart" if tongue == "fr" else "difference")
    for end in ENDS:
        table.add_column(LABELS[end][tongue], justify="right")
        table.add_column("intervalle à 90 %" if tongue == "fr" else "90 % interval", justify="right")
    table.add_column("")
    for row in two_ends(by_end):
        cells = []
        for effect in (row.fixed, row.respond):
            cells.append(number(effect.difference, row.unit, signed=True))
            cells.append(bounds(effect.low, effect.high, row.unit))
        table.add_row(label(row.indicator, tongue), *cells, row.remark[tongue] if row.remark else "")
    console.print(table)


def _remark(effect: Effect, french: bool) -> str:
    """What may be said of a difference, in a word."""
    if effect.difference is None:
        return "non défini" if french else "not defined"
    if effect.low is None:
        return "une seule paire" if french else "one pair only"
    if effect.low == effect.high == 0.0:
        return "aucun écart" if french else "no difference"
    kind = {"total": "total", "chance": "hasard seul" if french else "chance only"}[effect.kind]
    if effect.indistinguishable:
        return f"indiscernable ({kind})" if french else f"indistinguishable ({kind})"
    return kind


def _funded_line(comparison: Comparison, french: bool) -> str:
    from sim.cli.numbers import shown

    identity = comparison.funded
    assert identity is not None
    words = (
        ("financés", "brut", "additionnels", "aubaine", "contrariés", "éviction nette (autres)")
        if french
        else ("funded", "gross", "additional", "dead-weight", "harmed", "net spillover (others)")
    )
    amounts = (
        identity.funded,
        identity.gross,
        identity.additional,
        identity.dead_weight,
        identity.harmed,
        identity.spillover_net,
    )
    return " · ".join(f"{word} {shown(amount, 'heads')}" for word, amount in zip(words, amounts, strict=True))
