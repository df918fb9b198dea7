"""The wheel carries the data that the program reads."""

from __future__ import annotations

import shutil
import subprocess
import sys
import zipfile
from importlib.metadata import version
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SETUPTOOLS = 77
KEPT = ("pyproject.toml", "README.md", "LICENSE", "app.py", "passerelles", "sim", "calibration", "scenarios")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """Names in a wheel built, without network, from a copy of the sources."""
    if int(version("setuptools").split(".")[0]) < SETUPTOOLS:
        pytest.skip(f"the build needs setuptools {SETUPTOOLS}; the locked environment has it")
    source = tmp_path_factory.mktemp("source")
    for name in KEPT:
        path = ROOT / name
        if path.is_dir():
            shutil.copytree(
                path, source / name, ignore=shutil.ignore_patterns("__pycache__", "*.nbi", "*.nbc")
            )
        elif path.exists():
            shutil.copy(path, source / name)
    out = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(out), str(source)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    with zipfile.ZipFile(next(out.glob("*.whl"))) as archive:
        return set(archive.namelist())


@pytest.mark.parametrize(
    "pattern",
    ["calibration/*.toml", "calibration/*.csv", "calibration/tables/*", "scenarios/*", "scenarios/sweeps/*"],
)
def test_the_wheel_carries_every_data_file(wheel: set[str], pattern: str) -> None:
    wanted = {
        str(path.relative_to(ROOT))
        for path in ROOT.glob(pattern)
        if path.suffix in {".toml", ".csv", ".json"}
    }
    assert wanted <= wheel


def test_the_wheel_carries_the_code_and_the_licence(wheel: set[str]) -> None:
    assert {"sim/parameters.py", "sim/cli/main.py", "sim/py.typed", "passerelles/__init__.py"} <= wheel
    assert any(name.endswith("licenses/LICENSE") for name in wheel)
    assert not [name for name in wheel if name.startswith("tests/")]


@pytest.mark.skipif(not (ROOT / "app.py").exists(), reason="the application is not there yet")
def test_the_wheel_carries_the_application(wheel: set[str]) -> None:
    assert "app.py" in wheel
