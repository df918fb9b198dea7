"""Fit of the free parameters to the rest state: each parameter answers to the moment it moves most.

Damped multiplicative updates on keyed draws (the moments are smooth in the parameters because the draws
stay):
``python -m calibration.fit --scale 0.1 --rounds 20`` prints every round and writes ``fitted.toml``.
Hold-outs are not read here: targets come from ``targets`` below, which names calibration statistics only.
"""

from __future__ import annotations

import argparse
import math
from collections.abc import Callable
from pathlib import Path

from calibration.fit_targets import Link, links
from calibration.moments import Moments, measure
from sim.parameters import Registry, rules_by_month
from sim.population.synthesis import synthesise
from sim.world import Rules

FITTED_FILE = Path(__file__).parent / "fitted.toml"


def updated(value: float, link: Link, moments: Moments, low: float, high: float, pace: float) -> float:
    """Next value of a parameter: its own moment over the target, damped by ``pace``, inside the range."""
    seen = max(link.observed(moments), 1e-9)
    if link.additive:
        moved = value + pace * link.step * math.log(link.target / seen)
    else:
        moved = value * (link.target / seen) ** (pace * link.step)
    return min(max(moved, low), high)


def with_values(base: Callable[[int], Rules], values: dict[str, float]) -> Callable[[int], Rules]:
    """The parameters in force with candidate values in place of the fitted ones."""
    candidate = dict(values)
    return lambda month: {**base(month), **candidate}


def loss(moments: Moments, fitted: list[Link]) -> float:
    """Weighted root mean square of log distances to the targets."""
    gaps = [(link.weight, math.log(max(link.observed(moments), 1e-9) / link.target)) for link in fitted]
    return math.sqrt(sum(weight * gap * gap for weight, gap in gaps) / sum(weight for weight, _ in gaps))


def fit(
    scale: float, rounds: int, seed: int = 0, only: tuple[str, ...] = ("",)
) -> tuple[dict[str, float], Moments]:
    """Fitted values by key, and the moments of the best round; keys outside ``only`` stay."""
    registry, fitted = Registry.load(), links()
    values = {link.key: float(registry[link.key].value) for link in fitted}
    moving = [link for link in fitted if link.key.startswith(only)]
    base = rules_by_month(registry, {})
    population = synthesise(scale, seed)
    best: tuple[float, dict[str, float], Moments] | None = None
    for number in range(rounds):
        moments = measure(population, with_values(base, values))
        distance = loss(moments, moving)
        print(f"round {number:2d}  distance {distance:.4f}", flush=True)
        if best is None or distance < best[0]:
            best = (distance, dict(values), moments)
        for link in moving:
            parameter = registry[link.key]
            low, high = float(parameter.low or 0), float(parameter.high or 0)
            # Steps shrink, so that moments that pull on one another settle.
            values[link.key] = updated(values[link.key], link, moments, low, high, 1 / (1 + number / 8))
    assert best is not None
    for link in fitted:
        print(
            f"{link.key:58s} {best[1][link.key]:10.5f}  seen {link.observed(best[2]):10.5f}  "
            f"target {link.target:10.5f}"
        )
    for name, value in best[2].items():
        print(f"{name:30s} {value:14.5f}")
    return best[1], best[2]


def write(values: dict[str, float]) -> None:
    """Write ``fitted.toml``: never edited by hand."""
    lines = ["# Written by calibration/fit.py; never edited by hand.", "", "[values]"]
    lines += [f'"{key}" = {value:.6g}' for key, value in sorted(values.items())]
    FITTED_FILE.write_text("\n".join(lines) + "\n", encoding="utf-8")


def main() -> None:
    """Command line of the fit."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scale", type=float, default=0.1)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", nargs="*", default=[""], help="starts of the keys to move; others stay")
    given = parser.parse_args()
    values, _ = fit(given.scale, given.rounds, given.seed, tuple(given.only))
    write(values)


if __name__ == "__main__":
    main()
