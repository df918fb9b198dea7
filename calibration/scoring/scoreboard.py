"""The scoreboard: each statistic, what the model says of it with intervals, hit or miss.

An interval says where one more world would fall, its chance and its parameters drawn anew.  A statistic is a
hit when the 90 % interval meets the statistic's own range; where only an ordering is documented, when the
median lies in it.
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from calibration.targets import HoldOut, Target, load_observations
from sim.errors import MalformedParameter, PasserellesError, UnknownKey, nearest, raise_all

Verdict = Literal["hit", "miss", "not measured"]
Interval = tuple[float, float]

HALF, NINETY = 0.5, 0.9
SOUGHT = 0.7
"""Share of the strong hold-outs that should be hit."""


class Miss(BaseModel):
    """What a miss says of the model: one paragraph in each language."""

    model_config = ConfigDict(strict=True, frozen=True, extra="forbid")
    fr: str = Field(min_length=1)
    en: str = Field(min_length=1)


@dataclass(frozen=True)
class Score:
    """One statistic; ``central`` is the world of the shipped values, intervals are None of fewer than two
    worlds, ``worlds`` how many measured it."""

    observation: Target | HoldOut
    central: float | None
    median: float | None
    half: Interval | None
    ninety: Interval | None
    worlds: int
    verdict: Verdict
    miss: Miss | None

    @property
    def held_out(self) -> bool:
        """Whether nothing was fitted to it."""
        return isinstance(self.observation, HoldOut)

    @property
    def strong(self) -> bool:
        """A hold-out that does not follow from who works where."""
        return self.held_out and not self.observation.follows_from_composition

    @property
    def within_tolerance(self) -> bool | None:
        """Of a target: whether the median is as near to where the fit aims as it should be."""
        if not isinstance(self.observation, Target) or self.median is None:
            return None
        return abs(self.median - self.observation.aimed_at) <= self.observation.tolerance

    def as_object(self) -> dict[str, Any]:
        """As plain data."""
        one = self.observation
        return {
            "name": one.name,
            "label": {"fr": one.fr, "en": one.en},
            "sources": one.sources,
            "unit": one.unit,
            "period": one.period,
            "role": "held out" if self.held_out else "calibrated",
            "follows_from_composition": one.follows_from_composition,
            "ordering": one.ordering,
            "observed": one.value,
            "low": one.low,
            "high": one.high,
            "central": self.central,
            "median": self.median,
            "interval_50": self.half,
            "interval_90": self.ninety,
            "worlds": self.worlds,
            "verdict": self.verdict,
            "within_tolerance": self.within_tolerance,
            "unmeasured": one.unmeasured,
            "miss": None if self.miss is None else self.miss.model_dump(),
        }


@dataclass(frozen=True)
class Coverage:
    """Hits among what is measured."""

    hits: int
    measured: int

    @property
    def share(self) -> float | None:
        """None of nothing."""
        return self.hits / self.measured if self.measured else None


def scoreboard(worlds: Sequence[Mapping[str, float]]) -> tuple[Score, ...]:
    """Every statistic beside the moments of some worlds; the first is the one of the shipped values."""
    told = load_misses()
    return tuple(_score(one, worlds, told.get(name)) for name, one in load_observations().items())


def coverage(scores: Sequence[Score]) -> Coverage:
    """Of any scores."""
    measured = [one for one in scores if one.verdict != "not measured"]
    return Coverage(sum(one.verdict == "hit" for one in measured), len(measured))


def headline(scores: Sequence[Score]) -> Coverage:
    """The figure the model is judged by: hits among the strong hold-outs."""
    return coverage([one for one in scores if one.strong])


def expected(values: Sequence[float], confidence: float) -> Interval | None:
    """Where one more world would fall; None of fewer than two.

    Read off the ordered values where there are enough (exact whatever their distribution), Student's before.
    """
    count, outside = len(values), (1.0 - confidence) / 2
    if count < 2:
        return None
    if count >= math.ceil(round(1 / outside, 9)) - 1:
        low, high = np.quantile(values, (outside, 1.0 - outside), method="weibull")
        return float(low), float(high)
    from scipy.stats import t

    mean, spread = float(np.mean(values)), float(np.std(values, ddof=1))
    reach = float(t.ppf(1.0 - outside, count - 1)) * spread * math.sqrt(1.0 + 1.0 / count)
    return mean - reach, mean + reach


def _score(one: Target | HoldOut, worlds: Sequence[Mapping[str, float]], told: Miss | None) -> Score:
    values = [world[one.moment] for world in worlds if one.moment in world]
    central = worlds[0].get(one.moment) if worlds else None
    median = float(np.median(values)) if values else None
    ninety = _possible(expected(values, NINETY), one.unit)
    found = verdict(one, median, ninety)
    return Score(
        observation=one,
        central=central,
        median=median,
        half=_possible(expected(values, HALF), one.unit),
        ninety=ninety,
        worlds=len(values),
        verdict=found,
        miss=told if found == "miss" else None,
    )


def _possible(found: Interval | None, unit: str) -> Interval | None:
    """An interval without what its unit cannot be."""
    if found is None or unit == "share per year":
        return found
    low, high = (
        (-1.0, 1.0) if unit == "rank correlation" else (0.0, 1.0 if unit.startswith("share") else math.inf)
    )
    return max(found[0], low), min(found[1], high)


def verdict(one: Target | HoldOut, median: float | None, ninety: Interval | None) -> Verdict:
    """Hit or miss; one world alone has no interval and is judged by its value."""
    if median is None:
        return "not measured"
    if one.ordering or ninety is None:
        return "hit" if one.low <= median <= one.high else "miss"
    return "hit" if ninety[0] <= one.high and one.low <= ninety[1] else "miss"


@cache
def load_misses() -> Mapping[str, Miss]:
    """The project's paragraphs on misses (``misses.toml``), by statistic."""
    return read_misses(files("calibration").joinpath("misses.toml").read_text(encoding="utf-8"))


def read_misses(text: str) -> Mapping[str, Miss]:
    """Paragraphs by name of statistic from TOML.

    Raises:
        PasserellesError: `UnknownKey` (no such statistic), `MalformedParameter`; `Errors` for several.
    """
    found: dict[str, Miss] = {}
    errors: list[PasserellesError] = []
    known = load_observations()
    for name, table in tomllib.loads(text).items():
        if name not in known:
            near = nearest(name, known)
            errors.append(UnknownKey(f"misses.toml {name}", None, "a key of targets.toml", near))
            continue
        try:
            found[name] = Miss.model_validate(table)
        except ValidationError as error:
            errors += [
                MalformedParameter(f"misses.toml {name}.{fault['loc']}", fault["input"], fault["msg"])
                for fault in error.errors()
            ]
    raise_all(errors)
    return found
