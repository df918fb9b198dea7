"""The folder of a sweep gives back what was put in, refuses what is not its own, and sorts the same bytes."""

from __future__ import annotations

import random
from pathlib import Path

import folders
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import trivial_work
from folders import ENGINE, SCHEMA, digest, jobs_of, store_in, sweep

from sim.errors import PasserellesError
from sim.sweep import compaction, final_table, store_errors
from sim.sweep.fault_log import Fault
from sim.sweep.store import Store
from sim.sweep.store_errors import (
    AnotherSweep,
    BadRows,
    EngineChanged,
    FileDamaged,
    NotASweep,
    ResultsDisagree,
)


def answers(jobs: int) -> list[tuple[str, list[trivial_work.Row]]]:
    return [(job.key, trivial_work.squares(job.spec)) for job in jobs_of(jobs)]


def test_rows_come_back_as_they_were_sorted(tmp_path: Path) -> None:
    store = store_in(tmp_path / "s", 12)
    shuffled = answers(12)
    random.Random(1).shuffle(shuffled)
    store.publish(shuffled)
    table = pq.read_table(store.collect())
    expected = [row | {"job": key} for key, rows in answers(12) for row in rows]
    assert table.schema.equals(SCHEMA)
    assert table.to_pylist() == [{name: row[name] for name in SCHEMA.names} for row in expected]


@pytest.mark.parametrize("seed", range(5))
def test_the_final_table_depends_on_the_rows_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    monkeypatch.setattr(final_table, "GROUP_ROWS", 50)
    monkeypatch.setattr(compaction, "SHARD_JOBS", 13)
    expected = folders.undisturbed(tmp_path / "whole", 60)
    chance, results = random.Random(seed), answers(60)
    results += chance.sample(results, 10)
    chance.shuffle(results)
    store = store_in(tmp_path / "pieces", 60)
    while results:
        size = chance.randint(1, 9)
        store.publish(list(dict(results[:size]).items()))
        results = results[size:]
        if chance.random() < 0.2:
            store.compact()
    store.collect()
    assert digest(store) == expected
    assert pq.ParquetFile(tmp_path / "pieces" / "runs.parquet").num_row_groups == 4


def test_a_sweep_without_a_result_has_an_empty_table(tmp_path: Path) -> None:
    table = pq.read_table(store_in(tmp_path / "s", 3).collect())
    assert table.num_rows == 0 and table.schema.equals(SCHEMA)


def test_compaction_leaves_few_files_and_every_row(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compaction, "SHARD_JOBS", 20)
    store = store_in(tmp_path / "s", 50)
    for result in answers(50):
        store.publish([result])
    store.compact()
    assert len(folders.parquet_files(store)) == 3
    assert store.done() == {job.key for job in jobs_of(50)}


@pytest.mark.parametrize(
    ("rows", "word"),
    [
        ([], "one row"),
        (17, "a list"),
        ([{"sampel": 1}], "did you mean sample"),
        ([{"sample": 1.5}], "values that fit"),
        ([{"sample": "1"}], "values that fit"),
        ([{"sample": True}], "values that fit"),
        ([{"sample": 2**70}], "values that fit"),
        ([{"policy": "\ud800"}], "values that fit"),
        ([{"square": 2**53 + 1}], "values that fit"),
        ([{"square": 1.0}, {"square": "1"}], "values that fit"),
    ],
)
def test_rows_that_do_not_fit_are_refused_whole(
    tmp_path: Path, rows: list[dict[str, object]], word: str
) -> None:
    store = store_in(tmp_path / "s", 1)
    with pytest.raises(BadRows, match="E86") as refused:
        store.publish([("a", rows)])  # type: ignore[list-item]
    assert word in refused.value.message()
    assert not folders.parquet_files(store)


@pytest.mark.parametrize(
    "schema", [pa.schema([("job", pa.string()), ("x", pa.list_(pa.int8()))]), pa.schema([("x", pa.int64())])]
)
def test_columns_that_a_result_may_not_have_are_refused(tmp_path: Path, schema: pa.Schema) -> None:
    with pytest.raises(BadRows, match="E86"):
        store_in(tmp_path / "s", 1, schema=schema)


