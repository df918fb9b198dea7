"""What a scenario file may say: words, months, overrides.  Every fault is kept, none hides another."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sim.calendar import OPENING, date_of, month_of
from sim.errors import (
    BadDate,
    BadName,
    BadVersion,
    DuplicateKey,
    MissingKey,
    NotAScenarioFile,
    NumberExpected,
    OutOfRange,
    PasserellesError,
    TooLarge,
    UnknownKey,
    WholeCents,
    nearest,
)
from sim.parameters import LAWS, Parameter, Registry, Scalar, law_until
from sim.scenario_file import Source
from sim.scenario_text import Path

SCHEMA_VERSION = 1
MAXIMUM_HORIZON_MONTHS = 600
MAXIMUM_ENTRIES = 500
LANGUAGES = ("fr", "en")
LEVER_TABLES = {"assumptions": "assumption", "policy": "policy"}
KEYS = ("schema_version", "law", "horizon_months", "title", "narrative", *LEVER_TABLES)
_TITLE_CHARACTERS, _NARRATIVE_CHARACTERS = 80, 4000
_PUNCTUATION = " .,;:'’()/_+%-\u00a0\u202f"
_ADDRESS = re.compile(r"://|www\.", re.IGNORECASE)
_LARGEST_WHOLE = 2**53

Entries = tuple[tuple[int, Scalar], ...]


def name_fault(value: object, place: str) -> PasserellesError | None:
    """A name shows letters, figures and plain punctuation, so that it can be shown anywhere as it stands."""
    expected = f"1 … {_TITLE_CHARACTERS}: A-z 0-9 .,;:'()/_+%-"
    if not isinstance(value, str) or not 1 <= len(value.strip()) <= len(value) <= _TITLE_CHARACTERS:
        return BadName(place, value, expected)
    allowed = all(
        c in _PUNCTUATION or unicodedata.category(c)[0] in "LM" or unicodedata.category(c) == "Nd"
        for c in value
    )
    if not allowed or _ADDRESS.search(value):
        return BadName(place, value, expected)
    return None


def _narrative_fault(value: object, place: str) -> PasserellesError | None:
    expected = f"1 … {_NARRATIVE_CHARACTERS}"
    if not isinstance(value, str) or not 1 <= len(value.strip()) <= len(value) <= _NARRATIVE_CHARACTERS:
        return BadName(place, value, expected)
    hidden = any(unicodedata.category(c) in ("Cc", "Cf", "Co", "Cn") and c not in "\n\t" for c in value)
    if hidden or _ADDRESS.search(value):
        return BadName(place, value, expected)
    return None


class Checker:
    """Reads one source against the registry, gathering faults in ``faults``."""

    def __init__(self, source: Source, registry: Registry) -> None:
        self.source = source
        self.registry = registry
        self.faults: list[PasserellesError] = []
        self.horizon_months = MAXIMUM_HORIZON_MONTHS

    def frame(self) -> None:
        """Top-level keys: known, present, of a version that we read."""
        values = self.source.values
        if not any(key in values for key in KEYS):
            raise NotAScenarioFile(self.source.name, ", ".join(list(values)[:3]), "schema_version = 1")
        self._known(values, KEYS, ())
        version = values.get("schema_version")
        if type(version) is not int or version != SCHEMA_VERSION:
            place = self.source.place(("schema_version",))
            self.faults.append(BadVersion(place, version, f"schema_version = {SCHEMA_VERSION}"))
        for key in ("title", "narrative", "horizon_months"):
            if key not in values:
                self.faults.append(MissingKey(self.source.place((key,)), None, key))

    def _known(self, table: Mapping[str, Any], keys: tuple[str, ...], path: Path) -> None:
        for key in table:
            if key not in keys:
                self.faults.append(
                    UnknownKey(self.source.place((*path, key)), key, ", ".join(keys), nearest(key, keys))
                )

    def horizon(self) -> int:
        """Months of the scenario; the maximum stands in for a faulty one, so that dates are still checked."""
        value = self.source.values.get("horizon_months", MAXIMUM_HORIZON_MONTHS)
        place, expected = self.source.place(("horizon_months",)), f"1 … {MAXIMUM_HORIZON_MONTHS}"
        if type(value) is not int:
            self.faults.append(NumberExpected(place, value, expected))
        elif not 1 <= value <= MAXIMUM_HORIZON_MONTHS:
            self.faults.append(OutOfRange(place, _shown(value), expected))
        else:
            self.horizon_months = value
        return self.horizon_months

    def law(self) -> str:
        value = self.source.values.get("law", LAWS[0])
        law = value.isoformat() if isinstance(value, date) else value
        place = self.source.place(("law",))
        try:
            law_until(str(law))
        except BadDate as fault:
            self.faults.append(OutOfRange(place, value, fault.expected, fault.nearest))
            return LAWS[0]
        return str(law)

    def words(self, key: str) -> dict[str, str]:
        """The ``fr`` and ``en`` of a table of words, in one Unicode form."""
        table = self.source.values.get(key, {})
        if not isinstance(table, dict):
            self.faults.append(MissingKey(self.source.place((key,)), table, f"[{key}] fr = … en = …"))
            return {}
        self._known(table, LANGUAGES, (key,))
        found: dict[str, str] = {}
        for language in LANGUAGES if key in self.source.values else ():
            place = self.source.place((key, language))
            if language not in table:
                self.faults.append(MissingKey(place, None, f"{key}.{language}"))
                continue
            value = table[language]
            value = unicodedata.normalize("NFC", value).strip() if isinstance(value, str) else value
            fault = name_fault(value, place) if key == "title" else _narrative_fault(value, place)
            if fault:
                self.faults.append(fault)
            else:
                found[language] = value
        return found

    def overrides(self) -> dict[str, Entries]:
        """The levers moved, in the order of their keys."""
        found: dict[str, Entries] = {}
        for table, lever in LEVER_TABLES.items():
            content = self.source.values.get(table, {})
            if not isinstance(content, dict):
                self.faults.append(UnknownKey(self.source.place((table,)), content, f"[{table}]"))
                continue
            for path, value in _leaves(content):
                key = ".".join(path)
                where = (table, *path)
                if key in found:
                    self.faults.append(DuplicateKey(self.source.place(where), None, f"1 × {key}"))
                elif parameter := self.lever(key, lever, where):
                    found[key] = self.entries(parameter, value, where)
        return dict(sorted(found.items()))

    def lever(self, key: str, lever: str, where: Path) -> Parameter | None:
        """The parameter that a scenario may move from this table, or None after noting why not."""
        place = self.source.place(where)
        levers = self.registry.levers()
        if key not in self.registry or key not in levers:
            value = key if key not in self.registry else f"{key} (lever = no)"
            self.faults.append(UnknownKey(place, value, "levier / lever", nearest(key, levers)))
            return None
        parameter = self.registry[key]
        if lever and parameter.lever != lever:
            right = next(table for table, kind in LEVER_TABLES.items() if kind == parameter.lever)
            self.faults.append(UnknownKey(place, f"[{where[0]}]", f"[{right}]", right))
            return None
        return parameter

    def entries(self, parameter: Parameter, value: Any, where: Path) -> Entries:
        """A value from the opening, or dated values, first of a month, in order, within the horizon."""
        if not isinstance(value, list):
            return ((OPENING, self._value(parameter, value, self.source.place(where))),)
        if not 1 <= len(value) <= MAXIMUM_ENTRIES:
            fault = TooLarge if value else MissingKey
            self.faults.append(fault(self.source.place(where), len(value), f"1 … {MAXIMUM_ENTRIES}"))
            return ()
        found: list[tuple[int, Scalar]] = []
        for item, entry in enumerate(value):
            place = self.source.place(where, item)
            if not isinstance(entry, dict) or set(entry) != {"from", "value"}:
                shown = ", ".join(entry) if isinstance(entry, dict) else entry
                self.faults.append(MissingKey(place, shown, "{ from = 2025-01-01, value = … }"))
                continue
            month = self._month(entry["from"], place, found[-1][0] if found else None)
            found.append((month, self._value(parameter, entry["value"], place)))
        return tuple(found)

    def _month(self, value: Any, place: str, previous: int | None) -> int:
        last = OPENING + self.horizon_months - 1
        expected = f"{date_of(OPENING)} … {date_of(last)}, YYYY-MM-01"
        if not isinstance(value, date) or isinstance(value, datetime):
            self.faults.append(BadDate(place, value, expected))
            return OPENING
        month = month_of(value)
        if value.day != 1 or not OPENING <= month <= last:
            near = value.replace(day=1).isoformat() if OPENING <= month <= last else None
            self.faults.append(BadDate(place, value.isoformat(), expected, near))
        elif previous is not None and month <= previous:
            self.faults.append(BadDate(place, value.isoformat(), f"> {date_of(previous)}"))
        return month

    def _value(self, parameter: Parameter, value: Any, place: str) -> Scalar:
        """The value in its one form (whole amounts and counts as int, shares as float), faults noted."""
        fault: PasserellesError | None
        if type(value) is int and abs(value) > _LARGEST_WHOLE:
            fault = OutOfRange(place, _shown(value), f"{parameter.low} … {parameter.high} {parameter.unit}")
        else:
            fault = parameter.fault_of(value, place)
        if (
            fault is None
            and parameter.kind == "amount_eur"
            and value != "unlimited"
            and not _whole_cents(value)
        ):
            fault = WholeCents(place, value, "0.01 EUR")
        if fault:
            self.faults.append(fault)
            return 0
        if isinstance(value, str):
            return value
        if parameter.kind == "int" or (parameter.kind == "amount_eur" and value == int(value)):
            return int(value)
        return float(value) + 0.0


def _shown(value: int) -> str:
    return str(value) if abs(value) <= _LARGEST_WHOLE else f"{value.bit_length()} bits"


def _whole_cents(value: float) -> bool:
    if value == 0 and math.copysign(1.0, value) < 0:
        return False
    return (Decimal(repr(value)) * 100) % 1 == 0


def _leaves(table: Mapping[str, Any], path: Path = ()) -> list[tuple[Path, Any]]:
    """Keys of nested tables as paths: ``a.b = 1``, ``"a.b" = 1`` and ``[policy.a] b = 1`` say the same."""
    found: list[tuple[Path, Any]] = []
    for key, value in table.items():
        found += _leaves(value, (*path, key)) if isinstance(value, dict) else [((*path, key), value)]
    return found
