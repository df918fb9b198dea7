"""The data of the comparison, to download; every assumption with its source."""

from __future__ import annotations

import streamlit as st

from sim.scenario import dump
from sim.service import Request
from sim.views import frame, session, tables
from sim.views.numbers import plain
from sim.views.pages.workshop import found_for
from sim.views.text import Words

_SHOWN = ("key", "label", "value", "unit", "low", "high", "status", "source", "reason")


def page() -> None:
    """Draw the page."""
    t = session.texts()
    frame.heading(t("data.title"), t)
    request: Request | None = st.session_state.get("request")
    if request is None or found_for(request.key) is None:
        st.info(t("data.none"))
    else:
        _downloads(request, t)
    _parameters(t)


def _downloads(request: Request, t: Words) -> None:
    found = found_for(request.key)
    assert found is not None
    st.header(t("data.downloads"))
    st.markdown(t("data.of", other=session.title(request.other, t), base=session.title(request.base, t)))
    made = {
        "effects.csv": tables.csv(tables.effects_table(found)),
        "series.csv": tables.csv(tables.series_table(found)),
        "cells.csv": tables.csv(tables.cells_table(found)),
        "schemes.csv": tables.csv(tables.schemes_table(found)),
        "scenario.toml": dump(request.other).encode(),
        "base.toml": dump(request.base).encode(),
    }
    for side in ("base", "other"):
        if content := session.service().file(request.key, f"stocks-{side}.parquet"):
            made[f"stocks_{side}.parquet"] = content
    with st.container(horizontal=True):
        for name, content in made.items():
            word = name.split(".")[0]
            st.download_button(
                t(f"data.{word}"),
                content,
                file_name=f"passerelles-{request.key}-{name}",
                key=f"download|{name}",
                on_click="ignore",
            )
    st.caption(t("data.units", scale=plain(found.point.scale, t.language, 3)))


def _parameters(t: Words) -> None:
    st.header(t("data.parameters"))
    st.markdown(t("data.parameters_caption"))
    frame = tables.parameters_table()
    asked = st.text_input(t("data.search"), key="search", max_chars=60).casefold().strip()
    frame["label"] = frame[f"label_{t.language}"]
    if asked:
        held = frame[["key", "label", "source", "reason"]].agg(" ".join, axis=1).str.casefold()
        frame = frame[held.str.contains(asked, regex=False)]
    shown = frame[list(_SHOWN)].rename(columns={name: t(f"data.column.{name}") for name in _SHOWN})
    st.dataframe(shown, hide_index=True, height=420)
    st.download_button(
        t("data.parameters_csv"),
        tables.csv(tables.parameters_table()),
        file_name="passerelles-parameters.csv",
        on_click="ignore",
        key="download|parameters",
    )
