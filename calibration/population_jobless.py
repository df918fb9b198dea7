"""People without a job: the unemployed by last occupation, the inactive by age, and single years of age.

``python -m calibration.population_jobless`` writes ``age_years.csv`` (weight of a year inside its
band), ``unemployed_cells.csv`` and ``inactive_cells.csv`` (whole heads of the whole region) again.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from calibration.occupation_profiles import AGES
from calibration.population_cells import TABLES, margins
from sim.population.rounding import Integers, controlled_rounding

BAND_STARTS = (15, 25, 30, 35, 40, 45, 50, 55, 60)
LAST_AGE = 66
YOUNG_WEIGHTS = (2, 8, 16, 28, 40, 52, 64, 74, 84, 92)
"""Employed at 15 to 24, relative: apprentices from 15, most enter from 18 on (assumed)."""
OLD_WEIGHTS = (40, 32, 19, 12, 8, 5, 3)
"""Employed at 60 to 66, relative: activity rates fall at 60 and 62 (Insee 2023: 41.6 % at 60-64)."""
FIRST_SEEKERS_BY_BAND = (0.72, 0.16, 0.06, 0.03, 0.02, 0.01, 0.0, 0.0, 0.0)
RISK_OF_SHORT_CONTRACTS = 4.0
"""Weight of short contracts in the unemployment of an occupation inside its PCS (assumed, 2 to 6)."""
INACTIVE_WOMEN = {"15_24": 0.49, "25_49": 0.68, "50_59": 0.60, "60_64": 0.53}
_GROUP = np.array([0] + [1] * 5 + [2] * 3)
_ONE = 10**6


def employed_by_band() -> pd.DataFrame:
    """Employed by occupation (rows) and nine bands of age."""
    profile = pd.read_csv(TABLES / "occupation_profiles.csv").set_index(["occupation", "self_employed"])
    cells = pd.read_csv(TABLES / "population_cells.csv")
    own = (cells["status"] == "self_employed").astype(int).rename("self_employed")
    heads = cells.groupby(["occupation", own])["heads"].sum()
    table = profile[[f"age_{a}" for a in AGES]].mul(heads, axis=0) / _ONE
    return table.groupby(level=0).sum()


def year_weights() -> pd.DataFrame:
    """Weight of each year of age inside its band; linear between bands, so that no step makes a wave."""
    band_heads = employed_by_band().sum().to_numpy()
    width = np.array([10] + [5] * 7 + [LAST_AGE - 59])
    density = band_heads / width
    rows = []
    for band, start in enumerate(BAND_STARTS):
        if band == 0:
            weights = np.array(YOUNG_WEIGHTS, float)
        elif band == 8:
            weights = np.array(OLD_WEIGHTS, float)
        else:
            before = density[band - 1] if band > 1 else density[1]
            after = density[band + 1] if band < 7 else density[7] * 0.86
            slope = (after - before) / 10
            weights = density[band] + slope * (np.arange(5) - 2)
        weights = weights / weights.sum()
        rows += [(AGES[band], start + i, round(w * _ONE)) for i, w in enumerate(weights)]
    return pd.DataFrame(rows, columns=["band", "age_years", "weight"])


def unemployed(value: pd.Series) -> pd.DataFrame:
    """Heads by last occupation (``none``: first job), sex and band of age."""
    cells = pd.read_csv(TABLES / "population_cells.csv")
    profile = pd.read_csv(TABLES / "occupation_profiles.csv")
    salaried = profile[profile["self_employed"] == 0].set_index("occupation")
    short = 1 - salaried["contract_cdi"] / _ONE
    heads = cells.groupby(["occupation", "sex"])["heads"].sum().reset_index()
    private = cells[cells["status"].isin(["private", "public"])].groupby(["occupation", "sex"])["heads"].sum()
    heads["weight"] = [
        0.3 * n + 0.7 * private.get((o, s), 0) * (0.1 + RISK_OF_SHORT_CONTRACTS * short[o])
        for o, s, n in heads[["occupation", "sex", "heads"]].itertuples(index=False)
    ]
    heads["pcs"] = heads["occupation"].map(lambda code: "ABCDEF".index(code[0]) + 1)
    scale = value["unemployment_rate_region"] / value["unemployment_rate_france"]
    bands = employed_by_band()
    masses = _masses(heads, value, scale)
    rows = []
    columns = (heads[name].tolist() for name in ("occupation", "pcs", "sex"))
    for code, pcs, sex, mass in zip(*columns, masses, strict=True):
        ages = bands.loc[str(code)].to_numpy()
        rows += [(code, pcs, sex, band, mass * age / ages.sum()) for band, age in enumerate(ages)]
    table = pd.DataFrame(rows, columns=["occupation", "pcs", "sex", "band", "heads"])
    return _with_first_seekers(table, value, bands)


def _masses(heads: pd.DataFrame, value: pd.Series, scale: float) -> list[float]:
    """Unemployed by occupation and sex before ages: the rate of the PCS, shared by weight."""
    out = []
    for row in heads.itertuples():
        inside = heads[heads["pcs"] == row.pcs]
        rate = value[f"unemployment_rate_pcs_{row.pcs}"] * scale
        total = np.rint(inside["heads"].sum() * rate / (1 - rate))
        out.append(float(total * row.weight / inside["weight"].sum()))
    return out


def _with_first_seekers(table: pd.DataFrame, value: pd.Series, bands: pd.DataFrame) -> pd.DataFrame:
    """Rake ages onto the rates by age (scaled to the total), sexes onto equal rates; add first jobs."""
    total = value["unemployed"]
    first = total - table.groupby("pcs")["heads"].sum().round().sum()
    seekers = pd.DataFrame(
        [
            ("none", 0, sex, band, first / 2 * share)
            for sex in "FM"
            for band, share in enumerate(FIRST_SEEKERS_BY_BAND)
        ],
        columns=table.columns,
    )
    employed = bands.sum().to_numpy()
    rate = np.array([value[f"unemployment_rate_age_{n}"] for n in ("15_24", "25_49", "50_plus")])
    by_age = np.bincount(_GROUP, weights=employed) * rate / (1 - rate)
    by_age *= total / by_age.sum()
    by_age -= np.bincount(_GROUP[seekers["band"]], weights=seekers["heads"], minlength=3)
    x = table["heads"].to_numpy(float).copy()
    group = _GROUP[table["band"]]
    pcs = table["pcs"].to_numpy()
    women = (table["sex"] == "F").to_numpy()
    pcs_total = np.rint(np.bincount(pcs, weights=x))
    women_total = 0.485 * x.sum()
    for _ in range(2000):
        x *= (by_age / np.bincount(group, weights=x, minlength=3))[group]
        x *= np.where(women, women_total / x[women].sum(), (x.sum() - women_total) / x[~women].sum())
        x *= (pcs_total / np.maximum(np.bincount(pcs, weights=x), 1e-9))[pcs]
    both = pd.concat([table.assign(heads=x), seekers], ignore_index=True)
    return _whole(both, [int(first), *pcs_total[1:].astype(int).tolist()])


def _whole(table: pd.DataFrame, totals: list[int]) -> pd.DataFrame:
    """Whole heads that keep the totals by PCS (first: no occupation) and the ages as they are."""
    numerators = np.rint(table["heads"].to_numpy() * _ONE).astype(np.int64)
    pcs = table["pcs"].to_numpy().astype(np.int64)
    for code, target in enumerate(totals):
        inside = np.flatnonzero(pcs == code)
        numerators[inside[np.argmax(numerators[inside])]] += target * _ONE - numerators[inside].sum()
    cell: Integers = table.groupby(["occupation", "sex"]).ngroup().to_numpy().astype(np.int64)
    sex_age: Integers = table.groupby(["band", "sex"]).ngroup().to_numpy().astype(np.int64)
    band: Integers = table["band"].to_numpy().astype(np.int64)
    whole = table.assign(heads=controlled_rounding(numerators, _ONE, [cell, pcs], [sex_age, band]))
    return (
        whole[["occupation", "sex", "band", "heads"]]
        .query("heads > 0")
        .sort_values(["occupation", "sex", "band"], kind="stable")
    )


def inactive(value: pd.Series, years: pd.DataFrame, jobless: pd.DataFrame) -> pd.DataFrame:
    """Heads by year of age and sex: generations as equal as the totals by age group allow."""
    columns = (years[name].tolist() for name in ("band", "age_years", "weight"))
    weight = {(AGES.index(band), age): part / _ONE for band, age, part in zip(*columns, strict=True)}
    employed = employed_by_band().sum().to_numpy()
    seeking = jobless.groupby("band")["heads"].sum().reindex(range(9), fill_value=0).to_numpy()
    active = {age: w * (employed[band] + seeking[band]) for (band, age), w in weight.items()}
    rows = []
    for name, first, last in (("15_24", 15, 24), ("25_49", 25, 49), ("50_59", 50, 59), ("60_64", 60, 64)):
        total = round(value["inactive"] * value[f"inactive_share_{name}"])
        ages = list(range(first, last + 1))
        level = np.array([active[a] for a in ages])
        low, high = 0.0, 2e5
        for _ in range(80):
            middle = (low + high) / 2
            found = np.maximum(middle - level, 2500.0).sum()
            low, high = (middle, high) if found < total else (low, middle)
        heads = np.floor(np.maximum(low - level, 2500.0)).astype(int)
        heads[: total - heads.sum()] += 1
        for age, n in zip(ages, heads, strict=True):
            women = round(n * INACTIVE_WOMEN[name])
            rows += [(age, "F", women), (age, "M", n - women)]
    return pd.DataFrame(rows, columns=["age_years", "sex", "heads"])


def main() -> None:
    """Write the three tables again."""
    value, years = margins(), year_weights()
    jobless = unemployed(value)
    for name, table in (
        ("age_years", years),
        ("unemployed_cells", jobless),
        ("inactive_cells", inactive(value, years, jobless)),
    ):
        table.to_csv(TABLES / f"{name}.csv", index=False, lineterminator="\n")


if __name__ == "__main__":
    main()
