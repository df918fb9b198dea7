"""The tables of ``docs/results.md``, from what ``passerelles compare --json`` printed.

``python -m tests.docs.results_table SHOCKS.json POLICIES.json POLICIES_RESPOND.json``; the commands that make
the three files stand on the page.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

PAGE = Path(__file__).parents[2] / "docs" / "results.md"

Effect = dict[str, Any]
Shown = Callable[[float], str]


def _whole(value: float) -> str:
    return f"{value:+,.0f}"


def _tenth(value: float) -> str:
    return f"{value:+.1f}"


def _points(value: float) -> str:
    return f"{100 * value:+.2f}"


def _millions(value: float) -> str:
    return f"{value / 1e6:+.1f}"


SHOCKS: tuple[tuple[str, str, Shown], ...] = (
    ("posts_removed_ai", "posts removed by AI, ten years", _whole),
    ("layoffs_ai", "lay-offs for AI, ten years", _whole),
    ("unfilled_departures", "departures left unfilled because of AI, ten years", _whole),
    ("hires_per_year", "hires a year", _whole),
    ("hires_15_24_per_year", "of which under 25", _whole),
    ("unemployment_rate", "unemployment rate, end, points", _points),
)
POLICIES: tuple[tuple[str, str, Shown], ...] = (
    ("layoffs", "lay-offs, ten years", _whole),
    ("unemployment_rate", "unemployment rate, end, points", _points),
    ("files_received_per_year", "files received a year", _whole),
    ("files_funded_per_year", "files funded a year", _whole),
    ("committed_eur_per_year", "committed a year, M EUR", _millions),
    ("funded_gross", "durable conversions of those funded here and not there, gross", _whole),
    ("funded_additional", "of which additional", _whole),
    ("funded_net", "additional less prevented, less the same of those funded there and not here", _whole),
    ("funded_net_per_million_eur", "the same, per million EUR", _tenth),
)
ENDS: tuple[tuple[str, str, Shown], ...] = (
    ("employed", "employed, end", _whole),
    ("unemployment_rate", "unemployment rate, end, points", _points),
    ("hires_per_year", "hires a year", _whole),
)


def cell(effect: Effect | None, shown: Shown) -> str:
    """A difference with its interval, or the words for what cannot be told."""
    if effect is None or effect["difference"] is None or effect["low"] is None:
        return "not defined"
    bounds = f"({shown(effect['low'])} to {shown(effect['high'])})"
    said = "indistinguishable" if effect["indistinguishable"] else shown(effect["difference"])
    return f"{said} {bounds}"


def _by_name(comparison: dict[str, Any]) -> dict[str, Effect]:
    return {effect["indicator"]: effect for effect in comparison["effects"]}


def table(rows: Sequence[tuple[str, str, Shown]], comparisons: Sequence[dict[str, Any]]) -> str:
    """One row an indicator, one column a comparison."""
    names = " | ".join(f"`{comparison['other']}`" for comparison in comparisons)
    lines = [f"| | {names} |", "|---" * (len(comparisons) + 1) + "|"]
    found = [_by_name(comparison) for comparison in comparisons]
    for name, text, shown in rows:
        cells = " | ".join(cell(effects.get(name), shown) for effects in found)
        lines.append(f"| {text} | {cells} |")
    return "\n".join(lines)


def ends(comparisons: Sequence[dict[str, Any]]) -> str:
    """Regional differences of each comparison at both ends of the closure of posts."""
    lines = ["| | | posts fixed | posts respond |", "|---|---|---|---|"]
    for comparison in comparisons:
        rows = {row["indicator"]: row for row in comparison["ends"]}
        for name, text, shown in ENDS:
            both = " | ".join(cell(rows[name][end], shown) for end in ("posts_fixed", "posts_respond"))
            lines.append(f"| `{comparison['other']}` | {text} | {both} |")
    return "\n".join(lines)


def written(page: str, tables: dict[str, str]) -> str:
    """The page with its tables; raises ValueError where a mark is missing."""
    for name, text in tables.items():
        before, rest = page.split(f"<!-- {name} -->")
        _, after = rest.split(f"<!-- end of {name} -->")
        page = f"{before}<!-- {name} -->\n\n{text}\n\n<!-- end of {name} -->{after}"
    return page


def main() -> None:
    """Write the tables."""
    shocks, policies, respond = (json.loads(Path(name).read_text())["comparisons"] for name in sys.argv[1:4])
    answered = _by_name(respond[0])
    fixed = _by_name(policies[0])
    both = [
        {"indicator": name, "posts_fixed": fixed[name], "posts_respond": answered[name]}
        for name, _, _ in ENDS
    ]
    tables = {
        "shocks": table(SHOCKS, shocks),
        "policies": table(POLICIES, policies),
        "ends": ends([*shocks, {"other": policies[0]["other"], "ends": both}]),
    }
    PAGE.write_text(written(PAGE.read_text(encoding="utf-8"), tables), encoding="utf-8")


if __name__ == "__main__":
    main()
