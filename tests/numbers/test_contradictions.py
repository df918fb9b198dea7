"""The arithmetic that settles the documents' contradictions, repeated from the table of statistics."""

from __future__ import annotations

import pytest

from calibration.contradictions import SETTLEMENTS


@pytest.mark.parametrize(
    ("name", "printed", "settled"),
    [
        ("industry_women", 18.1, 28.1),
        ("non_market_women", 67.8, 67.85),
        ("sex_share_base", 50.2, 50.08),
        ("non_market_self_employed", 63_310, 67_310),
        ("employment_base", 1_132_000, 2_497_290),
        ("pcs_shares", 100.1, 100.0),
        ("farmers", 48_748, 62_370),
        ("self_employed_share", 11.1, 14.51),
        ("digital_jobs", 65_000, 110_000),
        ("opco_actions", 172_000, 147_000),
        ("second_wave", 87_000, 18_945),
        ("labour_supply", -0.09, 0.73),
        ("public_servants", 0.0, 23.98),
    ],
)
def test_each_contradiction_is_settled(name: str, printed: float, settled: float) -> None:
    found = SETTLEMENTS[name]()
    assert (found.printed, found.settled) == (pytest.approx(printed), pytest.approx(settled))


def test_the_steps_agree_with_one_another() -> None:
    self_employed = SETTLEMENTS["non_market_self_employed"]().steps
    assert self_employed["by_row"] == self_employed["by_column"] == 67_310
    assert abs(self_employed["by_growth"] - 67_310) < 500 < abs(self_employed["by_growth"] - 63_310)
    sexes = SETTLEMENTS["sex_share_base"]().steps
    assert sexes["on_totals"] == pytest.approx(49.0, abs=0.05)
    assert sexes["women_region_over_france"] == pytest.approx(8.34, abs=0.01)
    assert sexes["men_region_over_france"] == pytest.approx(8.10, abs=0.01)
    assert SETTLEMENTS["employment_base"]().steps["sum_of_sectors"] == 2_497_290
    assert SETTLEMENTS["employment_base"]().steps["end_of_2022"] == 2_183_212
    assert SETTLEMENTS["labour_supply"]().steps["missing"] == pytest.approx(0.82, abs=0.01)
