"""Named paths of AI adoption: share of firms of ten and more that use AI, month by month.

The anchors stand in ``calibration/tables/adoption_paths.csv`` with their sources; between two anchors
the path is linear on the logit scale, after the last one it stays flat.  One path has no anchor after
the opening: the S-curve, of which two parameters give the date and the slope.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from itertools import pairwise
from typing import Any

import numpy as np

from sim.calendar import OPENING, month_of_text
from sim.kernels import Array

S_CURVE = "s_curve"
S_CURVE_MONTHS = 360
"""Months after the opening in which the S-curve moves: it is flat from the thirtieth year on."""


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
    """Names of the paths, those of the table in its order; ``history``, common to all, is not one."""
    return (*(name for name in _anchors() if name != "history"), S_CURVE)


@cache
def firms_share(path: str, month: int) -> float:
    """Share of firms of ten and more using AI in ``month`` (counted from January 2021) on a path of the
    table."""
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


@cache
def s_curve(midpoint_months: int, slope_per_year: float) -> tuple[int, Array]:
    """History, then a curve from the opening's share through one half; as :func:`firms_shares`.

    ``midpoint_months`` after the opening half of the firms use AI, and the curve then has ``slope_per_year``
    on the logit scale, which it keeps.  Before, ``logit = L0 (1 - (t / midpoint)^p)`` with L0 the opening's:
    p is such that both pieces have one slope where they meet, a slow start then.  A slope too small for that
    acts after the midpoint alone, and the way there is straight (p = 1): a quick start would jump at the
    opening.
    """
    first, history = firms_shares("history")
    at_opening, slope = _anchors()["history"][-1][1], slope_per_year / 12
    power = max(slope * midpoint_months / -at_opening, 1.0)
    logits = [
        at_opening * (1.0 - (t / midpoint_months) ** power)
        if t <= midpoint_months
        else slope * (t - midpoint_months)
        for t in range(1, S_CURVE_MONTHS + 1)
    ]
    shares = [1.0 / (1.0 + math.exp(-value)) for value in logits]
    return first, np.concatenate([history[: OPENING + 1 - first], shares])


def path_in_force(rules: Mapping[str, Any]) -> tuple[int, Array]:
    """The path that the parameters name, as :func:`firms_shares`."""
    path = str(rules["ai.adoption_path"])
    if path == S_CURVE:
        return s_curve(int(rules["ai.s_curve_midpoint_months"]), float(rules["ai.s_curve_slope_per_year"]))
    return firms_shares(path)


def share_in_force(rules: Mapping[str, Any], month: int) -> float:
    """Share of firms of ten and more on the path that the parameters name."""
    first, shares = path_in_force(rules)
    return float(shares[min(max(month - first, 0), len(shares) - 1)])
