"""How exposed the region's jobs are, by sector and by age: columns of ``occupations.csv`` over its heads.

A table is read through a function (name to rows of texts), so that a test may hand in another one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence

from sim.population.tables import rows

SENIOR_AGES = ("age_50_54", "age_55_59", "age_60p")

Table = Callable[[str], Sequence[Mapping[str, str]]]


def exposure_by_sector(measure: str, t: Table = rows, salaried_only: bool = False) -> dict[str, float]:
    """Mean of a column of ``occupations.csv`` over the jobs of each sector, and of all, in per cent."""
    shares = {row["code"]: float(row[measure]) for row in t("occupations")}
    exposed: defaultdict[str, float] = defaultdict(float)
    heads: defaultdict[str, int] = defaultdict(int)
    for cell in t("population_cells"):
        if salaried_only and cell["status"] == "self_employed":
            continue
        for sector in (cell["sector"], "all"):
            heads[sector] += int(cell["heads"])
            exposed[sector] += int(cell["heads"]) * shares[cell["occupation"]]
    return {sector: 100 * exposed[sector] / heads[sector] for sector in heads}


def exposure_by_age(measure: str, t: Table = rows) -> dict[str, float]:
    """Mean of a column of ``occupations.csv`` over the jobs of each age band, at 50 and over (``senior``)
    and below (``younger``), in per cent."""
    shares = {row["code"]: float(row[measure]) for row in t("occupations")}
    jobs: defaultdict[tuple[str, bool], int] = defaultdict(int)
    for cell in t("population_cells"):
        jobs[cell["occupation"], cell["status"] == "self_employed"] += int(cell["heads"])
    exposed: defaultdict[str, float] = defaultdict(float)
    heads: defaultdict[str, float] = defaultdict(float)
    for profile in t("occupation_profiles"):
        code = profile["occupation"]
        for band in (column for column in profile if column.startswith("age_")):
            people = jobs[code, profile["self_employed"] == "1"] * int(profile[band]) / 10**6
            for group in (band, "senior" if band in SENIOR_AGES else "younger"):
                heads[group] += people
                exposed[group] += people * shares[code]
    return {group: 100 * exposed[group] / heads[group] for group in heads}
