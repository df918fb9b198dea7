"""Networks that the tests of the published model share."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from sim.kernels import Array

DATA = Path(__file__).parent / "data"


@dataclass(frozen=True)
class Network:
    """What a run is given."""

    employment: Array
    auto_prob: Array
    mobility: Array

    def scaled(self, heads: float) -> Network:
        """The same network with about this many people employed."""
        factor = heads / self.employment.sum()
        return Network(self.employment * factor, self.auto_prob, self.mobility)


@cache
def figures() -> dict[str, Any]:
    """The six occupations and the figures of their path."""
    found: dict[str, Any] = json.loads((DATA / "six_occupations.json").read_text(encoding="utf-8"))
    return found


def six_occupations() -> Network:
    """The network of :func:`figures`."""
    found = figures()
    return Network(np.array(found["e"]), np.array(found["p"]), np.array(found["A"]))


def area(x: Array, y: Array) -> float:
    """Signed area inside a closed polygon, positive when it turns counter-clockwise."""
    return float(0.5 * np.sum(x * np.roll(y, -1) - np.roll(x, -1) * y))
