"""A working process that simulates nothing, so that the page and the queue can be tested in seconds."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from fake_answers import pair, responding

from sim.answer import Answer, answer_of
from sim.service import RunService

FAKE_WORKER = """
import json, pathlib, sys, time
answers = json.loads(pathlib.Path(sys.argv[1]).read_text())
seconds = float(sys.argv[2])
for line in sys.stdin:
    task = json.loads(line)
    ended = {"ended": "done"}
    if "folder" in task:
        folder = pathlib.Path(task["folder"])
        with open(sys.argv[3], "a") as log:
            log.write(folder.name + " " + task["stage"] + "\\n")
        until = time.monotonic() + seconds
        while time.monotonic() < until and ended["ended"] == "done":
            time.sleep(0.01)
            if (folder / "cancel").exists():
                ended = {"ended": "cancelled"}
        if (folder.parent / "fail").exists():
            ended = {"ended": "failed", "fr": "panne", "en": "fault"}
        if ended["ended"] == "done":
            written = folder / ("." + task["stage"])
            written.write_text(json.dumps(answers[task["stage"]]))
            written.replace(folder / (task["stage"] + ".json"))
    print(json.dumps(ended), flush=True)
"""


@pytest.fixture
def answers() -> dict[str, Answer]:
    """An answer of each stage, made of made-up runs."""
    return {
        "provisional": answer_of("provisional", [pair(0)]),
        "region": answer_of("region", [pair(0)]),
        "other_end": answer_of("other_end", [responding(pair(0, layoffs=1))]),
        "ensemble": answer_of("ensemble", [pair(seed) for seed in range(1, 5)]),
    }


@pytest.fixture
def make_service(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answers: dict[str, Answer]
) -> Iterator[Callable[..., RunService]]:
    """Services whose working process takes ``seconds`` a stage and writes the made-up answers."""
    monkeypatch.setenv("PASSERELLES_CACHE", str(tmp_path))
    known = tmp_path / "answers.json"
    known.write_text(json.dumps({stage: answer.as_dict() for stage, answer in answers.items()}))
    made: list[RunService] = []

    def make(seconds: float = 0.05, **options: int) -> RunService:
        def start() -> subprocess.Popen[str]:
            return subprocess.Popen(
                [sys.executable, "-c", FAKE_WORKER, str(known), str(seconds), str(tmp_path / "log")],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
                bufsize=1,
            )

        made.append(RunService(worker=start, **options))
        return made[-1]

    yield make
    for service in made:
        service.close()


@pytest.fixture
def until() -> Callable[[Callable[[], bool]], None]:
    """Wait until something holds, ten seconds at most."""

    def wait(holds: Callable[[], bool]) -> None:
        end = time.monotonic() + 10
        while not holds():
            assert time.monotonic() < end, "waited too long"
            time.sleep(0.01)

    return wait
