"""The same bytes whatever surrounds a run: threads, processes, hashes, processor, language, hour.

Every run of this file starts from the synthesis and lives eight years and more in a child process, so that
all of the engine is under each change.  Tolerance zero: the digest of every column is the same.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from children import digests_elsewhere, python, unlike
from numpy._core._multiarray_umath import __cpu_dispatch__, __cpu_features__

CROWDED = {"schemes.ptp.application_intercept": -6.0, "training.seats_ratio": 100.0,
           "separations.redeployment_share": 1.0}
"""Rules under which a small world has files that wait, trainees and lay-offs."""

REQUEST: dict[str, Any] = {"scenario": "ai-fast", "scale": 0.004, "months": 14, "seed": 0, "rules": CROWDED,
                           "levers": {"ai.displacement_share": "0.8", "ai.adjustment_months": "3"}}
LONG = REQUEST | {"scale": 0.05, "months": 120}

DISPATCHED = [name for name in __cpu_dispatch__ if __cpu_features__[name]]
"""Levels of the processor that NumPy has code for and that this machine has, the lowest first."""

NO_LEVEL = {"NPY_DISABLE_CPU_FEATURES": " ".join(DISPATCHED)} if DISPATCHED else {}
GENERIC = {"NUMBA_CPU_NAME": "generic", "NUMBA_CPU_FEATURES": ""}
ELSEWHERE = {"LC_ALL": "POSIX", "LANG": "tr_TR.UTF-8", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0",
             "TZ": "Pacific/Chatham"}


@pytest.fixture(scope="module")
def here() -> dict[str, str]:
    return digests_elsewhere(REQUEST)


def test_the_run_compared_here_has_something_to_compare(here: dict[str, str]) -> None:
    again = digests_elsewhere(REQUEST | {"seed": 1})
    moved = {"persons.state", "teams.posts", "files.outcome", "record.flows", "series.hires",
             "series.redeployed", "series.training_starts", "series.files_funded_ptp", "ledger"}
    assert moved <= set(unlike(here, again)) and moved <= here.keys()


@pytest.mark.parametrize(("request_", "environment"), [
    pytest.param({}, {"PYTHONHASHSEED": "1"} | ELSEWHERE, id="hashes 1, another language and hour"),
    pytest.param({}, NO_LEVEL | {"PYTHONHASHSEED": "random"}, id="NumPy without dispatch, hashes random"),
    pytest.param({"threads": 2}, {"NUMBA_NUM_THREADS": "2"}, id="two at once in threads"),
    pytest.param({"start": "spawn"}, {"NUMBA_NUM_THREADS": "1", "PYTHONHASHSEED": "0"}, id="spawned"),
    pytest.param({"start": "fork"}, {}, id="forked"),
])
def test_bytes_do_not_depend_on_what_surrounds_a_run(
        here: dict[str, str], request_: dict[str, Any], environment: dict[str, str]) -> None:
    assert unlike(here, digests_elsewhere(REQUEST | request_, **environment)) == []


def test_bytes_do_not_depend_on_what_the_compiler_knows_of_the_processor(
        here: dict[str, str], tmp_path: Path) -> None:
    # Compiled anew in a folder of its own: no vector of more than 128 bits, no fused multiply-add.
    found = digests_elsewhere(REQUEST, PASSERELLES_CACHE=str(tmp_path), **GENERIC, **NO_LEVEL)
    assert unlike(here, found) == []


@pytest.fixture(scope="module")
def long() -> dict[str, str]:
    return digests_elsewhere(LONG, timeout=900)


@pytest.mark.full
@pytest.mark.parametrize("environment", [
    *(pytest.param({"NPY_DISABLE_CPU_FEATURES": " ".join(DISPATCHED[first:])}, id=f"NumPy below {name}")
      for first, name in enumerate(DISPATCHED)),
    pytest.param(GENERIC | NO_LEVEL, id="generic processor"),
    *(pytest.param({"PYTHONHASHSEED": seed}, id=f"hashes {seed}") for seed in ("0", "1", "random")),
    pytest.param({"LC_ALL": "fr_FR.UTF-8", "TZ": "America/St_Johns"}, id="French, another hour"),
    pytest.param({"NUMBA_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
                 id="one thread"),
])
def test_bytes_of_ten_years_do_not_depend_on_what_surrounds_a_run(
        long: dict[str, str], environment: dict[str, str]) -> None:
    assert unlike(long, digests_elsewhere(LONG, timeout=900, **environment)) == []


@pytest.mark.skipif(not {"X86_V4", "AVX512F"} & set(DISPATCHED), reason="a processor of one level")
def test_the_processor_levels_compared_do_differ() -> None:
    # Otherwise equal bytes would say nothing: the functions that the engine calls give other floats.
    code = ("import hashlib, numpy as np; x = np.linspace(-20, 20, 100_000);"
            "print([hashlib.sha256(f.tobytes()).hexdigest() for f in (np.exp(x), np.log(x + 21), np.tanh(x))"
            " if not np.isnan(f).any()])")
    assert python(code).stdout != python(code, **NO_LEVEL).stdout
