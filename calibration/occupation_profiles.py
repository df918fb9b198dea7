"""Ages, contracts, tenure, education and sizes of units of the 40 occupation groups.

Families of occupations (Dares, 2017-2019) are added up by the crosswalk; ages are then raked onto
age by PCS (France 2022), sizes of units onto the region's sectors.  ``python -m
calibration.occupation_profiles`` writes ``occupation_profiles.csv`` and ``occupation_unit_sizes.csv``
again, in millionths.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from calibration.population_cells import TABLES, margins
from sim.population.columns import SECTORS, SIZE_CLASSES

AGES = ("15_24", "25_29", "30_34", "35_39", "40_44", "45_49", "50_54", "55_59", "60p")
TENURES = ("lt1y", "1_5y", "5_10y", "ge10y")
EDUCATIONS = ("none", "cap", "bac", "bac2", "bac3plus")
CONTRACTS = ("cdi", "cdd", "interim", "apprentice")
_SIZE_OF_FAMILY = {
    "estab_lt10_pct_salaried": (1.0, 0.0, 0.0, 0.0),
    "estab_households_pct_salaried": (1.0, 0.0, 0.0, 0.0),
    "estab_10_49_pct_salaried": (0.0, 1.0, 0.0, 0.0),
    "estab_50_499_pct_salaried": (0.0, 0.0, 0.65, 0.35),
    "estab_500p_pct_salaried": (0.0, 0.0, 0.0, 1.0),
}
"""Classes of the families to classes of the model; 50-499 is cut at 250, 65 % below (assumed)."""
SELF_EMPLOYED_ODDS = {"15_24": 0.25, "25_49": 0.95, "50_plus": 1.4}
"""Odds of an age among the self-employed against the salaried of one occupation (Insee 2023, by age)."""
_ONE = 10**6


def weighted_families() -> pd.DataFrame:
    """One row a family and occupation, with its salaried heads and all heads as weights."""
    families = pd.read_csv(TABLES / "fap87_profiles.csv").merge(
        pd.read_csv(TABLES / "fap_crosswalk.csv"), on="fap87"
    )
    own = families["nonsalaried_pct"].fillna(0) / 100
    heads = families["employment_occitanie_rp2017"].fillna(0)
    families["salaried"] = heads * (1 - own) * families["salaried_share"] + 1e-6
    families["weight"] = families["salaried"] + heads * own * families["nonsalaried_share"]
    return families


def _mean(families: pd.DataFrame, columns: list[str], weight: str) -> pd.DataFrame:
    values = families[columns].fillna(0).mul(families[weight], axis=0)
    means = values.groupby(families["occupation"]).sum()
    return means.div(means.sum(axis=1), axis=0)


def age_shares(families: pd.DataFrame, cells: pd.DataFrame, value: pd.Series) -> pd.DataFrame:
    """Nine bands by occupation and (0 salaried, 1 self-employed), raked onto three ages by PCS."""
    shares = _mean(families, [f"age_{a}_pct" for a in AGES], "weight")
    own = cells["status"] == "self_employed"
    heads = cells.groupby(["occupation", own.rename("own")])["heads"].sum()
    group = np.array([0] + [1] * 5 + [2] * 3)
    odds = np.array([SELF_EMPLOYED_ODDS[g] for g in ("15_24", "25_49", "50_plus")])[group]
    codes = [str(code) for code in heads.index.get_level_values(0)]
    tilt = [odds if own else np.ones(len(AGES)) for own in heads.index.get_level_values(1)]
    table = np.array([shares.loc[code].to_numpy() * t for code, t in zip(codes, tilt, strict=True)])
    table *= heads.to_numpy(float)[:, None]
    pcs = np.array([_pcs(code) for code in codes])
    total = heads.to_numpy(float)
    for _ in range(500):
        table *= (total / table.sum(axis=1))[:, None]
        for p in range(1, 7):
            young, old = value[f"age_15_24_pcs_{p}"], value[f"age_50_plus_pcs_{p}"]
            for g, share in enumerate((young, 1 - young - old, old)):
                block = np.ix_(pcs == p, group == g)
                table[block] *= share * total[pcs == p].sum() / table[block].sum()
    table /= table.sum(axis=1)[:, None]
    return pd.DataFrame(table, index=heads.index, columns=[f"age_{a}" for a in AGES])


def _pcs(code: str) -> int:
    return {"A": 1, "B": 2, "C": 3, "D": 4, "E": 5, "F": 6}[code[0]]


def unit_sizes(families: pd.DataFrame, cells: pd.DataFrame, value: pd.Series) -> pd.DataFrame:
    """Share of each size of unit by occupation, sector and public or not, raked onto sectors' sizes."""
    seed = sum(np.outer(_mean_value(families, column), split) for column, split in _SIZE_OF_FAMILY.items())
    names = sorted(families["occupation"].unique())
    prior = pd.DataFrame(np.asarray(seed) + 0.3, index=names)
    prior = prior.div(prior.sum(axis=1), axis=0)
    salaried = cells[cells["status"] != "self_employed"].copy()
    salaried["public"] = salaried["status"].isin(["public", "civil_servant"]).astype(int)
    rows = []
    for sector in SECTORS:
        part = salaried[salaried["sector"] == sector].groupby(["public", "occupation"])["heads"].sum()
        wanted = np.array([value[f"unit_size_{sector}_{c}"] for c in SIZE_CLASSES]) * part.sum()
        public = np.array([value[f"unit_size_public_{c}"] for c in SIZE_CLASSES])
        public_heads = part.loc[1].sum() if 1 in part.index.get_level_values(0) else 0
        if sector != "tertiaire_non_marchand":
            public = wanted / part.sum()
        for kind, target in ((0, wanted - public * public_heads), (1, public * public_heads)):
            if kind not in part.index.get_level_values(0):
                continue
            heads = part.loc[kind]
            table = prior.loc[heads.index].to_numpy() * heads.to_numpy()[:, None]
            for _ in range(500):
                table *= (target / table.sum(axis=0))[None, :]
                table *= (heads.to_numpy() / table.sum(axis=1))[:, None]
            for occupation, row in zip(heads.index, table / table.sum(axis=1)[:, None], strict=True):
                rows.append((occupation, sector, kind, *_millionths(row)))
    return pd.DataFrame(
        rows, columns=["occupation", "sector", "public", *(f"size_{c}" for c in SIZE_CLASSES)]
    )


