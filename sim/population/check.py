"""Does the population meet its margins?  Each margin with target, synthesised value and tolerance."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.population.columns import NONE, SECTORS, SIZE_CLASSES, Population, Sex, State, Status
from sim.population.stock import pcs_heads
from sim.population.tables import occupations, rows

Integers = NDArray[np.int64]
Mask = NDArray[np.bool_]

HARD_SHARE = 1e-4
"""A hard margin is met within one head in ten thousand, and within the heads that rounding may move."""


@dataclass(frozen=True)
class Margin:
    """One margin.  ``unit`` is ``heads`` (of the sample) or ``share``; ``source`` an id of sources.toml."""

    name: str
    group: str
    unit: str
    target: float
    synthesised: float
    tolerance: float
    hard: bool
    source: str

    @property
    def difference(self) -> float:
        """Synthesised less target."""
        return self.synthesised - self.target

    @property
    def met(self) -> bool:
        """Within the tolerance."""
        return abs(self.difference) <= self.tolerance + 1e-9


@dataclass(frozen=True)
class _Reading:
    """The columns that margins count, and the margins' table."""

    population: Population
    pcs: Integers
    age_years: Integers
    employed: Mask
    unemployed: Mask
    table: dict[str, dict[str, str]]

    def column(self, name: str) -> Integers:
        return self.population.persons[name].astype(np.int64)

    def value(self, name: str) -> float:
        return float(self.table[name]["value"])

    def heads(self, name: str, group: str, target: float, found: int, pieces: int = 1) -> Margin:
        """A hard margin in heads; ``pieces`` groups are rounded on their own below scale 1.

        For the whole region a whole target is met exactly, another one within a head.
        """
        scale = self.population.scale
        whole = 0.0 if target == int(target) else 1.0
        moved = whole if scale == 1.0 else float(pieces)
        tolerance = max(moved, target * scale * HARD_SHARE)
        return Margin(name, group, "heads", target * scale, found, tolerance, True, self.source(name))

    def share(self, name: str, group: str, found: float, target: float | None = None) -> Margin:
        """A soft margin: a share within the tolerance of its table."""
        row = self.table[name]
        wanted = float(row["value"]) if target is None else target
        return Margin(name, group, "share", wanted, found, float(row["tolerance"]), False, row["source"])

    def source(self, name: str) -> str:
        return self.table[name]["source"] if name in self.table else self.table["employed"]["source"]


def margins(population: Population) -> list[Margin]:
    """Every margin of the synthesis, hard ones first within each group, in a fixed order."""
    occupation = population.persons["occupation"].astype(np.int64)
    pcs_of = np.append(occupations().pcs, np.zeros(NONE + 1 - occupations().count, np.int64))
    state = population.persons["state"]
    reading = _Reading(
        population,
        pcs_of[occupation],
        -population.persons["birth_month"].astype(np.int64) // 12,
        state == State.EMPLOYED,
        state == State.UNEMPLOYED,
        {row["name"]: row for row in rows("population_margins")},
    )
    parts = (_employment, _women, _ages, _unemployment, _inactivity, _unit_sizes)
    return [margin for part in parts for margin in part(reading)]


def _employment(reading: _Reading) -> Iterator[Margin]:
    work = reading.employed
    yield reading.heads("employed", "employment", reading.value("employed"), int(work.sum()), 2)
    found = np.bincount(reading.pcs[work], minlength=7)
    for pcs, heads in enumerate(pcs_heads(), start=1):
        yield reading.heads(f"pcs_share_{pcs}", "pcs", float(heads), int(found[pcs]))
    own = reading.column("status") == Status.SELF_EMPLOYED
    sector = reading.column("sector")
    for code, name in enumerate(SECTORS):
        for kind, mask in (("salaried", ~own), ("self_employed", own)):
            key = f"{kind}_{name}"
            here = int((work & mask & (sector == code)).sum())
            yield reading.heads(key, "sector_by_status", reading.value(key), here)
    public = np.isin(reading.column("status"), (Status.PUBLIC, Status.CIVIL_SERVANT))
    salaried = sum(reading.value(f"salaried_{name}") for name in SECTORS)
    target = reading.value("public_share_salaried") * salaried
    yield reading.heads("public_share_salaried", "public", target, int((work & public).sum()), 4)


