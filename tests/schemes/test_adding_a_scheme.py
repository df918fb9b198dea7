"""A scheme that reuses a known behaviour is one data file: nothing else is touched."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]

LIVE = """
import hashlib, json, sys
from sim import run
from sim.parameters import Registry
from sim.scenario import load, with_overrides
from sim.schemes.rules import schemes
world = run.scenario_world(with_overrides(load("reference"), json.loads(sys.argv[1])), 0.003, 0)
for _ in range(9):
    world.step()
digest = hashlib.sha256()
for name in sorted(world.persons):
    digest.update(world.persons[name][: world.rows].tobytes())
print(json.dumps({
    "schemes": [scheme.name for scheme in schemes()],
    "levers": [key for key in Registry.load().levers("policy") if "bridge_to_care" in key],
    "funded": sum(world.record.series.get("files_funded_bridge_to_care", [])),
    "paid": sum(cents for key, cents in world.ledger.entries.items() if key[1] == "bridge_to_care"),
    "persons": digest.hexdigest(),
}))
"""


def parameter(rule: str, value: float, unit: str, more: str = "") -> str:
    return (
        f'\n["schemes.bridge_to_care.{rule}"]\nvalue = {value}\nlow = -20\nhigh = 1000000000\n'
        f'unit = "{unit}"\nsource = "project"\nreason = "a scheme of a test"\nstatus = "assumed"\n{more}'
        'fr = { label = "essai" }\nen = { label = "trial" }\n'
    )


SCHEME = (
    'order = 900\nbehaviour = "leave"\nfr = "Passerelle vers le soin"\nen = "Bridge to care"\n'
    'payer = "region"\nsource = "project"\n\n'
    '[who]\nstatuses = ["private"]\ncontracts = ["cdi"]\norigin = "exposed"\n\n'
    '[project]\ntarget = "porteur"\ncreation = false\n'
    + parameter("budget_eur_per_year", 0, "EUR/year", 'lever = "policy"\ngroup = "dispositifs"\n')
    + parameter("fee_cap_eur", 18000, "EUR")
    + parameter("fee_cap_eur_per_hour", 27.45, "EUR/hour")
    + parameter("application_intercept", -2.0, "utility")
    + "".join(parameter(rule, 0.9, "share") for rule in ("sound_project_share", "prior_acceptance_share"))
    + parameter("income_loss_share", 0.0, "share")
    + "".join(
        parameter(rule, value, "months", 'kind = "int"\n')
        for rule, value in (("waiting_months", 6), ("start_delay_months", 1), ("seniority_in_firm_months", 0))
    )
)


@pytest.fixture(scope="module")
def numbers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The numbers of the project, and one file more."""
    folder = tmp_path_factory.mktemp("numbers")
    leave_out = shutil.ignore_patterns("__pycache__")
    shutil.copytree(str(files("calibration")), folder / "calibration", ignore=leave_out)
    (folder / "calibration" / "schemes" / "bridge_to_care.toml").write_text(SCHEME, encoding="utf-8")
    return folder


def lived(numbers: Path | None, **levers: str) -> dict[str, Any]:
    path = os.pathsep.join(str(folder) for folder in (numbers, ROOT) if folder is not None)
    done = subprocess.run(
        [sys.executable, "-c", LIVE, json.dumps(levers)],
        env={**os.environ, "PYTHONPATH": path}, cwd=numbers or ROOT,
        capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_a_new_file_is_a_scheme_that_funds_people_and_books_its_money(numbers: Path) -> None:
    budget = "schemes.bridge_to_care.budget_eur_per_year"
    found = lived(numbers, **{budget: "400000000"})
    assert found["schemes"][-1] == "bridge_to_care" and found["levers"] == [budget]
    assert found["funded"] > 3 and found["paid"] > 0


def test_without_money_it_changes_nobody(numbers: Path) -> None:
    found = lived(numbers)
    assert found["funded"] == found["paid"] == 0
    assert found["persons"] == lived(None)["persons"]
