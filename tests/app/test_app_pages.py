"""The pages with made-up answers: what a click changes, in both languages, without a simulation."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from sim.scenario import load
from sim.service import RunService
from sim.views import session
from sim.views.pages.workshop import notices
from sim.views.text import words

Make = Callable[..., RunService]
Until = Callable[[Callable[[], bool]], None]
PTP = "lever|schemes.ptp.budget_eur_per_year|fr|0"


def workshop() -> None:
    import streamlit as st

    from sim.views.pages import workshop

    st.session_state.setdefault("lang", "fr")
    workshop.page()


def either() -> None:
    import streamlit as st

    from sim.views.pages import data, workshop

    (data if st.session_state.get("on_data") else workshop).page()


@pytest.fixture
def service(make_service: Make, monkeypatch: pytest.MonkeyPatch) -> Iterator[RunService]:
    made = make_service()
    monkeypatch.setattr(session, "service", lambda: made)
    monkeypatch.setenv("PASSERELLES_APP_REPLICATES", "4")
    yield made


def opened(script: Callable[[], None], **state: Any) -> AppTest:
    page = AppTest.from_function(script, default_timeout=30)
    for name, value in state.items():
        page.session_state[name] = value
    page.run()
    assert not page.exception
    return page


def finished(page: AppTest, service: RunService, until: Until) -> AppTest:
    """The page once its comparison is over."""
    key = page.session_state["request"].key
    until(lambda: not service.state(key).pending)
    page.run()
    assert not page.exception
    return page


def shown(page: AppTest) -> str:
    """The texts of the page: paragraphs, notices, captions and raw HTML."""
    parts = [*page.markdown, *page.info, *page.caption, *page.get("html")]
    return " ".join(str(getattr(part, "value", "")) or str(part.proto.body) for part in parts)


def test_the_workshop_answers_at_once_and_then_with_intervals(service: RunService, until: Until) -> None:
    page = opened(workshop)
    assert page.title[0].value == "IA rapide, budget du PTP doublé"
    text = shown(finished(page, service, until))
    assert "Postes supprimés par l'IA" in text and "Intervalles à 90" in text


@pytest.mark.parametrize(
    ("language", "columns", "said"),
    [
        ("fr", ["postes fixes", "postes qui répondent"], "embauches par an"),
        ("en", ["posts fixed", "posts respond"], "hires a year"),
    ],
)
def test_both_ends_of_the_closure_come_with_the_refinement(
    service: RunService, until: Until, language: str, columns: list[str], said: str
) -> None:
    page = finished(opened(workshop, lang=language), service, until)
    table = next(table.value for table in page.table if list(table.value.columns) == columns)
    assert said in table.index and len(table) >= 5
    both = table.loc[said]
    assert both[columns[0]] != both[columns[1]]
    assert columns[0] in shown(page).casefold()


def test_the_first_answer_does_not_wait_for_the_other_end(
    make_service: Make, monkeypatch: pytest.MonkeyPatch, until: Until
) -> None:
    slow = make_service(0.5)
    monkeypatch.setattr(session, "service", lambda: slow)
    page = opened(workshop)
    key = page.session_state["request"].key
    until(lambda: "provisional" in slow.stored(key))
    page.run()
    assert "other_end" not in slow.stored(key)
    assert not page.exception and "arrive avec l'affinage" in shown(page)


def test_a_moved_budget_is_another_comparison(service: RunService, until: Until) -> None:
    page = opened(workshop, start="reference")
    before = page.session_state["request"]
    assert before.unchanged and "ne change rien" in shown(finished(page, service, until))
    page.number_input(key=PTP).set_value(40.0).run()
    after = page.session_state["request"]
    assert after.other.overrides["schemes.ptp.budget_eur_per_year"] == ((48, 40_000_000),)
    assert after.key != before.key and "(modifié)" in page.title[0].value


def test_levers_keep_their_values_in_the_other_language(service: RunService) -> None:
    page = opened(workshop, start="reference")
    page.number_input(key=PTP).set_value(40.0).run()
    page.session_state["lang"] = "en"
    page.run()
    assert not page.exception
    assert page.number_input(key=PTP.replace("|fr|", "|en|")).value == 40.0
    assert "(modified)" in page.title[0].value


def test_the_same_ai_isolates_the_policies(service: RunService) -> None:
    page = opened(workshop, start="ai-fast-ptp-doubled", against="same_ai")
    assert page.session_state["request"].base.overrides.keys() == {"ai.adoption_path"}


def test_a_failed_run_says_why_and_offers_to_try_again(
    service: RunService, until: Until, tmp_path: Path
) -> None:
    (tmp_path / "comparisons").mkdir(exist_ok=True)
    (tmp_path / "comparisons" / "fail").touch()
    page = finished(opened(workshop), service, until)
    assert "panne" in page.error[0].value
    assert any(button.label == "Réessayer" for button in page.button)


def test_a_full_queue_is_told(make_service: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    full = make_service(queue_limit=0)
    monkeypatch.setattr(session, "service", lambda: full)
    assert "occupé" in opened(workshop).warning[0].value


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_data_page_offers_files_and_sources(service: RunService, until: Until, language: str) -> None:
    page = finished(opened(either, lang=language), service, until)
    page.session_state["on_data"] = True
    page.run()
    assert not page.exception
    assert len(page.get("download_button")) >= 7
    found = page.dataframe[0].value
    page.text_input(key="search").set_value("SMIC").run()
    assert 0 < len(page.dataframe[0].value) < len(found)


def test_home_opens_every_shipped_scenario(service: RunService) -> None:
    page = AppTest.from_file(str(Path(__file__).parents[2] / "app.py"), default_timeout=30).run()
    assert not page.exception
    assert len([button for button in page.button if button.label == "Ouvrir dans l'atelier"]) == 6


@pytest.mark.parametrize(
    ("law", "said"),
    [("constant", "Constant law"), ("effective", "2024-05-01"), ("2024-03-01", "2024-03-01")],
)
def test_the_caveats_say_under_which_law_and_how_far_it_is_known(
    law: str, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sim.law_notice.last_known_month", lambda: 40)
    base = load("reference")
    point = SimpleNamespace(scale=1.0, months=(36, 37, 100), schemes=())
    request = SimpleNamespace(base=base, other=replace(base, law=law))
    found = notices(SimpleNamespace(point=point), request, False, words("en"))  # type: ignore[arg-type]
    assert said in found[-2] and ("Constant law" in " ".join(found)) is (law == "constant")
