"""The tables of ``docs/schemes.md``: `python -m tests.docs.schemes_table` writes them again.

``--rules`` writes the list of schemes alone, which needs no run; the accounts are those of scale 0.1, seed 0.
"""

from __future__ import annotations

import sys
from pathlib import Path

from sim.calendar import OPENING, text_of_month
from sim.cli.account import figure_cells, figure_columns, rows_of_account
from sim.cli.schemes import validity, value_text
from sim.parameters import Registry
from sim.scenario import load
from sim.schemes.rules import Scheme, schemes
from sim.telling.rule_sheet import Rule, Sheet, groups, sheet
from sim.telling.scheme_account import account, idle, lived_through
from sim.telling.scheme_figures import compare_figures, worlds_by_year
from sim.world import World

# The tests of the documents import each other as neighbours.
sys.path.insert(0, str(Path(__file__).parent))

from pages import table, with_part

PAGE = Path(__file__).parents[2] / "docs" / "schemes.md"
SCALE, SEED = 0.1, 0
YEARS = (2022, 2024)
BY = "schemes_table"
PARTS = ("list", "rules", "accounts")


def _stated(one: Sheet, name: str) -> str:
    rule = one.rule(name)
    return "" if rule is None else value_text(rule, "en")


def budgets(scheme: Scheme) -> str:
    """The budget by date, in euros a year."""
    parameter = Registry.load()[scheme.key("budget_eur_per_year")]
    dated = parameter.dated or ()
    found = [(entry.month, entry.value) for entry in dated] or [(None, parameter.value)]
    return "; ".join(
        (f"{text_of_month(month)}: " if month is not None else "")
        + (str(value) if isinstance(value, str) else f"{value:,.0f}")
        for month, value in found
    )


def list_of_schemes() -> str:
    """One row a scheme: what it does, for whom, for what, who pays, its budget by date."""
    rows = []
    for scheme in schemes():
        one = sheet(scheme, OPENING)
        who = ", ".join(_stated(one, name) for name in ("statuses", "contracts") if _stated(one, name))
        origin = _stated(one, "origin")
        who += "" if origin in ("", "any") else f"; {origin}"
        rows.append(
            [
                f"`{scheme.name}`: {scheme.en}",
                _stated(one, "behaviour"),
                who,
                _stated(one, "target"),
                _stated(one, "payer"),
                budgets(scheme),
            ]
        )
    return table(["scheme", "what happens", "who", "trade aimed at", "payer", "budget, EUR a year"], rows)


def _rule_row(rule: Rule) -> list[str]:
    key = f"`{rule.key}`" if rule.key.startswith(("schemes.", "law.", "training.")) else rule.key
    return [key, value_text(rule, "en"), validity(rule, "en"), rule.status, f"`{rule.source}`"]


def rules_of_schemes() -> str:
    """Every rule of the files and the registry, scheme by scheme, in groups."""
    parts = []
    for scheme in schemes():
        one = sheet(scheme, OPENING)
        rows = []
        for group, label in groups().items():
            found = one.of_group(group)
            rows += [[f"**{label['en']}**", "", "", "", ""]] if found else []
            rows += [_rule_row(rule) for rule in found]
        head = ["rule", "value in January 2024", "validity", "status", "source"]
        parts.append(f"### {scheme.en} (`{scheme.name}`)\n\n{table(head, rows)}")
    return "\n\n".join(parts)


def accounts() -> str:
    """The accounts of the years, and every figure of the documents, from two worlds."""
    worlds: list[World] = []
    parts = []
    for year in YEARS:
        worlds.append(lived_through(load("reference"), year, SCALE, SEED))
        found = account(worlds[-1], year)
        busy = tuple(one for one in found if not idle(one))
        quiet = ", ".join(f"`{one.scheme}`" for one in found if idle(one))
        rows = rows_of_account(busy, "en")
        note = f"\n\nNo money and no file: {quiet}." if quiet else ""
        content = table(["", *(f"`{one.scheme}`" for one in busy)], rows)
        parts.append(f"### {year}\n\n{content}{note}")
    rows = [figure_cells(one, "en") for one in compare_figures(worlds_by_year(*worlds))]
    parts.append(f"### Figures of the documents\n\n{table(list(figure_columns('en')), rows)}")
    return "\n\n".join(parts)


def main(only_rules: bool) -> None:
    """Write the page again."""
    text = PAGE.read_text(encoding="utf-8")
    parts = {"list": list_of_schemes, "rules": rules_of_schemes}
    for name, content in (parts if only_rules else {**parts, "accounts": accounts}).items():
        text = with_part(text, name, BY, content())
    PAGE.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main("--rules" in sys.argv)
