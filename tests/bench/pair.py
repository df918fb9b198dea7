"""A pair of worlds with a stopwatch, and the months of one world by process.

`python -m tests.bench.pair 0.1` lives one pair alone and prints the memory it took, as JSON.
"""

from __future__ import annotations

import ast
import functools
import inspect
import json
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim import world as world_module
from sim.comparison import run_pair
from sim.layout import LINE_BYTES, SCANNED
from sim.population.columns import State
from sim.record import Record
from sim.run import scenario_world
from sim.scenario import load

from .machine import peak_bytes

if TYPE_CHECKING:
    from sim.world import World

MONTHS = 120
HALF = 60
BASE, OTHER = "reference", "ai-fast"
"""The world without further AI and the one with the most of it."""


@dataclass(frozen=True)
class Lived:
    """Seconds of a pair: loading its openings, to the end of its first month, of 60 and 120 months, all."""

    loading: float
    first_month: float
    half: float
    months: float
    whole: float


def lived_pair(scale: float) -> Lived:
    """One pair of 120 months, openings loaded from disk, results frozen at the end."""
    starts: list[float] = []
    ends: dict[int, float] = {}

    def begins() -> bool:
        starts.append(time.perf_counter())
        return False

    def told_so(done: int, _total: int, _text: str) -> None:
        ends.setdefault(done, time.perf_counter())

    started = time.perf_counter()
    run_pair(load(BASE), load(OTHER), scale=scale, seed=0, months=MONTHS, kind="chance", cancelled=begins,
             progress=told_so)
    whole = time.perf_counter() - started
    return Lived(starts[0] - started, ends[1] - started, ends[HALF] - starts[0],
                 ends[MONTHS] - starts[0], whole)


def best_pair(scale: float, times: int) -> Lived:
    """Each figure at its best of ``times`` pairs."""
    found = [lived_pair(scale) for _ in range(times)]
    return Lived(*(min(values) for values in zip(*(vars(lived).values() for lived in found), strict=True)))


@dataclass(frozen=True)
class Alone:
    """One world of 120 months: its seconds, mean persons in it, and bytes of their columns."""

    seconds: float
    persons: float
    column_bytes: int


def lived_alone(scale: float, times: int) -> Alone:
    """One world on one thread, best of ``times``."""
    best = None
    for _ in range(times):
        world = scenario_world(load(OTHER), scale, 0)
        before = heads(world)
        started = time.perf_counter()
        for _ in range(MONTHS):
            world.step()
        spent = time.perf_counter() - started
        best = spent if best is None else min(best, spent)
    return Alone(best or 0.0, (before + heads(world)) / 2, column_bytes(world))


def heads(world: World) -> int:
    """Persons who have not left."""
    return int((world.persons["state"][: world.rows] != State.LEFT).sum())


def column_bytes(world: World) -> int:
    """Bytes of the person columns in use: a line each and the scanned columns."""
    scanned = sum(world.persons[name].itemsize for name in SCANNED if name in world.persons)
    return world.rows * (LINE_BYTES + scanned)


def lines_of_the_step() -> list[str]:
    """Calls of ``World.step`` in their order, such as ``ageing.retire`` or ``record.close_month``."""
    body = ast.parse(textwrap.dedent(inspect.getsource(world_module.World.step)))
    calls = [node for node in ast.walk(body) if isinstance(node, ast.Call)]
    return [ast.unparse(call.func).removeprefix("self.")
            for call in sorted(calls, key=lambda call: (call.lineno, call.col_offset))]


def profile(scale: float, months: int = MONTHS) -> dict[str, float]:
    """Seconds a month of each line of the step, measured around each call; one world on one thread."""
    spent = dict.fromkeys(lines_of_the_step(), 0.0)

    def timed(line: str, call: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(call)
        def around(*given: Any) -> Any:
            started = time.perf_counter()
            out = call(*given)
            spent[line] += time.perf_counter() - started
            return out
        return around

    world = scenario_world(load(OTHER), scale, 0)
    undo: list[tuple[Any, str, Any]] = []
    for line in spent:
        owner_name, _, name = line.rpartition(".")
        owner = (world if not owner_name else Record if owner_name == "record"
                 else getattr(world_module, owner_name))
        undo.append((owner, name, getattr(owner, name)))
        setattr(owner, name, timed(line, getattr(owner, name)))
    try:
        started = time.perf_counter()
        for _ in range(months):
            world.step()
        whole = time.perf_counter() - started
    finally:
        for owner, name, call in undo:
            setattr(owner, name, call)
    found = {line: seconds / months for line, seconds in spent.items()}
    return found | {"the rest": whole / months - sum(found.values())}


def memory_of_a_pair(scale: float) -> dict[str, int | None]:
    """Most bytes held by a process that lives one pair and nothing else, and before it opens the worlds."""
    root = Path(__file__).parents[2]
    done = subprocess.run([sys.executable, "-m", "tests.bench.pair", repr(scale)], cwd=root, check=True,
                          capture_output=True, text=True)
    found: dict[str, int | None] = json.loads(done.stdout)
    return found


if __name__ == "__main__":
    before_opening = peak_bytes()
    lived_pair(float(sys.argv[1]))
    print(json.dumps({"before": before_opening, "peak": peak_bytes()}))
