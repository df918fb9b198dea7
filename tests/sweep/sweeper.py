"""A sweep as a program, to be killed; ``--nursery`` starts one after the other without the imports.

    python sweeper.py FOLDER --jobs 1000 --milliseconds 5

Exit codes: 0 done, 2 a fault that is told (or jobs given up), 130 stopped.
"""

from __future__ import annotations

import argparse
import fcntl
import json
import os
import sys
import termios
from collections.abc import Sequence
from pathlib import Path

import folders

from sim.errors import PasserellesError
from sim.sweep import driver
from sim.sweep.stopping import stop_on_signals
from sim.sweep.supervision import Limits, SupervisedExecutor


def asked(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--jobs", type=int, default=100)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--milliseconds", type=float, default=0)
    parser.add_argument("--publish", type=int, default=driver.PUBLISH_JOBS)
    parser.add_argument("--work", default=folders.SQUARES)
    parser.add_argument("--forgive", action="store_true")
    parser.add_argument("--terminal", action="store_true", help="be controlled by the terminal on the input")
    return parser.parse_args(arguments)


def run(arguments: Sequence[str]) -> int:
    wish = asked(arguments)
    if wish.terminal:
        fcntl.ioctl(0, termios.TIOCSCTTY, 0)
    driver.PUBLISH_JOBS = wish.publish
    try:
        store = folders.store_in(wish.folder, wish.jobs, wish.work)
        if wish.forgive:
            store.forgive()
        with stop_on_signals() as stopped, SupervisedExecutor(wish.workers, Limits(seconds=60)) as workers:
            outcome = driver.drive(
                store,
                folders.jobs_of(wish.jobs, wish.work, milliseconds=wish.milliseconds),
                executor=workers,
                in_flight=2 * wish.workers,
                progress=lambda so_far: print(f"{so_far.new} new", flush=True),
                stopped=stopped,
            )
        if outcome.stopped:
            print(f"stopped: resume {wish.folder}", flush=True)
            return 130
        store.collect()
    except PasserellesError as fault:
        print(fault.message(), flush=True)
        return 2
    return 0 if outcome.complete else 2


def nursery() -> None:
    """For each line of arguments on the input, start a sweep in a session of its own and say its number."""
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            os.setsid()
            if os.fork() > 0:
                os._exit(0)
            print(os.getpid(), flush=True)
            with Path(os.devnull).open("w") as nowhere:
                sys.stdout = nowhere
                os._exit(run(json.loads(line)))
        os.waitpid(child, 0)


if __name__ == "__main__":
    nursery() if sys.argv[1:] == ["--nursery"] else sys.exit(run(sys.argv[1:]))
