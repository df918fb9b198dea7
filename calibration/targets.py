"""What the model is fitted to, and what it is only scored on (`targets.toml`): two types, never mixed.

A :class:`Target` may be read by the loss; a :class:`HoldOut` never.  The loss takes the first alone.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from sim.errors import (
    Contradiction,
    MalformedParameter,
    OutOfRange,
    PasserellesError,
    UnknownCode,
    UnknownSource,
    nearest,
    raise_all,
)
from sim.provenance import source_of, statistic
from sim.sources import load_sources


class Observation(BaseModel):
    """One statistic of the data and the moment of the model beside it.

    ``tolerance`` is the distance that counts as one; ``moment`` is empty where the model does not measure it,
    and ``unmeasured`` then says why.
    """

    model_config = ConfigDict(strict=True, frozen=True, extra="forbid")
    name: str = ""
    fr: str = Field(min_length=1)
    en: str = Field(min_length=1)
    moment: str = ""
    unmeasured: str = ""
    value: float
    low: float
    high: float
    tolerance: float = Field(gt=0)
    unit: str = Field(min_length=1)
    period: str = Field(min_length=1)
    weight: float = Field(gt=0)
    statistics: list[str] = Field(min_length=1)
    order: list[str] = []
    """For ranks: the routes, first to last."""
    ordering: bool = False
    """No figure is printed: ``low`` to ``high`` is all that is known."""
    follows_from_composition: bool = False
    """Nearly implied by who works where, so a weak test."""
    reason: str = ""

    @model_validator(mode="after")
    def _measured_or_why(self) -> Observation:
        if bool(self.moment) == bool(self.unmeasured):
            raise ValueError("a moment, or why there is none")
        return self

    @property
    def sources(self) -> tuple[str, ...]:
        """Titles of the documents behind it, each once."""
        return tuple(dict.fromkeys(source_of(cited).title for cited in self.statistics))


class Target(Observation):
    """A statistic that the model is fitted to."""

    role: Literal["calibration"]
    aim: float | None = None
    """Where the fit aims, where that is not the printed value."""

    @property
    def aimed_at(self) -> float:
        """The value that the loss wants."""
        return self.value if self.aim is None else self.aim


class HoldOut(Observation):
    """A statistic that nothing is fitted to: the loss takes no such thing."""

    role: Literal["hold_out"]


_TYPES: Mapping[str, type[Target] | type[HoldOut]] = {"calibration": Target, "hold_out": HoldOut}


def read_observations(text: str) -> Mapping[str, Target | HoldOut]:
    """Targets and hold-outs by name from TOML.

    Raises:
        PasserellesError: `MalformedParameter`, `OutOfRange` (value outside low and high), `UnknownCode` (of
            role), `UnknownSource`, `Contradiction` (a held-out statistic or moment in a target, or the
            reverse); `Errors` for several.
    """
    found: dict[str, Target | HoldOut] = {}
    errors: list[PasserellesError] = []
    for name, table in tomllib.loads(text).items():
        role = table.get("role", "") if isinstance(table, dict) else ""
        if role not in _TYPES:
            near = nearest(str(role), _TYPES)
            errors.append(UnknownCode(f"targets.toml {name}.role", role, " | ".join(_TYPES), near))
            continue
        try:
            one = _TYPES[role].model_validate({"name": name, **table})
        except ValidationError as error:
            errors += [_malformed(name, fault) for fault in error.errors()]
            continue
        errors += _faults(name, one)
        found[name] = one
    raise_all(errors + _shared_moments(found))
    return MappingProxyType(found)


@cache
def load_observations() -> Mapping[str, Target | HoldOut]:
    """The project's targets and hold-outs, in the order of the file."""
    return read_observations(files("calibration").joinpath("targets.toml").read_text(encoding="utf-8"))


@cache
def load_targets() -> Mapping[str, Target]:
    """The project's targets."""
    return MappingProxyType({k: one for k, one in load_observations().items() if isinstance(one, Target)})


@cache
def load_hold_outs() -> Mapping[str, HoldOut]:
    """The project's hold-outs."""
    return MappingProxyType({k: one for k, one in load_observations().items() if isinstance(one, HoldOut)})


def _malformed(name: str, fault: Mapping[str, Any]) -> MalformedParameter:
    where = ".".join(str(part) for part in fault["loc"])
    return MalformedParameter(f"targets.toml {name}.{where}", fault["input"], fault["msg"])


def _faults(name: str, one: Target | HoldOut) -> list[PasserellesError]:
    errors: list[PasserellesError] = []
    if not one.low <= one.value <= one.high:
        errors.append(OutOfRange(f"targets.toml {name}", one.value, f"{one.low:g} to {one.high:g}"))
    for key in one.statistics:
        if key in load_sources():
            continue
        try:
            row = statistic(key)
        except UnknownSource as error:
            errors.append(error)
            continue
        if (row.role == "hold_out") != isinstance(one, HoldOut):
            errors.append(Contradiction(f"targets.toml {name}", key, f"a statistic that is not {row.role}"))
    return errors


def _shared_moments(found: Mapping[str, Target | HoldOut]) -> list[PasserellesError]:
    """A moment that is both fitted and held out would be no hold-out."""
    held = {one.moment for one in found.values() if isinstance(one, HoldOut)} - {""}
    return [
        Contradiction(f"targets.toml {name}", one.moment, "a moment that no hold-out measures")
        for name, one in found.items()
        if isinstance(one, Target) and one.moment in held
    ]
