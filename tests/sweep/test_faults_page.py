"""The page on what a sweep survives promises nothing that no test holds."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_the_page_names_the_tests_that_there_are() -> None:
    named = re.findall(r"`(test_\w+)`", (ROOT / "docs" / "sweep-faults.md").read_text(encoding="utf-8"))
    folder = ROOT / "tests" / "sweep" / "faults"
    sources = [path.read_text(encoding="utf-8") for path in folder.glob("*.py")]
    there = re.findall(r"^def (test_\w+)", "\n".join(sources), flags=re.MULTILINE)
    assert len(named) > 20 and set(named) <= set(there)
