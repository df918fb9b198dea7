"""Both ends of the closure of posts: which scenarios stand where, and what is said of a sign that changes."""

from __future__ import annotations

from dataclasses import replace

import pytest
from fake_results import fake_results

from sim.calendar import OPENING
from sim.closure_ends import (
    KEY,
    SIGN_CHANGES,
    SIGN_UNCLEAR,
    TwoEnds,
    at,
    end_of,
    opposite,
    shared_end,
    two_ends,
)
from sim.effects import Comparison, Effect, paired_effects
from sim.scenario import load, results_digest


def effect(difference: float, low: float | None = None, high: float | None = None) -> Effect:
    untold = low is None or high is None or low <= 0.0 <= high
    return Effect("employed", "heads", 0.0, difference, difference, low, high, "total", untold)


@pytest.mark.parametrize(
    ("fixed", "respond", "remark"),
    [
        (effect(5.0, 1.0, 9.0), effect(3.0, 1.0, 5.0), None),
        (effect(5.0, 1.0, 9.0), effect(-3.0, -5.0, -1.0), SIGN_CHANGES),
        (effect(5.0, -1.0, 9.0), effect(-3.0, -5.0, -1.0), SIGN_UNCLEAR),
        (effect(5.0), effect(-3.0), SIGN_UNCLEAR),
        (effect(0.0, 0.0, 0.0), effect(-3.0, -5.0, -1.0), None),
    ],
)
def test_a_sign_that_changes_is_said(fixed: Effect, respond: Effect, remark: object) -> None:
    both = TwoEnds("employed", "heads", fixed, respond)
    assert both.remark is remark
    assert both.as_dict()["sign_changes"] is (remark is not None)


def test_scenarios_stand_at_an_end_or_between() -> None:
    reference = load("reference")
    respond = at(reference, "respond")
    assert (end_of(reference), end_of(respond)) == ("fixed", "respond")
    assert at(reference, "fixed") is reference and at(respond, "respond") is respond
    assert results_digest(at(respond, "fixed")) == results_digest(reference)
    later = replace(reference, overrides={**reference.overrides, KEY: ((OPENING + 24, "respond"),)})
    assert end_of(later) is None and end_of(at(later, "respond")) == "respond"
    assert shared_end(reference, load("ai-fast")) == "fixed"
    assert shared_end(reference, respond) is None
    assert [opposite(end) for end in ("fixed", "respond")] == ["respond", "fixed"]  # type: ignore[arg-type]


def test_the_regional_effects_are_there_at_both_ends() -> None:
    bases, others = (fake_results(0),), (fake_results(0, layoffs=5),)
    comparison = Comparison(bases, others, paired_effects(bases, others))
    rows = two_ends({"fixed": comparison, "respond": comparison})
    assert {row.indicator for row in rows} >= {"employed", "unemployed", "hires_per_year", "vacancies"}
    assert all(row.fixed == row.respond and row.remark is None for row in rows)
