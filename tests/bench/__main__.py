"""Timings and ratios, printed and never judged: `make bench`, or `python -m tests.bench --scale 1`.

Seconds differ between machines; ratios against a baseline of the same minutes differ less.  The baselines:
the oracle of the tests, which is the same model with one Mesa object a worker, equal to the integer; and one
copy of the person columns, which is what memory alone allows.  Openings are made anew; kernels are kept.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from .machine import copies_a_second, machine, seconds
from .page import PAGE, shown, write

SCALES = (0.01, 0.1, 1.0)
TIMES = {0.01: 5, 0.1: 3, 1.0: 2}
"""Runs of each scale, of which the best counts."""


def told(label: str, spent: float) -> float:
    """Print a timing at once, so that a long bench shows that it lives."""
    print(f"{spent:9.3f} s  {label}", flush=True)
    return spent


def start_up() -> dict[str, float]:
    """What a user waits for before anything is simulated."""
    from sim.parameters import Registry

    line = [sys.executable, "-m", "sim.cli.main", "--help"]
    root = Path(__file__).parents[2]
    return {
        "help": told("passerelles --help",
                     seconds(lambda: subprocess.run(line, check=True, capture_output=True, cwd=root), 2)),
        "registry": told("numbers loaded and checked", seconds(Registry.load)),
    }


def of_the_oracle() -> dict[str, float]:
    """Seconds a month of one Mesa object a worker."""
    from tests.oracle.timing import seconds_a_month

    spent, persons, workers = seconds_a_month()
    told(f"one month of the oracle, {workers:,} workers, {persons:,} persons", spent)
    return {"month": spent, "persons": persons, "workers": workers}


def at_scale(scale: float) -> dict[str, Any]:
    """Opening, one world, a pair, and memory at one scale."""
    from sim.run import opening_world

    from .pair import best_pair, lived_alone, memory_of_a_pair

    times = TIMES[scale]
    print(f"\nscale {scale:g}", flush=True)
    opening = told("opening of January 2024, from nothing (96 months)", seconds(lambda: opening_world(scale)))
    alone = lived_alone(scale, times)
    told("one world, 120 months", alone.seconds)
    pair = best_pair(scale, times)
    told("first month of a pair, from its start", pair.first_month)
    told("a pair of worlds, 120 months, from its start to its results", pair.whole)
    memory = memory_of_a_pair(scale)
    speed = copies_a_second(alone.column_bytes)
    return {
        "scale": scale, "opening": opening, "world": alone.seconds, "persons": alone.persons,
        "column_bytes": alone.column_bytes, "copied_bytes_a_second": speed, "pair": vars(pair),
        "memory": memory,
    }


def exponents(runs: list[dict[str, Any]]) -> dict[str, Any]:
    """Slope of cost on logarithms: in persons between the two largest scales, in months from 60 to 120."""
    small, large = runs[-2:]
    persons = (math.log(large["pair"]["months"] / small["pair"]["months"])
               / math.log(large["persons"] / small["persons"]))
    return {
        "persons": persons, "between": [small["scale"], large["scale"]],
        "months": {f"{run['scale']:g}": math.log2(run["pair"]["months"] / run["pair"]["half"])
                   for run in runs},
    }


def measured(scale: float) -> dict[str, Any]:
    """Every figure, at the scales up to ``scale``."""
    from sim.run import opening_world, scenario_world
    from sim.scenario import load

    from .pair import profile

    found: dict[str, Any] = {"machine": machine(), "start_up": start_up()}
    scenario_world(load("ai-fast"), 0.001, 0).step()  # Compiles what is not compiled yet.
    found["oracle"] = of_the_oracle()
    found["runs"] = [at_scale(one) for one in SCALES if one <= max(scale, SCALES[1])]
    found["exponents"] = exponents(found["runs"])
    largest = found["runs"][-1]["scale"]
    opening_world(largest)
    found["profile"] = profile(largest)
    return found


def keep_kernels_only(folder: Path) -> None:
    """From here on openings go to ``folder``, from which the user's compiled kernels can be reached."""
    from sim.kernels import cache_root, kernel_digest

    kernels = f"kernels-{kernel_digest()}"
    (cache_root() / kernels).mkdir(parents=True, exist_ok=True)
    (folder / kernels).symlink_to((cache_root() / kernels).resolve(), target_is_directory=True)
    os.environ["PASSERELLES_CACHE"] = str(folder)


def bench() -> None:
    """Print everything; about a minute at the default scale on two cores."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description="Timings, never judged.")
    parser.add_argument("--scale", type=float, choices=SCALES[1:], default=SCALES[1], help="largest scale")
    parser.add_argument("--json", type=Path, metavar="PATH", help="write the figures there")
    parser.add_argument("--page", action="store_true", help=f"write the figures into docs/{PAGE.name}")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        keep_kernels_only(Path(folder))
        found = measured(given.scale)
    print("\n" + shown(found))
    if given.json:
        given.json.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
    if given.page:
        write(found)


if __name__ == "__main__":
    bench()
