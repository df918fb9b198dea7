"""Errors say the place, the value, what was expected and the nearest word; months count from January 2021."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim import errors
from sim.calendar import OPENING, date_of, first_of_month, month_of, month_of_text, text_of_month


def concrete() -> list[type[errors.PasserellesError]]:
    return [c for c in errors.PasserellesError.__subclasses__() if c is not errors.Errors]


def test_codes_are_unique_and_every_fault_speaks_both_languages() -> None:
    classes = concrete()
    codes = [c.code for c in classes if c.__module__ == "sim.errors"]
    assert len(codes) == len(set(codes)) and "E00" not in codes
    for fault in classes:
        message = fault("file:3 key", "x" * 100, "a number", "near")
        assert message.code in message.message("fr") and message.message("fr") != message.message("en")


def test_a_message_is_one_line_and_shortens_the_value() -> None:
    error = errors.OutOfRange("a\nb", "1\n" * 500, "0 to 1")
    assert "\n" not in str(error)
    assert error.value is not None and len(error.value) == errors.SHOWN_CHARACTERS


@given(st.text(), st.text())
def test_any_value_can_be_told(place: str, value: str) -> None:
    assert errors.UnknownKey(place, value).message("fr").startswith("E19")


def test_several_errors_are_raised_together_and_none_for_none() -> None:
    errors.raise_all([])
    with pytest.raises(errors.BadDate):
        errors.raise_all([errors.BadDate()])
    with pytest.raises(errors.Errors) as caught:
        errors.raise_all([errors.BadDate(), errors.TooBig()])
    assert caught.value.message("en").count("\n") == 1


def test_nearest_word() -> None:
    assert errors.nearest("budgett", ["budget", "horizon"]) == "budget"
    assert errors.nearest("zzz", ["budget"]) is None


@given(st.dates())
def test_months_and_dates_agree(day: date) -> None:
    assert date_of(month_of(day)) == day.replace(day=1)
    assert month_of_text(text_of_month(month_of(day))) == month_of(day)


def test_the_opening_is_january_2024() -> None:
    assert month_of(date(2021, 1, 31)) == 0
    assert date_of(OPENING) == date(2024, 1, 1)


@pytest.mark.parametrize("text", ["2024-13", "2024-1", "24-01", "2024/01", "", "2024-0١", "-001-01"])
def test_a_bad_month_is_refused(text: str) -> None:
    with pytest.raises(errors.BadDate):
        month_of_text(text)


def test_only_the_first_of_a_month_starts_a_month() -> None:
    with pytest.raises(errors.BadDate, match="2025-02-01"):
        first_of_month(date(2025, 2, 3))
    with pytest.raises(errors.BadDate):
        date_of(200_000)
