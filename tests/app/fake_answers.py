"""Pairs of made-up worlds, for answers that need no simulation."""

from __future__ import annotations

from fake_results import fake_results

from sim.answer import Pair
from sim.pair import FundedTally


def pair(seed: int, layoffs: int = 4) -> Pair:
    """Two made-up worlds, the second with other lay-offs, and their funded."""
    tally = FundedTally()
    tally.counts.update(funded=10, gross=6, additional=4 + seed % 2, dead_weight=2, harmed=1)
    return fake_results(seed), fake_results(seed, layoffs=layoffs), tally
