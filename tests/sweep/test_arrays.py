"""Arrays of SLURM, on a SLURM of one machine: what is sent, what is blamed, and what a second run changes."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from pathlib import Path
from typing import Any

import cluster_works
import fake_slurm
import psutil
import pytest

from sim.sweep.array_executor import ArrayExecutor
from sim.sweep.array_task import ArrayTask, answers_in, call_of, line_of
from sim.sweep.cluster_errors import ClusterLost, OtherEngine
from sim.sweep.driver import SweepOutcome, SweepProgress, drive
from sim.sweep.executors import in_flight_of
from sim.sweep.jobs import Job, do
from sim.sweep.scheduler import Batch, Scheduler
from sim.sweep.signature import signature

ROOT = Path(__file__).parents[2]

Slurm = Callable[..., Path]


@pytest.fixture
def slurm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Slurm]:
    """Make the commands of a SLURM with a plan; gives the folder of its memory."""
    folder = tmp_path / "slurm"

    def planned(**plan: Any) -> Path:
        for name, value in fake_slurm.install(folder, **plan).items():
            monkeypatch.setenv(name, value)
        return folder

    yield planned
    fake_slurm.kill(folder)


def arrays(folder: Path, **batch: Any) -> ArrayExecutor:
    """An executor that looks often."""
    asked = Batch(**{"array": 2, "chunk": 3, "poll_seconds": 0.1, "settle_seconds": 0.5} | batch)
    return ArrayExecutor(Scheduler(asked, folder / "cluster"), asked, folder / "cluster")


def numbers_answered(folder: Path) -> set[str]:
    """The numbers of the jobs that a task has answered."""
    tasks = (folder / "cluster" / "answers").glob("*")
    return {str(answer["value"][0]["number"]) for task in tasks for _, answer in answers_in(task)}


def is_task(process: psutil.Process) -> bool:
    try:
        return "submitit.core._submit" in process.cmdline()
    except psutil.NoSuchProcess:  # It has just ended.
        return False


def driven(folder: Path, jobs: list[Job], executor: Executor, **more: Any) -> SweepOutcome:
    store = cluster_works.store_in(folder, len(jobs))
    return drive(store, jobs, executor=executor, in_flight=in_flight_of(executor, 1), **more)


@pytest.fixture
def undisturbed(tmp_path: Path) -> Callable[[list[Job]], bytes]:
    """The table of jobs done in this process, one after the other."""

    def table(jobs: list[Job]) -> bytes:
        store = cluster_works.store_in(tmp_path / "undisturbed", len(jobs))
        store.publish([(job.key, do(cluster_works.WORK, job.spec)) for job in jobs])
        return cluster_works.table_of(tmp_path / "undisturbed")

    return table


def test_the_script_asks_slurm_for_what_was_asked(slurm: Slurm, tmp_path: Path) -> None:
    memory = slurm()
    options = {"partition": "short", "account": "region"}
    with arrays(tmp_path / "sweep", minutes=25, gigabytes=3, cpus=2, options=options) as executor:
        assert driven(tmp_path / "sweep", cluster_works.jobs(6), executor).complete
    script = (memory / "scripts" / "1.sh").read_text()
    for line in ("array=0-1%2", "partition=short", "account=region", "time=25", "mem=3GB", "cpus-per-task=2"):
        assert f"#SBATCH --{line}\n" in script
    assert "#SBATCH --job-name=passerelles-" in script


@pytest.mark.parametrize(
    "dose", [pytest.param(1, id="ci"), pytest.param(25, id="full", marks=pytest.mark.full)]
)
def test_an_array_run_twice_and_out_of_order_gives_the_same_bytes(
    slurm: Slurm, tmp_path: Path, undisturbed: Callable[[list[Job]], bytes], dose: int
) -> None:
    slurm(order="backward", times=2)
    diary = tmp_path / "diary"
    met = {number: {"meet": str(tmp_path / "met")} for number in range(0, 6 * dose, 3)}
    jobs = cluster_works.jobs(6 * dose, met, diary=str(diary))
    with arrays(tmp_path / "sweep") as executor:
        outcome = driven(tmp_path / "sweep", jobs, executor)
    assert outcome.complete and outcome.new == len(jobs)
    # The plan was carried out: the first call of every task was answered twice, by runs at the same time.
    assert all(Counter(diary.read_text().split())[str(number)] == 2 for number in met)
    assert cluster_works.table_of(tmp_path / "sweep") == undisturbed(jobs)


def test_only_the_call_over_which_a_task_died_is_blamed(slurm: Slurm, tmp_path: Path) -> None:
    slurm(states={"0": "OUT_OF_MEMORY"})
    diary = tmp_path / "diary"
    jobs = cluster_works.jobs(6, {1: {"dies": True}, 4: {"raises": True}}, diary=str(diary))
    with arrays(tmp_path / "sweep") as executor:
        outcome = driven(tmp_path / "sweep", jobs, executor, attempts=1)
    given_up = {fault.key: (fault.kind, fault.words) for fault in outcome.given_up}
    assert set(given_up) == {jobs[1].key, jobs[4].key} and outcome.done == 4
    assert given_up[jobs[1].key][0] == "memory"
    assert given_up[jobs[4].key] == ("error", "ValueError: number 4")
    # What the dead task had answered is kept, and its call that had not begun is done once.
    assert Counter(diary.read_text().split()) == dict.fromkeys("012345", 1)


def test_a_lost_node_blames_nobody(slurm: Slurm, tmp_path: Path) -> None:
    slurm(states={"0": "NODE_FAIL"})
    once = tmp_path / "once"
    jobs = cluster_works.jobs(6, {1: {"dies": True, "once": str(once)}})
    with arrays(tmp_path / "sweep") as executor:
        outcome = driven(tmp_path / "sweep", jobs, executor, attempts=1)
    assert outcome.complete and once.exists() and not outcome.given_up


def test_nodes_on_which_nothing_begins_break_the_executor_and_blame_no_job(
    slurm: Slurm, tmp_path: Path
) -> None:
    (tmp_path / "empty" / "submitit").mkdir(parents=True)
    (tmp_path / "empty" / "submitit" / "__init__.py").write_text("raise ImportError('not on this node')")
    slurm(path=str(tmp_path / "empty"))
    executor = arrays(tmp_path / "sweep")
    with pytest.raises(ClusterLost, match=r"E74 .*not on this node"):
        driven(tmp_path / "sweep", cluster_works.jobs(6), executor)
    executor.shutdown()
    assert not (tmp_path / "sweep" / "faults.jsonl").exists()


def test_a_node_with_other_code_is_refused(slurm: Slurm, tmp_path: Path) -> None:
    other = tmp_path / "other"
    shutil.copytree(ROOT / "sim", other / "sim", ignore=shutil.ignore_patterns("__pycache__"))
    with (other / "sim" / "sweep" / "jobs.py").open("a") as code:
        code.write("# changed\n")
    slurm(path=str(other))
    executor = arrays(tmp_path / "sweep")
    with pytest.raises(OtherEngine, match=r"E73 .*sweep "):
        driven(tmp_path / "sweep", cluster_works.jobs(6), executor)
    executor.shutdown()


def test_answers_and_arrays_of_a_killed_driver(slurm: Slurm, tmp_path: Path) -> None:
    memory = slurm()
    left = tmp_path / "sweep" / "cluster" / "answers" / "task"
    left.mkdir(parents=True)
    calls = [call_of(signature(), do, (cluster_works.WORK, {"number": number})) for number in range(2)]
    torn = line_of(calls[1].key, {"value": "torn"})[:-3]
    (left / "run.jsonl").write_bytes(line_of(calls[0].key, {"value": "kept"}) + torn)
    with arrays(tmp_path / "sweep") as executor:
        answers = [executor.submit(do, *call.args).result(60) for call in calls]
    assert answers[0] == "kept" and answers[1] == do(cluster_works.WORK, {"number": 1})
    assert (memory / "cancelled").read_text().startswith("--name=passerelles-")
    assert len(list((memory / "scripts").iterdir())) == 1


def test_a_killed_driver_loses_nothing_that_was_answered(
    slurm: Slurm, tmp_path: Path, undisturbed: Callable[[list[Job]], bytes]
) -> None:
    memory = slurm()
    diary = tmp_path / "diary"
    jobs = cluster_works.jobs(6, diary=str(diary), seconds=0.5)
    program = f"import sys; sys.path[:] = {sys.path!r}; import test_arrays as t; from pathlib import Path; "
    program += f"s = Path({str(tmp_path / 'sweep')!r}); "
    program += f"t.driven(s, t.cluster_works.jobs(6, diary={str(diary)!r}, seconds=0.5), t.arrays(s))"
    with subprocess.Popen([sys.executable, "-c", program], start_new_session=True) as driver:
        while len(answered := numbers_answered(tmp_path / "sweep")) < 2:
            time.sleep(0.05)
        driver.kill()
    begun = Counter(diary.read_text().split())
    with arrays(tmp_path / "sweep") as executor:
        assert driven(tmp_path / "sweep", jobs, executor).complete
    again = Counter(diary.read_text().split()) - begun
    # What was running may be begun again; what had been answered is not.
    assert not answered & set(again)
    assert "CANCELLED" in {path.read_text() for path in (memory / "states").iterdir()}
    assert cluster_works.table_of(tmp_path / "sweep") == undisturbed(jobs)


def test_a_stop_cancels_what_is_under_way(slurm: Slurm, tmp_path: Path) -> None:
    memory = slurm()
    diary = tmp_path / "diary"
    jobs = cluster_works.jobs(6, diary=str(diary), seconds=60)
    with arrays(tmp_path / "sweep") as executor:
        outcome = driven(tmp_path / "sweep", jobs, executor, stopped=diary.exists)
    assert outcome.stopped and outcome.done == 0
    states = {path.read_text() for path in (memory / "states").iterdir()}
    assert states == {"CANCELLED"}


def test_a_task_told_that_its_time_is_up_is_queued_again_and_goes_on(tmp_path: Path) -> None:
    diary = tmp_path / "diary"
    jobs = cluster_works.jobs(4, diary=str(diary), seconds=0.5)
    told: list[int] = []

    def tell(progress: SweepProgress) -> None:
        tasks = [child for child in psutil.Process().children(recursive=True) if is_task(child)]
        if progress.new >= 2 and not told and tasks:
            told.append(len(tasks))
            tasks[-1].send_signal(signal.SIGUSR2)

    with arrays(tmp_path / "sweep", cluster="local", array=1, chunk=4) as executor:
        outcome = driven(tmp_path / "sweep", jobs, executor, attempts=1, progress=tell)
    assert outcome.complete and told == [1]
    times = Counter(diary.read_text().split())
    assert set(times) == set("0123") and times["0"] == times["1"] == 1 and sum(times.values()) <= 5


def test_a_second_run_of_a_task_does_what_the_first_has_not(tmp_path: Path) -> None:
    diary = tmp_path / "diary"
    specs = [{"number": number, "diary": str(diary), "raises": number == 1} for number in range(3)]
    calls = tuple(call_of(signature(), do, (cluster_works.WORK, spec)) for spec in specs)
    ArrayTask(tmp_path / "answers", signature(), calls[:2])()
    ArrayTask(tmp_path / "answers", signature(), calls).checkpoint().result()
    assert diary.read_text().split() == ["0", "1", "2"]
    answers = dict(answers_in(tmp_path / "answers"))
    assert answers[calls[1].key] == {"fault": ["error", "ValueError: number 1"]}
    assert answers[calls[2].key]["value"] == do(cluster_works.WORK, specs[2])


def test_an_altered_answer_is_no_answer(tmp_path: Path) -> None:
    sound = line_of("key", {"value": [{"number": 12345}]})
    for place in range(len(sound) - 1):
        altered = bytearray(sound)
        altered[place] ^= 1
        (tmp_path / "run.jsonl").write_bytes(bytes(altered))
        assert not list(answers_in(tmp_path))
    (tmp_path / "run.jsonl").write_bytes(sound)
    assert json.dumps(dict(answers_in(tmp_path))) == '{"key": {"value": [{"number": 12345}]}}'


def test_an_executor_that_is_shut_down_takes_nothing(tmp_path: Path) -> None:
    executor = arrays(tmp_path, cluster="local")
    executor.shutdown()
    with pytest.raises(RuntimeError, match="shutdown"):
        executor.submit(do, cluster_works.WORK, {"number": 1})
