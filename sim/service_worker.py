"""The process that runs comparisons for the page: one task a line on its input, one reply a line.

It dies with its parent (the input ends), stops between two months when a file named ``cancel`` appears in
the job's folder, and says how far it is in ``status.json``.
"""

from __future__ import annotations

import contextlib
import json
import os
import queue
import subprocess
import sys
import threading
import time
import traceback
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import IO, Any

from sim.answer import Answer, Pair, answer_of
from sim.kernels import cache_root

CANCEL, STATUS, REQUEST = "cancel", "status.json", "request.json"
FIRST_INTERVAL_PAIRS = 4
"""Pairs from which an interval is shown; each further pair makes it better known."""

STATUS_EVERY_SECONDS = 0.3


def start_worker() -> subprocess.Popen[str]:
    """A working process; it ends when its input does, and so when this process ends."""
    root = cache_root()
    root.mkdir(parents=True, exist_ok=True)
    with (root / "worker.log").open("w", encoding="utf-8") as log:
        return subprocess.Popen(
            [sys.executable, "-m", "sim.service_worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            bufsize=1,
            cwd=Path(__file__).parent.parent,
        )


def end_worker(worker: subprocess.Popen[str]) -> None:
    """End a working process and close what led to it; does nothing more to one that has ended."""
    worker.kill()
    worker.wait()
    for pipe in (worker.stdin, worker.stdout):
        if pipe is not None:
            with contextlib.suppress(OSError):
                pipe.close()


def write_json(path: Path, content: object) -> None:
    """Write beside and rename: a reader sees the old file or the new one, whole."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    beside.write_text(json.dumps(content, ensure_ascii=False, allow_nan=False), encoding="utf-8")
    beside.replace(path)


class Status:
    """How far a task is, written a few times a second."""

    def __init__(self, folder: Path, stage: str) -> None:
        self.path, self.stage = folder / STATUS, stage
        self.last = 0.0
        self.pair, self.pairs = 1, 1

    def __call__(self, done: int, total: int, text: str) -> None:
        now = time.monotonic()
        if now - self.last >= STATUS_EVERY_SECONDS:
            self.last = now
            opening = text in ("population", "burn-in", "2021-2023")
            write_json(
                self.path,
                {
                    "stage": self.stage,
                    "phase": text if opening else "months",
                    "done": done,
                    "total": total,
                    "pair": self.pair,
                    "pairs": self.pairs,
                },
            )


def run_stage(folder: Path, stage: str) -> None:
    """Run one stage of the request in ``folder`` and write its answer there.

    Raises:
        Cancelled: when the file ``cancel`` appeared.
        PasserellesError: from the engine.
    """
    request = json.loads((folder / REQUEST).read_text(encoding="utf-8"))
    cancelled = (folder / CANCEL).exists
    status = Status(folder, stage)
    if stage == "ensemble":
        _ensemble(folder, request, status, cancelled)
        return
    scale = request["provisional_scale" if stage == "provisional" else "scale"]
    pair = _pair(request, scale, 0, status, cancelled, other_end=stage == "other_end")
    if stage == "region":
        _write_tables(folder, pair)
    _write(folder, answer_of(stage, [pair]))


def _ensemble(
    folder: Path, request: Mapping[str, Any], status: Status, cancelled: Callable[[], bool]
) -> None:
    pairs: list[Pair] = []
    status.pairs = request["replicates"]
    for replicate in range(1, request["replicates"] + 1):
        status.pair = replicate
        pairs.append(_pair(request, request["ensemble_scale"], replicate, status, cancelled))
        if len(pairs) >= min(FIRST_INTERVAL_PAIRS, request["replicates"]):
            _write(folder, answer_of("ensemble", pairs))


def _pair(
    request: Mapping[str, Any],
    scale: float,
    replicate: int,
    status: Status,
    cancelled: Callable[[], bool],
    *,
    other_end: bool = False,
) -> Pair:
    from sim.closure_ends import at, opposite, shared_end
    from sim.comparison import run_pair
    from sim.scenario import loads

    base, other = (loads(request[side]["toml"], request[side]["name"]) for side in ("base", "other"))
    end = shared_end(base, other)
    if other_end and end is not None:
        base, other = at(base, opposite(end)), at(other, opposite(end))
    months = min(base.horizon_months, other.horizon_months)
    return run_pair(
        base,
        other,
        scale=scale,
        seed=request["seed"],
        months=months,
        replicate=replicate,
        progress=status,
        cancelled=cancelled,
    )


def _write(folder: Path, answer: Answer) -> None:
    write_json(folder / f"{answer.stage}.json", answer.as_dict())


def _write_tables(folder: Path, pair: Pair) -> None:
    """The stocks of both worlds, for download."""
    import pyarrow.parquet as pq

    for side, results in zip(("base", "other"), pair[:2], strict=True):
        beside = folder / f".stocks-{side}.parquet"
        pq.write_table(results.tables["stocks"], beside, compression="zstd")
        beside.replace(folder / f"stocks-{side}.parquet")


def warm(scale: float, seed: int) -> None:
    """Compile what is not compiled yet and prepare the opening of a sample: a first answer comes sooner."""
    from sim.run import opening_world

    opening_world(scale, seed)


def perform(task: Mapping[str, Any]) -> dict[str, Any]:
    """Do one task and say how it ended."""
    from sim.errors import PasserellesError
    from sim.run import Cancelled

    try:
        if "warm" in task:
            warm(task["warm"], task.get("seed", 0))
        else:
            run_stage(Path(task["folder"]), task["stage"])
    except Cancelled:
        return {"ended": "cancelled"}
    except PasserellesError as fault:
        return {"ended": "failed", "fr": fault.message("fr"), "en": fault.message("en")}
    except Exception as fault:
        traceback.print_exc()
        return {"ended": "failed", "fr": repr(fault), "en": repr(fault)}
    return {"ended": "done"}


def _listen(lines: IO[str], tasks: queue.Queue[dict[str, Any]]) -> None:
    for line in lines:
        tasks.put(json.loads(line))
    os._exit(0)


def main() -> None:
    """Serve tasks until the input ends."""
    replies = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8", buffering=1)
    sys.stdout = sys.stderr
    with contextlib.suppress(OSError, AttributeError):
        os.nice(5)
    tasks: queue.Queue[dict[str, Any]] = queue.Queue()
    threading.Thread(target=_listen, args=(sys.stdin, tasks), daemon=True).start()
    while True:
        replies.write(json.dumps(perform(tasks.get())) + "\n")


if __name__ == "__main__":
    main()
