"""A SLURM of one machine for tests: run as sbatch, srun, sacct or scancel, it does what those do, and worse.

Its memory is the folder ``$FAKE_SLURM``.  ``plan.json`` there says how arrays are run: ``order`` ("forward"
or "backward"), ``times`` (how often each index is run, all at once), ``states`` (index to the state in
which a task is left when it has failed), ``path`` (what the nodes import from first).
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import re
import shlex
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

COMMANDS = ("sbatch", "srun", "sacct", "scancel")


def install(folder: Path, **plan: Any) -> dict[str, str]:
    """Make the commands; gives the environment in which they are found."""
    commands = folder / "bin"
    for path in (commands, folder / "states", folder / "scripts"):
        path.mkdir(parents=True, exist_ok=True)
    (folder / "plan.json").write_text(json.dumps(plan))
    for name in COMMANDS:
        command = commands / name
        line = f"{shlex.quote(sys.executable)} -S {shlex.quote(__file__)} {name}"
        command.write_text(f'#!/bin/sh\nexec {line} "$@"\n')
        command.chmod(command.stat().st_mode | stat.S_IXUSR)
    path = os.pathsep.join([str(commands), os.environ["PATH"]])
    return {"PATH": path, "FAKE_SLURM": str(folder)}


def memory() -> Path:
    return Path(os.environ["FAKE_SLURM"])


def sbatch(script: str) -> None:
    """Take a script and answer with its number; the tasks are run by a process of their own."""
    number = len(list((memory() / "scripts").iterdir())) + 1
    kept = memory() / "scripts" / f"{number}.sh"
    kept.write_text(Path(script).read_text())
    with one_at_a_time():
        for task in tasks_of(kept):
            tell(task, "PENDING")
    subprocess.Popen(
        [sys.executable, "-S", __file__, "node", str(number)], start_new_session=True, close_fds=True,
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )
    print(f"Submitted batch job {number}")


def node(number: str) -> None:
    """Run the tasks of an array, as the plan says."""
    plan = json.loads((memory() / "plan.json").read_text())
    script = memory() / "scripts" / f"{number}.sh"
    tasks = tasks_of(script)
    at_once = max(1, int(plan.get("at_once", 4)))
    if plan.get("order") == "backward":
        tasks.reverse()
    running: list[tuple[str, list[subprocess.Popen[bytes]]]] = []
    for task in tasks:
        while len(running) >= at_once:
            finish(*running.pop(0), plan)
        with one_at_a_time():
            if state_of(task) == "PENDING":
                tell(task, "RUNNING")
                runs = [started(script, task, plan) for _ in range(plan.get("times", 1))]
                running.append((task, runs))
    for one in running:
        finish(*one, plan)


def tasks_of(script: Path) -> list[str]:
    """The names of an array's tasks, or of the one task."""
    array = re.search(r"--array=0-(\d+)", script.read_text())
    return [f"{script.stem}_{index}" for index in range(int(array[1]) + 1)] if array else [script.stem]


def started(script: Path, task: str, plan: dict[str, Any]) -> subprocess.Popen[bytes]:
    array, _, index = task.partition("_")
    told = {"SLURM_JOB_ID": array, "SLURM_JOB_NUM_NODES": "1", "SLURM_NTASKS": "1", "SLURM_PROCID": "0",
            "SLURM_NODEID": "0", "SLURM_LOCALID": "0", "SLURM_JOB_NODELIST": "localhost"}
    if index:
        told |= {"SLURM_ARRAY_JOB_ID": array, "SLURM_ARRAY_TASK_ID": index}
    run = subprocess.Popen(
        ["bash", str(script)], env=os.environ | told, start_new_session=True, cwd=plan.get("path")
    )
    with (memory() / "processes").open("a") as known:
        known.write(f"{task} {run.pid}\n")
    return run


def finish(task: str, runs: list[subprocess.Popen[bytes]], plan: dict[str, Any]) -> None:
    codes = [run.wait() for run in runs]
    with one_at_a_time():
        if state_of(task) != "CANCELLED":
            worst = plan.get("states", {}).get(task.rpartition("_")[2], "FAILED")
            tell(task, "COMPLETED" if not any(codes) else worst)


def srun(*arguments: str) -> None:
    """Run a command with its streams in the files named."""
    out, error = (arguments[arguments.index(name) + 1] for name in ("--output", "--error"))
    command = arguments[arguments.index("--error") + 2 :]
    words = {"%A": "ARRAY_JOB_ID", "%a": "ARRAY_TASK_ID", "%j": "JOB_ID", "%t": "PROCID"}
    for word, name in words.items():
        out, error = (text.replace(word, os.environ.get(f"SLURM_{name}", "")) for text in (out, error))
    for descriptor, path in ((1, out), (2, error)):
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644), descriptor)
    os.execvp(command[0], command)


def sacct(*arguments: str) -> None:
    """The states of all tasks."""
    print("JobID|State|NodeList")
    with one_at_a_time():
        for path in sorted((memory() / "states").iterdir()):
            print(f"{path.name}|{path.read_text()}|localhost")


def scancel(*arguments: str) -> None:
    """End tasks by number, or all of them by name."""
    with (memory() / "cancelled").open("a") as diary:
        diary.write(" ".join(arguments) + "\n")
    everything = arguments[0].startswith("--name=")
    with one_at_a_time():
        for path in (memory() / "states").iterdir():
            if (everything or path.name in arguments) and path.read_text() in ("PENDING", "RUNNING"):
                tell(path.name, "CANCELLED")
                kill(memory(), path.name)


@contextlib.contextmanager
def one_at_a_time() -> Iterator[None]:
    """A state is read, decided upon and written by one command at a time."""
    with (memory() / "lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def tell(task: str, state: str) -> None:
    (memory() / "states" / task).write_text(state)


def state_of(task: str) -> str:
    return (memory() / "states" / task).read_text()


def kill(folder: Path, task: str | None = None) -> None:
    """End the processes of a task, or of all."""
    with contextlib.suppress(FileNotFoundError):
        for line in (folder / "processes").read_text().splitlines():
            name, _, number = line.partition(" ")
            if task in (None, name):
                with contextlib.suppress(OSError):
                    os.killpg(int(number), signal.SIGKILL)


if __name__ == "__main__":
    commands = {"sbatch": sbatch, "srun": srun, "sacct": sacct, "scancel": scancel, "node": node}
    commands[sys.argv[1]](*sys.argv[2:])
