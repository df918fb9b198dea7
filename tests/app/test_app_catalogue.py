"""Every sentence exists in both languages, is used, and takes the same values."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import sim.views
from sim.views.text import catalogue

VIEWS = Path(sim.views.__file__).parent
HOLE = re.compile(r"\{(\w+)\}")


def used() -> tuple[set[str], set[str]]:
    """Texts written in the code of the views, and the beginnings of those that are put together."""
    whole, beginnings = set(), set()
    for path in VIEWS.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                whole.add(node.value)
            if isinstance(node, ast.JoinedStr) and isinstance(node.values[0], ast.Constant):
                beginnings.add(str(node.values[0].value))
    return whole, {text for text in beginnings if text.endswith((".", "_")) and "." in text}


def test_both_languages_say_everything() -> None:
    french, english = catalogue("fr"), catalogue("en")
    assert set(french) == set(english)
    for key in french:
        assert set(HOLE.findall(french[key])) == set(HOLE.findall(english[key])), key


def test_no_sentence_is_left_over() -> None:
    whole, beginnings = used()
    unused = [k for k in catalogue("fr") if k not in whole and not k.startswith(tuple(beginnings))]
    assert not unused


def test_every_sentence_asked_for_exists() -> None:
    asked = set()
    for path in VIEWS.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "t":
                first = node.args[0]
                if isinstance(first, ast.Constant):
                    asked.add(str(first.value))
    assert len(asked) > 50 and asked <= set(catalogue("fr"))


def test_the_words_of_the_field_are_exact() -> None:
    french = " ".join(catalogue("fr").values()).casefold()
    for word in ("postes supprimés", "licenciements", "aubaine", "éviction nette", "indiscernable"):
        assert word in french
