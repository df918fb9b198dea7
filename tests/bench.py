"""Timings and ratios, printed and never judged: `make bench`, or `python -m tests.bench --scale 1`.

Seconds differ between machines; ratios against a baseline of the same minute differ less.  The baselines: a
month of 10,000 workers as Python objects, which is how such models are usually written; the same in plain
NumPy, both with as many draws as ours and none of its rules; one copy of the person columns, which is what
memory alone allows.  The snapshot is made anew; compiled kernels are kept.
"""

from __future__ import annotations

import argparse
import math
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from sim.world import World

WORKERS = 10_000
OCCUPATIONS = 40
MONTHS = 12
_COPIED_BYTES = 1 << 28


def seconds(action: Callable[[], object], times: int = 1) -> float:
    """Best wall time of ``times`` runs."""
    best = math.inf
    for _ in range(times):
        started = time.perf_counter()
        action()
        best = min(best, time.perf_counter() - started)
    return best


def told(label: str, spent: float) -> float:
    """Print a timing and return it."""
    print(f"{spent:9.3f} s  {label}", flush=True)
    return spent


def ratio(label: str, value: float) -> None:
    """Print a ratio."""
    print(f"{value:9.1f} x  {label}", flush=True)


CHANCES = (0.0001, 0.005, 0.02, 0.004, 0.0001, 0.0001, 0.0001, 0.02)
"""Retirement, participation, conversion, separation, three schemes, short training: one draw each a month."""


class Worker:
    """A worker as an object, with the draws of a month of ours and none of its rules."""

    def __init__(self, number: int) -> None:
        self.occupation = number % OCCUPATIONS
        self.employed = number % 11 != 0
        self.age_months = 240 + number % 540
        self.tenure_months = 0
        self.events = 0

    def live(self, chance: random.Random) -> bool:
        """One month; whether she sends an application."""
        self.age_months += 1
        self.tenure_months += self.employed
        for probability in CHANCES:
            if chance.random() < probability:
                self.events += 1
        if self.employed and chance.random() < 0.01:
            self.employed = False
        return chance.random() < (0.01 if self.employed else 0.3)


class ObjectMonth:
    """A labour-flow month over objects: no units, no schemes, no money, no records."""

    def __init__(self) -> None:
        self._chance = random.Random(0)
        self._workers = [Worker(number) for number in range(WORKERS)]
        self._weights = [[math.exp(-abs(i - j) / 4) for j in range(OCCUPATIONS)] for i in range(OCCUPATIONS)]

    def step(self) -> None:
        """Everyone lives; searchers apply to one occupation; urn and balls hire."""
        chance = self._chance
        queues: list[list[Worker]] = [[] for _ in range(OCCUPATIONS)]
        for worker in self._workers:
            if worker.live(chance):
                trade = chance.choices(range(OCCUPATIONS), self._weights[worker.occupation])[0]
                queues[trade].append(worker)
        for occupation, queue in enumerate(queues):
            posts = 5
            chance.shuffle(queue)
            for worker in queue[: round(posts * (1 - math.exp(-len(queue) / posts)))]:
                worker.employed, worker.occupation, worker.tenure_months = True, occupation, 0


def numpy_month(state: np.ndarray[Any, Any], chance: np.random.Generator) -> int:
    """The same month as plain NumPy would write it, occupations equally likely; how many events."""
    events = sum(int((chance.random(state.size) < probability).sum()) for probability in CHANCES)
    state[(state == 1) & (chance.random(state.size) < 0.01)] = 0
    seekers = np.flatnonzero(chance.random(state.size) < np.where(state == 1, 0.01, 0.3))
    trades = chance.integers(0, OCCUPATIONS, seekers.size)
    order = np.lexsort((chance.random(seekers.size), trades))
    state[seekers[order[: seekers.size // 2]]] = 1
    return events


def commands() -> None:
    """What a user waits for before anything is simulated."""
    from sim.parameters import Registry, parameters_in_force

    line = [sys.executable, "-m", "sim.cli.main", "--help"]
    told("passerelles --help", seconds(lambda: subprocess.run(line, check=True, capture_output=True)))
    told("numbers loaded and checked", seconds(Registry.load))
    registry = Registry.load()
    told(
        "values in force, 120 months",
        seconds(lambda: [parameters_in_force(registry, {}, month) for month in range(36, 156)]),
    )


def copy_bandwidth() -> float:
    """Bytes copied a second (read and written once each), by one thread."""
    source = np.ones(_COPIED_BYTES, np.uint8)
    target = np.empty_like(source)
    np.copyto(target, source)
    return _COPIED_BYTES / seconds(lambda: np.copyto(target, source), 5)


def live(world: World, months: int) -> None:
    """Some months of a world."""
    for _ in range(months):
        world.step()


def simulation(scale: float) -> None:
    """The opening, a year, a pair; then the ratios."""
    from sim.comparison import run_pair
    from sim.population.synthesis import synthesise
    from sim.run import opening_world, scenario_world
    from sim.scenario import load

    scenario = load("ai-fast")
    opening_world(0.001)  # Compiles what is not compiled yet.
    scenario_world(scenario, 0.001, 0).step()
    print(f"\nscale {scale:g}")
    told("synthetic population", seconds(lambda: synthesise(scale, 0)))
    told("opening of January 2024, from nothing (96 months)", seconds(lambda: opening_world(scale)))
    told("opening from its snapshot", seconds(lambda: opening_world(scale)))
    world = scenario_world(scenario, scale, 0)
    year = told(f"one world, {MONTHS} months", seconds(lambda: live(world, MONTHS)))
    base = load("reference")
    told(
        f"a pair of worlds, {MONTHS} months, openings loaded",
        seconds(lambda: run_pair(base, scenario, scale=scale, seed=0, months=MONTHS)),
    )
    heads = int((world.persons["state"][: world.rows] != 4).sum())
    compared(year / MONTHS, heads, sum(column.nbytes for column in world.persons.values()))


def compared(month: float, heads: int, column_bytes: int) -> None:
    """A month of ours against the baselines, per head and against memory."""
    objects = ObjectMonth()
    objects.step()
    by_object = seconds(objects.step, 5) / WORKERS
    state, chance = np.ones(heads, np.uint8), np.random.default_rng(0)
    numpy_month(state, chance)
    by_array = seconds(lambda: numpy_month(state, chance), 3) / heads
    ours, speed = month / heads, copy_bandwidth()
    print(f"\nper person and month: ours {ours * 1e9:.0f} ns (ten processes, {heads:,} people)")
    print(f"as many draws and no rules, on {WORKERS:,} objects: {by_object * 1e9:.0f} ns")
    print(f"as many draws and no rules, in plain NumPy: {by_array * 1e9:.0f} ns")
    ratio("objects over ours", by_object / ours)
    ratio("plain NumPy over ours", by_array / ours)
    print(f"memory: {speed / 1e9:.1f} GB copied a second; person columns {column_bytes / 1e6:.0f} MB")
    ratio("ours over one copy of the person columns", month * speed / column_bytes)


def bench() -> None:
    """Print everything; about half a minute at the default scale."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--scale", type=float, default=0.1)
    given = parser.parse_args()
    import sim.kernels  # noqa: F401  (kernels stay in the user's cache; snapshots go elsewhere from here on)

    with tempfile.TemporaryDirectory() as folder:
        os.environ["PASSERELLES_CACHE"] = folder
        commands()
        simulation(given.scale)


if __name__ == "__main__":
    bench()
