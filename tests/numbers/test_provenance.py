"""Every statistic of the documents is kept with its role, and held-out ones never calibrate."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import pytest

from calibration.targets import load_targets, read_observations
from sim.errors import BadTable, Contradiction, DuplicateKey, UnknownSource
from sim.number_document import number_document
from sim.provenance import (
    COLUMNS,
    documented_statistics,
    external_statistics,
    known_ids,
    read_statistics,
    statistic,
)
from sim.sources import load_sources

ROOT = Path(__file__).parents[2]


def test_every_row_of_the_documents_is_there_once_with_a_role() -> None:
    rows = documented_statistics()
    assert len(rows) == 449
    assert {load_sources()[row.source].document for row in rows.values()} == {
        "000",
        "001",
        "002",
        "003",
        "004",
    }
    assert not set(rows) & set(external_statistics())


def test_what_the_design_holds_out_never_calibrates() -> None:
    held = {key for key, row in documented_statistics().items() if row.role == "hold_out"}
    for key in ("top10_2023_rank_nurse", "digital_ptp_men", "ptp_from_digital", "salaried_total_occ_2022q4"):
        assert key in held
    fitted = {s for target in load_targets().values() for s in target.statistics}
    assert not fitted & held


def test_what_must_not_be_used_is_not() -> None:
    for key in (
        "salaried_carte_identite",
        "ilo_ratio",
        "trainees_2021",
        "bcg_productivity_claim",
        "ai_adoption_dk",
    ):
        assert documented_statistics()[key].role == "unused"
    assert all(
        documented_statistics()[f"top10_2020_rank_{x}"].role == "unused"
        for x in ("payroll", "hvac_technician")
    )


def row(**changes: str) -> str:
    values = dict.fromkeys(COLUMNS, "") | {
        "id": "a",
        "value": "1",
        "source": "s",
        "role": "context",
        "used": "x",
    }
    return ",".join((values | changes).values())


def table(*rows: str) -> str:
    return "\n".join([",".join(COLUMNS), *rows])


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("id,value\na,1", BadTable),
        (table(row(), row()), DuplicateKey),
        (table(row(source="t")), UnknownSource),
        (table(row(role="contxt")), BadTable),
        (table(row(role="unused", used="")), BadTable),
        (table(row(used="")), BadTable),
    ],
)
def test_a_faulty_table_does_not_load(text: str, fault: type[Exception]) -> None:
    with pytest.raises(fault):
        read_statistics(text, "statistics.csv", ["s"])


def test_a_held_out_statistic_in_a_fitted_target_is_refused() -> None:
    target = (
        "[t]\nfr = 't'\nen = 't'\nmoment = 'm'\n"
        "value = 0.8\nlow = 0.7\nhigh = 0.9\ntolerance = 0.1\nunit = 'share'\nperiod = '2021'\n"
        "role = 'calibration'\nweight = 1.0\nstatistics = ['digital_ptp_men']\n"
    )
    with pytest.raises(Contradiction):
        read_observations(target)


def test_numbers_are_read_as_numbers_and_words_are_not() -> None:
    assert statistic("total_emp_occ_2021").number() == 2_497_290
    with pytest.raises(BadTable):
        statistic("q_flow1").number()
    with pytest.raises(UnknownSource, match="total_emp_occ_2021"):
        statistic("total_emp_occ_202")


def cited_in_tables() -> Iterator[tuple[str, str]]:
    for entry in sorted(Path(str(files("calibration"))).joinpath("tables").glob("*.csv")):
        with entry.open(encoding="utf-8", newline="") as stream:
            for record in csv.DictReader(stream):
                for cited in re.split(r"; *", record.get("source") or ""):
                    if re.fullmatch(r"[a-z0-9_]+", cited):
                        yield entry.name, cited


def test_every_source_cited_by_a_table_is_known() -> None:
    unknown = {(name, cited) for name, cited in cited_in_tables() if cited not in known_ids()}
    assert not unknown


def test_the_page_of_numbers_is_up_to_date() -> None:
    page = ROOT / "docs" / "numbers.md"
    assert page.read_text(encoding="utf-8") == number_document(), "run `make docs`"
