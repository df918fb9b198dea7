"""What every page begins with: its title and the switch of language."""

from __future__ import annotations

from html import escape

import streamlit as st

from sim.views import session
from sim.views.text import LANGUAGES, Words

_LANGUAGE_NAMES = {"fr": "Français", "en": "English"}
_STYLE = """<style>
.stMain h1{font-size:1.75rem;line-height:1.2;padding:.25rem 0}
.stMain h2{font-size:1.3rem}
.stMain h3{font-size:1.1rem}
.pa-hint{font-size:.9rem;margin:0}
@media (min-width:769px){[data-testid="stElementContainer"]:has(.pa-hint){display:none}}
</style>"""
_SET_PAGE_LANGUAGE = "<script>document.documentElement.lang = '{language}';</script>"


def levers_hint(t: Words) -> None:
    """On a narrow screen, where the levers are."""
    st.html(f'<p class="pa-hint">{escape(t("lever.hint"))}</p>')


def heading(title: str, t: Words) -> None:
    """The page's title beside the switch of language."""
    # The page's own language tells screen readers how to pronounce it; one of two fixed words goes in.
    st.html(_SET_PAGE_LANGUAGE.format(language=t.language), unsafe_allow_javascript=True)
    st.html(_STYLE)
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.title(title, width="content", anchor=False)
        asked = st.segmented_control(
            t("language"),
            LANGUAGES,
            default=t.language,
            key=f"switch|{t.language}",
            required=True,
            format_func=lambda code: _LANGUAGE_NAMES[code],
            label_visibility="collapsed",
        )
    st.session_state["lang"] = t.language
    if st.query_params.get("lang") != t.language:
        st.query_params["lang"] = t.language
    if asked and asked != t.language:
        session.set_language(asked)
        st.rerun()
