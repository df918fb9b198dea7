"""`passerelles sources`: every number of the model and every statistic behind it, filtered and counted."""

from __future__ import annotations

import json
import sys
from typing import Annotated, Any, Literal

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from sim.errors import UnknownCode, nearest
from sim.number_document import number_document
from sim.parameters import Parameter, Registry
from sim.provenance import (
    ROLES,
    STATUSES,
    Statistic,
    counts_by_role,
    counts_by_status,
    documented_statistics,
    external_statistics,
    source_of,
)

_PLAIN_WIDTH = 160


def sources(
    status: Annotated[
        str | None, typer.Option(help="Only numbers of this status or statistics of this role.")
    ] = None,
    document: Annotated[
        str | None, typer.Option(help="Only what rests on this document: 000 to 004, or external.")
    ] = None,
    used: Annotated[
        bool | None, typer.Option("--used/--unused", help="Only what the model uses, or not.")
    ] = None,
    kind: Annotated[Literal["parameters", "statistics"], typer.Option(help="What to list.")] = "parameters",
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")] = False,
    markdown: Annotated[bool, typer.Option("--markdown", help="The whole as docs/numbers.md.")] = False,
) -> None:
    """List the model's numbers and where they come from."""
    if markdown:
        sys.stdout.write(number_document())
        return
    if kind == "parameters":
        _checked(status, STATUSES, "--status")
        rows = [_parameter_row(p) for p in Registry.load().values() if status in (None, p.status)]
    else:
        _checked(status, ROLES, "--status")
        listed = [*documented_statistics().values(), *external_statistics().values()]
        rows = [_statistic_row(s) for s in listed if status in (None, s.role)]
    _checked(document, ("000", "001", "002", "003", "004", "external", "project"), "--document")
    rows = [row for row in rows if document in (None, row["document"]) and used in (None, row["used"] != "")]
    counts = {
        "parameters": counts_by_status(Registry.load().values()),
        "documented_statistics": counts_by_role(documented_statistics().values()),
        "external_statistics": counts_by_role(external_statistics().values()),
    }
    if as_json:
        print(json.dumps({"kind": kind, "rows": rows, "counts": counts}, ensure_ascii=False))
    else:
        _print(rows, counts)


def _checked(word: str | None, allowed: tuple[str, ...], option: str) -> None:
    if word is not None and word not in allowed:
        raise UnknownCode(option, word, " | ".join(allowed), nearest(word, allowed))


def _origin(cited: str) -> dict[str, str]:
    source = source_of(cited)
    return {"document": source.document or source.kind, "title": source.title, "address": source.address}


def _parameter_row(parameter: Parameter) -> dict[str, Any]:
    return {
        "id": parameter.key,
        "value": parameter.value,
        "low": parameter.low,
        "high": parameter.high,
        "unit": parameter.unit,
        "status": parameter.status,
        "source": parameter.source,
        **_origin(parameter.source),
        "used": "" if parameter.unused else "model",
        "reason": "; ".join(filter(None, (parameter.reason, parameter.unused))),
    }


def _statistic_row(statistic: Statistic) -> dict[str, Any]:
    return {
        "id": statistic.id,
        "value": statistic.value,
        "low": statistic.low,
        "high": statistic.high,
        "unit": statistic.unit,
        "status": statistic.role,
        "source": statistic.source,
        **_origin(statistic.source),
        "used": statistic.used,
        "reason": statistic.reason,
    }


def _print(rows: list[dict[str, Any]], counts: dict[str, dict[str, int]]) -> None:
    console = Console()
    if not console.is_terminal:
        console = Console(width=_PLAIN_WIDTH)
    table = Table()
    for column in ("id", "value", "unit", "status", "source", "used or reason"):
        table.add_column(column, overflow="fold")
    for row in rows:
        words = row["reason"] if row["used"] in ("", "model") else row["used"]
        cells = (row["id"], row["value"], row["unit"], row["status"], row["title"], words)
        table.add_row(*(escape(str(cell)) for cell in cells))
    console.print(table)
    console.print(f"{len(rows)} rows")
    for name, counted in counts.items():
        told = ", ".join(f"{number} {word.replace('_', ' ')}" for word, number in counted.items())
        console.print(f"{name.replace('_', ' ')}: {told}", highlight=False)
