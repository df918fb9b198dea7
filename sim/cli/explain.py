"""``passerelles explain``: why a scenario's posts differ, factor by factor."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.cli.run import check_size, prepared
from sim.cli.terminal import ending, language, progress_on, results_console, write_json

if TYPE_CHECKING:
    from sim.decomposition import Decomposition

SHOWN = 15
"""Occupations of the printed table, those whose posts change most; the JSON has all."""


def explain(
    scenario: Annotated[str, typer.Argument(help="Name of a shipped scenario, or path of a scenario file.")],
    against: Annotated[
        str | None, typer.Option(help="Scenario to compare with; otherwise the same world without AI.")
    ] = None,
    scale: Annotated[float, typer.Option(help="Share of the region that is simulated.")] = 0.1,
    months: Annotated[int | None, typer.Option(help="Months to run, at most the scenarios'.")] = None,
    seed: Annotated[int, typer.Option(help="Seed of the random draws.")] = 0,
    changes: Annotated[
        list[str] | None, typer.Option("--set", metavar="KEY=VALUE", help="Move a lever from the opening.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Decompose the posts wanted at the end of a scenario: by factor, occupation, and PCS, sex and age.

    Contributions add up exactly to the difference of posts, whatever their order (logarithmic means).  Posts
    of an occupation are spread over PCS, sex and age as the people who hold them at that date.
    """
    with ending(as_json):
        from sim.cli.prepare import prepare_if_needed
        from sim.decomposition import decompose
        from sim.run import lived

        chosen = [prepared(scenario, changes or [])] + ([prepared(against, [])] if against else [])
        for one in chosen:
            check_size(one, scale, months, seed, 1)
        prepare_if_needed()
        length = months or min(one.horizon_months for one in chosen)
        with progress_on(as_json) as progress:
            worlds = [lived(one, scale=scale, seed=seed, months=length, progress=progress) for one in chosen]
        found = decompose(*worlds)
        content = {
            "schema_version": 1,
            "command": "explain",
            "scenario": chosen[0].name,
            "against": chosen[1].name if against else None,
            "scale": scale,
            "seed": seed,
            "months": length,
            **as_object(found),
        }
        if as_json:
            write_json(content)
        else:
            _print(content)


def as_object(found: Decomposition) -> dict[str, Any]:
    """A decomposition as plain data: factors, totals, occupations and cells, posts of the region."""
    from sim.calendar import text_of_month
    from sim.decomposition import FACTORS
    from sim.indicator_formulas import PCS
    from sim.population.columns import AGE_BANDS
    from sim.result_tables import SEXES
    from sim.trades import trades

    known, names = trades(), [factor.name for factor in FACTORS]

    def entry(before: float, after: float, parts: Any) -> dict[str, Any]:
        return {
            "posts_before": float(before),
            "posts": float(after),
            "contributions": dict(zip(names, map(float, parts), strict=True)),
        }

    before, after, parts = (found.by_cell(values) for values in (found.before, found.after, found.parts))
    return {
        "month": text_of_month(found.month),
        "factors": [{"name": factor.name, "label": dict(factor.label)} for factor in FACTORS],
        "total": entry(found.before.sum(), found.after.sum(), found.parts.sum(axis=1)),
        "occupations": [
            {
                "code": code,
                "label": {"fr": known.labels_fr[i], "en": known.labels_en[i]},
                **entry(found.before[i], found.after[i], found.parts[:, i]),
            }
            for i, code in enumerate(known.codes)
        ],
        "cells": [
            {
                "pcs": pcs,
                "sex": sex,
                "age_band": band,
                **entry(before[q, s, a], after[q, s, a], parts[:, q, s, a]),
            }
            for q, pcs in enumerate(PCS)
            for s, sex in enumerate(SEXES)
            for a, band in enumerate(AGE_BANDS)
        ],
    }


def _print(content: dict[str, Any]) -> None:
    from sim.cli.numbers import scope

    tongue = language()
    french, console = tongue == "fr", results_console()
    versus = content["against"] or ("le même monde sans IA" if french else "the same world without AI")
    console.print(
        f"{content['scenario']} – {versus}, {content['month']} : postes voulus"
        if french
        else f"{content['scenario']} – {versus}, {content['month']}: posts wanted"
    )
    console.print(_by_occupation(content, tongue))
    console.print(_by_cell(content, tongue))
    console.print(
        "Les contributions s'ajoutent exactement, dans n'importe quel ordre. Les postes d'un métier sont "
        "répartis selon les personnes qui les tiennent à cette date."
        if french
        else "Contributions add up exactly, in any order. Posts of an occupation are spread as the people "
        "who hold them at that date."
    )
    console.print(scope(content["scale"], content["months"], 1))


def _by_occupation(content: dict[str, Any], tongue: str) -> Any:
    from rich.table import Table

    from sim.cli.numbers import shown

    total, french = content["total"], tongue == "fr"
    moving = [f for f in content["factors"] if any(_parts(content, f["name"]))]
    table = Table(title_justify="left")
    table.add_column("métier" if french else "occupation")
    for word in ("sans" if french else "without", *(factor["label"][tongue] for factor in moving)):
        table.add_column(word, justify="right")
    table.add_column("écart" if french else "difference", justify="right")

    def row(label: str, entry: dict[str, Any], style: str = "") -> None:
        cells = [shown(round(entry["contributions"][f["name"]]), "posts", signed=True) for f in moving]
        change = round(entry["posts"] - entry["posts_before"])
        table.add_row(
            label,
            shown(round(entry["posts_before"]), "posts"),
            *cells,
            shown(change, "posts", signed=True),
            style=style,
        )

    row("région" if french else "region", total, "bold")
    by_change = sorted(
        content["occupations"], key=lambda o: (-abs(o["posts"] - o["posts_before"]), o["code"])
    )
    for occupation in by_change[:SHOWN]:
        row(f"{occupation['code']} {occupation['label'][tongue][:44]}", occupation)
    return table


def _parts(content: dict[str, Any], factor: str) -> list[float]:
    return [occupation["contributions"][factor] for occupation in content["occupations"]]


def _by_cell(content: dict[str, Any], tongue: str) -> Any:
    from rich.table import Table

    from sim.cli.numbers import shown

    french = tongue == "fr"
    words = {"man": "homme" if french else "man", "woman": "femme" if french else "woman"}
    bands = list(dict.fromkeys(cell["age_band"] for cell in content["cells"]))
    table = Table(
        title="écart de postes par PCS, sexe et âge" if french else "difference of posts by PCS, sex and age",
        title_justify="left",
    )
    table.add_column("PCS")
    table.add_column("sexe" if french else "sex")
    for band in (*bands, "total", "%"):
        table.add_column(band.replace("_plus", "+").replace("_", "–"), justify="right")
    rows: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for cell in content["cells"]:
        rows.setdefault((cell["pcs"], cell["sex"]), []).append(cell)
    for (pcs, sex), cells in rows.items():
        changes = [cell["posts"] - cell["posts_before"] for cell in cells]
        before = sum(cell["posts_before"] for cell in cells)
        share = shown(sum(changes) / before if before else None, "share", signed=True).replace(" pt", " %")
        numbers = [shown(round(change), "posts", signed=True) for change in (*changes, sum(changes))]
        table.add_row(pcs, words[sex], *numbers, share)
    return table
