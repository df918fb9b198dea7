"""Numbers in the words of a language: three significant digits, signs, units; never a spurious decimal."""

from __future__ import annotations

import math

from babel.numbers import format_decimal

from sim.errors import Language

MINUS, NARROW_SPACE = "\N{MINUS SIGN}", "\N{NARROW NO-BREAK SPACE}"


def rounded(value: float, digits: int = 3) -> float:
    """The value to so many significant digits; whole numbers below a thousand stay whole."""
    if not value or not math.isfinite(value):
        return 0.0
    place = digits - 1 - math.floor(math.log10(abs(value)))
    return round(value, place)


def plain(value: float, language: Language, decimals: int = 0) -> str:
    """A number with at most so many decimals."""
    pattern = "#,##0" + ("." + "#" * decimals if decimals else "")
    return format_decimal(value, format=pattern, locale=language).replace("-", MINUS)


def amount(value: float, unit: str, language: Language, *, signed: bool = False) -> str:
    """A value of an indicator's unit, rounded for reading; ``signed`` writes the plus too."""
    text = _unsigned(abs(value), unit, language)
    if not any(digit in "123456789" for digit in text):
        return text
    sign = MINUS if value < 0 else "+" if signed else ""
    return sign + text


def _unsigned(value: float, unit: str, language: Language) -> str:
    space = "\N{NO-BREAK SPACE}"
    if unit == "share":
        return plain(rounded(value * 100, 3), language, 2) + (f"{space}%" if language == "fr" else "%")
    if unit == "points":
        return plain(rounded(value * 100, 2), language, 2) + f"{space}pt"
    if unit.startswith("EUR"):
        return millions(value, language)
    return plain(rounded(value), language, 1 if "per million" in unit and value < 100 else 0)


def millions(euros: float, language: Language) -> str:
    """Euros in millions."""
    text = plain(rounded(euros / 1e6), language, 2)
    return f"{text}\N{NO-BREAK SPACE}M€" if language == "fr" else f"€{text}m"
