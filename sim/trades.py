"""The 40 occupation groups as the engine reads them: arrays over occupations, in the order of the table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

import numpy as np

from sim.kernels import Array
from sim.population.columns import SECTORS
from sim.population.tables import Occupations, occupations, rows

EXPOSURE_SOURCES = {"ilo_2023": "2023", "ilo_2025": "2025", "white_paper": "white_paper"}
"""Sources of exposure, with how the columns of the table call them."""

EXPOSED_FROM = 0.10
"""An occupation is called exposed when a tenth of its tasks or more is automatable (ILO 2025)."""


@dataclass(frozen=True)
class Trades:
    """Arrays of length 40 unless said; shares in [0, 1], wages in euros a month."""

    codes: tuple[str, ...]
    labels_fr: tuple[str, ...]
    labels_en: tuple[str, ...]
    pcs: Array
    women_share: Array
    net_wage_eur: Array
    net_wage_men_eur: Array
    net_wage_women_eur: Array
    sector_shares: Array
    education_shares: Array
    automatable: dict[str, Array]
    augmentable: dict[str, Array]
    exposure_bounds: dict[str, Array]
    regulated: Array
    titled: Array
    shortage: Array
    porteur: Array
    business_of: Array
    title_education: Array
    initial_training_share: Array

    @property
    def count(self) -> int:
        """Number of occupations."""
        return len(self.codes)

    @cached_property
    def licensed(self) -> np.uint64:
        """Bits of the regulated trades."""
        return np.uint64(sum(1 << int(j) for j in np.flatnonzero(self.regulated)))

    @property
    def exposed(self) -> Array:
        """1 where a tenth of the tasks or more is automatable, uint8[40]."""
        return np.asarray((self.automatable["ilo_2025"] >= EXPOSED_FROM).astype(np.uint8))

    def exposure(self, source: str, level: float = 0.0) -> tuple[Array, Array]:
        """(automatable, augmentable) task shares under a source; together at most one.

        ``level`` moves all shares at once inside the source's own uncertainty: 0 is its value, -1 the 5 %
        bound and 1 the 95 % bound of each occupation.
        """
        low, high = self.exposure_bounds[source]
        automatable = _moved(self.automatable[source], low[0], high[0], level)
        augmentable = _moved(self.augmentable[source], low[1], high[1], level)
        return automatable, np.minimum(augmentable, 1.0 - automatable)

    def exposure_in_force(self, rules: Mapping[str, Any]) -> tuple[Array, Array]:
        """:meth:`exposure` under the source and the level that the parameters name."""
        return self.exposure(str(rules["ai.exposure_source"]), float(rules["ai.exposure_level"]))


@cache
def trades() -> Trades:
    """The occupations with what the engine derives from them; read once."""
    table = occupations()
    education = table.education / table.education.sum(axis=1, keepdims=True)
    return Trades(
        codes=table.code,
        labels_fr=table.label_fr,
        labels_en=table.label_en,
        pcs=table.pcs,
        women_share=table.women_share,
        net_wage_eur=table.net_wage_eur,
        net_wage_men_eur=table.net_wage_men_eur,
        net_wage_women_eur=table.net_wage_women_eur,
        sector_shares=_sector_shares(table),
        education_shares=education,
        automatable=_exposed_shares(table, "automation"),
        augmentable=_exposed_shares(table, "augmentation"),
        exposure_bounds=_exposure_bounds(table),
        regulated=table.regulated,
        titled=np.maximum(table.regulated, table.titled),
        shortage=table.shortage,
        porteur=np.array([int(family != "") for family in table.porteur_family], np.uint8),
        business_of=table.business_of,
        title_education=education.argmax(axis=1),
        initial_training_share=np.where(table.regulated == 1, table.employment / table.employment.sum(), 0.0),
    )


def _moved(value: Array, low: Array, high: Array, level: float) -> Array:
    return np.asarray(value + level * (high - value if level > 0 else value - low))


def _exposed_shares(table: Occupations, kind: str) -> dict[str, Array]:
    return {source: getattr(table, f"{kind}_share_{name}") for source, name in EXPOSURE_SOURCES.items()}


def _exposure_bounds(table: Occupations) -> dict[str, Array]:
    """5 and 95 % bounds of both shares by source, [bound, kind of share, occupation]."""
    return {
        source: np.array(
            [
                [getattr(table, f"{kind}_share_{name}_{end}") for kind in ("automation", "augmentation")]
                for end in ("p5", "p95")
            ]
        )
        for source, name in EXPOSURE_SOURCES.items()
    }


def _sector_shares(table: Occupations) -> Array:
    """Share of each occupation's posts by sector, [occupation, sector]."""
    heads = np.zeros((table.count, len(SECTORS)))
    for row in rows("population_cells"):
        heads[table.index(row["occupation"]), SECTORS.index(row["sector"])] += float(row["heads"])
    return np.asarray(heads / heads.sum(axis=1, keepdims=True))
