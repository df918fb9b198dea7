"""Named paths of AI adoption: share of firms of ten and more that use AI, month by month.

The anchors stand in ``calibration/tables/adoption_paths.csv`` with their sources; between two anchors
the path is linear on the logit scale, after the last one it stays flat.
"""

from __future__ import annotations

import csv
import math
from functools import cache
from importlib.resources import files
from itertools import pairwise

import numpy as np

from sim.calendar import month_of_text
from sim.kernels import Array


@cache
def _anchors() -> dict[str, list[tuple[int, float]]]:
    text = files("calibration").joinpath("tables/adoption_paths.csv").read_text(encoding="utf-8")
    paths: dict[str, list[tuple[int, float]]] = {}
    for row in csv.DictReader(text.splitlines()):
        share = float(row["firms_share"])
        paths.setdefault(row["path"], []).append(
            (month_of_text(row["month"]), math.log(share / (1.0 - share)))
        )
    return paths


def path_names() -> tuple[str, ...]:
    """Names of the paths, in the order of the table; ``history`` is common to all and not among them."""
    return tuple(name for name in _anchors() if name != "history")


@cache
def firms_share(path: str, month: int) -> float:
    """Share of firms of ten and more using AI in ``month`` (counted from January 2021) on ``path``."""
    anchors = _anchors()["history"] + (_anchors()[path] if path != "history" else [])
    if month <= anchors[0][0]:
        value = anchors[0][1]
    else:
        value = anchors[-1][1]
        for (start, low), (end, high) in pairwise(anchors):
            if start <= month < end:
                value = low + (high - low) * (month - start) / (end - start)
                break
    return 1.0 / (1.0 + math.exp(-value))


@cache
def firms_shares(path: str) -> tuple[int, Array]:
    """(first month, share from that month on): a path is flat before and after these months."""
    months = [month for month, _ in _anchors()["history"] + (_anchors()[path] if path != "history" else [])]
    return months[0], np.array([firms_share(path, month) for month in range(months[0], months[-1] + 1)])
