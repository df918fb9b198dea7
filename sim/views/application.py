"""The application: its pages and what they share."""

from __future__ import annotations

import streamlit as st

from sim.views import session
from sim.views.pages import data, home, workshop


def run() -> None:
    """Draw the page that was asked for."""
    t = session.texts()
    st.set_page_config(page_title=t("app_name"), layout="wide", menu_items={})
    session.service()
    # The address names a scenario on whichever page it opens; going to another page forgets the address.
    session.start()
    pages = {
        "home": st.Page(home.page, title=t("page.home"), url_path="accueil", default=True),
        "workshop": st.Page(workshop.page, title=t("page.workshop"), url_path="atelier"),
        "data": st.Page(data.page, title=t("page.data"), url_path="donnees"),
    }
    st.session_state["pages"] = pages
    chosen = st.navigation(list(pages.values()), position="top")
    chosen.run()
