"""The white paper's list of occupations as shares of tasks: the arithmetic, repeated apart."""

from __future__ import annotations

from itertools import pairwise

import pytest

from calibration.occupation_table import listed
from calibration.white_paper_exposure import (
    COLUMNS,
    READINGS,
    automatable_of_listed,
    bounds,
    clerical_exposed,
    listed_codes,
    listed_share,
    shares,
)
from sim.population.tables import occupations, rows
from sim.provenance import statistic


def weights(code: str) -> dict[str, float]:
    text = next(row["isco08_weights"] for row in rows("occupations") if row["code"] == code)
    return {part.split(":")[0]: float(part.split(":")[1]) for part in text.split()}


def test_readings_are_nested_and_the_narrow_one_is_the_ilo_s() -> None:
    for less, more in pairwise(READINGS):
        assert listed_codes(less) < listed_codes(more)
    # The narrow reading holds the ILO's twenty occupations: their share of groups is an older column.
    for row in rows("occupations"):
        narrow = listed_share(weights(row["code"]), "narrow")
        assert narrow == pytest.approx(float(row["automation_occupation_share_2023"]), abs=0.02), row["code"]


def test_a_listed_group_is_one_the_table_marks() -> None:
    for row in rows("occupations"):
        if row["white_paper_group"]:
            assert listed_share(weights(row["code"]), "wide") > 0, row["code"]


def test_the_region_s_total_is_the_ilo_s_share_of_jobs_in_rich_countries() -> None:
    trades = occupations()
    total = (trades.employment * trades.automation_share_white_paper).sum() / trades.employment.sum()
    assert 100 * total == pytest.approx(statistic("ilo23_rich_countries_automation").number(), abs=0.02)
    low, high = clerical_exposed()
    assert low < automatable_of_listed() < high


def test_by_hand() -> None:
    # Secretaries (E01): every code listed as printed. Cooks: none, and the document names nothing beside.
    a = automatable_of_listed()
    assert shares(weights("E01"), "printed", a) == pytest.approx((a, 0.82 - a))
    assert shares(weights("F06"), "wide", a) == (0.0, 0.0)
    # Nurses are technicians and associates in ISCO's sense: a quarter of their tasks in the middle.
    assert shares(weights("D03"), "printed", a) == pytest.approx((0.0, 0.25))


def test_women_of_the_region_stand_where_the_ilo_puts_those_of_rich_countries() -> None:
    """7.8 % of women against 2.9 % of men: not used in the scaling."""
    trades = occupations()
    share, women = trades.automation_share_white_paper, trades.employment * trades.women_share
    men = trades.employment - women
    ratio = (women * share).sum() / women.sum() / ((men * share).sum() / men.sum())
    assert 100 * (women * share).sum() / women.sum() == pytest.approx(
        statistic("ilo23_rich_countries_women_automation").number(), abs=1.0
    )
    assert ratio == pytest.approx(7.8 / 2.9, abs=0.3)


def test_the_columns_are_those_the_code_writes() -> None:
    table = {row["code"]: row for row in rows("occupations")}
    found = listed(list(table)).to_dict("index")
    for code, row in table.items():
        assert [row[name] for name in COLUMNS] == [found[code][name] for name in COLUMNS], code


def test_bounds_hold_the_value() -> None:
    for code in ("E01", "C03", "D06"):
        for value, low, high in bounds(weights(code)):
            assert 0.0 <= low <= value <= high <= 1.0
