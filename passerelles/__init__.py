"""Passerelles from Python (:mod:`sim.api`): ``load``, ``run``, ``compare`` and its two variants, ``story``,
``sweep``, ``open_sweep``."""

from sim import __version__
from sim.api import Sweep, compare, compare_by_scheme, compare_over, load, open_sweep, run, story, sweep

__all__ = [
    "Sweep",
    "__version__",
    "compare",
    "compare_by_scheme",
    "compare_over",
    "load",
    "open_sweep",
    "run",
    "story",
    "sweep",
]
