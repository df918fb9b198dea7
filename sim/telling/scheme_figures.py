"""Every figure of the documents on schemes beside what the model shows (``calibration/scheme_figures.toml``).

A figure says which files it counts, what of them, in which years, and how far a miss begins.  Whether it was
used to set the model is the role of its statistic: figures *calibrated* or *input* prove nothing.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cache
from importlib.resources import files as package_files
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from sim.provenance import statistic
from sim.schemes.rules import schemes
from sim.telling.scheme_account import years_of
from sim.world import World

Kind = Literal["calibrated", "input", "held out", "comparison"]
Verdict = Literal["hit", "miss", "not measured"]
_KINDS: Mapping[str, Kind] = {
    "calibration": "calibrated",
    "input": "input",
    "hold_out": "held out",
}


class Where(BaseModel):
    """Which of the files are counted in the numerator of a share; every condition given must hold."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    sex: Literal["man", "woman"] | None = None
    age_from: int = 0
    age_below: int = 255
    pcs: tuple[int, ...] = ()
    education_at_most: int = 255
    business: bool | None = None


class Figure(BaseModel):
    """One figure of the documents and how the model's is measured.

    ``times`` brings the statistic to the region and to the unit; ``value``, ``low`` and ``high`` replace the
    statistic's where it has none.  How far beyond its own bounds is still a hit: ``tolerance``, as a share of
    the value, and ``reach``, in the figure's unit.  ``years``: calendar years, averaged unless ``together``.
    ``besides``: schemes that are counted with ``scheme``.
    ``why``: why it cannot be measured; ``reason``: what to know when reading it.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
    id: str
    fr: str
    en: str
    statistic: str
    measure: str = ""
    scheme: str = ""
    besides: tuple[str, ...] = ()
    of: Literal["received", "funded"] = "received"
    years: tuple[int, ...] = ()
    together: bool = False
    route: str = ""
    target_trades: tuple[str, ...] = ()
    origin_trades: tuple[str, ...] = ()
    where: Where = Where()
    times: float = 1.0
    value: float | None = None
    low: float | None = None
    high: float | None = None
    tolerance: float = Field(default=0.1, ge=0)
    reach: float = Field(default=0.0, ge=0)
    unit: str = "files a year"
    why: str = ""
    reason: str = ""


@dataclass(frozen=True)
class Compared:
    """A figure beside the model's; ``heads``: files of the sample behind it."""

    id: str
    label: Mapping[str, str]
    scheme: str
    years: tuple[int, ...]
    unit: str
    kind: Kind
    value: float | None
    low: float | None
    high: float | None
    model: float | None
    heads: int
    verdict: Verdict
    source: str
    why: str
    reason: str

    def as_object(self) -> dict[str, Any]:
        """As plain data."""
        return asdict(self)


@cache
def figures() -> tuple[Figure, ...]:
    """The figures in the order of the file; a row with ``{route}`` in its statistic stands for all routes."""
    text = package_files("calibration").joinpath("scheme_figures.toml").read_text(encoding="utf-8")
    found: list[Figure] = []
    for entry in tomllib.loads(text)["figure"]:
        routes = entry.pop("routes", None)
        if routes is None:
            found.append(Figure.model_validate(entry))
            continue
        for route in routes:
            named = {key: entry[key].replace("{route}", route) for key in ("id", "statistic", "fr", "en")}
            found.append(Figure.model_validate({**entry, **named, "route": route}))
    return tuple(found)


def bounds(figure: Figure) -> tuple[float | None, float | None, float | None]:
    """(value, low, high) of a figure, for the region and in its unit; None where there is none."""
    row = statistic(figure.statistic)
    given = figure.value, figure.low, figure.high
    read = (_number(text) for text in (row.value, row.low, row.high))
    value, low, high = (
        own if own is not None else (None if stated is None else stated * figure.times)
        for own, stated in zip(given, read, strict=True)
    )
    if value is not None:
        low, high = (value if end is None else end for end in (low, high))
    return value, low, high


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def compare_figures(worlds: Mapping[int, World]) -> tuple[Compared, ...]:
    """Every figure beside the world that has lived its years; ``worlds``: calendar year to world.

    A figure whose years nobody has lived is left out.
    """
    return tuple(
        compared(figure, worlds.get(figure.years[0]) if figure.years else None)
        for figure in figures()
        if all(year in worlds for year in figure.years)
    )


def worlds_by_year(*worlds: World) -> dict[int, World]:
    """Calendar years that the worlds' records hold whole."""
    return {year: world for world in worlds for year in years_of(world)}


def compared(figure: Figure, world: World | None) -> Compared:
    """One figure beside a world that has lived its years; None where it cannot be measured."""
    value, low, high = bounds(figure)
    row, known = statistic(figure.statistic), {scheme.name for scheme in schemes()}
    why, model, heads = figure.why, None, 0
    if figure.scheme and figure.scheme not in known:
        why = why or "no such scheme in the model"
    elif figure.measure and world is not None:
        from sim.telling.figure_measures import MEASURES

        model, heads = MEASURES[figure.measure](world, figure)
    return Compared(
        id=figure.id,
        label={"fr": figure.fr, "en": figure.en},
        scheme=figure.scheme,
        years=figure.years,
        unit=figure.unit,
        kind=_KINDS.get(row.role, "comparison"),
        value=value,
        low=low,
        high=high,
        model=model,
        heads=heads,
        verdict=verdict(model, low, high, figure.tolerance * abs(value or 0.0) + figure.reach),
        source=figure.statistic,
        why=why if model is None else "",
        reason=figure.reason,
    )


def verdict(model: float | None, low: float | None, high: float | None, reach: float) -> Verdict:
    """Whether the model's figure lies within the statistic's bounds, or ``reach`` beyond them."""
    if model is None or low is None or high is None:
        return "not measured"
    return "hit" if low - reach <= model <= high + reach else "miss"
