"""Shares of automatable and augmentable tasks of the 40 groups, from published task scores.

``python -m calibration.exposure SCORES.csv`` prints the columns of ``tables/occupations.csv`` again.
The file (columns ``isco08``, ``score_2023``, ``score_2025``: Gmyrek and others, 2025, CC BY 4.0) is not
part of the project.  A task is automatable from a score of 0.75 (2023 scores) or 0.60 (2025 scores,
whose highest values are lower), augmentable from 0.50.  ISCO codes without a score (3435 in D05, 3139 in
D11, 5249 in E06, 8189 in F05) are left out and the other weights of the group scaled up.  The 5 and 95 %
bounds come from 2,000 draws of the weights (exponential factors) and of both cuts (up to 0.05 either way).
"""

from __future__ import annotations

import csv
import random
import sys
from bisect import bisect_left
from collections import defaultdict
from importlib.resources import files
from pathlib import Path

AUTOMATABLE_FROM = {"2023": 0.75, "2025": 0.60}
AUGMENTABLE_FROM = 0.50
_DRAWS = 2000

Scores = dict[str, list[float]]


def task_scores(path: Path, vintage: str) -> Scores:
    """Sorted task scores by ISCO-08 code."""
    scores: defaultdict[str, list[float]] = defaultdict(list)
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["isco08"] and row[f"score_{vintage}"]:
                scores[str(int(float(row["isco08"])))].append(float(row[f"score_{vintage}"]))
    return {code: sorted(values) for code, values in scores.items()}


def isco_weights(text: str) -> dict[str, float]:
    """Weights of a group's ISCO codes from a text such as ``2511:2 2512:3``."""
    return {code: float(weight) for code, weight in (part.split(":") for part in text.split())}


def shares(scores: Scores, weights: dict[str, float], cuts: tuple[float, float]) -> tuple[float, float]:
    """Automatable and augmentable share of tasks, the codes without a score left out."""
    known = {code: weight for code, weight in weights.items() if code in scores}
    high = low = 0.0
    for code, weight in known.items():
        tasks = scores[code]
        automatable = len(tasks) - bisect_left(tasks, cuts[0] - 1e-9)
        high += weight * automatable / len(tasks)
        low += weight * (len(tasks) - bisect_left(tasks, cuts[1] - 1e-9) - automatable) / len(tasks)
    whole = sum(known.values())
    return high / whole, max(low / whole, 0.0)


def bounds(scores: Scores, weights: dict[str, float], vintage: str) -> tuple[list[float], list[float]]:
    """Value, 5 % and 95 % bound of both shares."""
    cut = AUTOMATABLE_FROM[vintage]
    centre = shares(scores, weights, (cut, AUGMENTABLE_FROM))
    rng = random.Random(2025)
    draws = []
    for _ in range(_DRAWS):
        drawn = {code: weight * rng.expovariate(1.0) for code, weight in weights.items()}
        moved = rng.uniform(-0.05, 0.05)
        draws.append(shares(scores, drawn, (cut + moved, AUGMENTABLE_FROM + moved)))
    out = []
    for part in (0, 1):
        ordered = sorted(d[part] for d in draws)
        low, high = ordered[_DRAWS // 20], ordered[-_DRAWS // 20]
        out.append([centre[part], min(low, centre[part]), max(high, centre[part])])
    return out[0], out[1]


def main() -> None:
    """Print code and, for 2023 and 2025, value and bounds of both shares."""
    path = Path(sys.argv[1])
    table = files("calibration").joinpath("tables/occupations.csv").read_text(encoding="utf-8")
    for row in csv.DictReader(table.splitlines()):
        numbers = []
        for vintage in ("2023", "2025"):
            both = bounds(task_scores(path, vintage), isco_weights(row["isco08_weights"]), vintage)
            numbers += [f"{x:.3f}" for part in both for x in part]
        sys.stdout.write(",".join([row["code"], *numbers]) + "\n")


if __name__ == "__main__":
    main()
