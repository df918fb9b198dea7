"""Where moves lead, by hand on a tiny run and on a lived one."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from fake_results import fake_results

from sim.exposure_of_moves import exposure_by_row, measures, of_changes, of_funded
from sim.indicators import INDICATORS, summary, values
from sim.scenario import with_overrides
from sim.trades import EXPOSURE_SOURCES, trades


def automatable(code: str, source: str) -> float:
    known = trades()
    return float(known.automatable[source][known.codes.index(code)])


def test_means_and_shares_by_hand() -> None:
    origin, destination = np.array([0.5, 0.2, 0.2, np.nan]), np.array([0.1, 0.3, 0.2, 0.1])
    found = measures(origin, destination, np.array([1, 2, 1, 9]))
    assert found == {"origin": pytest.approx(1.1 / 4), "destination": pytest.approx(0.9 / 4),
                     "less_exposed": pytest.approx(1 / 4)}  # fmt: skip
    assert set(measures(origin, destination, np.zeros(4)).values()) == {None}


@pytest.mark.parametrize("source", EXPOSURE_SOURCES)
def test_a_run_whose_every_move_goes_from_clerks_to_engineers(source: str) -> None:
    results = fake_results()
    moved = replace(results, scenario=with_overrides(results.scenario, {"ai.exposure_source": source}))
    found, clerks, engineers = values(moved), automatable("E02", source), automatable("C03", source)
    for who in ("changes", "funded", "converted"):
        assert found[f"{who}_origin_exposure"] == pytest.approx(clerks)
        assert found[f"{who}_destination_exposure"] == pytest.approx(engineers)
        assert found[f"{who}_to_less_exposed_share"] == 1.0
    parts = summary(moved)["indicators"]
    assert parts["changes_origin_exposure"]["parts"] == {"hire_from_unemployment": pytest.approx(clerks)}
    assert set(parts["funded_origin_exposure"]["parts"]) == {"ptp"}


def test_the_ruler_follows_the_level_and_may_be_another_source() -> None:
    results = fake_results()
    raised = replace(results, scenario=with_overrides(results.scenario, {"ai.exposure_level": "1"}))
    assert (exposure_by_row(raised)[:3] >= exposure_by_row(results)[:3]).all()
    assert np.array_equal(
        exposure_by_row(raised, "white_paper")[:3], exposure_by_row(results, "white_paper")[:3]
    )
    assert np.isnan(exposure_by_row(results)[3])


def test_nobody_moved_is_not_defined() -> None:
    results = fake_results()
    still = replace(results, flows=np.zeros_like(results.flows))
    assert of_changes(still)["all"] == {"origin": None, "destination": None, "less_exposed": None}
    late = {**results.files, "month_decided": np.array([-1, -1, -1])}
    assert of_funded(replace(results, files=late))["all"]["origin"] is None
    assert values(still)["changes_to_less_exposed_share"] is None


def test_the_indicators_are_registered_with_their_breakdowns() -> None:
    names = [name for name in INDICATORS if name.endswith(("_exposure", "less_exposed_share"))]
    assert len(names) == 9 and {INDICATORS[name].by for name in names} == {"reason", "scheme"}