def _women(reading: _Reading) -> Iterator[Margin]:
    work, women = reading.employed, reading.column("sex") == Sex.WOMAN
    own = reading.column("status") == Status.SELF_EMPLOYED
    sector = reading.column("sector")
    for code, name in enumerate(SECTORS):
        key = f"women_salaried_{name}"
        target = reading.value(key) * reading.value(f"salaried_{name}")
        yield reading.heads(key, "women", target, int((work & women & ~own & (sector == code)).sum()), 2)
    occupation = reading.column("occupation")
    digital = work & np.isin(occupation, np.flatnonzero(occupations().digital))
    scale = reading.population.scale
    target = reading.value("women_digital") * float(digital.sum()) / scale
    yield reading.heads("women_digital", "women", target, int((digital & women).sum()), 2)
    for code, name in enumerate(SECTORS):
        mask = work & own & (sector == code)
        yield reading.share(f"women_self_employed_{name}", "women", _share(women, mask))
    for pcs in range(1, 7):
        yield reading.share(f"women_pcs_{pcs}", "women", _share(women, work & (reading.pcs == pcs)))


def _ages(reading: _Reading) -> Iterator[Margin]:
    for pcs, heads in enumerate(pcs_heads(), start=1):
        mask = reading.employed & (reading.pcs == pcs)
        young, old = mask & (reading.age_years < 25), mask & (reading.age_years >= 50)
        for name, found in (("age_15_24", young), ("age_50_plus", old)):
            key = f"{name}_pcs_{pcs}"
            target = reading.value(key) * float(heads)
            yield reading.heads(key, "age", target, int(found.sum()), 3)


def _unemployment(reading: _Reading) -> Iterator[Margin]:
    out = reading.unemployed
    yield reading.heads("unemployed", "unemployment", reading.value("unemployed"), int(out.sum()))
    scale = reading.value("unemployment_rate_region") / reading.value("unemployment_rate_france")
    for pcs, heads in enumerate(pcs_heads(), start=1):
        rate = reading.value(f"unemployment_rate_pcs_{pcs}") * scale
        target = float(heads) * rate / (1 - rate)
        found = int((out & (reading.pcs == pcs)).sum())
        yield reading.heads(f"unemployment_rate_pcs_{pcs}", "unemployment", target, found)
    active = out | reading.employed
    for name, low, high in (("15_24", 15, 25), ("25_49", 25, 50), ("50_plus", 50, 120)):
        inside = active & (reading.age_years >= low) & (reading.age_years < high)
        yield reading.share(f"unemployment_rate_age_{name}", "unemployment", _share(out, inside))
    long = reading.column("since") <= -12
    yield reading.share("unemployed_long_share", "unemployment", _share(long, out))


def _inactivity(reading: _Reading) -> Iterator[Margin]:
    idle = reading.population.persons["state"] == State.INACTIVE
    yield reading.heads("inactive", "inactivity", reading.value("inactive"), int(idle.sum()))
    for name, low, high in (("15_24", 15, 25), ("25_49", 25, 50), ("50_59", 50, 60), ("60_64", 60, 65)):
        inside = (reading.age_years >= low) & (reading.age_years < high)
        yield reading.share(f"inactive_share_{name}", "inactivity", _share(inside, idle))


def _unit_sizes(reading: _Reading) -> Iterator[Margin]:
    units = reading.population.units
    hired = units["own_account"] == 0
    for code, name in enumerate(SECTORS):
        inside = hired & (units["sector"] == code)
        whole = max(int(units["size"][inside].sum()), 1)
        for place, size in enumerate(SIZE_CLASSES):
            found = int(units["size"][inside & (units["size_class"] == place)].sum()) / whole
            yield reading.share(f"unit_size_{name}_{size}", "unit_size", found)


def _share(part: Mask, whole: Mask) -> float:
    """Share of ``whole`` that is also in ``part``; zero of nobody."""
    return float((part & whole).sum()) / max(float(whole.sum()), 1.0)
