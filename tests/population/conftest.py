"""One population of the whole region, one at a tenth and one at a hundredth, built once."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import pytest

from sim.population.columns import Population
from sim.population.synthesis import synthesise


@cache
def built(scale: float) -> Population:
    return synthesise(scale, 0)


@pytest.fixture(scope="session")
def region() -> Population:
    """The whole region, seed 0."""
    return built(1.0)


@pytest.fixture(scope="session")
def at_scale() -> Callable[[float], Population]:
    """A population by scale, seed 0, built once a scale."""
    return built
