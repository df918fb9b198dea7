"""`passerelles prepare`: compile the hot loops once; later runs find them in the user's cache."""

from __future__ import annotations

import sys
import time
from importlib import import_module

from sim.errors import MissingComponent


def prepare() -> None:
    """Compile the model once, by running a tiny region for a few months."""
    started = time.monotonic()
    print("Compiling the model, once (about a minute) …", file=sys.stderr, flush=True)
    try:
        simulate = import_module("sim.run").simulate
        load = import_module("sim.scenario").load
    except ModuleNotFoundError as error:
        raise MissingComponent("prepare", error.name, "the model's modules") from error
    simulate(load("reference"), scale=0.002, seed=0, months=3)
    print(f"Ready in {time.monotonic() - started:.0f} s.", file=sys.stderr)
