"""Results on disk: whole, verified, dated, and described by the dictionary."""

import json
import os
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
from fake_results import fake_results
from jsonschema import Draft202012Validator

from sim import dictionary
from sim.errors import PasserellesError
from sim.indicators import INDICATORS, summary
from sim.results import Results, ResultsAltered, ResultsMissing, load, save

SCHEMAS = Path(__file__).parent / "schemas"
WRITTEN = {
    "scenario.toml",
    "manifest.json",
    "summary.json",
    "dictionary.json",
    "dictionary.md",
    *(f"{name}.parquet" for name in dictionary.TABLES),
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return save(fake_results(), tmp_path / "out" / "run")


def test_what_is_saved_loads_whole(folder: Path) -> None:
    before, after = fake_results(), load(folder)
    assert after.scenario == before.scenario
    for name in (
        "scale",
        "seed",
        "months",
        "fingerprint",
        "wall_seconds",
        "occupations",
        "reasons",
        "digest",
    ):
        assert getattr(after, name) == getattr(before, name)
    assert dict(after.versions) == dict(before.versions)
    np.testing.assert_array_equal(after.stocks, before.stocks)
    np.testing.assert_array_equal(after.flows, before.flows)
    for part in ("money", "series", "files"):
        given, found = getattr(before, part), getattr(after, part)
        assert set(given) == set(found)
        for name, values in given.items():
            if name in ("origin_occupation", "target_occupation"):
                values = np.where(values == 255, len(before.occupations) - 1, values)
            np.testing.assert_array_equal(found[name], values)
    assert summary(after) == summary(before)


def test_a_folder_holds_what_it_should_and_no_temporary_file(folder: Path) -> None:
    assert {path.name for path in folder.iterdir()} == WRITTEN


def test_saving_twice_gives_the_same_folder(folder: Path) -> None:
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    save(fake_results(), folder)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


@pytest.mark.parametrize("name", sorted(WRITTEN - {"manifest.json"}))
def test_an_altered_file_is_refused(folder: Path, name: str) -> None:
    content = bytearray((folder / name).read_bytes())
    content[len(content) // 2] ^= 1
    (folder / name).write_bytes(content)
    with pytest.raises(ResultsAltered, match="E29"):
        load(folder)


@pytest.mark.parametrize("name", sorted(WRITTEN))
def test_a_missing_file_is_named(folder: Path, name: str) -> None:
    (folder / name).unlink()
    with pytest.raises(ResultsMissing) as caught:
        load(folder)
    assert name in caught.value.message("fr")


@pytest.mark.parametrize("content", [b"", b"{}", b"[]", b'{"files": {}}', b"\xff"])
def test_a_manifest_that_is_none_is_refused(folder: Path, content: bytes) -> None:
    (folder / "manifest.json").write_bytes(content)
    with pytest.raises(PasserellesError, match="E29"):
        load(folder)


@pytest.mark.parametrize("name", dictionary.TABLES)
def test_tables_have_the_pinned_columns(folder: Path, name: str) -> None:
    pinned = json.loads((SCHEMAS / "tables.json").read_text())[name]
    schema = pq.read_schema(folder / f"{name}.parquet")
    assert {field.name: [str(field.type), field.metadata[b"unit"].decode()] for field in schema} == pinned


@pytest.mark.parametrize("name", ["summary", "manifest"])
def test_objects_have_the_pinned_shape(folder: Path, name: str) -> None:
    schema = json.loads((SCHEMAS / f"{name}.schema.json").read_text())
    Draft202012Validator(schema).validate(json.loads((folder / f"{name}.json").read_text()))


def test_dates_and_words_stand_in_the_tables(folder: Path) -> None:
    stocks = pq.read_table(folder / "stocks.parquet").to_pylist()
    assert stocks[0] == {
        "month": date(2024, 1, 1),
        "occupation": "C03",
        "sex": "man",
        "age_band": "25_34",
        "state": "employed",
        "heads": 90,
    }
    assert max(row["month"] for row in stocks) == date(2025, 1, 1)
    flows = pq.read_table(folder / "flows.parquet").to_pylist()
    assert flows[1] == {
        "month": date(2024, 1, 1),
        "from_occupation": "F01",
        "to_occupation": "F01",
        "reason": "layoff",
        "heads": 2,
    }
    files = pq.read_table(folder / "files.parquet").to_pylist()
    assert files[2]["origin_occupation"] == "none" and files[2]["month_decided"] is None


def test_the_dictionary_describes_every_column(folder: Path) -> None:
    said = json.loads((folder / "dictionary.json").read_text())
    for name in dictionary.TABLES:
        columns = [column["name"] for column in said["tables"][name]["columns"]]
        assert columns == pq.read_schema(folder / f"{name}.parquet").names
        assert all(
            column["fr"] and column["en"] and column["unit"] for column in said["tables"][name]["columns"]
        )
        assert f"## {name}" in (folder / "dictionary.md").read_text()


def test_the_digest_is_of_values_and_of_all_of_them() -> None:
    base = fake_results()
    assert fake_results().digest == base.digest
    assert replace(base, wall_seconds=9.0).digest == base.digest
    assert fake_results(layoffs=3).digest != base.digest
    assert fake_results(seed=1).digest != base.digest
    money = {**base.money, "amount_eur_cents": base.money["amount_eur_cents"] + 1}
    assert replace(base, money=money).digest != base.digest


def test_results_are_frozen() -> None:
    results = fake_results()
    for array in (results.stocks, results.flows, results.series["hires"], results.money["month"]):
        with pytest.raises(ValueError, match="read-only"):
            array[...] = 0


@pytest.mark.parametrize(
    "change",
    [
        {"stocks": np.zeros((12, 4, 2, 7, 4), np.int32)},
        {"flows": np.zeros((12, 4, 4, 3), np.int32)},
        {"months": (36, 38)},
        {"months": ()},
        {"series": {"hires": np.zeros(3)}},
        {"money": {}},
        {"files": {}},
    ],
    ids=lambda change: next(iter(change)),
)
def test_arrays_of_another_shape_are_refused(change: dict[str, object]) -> None:
    with pytest.raises(ValueError):
        replace(fake_results(), **change)


def test_a_run_with_nothing_to_tell_saves_and_loads(tmp_path: Path) -> None:
    whole = fake_results()
    bare = Results(
        whole.scenario,
        1.0,
        0,
        (36,),
        "",
        0.0,
        {},
        ("none",),
        np.zeros((2, 1, 2, 7, 4), np.int32),
        np.zeros((1, 1, 1, 1), np.int32),
        ("hire",),
    )
    again = load(save(bare, tmp_path))
    assert again.digest == bare.digest
    assert set(summary(again)["indicators"]) == set(INDICATORS)


def test_a_save_that_is_cut_short_leaves_no_half_result(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The disk fills at the third file: the folder owns up to it, and saving again mends it."""
    real, calls = os.fsync, iter(range(100))

    def full(handle: int) -> None:
        if next(calls) == 2:
            raise OSError(28, "No space left on device")
        real(handle)

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        save(fake_results(seed=5), folder)
    with pytest.raises(ResultsMissing):
        load(folder)
    assert {path.name for path in folder.iterdir()} <= WRITTEN
    assert load(save(fake_results(seed=5), folder)).seed == 5
