"""The model from Python: five verbs that say what the commands say, and cost nothing to import."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import passerelles
from sim.comparison import compare
from sim.errors import Errors, PasserellesError
from sim.run import simulate
from sim.scenario import load, with_overrides

BUDGET = "schemes.ptp.budget_eur_per_year"
DESIGN: dict[str, Any] = {"schema_version": 1, "horizon_months": 2, "scale": 0.01, "outputs": ["layoffs"]}


def test_importing_it_imports_neither_compiler_nor_tables() -> None:
    heavy = "{'numba', 'pandas', 'pyarrow', 'mesa', 'scipy'}"
    code = f"import sys, passerelles; print(*({heavy} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


def test_changes_are_values_of_python() -> None:
    dated = [{"from": date(2025, 1, 1), "value": "unlimited"}]
    moved = passerelles.load(
        "ai-fast", {BUDGET: dated, "ai.adoption_path": "eu_2030", "ai.displacement_share": 0.4}
    )
    assert moved.overrides == {
        BUDGET: ((48, "unlimited"),),
        "ai.adoption_path": ((36, "eu_2030"),),
        "ai.displacement_share": ((36, 0.4),),
    }
    assert passerelles.load(moved) == moved
    with pytest.raises(Errors) as caught:
        passerelles.load("ai-fast", {"ai.displacement_shar": 0.4, BUDGET: "much"})
    assert {fault.code for fault in caught.value} == {"E19", "E14"}


def test_run_and_compare_are_those_of_the_engine() -> None:
    other = with_overrides(load("ai-fast"), {BUDGET: "58_000_000"})
    results = passerelles.run("ai-fast", {BUDGET: 58_000_000}, scale=0.01, months=3)
    assert results.digest == simulate(other, scale=0.01, months=3).digest
    ours = passerelles.compare("ai-fast", other, scale=0.01, months=3, kind="chance")
    theirs = compare(load("ai-fast"), other, scale=0.01, months=3, kind="chance")
    assert ours.effects == theirs.effects


def test_a_sweep_is_run_opened_and_gone_on_with(tmp_path: Path) -> None:
    told: list[int] = []
    done = passerelles.sweep(DESIGN, tmp_path / "s", workers=1, progress=lambda p: told.append(p.done))
    assert done.complete and (done.jobs, done.done, done.given_up) == (1, 1, ()) and told[-1] == 1
    assert passerelles.open_sweep(tmp_path / "s") == done
    assert passerelles.sweep(DESIGN, tmp_path / "s", workers=1) == done
    before = (tmp_path / "s" / "runs.parquet").read_bytes()
    (tmp_path / "s" / "runs.parquet").write_bytes(before[:-9])
    assert done.to_pandas()["layoffs"].tolist() == done.table()["layoffs"].to_pylist()
    assert (tmp_path / "s" / "runs.parquet").read_bytes() == before


def test_any_executor_does_and_stays_its_owners(tmp_path: Path) -> None:
    with ThreadPoolExecutor(1) as mine:
        done = passerelles.sweep(DESIGN, tmp_path / "threads", executor=mine)
        assert done.complete and mine.submit(int).result() == 0
    assert done.table().equals(passerelles.sweep(DESIGN, tmp_path / "local", workers=1).table())


def test_its_faults_are_those_of_the_file(tmp_path: Path) -> None:
    with pytest.raises(PasserellesError, match=r"E19 unknown key: design\.toml:5: outptus \(outptus\)"):
        passerelles.sweep({**DESIGN, "outptus": []}, tmp_path / "s")
    with pytest.raises(PasserellesError, match="E81"):
        passerelles.open_sweep(tmp_path / "s")
