"""``passerelles account``: a calendar year scheme by scheme, beside every figure of the documents."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from sim.cli.run import check_size, prepared
from sim.cli.terminal import check_between, ending, progress_on, results_console, spoken, write_json

if TYPE_CHECKING:
    from sim.errors import Language
    from sim.telling.scheme_account import Profile, SchemeYear
    from sim.telling.scheme_figures import Compared

REFERENCE_YEAR = 2022
"""The year of history that most figures of the documents speak of."""

LAST_YEAR = 2033
AT_ONCE = 5
"""Schemes side by side in one table."""


def account(
    scenario: Annotated[str, typer.Argument(help="Scenario of the years from 2024 on.")] = "reference",
    year: Annotated[int, typer.Option(help="Calendar year, 2021 to 2033.")] = REFERENCE_YEAR,
    scale: Annotated[float, typer.Option(help="Share of the region that is simulated.")] = 0.1,
    seed: Annotated[int, typer.Option(help="Seed of the random draws.")] = 0,
    lang: Annotated[Literal["fr", "en"] | None, typer.Option(help="Language of the words.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Print what each scheme received, funded, refused and paid in a year, and figures of the documents.

    Years until 2023 are history, the same under every scenario.  Figures are marked as calibrated (they set
    the model and prove nothing), held out, or comparisons; misses are shown.
    """
    with ending(as_json), spoken(lang) as tongue:
        from sim.calendar import FIRST_YEAR
        from sim.cli.prepare import prepare_if_needed
        from sim.telling.scheme_account import account as of_year
        from sim.telling.scheme_account import lived_through
        from sim.telling.scheme_figures import compare_figures, worlds_by_year

        chosen = prepared(scenario, [])
        check_size(chosen, scale, None, seed, 1)
        check_between("--year", year, FIRST_YEAR, LAST_YEAR)
        prepare_if_needed()
        with progress_on(as_json) as progress:
            world = lived_through(chosen, year, scale, seed, progress)
        years = of_year(world, year)
        compared = compare_figures(worlds_by_year(world))
        if as_json:
            write_json(
                {
                    "schema_version": 1,
                    "command": "account",
                    "scenario": chosen.name,
                    "year": year,
                    "scale": scale,
                    "seed": seed,
                    "schemes": [one.as_object() for one in years],
                    "figures": [one.as_object() for one in compared],
                }
            )
        else:
            _print(years, compared, scale, tongue)


def _print(
    years: tuple[SchemeYear, ...], compared: tuple[Compared, ...], scale: float, tongue: Language
) -> None:
    from rich.markup import escape
    from rich.table import Table

    from sim.telling.scheme_account import idle

    console = results_console()
    quiet = [one.scheme for one in years if idle(one)]
    busy = tuple(one for one in years if not idle(one))
    for first in range(0, len(busy), AT_ONCE):
        shown = busy[first : first + AT_ONCE]
        table = Table(
            title=f"{'Compte' if tongue == 'fr' else 'Account'} {shown[0].year}", title_justify="left"
        )
        table.add_column("")
        for one in shown:
            table.add_column(one.scheme, justify="right")
        for name, *cells in rows_of_account(shown, tongue):
            table.add_row(escape(name), *(escape(cell) for cell in cells))
        console.print(table)
    if quiet:
        console.print(
            ("Ni argent ni dossier : " if tongue == "fr" else "No money, no file: ") + ", ".join(quiet)
        )
    title = "Chiffres des documents" if tongue == "fr" else "Figures of the documents"
    table = Table(title=title, title_justify="left")
    for name in figure_columns(tongue):
        table.add_column(name)
    for one_figure in compared:
        table.add_row(*(escape(cell) for cell in figure_cells(one_figure, tongue)))
    console.print(table)
    console.print(scope(scale, tongue))


def scope(scale: float, tongue: Language) -> str:
    """What the numbers of an account are."""
    if tongue == "fr":
        return (
            f"Effectifs et euros de la région ; échelle {scale:g}, un tirage. Un chiffre « calibré » ou "
            "« entrée » a servi à régler le modèle et ne prouve rien."
        )
    return (
        f"Heads and euros of the region; scale {scale:g}, one draw. A figure called calibrated or input has "
        "set the model and proves nothing."
    )


def rows_of_account(years: tuple[SchemeYear, ...], tongue: Language) -> list[list[str]]:
    """The account as text: one row a line, its name first, then one cell a scheme."""
    return [
        [fr if tongue == "fr" else en, *cells]
        for fr, en, cells in (*_rows_of_files(years), *_rows_of_money(years, tongue), *_rows_of_people(years))
    ]


Row = tuple[str, str, list[str]]
"""Name in French and English, then one cell a scheme."""


def _rows_of_files(years: tuple[SchemeYear, ...]) -> Iterator[Row]:
    yield "reçus", "received", [_heads(one.received) for one in years]
    yield "financés", "funded", [_heads(one.funded) for one in years]
    for reason in dict.fromkeys(reason for one in years for reason in one.refused):
        plain = reason.replace("_", " ")
        yield *REASONS.get(reason, (plain, plain)), [_heads(one.refused[reason]) for one in years]
    yield "retirés", "withdrawn", [_heads(one.withdrawn) for one in years]
    yield "abandonnés avant de commencer", "lapsed before the start", [_heads(one.lapsed) for one in years]
    yield "en attente le 31 décembre", "waiting on 31 December", [_heads(one.waiting) for one in years]


