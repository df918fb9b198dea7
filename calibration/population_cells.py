"""The table of employed heads: families of occupations, raked onto the region's margins.

Reads ``tables/fap87_profiles.csv`` (employment by family), ``fap_crosswalk.csv`` (families to the 40
groups), ``cells_seed.csv`` (pattern by sector, sex and status) and ``population_margins.csv``; writes
``population_cells.csv`` in whole heads.  ``python -m calibration.population_cells`` writes it again.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

from sim.population.columns import SECTORS
from sim.population.rounding import controlled_rounding
from sim.population.stock import pcs_heads

TABLES = Path(__file__).parent / "tables"
DIGITAL = ("C03", "D10")
OWNERS = ("A01", "B01", "B02")
STATUSES = ("private", "public", "civil_servant", "self_employed")
_PUBLIC_SECTOR_LOGIT = {"tertiaire_non_marchand": 0.0, "tertiaire_marchand": -4.0}
_ONE = 10**6


def margins() -> pd.Series:
    """Value of each margin by its name."""
    table = pd.read_csv(TABLES / "population_margins.csv")
    return table.set_index("name")["value"]


def employment_by_status() -> pd.DataFrame:
    """Heads by occupation, salaried and not, from the families of occupations (Occitanie 2017)."""
    families = pd.read_csv(TABLES / "fap87_profiles.csv").merge(
        pd.read_csv(TABLES / "fap_crosswalk.csv"), on="fap87"
    )
    own = families["nonsalaried_pct"].fillna(0) / 100
    heads = families["employment_occitanie_rp2017"].fillna(0)
    families["salaried"] = heads * (1 - own) * families["salaried_share"]
    families["self_employed"] = heads * own * families["nonsalaried_share"]
    return families.groupby("occupation")[["salaried", "self_employed"]].sum()


def seed_cells() -> pd.DataFrame:
    """The pattern by sector and sex, with each occupation's heads replaced by those of the families."""
    cells = pd.read_csv(TABLES / "cells_seed.csv")
    cells["kind"] = np.where(cells["status"] == "salaried", "salaried", "self_employed")
    heads = employment_by_status()
    old = cells.groupby(["occupation", "kind"])["count"].transform("sum")
    total = cells.groupby("occupation")["count"].transform("sum")
    new_total = cells["occupation"].map(heads.sum(axis=1))
    family = np.array([heads.at[o, k] for o, k in zip(cells["occupation"], cells["kind"], strict=True)])
    owner = cells["occupation"].isin(OWNERS).to_numpy()
    wanted = np.where(owner, new_total * old / total, np.maximum(family, 0.002 * new_total))
    cells["heads"] = cells["count"] * wanted / old
    cells["pcs"] = cells["pcs_code"]
    return cells[["occupation", "pcs", "sector", "sex", "kind", "heads"]].copy()


def sector_targets(value: pd.Series) -> pd.Series:
    """Heads by sector, kind and sex."""
    rows = {}
    for sector in SECTORS:
        for kind in ("salaried", "self_employed"):
            total = value[f"{kind}_{sector}"]
            women = np.rint(total * value[f"women_{kind}_{sector}"])
            rows[sector, kind, "F"], rows[sector, kind, "M"] = women, total - women
    return pd.Series(rows)


def pcs_targets(value: pd.Series, women_total: float) -> pd.Series:
    """Heads by PCS and sex: France's women shares moved by one odds ratio to the region's total."""
    heads = pcs_heads().astype(float)
    france = np.array([value[f"women_pcs_{pcs}"] for pcs in range(1, 7)])
    low, high = 0.2, 5.0
    for _ in range(80):
        odds = (low + high) / 2
        women = heads * odds * france / (1 - france + odds * france)
        low, high = (odds, high) if women.sum() < women_total else (low, odds)
    whole = np.rint(women)
    whole[4] += women_total - whole.sum()
    rows = {(pcs + 1, "F"): whole[pcs] for pcs in range(6)}
    rows |= {(pcs + 1, "M"): heads[pcs] - whole[pcs] for pcs in range(6)}
    return pd.Series(rows)


