"""Reading and checking `parameters.toml`: no number without unit, range, source, reason and status."""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from sim.calendar import OPENING, first_of_month
from sim.errors import (
    BadDate,
    DuplicateKey,
    MalformedParameter,
    NotFinite,
    NumberExpected,
    NumberWithoutRange,
    NumberWithoutReason,
    NumberWithoutSource,
    NumberWithoutStatus,
    NumberWithoutUnit,
    OutOfRange,
    PasserellesError,
    UnknownKey,
    UnknownSource,
    nearest,
    raise_all,
)
from sim.schemes.texts import PREFIX, SCHEME_FOLDER

Scalar = float | int | str

UNIT_ENDINGS: Final[Mapping[str, tuple[str, ...]]] = {
    "EUR": ("_eur", "_eur_per_year", "_eur_per_month", "_eur_per_hour", "_eur_per_day", "_eur_per_file"),
    "EUR/year": ("_eur_per_year",),
    "EUR/month": ("_eur_per_month",),
    "EUR/hour": ("_eur_per_hour",),
    "EUR/day": ("_eur_per_day",),
    "months": ("_months",),
    "days": ("_days",),
    "hours": ("_hours", "_hours_per_month"),
    "years": ("_years", "_age_years"),
    "share": ("_share",),
    "rate per month": ("_rate",),
    "probability": ("_probability",),
    "count": ("_count",),
}
"""Units that end a name; a unit that is not listed (points, elasticity, choice, …) may end it as it likes."""


class Text(BaseModel):
    """Words of one language for the app: label, help, and whom the lever serves."""

    model_config = ConfigDict(strict=True, frozen=True, extra="forbid")
    label: str = Field(min_length=1)
    help: str = ""
    equity: str = ""


class Level(BaseModel):
    """A named value of a lever."""

    model_config = ConfigDict(strict=True, frozen=True, extra="forbid")
    value: float | int | str
    fr: str
    en: str


class Dated(BaseModel):
    """A value of history or law and the first day on which it holds."""

    model_config = ConfigDict(strict=True, frozen=True, extra="forbid", populate_by_name=True)
    start: date = Field(alias="from")
    value: float | int | str

    @property
    def month(self) -> int:
        """Month counted from January 2021."""
        return first_of_month(self.start)


class Parameter(BaseModel):
    """One number (or choice) of the model. `value` is the one in force at the opening, January 2024."""

    model_config = ConfigDict(strict=True, frozen=True, extra="forbid")
    key: str
    value: float | int | str
    kind: Literal["float", "int", "choice", "amount_eur"] = "float"
    low: float | int | None = None
    high: float | int | None = None
    choices: list[str] = []
    unit: str
    period: str = ""
    population: str = ""
    source: str
    locator: str = ""
    reason: str
    status: Literal["documented", "external", "assumed", "fitted"]
    lever: Literal["", "assumption", "policy"] = ""
    uncertain: bool = False
    group: Literal["", "choc_ia", "dispositifs", "ciblage", "hypotheses"] = ""
    unlimited: bool = False
    """May the amount have no limit?"""
    unused: str = ""
    """Why no process reads the number; such a number is never a lever."""
    fr: Text | None = None
    en: Text | None = None
    levels: list[Level] = []
    dated: list[Dated] = []

    def at(self, month: int) -> Scalar:
        """Value in force in `month`: the last dated one, the first before all; `math.inf` for no limit."""
        value: Scalar = self.value
        if self.dated:
            value = self.dated[0].value
            for entry in self.dated:
                if entry.month <= month:
                    value = entry.value
        return math.inf if value == "unlimited" else value

    def fault_of(self, value: object, place: str) -> PasserellesError | None:
        """What is wrong with a value of this parameter, or None."""
        if self.kind == "choice":
            if not isinstance(value, str) or value not in self.choices:
                near = nearest(value, self.choices) if isinstance(value, str) else None
                return OutOfRange(place, value, " | ".join(self.choices), near)
            return None
        if value == "unlimited" and self.unlimited:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float):
            return NumberExpected(place, value, "a whole number" if self.kind == "int" else "a number")
        if not math.isfinite(value):
            return NotFinite(place, value, 'a finite number, or "unlimited" where allowed')
        if self.kind == "int" and value != int(value):
            return NumberExpected(place, value, "a whole number")
        if self.low is not None and self.high is not None and not self.low <= value <= self.high:
            return OutOfRange(place, value, f"{self.low:g} to {self.high:g} {self.unit}".strip())
        return None


_REQUIRED: Final[tuple[tuple[str, type[PasserellesError], str], ...]] = (
    ("unit", NumberWithoutUnit, "unit"),
    ("source", NumberWithoutSource, "source, an id of calibration/sources.toml"),
    ("reason", NumberWithoutReason, "reason, in one line"),
    ("status", NumberWithoutStatus, "status: documented | external | assumed | fitted"),
)
_HEADER: Final = re.compile(r'^\s*\[\s*["\']([^"\']+)["\']\s*\]')


def read_parameters(
    texts: Mapping[str, str], fitted: str, known_sources: Iterable[str]
) -> dict[str, Parameter]:
    """Parameters by key from TOML texts by file name; fitted values replace those of status `fitted`.

    Raises:
        PasserellesError: the fault's own class, `Errors` when there are several.
    """
    places = _places_of_keys(texts)
    tables = {key: table for name, text in texts.items() for key, table in _entries(text, name).items()}
    known = list(known_sources)
    errors: list[PasserellesError] = []
    parameters: dict[str, Parameter] = {}
    for key, table in tables.items():
        place = f"{places.get(key, 'parameters')} {key}"
        found, parameter = _parameter(key, table, place, known)
        errors.extend(found)
        if parameter is not None:
            parameters[key] = parameter
    if not errors:
        errors.extend(_apply_fitted(parameters, fitted))
    raise_all(errors)
    return parameters


