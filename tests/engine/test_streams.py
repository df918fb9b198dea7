"""Draws: pure functions of their key, uniform, and compared as integers."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from sim.streams import ONE, Decision, draw, draw_many, stream_key, threshold, thresholds

FALSE_ALARM = 1e-6
"""Chance that a statistical test of this file fails although the draws are uniform."""

PERSONS = np.arange(200_000, dtype=np.int64)


def test_a_draw_depends_on_its_four_keys_and_on_nothing_else() -> None:
    reference = draw_many(stream_key(1, Decision.SEARCH, 40), PERSONS)
    assert np.array_equal(reference, draw_many(stream_key(1, Decision.SEARCH, 40), PERSONS))
    backwards = draw_many(stream_key(1, Decision.SEARCH, 40), PERSONS[::-1].copy())
    assert np.array_equal(reference[::-1], backwards)
    for key in (stream_key(2, Decision.SEARCH, 40), stream_key(1, Decision.LAYOFF, 40),
                stream_key(1, Decision.SEARCH, 41)):
        other = draw_many(key, PERSONS)
        assert abs(np.corrcoef(reference, other)[0, 1]) < 4.9 / np.sqrt(PERSONS.size)
        assert (reference == other).mean() < 1e-4


def test_the_draws_of_today_stay_those_of_tomorrow() -> None:
    # Pinned: a change here changes every result ever published.
    key = stream_key(0, Decision.SEARCH, 36)
    assert [draw(key, person) for person in (0, 1, 2_660_000)] == [1037838646, 3280983526, 2697194674]
    assert list(draw_many(key, np.array([0, 1, 2_660_000]))) == [1037838646, 3280983526, 2697194674]
    assert stream_key(20240101, Decision.PRIORITY, -60) == 578559028915097054


@pytest.mark.parametrize("decision", [Decision.SEARCH, Decision.SEPARATION, Decision.PRIORITY])
def test_draws_are_uniform(decision: Decision) -> None:
    draws = draw_many(stream_key(7, decision, 50), PERSONS)
    counts = np.bincount(draws >> 24, minlength=256)
    assert stats.chisquare(counts).pvalue > FALSE_ALARM
    assert stats.chisquare(np.bincount(draws & 255, minlength=256)).pvalue > FALSE_ALARM
    pairs = np.bincount((draws[:-1] >> 28) * 16 + (draws[1:] >> 28), minlength=256)
    assert stats.chisquare(pairs).pvalue > FALSE_ALARM


def test_months_of_one_person_are_uniform_too() -> None:
    draws = np.array([draw(stream_key(3, Decision.SEARCH, month), 12_345) for month in range(-2000, 2000)])
    assert stats.chisquare(np.bincount(draws >> 28, minlength=16)).pvalue > FALSE_ALARM
    assert abs(np.corrcoef(draws[:-1], draws[1:])[0, 1]) < 4.9 / np.sqrt(draws.size)


def test_the_edges_of_a_probability() -> None:
    draws = draw_many(stream_key(0, Decision.SEARCH, 0), PERSONS)
    assert threshold(0.0) == 0 and not (draws < threshold(0.0)).any()
    assert threshold(1.0) == ONE and (draws < threshold(1.0)).all()
    assert threshold(0.5) == ONE // 2
    for wrong in (-1e-9, 1.0 + 1e-9, float("nan"), float("inf")):
        with pytest.raises(ValueError, match=r"\[0, 1\]"):
            threshold(wrong)
        with pytest.raises(ValueError, match=r"\[0, 1\]"):
            thresholds(np.array([0.5, wrong]))


def test_the_share_below_a_threshold_is_the_probability() -> None:
    draws = draw_many(stream_key(11, Decision.FILLED, 3), PERSONS)
    for probability in (0.001, 0.1, 0.5, 0.93):
        hits = int((draws < threshold(probability)).sum())
        assert stats.binomtest(hits, PERSONS.size, probability).pvalue > FALSE_ALARM


@settings(max_examples=50, deadline=None, derandomize=True)
@given(st.floats(0, 1), st.floats(0, 1))
def test_a_higher_probability_keeps_the_same_people(a: float, b: float) -> None:
    low, high = sorted((a, b))
    assert threshold(low) <= threshold(high)
    assert list(thresholds(np.array([low, high]))) == [threshold(low), threshold(high)]


def test_the_last_bit_of_a_library_moves_no_threshold() -> None:
    probabilities = np.linspace(0.001, 0.999, 999)
    assert np.array_equal(thresholds(probabilities), thresholds(np.nextafter(probabilities, 1.0)))
    assert np.array_equal(thresholds(probabilities), thresholds(np.nextafter(probabilities, 0.0)))


@settings(max_examples=50, deadline=None, derandomize=True)
@given(st.integers(0, 2**62), st.integers(-600, 2000))
def test_any_seed_and_month_has_a_key(seed: int, month: int) -> None:
    assert 0 <= int(stream_key(seed, Decision.SEARCH, month)) < 2**64
