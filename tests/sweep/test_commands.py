"""``passerelles sweep``, ``status``, ``resume``, ``verify`` and ``collect``, as a researcher uses them."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from sim.cli.main import main
from sim.cli.sweep_words import duration, size
from sim.sweep.store import Store

SCHEMAS = Path(__file__).parent.parent / "results" / "schemas"
DESIGN = "first-steps"
JOBS, ROWS = 18, 54

Ended = Callable[..., tuple[int, str, str]]


@pytest.fixture
def ended(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Ended:
    """Run the command line in this process; exit code, stdout, stderr."""
    monkeypatch.setenv("PASSERELLES_LANGUAGE", "en")
    monkeypatch.delenv("PASSERELLES_DEBUG", raising=False)

    def run(*arguments: str | Path) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as caught:
            main([str(argument) for argument in arguments])
        out, err = capsys.readouterr()
        return int(caught.value.code or 0), out, err

    return run


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shipped design, undisturbed, on two processes."""
    folder = tmp_path_factory.mktemp("sweeps") / "whole"
    with pytest.raises(SystemExit) as caught:
        main(["sweep", DESIGN, "--out", str(folder), "--workers", "2", "--quiet"])
    assert not caught.value.code
    return folder


def checked(line: str, schema: str) -> dict[str, Any]:
    """One object of stdout, checked against its pinned schema."""
    found: dict[str, Any] = json.loads(line)
    Draft202012Validator(json.loads((SCHEMAS / f"{schema}.schema.json").read_text())).validate(found)
    return found


def lines_until(process: subprocess.Popen[str], done: int) -> Iterator[dict[str, Any]]:
    """Events of a sweep until so many jobs are done, or the last one."""
    assert process.stdout is not None
    for line in process.stdout:
        event = checked(line, "sweep_event")
        yield event
        if event["event"] == "progress" and event["done"] >= done:
            return


