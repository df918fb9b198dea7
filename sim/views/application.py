"""The application: pages, language, and what every page has in common."""

from __future__ import annotations

import streamlit as st

from sim.views import session
from sim.views.pages import data, home, workshop
from sim.views.text import LANGUAGES, Words

_LANGUAGE_NAMES = {"fr": "Français", "en": "English"}
_SET_PAGE_LANGUAGE = "<script>document.documentElement.lang = '{language}';</script>"


def run() -> None:
    """Draw the page that was asked for."""
    t = session.texts()
    st.set_page_config(page_title=t("app_name"), layout="wide", menu_items={})
    session.service()
    pages = {
        "home": st.Page(home.page, title=t("page.home"), url_path="accueil", default=True),
        "workshop": st.Page(workshop.page, title=t("page.workshop"), url_path="atelier"),
        "data": st.Page(data.page, title=t("page.data"), url_path="donnees"),
    }
    st.session_state["pages"] = pages
    chosen = st.navigation(list(pages.values()), position="top")
    _language_switch(t)
    chosen.run()


def _language_switch(t: Words) -> None:
    present = session.language()
    # The page's own language tells screen readers how to pronounce it; one of two fixed words goes in.
    st.html(_SET_PAGE_LANGUAGE.format(language=present), unsafe_allow_javascript=True)
    with st.container(horizontal=True, horizontal_alignment="right"):
        asked = st.segmented_control(
            t("language"),
            LANGUAGES,
            default=present,
            key=f"switch|{present}",
            required=True,
            format_func=lambda code: _LANGUAGE_NAMES[code],
            label_visibility="collapsed",
        )
    st.session_state["lang"] = present
    if st.query_params.get("lang") != present:
        st.query_params["lang"] = present
    if asked and asked != present:
        st.session_state["lang"] = asked
        st.query_params["lang"] = asked
        st.rerun()
