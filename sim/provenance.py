"""The statistics behind the model: every row of the founding documents and the external ones in use.

`calibration/statistics.csv` holds each figure, ordering and rule of the five documents, used or not;
`calibration/external.csv` holds those found elsewhere. A parameter or a table cites a source or one of these
rows.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any, Final, Literal

from sim.errors import BadTable, DuplicateKey, PasserellesError, UnknownSource, nearest, raise_all
from sim.parameter_files import Parameter
from sim.sources import Source, load_sources

Role = Literal["calibration", "hold_out", "input", "context", "unused"]
ROLES: Final[tuple[Role, ...]] = ("calibration", "hold_out", "input", "context", "unused")
STATUSES: Final = ("documented", "external", "assumed", "fitted")
COLUMNS: Final = (
    "id", "value", "unit", "low", "high", "year", "population", "geography",
    "source", "locator", "used", "role", "reason",
)  # fmt: skip


@dataclass(frozen=True)
class Statistic:
    """One figure, ordering or rule. `value`, `low`, `high` are text: some are words or lists."""

    id: str
    value: str
    unit: str
    low: str
    high: str
    year: str
    population: str
    geography: str
    source: str
    locator: str
    used: str
    """Where the model uses it; empty when it does not."""
    role: Role
    reason: str
    """Why it is not used."""
    found: str = "found"

    def number(self) -> float:
        """The value as a number.

        Raises:
            BadTable: when it is an ordering, a rule or a list.
        """
        try:
            return float(self.value)
        except ValueError:
            raise BadTable(f"statistic {self.id}", self.value, "a number") from None


@cache
def documented_statistics() -> Mapping[str, Statistic]:
    """Rows of the five founding documents, by id."""
    return _read("statistics.csv")


@cache
def external_statistics() -> Mapping[str, Statistic]:
    """Rows found elsewhere, by id."""
    return _read("external.csv")


def statistic(key: str) -> Statistic:
    """One row of either table.

    Raises:
        UnknownSource: with the nearest id.
    """
    for table in (documented_statistics(), external_statistics()):
        if key in table:
            return table[key]
    raise UnknownSource(
        "statistic", key, "an id of statistics.csv or external.csv", nearest(key, known_ids())
    )


@cache
def known_ids() -> frozenset[str]:
    """What a number may cite: sources and rows of statistics."""
    return frozenset(load_sources()) | frozenset(documented_statistics()) | frozenset(external_statistics())


def source_of(cited: str) -> Source:
    """The source behind a citation, itself a source or a row of statistics.

    Raises:
        UnknownSource: with the nearest id.
    """
    sources = load_sources()
    return sources[cited] if cited in sources else sources[statistic(cited).source]


def counts_by_status(parameters: Iterable[Parameter]) -> dict[str, int]:
    """How many parameters are documented, external, assumed, fitted."""
    counted = Counter(parameter.status for parameter in parameters)
    return {status: counted.get(status, 0) for status in STATUSES}


def counts_by_role(statistics: Iterable[Statistic]) -> dict[str, int]:
    """How many statistics calibrate, are held out, enter as inputs, give context, are not used."""
    counted = Counter(row.role for row in statistics)
    return {role: counted.get(role, 0) for role in ROLES}


def read_statistics(text: str, name: str, known_sources: Iterable[str]) -> Mapping[str, Statistic]:
    """Rows by id from CSV text.

    Raises:
        PasserellesError: `BadTable` (columns, unknown role, a reason or a use missing), `DuplicateKey`,
            `UnknownSource`; `Errors` when there are several.
    """
    reader = csv.DictReader(text.splitlines())
    missing = [column for column in COLUMNS if column not in (reader.fieldnames or ())]
    if missing:
        raise BadTable(name, ", ".join(missing), "the columns " + ", ".join(COLUMNS))
    known = set(known_sources)
    rows: dict[str, Statistic] = {}
    errors: list[PasserellesError] = []
    for line, record in enumerate(reader, start=2):
        place = f"{name}:{line} {record['id']}"
        errors.extend(_faults(record, place, known))
        if record["id"] in rows:
            errors.append(DuplicateKey(place, record["id"], "each id once"))
        values: dict[str, Any] = {k: v or "" for k, v in record.items()}
        rows[record["id"]] = Statistic(**values)
    raise_all(errors)
    return MappingProxyType(rows)


def _faults(record: Mapping[str, Any], place: str, known: set[str]) -> list[PasserellesError]:
    errors: list[PasserellesError] = []
    if record["role"] not in ROLES:
        errors.append(BadTable(place, record["role"], " | ".join(ROLES), nearest(record["role"], ROLES)))
    if record["source"] not in known:
        errors.append(
            UnknownSource(place, record["source"], "an id of sources.toml", nearest(record["source"], known))
        )
    if record["role"] == "unused" and not record["reason"]:
        errors.append(BadTable(place, "unused", "a reason"))
    if record["role"] != "unused" and not record["used"]:
        errors.append(BadTable(place, record["role"], "where the model uses it"))
    return errors


def _read(name: str) -> Mapping[str, Statistic]:
    text = files("calibration").joinpath(name).read_text(encoding="utf-8")
    return read_statistics(text, name, load_sources())
