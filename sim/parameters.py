"""Every number of the model, with its unit, range, source and reason; and the numbers in force in a month.

`Registry` reads `calibration/parameters.toml` (and the fitted values beside it) and refuses a number that
lacks any of these. `parameters_in_force` is a pure function of registry, overrides, law and month: nothing
mutates.
"""

from __future__ import annotations

import hashlib
import json
import math
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

from sim.calendar import OPENING, first_of_month
from sim.errors import BadDate, NumberExpected, UnknownKey, WholeCents, nearest
from sim.parameter_files import Parameter, Scalar, read_parameters
from sim.provenance import known_ids
from sim.schemes.texts import SCHEME_FOLDER, scheme_texts

__all__ = [
    "LAWS",
    "InForce",
    "Law",
    "Overrides",
    "Parameter",
    "Registry",
    "Scalar",
    "law_until",
    "parameters_in_force",
    "rules_by_month",
]

PARAMETER_FILES = ("parameters.toml", "parameters_model.toml")
"""Law and schemes; then the model's own parameters."""

Law = str
"""Which dated rules hold: a word of :data:`LAWS`, or a month as ``2026-01-01``.

``constant``: those of January 2024 for ever; a month: those known until then at their dates, then for ever;
``effective``: all at their known dates.
"""

LAWS = ("constant", "effective")


def law_until(law: Law) -> float:
    """Last month whose dated rules come into force, counted from January 2021.

    Raises:
        BadDate: when the law is neither a word nor the first day of a month from January 2024 on.
    """
    if law in LAWS:
        return OPENING if law == "constant" else math.inf
    expected = "constant | effective | the first of a month from 2024-01-01 on"
    try:
        month = first_of_month(date.fromisoformat(law))
    except (BadDate, ValueError):
        raise BadDate("law", law, expected, nearest(law, LAWS)) from None
    if month < OPENING:
        raise BadDate("law", law, expected, "constant")
    return month


Overrides = Mapping[str, Sequence[tuple[int, Scalar]]]
"""Key to (month, value) pairs in increasing months; a value holds until the next."""


@dataclass(frozen=True)
class Registry(Mapping[str, Parameter]):
    """The parameters by dotted key, in the order of the file."""

    _parameters: Mapping[str, Parameter]

    @staticmethod
    def load() -> Registry:
        """The registry shipped with the package; read once.

        Raises:
            PasserellesError: a class named by the fault, or `Errors` when there are several.
        """
        return _load()

    @staticmethod
    def from_text(parameters: str, fitted: str = "", known_sources: Sequence[str] | None = None) -> Registry:
        """A registry from a TOML text; `known_sources` defaults to all sources and statistics."""
        known = sorted(known_ids()) if known_sources is None else known_sources
        return Registry(MappingProxyType(read_parameters({"parameters.toml": parameters}, fitted, known)))

    def __getitem__(self, key: str) -> Parameter:
        """Raises `UnknownKey` (a `KeyError` too) with the nearest valid key."""
        try:
            return self._parameters[key]
        except KeyError:
            raise UnknownParameter(
                key, None, "a key of the parameters", nearest(key, self._parameters)
            ) from None

    def __contains__(self, key: object) -> bool:
        return key in self._parameters

    def __iter__(self) -> Iterator[str]:
        return iter(self._parameters)

    def __len__(self) -> int:
        return len(self._parameters)

    def levers(self, lever: str = "") -> tuple[str, ...]:
        """Keys that a scenario may override, of one kind (`assumption`, `policy`) or of both."""
        return tuple(k for k, p in self._parameters.items() if p.lever and lever in ("", p.lever))

    def uncertain(self) -> tuple[str, ...]:
        """Keys that total intervals draw between low and high."""
        return tuple(k for k, p in self._parameters.items() if p.uncertain)

    def digest(self) -> str:
        """Digest of what moves a result: values and dated values, not labels nor reasons."""
        content = {
            k: [_text(p.value), [[d.month, _text(d.value)] for d in p.dated]]
            for k, p in sorted(self._parameters.items())
        }
        return _digest(content)


class UnknownParameter(UnknownKey, KeyError):
    """A key that the registry does not hold; `KeyError` too, so that it behaves as a mapping should."""

    __str__ = Exception.__str__


