"""Timings, printed and never judged: `make bench`."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable

from sim.parameters import Registry, parameters_in_force


def timed(label: str, action: Callable[[], object]) -> None:
    """Run once and print the wall time in seconds."""
    started = time.perf_counter()
    action()
    print(f"{time.perf_counter() - started:8.2f} s  {label}", flush=True)


def command(*arguments: str) -> Callable[[], object]:
    """A `passerelles` command in a process of its own, without its output."""
    line = [sys.executable, "-m", "sim.cli.main", *arguments]
    return lambda: subprocess.run(line, check=True, capture_output=True)


def bench() -> None:
    """From the quickest to the whole region."""
    timed("passerelles --help", command("--help"))
    timed("numbers loaded", Registry.load)
    registry = Registry.load()
    timed(
        "values in force, 120 months", lambda: [parameters_in_force(registry, {}, m) for m in range(36, 156)]
    )
    for scale in ("0.01", "0.1", "1"):
        months = ("--scale", scale, "--months", "12", "--json")
        timed(f"run reference, 12 months, scale {scale}", command("run", "reference", *months))


if __name__ == "__main__":
    bench()
