"""Passerelles from Python: ``load``, ``run``, ``compare``, ``sweep`` and ``open_sweep`` (:mod:`sim.api`)."""

from sim import __version__
from sim.api import Sweep, compare, load, open_sweep, run, sweep

__all__ = ["Sweep", "__version__", "compare", "load", "open_sweep", "run", "sweep"]
