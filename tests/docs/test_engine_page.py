"""The page on the engine: short, its tables written by their commands, its numbers those of the code."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from pathlib import Path

from sim.groups import STRATA
from sim.layout import CHUNK, LINE_BYTES
from sim.streams import BLOCK, LEADING

DOCS = Path(__file__).parents[2] / "docs"
PAGE = (DOCS / "engine.md").read_text(encoding="utf-8")
WORDS = {8: "eight", 13: "thirteen"}


def rows(mark: str) -> list[list[str]]:
    """Cells of the tables between two marks, heads included."""
    table = PAGE.split(f"<!-- {mark}: written by")[1].split(f"<!-- end of {mark} -->")[0]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines()
            if line.startswith("|") and not line.startswith("|---")]


def test_the_page_is_short() -> None:
    assert len(PAGE.splitlines()) < 150


def test_numbers_of_the_text_are_those_of_the_code() -> None:
    words = " ".join(PAGE.split())
    assert f"one line of {LINE_BYTES} bytes" in words and f"the next {CHUNK} are asked" in words
    assert f"the {WORDS[LEADING]} leading digits of {BLOCK} neighbours are {WORDS[LEADING]} words" in words
    assert f"below 1/{2 ** LEADING} needs {WORDS[LEADING]} leading zeros" in words
    assert f"{WORDS[STRATA]} strata" in words


def test_the_bench_has_written_its_tables() -> None:
    found = rows("bench")
    assert found[0][0] == "scale" and "1" in found[0], "the whole region: make bench ARGS='--scale 1 --page'"
    assert any(row[0] == "`matching.match`" for row in found)


def test_unemployment_is_promised_and_shown_five_times_sharper_for_five_policies() -> None:
    head, *policies = rows("variance")
    assert len(policies) == 5
    for policy in policies:
        for name, cell in zip(head[1:], policy[1:], strict=True):
            if name.startswith("unemployed") and cell != "no difference":
                low = re.search(r"\(([\d.,]+) to", cell)
                assert low and float(low[1].replace(",", "")) >= 5.0, (policy[0], name)


def test_figures_are_drawings_and_shown() -> None:
    shown = re.findall(r"!\[[^\]]+\]\((images/[\w-]+\.svg)\)", PAGE)
    assert shown == ["images/convergence.svg", "images/beveridge.svg"]
    for name in shown:
        assert ET.parse(DOCS / name).getroot().tag.endswith("svg")