def _rows_of_money(years: tuple[SchemeYear, ...], tongue: Language) -> Iterator[Row]:
    no_limit = "sans limite" if tongue == "fr" else "no limit"
    budgets = [no_limit if one.budget_eur is None else _euros(one.budget_eur) for one in years]
    yield "enveloppe (€)", "budget (EUR)", budgets
    yield "engagé (€)", "committed (EUR)", [_euros(one.committed_eur) for one in years]
    yield "rendu par des abandons (€)", "released (EUR)", [_euros(one.released_eur) for one in years]
    yield "payé (€)", "paid (EUR)", [_euros(sum(one.paid_eur.values())) for one in years]
    yield "coût moyen (€)", "mean cost (EUR)", [_euros(one.mean_cost_eur) for one in years]


def _rows_of_people(years: tuple[SchemeYear, ...]) -> Iterator[Row]:
    for of, fr, en in (("received", "demandes", "applicants"), ("funded", "financés", "funded")):
        for part, (part_fr, part_en) in PARTS.items():
            cells = [_percent(_part(one.profiles[of], part)) for one in years]
            yield f"{fr} : {part_fr}", f"{en}: {part_en}", cells
    for name, (fr, en) in ENDS.items():
        ends = [getattr(one.destinations, name) if one.destinations else None for one in years]
        yield fr, en, [_percent(share) for share in ends]
    courses = [one.destinations.courses if one.destinations else {} for one in years]
    top = [", ".join(f"{code} {part:.0%}" for code, part in found.items()) or "–" for found in courses]
    yield "premières formations", "most frequent courses", top


def _heads(value: float) -> str:
    from sim.cli.numbers import shown

    return shown(round(value), "heads")


def _euros(value: float | None) -> str:
    from sim.cli.numbers import shown

    return shown(None if value is None else round(value), "EUR")


def _percent(value: float | None) -> str:
    return "–" if value is None else f"{value:.0%}"


REASONS = {
    "refused_rank": ("refusés pour leur rang", "refused for their rank"),
    "refused_project": ("refusés, projet non retenu", "refused, project not found sound"),
    "refused_too_dear": ("refusés, plus chers que l'enveloppe", "refused, dearer than the budget"),
}
PARTS = {
    ("women", ""): ("femmes", "women"),
    ("ages", "under_25"): ("moins de 25 ans", "under 25"),
    ("ages", "25_34"): ("25 à 34 ans", "25 to 34"),
    ("ages", "35_44"): ("35 à 44 ans", "35 to 44"),
    ("ages", "45_54"): ("45 à 54 ans", "45 to 54"),
    ("ages", "55_plus"): ("55 ans et plus", "55 and over"),
    ("pcs", "3"): ("cadres", "managers and professionals (PCS 3)"),
    ("pcs", "4"): ("professions intermédiaires", "intermediate (PCS 4)"),
    ("pcs", "5"): ("employés", "clerical and service (PCS 5)"),
    ("pcs", "6"): ("ouvriers", "manual (PCS 6)"),
    ("education", "at_most_bac"): ("niveau bac au plus", "baccalaureate at most"),
}
ENDS = {
    "exposure_left": ("financés : exposition du métier quitté", "funded: exposure of the trade left"),
    "exposure_aimed": ("financés : exposition du métier visé", "funded: exposure of the trade aimed at"),
    "to_less_exposed": ("financés : vers moins exposé", "funded: to a less exposed trade"),
    "shortage_left": ("financés : venus d'un métier en tension", "funded: from a shortage trade"),
    "shortage_aimed": ("financés : vers un métier en tension", "funded: to a shortage trade"),
}


def _part(profile: Profile | None, part: tuple[str, str]) -> float | None:
    if profile is None:
        return None
    table, name = part
    found: Any = getattr(profile, table)
    if not isinstance(found, Mapping):
        return float(found)
    if name == "at_most_bac":
        return float(sum(found[level] for level in ("no_diploma", "cap", "bac")))
    return float(found[name])


def figure_columns(tongue: Language) -> tuple[str, ...]:
    """Heads of the table of figures."""
    if tongue == "fr":
        return ("chiffre", "années", "unité", "documents", "bornes", "modèle", "rôle", "verdict", "source")
    return ("figure", "years", "unit", "documents", "bounds", "model", "role", "verdict", "source")


def figure_cells(one: Compared, tongue: Language) -> list[str]:
    """One figure as text."""
    years = (
        f"{one.years[0]}–{one.years[-1]}" if len(one.years) > 1 else str(one.years[0] if one.years else "")
    )
    bounds = "" if one.low is None or one.high is None else f"{_digits(one.low)} … {_digits(one.high)}"
    role, verdict = (WORDS[word][tongue == "en"] for word in (one.kind, one.verdict))
    if one.why:
        verdict += f" ({one.why})"
    elif one.model is not None and one.heads < FEW:
        verdict += " (peu de dossiers simulés)" if tongue == "fr" else " (few simulated files)"
    if one.reason:
        verdict += f"; {one.reason}"
    return [
        one.label[tongue],
        years,
        one.unit,
        _digits(one.value),
        bounds,
        _digits(one.model),
        role,
        verdict,
        one.source,
    ]


FEW = 30
"""Files of the sample below which chance alone may decide between hit and miss."""

WORDS = {
    "calibrated": ("calibré", "calibrated"),
    "input": ("entrée", "input"),
    "held out": ("réservé", "held out"),
    "comparison": ("comparaison", "comparison"),
    "hit": ("atteint", "hit"),
    "miss": ("MANQUÉ", "MISS"),
    "not measured": ("non mesuré", "not measured"),
}


def _digits(value: float | None) -> str:
    if value is None:
        return "–"
    return f"{value:.3g}" if abs(value) < 10 else f"{value:,.0f}".replace(",", "\u202f")