@pytest.fixture
def started() -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Start a command with ``--json`` in a process of its own; none outlives the test."""
    processes: list[subprocess.Popen[str]] = []

    def start(*arguments: str | Path) -> subprocess.Popen[str]:
        words = [sys.executable, "-m", "sim.cli.main", *map(str, arguments), "--json"]
        environment = os.environ | {"PASSERELLES_LANGUAGE": "en"}
        pipe = subprocess.PIPE
        processes.append(subprocess.Popen(words, stdout=pipe, stderr=pipe, text=True, env=environment))
        return processes[-1]

    yield start
    for process in processes:
        process.kill()
        process.communicate(timeout=60)


def test_stopped_killed_and_damaged_it_ends_with_the_same_bytes(
    whole: Path, tmp_path: Path, ended: Ended, started: Callable[..., subprocess.Popen[str]]
) -> None:
    folder = tmp_path / "disturbed"
    first = started("sweep", DESIGN, "--out", folder, "--workers", "1")
    events = list(lines_until(first, 2))
    assert events[0]["event"] == "begun"
    first.send_signal(signal.SIGINT)
    out, err = first.communicate(timeout=60)
    last = checked(out.splitlines()[-1], "sweep_event")
    assert (first.returncode, err, last["event"], last["stopped"]) == (130, "", "ended", True)
    assert last["done"] >= 2 and last["resume"] == f"passerelles resume {folder}"

    code, told, _ = ended("status", folder)
    assert "at work" not in told
    assert code == 0
    assert f"{last['done']} of {JOBS} jobs" in told and f"passerelles resume {folder}" in told

    second = started("resume", folder, "--workers", "1")
    assert [event["done"] for event in lines_until(second, last["done"] + 2) if "done" in event][-1] > 2
    second.send_signal(signal.SIGSTOP)
    found = checked(ended("status", folder, "--json")[1], "sweep_folder")
    assert found["at_work"]["pid"] == second.pid and "E83" in ended("resume", folder)[2]
    second.kill()
    second.communicate(timeout=60)

    shard = next((folder / "shards").iterdir())
    data = bytearray(shard.read_bytes())
    data[len(data) // 2] ^= 1
    shard.write_bytes(data)
    code, out, _ = ended("verify", folder, "--json")
    assert code == 2 and list(checked(out, "sweep_folder")["damaged"]) == [f"shards/{shard.name}"]

    code, out, err = ended("resume", folder, "--workers", "2")
    assert code == 0 and out.strip() == str(folder / "runs.parquet") and f"{JOBS} of {JOBS} jobs done" in err
    code, out, _ = ended("verify", folder)
    assert code == 0 and f"{JOBS} of {JOBS} jobs (100 %)" in out
    assert ended("collect", folder)[0] == 0
    assert (folder / "runs.parquet").read_bytes() == (whole / "runs.parquet").read_bytes()
    assert list((folder / "quarantine").iterdir())


def test_a_finished_sweep_has_nothing_left_to_do(whole: Path, ended: Ended) -> None:
    before = (whole / "runs.parquet").read_bytes()
    code, out, _ = ended("sweep", DESIGN, "--out", whole, "--json")
    events = [checked(line, "sweep_event") for line in out.splitlines()]
    assert code == 0 and (events[-1]["new"], events[-1]["done"], events[-1]["complete"]) == (0, JOBS, True)
    assert (whole / "runs.parquet").read_bytes() == before
    code, out, _ = ended("status", whole, "--json")
    found = checked(out, "sweep_folder")
    assert (code, found["done"], found["missing"], found["table"]) == (0, JOBS, 0, "good")
    assert not found["engine_changed"] and found["given_up"] == []


def test_the_table_is_sorted_and_has_its_columns(whole: Path) -> None:
    import pyarrow.parquet as pq

    frame = pq.read_table(whole / "runs.parquet").to_pandas()
    assert len(frame) == ROWS
    keys = ["sample", "replicate", "policy_point"]
    assert frame[keys].equals(frame[keys].sort_values(keys, ignore_index=True))
    assert list(frame.columns[:9]) == [
        "job", "run", "sample", "policy", "policy_point", "replicate", "seed", "scale", "months"
    ]  # fmt: skip
    assert frame["run"].str.fullmatch("[0-9a-f]{16}").all() and frame["job"].str.len().eq(64).all()
    base = frame[frame["policy_point"] == -1]
    assert base["difference_layoffs"].isna().all() and (base["policy"] == "").all()
    assert frame[frame["policy"] == "doubled"]["schemes.ptp.budget_eur_per_year"].eq(58_000_000).all()
    first = frame.iloc[0]
    assert first["ai.displacement_share"] == 0.1 and first["ai.adjustment_months"] == 6


def test_another_design_or_engine_does_not_mix(
    whole: Path, tmp_path: Path, ended: Ended, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = Store.open(whole).design().decode()
    (tmp_path / "other.toml").write_text(text.replace("replicates = 2", "replicates = 3"))
    code, _, err = ended("sweep", tmp_path / "other.toml", "--out", whole)
    assert code == 2 and "E80" in err and "--out" in err
    monkeypatch.setattr("sim.sweep.running.engine_digest", lambda: "0" * 16)
    code, _, err = ended("resume", whole)
    assert code == 2 and "E82" in err and "--out" in err


def test_a_sweep_is_taken_up_without_the_files_it_came_from(tmp_path: Path, ended: Ended) -> None:
    source, folder = tmp_path / "source", tmp_path / "sweep"
    source.mkdir()
    scenario = Path(__file__).parents[2] / "scenarios" / "ai-fast.toml"
    (source / "mine.toml").write_text(scenario.read_text())
    (source / "sets.csv").write_text("ai.displacement_share\n0.2\n0.5\n")
    (source / "design.toml").write_text(
        'schema_version = 1\nscenario = "mine.toml"\nhorizon_months = 2\n'
        'scale = 0.01\noutputs = ["layoffs"]\n'
        '[assumptions]\nmethod = "ensemble"\nfile = "sets.csv"\n'
    )
    assert ended("sweep", source / "design.toml", "--out", folder, "--workers", "1")[0] == 0
    table = (folder / "runs.parquet").read_bytes()
    for path in [*source.iterdir(), *(folder / "shards").iterdir(), folder / "runs.parquet"]:
        path.unlink()
    assert ended("resume", folder, "--workers", "1")[0] == 0
    assert (folder / "runs.parquet").read_bytes() == table
    kept = folder / "inputs" / "sets.csv"
    kept.write_text(kept.read_text().replace("0.5", "0.6"))
    code, _, err = ended("resume", folder)
    assert code == 2 and "E80" in err and "sets.csv" in err
    kept.unlink()
    assert "E89" in ended("resume", folder)[2]


def test_jobs_that_fail_three_times_are_listed_with_their_last_error(tmp_path: Path, ended: Ended) -> None:
    (tmp_path / "short.toml").write_text(
        "schema_version = 1\nhorizon_months = 600\nscale = 0.01\n[limits]\nminutes = 0.003\n"
    )
    folder = tmp_path / "out"
    code, out, err = ended("sweep", tmp_path / "short.toml", "--out", folder, "--workers", "1")
    (fault,) = Store.open(folder).quarantined().values()
    assert code == 2 and fault.kind == "timeout" and fault.attempt == 3
    assert f"{fault.key}  timeout: " in err and "--retry" in err
    code, out, err = ended("resume", folder, "--json")
    last = checked(out.splitlines()[-1], "sweep_event")
    assert code == 2 and [given["job"] for given in last["given_up"]] == [fault.key] and last["new"] == 0
    assert fault.key in ended("status", folder)[1]
    assert ended("resume", folder, "--retry", "--workers", "1")[0] == 2
    assert len(Store.open(folder).faults()) == 3


def test_a_dry_run_says_worlds_time_memory_and_disk(ended: Ended) -> None:
    code, out, _ = ended("sweep", DESIGN, "--dry-run", "--workers", "3", "--json")
    told = checked(out, "sweep_forecast")
    assert code == 0
    assert (told["jobs"], told["worlds"], told["workers"], told["months"]) == (JOBS, ROWS, 3, 30)
    assert told["timed_months"] == 30 and told["family_seconds"] > 0 and told["opening_seconds"] >= 0
    assert abs(told["seconds"] - 6 * told["family_seconds"]) < 1e-9
    assert 50e6 < told["worker_bytes"] < 5e9 and 0 < told["disk_bytes"] < 1e6


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("sweep", DESIGN), 2, "E20"),
        (("sweep", "first-step", "--out", "x"), 2, "did you mean first-steps?"),
        (("sweep", DESIGN, "--out", "x", "--workers", "0"), 2, "E15"),
        (("sweep", DESIGN, "--out", "x", "--executor", "dusk://h:1"), 2, "E70"),
        (("status", "nowhere"), 2, "E81"),
        (("resume", "nowhere"), 2, "E81"),
        (("verify", "nowhere"), 2, "E81"),
        (("collect", "nowhere"), 2, "E81"),
    ],
)
def test_bad_input_is_named(
    arguments: tuple[str, ...],
    code: int,
    words: str,
    ended: Ended,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    found, _, err = ended(*arguments)
    assert found == code and words in err


def test_durations_and_sizes_in_both_languages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PASSERELLES_LANGUAGE", "en")
    assert [duration(s) for s in (4, 75, 3_700, 90_000)] == ["4 s", "1 min 15 s", "1 h 01 min", "1 d 1 h"]
    assert [size(b) for b in (12, 1_500, 250_000_000)] == ["12 B", "1.5 kB", "250 MB"]
    monkeypatch.setenv("PASSERELLES_LANGUAGE", "fr")
    assert (duration(90_000), size(1_500)) == ("1 j 1 h", "1,5 ko")
