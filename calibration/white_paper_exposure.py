"""Shares of automatable and augmentable tasks as the white paper's own list of occupations implies them.

The white paper (3.2.2) names occupations, not tasks.  ``tables/white_paper_list.csv`` gives each name its
ISCO codes under three readings: *narrow* (the ILO's own twenty occupations behind the list), *printed* (what
the French words say), *wide* (their neighbours).  A share of *occupations* becomes a share of *tasks* so:

    listed[i]       share of group i in listed codes, by its ISCO weights           reading: printed
    automatable[i]  = a listed[i]        a such that the region's total is 5.5 % of its jobs
    augmentable[i]  = (0.82 - a) listed[i] + b (1 - listed[i])

5.5 % is what the ILO finds for rich countries in the same study (the 75 million jobs that the document
quotes are 2.3 % of the world's): as many tasks as if these jobs, and no other, were automatable whole, but
spread over all that the list names.  The study finds 24 % of clerical tasks highly exposed and 58 % in the
middle: a lies between 0.24 and their sum, and what it leaves of the sum is augmentable.  Outside the list b
is the middle share of managers, professionals and technicians (25 %), of clerks (58 %), and nothing in the
manual, sales and care trades, of which the document names none.

The 5 and 95 % bounds come from 2,000 draws of the reading (each as likely), of the weights (exponential
factors) and of a (triangular).  ``python -m calibration.white_paper_exposure`` prints the columns of
``tables/occupations.csv`` again, and needs no file from outside.
"""

from __future__ import annotations

import random
import sys
from functools import cache

from calibration.exposure import isco_weights
from sim.population.tables import rows
from sim.provenance import statistic

READINGS = ("narrow", "printed", "wide")
"""From the least to the most that the list may mean; each holds the codes of those before it."""

COLUMNS = tuple(f"{kind}_share_white_paper{end}"
                for kind in ("automation", "augmentation") for end in ("", "_p5", "_p95"))  # fmt: skip
_DRAWS = 2000
_MANAGERS_TO_TECHNICIANS, _CLERKS = "123", "4"


def _share(key: str) -> float:
    return statistic(key).number() / 100


@cache
def listed_codes(reading: str) -> frozenset[str]:
    """ISCO codes that the list covers under a reading; raises ValueError for another word."""
    held = READINGS[: READINGS.index(reading) + 1]
    return frozenset(row["isco08"] for row in rows("white_paper_list") if row["reading"] in held)


def listed_share(weights: dict[str, float], reading: str = "printed") -> float:
    """Share of a group's weights in listed codes."""
    codes = listed_codes(reading)
    return sum(weight for code, weight in weights.items() if code in codes) / sum(weights.values())


def clerical_exposed() -> tuple[float, float]:
    """Highly exposed share of clerical tasks, and that with the medium one: least and most of ``a``."""
    high = _share("ilo23_clerical_high_tasks")
    return high, high + _share("ilo23_clerical_medium_tasks")


@cache
def automatable_of_listed() -> float:
    """a: share of a listed job's tasks such that the region's total is the ILO's for rich countries."""
    heads = listed = 0.0
    for row in rows("occupations"):
        heads += float(row["employment"])
        listed += float(row["employment"]) * listed_share(isco_weights(row["isco08_weights"]))
    return _share("ilo23_rich_countries_automation") * heads / listed


def shares(weights: dict[str, float], reading: str, automatable: float) -> tuple[float, float]:
    """Automatable and augmentable share of a group's tasks."""
    codes, whole = listed_codes(reading), sum(weights.values())
    beside = {**dict.fromkeys(_MANAGERS_TO_TECHNICIANS, _share("ilo23_professional_medium_tasks")),
              _CLERKS: _share("ilo23_clerical_medium_tasks")}  # fmt: skip
    high = middle = 0.0
    for code, weight in weights.items():
        if code in codes:
            high += weight * automatable
            middle += weight * (clerical_exposed()[1] - automatable)
        else:
            middle += weight * beside.get(code[0], 0.0)
    return high / whole, middle / whole


def bounds(weights: dict[str, float]) -> tuple[list[float], list[float]]:
    """Value, 5 % and 95 % bound of both shares."""
    centre = shares(weights, "printed", automatable_of_listed())
    low, high = clerical_exposed()
    rng = random.Random(2024)
    draws = []
    for _ in range(_DRAWS):
        reading = READINGS[int(rng.random() * len(READINGS))]
        drawn = {code: weight * rng.expovariate(1.0) for code, weight in weights.items()}
        draws.append(shares(drawn, reading, rng.triangular(low, high, automatable_of_listed())))
    out = []
    for part in (0, 1):
        ordered = sorted(draw[part] for draw in draws)
        least, most = ordered[_DRAWS // 20], ordered[-_DRAWS // 20]
        out.append([centre[part], min(least, centre[part]), max(most, centre[part])])
    return out[0], out[1]


def columns(weights: dict[str, float]) -> dict[str, str]:
    """The columns of one group as the table writes them."""
    values = [value for part in bounds(weights) for value in part]
    return {name: f"{value:.3f}" for name, value in zip(COLUMNS, values, strict=True)}


def main() -> None:
    """Print code and columns."""
    sys.stdout.write(",".join(("code", *COLUMNS)) + "\n")
    for row in rows("occupations"):
        found = columns(isco_weights(row["isco08_weights"]))
        sys.stdout.write(",".join((row["code"], *found.values())) + "\n")


if __name__ == "__main__":
    main()
