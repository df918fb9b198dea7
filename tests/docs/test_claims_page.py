"""The page of claims: each claim of chapters 3 and 4.5 has its row, and the chain that measures them runs."""

from __future__ import annotations

import math

import pytest
from claims import CLAIMS, INF, NOT_MEASURED, Claim
from claims_table import BEGIN, END, PAGE, bounds, cell, measured, table, verdict, with_table

from sim.provenance import documented_statistics, statistic
from sim.trades import EXPOSURE_SOURCES

TEXT = PAGE.read_text(encoding="utf-8")


def test_every_qualitative_claim_of_the_chapters_is_measured_or_said_not_to_be() -> None:
    asked = {
        key
        for key, row in documented_statistics().items()
        if row.source == "white_paper_2024"
        and row.locator.startswith(("3.", "4.5", "4.3 end and 4.5"))
        and row.unit in ("qualitative", "ratio")
        and key != "ilo_ratio"  # the ratio of two rows that are there
    }
    assert asked <= {claim.statistic for claim in CLAIMS} | set(NOT_MEASURED)
    for key in {claim.statistic for claim in CLAIMS} | set(NOT_MEASURED):
        assert statistic(key).source == "white_paper_2024"


def test_the_page_has_a_row_for_each_measure_and_a_word_on_the_others() -> None:
    """When it fails: `python -m tests.docs.claims_table`."""
    rows = [line for line in TEXT.splitlines() if line.startswith("| ") and "`)" in line]
    assert len(rows) == len(CLAIMS)
    for row, claim in zip(rows, CLAIMS, strict=True):
        assert claim.statistic in row and claim.measured in row and bounds(claim) in row
        assert sum(row.count(f"**{word}**") for word in ("met", "open", "contradicted", "–")) == 3
    assert all(f"`{key}`" in TEXT for key in NOT_MEASURED)
    assert "scale 0.1" in TEXT.split(BEGIN)[1]


def test_verdicts() -> None:
    def claim(low: float, high: float) -> Claim:
        return Claim("q_value_added", "", "", "", low, high, lambda _: 0.0, "")

    assert verdict(claim(0.0, INF), 0.1, 2.0) == "met"
    assert verdict(claim(0.0, INF), -0.1, 2.0) == "open"
    assert verdict(claim(2.0, 3.0), 3.1, 4.0) == "contradicted"
    assert verdict(claim(-INF, 0.0), 0.1, 2.0) == "contradicted"
    assert verdict(claim(0.0, 1.0), None, None) == "–"
    assert cell(claim(0.0, 1.0), [math.nan])[0] == "not defined"
    held = [bounds(claim(low, high)) for low, high in ((2.0, 3.0), (-INF, 0.0), (1.0, INF))]
    assert held == ["2 to 3", "< 0", "> 1"]


@pytest.fixture(scope="module")
def found() -> dict[tuple[int, str], list[float]]:
    return measured(0.005, 2, 14)


def test_the_chain_measures_every_claim_under_every_source(found: dict[tuple[int, str], list[float]]) -> None:
    assert set(found) == {(n, source) for n in range(len(CLAIMS)) for source in EXPOSURE_SOURCES}
    assert all(len(values) == 2 for values in found.values())
    of_files = {n for n, claim in enumerate(CLAIMS) if "files" in claim.measured}
    assert all(math.isfinite(v) for (n, _), values in found.items() if n not in of_files for v in values)


def test_the_table_replaces_what_stands_between_the_marks(found: dict[tuple[int, str], list[float]]) -> None:
    again = with_table(TEXT, found, "a note")
    assert again.split(BEGIN)[0] == TEXT.split(BEGIN)[0] and again.split(END)[1] == TEXT.split(END)[1]
    assert table(found) in again and "a note" in again
