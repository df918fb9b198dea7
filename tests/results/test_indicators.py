"""Indicators: the region's heads, years and euros, checked by hand on a tiny run."""

from dataclasses import replace

import pytest
from fake_results import fake_results

from sim.indicators import INDICATORS, summary, values


def test_heads_are_those_of_the_region() -> None:
    found = values(fake_results(scale=0.5))
    assert found["employed"] == 260.0
    assert found["layoffs"] == 4.0
    assert found["unemployed"] == 40.0


def test_rates_do_not_depend_on_the_scale() -> None:
    for scale in (0.5, 0.1):
        results = fake_results(scale=scale)
        assert values(results)["unemployment_rate"] == pytest.approx(20 / 150)
        assert values(results)["adoption_jobs_share"] == pytest.approx(110 / 200)


def test_unemployment_by_pcs_leaves_out_those_without_an_occupation() -> None:
    parts = summary(fake_results())["indicators"]["unemployment_rate"]["parts"]
    assert parts == {"3": pytest.approx(0.1), "5": None, "6": 0.0}


def test_files_by_scheme_and_year() -> None:
    found = summary(fake_results())["indicators"]
    assert found["files_received_per_year"]["parts"] == {"demissionnaire": 2.0, "ptp": 4.0}
    assert found["files_funded_per_year"]["parts"] == {"ptp": 2.0}
    assert found["funded_share"]["value"] == pytest.approx(1 / 3)
    assert found["durable_conversions_gross"]["value"] == 2.0


def test_euros_committed_and_paid_are_told_apart() -> None:
    found = summary(fake_results())["indicators"]
    assert found["committed_eur_per_year"]["parts"] == {"2024": 54_000.0}
    assert found["paid_eur_per_year"]["parts"] == {"2024": 7_000.02}


def test_what_was_not_recorded_is_none_and_not_zero() -> None:
    found = values(replace(fake_results(), series={}))
    assert found["posts_removed_ai"] is None and found["hires_per_year"] is None
    assert found["adoption_firms_share"] is None


def test_flows_by_quarter() -> None:
    parts = summary(fake_results())["indicators"]["moves_per_quarter"]["parts"]
    assert parts == {"hire_from_unemployment": 18.0, "layoff": 1.0}


def test_every_indicator_has_words_and_a_unit() -> None:
    for indicator in INDICATORS.values():
        assert indicator.unit
        for words in (indicator.label, indicator.help):
            assert set(words) == {"fr", "en"} and all(words.values())
        assert bool(indicator.by) == (indicator.parts is not None)
