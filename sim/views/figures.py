"""The figures of the workshop: each a chart, its finding in words, and its table."""

from __future__ import annotations

import itertools
from typing import Any

import pandas as pd
import streamlit as st
from babel.dates import format_date

from sim.answer import AGES, MEASURES, SEXES
from sim.calendar import date_of
from sim.effects import Effect, label
from sim.indicator_formulas import PCS
from sim.schemes.rules import schemes
from sim.views import charts, readings
from sim.views.cards import scale_bars
from sim.views.numbers import amount, plain
from sim.views.readings import SCALE_OF_THINGS, Found
from sim.views.text import Words

SERIES = (
    "posts_removed_ai",
    "layoffs",
    "unfilled_departures",
    "files_received",
    "files_funded",
    "hires",
    "occupation_changes",
    "unemployed",
    "unemployed_by_pcs",
    "employed",
)
_YEAR = 12


def month_words(month: int, t: Words) -> str:
    """A month in words."""
    return format_date(date_of(month), "MMMM y", locale=t.language)


def scheme_name(name: str, t: Words) -> str:
    entry = next(scheme for scheme in schemes() if scheme.name == name)
    return entry.fr if t.language == "fr" else entry.en


def scale_rows(found: Found, t: Words) -> list[tuple[str, float, bool]]:
    """A year of the scenario: label, amount, whether it is a part of the row above."""
    years = len(found.point.months) / _YEAR
    ptp = next(row for row in found.point.schemes if row["scheme"] == "ptp")
    return [
        *((t(f"scale.{name}"), _other(found, name), False) for name in SCALE_OF_THINGS),
        (t("scale.posts_removed"), _other(found, "posts_removed_ai") / years, False),
        (t("scale.funded"), _other(found, "files_funded_per_year"), False),
        (t("scale.funded_ptp"), float(ptp["files_funded_other"] or 0.0), True),
    ]


def _other(found: Found, indicator: str) -> float:
    effect = found.point.effect(indicator)
    return (effect.other if effect else None) or 0.0


def scale_of_things(found: Found, t: Words) -> None:
    """The scale of things, before any difference."""
    st.header(t("scale.title"), anchor=False)
    st.caption(t("scale.caption"))
    st.html(scale_bars(scale_rows(found, t), t))


def both_ends(found: Found, policies: bool, t: Words) -> None:
    """What the scenario changes in the region with posts fixed and with posts that respond."""
    if found.point.closure_posts is None:
        return
    st.header(t("ends.title"), anchor=False)
    rows = [row for row in readings.both_ends(found) if policies or not row.indicator.startswith("funded_")]
    if not rows:
        st.caption(t("ends.pending"))
        return
    turned = [label(row.indicator, t.language) for row in rows if row.sign_changes]
    st.markdown(t("ends.sign_changes", what=", ".join(turned)) if turned else t("ends.agree"))
    table = pd.DataFrame(
        {
            t("ends.row"): [label(row.indicator, t.language) for row in rows],
            **{
                t(f"ends.{end}"): [_difference(getattr(row, end), t) for row in rows]
                for end in ("fixed", "respond")
            },
        }
    ).set_index(t("ends.row"))
    st.table(table)
    st.caption(t("ends.caption"))


def _difference(effect: Effect, t: Words) -> str:
    if effect.difference is None:
        return "—"
    unit = "points" if effect.unit == "share" else effect.unit
    return amount(effect.difference, unit, t.language, signed=True)


def series_frame(found: Found, name: str) -> pd.DataFrame:
    """A series' difference by month, bounds from the ensemble."""
    point = found.point.series[name]
    spread: Any = found.ensemble.series[name] if found.ensemble else {"low": None, "high": None}
    return charts.difference_frame(
        found.point.months, point["base"], point["other"], spread["low"], spread["high"]
    )


def over_time(found: Found, t: Words) -> None:
    """The difference month by month of a series to choose."""
    name = st.selectbox(
        t("workshop.choose_series"),
        SERIES,
        key=f"series|{t.language}",
        format_func=lambda series: t(f"series.{series}"),
    )
    if name == "unemployed_by_pcs":
        _by_pcs(found, t)
        return
    frame = series_frame(found, name)
    chart = charts.difference_chart(frame, t("series.axis"), t.language)
    end = frame.iloc[-1]
    interval = ""
    if "low" in frame:
        low, high = (amount(float(end[side]), "heads", t.language, signed=True) for side in ("low", "high"))
        interval = ", " + t("interval.between", low=low, high=high)
    said = t(
        "series.alt",
        series=t(f"series.{name}"),
        end=month_words(found.point.months[-1], t),
        last=amount(float(end["difference"]), "heads", t.language, signed=True),
        interval=interval,
    )
    st.vega_lite_chart(chart, alt=said)
    st.caption(said)
    with st.expander(t("workshop.table")):
        st.table(_yearly(frame, t))