def test_numbers_of_numpy_fit_and_what_is_no_number_is_empty(tmp_path: Path) -> None:
    store = store_in(tmp_path / "s", 1)
    row = {"sample": np.int64(3), "square": np.float32(0.5), "even": np.bool_(True), "policy": np.str_("é")}
    store.publish([("a", [row, {"square": float("nan")}, {"square": 3}])])  # type: ignore[list-item]
    table = pq.read_table(store.collect(), columns=["sample", "square", "even", "policy"])
    assert sorted(table.to_pylist(), key=repr) == sorted(
        [
            {"sample": 3, "square": 0.5, "even": True, "policy": "é"},
            {"sample": None, "square": None, "even": None, "policy": None},
            {"sample": None, "square": 3.0, "even": None, "policy": None},
        ],
        key=repr,
    )


def test_one_job_answered_in_two_ways_is_told(tmp_path: Path) -> None:
    store = store_in(tmp_path / "s", 1)
    store.publish([("a", [{"sample": 1}])])
    store.publish([("a", [{"sample": 2}])])
    with pytest.raises(ResultsDisagree, match="E87"):
        store.collect()


def test_the_same_sweep_is_opened_again(tmp_path: Path) -> None:
    sweep(store_in(tmp_path / "s", 4))
    assert len(store_in(tmp_path / "s", 4).done()) == 4
    opened = Store.open(tmp_path / "s")
    assert opened.design() == folders.DESIGN and opened.jobs == 4 and opened.schema.equals(SCHEMA)


@pytest.mark.parametrize(
    "changed",
    [
        {"design": b"other"},
        {"files": {"a.toml": "1"}},
        {"work": "trivial_work:bulky"},
        {"schema": SCHEMA.remove(6)},
        {"jobs": 5},
        {"design": b"other", "engine": "f" * 16},
    ],
)
def test_a_folder_of_another_sweep_is_refused_and_left_alone(
    tmp_path: Path, changed: dict[str, object]
) -> None:
    sweep(store_in(tmp_path / "s", 4))
    before = {path: path.read_bytes() for path in (tmp_path / "s").rglob("*") if path.is_file()}
    with pytest.raises(AnotherSweep, match=r"E80.*s-2"):
        store_in(tmp_path / "s", **({"jobs": 4} | changed))  # type: ignore[arg-type]
    assert before == {path: path.read_bytes() for path in (tmp_path / "s").rglob("*") if path.is_file()}


def test_a_design_file_of_the_user_is_never_overwritten(tmp_path: Path) -> None:
    (tmp_path / "design.toml").write_text("mine")
    with pytest.raises(AnotherSweep):
        store_in(tmp_path, 1)
    assert (tmp_path / "design.toml").read_text() == "mine" and len(list(tmp_path.iterdir())) == 1


def test_what_is_not_a_sweep_is_not_opened(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    for place in (tmp_path, tmp_path / "absent", tmp_path / "file"):
        with pytest.raises(NotASweep, match="E81"):
            Store.open(place)


def test_another_engine_is_refused(tmp_path: Path) -> None:
    store = store_in(tmp_path / "s", 1)
    store.check_engine(ENGINE)
    for attempt in (lambda: store.check_engine("f" * 16), lambda: store_in(store.folder, 1, engine="f" * 16)):
        with pytest.raises(EngineChanged, match=r"E82.*s-2"):
            attempt()


def test_a_torn_manifest_without_a_shard_is_told(tmp_path: Path) -> None:
    store = store_in(tmp_path / "s", 2)
    (store.folder / "manifest.json").write_bytes(b"{")
    with pytest.raises(FileDamaged, match="E89"):
        Store.open(store.folder)
    assert store_in(tmp_path / "s", 2).verify().sound


def test_a_job_given_up_is_forgiven_or_done(tmp_path: Path) -> None:
    store = store_in(tmp_path / "s", 2)
    (one, rows), (two, _) = answers(2)
    for key in (one, two):
        for attempt in (1, 2, 3):
            store.add_fault(Fault(key, attempt, "error", f"word {attempt} é\n"))
    assert store.quarantined()[two] == Fault(two, 3, "error", "word 3 é\n")
    store.publish([(one, rows)])
    assert set(store.quarantined()) == {two}
    store.forgive()
    assert not store.quarantined() and not store.faults()
    assert (store.folder / "quarantine" / "faults.jsonl").exists()


def test_every_refusal_has_its_code_and_two_languages() -> None:
    classes = [
        found
        for found in vars(store_errors).values()
        if isinstance(found, type) and issubclass(found, PasserellesError) and found is not PasserellesError
    ]
    codes = [found.code for found in classes]
    assert len(set(codes)) == len(codes) == 10 and all("E80" <= code <= "E89" for code in codes)
    assert all(found().message("fr") != found().message("en") for found in classes)
