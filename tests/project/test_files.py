"""What the repository may hold: nothing of one machine, no secret door, a lock without an address."""

from __future__ import annotations

import ast
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
OF_A_MACHINE = re.compile(r"(?<![\w.])/(?:work|root|home|opt|Users|mnt)/\w+|(?<![\w.])/tmp/\w|[A-Z]:\\\\\w")


def tracked() -> list[Path]:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode != 0:
        pytest.skip("not a git checkout")
    return [ROOT / name for name in listed.stdout.splitlines() if (ROOT / name).is_file()]


def test_no_file_names_a_path_of_one_machine() -> None:
    found = []
    for path in tracked():
        if path == Path(__file__) or path.suffix in {".png", ".parquet", ".mo", ".woff2"}:
            continue
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            if OF_A_MACHINE.search(line) and "://" not in line:
                found.append(f"{path.relative_to(ROOT)}:{number}")
    assert not found


def test_the_lock_holds_hashes_and_no_address() -> None:
    lines = (ROOT / "requirements.lock").read_text(encoding="utf-8").splitlines()
    assert not [line for line in lines if "://" in line or line.startswith("-")]
    pins = [line for line in lines if re.match(r"[a-z]", line)]
    assert len(pins) > 50 and all("==" in line and line.endswith("\\") for line in pins)


def test_the_model_imports_neither_calibration_code_nor_charts() -> None:
    wrong = []
    for path in (ROOT / "sim").rglob("*.py"):
        inside_views = "views" in path.relative_to(ROOT).parts
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            for name in names:
                top = name.split(".")[0]
                if top == "calibration" or (top in {"altair", "streamlit"} and not inside_views):
                    wrong.append(f"{path.relative_to(ROOT)}: {name}")
    assert not wrong


def test_the_readme_starts_with_its_two_commands() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    commands = re.findall(r"^    make (\w+)", readme, flags=re.MULTILINE)
    assert commands[:2] == ["app", "test"]
    assert all(re.search(rf"^{name}:", makefile, flags=re.MULTILINE) for name in commands)
    assert "make test\n" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")


def test_the_readme_names_only_commands_that_exist() -> None:
    from sim.cli.main import COMMANDS

    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    named = re.findall(r"bin/passerelles (\w+)", readme)
    assert named and set(named) <= set(COMMANDS)
