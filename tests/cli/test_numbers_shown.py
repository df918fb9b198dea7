"""Numbers as the terminal shows them."""

import pytest

from sim.cli.numbers import bounds, shown


@pytest.mark.parametrize(
    ("value", "unit", "signed", "english", "french"),
    [
        (None, "heads", False, "–", "–"),
        (1234567.0, "heads", False, "1,234,567", "1\u202f234\u202f567"),
        (12.34, "heads", True, "+12.3", "+12,3"),
        (-0.4, "heads", True, "-0.4", "-0,4"),
        (0.0, "heads", True, "0", "0"),
        (0.0816, "share", False, "8.16 %", "8,16 %"),
        (0.0012, "share", True, "+0.12 pt", "+0,12 pt"),
    ],
)
def test_a_value_in_both_languages(
    monkeypatch: pytest.MonkeyPatch, value: float | None, unit: str, signed: bool, english: str, french: str
) -> None:
    monkeypatch.setenv("PASSERELLES_LANGUAGE", "en")
    assert shown(value, unit, signed) == english
    monkeypatch.setenv("PASSERELLES_LANGUAGE", "fr")
    assert shown(value, unit, signed) == french


def test_bounds_that_are_not_known_are_a_dash(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PASSERELLES_LANGUAGE", "en")
    assert bounds(None, None, "heads") == "–"
    assert bounds(-1.0, 2.0, "heads") == "-1 … +2"
