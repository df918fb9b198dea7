"""The scoreboard as a table, in a terminal or a document, in French or English."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from calibration.scoring.scoreboard import SOUGHT, Coverage, Score, coverage, headline
from calibration.words import amount, span
from sim.errors import Language

if TYPE_CHECKING:
    from rich.console import Console

HEADS = {
    "fr": ("statistique", "période", "observé", "simulé", "à 50 %", "à 90 %", "", "rôle"),
    "en": ("statistic", "period", "observed", "simulated", "50 %", "90 %", "", "role"),
}
VERDICTS = {
    "fr": {"hit": "touché", "miss": "manqué", "not measured": "non mesuré"},
    "en": {"hit": "hit", "miss": "miss", "not measured": "not measured"},
}
ROLES = {
    "fr": {"calibrated": "calibré", "weak": "réservé, faible", "held out": "réservé"},
    "en": {"calibrated": "calibrated", "weak": "held out, weak", "held out": "held out"},
}
STYLES = {"hit": "green", "miss": "red", "not measured": "dim"}


def cells(one: Score, tongue: Language) -> tuple[str, ...]:
    """One statistic, in the order of :data:`HEADS`."""
    seen = one.observation
    role = "calibrated" if not one.held_out else ("held out" if one.strong else "weak")
    observed = (
        span(seen.low, seen.high, seen.unit, tongue)
        if seen.ordering
        else amount(seen.value, seen.unit, tongue)
    )
    half, ninety = (
        "–" if ends is None else span(ends[0], ends[1], seen.unit, tongue) for ends in (one.half, one.ninety)
    )
    return (
        seen.fr if tongue == "fr" else seen.en,
        seen.period,
        observed,
        amount(one.median, seen.unit, tongue),
        half,
        ninety,
        VERDICTS[tongue][one.verdict],
        ROLES[tongue][role],
    )


def by_role(scores: Sequence[Score]) -> list[Score]:
    """Hold-outs first: they are what the model is judged by."""
    return sorted(scores, key=lambda one: (not one.strong, not one.held_out))


def headlines(scores: Sequence[Score], worlds: int, scale: float, tongue: Language) -> list[str]:
    """What the scoreboard comes to, in sentences."""
    strong = headline(scores)
    held, fitted = (coverage([s for s in scores if s.held_out == side]) for side in (True, False))
    known = [one for one in scores if one.within_tolerance is not None]
    within = Coverage(sum(bool(one.within_tolerance) for one in known), len(known))
    size = f"{100 * scale:g} %"
    if tongue == "fr":
        return [
            f"Statistiques réservées fortes dans l'intervalle à 90 % : {_of(strong, 'sur')} "
            f"(visé : {100 * SOUGHT:.0f} %).",
            f"Toutes les réservées : {_of(held, 'sur')} ; calibrées : {_of(fitted, 'sur')}, dont "
            f"{_of(within, 'sur')} dans leur tolérance.",
            f"{worlds} mondes à {size} de la région, hasard et paramètres tirés ensemble.".replace(
                ".", ",", 1
            )
            if "." in size
            else f"{worlds} mondes à {size} de la région, hasard et paramètres tirés ensemble.",
        ]
    return [
        f"Strong hold-outs inside the 90 % interval: {_of(strong, 'of')} (sought: {100 * SOUGHT:.0f} %).",
        f"All hold-outs: {_of(held, 'of')}; calibrated: {_of(fitted, 'of')}, {_of(within, 'of')} of them "
        "within tolerance.",
        f"{worlds} worlds at {size} of the region, chance and parameters drawn together.",
    ]


def _of(found: Coverage, word: str) -> str:
    share = "" if found.share is None else f" ({100 * found.share:.0f} %)"
    return f"{found.hits} {word} {found.measured}{share}"


def print_scoreboard(
    console: Console, scores: Sequence[Score], worlds: int, scale: float, tongue: Language
) -> None:
    """The table, the misses told, and what it comes to."""
    from rich.markup import escape
    from rich.table import Table

    table = Table(title="Tableau de scores" if tongue == "fr" else "Scoreboard", title_justify="left")
    for n, head in enumerate(HEADS[tongue]):
        table.add_column(head, justify="right" if 2 <= n <= 5 else "left")
    for one in by_role(scores):
        table.add_row(*(escape(cell) for cell in cells(one, tongue)), style=STYLES[one.verdict])
    console.print(table)
    for one in by_role(scores):
        if one.miss is not None:
            label = one.observation.fr if tongue == "fr" else one.observation.en
            console.print(f"[bold]{escape(label)}[/]. {escape(getattr(one.miss, tongue))}")
    for line in headlines(scores, worlds, scale, tongue):
        console.print(line)


def markdown(scores: Sequence[Score], worlds: int, scale: float, seed: int, tongue: Language) -> str:
    """The page of the scoreboard."""
    french = tongue == "fr"
    command = f"passerelles validate --worlds {worlds} --scale {scale:g} --seed {seed} --markdown"
    lines = [
        "# Tableau de scores" if french else "# Scoreboard",
        "",
        *headlines(scores, worlds, scale, tongue),
        "",
        f"Écrit par `{command} --lang fr`." if french else f"Written by `{command}`.",
        "",
        "Une statistique est touchée quand l'intervalle à 90 % d'un monde de plus rencontre sa propre "
        "plage ; un ordre, quand la médiane le respecte. « Faible » : suit presque de qui travaille où."
        if french
        else "A statistic is a hit when the 90 % interval of one more world meets the statistic's own range; "
        "an ordering, when the median keeps it. *Weak*: it nearly follows from who works where.",
        "",
        "| " + " | ".join((*HEADS[tongue], "source")) + " |",
        "|---|---|" + "---:|" * 4 + "---|---|---|",
    ]
    for one in by_role(scores):
        row = (*cells(one, tongue), "; ".join(one.observation.sources))
        lines.append("| " + " | ".join(cell.replace("|", "/") for cell in row) + " |")
    missed = [one for one in by_role(scores) if one.miss is not None]
    if missed:
        lines += ["", "## Ce que disent les écarts" if french else "## What the misses say", ""]
        for one in missed:
            label = one.observation.fr if french else one.observation.en
            lines += [f"**{label}.** {getattr(one.miss, tongue)}", ""]
    unmeasured = [one for one in by_role(scores) if one.observation.unmeasured]
    if unmeasured:
        lines += ["", "## Non mesuré" if french else "## Not measured", ""]
        lines += [
            f"- {one.observation.fr if french else one.observation.en}: {one.observation.unmeasured}."
            for one in unmeasured
        ]
    return "\n".join(lines).rstrip("\n") + "\n"
