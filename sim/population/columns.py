"""Columns of the world: name, dtype, unit, meaning and owner (the one process that writes it).

Months count from January 2021 (month 0); earlier dates are negative.  ``NONE`` marks "no value" in
unsigned codes, -1 in signed ones.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np

NONE = 255
"""No occupation (first-job seekers), no scheme, no route."""


class Sex(IntEnum):
    MAN = 0
    WOMAN = 1


class State(IntEnum):
    EMPLOYED = 0
    UNEMPLOYED = 1
    TRAINING = 2
    INACTIVE = 3
    LEFT = 4


class Status(IntEnum):
    PRIVATE = 0
    PUBLIC = 1
    CIVIL_SERVANT = 2
    SELF_EMPLOYED = 3
    NO_STATUS = 4


class Contract(IntEnum):
    CDI = 0
    CDD = 1
    INTERIM = 2
    NO_CONTRACT = 3


class Education(IntEnum):
    NO_DIPLOMA = 0
    CAP = 1
    BAC = 2
    BAC2 = 3
    BAC3 = 4


SECTORS = ("agriculture", "industrie", "construction", "tertiaire_marchand", "tertiaire_non_marchand")
SIZE_CLASSES = ("1_9", "10_49", "50_249", "250_plus")
AGE_BANDS = ("15_24", "25_34", "35_44", "45_49", "50_54", "55_59", "60_plus")
AGE_BAND_STARTS_YEARS = (15, 25, 35, 45, 50, 55, 60)
AGE_BAND_OF_MONTHS = np.maximum(
    np.searchsorted(AGE_BAND_STARTS_YEARS, np.arange(12 * 110) // 12, side="right") - 1, 0
).astype(np.uint8)
"""Age band (index in AGE_BANDS) by age in months, uint8[1320]."""
STATES = ("employed", "unemployed", "training", "inactive")


@dataclass(frozen=True)
class Column:
    """One column: its NumPy dtype, unit, meaning, and the process that writes it."""

    name: str
    dtype: str
    unit: str
    meaning: str
    owner: str


PERSON_COLUMNS = (
    Column("person", "uint32", "identifier", "never reused within a world", "synthesis"),
    Column("sex", "uint8", "code", "Sex", "synthesis"),
    Column("birth_month", "int16", "months since January 2021", "month of birth", "synthesis"),
    Column(
        "occupation",
        "uint8",
        "code",
        "one of 40 groups, the last one held when without a job; 255 none",
        "matching",
    ),
    Column("sector", "uint8", "code", "sector of the unit, the last one when without a job", "matching"),
    Column("status", "uint8", "code", "Status", "matching"),
    Column("contract", "uint8", "code", "Contract", "matching"),
    Column("unit", "int32", "identifier", "establishment, -1 when without a post", "matching"),
    Column(
        "team",
        "int32",
        "identifier",
        "the posts of one occupation in one unit, -1 without a post",
        "matching",
    ),
    Column("education", "uint8", "code", "Education, highest level held", "synthesis"),
    Column("titles", "uint64", "bit set", "bit j: holds the title or licence of occupation j", "training"),
    Column("state", "uint8", "code", "State", "record"),
    Column("since", "int16", "months since January 2021", "month in which the state began", "record"),
    Column("hired", "int16", "months since January 2021", "month of hire in the present unit", "matching"),
    Column(
        "occupation_since",
        "int16",
        "months since January 2021",
        "month since which the occupation has been exercised without a break",
        "matching",
    ),
    Column(
        "wage",
        "int32",
        "euro cents a month",
        "gross monthly wage, full-time equivalent; last one paid",
        "wages",
    ),
    Column("talent", "int16", "thousandths of a log point", "personal wage component", "synthesis"),
    Column("literacy", "uint8", "0 or 1", "has followed AI training", "training"),
    Column("distant", "uint8", "0 or 1", "hidden trait: far from employment", "synthesis"),
    Column(
        "taste",
        "int8",
        "thirty-seconds of a standard deviation",
        "hidden trait: inclined to move",
        "synthesis",
    ),
)
"""One row a person: everyone employed, unemployed or inactive of working age."""

UNIT_COLUMNS = (
    Column("sector", "uint8", "code", "index in SECTORS", "synthesis"),
    Column("size_class", "uint8", "code", "index in SIZE_CLASSES", "synthesis"),
    Column("size", "int32", "heads", "heads at opening", "synthesis"),
    Column("public", "uint8", "0 or 1", "a public employer", "synthesis"),
    Column(
        "own_account",
        "uint8",
        "0 or 1",
        "stands for the self-employed of one trade and sector, each her own unit",
        "synthesis",
    ),
)
"""One row a unit (establishment)."""

TEAM_COLUMNS = (
    Column("unit", "int32", "identifier", "row in the units", "synthesis"),
    Column("occupation", "uint8", "code", "one of 40 groups", "synthesis"),
    Column("base", "int32", "posts", "filled posts at opening: the heads employed in the team", "synthesis"),
)
"""One row for the posts of one occupation in one unit."""

Columns = dict[str, np.ndarray]


@dataclass
class Population:
    """The synthetic population: three tables of columns, at a scale in (0, 1]."""

    persons: Columns
    units: Columns
    teams: Columns
    scale: float
    seed: int


def empty(columns: tuple[Column, ...], rows: int) -> Columns:
    """A table of zeros with the given columns."""
    return {column.name: np.zeros(rows, dtype=column.dtype) for column in columns}