@dataclass(frozen=True)
class InForce(Mapping[str, Scalar]):
    """The values in force in one month. Amounts without limit read as `math.inf`."""

    month: int
    _values: Mapping[str, Scalar]

    def __getitem__(self, key: str) -> Scalar:
        try:
            return self._values[key]
        except KeyError:
            raise UnknownParameter(key, None, "a key of the parameters", nearest(key, self._values)) from None

    def __contains__(self, key: object) -> bool:
        return key in self._values

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def number(self, key: str) -> float:
        """The value as a float; raises `NumberExpected` for a choice."""
        value = self[key]
        if isinstance(value, str):
            raise NumberExpected(key, value, "a number, not a choice")
        return float(value)

    def integer(self, key: str) -> int:
        """The value as an int; raises `NumberExpected` when it is not whole."""
        value = self.number(key)
        if not math.isfinite(value) or value != int(value):
            raise NumberExpected(key, value, "a whole number")
        return int(value)

    def choice(self, key: str) -> str:
        """The value as one of the choice's words; raises `NumberExpected` for a number."""
        value = self[key]
        if not isinstance(value, str):
            raise NumberExpected(key, value, "a choice, not a number")
        return value

    def cents(self, key: str) -> int | None:
        """An amount in euros as whole cents, None when it has no limit.

        Raises:
            WholeCents: when the amount holds a fraction of a cent.
        """
        value = self.number(key)
        if math.isinf(value):
            return None
        cents = round(value * 100)
        if abs(value * 100 - cents) > 1e-6 * max(1.0, abs(cents) * 1e-9):
            raise WholeCents(key, value, "an amount in whole cents")
        return cents

    def digest(self) -> str:
        """Digest of the values, whatever the month."""
        return _digest({k: _text(v) for k, v in sorted(self._values.items())})


def parameters_in_force(
    registry: Registry, overrides: Overrides, month: int, law: Law = "constant"
) -> InForce:
    """Values in force in `month` (counted from January 2021).

    Before the opening (month 36) dated values of history hold and overrides do not act. From the opening, an
    override of the key holds from its month on; otherwise the dated value of the month (`effective`) or of
    the opening (`constant`); a law of a month moves on until that month.

    Raises:
        UnknownKey: for an override of a key that the registry does not hold.
    """
    for key in overrides:
        registry[key]
    dated_at = int(min(month, law_until(law)))
    values: dict[str, Scalar] = {}
    for key, parameter in registry.items():
        value = parameter.at(dated_at)
        if month >= OPENING:
            for start, changed in overrides.get(key, ()):
                if start <= month:
                    value = math.inf if changed == "unlimited" else changed
        values[key] = value
    return InForce(month, MappingProxyType(values))


def change_months(registry: Registry, overrides: Overrides, law: Law = "constant") -> tuple[int, ...]:
    """Months in which a value may change, increasing; the first is January 2021."""
    dated = {entry.month for parameter in registry.values() for entry in parameter.dated}
    starts = {max(start, OPENING) for changes in overrides.values() for start, _ in changes}
    last = law_until(law)
    return tuple(sorted({0} | {month for month in dated if 0 < month <= last} | starts))


def rules_by_month(
    registry: Registry, overrides: Overrides, law: Law = "constant"
) -> Callable[[int], dict[str, Any]]:
    """Parameters in force as a function of the month; before January 2021 those of January 2021 hold.

    One and the same dict, for reading, from a month in which a value changes to the next: what follows from
    it alone (:mod:`sim.derived`) is computed as rarely.
    """
    starts = change_months(registry, overrides, law)
    known: dict[int, dict[str, Any]] = {}

    def rules_of(month: int) -> dict[str, Any]:
        since = starts[max(bisect_right(starts, month) - 1, 0)]
        if since not in known:
            known[since] = dict(parameters_in_force(registry, overrides, since, law))
        return known[since]

    return rules_of


@cache
def _load() -> Registry:
    folder = files("calibration")
    fitted = folder.joinpath("fitted.toml")
    texts = {name: folder.joinpath(name).read_text(encoding="utf-8") for name in PARAMETER_FILES}
    texts |= {f"{SCHEME_FOLDER}{name}.toml": text for name, text in scheme_texts().items()}
    fits = fitted.read_text(encoding="utf-8") if fitted.is_file() else ""
    return Registry(MappingProxyType(read_parameters(texts, fits, known_ids())))


def _text(value: Scalar) -> str:
    return value if isinstance(value, str) else float(value).hex()


def _digest(content: object) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:16]
