"""The shape of a design file: its keys, their types and bounds, and which keys a method reads.

What the factors and policies mean is read by :mod:`sim.sweep.design_checks`.
"""

from __future__ import annotations

from typing import Any, Final, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from sim.errors import (
    BadVersion,
    MissingKey,
    NotAScenarioFile,
    NotFinite,
    NumberExpected,
    OutOfRange,
    PasserellesError,
    UnknownCode,
    UnknownKey,
    nearest,
)
from sim.scenario_checks import MAXIMUM_HORIZON_MONTHS
from sim.scenario_file import Source, decoded, parsed
from sim.sweep.design_faults import BadFactor, NotADesign

SCHEMA_VERSION: Final = 1
MAXIMUM_SEED: Final = 2**31 - 1

Method = Literal["grid", "list", "latin_hypercube", "sobol", "morris", "one_at_a_time", "prior", "ensemble"]
METHOD_KEYS: Final[dict[str, tuple[tuple[str, ...], tuple[str, ...]]]] = {
    "grid": (("factors",), ()),
    "list": (("points",), ()),
    "latin_hypercube": (("factors", "samples"), ("seed",)),
    "sobol": (("factors", "samples"), ("seed", "second_order")),
    "morris": (("factors", "samples"), ("seed", "levels")),
    "one_at_a_time": (("factors",), ()),
    "prior": (("samples",), ("seed",)),
    "ensemble": (("file",), ("samples", "seed")),
}
"""Of each method, the keys it needs beside ``method``, then those it may have."""


class _Table(BaseModel):
    model_config = ConfigDict(strict=True, frozen=True, extra="forbid")


class Limits(_Table):
    """What one family may take; the scheduler's business on a cluster."""

    minutes: float = Field(default=60.0, gt=0, le=10_000, allow_inf_nan=False)
    memory_mb: int = Field(default=0, ge=0, le=10_000_000)
    """0: no limit."""


class Assumptions(_Table):
    """How the uncertain parameters are sampled."""

    method: Method
    samples: int | None = Field(default=None, ge=1, le=1_000_000)
    seed: int | None = Field(default=None, ge=0, le=MAXIMUM_SEED)
    second_order: bool = True
    levels: int = Field(default=4, ge=2, le=64, multiple_of=2)
    file: str = ""
    factors: dict[str, Any] = {}
    points: list[dict[str, Any]] = []


class DesignFile(_Table):
    """A design file as written."""

    schema_version: int
    title: dict[str, Any] = {}
    scenario: str = "reference"
    horizon_months: int = Field(ge=1, le=MAXIMUM_HORIZON_MONTHS)
    scale: float = Field(gt=0, le=1, allow_inf_nan=False)
    seed: int = Field(default=0, ge=0, le=MAXIMUM_SEED)
    replicates: int = Field(default=1, ge=1, le=10_000)
    outputs: list[str] = []
    limits: Limits = Limits()
    assumptions: Assumptions | None = None
    policies: dict[str, dict[str, Any]] = {}
    policy_grid: dict[str, Any] = {}


_ANY: Final = {"horizon_months": MAXIMUM_HORIZON_MONTHS, "scale": 1.0}
"""In the place of what a file lacks, to go on reading it."""

_BOUNDS: Final = {"gt": ">", "ge": "≥", "lt": "<", "le": "≤", "multiple_of": "n ×"}
_FORMS: Final = {
    "dict_type": "key = value, …",
    "model_type": "key = value, …",
    "list_type": "[ …, … ]",
    "string_type": '"…"',
    "bool_type": "true | false",
}
"""How the validator's complaints are said in both languages at once."""

_TABLES: Final[dict[str, type[BaseModel]]] = {"assumptions": Assumptions, "limits": Limits}


