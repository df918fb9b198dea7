"""What the model is fitted to, and what it is only scored on (`targets.toml`)."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from sim.errors import (
    Contradiction,
    MalformedParameter,
    OutOfRange,
    PasserellesError,
    UnknownSource,
    raise_all,
)
from sim.provenance import statistic


class Target(BaseModel):
    """One moment of the data. `tolerance` is the distance that counts as one in the fit."""

    model_config = ConfigDict(strict=True, frozen=True, extra="forbid")
    value: float
    low: float
    high: float
    tolerance: float = Field(gt=0)
    unit: str = Field(min_length=1)
    period: str = Field(min_length=1)
    role: Literal["calibration", "hold_out"]
    weight: float = Field(gt=0)
    statistics: list[str] = Field(min_length=1)
    order: list[str] = []
    """For ranks: the routes, first to last."""
    follows_from_composition: bool = False
    """Nearly implied by who works where, so a weak test."""
    reason: str = ""


def read_targets(text: str) -> Mapping[str, Target]:
    """Targets by id from TOML.

    Raises:
        PasserellesError: `MalformedParameter`, `OutOfRange` (value outside low and high), `UnknownSource`,
            `Contradiction` (a held-out statistic in a fitted target, or the reverse); `Errors` for several.
    """
    targets: dict[str, Target] = {}
    errors: list[PasserellesError] = []
    for name, table in tomllib.loads(text).items():
        try:
            target = Target.model_validate(table)
        except ValidationError as error:
            errors += [
                MalformedParameter(f"targets.toml {name}.{fault['loc']}", fault["input"], fault["msg"])
                for fault in error.errors()
            ]
            continue
        errors += _faults(name, target)
        targets[name] = target
    raise_all(errors)
    return MappingProxyType(targets)


@cache
def load_targets() -> Mapping[str, Target]:
    """The project's targets."""
    return read_targets(files("calibration").joinpath("targets.toml").read_text(encoding="utf-8"))


def _faults(name: str, target: Target) -> list[PasserellesError]:
    errors: list[PasserellesError] = []
    if not target.low <= target.value <= target.high:
        errors.append(OutOfRange(f"targets.toml {name}", target.value, f"{target.low:g} to {target.high:g}"))
    for key in target.statistics:
        try:
            row = statistic(key)
        except UnknownSource as error:
            errors.append(error)
            continue
        if (row.role == "hold_out") != (target.role == "hold_out"):
            errors.append(Contradiction(f"targets.toml {name}", key, f"a statistic that is not {row.role}"))
    return errors