def _mean_value(families: pd.DataFrame, column: str) -> np.ndarray:
    weighted = families[column].fillna(0) * families["salaried"]
    return (
        weighted.groupby(families["occupation"]).sum() / families.groupby("occupation")["salaried"].sum()
    ).to_numpy()


def _millionths(row: np.ndarray) -> list[int]:
    whole = np.floor(row * _ONE).astype(np.int64)
    whole[int(np.argmax(row))] += _ONE - int(whole.sum())
    return [int(x) for x in whole]


def profiles(families: pd.DataFrame, cells: pd.DataFrame, value: pd.Series) -> pd.DataFrame:
    """One row an occupation and kind of status: ages, tenure, education, contracts of the salaried."""
    ages = age_shares(families, cells, value)
    tenure = _mean(families, [f"tenure_{t}_pct" for t in TENURES], "weight")
    contract = _mean(families, [f"{c}_pct" for c in CONTRACTS], "salaried")
    education = families[[f"edu_{e}_pct" for e in EDUCATIONS]].fillna(0).copy()
    education["edu_bac_pct"] += families["edu_student_pct"].fillna(0)
    families = families.copy()
    families[education.columns] = education
    level = _mean(families, [f"edu_{e}_pct" for e in EDUCATIONS], "weight")
    rows = []
    codes, kinds = (ages.index.get_level_values(level).tolist() for level in (0, 1))
    for occupation, own, age in zip(codes, kinds, ages.to_numpy(), strict=True):
        rows.append(
            (
                occupation,
                int(own),
                *_millionths(age),
                *_millionths(tenure.loc[occupation].to_numpy()),
                *_millionths(level.loc[occupation].to_numpy()),
                *_millionths(contract.loc[occupation].to_numpy()),
            )
        )
    names = [f"age_{a}" for a in AGES] + [f"tenure_{t}" for t in TENURES]
    names += [f"education_{e}" for e in EDUCATIONS] + [f"contract_{c}" for c in CONTRACTS]
    return pd.DataFrame(rows, columns=["occupation", "self_employed", *names])


def main() -> None:
    """Write both tables again."""
    value, cells = margins(), pd.read_csv(TABLES / "population_cells.csv")
    families = weighted_families()
    profiles(families, cells, value).to_csv(
        TABLES / "occupation_profiles.csv", index=False, lineterminator="\n"
    )
    unit_sizes(families, cells, value).to_csv(
        TABLES / "occupation_unit_sizes.csv", index=False, lineterminator="\n"
    )


if __name__ == "__main__":
    main()