def raked(cells: pd.DataFrame, value: pd.Series) -> pd.DataFrame:
    """Iterative proportional fitting on sector x kind x sex, PCS x sex and the digital trades' women."""
    by_sector = sector_targets(value)
    by_pcs = pcs_targets(value, by_sector.xs("F", level=2).sum())
    sector_key = list(zip(cells["sector"], cells["kind"], cells["sex"], strict=True))
    pcs_key = list(zip(cells["pcs"], cells["sex"], strict=True))
    a, a_names = pd.factorize(pd.MultiIndex.from_tuples(sector_key))
    b, b_names = pd.factorize(pd.MultiIndex.from_tuples(pcs_key))
    a_target, b_target = by_sector.loc[a_names].to_numpy(float), by_pcs.loc[b_names].to_numpy(float)
    digital = cells["occupation"].isin(DIGITAL).to_numpy()
    women = (cells["sex"] == "F").to_numpy()
    share = value["women_digital"]
    x = cells["heads"].to_numpy(float).copy()
    for _ in range(4000):
        before = x.copy()
        total = x[digital].sum()
        x[digital & women] *= share * total / x[digital & women].sum()
        x[digital & ~women] *= (1 - share) * total / x[digital & ~women].sum()
        x *= (b_target / np.bincount(b, weights=x))[b]
        x *= (a_target / np.bincount(a, weights=x))[a]
        if np.abs(x - before).max() < 1e-9:
            break
    return cells.assign(heads=x)


def whole_cells(cells: pd.DataFrame, value: pd.Series) -> pd.DataFrame:
    """Whole heads with every margin kept."""
    by_sector = sector_targets(value)
    by_pcs = pcs_targets(value, by_sector.xs("F", level=2).sum())
    digital = cells["occupation"].isin(DIGITAL)
    rows = [_labels(cells, ["sector", "kind", "sex"]), _labels(cells, ["sector", "kind"])]
    columns = [
        _labels(cells.assign(digital=digital), ["pcs", "digital", "sex"]),
        _labels(cells, ["pcs", "sex"]),
        _labels(cells, ["pcs"]),
    ]
    numerators = np.rint(cells["heads"].to_numpy() * _ONE).astype(np.int64)
    numerators = _snapped(
        numerators,
        [
            (columns[1], _targets(cells, columns[1], by_pcs, ["pcs", "sex"])),
            (rows[0], _targets(cells, rows[0], by_sector, ["sector", "kind", "sex"])),
        ],
    )
    return cells.assign(heads=controlled_rounding(numerators, _ONE, rows, columns))


def _targets(cells: pd.DataFrame, labels: np.ndarray, wanted: pd.Series, names: list[str]) -> np.ndarray:
    first = pd.Series(labels).drop_duplicates().sort_values(kind="stable").index
    keys = list(zip(*(cells.loc[first, name] for name in names), strict=True))
    return wanted.loc[keys].to_numpy()


def _labels(cells: pd.DataFrame, names: list[str]) -> np.ndarray:
    return cells.groupby(names, sort=True).ngroup().to_numpy(np.int64)


def _snapped(
    numerators: np.ndarray, families: list[tuple[np.ndarray, np.ndarray]], rounds: int = 400
) -> np.ndarray:
    """Move millionths of a head, cell by cell of a group, so that every group meets its whole target.

    ``families`` holds labels and targets (in heads, by label).  Large cells move first.
    """
    out = numerators.copy()
    for _ in range(rounds):
        off = 0
        for labels, targets in families:
            for group, target in enumerate(targets.astype(np.int64).tolist()):
                inside = np.flatnonzero(labels == group)
                inside = inside[np.argsort(-out[inside], kind="stable")]
                gap = target * _ONE - int(out[inside].sum())
                off += abs(gap)
                move = out[inside] * gap // max(int(out[inside].sum()), 1)
                move[: gap - int(move.sum())] += 1
                out[inside] += move
        if off == 0:
            return out
    return out


def _sigmoid(value: float) -> float:
    return float(1 / (1 + np.exp(-value)))


def _bisect(total: float, of: Callable[[float], float]) -> float:
    low, high = -60.0, 60.0
    for _ in range(100):
        middle = (low + high) / 2
        low, high = (middle, high) if of(middle) < total else (low, middle)
    return (low + high) / 2


