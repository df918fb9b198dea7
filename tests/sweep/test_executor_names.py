"""Executors by name: what is understood, what is refused and in which words."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from sim.errors import MissingExtra, PasserellesError
from sim.sweep.cluster_errors import BadExecutor, ClusterUnreachable
from sim.sweep.dask_executor import DaskExecutor
from sim.sweep.executors import SLURM_WORDS, batch_of, executor_named, in_flight_of
from sim.sweep.scheduler import Batch
from sim.sweep.supervision import Limits, SupervisedExecutor

NONE = Limits()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "dask://HOST:PORT"),
        ("locl", "did you mean local?"),
        ("local:4", "slurm:partition=NAME"),
        ("dask", "dask://HOST:PORT"),
        ("dask://here", "dask://HOST:PORT"),
        ("dask://:8786", "dask://HOST:PORT"),
        ("dask://here:99999", "dask://HOST:PORT"),
        ("dask://here:8786/x", "dask://HOST:PORT"),
        ("slurm:partion=cpu", "did you mean partition?"),
        ("slurm:time=0", "time=1, 2, 3"),
        ("slurm:time=1:30", "time=1, 2, 3"),
        ("slurm:array=-1", "array=1, 2, 3"),
        ("slurm:chunk=٣", "chunk=1, 2, 3"),
        ("slurm:partition=", "partition=NAME"),
        ("slurm:time=5,time=6", "time=… once"),
        ("slurm:cluster=cloud", "slurm | local | debug"),
    ],
)
def test_a_text_that_names_no_executor_is_told_the_forms(text: str, said: str, tmp_path: Path) -> None:
    with pytest.raises(BadExecutor) as caught:
        executor_named(text, workers=1, limits=NONE, folder=tmp_path)
    assert caught.value.code == "E70" and said in caught.value.message("en")
    assert not list(tmp_path.iterdir())


def test_all_faults_of_a_text_are_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(PasserellesError) as caught:
        executor_named("slurm:tim=5,array=0,qos=", workers=1, limits=NONE, folder=tmp_path)
    assert caught.value.message().count("E70") == 3


def test_slurm_is_asked_what_the_text_says_and_else_what_the_limits_of_a_job_ask() -> None:
    said = batch_of("partition=cpu, account=me,time=45,array=64,chunk=8,memory=3,cpus=2", NONE)
    assert (said.minutes, said.array, said.chunk, said.gigabytes, said.cpus) == (45, 64, 8, 3, 2)
    assert said.options == {"partition": "cpu", "account": "me"} and said.cluster == "slurm"
    # Ten jobs a task, each of 90 seconds and 1.5 GiB at most, one after the other.
    limited = batch_of("", Limits(seconds=90.0, bytes=3 << 29))
    assert (limited.minutes, limited.gigabytes) == (15, 2)
    assert batch_of("time=7", Limits(seconds=90.0)).minutes == 7


def test_jobs_under_way_fill_every_place(tmp_path: Path) -> None:
    with executor_named("local", workers=3, limits=NONE, folder=tmp_path) as local:
        assert isinstance(local, SupervisedExecutor) and in_flight_of(local, 3) >= 3
    text = "slurm:cluster=local,array=3,chunk=5"
    with executor_named(text, workers=1, limits=NONE, folder=tmp_path) as arrays:
        assert in_flight_of(arrays, 1) >= 3 * 5


@pytest.mark.parametrize(("module", "text"), [("distributed", "dask://here:1"), ("submitit", "slurm")])
def test_what_is_not_installed_is_named(
    module: str, text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(MissingExtra, match=r"E71 .*passerelles\[cluster\]"):
        executor_named(text, workers=1, limits=NONE, folder=tmp_path)


def test_a_machine_without_slurm_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ClusterUnreachable, match=r"E72 .*sbatch"):
        executor_named("slurm:partition=cpu", workers=1, limits=NONE, folder=tmp_path)


def test_a_scheduler_that_is_not_there_is_named() -> None:
    with pytest.raises(ClusterUnreachable, match=r"E72 .*127\.0\.0\.1:1"):
        DaskExecutor("tcp://127.0.0.1:1", connect_seconds=0.5)


def test_the_page_tells_every_word_and_its_default() -> None:
    page = (Path(__file__).parents[2] / "docs" / "clusters.md").read_text(encoding="utf-8")
    rows = [line for line in page.splitlines() if line.startswith("| `")]
    told = {word: row for row in rows for word in re.findall(r"`(\w+)`", row.split("|")[1])}
    assert set(SLURM_WORDS) <= set(told)
    for word in ("array", "chunk", "cpus"):
        assert told[word].endswith(f"| {getattr(Batch, word)} |")
