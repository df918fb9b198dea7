"""The page on the schemes: what needs no run agrees with the code, and its commands exist."""

from __future__ import annotations

import re

import pytest
from marginal_table import BY as BY_MARGINAL
from marginal_table import PART as MARGINAL
from pages import mark, with_part
from schemes_table import BY, PAGE, PARTS, list_of_schemes, rules_of_schemes

from sim.cli.main import COMMANDS
from sim.schemes.rules import schemes
from sim.telling.story import OF_FILES, OF_PERSONS

TEXT = PAGE.read_text(encoding="utf-8")


@pytest.mark.parametrize("content", [list_of_schemes, rules_of_schemes])
def test_the_tables_of_rules_are_those_of_the_code(content) -> None:  # type: ignore[no-untyped-def]
    """When it fails: `python -m tests.docs.schemes_table --rules`, or `make docs`."""
    assert content() in TEXT


def test_every_scheme_has_its_section_and_every_part_its_marks() -> None:
    for scheme in schemes():
        assert f"(`{scheme.name}`)" in TEXT and f"| `{scheme.name}`:" in TEXT
    for name, by in (*((part, BY) for part in PARTS), (MARGINAL, BY_MARGINAL)):
        assert TEXT.count(mark(name, by)) == TEXT.count(f"<!-- end of {name} -->") == 1
    assert with_part(TEXT, "list", BY, "anew").count("anew") == 1 + TEXT.count("anew")


def test_the_commands_and_words_of_the_page_exist() -> None:
    named = re.findall(r"^    passerelles (\w+)", TEXT, flags=re.MULTILINE)
    assert len(named) >= 7 and set(named) <= set(COMMANDS)
    for word in (*OF_PERSONS, "funded", "refused", "certified", "dropped_out"):
        assert f"`{word}`" in TEXT
    assert "refused" in OF_FILES


def test_the_accounts_are_there() -> None:
    assert "### 2022" in TEXT and "### 2024" in TEXT and "### Figures of the documents" in TEXT