def _parameter(
    key: str, table: Any, place: str, known: list[str]
) -> tuple[list[PasserellesError], Parameter | None]:
    if not isinstance(table, dict):
        return [MalformedParameter(place, table, 'a table such as ["schemes.ptp.fee_cap_eur"]')], None
    errors = _missing(table, place)
    if errors:
        return errors, None
    try:
        parameter = Parameter.model_validate({"key": key, **table})
    except ValidationError as error:
        for fault in error.errors():
            where = ".".join(str(part) for part in fault["loc"])
            errors.append(MalformedParameter(f"{place}.{where}", fault["input"], fault["msg"]))
        return errors, None
    if parameter.source not in known:
        errors.append(
            UnknownSource(place, parameter.source, "an id of sources.toml", nearest(parameter.source, known))
        )
    endings = UNIT_ENDINGS.get(parameter.unit)
    if endings and not key.endswith(endings):
        errors.append(NumberWithoutUnit(place, key, "a key that ends in " + " or ".join(endings)))
    if parameter.unused and (parameter.lever or parameter.uncertain):
        errors.append(MalformedParameter(place, parameter.unused, "no lever and no draw on an unused number"))
    errors.extend(_value_faults(parameter, place))
    return errors, parameter


def _missing(table: Mapping[str, Any], place: str) -> list[PasserellesError]:
    errors: list[PasserellesError] = [
        fault(place, None, expected)
        for field, fault, expected in _REQUIRED
        if not isinstance(table.get(field), str) or not table[field].strip()
    ]
    if table.get("kind") == "choice":
        if not table.get("choices"):
            errors.append(NumberWithoutRange(place, None, "choices, the words allowed"))
    elif "low" not in table or "high" not in table:
        errors.append(NumberWithoutRange(place, None, "low and high"))
    return errors


def _value_faults(parameter: Parameter, place: str) -> list[PasserellesError]:
    errors: list[PasserellesError] = []
    if parameter.low is not None and parameter.high is not None:
        for bound in (parameter.low, parameter.high):
            if not math.isfinite(bound):
                errors.append(NotFinite(place, bound, "finite low and high"))
        if parameter.low > parameter.high:
            errors.append(NumberWithoutRange(place, f"{parameter.low} > {parameter.high}", "low below high"))
    values: list[Scalar] = [parameter.value, *(x.value for x in parameter.levels)]
    values += [entry.value for entry in parameter.dated]
    errors += [fault for value in values if (fault := parameter.fault_of(value, place))]
    try:
        months = [entry.month for entry in parameter.dated]
    except BadDate as error:
        return [*errors, BadDate(place, error.value, error.expected, error.nearest)]
    if months != sorted(set(months)):
        errors.append(BadDate(place, "dated", "dates in increasing order, each once"))
    opening = math.inf if parameter.value == "unlimited" else parameter.value
    if parameter.dated and parameter.at(OPENING) != opening:
        errors.append(
            MalformedParameter(place, parameter.value, f"the dated value of 2024-01, {parameter.at(OPENING)}")
        )
    return errors


def _apply_fitted(parameters: dict[str, Parameter], text: str) -> list[PasserellesError]:
    """Replace values in place by those of `[values]` in fitted.toml; says what does not belong there."""
    errors: list[PasserellesError] = []
    values = _toml(text, "fitted.toml").get("values", {})
    for key, value in values.items():
        place = f"fitted.toml {key}"
        if key not in parameters:
            errors.append(UnknownKey(place, None, "a key of parameters.toml", nearest(key, parameters)))
            continue
        parameter = parameters[key]
        if parameter.status != "fitted" or parameter.dated:
            errors.append(
                NumberWithoutStatus(place, parameter.status, "an undated parameter of status fitted")
            )
        elif fault := parameter.fault_of(value, place):
            errors.append(fault)
        else:
            parameters[key] = parameter.model_copy(update={"value": value})
    return errors


def _places_of_keys(texts: Mapping[str, str]) -> dict[str, str]:
    """File and line of each key."""
    places: dict[str, str] = {}
    errors: list[PasserellesError] = []
    for name, text in texts.items():
        for number, line in enumerate(text.splitlines(), start=1):
            if header := _HEADER.match(line):
                key, place = header[1], f"{name}:{number}"
                if key in places:
                    errors.append(DuplicateKey(place, key, f"one entry; the first is {places[key]}"))
                places.setdefault(key, place)
    raise_all(errors)
    return places


def _entries(text: str, name: str) -> dict[str, Any]:
    """The entries of a file by key; of a scheme's file, its parameters without the scheme's identity."""
    found = _toml(text, name)
    if not name.startswith(SCHEME_FOLDER):
        return found
    own = f"{PREFIX}{name.removeprefix(SCHEME_FOLDER).removesuffix('.toml')}."
    parameters = {key: table for key, table in found.items() if "." in key}
    raise_all(
        [
            MalformedParameter(f"{name} {key}", key, f"a key that begins with {own}")
            for key in parameters
            if not key.startswith(own)
        ]
    )
    return parameters


def _toml(text: str, name: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise MalformedParameter(name, str(error), "valid TOML") from None
