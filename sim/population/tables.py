"""The tables that describe the region, read from the calibration data."""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Flags = NDArray[np.uint8]
Integers = NDArray[np.int64]

_BUSINESS_OF = {"A01": "A01", "F07": "A01", "B01": "B01", "F01": "B01"}
_BUSINESS_OF_OTHERS = "B02"


@cache
def rows(name: str) -> tuple[dict[str, str], ...]:
    """Rows of ``calibration/tables/<name>.csv`` as texts by column."""
    text = files("calibration").joinpath(f"tables/{name}.csv").read_text(encoding="utf-8")
    return tuple(csv.DictReader(text.splitlines()))


@dataclass(frozen=True)
class Occupations:
    """The 40 groups of occupations: arrays of 40 in the order of ``code``.

    Shares lie in [0, 1]; exposure shares are of tasks (``calibration/exposure.py``), with their 5 and
    95 % bounds.  Net wages are euros a month, full-time equivalent.  ``pcs`` runs from 1 to 6.
    """

    code: tuple[str, ...]
    label_fr: tuple[str, ...]
    label_en: tuple[str, ...]
    dominant_sector: tuple[str, ...]
    white_paper_group: tuple[str, ...]
    porteur_family: tuple[str, ...]
    licence: tuple[str, ...]
    pcs: Integers
    employment: Integers
    women_share: Floats
    nonsalaried_share: Floats
    public_share: Floats
    automation_share_2025: Floats
    automation_share_2025_p5: Floats
    automation_share_2025_p95: Floats
    augmentation_share_2025: Floats
    augmentation_share_2025_p5: Floats
    augmentation_share_2025_p95: Floats
    automation_share_2023: Floats
    automation_share_2023_p5: Floats
    automation_share_2023_p95: Floats
    augmentation_share_2023: Floats
    augmentation_share_2023_p5: Floats
    augmentation_share_2023_p95: Floats
    automation_share_white_paper: Floats
    automation_share_white_paper_p5: Floats
    automation_share_white_paper_p95: Floats
    augmentation_share_white_paper: Floats
    augmentation_share_white_paper_p5: Floats
    augmentation_share_white_paper_p95: Floats
    automation_occupation_share_2023: Floats
    gradient_4_share_2025: Floats
    shortage: Flags
    net_wage_women_eur: Floats
    net_wage_men_eur: Floats
    net_wage_eur: Floats
    tension_index: Floats
    title_holders_share: Floats
    education_none: Floats
    education_cap: Floats
    education_bac: Floats
    education_bac2: Floats
    education_bac3plus: Floats

    @property
    def count(self) -> int:
        return len(self.code)

    @property
    def regulated(self) -> Flags:
        """1 where nobody may work without the licence."""
        return np.array([licence == "regulated" for licence in self.licence], np.uint8)

    @property
    def titled(self) -> Flags:
        """1 where a professional title exists and helps, without being compulsory."""
        return np.array([licence == "title" for licence in self.licence], np.uint8)

    @property
    def digital(self) -> Flags:
        """1 for the digital trades (C03, D10)."""
        return np.array([code in ("C03", "D10") for code in self.code], np.uint8)

    @property
    def education(self) -> Floats:
        """Shares of the five levels of education, shape (40, 5)."""
        return np.stack(
            [
                self.education_none,
                self.education_cap,
                self.education_bac,
                self.education_bac2,
                self.education_bac3plus,
            ],
            axis=1,
        )

    @property
    def business_of(self) -> NDArray[np.uint8]:
        """Occupation of the business that one leaves for, by last occupation code; 256 long, 255 included."""
        out = np.full(256, self.index(_BUSINESS_OF_OTHERS), np.uint8)
        for code, owner in _BUSINESS_OF.items():
            out[self.index(code)] = self.index(owner)
        return out

    def index(self, code: str) -> int:
        """Row of an occupation code such as ``C03``; raises ``ValueError`` for an unknown one."""
        return self.code.index(code)


def _column(name: str, annotation: str) -> Any:
    values = [row[name] for row in rows("occupations")]
    if annotation.startswith("tuple"):
        return tuple(values)
    kinds: dict[str, tuple[Callable[[str], Any], Any]] = {
        "Integers": (int, np.int64),
        "Flags": (int, np.uint8),
        "Floats": (float, np.float64),
    }
    convert, dtype = kinds[annotation]
    array = np.array([convert(value) for value in values], dtype)
    array.flags.writeable = False
    return array


@cache
def occupations() -> Occupations:
    """The 40 groups, read once from ``calibration/tables/occupations.csv``; arrays are read-only."""
    fields = Occupations.__dataclass_fields__
    return Occupations(**{name: _column(name, str(field.type)) for name, field in fields.items()})


@cache
def margins() -> dict[str, float]:
    """Value of every margin of ``population_margins.csv`` by name."""
    return {row["name"]: float(row["value"]) for row in rows("population_margins")}


@cache
def _assumptions() -> dict[str, float]:
    return {row["name"]: float(row["value"]) for row in rows("population_assumptions")}


def assumption(name: str) -> float:
    """A number of ``population_assumptions.csv``; raises ``KeyError`` for an unknown name."""
    return _assumptions()[name]


def whole_assumption(name: str) -> int:
    """A whole number of ``population_assumptions.csv``, in the unit said there."""
    return round(assumption(name))
