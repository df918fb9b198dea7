"""The workshop: levers on the left, what they change on the right, refined while one reads."""

from __future__ import annotations

import streamlit as st

from sim.errors import PasserellesError
from sim.law_notice import law_notice
from sim.scenario import Scenario, shipped
from sim.service import Busy, JobState, Request
from sim.views import controls, figures, frame, levers, session
from sim.views.cards import cards
from sim.views.numbers import amount, millions, plain
from sim.views.readings import HEADLINES, Found, reading, unspent
from sim.views.text import Words

_POLL_SECONDS = 1.0
_FUNDING_NEEDS_SCALE = 0.1
"""Below, a sample holds too few funded people to show what funding does."""


def page() -> None:
    """Draw the page."""
    t = session.texts()
    other = _levers(t)
    if other is None:
        return
    frame.heading(session.title(other, t), t)
    frame.levers_hint(t)
    against = st.segmented_control(
        t("against.label"),
        session.AGAINST,
        default=st.session_state.get("against", "reference"),
        key=f"against|{t.language}",
        required=True,
        format_func=lambda name: t(f"against.{name}"),
    )
    st.session_state["against"] = against or "reference"
    base = session.base_of(other, st.session_state["against"])
    request = session.request_of(base, other)
    try:
        key = session.service().submit(request, session.session_id())
    except Busy:
        st.warning(t("status.busy"))
        return
    st.session_state["request"] = request
    state = session.service().state(key)
    _status(key, state, t)
    if state.status == "failed":
        _failed(key, state, t)
    found = found_for(key)
    if found is None:
        if state.pending:
            st.info(t("workshop.waiting"))
        return
    _results(found, request, t)


def _levers(t: Words) -> Scenario | None:
    with st.sidebar:
        names = shipped()
        present = session.start().name
        chosen = st.selectbox(
            t("lever.start"),
            names,
            index=names.index(present),
            help=t("lever.start_help"),
            key=f"start|{t.language}|{present}",
            format_func=lambda name: _shipped_title(name, t),
        )
        if chosen != present:
            session.set_start(chosen)
            st.rerun()
        controls.panel(t)
        if levers.changed(session.start(), session.values()):
            st.button(t("lever.reset"), on_click=session.reset)
    try:
        return session.scenario()
    except PasserellesError as fault:
        st.error(fault.message(t.language))
        return None


def _shipped_title(name: str, t: Words) -> str:
    from sim.scenario import load

    return load(name).title[t.language]


def found_for(key: str) -> Found | None:
    """What the comparison has so far."""
    service = session.service()
    point = service.answer(key, "region") or service.answer(key, "provisional")
    if point is None:
        return None
    return Found(point, service.answer(key, "ensemble"), service.answer(key, "other_end"))


def _status(key: str, seen: JobState, t: Words) -> None:
    """How far the run is; asks every second, and has the page drawn anew when there is something new."""

    def ask() -> None:
        service = session.service()
        service.touch(session.session_id())
        state = service.state(key)
        if (state.version, state.status == "failed", state.pending) != (
            seen.version,
            seen.status == "failed",
            seen.pending,
        ):
            st.rerun(scope="app")
        if state.pending:
            text, share = progress_words(state, t)
            st.progress(share, text=text)

    st.fragment(ask, run_every=_POLL_SECONDS if seen.pending else None)()


def progress_words(state: JobState, t: Words) -> tuple[str, float]:
    """The state in words and the share done."""
    if state.status == "queued":
        return t("status.queued", position=state.position), 0.0
    said = state.progress
    if not said or not said.get("total"):
        return t("status.starting"), 0.0
    share = min(1.0, said["done"] / said["total"])
    if said["phase"] != "months":
        years = {"burn-in": "2016-2020", "2021-2023": "2021-2023"}.get(said["phase"], "…")
        return t("status.opening", stage=years, percent=plain(100 * share, t.language)), share
    request: Request | None = st.session_state.get("request")
    scale = amount(request.provisional_scale, "share", t.language) if request else ""
    text = t(
        f"status.months_{said['stage']}",
        done=said["done"],
        total=said["total"],
        scale=scale,
        pair=said["pair"],
        pairs=said["pairs"],
    )
    return text, min(1.0, (said["pair"] - 1 + share) / said["pairs"])


def _failed(key: str, state: JobState, t: Words) -> None:
    st.error(t("status.failed", fault=controls.escaped(state.fault.get(t.language, ""))))
    if st.button(t("status.retry")):
        session.service().retry(key)
        st.rerun()


def _results(found: Found, request: Request, t: Words) -> None:
    against = t(f"against.short_{st.session_state['against']}")
    policies = levers.differs(request.base, request.other, "policy")
    st.markdown(shown_world(found, t, unchanged=request.unchanged))
    if request.unchanged:
        st.info(t("notice.unchanged"))
    figures.scale_of_things(found, t)
    st.header(t("workshop.answers"), anchor=False)
    st.caption(t("workshop.over", against=against, end=figures.month_words(found.point.months[-1], t)))
    st.html(cards([reading(found, name, policies=policies) for name in HEADLINES], t, against))
    st.markdown("\n".join(f"- {text}" for text in notices(found, request, policies, t)))
    if not request.unchanged:
        figures.both_ends(found, policies, t)
    st.header(t("workshop.changes_in_time"), anchor=False)
    figures.over_time(found, t)
    st.header(t("workshop.who"), anchor=False)
    figures.who(found, t)
    st.header(t("workshop.by_scheme"), anchor=False)
    figures.by_scheme(found, t)


def shown_world(found: Found, t: Words, *, unchanged: bool) -> str:
    """Which scale and how many paired worlds the figures come from."""
    scale = amount(found.point.scale, "share", t.language)
    kind = "provisional" if found.provisional else "region" if found.point.scale == 1 else "sample"
    text = t(f"shown.{kind}", scale=scale)
    if unchanged:
        return text
    if found.ensemble is None:
        return f"{text} {t('shown.no_interval')}"
    small = amount(found.ensemble.scale, "share", t.language)
    return f"{text} {t('shown.interval', pairs=found.ensemble.pairs, scale=small)}"


def notices(found: Found, request: Request, policies: bool, t: Words) -> list[str]:
    """What a reader of these figures must know."""
    said = []
    if policies and levers.differs(request.base, request.other, "assumption"):
        said.append(t("notice.mixed"))
    if policies and found.point.scale < _FUNDING_NEEDS_SCALE:
        scale = amount(found.point.scale, "share", t.language)
        said.append(t("notice.small_sample", scale=scale))
    for scheme, committed, envelope in unspent(found):
        euros = {"committed": millions(committed, t.language), "envelope": millions(envelope, t.language)}
        said.append(t("notice.unspent", scheme=figures.scheme_name(scheme, t), **euros))
    law = law_notice(request.other.law, found.point.months[-1])
    if law is not None:
        said.append(law[t.language])
    elif request.other.law == "constant":
        said.append(t("notice.law"))
    return [*said, t("notice.scope")]