def _by_pcs(found: Found, t: Words) -> None:
    frames = [series_frame(found, f"unemployed_pcs_{pcs}").assign(group=t(f"pcs.{pcs}")) for pcs in PCS]
    chart = charts.many_differences_chart(pd.concat(frames), t("series.axis"), t.language)
    months = found.point.months
    said = t("series.alt_many", start=month_words(months[0], t), end=month_words(months[-1], t))
    st.vega_lite_chart(chart, alt=said)
    with st.expander(t("workshop.table")):
        table = pd.DataFrame(
            {t(f"pcs.{pcs}"): _ends(frame, t) for pcs, frame in zip(PCS, frames, strict=True)}
        )
        table.index = pd.Index(_year_ends(frames[0]))
        st.table(table)


def _year_ends(frame: pd.DataFrame) -> list[str]:
    return [str(month.year) for month in frame["month"].iloc[_YEAR - 1 :: _YEAR]]


def _ends(frame: pd.DataFrame, t: Words) -> list[str]:
    return [
        amount(float(value), "heads", t.language, signed=True)
        for value in frame["difference"].iloc[_YEAR - 1 :: _YEAR]
    ]


def _yearly(frame: pd.DataFrame, t: Words) -> pd.DataFrame:
    """December of each year, in words."""
    ends = frame.iloc[_YEAR - 1 :: _YEAR]
    columns = [name for name in ("base", "other", "difference", "low", "high") if name in frame]
    table = pd.DataFrame(
        {
            t(f"series.column.{name}"): [
                amount(float(value), "heads", t.language, signed=name not in ("base", "other"))
                for value in ends[name]
            ]
            for name in columns
        }
    )
    table.index = pd.Index(_year_ends(frame))
    return table


def heat_frame(found: Found, measure: str, t: Words) -> pd.DataFrame:
    """Cells of the heat table in words; ``good`` is None where the interval holds zero or is unknown."""
    point = found.point.cells[measure]
    spread: Any = found.ensemble.cells[measure] if found.ensemble else None
    unit, sign = ("heads", 1.0) if measure == "employed" else ("points", -1.0)
    level = "heads" if measure == "employed" else "share"
    rows = []
    places = itertools.product(enumerate(PCS), enumerate(SEXES), enumerate(AGES))
    for (i, pcs), (j, sex), (k, age) in places:
        base, other = point["base"][i][j][k], point["other"][i][j][k]
        difference = other - base
        told = spread is not None and not (
            min(spread["low"][i][j][k], difference) <= 0 <= max(spread["high"][i][j][k], difference)
        )
        row = t("heat.row", pcs=t(f"pcs.{pcs}"), sex=t(f"sex.{sex}"))
        words = {
            "row": row,
            "age": t(f"age.{age}"),
            "difference": amount(difference, unit, t.language, signed=True),
            "base": amount(base, level, t.language),
            "other": amount(other, level, t.language),
        }
        rows.append(
            {
                "row": row,
                "age": t(f"age.{age}"),
                "good": sign * difference if told else None,
                "text": words["difference"] if told else "≈",
                "tip": t("heat.tip" if told else "heat.tip_untold", **words),
            }
        )
    frame = pd.DataFrame(rows)
    frame["good"] = frame["good"].astype(float)
    return frame


def who(found: Found, t: Words) -> None:
    """Who gains and who loses, by PCS, sex and age."""
    measure = st.segmented_control(
        t("workshop.choose_measure"),
        MEASURES,
        default=MEASURES[0],
        required=True,
        key=f"measure|{t.language}",
        format_func=lambda name: t(f"heat.{name}"),
    )
    measure = measure or MEASURES[0]
    frame = heat_frame(found, measure, t)
    rows, ages = list(dict.fromkeys(frame["row"])), list(dict.fromkeys(frame["age"]))
    said = t("heat.alt", told=int(frame["good"].notna().sum()), all=plain(len(frame), t.language))
    chart = charts.heat_chart(frame, ages, rows, t(f"heat.{measure}"), t.language)
    st.vega_lite_chart(chart, alt=said)
    st.caption(t("heat.caption") if found.ensemble else t("heat.pending"))
    with st.expander(t("workshop.table")):
        table = frame.pivot(index="row", columns="age", values="text").loc[rows, ages]
        table.index.name = t("heat.column_row")
        table.columns.name = None
        st.table(table)


def by_scheme(found: Found, t: Words) -> None:
    """Files and money of each scheme, comparator and scenario."""
    table = pd.DataFrame(
        [
            {
                t("scheme.scheme"): scheme_name(str(row["scheme"]), t),
                **{
                    t(f"scheme.{name}"): _both(row, name, t)
                    for name in ("files_received", "files_funded", "committed_eur", "envelope_eur")
                },
            }
            for row in found.point.schemes
        ]
    ).set_index(t("scheme.scheme"))
    st.table(table)
    st.caption(t("scheme.caption"))


def _both(row: Any, name: str, t: Words) -> str:
    def one(side: str) -> str:
        value = row[f"{name}_{side}"]
        if value is None:
            return t("lever.no_limit") if name == "envelope_eur" else "—"
        return (
            plain(value / 1e6, t.language, 1) if name.endswith("_eur") else amount(value, "heads", t.language)
        )

    base, other = one("base"), one("other")
    return base if base == other else t("interval.arrow", base=base, other=other)
