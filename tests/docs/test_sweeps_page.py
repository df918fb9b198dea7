"""What docs/sweeps.md shows is read, run and true."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import get_args

import pytest

from sim.cli.main import COMMANDS
from sim.sweep.design import beside, loads_design, shipped_designs
from sim.sweep.design_file import METHOD_KEYS, Method
from sim.sweep.plan import NAMED_COLUMNS, Plan

PAGE = (Path(__file__).parents[2] / "docs" / "sweeps.md").read_text(encoding="utf-8")
PYTHON = re.findall(r"```python\n(.*?)```", PAGE, flags=re.DOTALL)
(TOML,) = re.findall(r"```toml\n(.*?)```", PAGE, flags=re.DOTALL)


@pytest.mark.parametrize("block", PYTHON, ids=["five verbs", "points", "mesa"])
def test_python_examples_run(
    block: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    exec(compile(block, "sweeps.md", "exec"), {"__name__": "page"})
    assert capsys.readouterr().out


def test_the_design_shown_is_read() -> None:
    plan = Plan(loads_design(TOML.encode(), "shown", beside(Path())))
    assert [policy.name for policy in plan.design.policies] == [
        "as published, budget_eur_per_year=29000000",
        "as published, budget_eur_per_year=2025-01:58000000",
        "seniors, budget_eur_per_year=29000000",
        "seniors, budget_eur_per_year=2025-01:58000000",
    ]
    assert plan.jobs == 64 * (2 * 3 + 2) * 4 and plan.worlds == 5 * plan.jobs


def test_methods_and_what_they_read_are_those_of_the_code() -> None:
    rows = re.findall(r"^\| `(\w+)` \|.*\| (.*?) \|$", PAGE, flags=re.MULTILINE)
    shown = {name: set(re.findall(r"`(\w+)`", keys)) for name, keys in rows if name in METHOD_KEYS}
    assert shown == {name: {*needed, *allowed} for name, (needed, allowed) in METHOD_KEYS.items()}
    assert set(shown) == set(get_args(Method))


def test_columns_are_those_of_the_table() -> None:
    rows = re.findall(r"^\| (`.*?`) \| [^|]+ \|$", PAGE, flags=re.MULTILINE)
    named = re.findall(r"`(\w+)`", " ".join(rows))
    assert [name for name, _ in NAMED_COLUMNS] == [name for name in named if name in dict(NAMED_COLUMNS)]


def test_commands_exist_and_name_a_shipped_design() -> None:
    commands = [
        shlex.split(line) for line in re.findall(r"^    passerelles (.*?)\s*(?:#.*)?$", PAGE, re.MULTILINE)
    ]
    assert len(commands) == 4
    for words in commands:
        assert words[0] in COMMANDS
        assert words[0] != "sweep" or words[1] in shipped_designs()
