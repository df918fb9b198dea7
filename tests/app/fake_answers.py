"""Pairs of made-up worlds, for answers that need no simulation."""

from __future__ import annotations

from dataclasses import replace

from fake_results import fake_results

from sim.answer import Pair
from sim.closure_ends import at
from sim.pair import FundedTally


def pair(seed: int, layoffs: int = 4) -> Pair:
    """Two made-up worlds, the second with other lay-offs, and their funded."""
    tally = FundedTally()
    tally.counts.update(funded=10, gross=6, additional=4 + seed % 2, dead_weight=2, harmed=1)
    return fake_results(seed), fake_results(seed, layoffs=layoffs), tally


def responding(found: Pair) -> Pair:
    """The same worlds, said to have posts that respond, with fewer hires in the second."""
    base, other = (replace(run, scenario=at(run.scenario, "respond")) for run in found[:2])
    fewer = {**other.series, "hires": other.series["hires"] - 1}
    return base, replace(other, series=fewer), found[2]
