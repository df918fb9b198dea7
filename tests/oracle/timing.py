"""Seconds a month of the oracle at 10,000 workers: what the model costs as one Mesa object a worker."""

from __future__ import annotations

import time

from sim.run import scenario_world
from sim.scenario import load

from .oracle import OracleMarket
from .words import LEFT

SCALE = 0.0036
"""Some 10,000 persons in the labour force at the opening."""


def seconds_a_month(months: int = 6, scale: float = SCALE, name: str = "ai-fast") -> tuple[float, int, int]:
    """(seconds a month, persons in the world, workers: those with a post, at search or on a course)."""
    oracle = OracleMarket.from_world(scenario_world(load(name), scale, 0))
    oracle.step()  # The first month asks for what is compiled.
    persons = [person for person in oracle.people if person.state is not LEFT]
    workers = sum(person.state <= 2 for person in persons)
    started = time.perf_counter()
    for _ in range(months):
        oracle.step()
    return (time.perf_counter() - started) / months, len(persons), workers


if __name__ == "__main__":
    spent, heads, force = seconds_a_month()
    print(f"{spent:9.3f} s  one month, {force:,} workers ({heads:,} persons), one Mesa object each")
