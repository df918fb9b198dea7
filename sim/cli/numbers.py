"""Numbers as a person reads them in a terminal."""

from __future__ import annotations

from sim.cli.terminal import language


def shown(value: float | None, unit: str, signed: bool = False) -> str:
    """A value with the digits that its unit deserves; a share in per cent; a dash where not defined."""
    if value is None:
        return "–"
    sign = "+" if signed else ""
    if unit == "share":
        text = f"{value * 100:{sign}.2f} %"
    elif abs(value) < 100 and value != int(value):
        text = f"{value:{sign},.1f}"
    else:
        text = f"{value:{sign},.0f}"
    return text.replace(",", "\u202f").replace(".", ",") if language() == "fr" else text


def bounds(low: float | None, high: float | None, unit: str) -> str:
    """Both ends of an interval."""
    if low is None or high is None:
        return "–"
    return f"{shown(low, unit, signed=True)} … {shown(high, unit, signed=True)}"
