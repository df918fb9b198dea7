"""Answers and their readings: numbers of the region, honest intervals, words in both languages."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from fake_answers import pair

from sim.answer import Answer, answer_from, answer_of, bounds, cells, monthly
from sim.effects import interval
from sim.views.cards import cards
from sim.views.numbers import amount
from sim.views.readings import HEADLINES, Found, Reading, interval_text, reading, sentence, widened
from sim.views.tables import cells_table, effects_table, parameters_table, series_table
from sim.views.text import words

Answers = dict[str, Answer]


def test_an_answer_is_read_as_it_was_written(answers: Answers) -> None:
    written = json.loads(json.dumps(answers["ensemble"].as_dict(), allow_nan=False))
    assert json.loads(json.dumps(answer_from(written).as_dict())) == written


def test_flows_are_totals_of_the_region_since_the_opening() -> None:
    results = pair(0)[0]
    assert monthly(results)["layoffs"][-1] == results.series["layoffs"].sum() / results.scale


def test_cells_hold_everyone_employed() -> None:
    results = pair(0)[0]
    employed = results.stocks[-12:, :-1, :, :, 0].sum() / 12 / results.scale
    assert cells(results)["employed"].sum() == pytest.approx(employed)


@pytest.mark.parametrize("kind", ["total", "chance"])
@pytest.mark.parametrize("count", [4, 19])
def test_bounds_are_those_of_the_effects(kind: str, count: int) -> None:
    values = [(7.0 * k) % 5 - 1 for k in range(count)]
    low, high = bounds(np.array(values)[:, None], kind)  # type: ignore[arg-type]
    assert low is not None and high is not None
    assert (low[0], high[0]) == pytest.approx(interval(values, kind))  # type: ignore[arg-type]


def test_one_pair_of_worlds_claims_nothing(answers: Answers) -> None:
    read = reading(Found(answers["provisional"]), "layoffs")
    t = words("fr")
    assert read.verdict == "pending" and interval_text(read, t) == t("interval.pending")
    assert t("sentence.pending") in sentence(read, t, "la référence")


def test_an_interval_that_holds_zero_is_said_to() -> None:
    noisy = answer_of("ensemble", [pair(1, layoffs=n) for n in (0, 4, 1, 3)])
    read = reading(Found(answer_of("region", [pair(0)]), noisy), "layoffs")
    assert read.verdict == "unclear"
    assert "indiscernable" in sentence(read, words("fr"), "la référence").casefold()


def test_a_difference_in_every_pair_is_told(answers: Answers) -> None:
    found = Found(answers["region"], answers["ensemble"])
    read = reading(found, "layoffs")
    assert read.verdict == "more" and read.difference == 4.0
    assert sentence(read, words("en"), "the reference") == "4 more lay-offs than in the reference."


def test_the_interval_always_holds_the_number_shown() -> None:
    assert widened(5.0, 1.0, 3.0) == (1.0, 5.0)
    assert widened(0.0, 1.0, 3.0) == (0.0, 3.0)


def test_conversions_per_million_need_more_money(answers: Answers) -> None:
    read = reading(Found(answers["region"], answers["ensemble"]), "funded_net_per_million_eur")
    assert read.verdict == "undefined"
    assert sentence(read, words("fr"), "la référence").startswith("Non défini")


def test_the_funded_are_not_counted_where_no_policy_moved(answers: Answers) -> None:
    found = Found(answers["region"], answers["ensemble"])
    assert reading(found, "funded_additional", policies=False).verdict == "no_policy"


def test_cards_escape_what_they_show(answers: Answers) -> None:
    found = Found(answers["region"], answers["ensemble"])
    html = cards([reading(found, name) for name in HEADLINES], words("fr"), "<img src=x>")
    assert "<img" not in html and html.count("<article") == len(HEADLINES)


@pytest.mark.parametrize(
    ("value", "unit", "french", "english"),
    [
        (35_060.0, "posts", "+35\u202f100", "+35,100"),
        (-180.4, "heads", "\u2212180", "\u2212180"),
        (0.0, "heads", "0", "0"),
        (0.0012, "points", "+0,12\u00a0pt", "+0.12\u00a0pt"),
        (29e6, "EUR per year", "+29\u00a0M€", "+€29m"),
        (23.94, "heads per million EUR", "+23,9", "+23.9"),
    ],
)
def test_numbers_read_as_in_the_language(value: float, unit: str, french: str, english: str) -> None:
    assert amount(value, unit, "fr", signed=True) == french
    assert amount(value, unit, "en", signed=True) == english


def test_tables_hold_every_number(answers: Answers) -> None:
    found = Found(answers["region"], answers["ensemble"])
    assert set(effects_table(found)["indicator"]) >= set(HEADLINES)
    assert len(series_table(found)) == 12 * len(answers["region"].series)
    assert len(cells_table(found)) == 2 * 60
    table = parameters_table()
    assert (table[["unit", "source", "reason"]] != "").all().all()


def test_a_reading_of_nothing_is_not_defined(answers: Answers) -> None:
    bare = Found(replace(answers["region"], effects=()))
    assert reading(bare, "layoffs") == Reading("layoffs", "", None, None, None, None, None, "undefined")
