"""Columns of ``tables/occupations.csv`` that follow from other tables.

Codes, labels, wages, licences, shortage, families of the white paper and ISCO weights are entered by
hand, exposure by the ILO's scores comes from :mod:`calibration.exposure`; heads, shares of women,
self-employed and public employers, education, the tension index and exposure by the white paper's list
are computed here.  ``python -m
calibration.occupation_table`` writes them again.
"""

from __future__ import annotations

import pandas as pd

from calibration.exposure import isco_weights
from calibration.occupation_profiles import EDUCATIONS, weighted_families
from calibration.population_cells import TABLES
from calibration.white_paper_exposure import columns


def tension() -> pd.Series:
    """Tension index of Occitanie (2019) by occupation, families weighted by salaried heads."""
    families = weighted_families().dropna(subset=["tension_index_occ_2019"])
    weighted = (
        (families["tension_index_occ_2019"] * families["salaried"]).groupby(families["occupation"]).sum()
    )
    return weighted / families.groupby("occupation")["salaried"].sum()


def derived(codes: pd.Series) -> pd.DataFrame:
    """The computed columns, one row a code, in the order given."""
    cells = pd.read_csv(TABLES / "population_cells.csv")
    profile = pd.read_csv(TABLES / "occupation_profiles.csv").drop_duplicates("occupation")
    profile = profile.set_index("occupation").loc[codes]

    def heads(mask: pd.Series) -> pd.Series:
        return cells[mask].groupby("occupation")["heads"].sum().reindex(codes, fill_value=0)

    everyone, own = cells["heads"] > 0, cells["status"] == "self_employed"
    total = heads(everyone)
    sectors = cells.groupby(["occupation", "sector"])["heads"].sum().unstack(fill_value=0).loc[codes]
    out = pd.DataFrame(index=codes)
    out["dominant_sector"] = sectors.idxmax(axis=1)
    out["employment"] = total
    out["women_share"] = (heads(cells["sex"] == "F") / total).round(4)
    out["nonsalaried_share"] = (heads(own) / total).round(4)
    out["public_share"] = (heads(cells["status"].isin(["public", "civil_servant"])) / heads(~own)).round(4)
    for level in EDUCATIONS:
        out[f"education_{level}"] = (profile[f"education_{level}"] / 1e6).round(4)
    out["tension_index"] = tension().reindex(codes).fillna(0.0).round(2)
    return out.join(listed(codes))


def listed(codes: pd.Series) -> pd.DataFrame:
    """Exposure by the white paper's list, one row a code."""
    weights = pd.read_csv(TABLES / "occupations.csv", index_col="code")["isco08_weights"]
    found = {code: columns(isco_weights(weights[code])) for code in codes}
    return pd.DataFrame.from_dict(found, orient="index")


def main() -> None:
    """Write the computed columns again."""
    path = TABLES / "occupations.csv"
    table = pd.read_csv(path, keep_default_na=False, dtype=str).set_index("code")
    found = derived(table.index.to_series())
    for name in found.columns:
        table[name] = found[name].astype(str)
    table.to_csv(path, lineterminator="\n")


if __name__ == "__main__":
    main()
