"""The ODD says what the step does, in its order, with parameters that exist and are read."""

from __future__ import annotations

import ast
import inspect
import re
import textwrap
from fnmatch import fnmatch
from pathlib import Path

from sim.parameters import Registry
from sim.processes.hazards import KINDS
from sim.processes.outcomes import DURABLE_CLOCK_MONTHS, LONG_ENOUGH_MONTHS
from sim.run import BURN_IN_MONTHS
from sim.schemes.routes import routes
from sim.schemes.rules import schemes
from sim.world import World

ODD = (Path(__file__).parents[2] / "docs" / "odd.md").read_text(encoding="utf-8")
SECTIONS = re.split(r"^### ", ODD, flags=re.MULTILINE)[1:]


def lines_of_the_step() -> list[str]:
    """``module.function`` of each process that the step calls, in order; the record's as ``record.…``."""
    body = ast.parse(textwrap.dedent(inspect.getsource(World.step)))
    found = []
    for node in ast.walk(body):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
            found.append((node.lineno, ast.unparse(node.value.func).removeprefix("self.")))
    return [name for _, name in sorted(found) if name != "record.open_month"]


def quoted(text: str) -> set[str]:
    """Dotted words in backticks, such as ``ai.adoption_path``; ``*`` stands for any letters."""
    return set(re.findall(r"`([a-z_]+(?:\.[a-z0-9_*]+)+)`", text))


def test_each_line_of_the_step_has_its_section_in_its_order() -> None:
    titles = " ".join(section.splitlines()[0] for section in SECTIONS)
    assert re.findall(r"`([a-z_.]+)`", titles) == lines_of_the_step()


def test_the_table_of_the_schedule_is_the_step() -> None:
    schedule = ODD.split("## 3. ")[1].split("## 4. ")[0]
    cells = [line.split("|")[3] for line in schedule.splitlines() if re.match(r"\| \d", line)]
    assert re.findall(r"`([a-z_.]+)`", " ".join(cells)) == lines_of_the_step()


def test_there_are_ten_processes() -> None:
    assert [section.split(".")[0] for section in SECTIONS] == [f"Process {n}" for n in range(1, 11)]


def test_every_parameter_quoted_exists() -> None:
    keys, functions = set(Registry.load()), set(lines_of_the_step())
    files = {name for name in quoted(ODD) if name.split(".")[-1] in {"toml", "py", "md", "csv"}}
    unknown = {name for name in quoted(ODD) - functions - files if not any(fnmatch(k, name) for k in keys)}
    assert not unknown


def test_every_lever_is_explained() -> None:
    patterns = quoted(ODD)
    silent = [k for k in Registry.load().levers() if not any(fnmatch(k, pattern) for pattern in patterns)]
    assert not silent


def test_counts_and_clocks_are_those_of_the_code() -> None:
    words = " ".join(ODD.split())
    assert f"**Burn-in**: {BURN_IN_MONTHS} months" in words
    assert (DURABLE_CLOCK_MONTHS, LONG_ENOUGH_MONTHS) == (24, 6) and "24 months after the decision" in words
    assert f"are the {routes().count} courses" in words
    assert all(f"`{scheme.name}`" in ODD for scheme in schemes())
    assert len(KINDS) == 6
