"""Charts as ready Vega-Lite: pure functions of plain data.  Colours have one meaning everywhere."""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd

from sim.calendar import date_of
from sim.errors import Language

BETTER, WORSE, UNTOLD, INK = "#2c7fb8", "#d95f0e", "#8c8c8c", "#1b6ca8"
"""Colour-blind-safe: blue is good for people, orange bad, grey not told from zero; INK draws the scenario."""

_LOCALE: dict[Language, dict[str, Any]] = {
    "fr": {
        "number": {"decimal": ",", "thousands": "\u202f", "grouping": [3], "currency": ["", "\u00a0€"]},
        "time": {
            "dateTime": "%A %e %B %Y à %X",
            "date": "%d/%m/%Y",
            "time": "%H:%M:%S",
            "periods": ["", ""],
            "days": ["dimanche", "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi"],
            "shortDays": ["dim.", "lun.", "mar.", "mer.", "jeu.", "ven.", "sam."],
            "months": [
                "janvier",
                "février",
                "mars",
                "avril",
                "mai",
                "juin",
                "juillet",
                "août",
                "septembre",
                "octobre",
                "novembre",
                "décembre",
            ],
            "shortMonths": [
                "janv.",
                "févr.",
                "mars",
                "avr.",
                "mai",
                "juin",
                "juil.",
                "août",
                "sept.",
                "oct.",
                "nov.",
                "déc.",
            ],
        },
    },
    "en": {"number": {"decimal": ".", "thousands": ",", "grouping": [3], "currency": ["€", ""]}},
}


def localised(chart: Any, language: Language) -> dict[str, Any]:
    """The chart as Vega-Lite, its numbers and dates written as the language does."""
    spec: dict[str, Any] = chart.to_dict()
    spec.setdefault("config", {})["locale"] = _LOCALE[language]
    return spec


def difference_frame(
    months: tuple[int, ...],
    base: list[float],
    other: list[float],
    low: list[float] | None,
    high: list[float] | None,
) -> pd.DataFrame:
    """One row a month: ``month``, ``base``, ``other``, ``difference``, and ``low``, ``high`` where there are.

    The bounds reach at least to the difference.
    """
    frame = pd.DataFrame(
        {"month": [pd.Timestamp(date_of(month)) for month in months], "base": base, "other": other}
    )
    frame["difference"] = frame["other"] - frame["base"]
    if low is not None and high is not None:
        frame["low"] = pd.Series(low, dtype=float).clip(upper=frame["difference"])
        frame["high"] = pd.Series(high, dtype=float).clip(lower=frame["difference"])
    return frame


def difference_chart(frame: pd.DataFrame, title: str, language: Language) -> dict[str, Any]:
    """The difference over the months with its band where there is one, around a line at zero."""
    x = alt.X("month:T", title=None, axis=alt.Axis(format="%Y", tickCount="year"))
    axis = alt.Axis(format=",.0f", titleAlign="left", titleAngle=0, titleAnchor="end", titleY=-12, titleX=0)
    y = alt.Y("difference:Q", title=title, axis=axis)
    zero = alt.Chart(pd.DataFrame({"zero": [0]})).mark_rule(color=UNTOLD).encode(y="zero:Q")
    tips = [
        alt.Tooltip("month:T", format="%B %Y", title=" "),
        alt.Tooltip("difference:Q", format="+,.0f", title=title),
    ]
    layers = [zero]
    if "low" in frame:
        layers.append(
            alt.Chart(frame)
            .mark_area(color=INK, opacity=0.22)
            .encode(x=x, y=alt.Y("low:Q", title=title, axis=axis), y2="high:Q")
        )
        tips += [
            alt.Tooltip("low:Q", format="+,.0f", title="5 %"),
            alt.Tooltip("high:Q", format="+,.0f", title="95 %"),
        ]
    layers.append(alt.Chart(frame).mark_line(color=INK, strokeWidth=2.5).encode(x=x, y=y, tooltip=tips))
    return localised(alt.layer(*layers).properties(height=300), language)


def many_differences_chart(frame: pd.DataFrame, title: str, language: Language) -> dict[str, Any]:
    """Small panels of the difference by ``group``, on one scale. Columns as above, and ``group``."""
    x = alt.X("month:T", title=None, axis=alt.Axis(format="%Y", tickCount={"interval": "year", "step": 3}))
    y = alt.Y("difference:Q", title=title, axis=alt.Axis(format=",.0f"))
    tips = [
        alt.Tooltip("group:N", title=" "),
        alt.Tooltip("month:T", format="%B %Y", title=" "),
        alt.Tooltip("difference:Q", format="+,.0f", title=title),
    ]
    layers = []
    if "low" in frame:
        layers.append(
            alt.Chart()
            .mark_area(color=INK, opacity=0.22)
            .encode(x=x, y=alt.Y("low:Q", title=title), y2="high:Q")
        )
    layers.append(alt.Chart().mark_line(color=INK, strokeWidth=2).encode(x=x, y=y, tooltip=tips))
    chart = (
        alt.layer(*layers, data=frame)
        .properties(width=200, height=110)
        .facet(
            facet=alt.Facet("group:N", title=None, sort=None, header=alt.Header(labelFontSize=12)), columns=3
        )
    )
    return localised(chart, language)


def heat_chart(
    frame: pd.DataFrame, ages: list[str], rows: list[str], title: str, language: Language
) -> dict[str, Any]:
    """Cells by row (PCS and sex) and age. ``frame``: ``row``, ``age``, ``good``, ``text``, ``tip``.

    ``good``: the difference counted so that more is better, None where it is not told from zero.
    """
    reach = float(frame["good"].abs().max()) if frame["good"].notna().any() else 1.0
    base = alt.Chart(frame).encode(
        x=alt.X("age:N", sort=ages, title=None, axis=alt.Axis(orient="top", labelAngle=0, ticks=False)),
        y=alt.Y("row:N", sort=rows, title=None, axis=alt.Axis(labelLimit=300, ticks=False)),
    )
    colour = alt.Color(
        "good:Q",
        legend=None,
        scale=alt.Scale(domain=[-reach or -1, 0, reach or 1], range=[WORSE, "#f7f7f7", BETTER], clamp=True),
    )
    cells = (
        base.transform_filter("datum.good != null")
        .mark_rect(stroke="white")
        .encode(color=colour, tooltip=alt.Tooltip("tip:N", title=title))
    )
    grey = (
        base.transform_filter("datum.good == null")
        .mark_rect(stroke="white", color="#c9c9c9")
        .encode(tooltip=alt.Tooltip("tip:N", title=title))
    )
    texts = base.mark_text(fontSize=12, color="#161616").encode(text="text:N")
    return localised((grey + cells + texts).properties(height=28 * len(rows) + 20), language)
