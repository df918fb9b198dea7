"""Values of statistics as a person reads them."""

from __future__ import annotations

from sim.errors import Language


def amount(value: float | None, unit: str, tongue: Language) -> str:
    """A value in its unit: shares in per cent, heads and euros whole, ratios and ranks in two decimals."""
    if value is None:
        return "–"
    if unit.startswith("share"):
        text = f"{100 * value:.1f} %" if abs(value) >= 0.1 else f"{100 * value:.2f} %"
    elif abs(value) >= 100:
        text = f"{value:,.0f}"
    else:
        text = f"{value:.3g}" if unit in ("rank", "rank correlation", "ratio", "utility") else f"{value:.1f}"
    return text.replace(",", "\u202f").replace(".", ",") if tongue == "fr" else text


def span(low: float, high: float, unit: str, tongue: Language) -> str:
    """Both ends of a range."""
    left, right = amount(low, unit, tongue), amount(high, unit, tongue)
    return f"{left.removesuffix(' %')} … {right}"
