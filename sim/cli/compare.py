"""``passerelles compare``: scenarios against a base, on the same draws."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from sim.cli.run import check_size, prepared, saved
from sim.cli.terminal import ending, language, progress_on, results_console, write_json

if TYPE_CHECKING:
    from sim.effects import Comparison, Effect


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
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Run scenarios on the same draws as a base and print the differences with their 90 % intervals."""
    with ending(as_json):
        from sim.cli.prepare import prepare_if_needed
        from sim.comparison import compare as paired
        from sim.effects import report

        first = prepared(base, [])
        chosen = [prepared(name, []) for name in others]
        for scenario in (first, *chosen):
            check_size(scenario, scale, months, seed, replicates)
        prepare_if_needed()
        found: list[Comparison] = []
        with progress_on(as_json) as progress:
            for scenario in chosen:
                comparison = paired(
                    first,
                    scenario,
                    scale=scale,
                    seed=seed,
                    months=months,
                    replicates=replicates,
                    kind=interval,
                    progress=progress,
                )
                _save(comparison, out)
                found.append(comparison)
        if as_json:
            write_json(
                {
                    "schema_version": 1,
                    "command": "compare",
                    "base": first.name,
                    "comparisons": [report(comparison) for comparison in found],
                }
            )
        else:
            for comparison in found:
                _print(comparison)


def _save(comparison: Comparison, out: Path | None) -> None:
    for results in (*comparison.bases, *comparison.others):
        saved(results, out, f"{results.scenario.name}/seed_{results.seed:04d}")


def _print(comparison: Comparison) -> None:
    from rich.table import Table

    from sim.cli.numbers import bounds, scope, shown
    from sim.effects import label

    french = language() == "fr"
    base, other = comparison.bases[0].scenario, comparison.others[0].scenario
    console = results_console()
    table = Table(title=f"{other.name} – {base.name}", title_justify="left", caption_justify="left")
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