def source_of(raw: bytes, name: str) -> Source:
    """Values and lines of a design's bytes.

    Raises:
        NotADesign: for what is no TOML, or no design; the other faults of :mod:`sim.scenario_file`.
    """
    try:
        source = parsed(decoded(raw, name), name)
    except NotAScenarioFile as fault:
        raise NotADesign(fault.place, fault.value, fault.expected) from None
    if not any(key in DesignFile.model_fields for key in source.values):
        raise NotADesign(name, ", ".join(list(source.values)[:3]), "schema_version = 1")
    return source


def shape_of(source: Source) -> tuple[DesignFile | None, list[PasserellesError]]:
    """The file's tables, and every fault of shape.

    With faults, the tables are what is left without them, so that the rest can be read for more.
    """
    faults: list[PasserellesError] = []
    values = {**source.values, "schema_version": SCHEMA_VERSION}
    version = source.values.get("schema_version")
    if type(version) is not int or version != SCHEMA_VERSION:
        place = source.place(("schema_version",))
        faults.append(BadVersion(place, version, f"schema_version = {SCHEMA_VERSION}"))
    try:
        shape = DesignFile.model_validate(values)
    except ValidationError as error:
        met = error.errors()
        faults += [_fault(source, dict(fault)) for fault in met]
        rest = _without(values, [fault["loc"] for fault in met])
        try:
            shape = DesignFile.model_validate({**_ANY, **rest})
        except ValidationError:
            return None, faults
    if shape.assumptions is not None:
        faults += _keys_of_method(source, shape.assumptions)
    return shape, faults


def _without(values: dict[str, Any], places: list[tuple[int | str, ...]]) -> dict[str, Any]:
    """The tables without what is faulty: one key of a table, or the whole of what is no table."""
    kept = dict(values)
    for first, *inside in places:
        table = kept.get(str(first))
        if len(inside) == 1 and isinstance(table, dict) and inside[0] in table and inside[0] != "method":
            kept[str(first)] = {key: value for key, value in table.items() if key != inside[0]}
        else:
            kept.pop(str(first), None)
    return kept


def _fault(source: Source, fault: dict[str, Any]) -> PasserellesError:
    """One of the validator's complaints as the fault of a line."""
    path = tuple(str(part) for part in fault["loc"] if not isinstance(part, int))
    place, kind, met = source.place(path), fault["type"], fault["input"]
    bounds = fault.get("ctx", {})
    if kind == "extra_forbidden":
        known = list((_TABLES[path[0]] if len(path) > 1 else DesignFile).model_fields)
        return UnknownKey(place, path[-1], ", ".join(known), nearest(path[-1], known))
    if kind == "missing":
        return MissingKey(place, None, path[-1])
    if kind == "literal_error":
        methods = get_args(Method)
        near = nearest(met, methods) if isinstance(met, str) else None
        return UnknownCode(place, met, " | ".join(methods), near)
    if kind == "finite_number":
        return NotFinite(place, met, "a finite number")
    if kind in ("int_type", "float_type", "int_from_float"):
        return NumberExpected(place, met, "a number" if kind == "float_type" else "a whole number")
    if bounds and kind not in _FORMS:
        said = (f"{_BOUNDS.get(name, name)} {bound:g}" for name, bound in bounds.items())
        return OutOfRange(place, met, ", ".join(said))
    return BadFactor(place, met, _FORMS.get(kind, str(fault["msg"])))


def _keys_of_method(source: Source, assumptions: Assumptions) -> list[PasserellesError]:
    """Keys that the method needs and are not there, and keys that it would not read."""
    needed, allowed = METHOD_KEYS[assumptions.method]
    given = source.values["assumptions"]
    expected = f'method = "{assumptions.method}": ' + ", ".join((*needed, *allowed))
    faults: list[PasserellesError] = [
        MissingKey(source.place(("assumptions",)), None, f"assumptions.{key}")
        for key in needed
        if given.get(key, "") in ("", [], {})
    ]
    faults += [
        UnknownKey(source.place(("assumptions", key)), key, expected, nearest(key, (*needed, *allowed)))
        for key in given
        if key not in ("method", *needed, *allowed)
    ]
    return faults
