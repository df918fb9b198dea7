"""`passerelles population`: the file, the margins on stdout, the exit codes."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from sim.cli.main import main
from sim.population import check
from sim.population.parquet import DICTIONARY

AGREED = {
    "person", "sex", "age_years", "occupation", "pcs", "sector", "status", "contract", "unit", "unit_size",
    "state", "wage_eur_cents",
}  # fmt: skip


def left_with(arguments: list[str]) -> int:
    with pytest.raises(SystemExit) as end:
        main(["population", *arguments])
    return int(end.value.code or 0)


def test_the_file_holds_one_row_a_person_and_says_its_units(tmp_path: Path) -> None:
    file = tmp_path / "population.parquet"
    assert left_with(["--scale", "0.01", "--out", str(file)]) == 0
    table = pq.read_table(file)
    assert set(table.column_names) >= AGREED and set(table.column_names) == set(DICTIONARY)
    for name, (unit, meaning) in DICTIONARY.items():
        assert table.schema.field(name).metadata == {b"unit": unit.encode(), b"meaning": meaning.encode()}
    about = json.loads(table.schema.metadata[b"passerelles.population"])
    assert about["scale"] == 0.01 and about["seed"] == 0
    data = table.to_pandas()
    employed = data["state"] == "employed"
    assert employed.sum() == pytest.approx(24_973, abs=2)
    assert data.loc[employed, ["occupation", "sector", "status", "unit", "hired"]].notna().all(axis=None)
    assert data.loc[~employed, ["status", "contract", "unit", "unit_size", "hired"]].isna().all(axis=None)
    assert set(data["pcs"].dropna().unique()) == set(range(1, 7))
    nurses = data[data["occupation"] == "D03"]
    assert all("D03" in titles for titles in nurses["titles"])
    assert not (tmp_path / "population.parquet.writing").exists()


def test_check_prints_every_margin(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "170")
    monkeypatch.delenv("PASSERELLES_LANGUAGE", raising=False)
    assert left_with(["--scale", "0.01", "--check"]) == 0
    shown = capsys.readouterr().out
    assert "women_digital" in shown and "target" in shown and "24,97" in shown


def test_json_is_one_object(capsys: pytest.CaptureFixture[str]) -> None:
    assert left_with(["--scale", "0.005", "--seed", "7", "--check", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["seed"] == 7 and len(found["digest"]) == 64
    assert all(m["met"] for m in found["margins"] if m["hard"])


def test_a_missed_hard_margin_leaves_with_three(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    missed = check.Margin("employed", "employment", "heads", 10.0, 12.0, 1.0, True, "white_paper_2_2_1")
    monkeypatch.setattr("sim.cli.population.margins", lambda population: [missed])
    assert left_with(["--scale", "0.005", "--check"]) == 3
    assert "employed" in capsys.readouterr().err


@pytest.mark.parametrize(
    "wrong", [["--scale", "0"], ["--scale", "2"], ["--seed", "-1"], ["--out", "no/such/folder/file.parquet"]]
)
def test_bad_input_leaves_with_two(wrong: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert left_with(["--scale", "0.005", *wrong]) == 2
    assert capsys.readouterr().err.startswith("E")
