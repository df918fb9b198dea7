"""What outputs, assumptions, policies and their values are called in a report on a sweep."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence

from sim.effects import FUNDED_EFFECTS
from sim.indicators import INDICATORS
from sim.parameters import Registry, Scalar
from sim.sweep.analysis.study import unit
from sim.sweep.family import DIFFERENCE
from sim.views.numbers import amount, plain, rounded
from sim.views.text import Words


def figure_name(kind: str, *parts: str) -> str:
    """Name of a figure's file, without its ending: small letters, digits and hyphens."""
    words = (re.sub(r"[^a-z0-9_]+", "-", part.casefold()).strip("-") for part in parts)
    return "-".join((kind, *(word for word in words if word)))


def output_label(name: str, t: Words) -> str:
    """An output in words."""
    if name in FUNDED_EFFECTS:
        return t(f"sweep.output.{name}")
    of_both = name.removeprefix(DIFFERENCE)
    label = INDICATORS[of_both].label[t.language] if of_both in INDICATORS else of_both
    return label if of_both == name else t("sweep.difference", output=label)


def factor_label(key: str, t: Words) -> str:
    """An assumption or a lever in words; its key where the registry has none."""
    registry = Registry.load()
    if key not in registry:
        return key
    text = registry[key].fr if t.language == "fr" else registry[key].en
    return text.label if text else key


def policy_label(name: str, t: Words) -> str:
    """A policy as its design calls it."""
    return name or t("sweep.baseline")


def policy_quoted(name: str, t: Words) -> str:
    """A policy within a sentence: its name in quotes, for it may hold any words."""
    return t("sweep.level", level=name) if name else t("sweep.baseline")


def output_amount(value: float | None, name: str, t: Words) -> str:
    """A value of an output; differences carry their sign."""
    if value is None or not math.isfinite(value):
        return "–"
    signed = name.startswith(DIFFERENCE)
    kind = unit(name)
    return amount(value, "points" if signed and kind == "share" else kind, t.language, signed=signed)


def factor_value(value: Scalar, key: str, t: Words) -> str:
    """A value of an assumption or a lever; a choice by the name of its level."""
    registry = Registry.load()
    if isinstance(value, str):
        levels = registry[key].levels if key in registry else []
        named = [level.fr if t.language == "fr" else level.en for level in levels if level.value == value]
        return t("sweep.level", level=named[0]) if named else value
    if key not in registry:
        return _number(value, t)
    kind = registry[key].unit
    if kind == "share" or kind.startswith("EUR"):
        return amount(float(value), kind, t.language)
    return _number(value, t)


def _number(value: float, t: Words) -> str:
    return plain(rounded(float(value)), t.language, 4)


def share(value: float, t: Words) -> str:
    """A share in whole per cent; below one, said so."""
    if 0 < value < 0.01:
        return "< " + amount(0.01, "share", t.language)
    return amount(round(value, 2), "share", t.language)


def joined(words: Sequence[str], t: Words, link: str = "sweep.and") -> str:
    """Several words as one list: ``a, b and c``."""
    if len(words) < 2:
        return "".join(words)
    return t(link, first=", ".join(words[:-1]), last=words[-1])


def with_bounds(value: float, low: float | None, high: float | None, show: Callable[[float], str]) -> str:
    """``value (low – high)``, or the value alone where there are no bounds."""
    if low is None or high is None:
        return show(value)
    return f"{show(value)} ({show(low)} – {show(high)})"
