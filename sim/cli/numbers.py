"""Numbers as a person reads them in a terminal."""

from __future__ import annotations

from sim.cli.terminal import language

SMALL_SCALE = 0.1
"""Below this share of the region a sample holds too few funded people to judge a scheme."""


def shown(value: float | None, unit: str, signed: bool = False) -> str:
    """A value with the digits that its unit deserves; a dash where not defined.

    A share is in per cent, a difference of shares (``signed``) in points.
    """
    if value is None:
        return "–"
    sign = "+" if signed and value else ""
    if unit == "share":
        text = f"{value * 100:{sign}.2f} {'pt' if signed else '%'}"
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


def scope(scale: float, months: int, replicates: int) -> str:
    """What the numbers of a table are: scale, length, runs, and what so small a sample cannot show."""
    share = shown(scale, "share")
    if language() == "fr":
        text = f"Effectifs de la région ; échelle {share}, {months} mois, {replicates} tirage(s)."
        small = " Échantillon trop petit pour juger un dispositif."
    else:
        text = f"Heads of the region; scale {share}, {months} months, {replicates} draw(s)."
        small = " Too small a sample to judge a scheme."
    return text + (small if scale < SMALL_SCALE else "")
