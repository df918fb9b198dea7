"""``passerelles schemes``: every rule of each scheme, in force at a date, with its source."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from sim.cli.terminal import ending, results_console, say, spoken, write_json

if TYPE_CHECKING:
    from sim.errors import Language
    from sim.telling.rule_sheet import Rule, Sheet


def schemes(
    name: Annotated[str | None, typer.Argument(help="One scheme; all of them otherwise.")] = None,
    at: Annotated[str, typer.Option(help="Month of the rules, such as 2026-01 or 2026-01-01.")] = "2024-01",
    law: Annotated[
        str,
        typer.Option(help="effective: rules at their dates; constant: January 2024's; or a date to stop at."),
    ] = "effective",
    lang: Annotated[Literal["fr", "en"] | None, typer.Option(help="Language of the words.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Print the rules of the schemes: who, for what, paid by whom, when, by which commission."""
    with ending(as_json), spoken(lang) as tongue:
        from sim.schemes.rules import schemes as all_schemes
        from sim.telling.rule_sheet import scheme_named, sheet

        month = _month(at)
        chosen = [scheme_named(name)] if name else list(all_schemes())
        sheets = [sheet(scheme, month, law) for scheme in chosen]
        if as_json:
            write_json(
                {"schema_version": 1, "command": "schemes", "schemes": [one.as_object() for one in sheets]}
            )
            return
        for one in sheets:
            _print(one, tongue)
        for notice in notices(sheets, tongue):
            say(notice)


def _month(text: str) -> int:
    """Month from January 2021 of ``2026-01`` or ``2026-01-15``; raises :class:`sim.errors.BadDate`."""
    from sim.calendar import month_of_text
    from sim.errors import BadDate

    month, day = text[:7], text[7:]
    if day and not (day.startswith("-") and day[1:].isdecimal() and 1 <= int(day[1:]) <= 31):
        raise BadDate("--at", text, "a month such as 2026-01, or a day in it")
    return month_of_text(month, "--at")


def notices(sheets: list[Sheet], tongue: Language) -> list[str]:
    """What to know before trusting the sheets: schemes whose rules were last checked before the month."""
    late: dict[str, list[str]] = {}
    for one in sheets:
        if one.outdated:
            late.setdefault(one.verified, []).append(one.name)
    return [
        (
            f"Règles vérifiées jusqu'au {day} ; au-delà, tenues pour constantes : {', '.join(names)}."
            if tongue == "fr"
            else f"Rules verified up to {day}; held constant after it: {', '.join(names)}."
        )
        for day, names in late.items()
    ]


def _print(one: Sheet, tongue: Language) -> None:
    from rich.markup import escape
    from rich.table import Table

    from sim.telling.rule_sheet import groups

    french, console = tongue == "fr", results_console()
    law = {"effective": "droit effectif", "constant": "droit constant"}.get(
        one.law, f"droit constant ({one.law})"
    )
    table = Table(title=f"{one.label[tongue]} ({one.name}), {one.month}, {law}", title_justify="left")
    for word in (
        ("règle", "valeur", "validité", "statut", "source")
        if french
        else ("rule", "value", "validity", "status", "source")
    ):
        table.add_column(word, overflow="fold")
    for group, label in groups().items():
        rules = one.of_group(group)
        if rules:
            table.add_section()
            table.add_row(f"[bold]{escape(label[tongue])}[/bold]", "", "", "", "")
        for rule in rules:
            table.add_row(*(escape(cell) for cell in _cells(rule, tongue)))
    console.print(table)
    for source, rule in {rule.source: rule for rule in one.rules}.items():
        told = ", ".join(part for part in (rule.source_title, rule.locator) if part)
        console.print(escape(f"  {source}: {told}" + ("" if rule.found == "found" else f" [{rule.found}]")))


def _cells(rule: Rule, tongue: Language) -> tuple[str, ...]:
    unread = {"fr": " (que rien ne lit)", "en": " (that nothing reads)"}[tongue] if rule.unused else ""
    named = rule.label[tongue][:1].upper() + rule.label[tongue][1:]
    return named + unread, value_text(rule, tongue), validity(rule, tongue), rule.status, rule.source


def value_text(rule: Rule, tongue: Language) -> str:
    """A rule's value with its unit, as a person reads it."""
    from collections.abc import Mapping

    value: Any = rule.value
    if isinstance(value, Mapping):
        return str(value[tongue])
    if value == "unlimited":
        return "sans limite" if tongue == "fr" else "no limit"
    if isinstance(value, str):
        from sim.telling.rule_sheet import words_for

        return words_for("values", value)[tongue]
    if rule.unit == "share":
        return _digits(100 * value, tongue) + " %"
    unit = "" if rule.unit in _NO_WORD else rule.unit
    return f"{_digits(value, tongue)} {_UNITS_FR.get(unit, unit) if tongue == 'fr' else unit}".rstrip()


def _digits(value: float, tongue: Language) -> str:
    text = f"{round(value, 4):,}"
    text = text.removesuffix(".0")
    return text.replace(",", "\u202f").replace(".", ",") if tongue == "fr" else text


_NO_WORD = ("ratio", "utility", "elasticity")
_UNITS_FR = {
    "EUR/year": "EUR/an",
    "EUR/month": "EUR/mois",
    "EUR/hour": "EUR/h",
    "EUR/day": "EUR/jour",
    "months": "mois",
    "days": "jours",
    "hours": "heures",
    "years": "ans",
    "rate per month": "par mois",
}


def validity(rule: Rule, tongue: Language) -> str:
    """From when to when a dated value holds; empty where it is not dated."""
    if rule.since is None:
        return ""
    if rule.until is None:
        return f"depuis {rule.since}" if tongue == "fr" else f"since {rule.since}"
    return f"{rule.since} à {rule.until}" if tongue == "fr" else f"{rule.since} to {rule.until}"