def public_shares(cells: pd.DataFrame, value: pd.Series) -> dict[tuple[str, str], float]:
    """Public share of the salaried by occupation and sector, 24 % in all."""
    profile = pd.read_csv(TABLES / "occupation_seeds.csv").set_index("code")
    salaried = cells[cells["kind"] == "salaried"].groupby(["occupation", "sector"])["heads"].sum()
    heads = salaried.groupby(level=0).sum()
    logit = np.log(
        np.clip(profile["public_share"], 0.002, 0.985) / (1 - np.clip(profile["public_share"], 0.002, 0.985))
    )
    room = {o: sum(salaried.get((o, s), 0) for s in _PUBLIC_SECTOR_LOGIT) * 0.97 for o in heads.index}

    def wanted(shift: float) -> dict[str, float]:
        return {o: min(heads[o] * _sigmoid(logit[o] + shift), room[o]) for o in heads.index}

    shift = _bisect(value["public_share_salaried"] * heads.sum(), lambda g: sum(wanted(g).values()))
    out: dict[tuple[str, str], float] = {}
    for occupation, public in wanted(shift).items():
        parts = {s: salaried.get((occupation, s), 0) for s in _PUBLIC_SECTOR_LOGIT}

        def of(level: float, parts: dict[str, float] = parts) -> float:
            return sum(n * _sigmoid(level + _PUBLIC_SECTOR_LOGIT[s]) for s, n in parts.items())

        level = _bisect(public, of)
        out |= {(occupation, s): _sigmoid(level + b) for s, b in _PUBLIC_SECTOR_LOGIT.items()}
    return out


def by_status(cells: pd.DataFrame, value: pd.Series) -> pd.DataFrame:
    """Split the salaried into private, public and civil servants, in whole heads."""
    shares = public_shares(cells, value)
    servants = pd.read_csv(TABLES / "occupation_seeds.csv").set_index("code")["civil_servant_share_of_public"]
    rows: list[tuple[int, str, int]] = []
    columns = (cells[name].tolist() for name in ("occupation", "sector", "kind", "heads"))
    for number, (occupation, sector, kind, heads) in enumerate(zip(*columns, strict=True)):
        public = 0.0 if kind == "self_employed" else shares.get((occupation, sector), 0.0)
        civil = round(public * float(servants[occupation]) * _ONE)
        other = round(public * _ONE) - civil
        split = (0, 0, 0, _ONE) if kind == "self_employed" else (_ONE - civil - other, other, civil, 0)
        rows += [(number, status, heads * part) for status, part in zip(STATUSES, split, strict=True)]
    split_rows = pd.DataFrame(rows, columns=["cell", "status", "numerator"])
    split_rows = split_rows[split_rows["numerator"] > 0].reset_index(drop=True)
    split_rows["public"] = split_rows["status"].isin(["public", "civil_servant"])
    split_rows["occupation"] = split_rows["cell"].map(cells["occupation"])
    whole = controlled_rounding(
        split_rows["numerator"].to_numpy(np.int64),
        _ONE,
        [_labels(split_rows, ["cell"])],
        [
            _labels(split_rows, ["public", "status", "occupation"]),
            _labels(split_rows, ["public", "status"]),
            _labels(split_rows, ["public"]),
        ],
    )
    out = cells.drop(columns="heads").loc[split_rows["cell"]].reset_index(drop=True)
    return out.assign(status=split_rows["status"], heads=whole).query("heads > 0")


def main() -> None:
    """Write ``population_cells.csv`` again."""
    value = margins()
    cells = raked(seed_cells(), value).reset_index(drop=True)
    table = by_status(whole_cells(cells, value), value)
    order = table.assign(
        s=table["sector"].map({name: i for i, name in enumerate(SECTORS)}),
        t=table["status"].map({name: i for i, name in enumerate(STATUSES)}),
    ).sort_values(["occupation", "s", "t", "sex"], kind="stable")
    order[["occupation", "sector", "sex", "status", "heads"]].to_csv(
        TABLES / "population_cells.csv", index=False, lineterminator="\n"
    )


if __name__ == "__main__":
    main()
