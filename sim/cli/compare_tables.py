"""The tables of a comparison in the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sim.cli.account_tables import print_account
from sim.cli.terminal import language, results_console

if TYPE_CHECKING:
    from sim.closure_ends import End
    from sim.effects import Comparison, Effect


class Shown(NamedTuple):
    """A comparison and the end of the closure of posts that it was made at; None where its worlds differ."""

    end: End | None
    comparison: Comparison


def print_comparison(shown: list[Shown]) -> None:
    """Every table of a comparison: the effects, what the money changed, and the effects at both ends."""
    first = shown[0]
    _print_effects(first.comparison, first.end)
    if first.comparison.account is not None:
        print_account(first.comparison.account)
    _print_ends(shown)


def _print_effects(comparison: Comparison, end: End | None) -> None:
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
        ("financés", "brut", "additionnels", "aubaine", "contrariés", "tous les autres, net")
        if french
        else ("funded", "gross", "additional", "dead-weight", "harmed", "everyone else, net")
    )
    amounts = (
        identity.funded,
        identity.gross,
        identity.additional,
        identity.dead_weight,
        identity.harmed,
        identity.spillover_net,
    )
    found = " · ".join(
        f"{word} {shown(amount, 'heads')}" for word, amount in zip(words, amounts, strict=True)
    )
    return ("première paire : " if french else "first pair: ") + found
