"""Passerelles from Python: ``load``, ``run``, ``compare``, ``story``, ``sweep``, ``open_sweep`` (:mod:`sim.api`)."""

from sim import __version__
from sim.api import Sweep, compare, load, open_sweep, run, story, sweep

__all__ = ["Sweep", "__version__", "compare", "load", "open_sweep", "run", "story", "sweep"]
