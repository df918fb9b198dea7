"""Run :mod:`digest` in another process, with another environment."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from sim.kernels import KERNEL_FOLDER

HERE = Path(__file__).parent
ROOT = HERE.parents[1]


def child_environment(**changes: str) -> dict[str, str]:
    """This process's environment with changes; kernels compiled here are found there."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("NUMBA_")}
    environment |= {"PYTHONPATH": str(ROOT), "PASSERELLES_CACHE": str(KERNEL_FOLDER.parent)}
    return environment | changes


def python(code: str, folder: Path = ROOT, **changes: str) -> subprocess.CompletedProcess[str]:
    """Run Python code in a child, with the package of ``folder``."""
    return subprocess.run([sys.executable, "-W", "ignore", "-c", code], env=child_environment(**changes),
                          cwd=folder, capture_output=True, text=True, timeout=300, check=False)


def digests_elsewhere(request: dict[str, Any], timeout: float = 300, **changes: str) -> dict[str, str]:
    """Digest by column of a run in a child with a changed environment."""
    done = subprocess.run([sys.executable, "-W", "ignore", str(HERE / "digest.py"), json.dumps(request)],
                          env=child_environment(**changes), cwd=ROOT, capture_output=True, text=True,
                          timeout=timeout, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    found: dict[str, str] = json.loads(done.stdout.splitlines()[-1])
    return found


def unlike(one: dict[str, str], other: dict[str, str]) -> list[str]:
    """Columns whose digests differ, or that one side lacks."""
    return sorted(name for name in one.keys() | other.keys() if one.get(name) != other.get(name))
