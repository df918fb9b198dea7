"""The 40 occupation groups as the engine reads them: arrays over occupations, in the order of the table."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property

import numpy as np

from sim.kernels import Array
from sim.population.columns import SECTORS
from sim.population.tables import Occupations, occupations, rows

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

    def exposure(self, source: str) -> tuple[Array, Array]:
        """(automatable, augmentable) task shares under a source; together at most one."""
        automatable = self.automatable[source]
        return automatable, np.minimum(self.augmentable[source], 1.0 - automatable)


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
        automatable={"ilo_2025": table.automation_share_2025, "ilo_2023": table.automation_share_2023},
        augmentable={"ilo_2025": table.augmentation_share_2025, "ilo_2023": table.augmentation_share_2023},
        regulated=table.regulated,
        titled=np.maximum(table.regulated, table.titled),
        shortage=table.shortage,
        porteur=np.array([int(family != "") for family in table.porteur_family], np.uint8),
        business_of=table.business_of,
        title_education=education.argmax(axis=1),
        initial_training_share=np.where(table.regulated == 1, table.employment / table.employment.sum(), 0.0),
    )


def _sector_shares(table: Occupations) -> Array:
    """Share of each occupation's posts by sector, [occupation, sector]."""
    heads = np.zeros((table.count, len(SECTORS)))
    for row in rows("population_cells"):
        heads[table.index(row["occupation"]), SECTORS.index(row["sector"])] += float(row["heads"])
    return np.asarray(heads / heads.sum(axis=1, keepdims=True))
