"""What a session holds: its language, its levers, the comparison it wants; and the service they share."""

from __future__ import annotations

import os
import uuid
from typing import cast

import streamlit as st

from sim.errors import Language
from sim.parameters import Scalar
from sim.scenario import Scenario, load, shipped
from sim.service import Request, RunService
from sim.views.levers import moved, settings, without_policies
from sim.views.text import LANGUAGES, Words, words

START = "ai-fast-ptp-doubled"
"""What the workshop opens on: a scenario in which both AI and a budget move."""

REFERENCE = "reference"
AGAINST = ("reference", "same_ai")


@st.cache_resource(show_spinner=False)
def service() -> RunService:
    """The one service of this server; it prepares the opening of the sample at once."""
    started = RunService()
    started.warm(request_of(load(REFERENCE), load(REFERENCE)).provisional_scale)
    return started


def language() -> Language:
    """The session's language: the address's ``lang``, French first."""
    asked = st.session_state.get("lang") or st.query_params.get("lang")
    return cast(Language, asked) if asked in LANGUAGES else "fr"


def set_language(asked: str) -> None:
    """Speak another language from now on; the address says so too."""
    st.session_state["lang"] = asked
    st.query_params["lang"] = asked


def texts() -> Words:
    return words(language())


def session_id() -> str:
    """A name for this session, unknown to the others."""
    return cast(str, st.session_state.setdefault("session", uuid.uuid4().hex))


def start() -> Scenario:
    """The scenario that the levers start from."""
    asked = st.session_state.get("start") or st.query_params.get("scenario")
    name = asked if asked in shipped() else START
    st.session_state["start"] = name
    return load(name)


def set_start(name: str) -> None:
    """Start from another scenario; the levers take its values."""
    st.session_state["start"] = name
    reset()


def reset() -> None:
    """Put every lever back to the starting scenario."""
    st.session_state["values"] = settings(load(st.session_state["start"]))
    st.session_state["generation"] = st.session_state.get("generation", 0) + 1


def values() -> dict[str, Scalar]:
    """Present value of every lever; the session's own, to be changed in place."""
    if "values" not in st.session_state:
        st.session_state["values"] = settings(start())
    return cast(dict[str, Scalar], st.session_state["values"])


def scenario() -> Scenario:
    """The scenario that the levers make."""
    return moved(start(), values())


def base_of(other: Scenario, against: str) -> Scenario:
    return without_policies(other) if against == "same_ai" else load(REFERENCE)


def request_of(base: Scenario, other: Scenario) -> Request:
    """A request at this server's scales, which PASSERELLES_APP_SCALE and PASSERELLES_APP_REPLICATES set."""
    scale = float(os.environ.get("PASSERELLES_APP_SCALE", "1"))
    replicates = int(os.environ.get("PASSERELLES_APP_REPLICATES", "19"))
    return Request(base, other, scale, min(0.05, scale / 2), min(0.1, scale), replicates)


def title(shown: Scenario, t: Words) -> str:
    """A scenario's title, marked when its levers were moved."""
    if shown.name == "sans-mesures":
        return t("against.short_same_ai")
    text = shown.title[t.language]
    return t("workshop.modified", title=text) if shown.name == "atelier" else text
