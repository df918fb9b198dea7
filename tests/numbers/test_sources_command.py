"""`passerelles sources` and the frame of the command line."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from sim.cli.main import COMMANDS, main
from sim.parameters import Registry


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as left:
        main(arguments)
    out, err = capsys.readouterr()
    return int(left.value.code or 0), out, err


def test_counts_add_up_and_json_is_one_object(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "sources", "--json")
    told = json.loads(out)
    assert code == 0
    assert len(told["rows"]) == len(Registry.load()) == sum(told["counts"]["parameters"].values())
    assert sum(told["counts"]["documented_statistics"].values()) == 449


def test_filters(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = run(capsys, "sources", "--json", "--status", "documented", "--document", "004")
    rows = json.loads(out)["rows"]
    assert rows and all(row["status"] == "documented" and row["document"] == "004" for row in rows)
    _, out, _ = run(capsys, "sources", "--json", "--kind", "statistics", "--unused", "--document", "003")
    rows = json.loads(out)["rows"]
    assert rows and all(not row["used"] and row["reason"] for row in rows)


def test_the_table_ends_with_the_counts(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "sources", "--status", "documented")
    assert code == 0
    assert "schemes.ptp.fee_cap_eur" in out
    assert "documented" in out.splitlines()[-3] and "assumed" in out.splitlines()[-3]


def test_a_bad_status_leaves_with_two_and_the_nearest_word(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PASSERELLES_LANGUAGE", "fr")
    code, out, err = run(capsys, "sources", "--status", "asumed")
    assert (code, out) == (2, "")
    assert "code inconnu" in err and "assumed" in err


def test_help_names_every_command_and_imports_none() -> None:
    script = "import sys; from sim.cli.main import main\ntry: main(['--help'])\nexcept SystemExit: pass\n"
    script += "print([m for m in ('numpy', 'pandas', 'numba', 'streamlit', 'pydantic') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert all(name in done.stdout for name in COMMANDS)
    assert done.stdout.strip().endswith("[]")


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "--version")
    assert code == 0 and out.startswith("passerelles ")
