"""The first page: what this is for, scenarios to start from, how to read, limits."""

from __future__ import annotations

import streamlit as st

from sim.scenario import load, shipped
from sim.views import frame, session
from sim.views.numbers import amount
from sim.views.text import Words

_COLUMNS = 3


def page() -> None:
    """Draw the page."""
    t = session.texts()
    frame.heading(t("home.title"), t)
    st.markdown(t("home.purpose"))
    st.header(t("home.scenarios"))
    names = shipped()
    for first in range(0, len(names), _COLUMNS):
        for column, name in zip(st.columns(_COLUMNS), names[first : first + _COLUMNS], strict=False):
            with column, st.container(border=True, height="stretch"):
                _scenario(name, t)
    st.header(t("home.how_title"))
    st.markdown(t("home.how"))
    st.header(t("home.limits_title"))
    st.markdown(t("home.limits"))


def _scenario(name: str, t: Words) -> None:
    scenario = load(name)
    st.subheader(scenario.title[t.language], anchor=False)
    st.markdown(scenario.narrative[t.language])
    if name == session.REFERENCE:
        st.caption(t("home.is_reference"))
    elif said := _stored(name, t):
        st.caption(said)
    if st.button(t("home.open"), key=f"open|{name}", help=scenario.title[t.language]):
        session.set_start(name)
        st.switch_page(st.session_state["pages"]["workshop"])


def _stored(name: str, t: Words) -> str:
    """The scenario's headline where this machine has computed it already."""
    service = session.service()
    key = session.request_of(load(session.REFERENCE), load(name)).key
    answer = service.answer(key, "region")
    if answer is None:
        return ""
    posts, layoffs = answer.effect("posts_removed_ai"), answer.effect("layoffs")
    if posts is None or layoffs is None or posts.difference is None or layoffs.difference is None:
        return ""
    return t(
        "home.stored",
        posts=amount(posts.difference, "posts", t.language, signed=True),
        layoffs=amount(layoffs.difference, "heads", t.language, signed=True),
    )
