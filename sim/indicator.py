"""What an indicator is, and how those of a monthly series are made."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sim.indicator_formulas import Breakdown, Value, per_year, total, yearly
from sim.results import Results


@dataclass(frozen=True)
class Indicator:
    """One indicator: its unit, words in both languages, and how it is read from a run.

    ``by`` names a breakdown (``pcs``, ``year``, ``scheme``, ``reason``, ``quarterly_flow``, ``payer``)
    and ``parts`` gives it.
    """

    name: str
    unit: str
    label: Mapping[str, str]
    help: Mapping[str, str]
    value: Callable[[Results], Value]
    by: str = ""
    parts: Callable[[Results], Breakdown] | None = None


def monthly(name: str, series: str, unit: str, fr: str, en: str, help_fr: str, help_en: str) -> Indicator:
    """Indicator of a monthly series: mean of a year, and each calendar year."""
    return Indicator(
        name,
        unit,
        {"fr": fr, "en": en},
        {"fr": help_fr, "en": help_en},
        per_year(series),
        "year",
        yearly(series),
    )


_POSTS = ("posts_removed_ai", "posts_opened_ai", "unfilled_departures")


def cumulated(name: str, fr: str, en: str, help_fr: str, help_en: str) -> Indicator:
    """Indicator of a monthly series: its sum over the run, and by calendar year."""
    return Indicator(
        name,
        "posts" if name in _POSTS else "heads",
        {"fr": fr, "en": en},
        {"fr": help_fr, "en": help_en},
        total(name),
        "year",
        yearly(name),
    )
