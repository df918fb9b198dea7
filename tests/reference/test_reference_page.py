"""The page of the published model says what the code does."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

from sim.reference import deterministic
from sim.reference.parameters import Parameters

PAGE = (Path(__file__).parents[2] / "docs" / "reference-model.md").read_text(encoding="utf-8")


def test_values_of_the_authors_are_the_defaults() -> None:
    rows = re.findall(r"^\|[^|]+\| ([\d.]+) \| `--([a-z-]+)` \|$", PAGE, flags=re.MULTILINE)
    shown = {option.replace("-", "_"): float(value) for value, option in rows}
    assert shown == {field.name: field.default for field in fields(Parameters)}


def test_functions_named_in_the_page_exist() -> None:
    named = re.findall(r"^\|[^|]+\|.*\| `(\w+)` \|$", PAGE, flags=re.MULTILINE)
    assert {"separations", "openings", "search", "success", "step"} <= set(named)
    assert all(callable(getattr(deterministic, name)) for name in named)


def test_the_example_runs() -> None:
    (block,) = re.findall(r"```python\n(.*?)```", PAGE, flags=re.DOTALL)
    exec(compile(block, "docs/reference-model.md", "exec"), {})
