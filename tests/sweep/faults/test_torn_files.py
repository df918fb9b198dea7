"""A file truncated, altered, deleted or added: always noticed, never believed, and only it is made again."""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from folders import DESIGN, digest, jobs_of, parquet_files, store_in, sweep, undisturbed

from sim.sweep import compaction
from sim.sweep.fault_log import Fault, append_fault, read_faults
from sim.sweep.store import Store
from sim.sweep.store_errors import FileDamaged

JOBS = 60


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    """A finished sweep of three shards, with two faults in its log."""
    monkeypatch.setattr(compaction, "SHARD_JOBS", 20)
    store = store_in(tmp_path / "s", JOBS)
    for attempt in (1, 2):
        store.add_fault(Fault(next(jobs_of(1)).key, attempt, "error", "on demand"))
    for number, job in enumerate(jobs_of(JOBS)):
        if number % 20 == 0:
            some = list(jobs_of(JOBS))[number : number + 20]
            store.publish([(job.key, answer(job.spec)) for job in some])
    sweep(store)
    assert len(parquet_files(store)) == 3
    return store


def answer(spec: object) -> list[object]:
    from trivial_work import squares

    return squares(spec)  # type: ignore[arg-type,return-value]


def offsets(length: int, dose: int) -> Iterator[int]:
    """So many offsets, spread evenly, the first and the last among them."""
    yield from sorted({length - 1, *range(0, length, max(1, length // dose))})


@pytest.mark.parametrize("dose", [40, pytest.param(1_000_000, marks=pytest.mark.full)])
def test_a_shard_truncated_anywhere_is_set_aside_and_computed_again(store: Store, dose: int) -> None:
    """In full, at every byte."""
    expected, path = digest(store), parquet_files(store)[1]
    whole = path.read_bytes()
    for length in offsets(len(whole), dose):
        path.write_bytes(whole[:length])
        assert store.verify().damaged == {f"shards/{path.name}": "torn"}, length
        assert store.verify(set_aside=True).missing == 20
        aside = store.folder / "quarantine" / path.name
        assert len(aside.read_bytes()) == length
        assert aside.with_name(aside.name + ".reason").read_text() == "torn\n"
        shutil.rmtree(aside.parent)
        path.write_bytes(whole)
    path.write_bytes(whole[:-1])
    assert sweep(store).new == 20
    assert digest(store) == expected and store.verify().sound


@pytest.mark.parametrize("dose", [60, pytest.param(1_000_000, marks=pytest.mark.full)])
def test_the_fault_log_truncated_anywhere_loses_one_line(store: Store, dose: int) -> None:
    path = store.folder / "faults.jsonl"
    whole, faults = path.read_bytes(), store.faults()
    ends = [at + 1 for at, byte in enumerate(whole) if byte == ord("\n")]
    for length in offsets(len(whole), dose):
        path.write_bytes(whole[:length])
        kept = sum(end <= length for end in ends)
        torn = length not in (0, *ends)
        assert read_faults(path) == (faults[:kept], int(torn)), length
        assert store.verify().sound is not torn
        kept += length + 1 in ends  # a line that lacks its end alone is whole again
        append_fault(path, faults[1])
        assert store.faults() == [*faults[:kept], faults[1]], length
        store.verify(set_aside=True)
        assert store.verify().sound and store.faults() == [*faults[:kept], faults[1]]


@pytest.mark.parametrize("dose", [30, pytest.param(1_000_000, marks=pytest.mark.full)])
def test_the_manifest_truncated_anywhere_is_told_by_the_shards(store: Store, dose: int) -> None:
    path = store.folder / "manifest.json"
    whole = path.read_bytes()
    for length in offsets(len(whole), dose):
        path.write_bytes(whole[:length])
        found = Store.open(store.folder)
        assert found.manifest == store.manifest and not found.verify().sound, length
        found.verify(set_aside=True)
        assert path.read_bytes() == whole


@pytest.mark.parametrize("dose", [30, pytest.param(1_000_000, marks=pytest.mark.full)])
def test_the_final_table_truncated_anywhere_is_made_again(store: Store, dose: int) -> None:
    path = store.folder / "runs.parquet"
    whole = path.read_bytes()
    for length in offsets(len(whole), dose):
        path.write_bytes(whole[:length])
        assert store.verify().table == "altered" and not store.verify().sound, length
    assert store.collect().read_bytes() == whole and store.verify().sound


@pytest.mark.parametrize("dose", [60, pytest.param(4000, marks=pytest.mark.full)])
def test_a_bit_flipped_in_any_file_is_noticed(store: Store, dose: int) -> None:
    """Each flip is found, and the sweep made whole again gives the same bytes.

    Checksums alone decide: that a flip goes unseen has a chance below one in 2 to the 64.
    """
    expected, chance = digest(store), random.Random(4)
    for number in range(dose):
        files = [path for path in sorted(store.folder.rglob("*")) if path.is_file() and path.stat().st_size]
        path = chance.choice([path for path in files if "quarantine" not in path.parts])
        data = bytearray(path.read_bytes())
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
        path.write_bytes(data)
        where = f"flip {number}, {path.name}"
        assert not Store.open(store.folder).verify().sound, where
        if path.name == "design.toml":
            with pytest.raises(FileDamaged, match="E89"):
                Store.open(store.folder).design()
        again = store_in(store.folder, JOBS)
        again.verify(set_aside=True)
        outcome = sweep(again)
        assert outcome.new == (20 if path.suffix == ".parquet" and path.name != "runs.parquet" else 0), where
        assert digest(again) == expected and again.verify().sound, where
        assert again.design() == DESIGN


@pytest.mark.parametrize("dose", [1, pytest.param(20, marks=pytest.mark.full)])
@pytest.mark.parametrize("what", ["result deleted", "manifest deleted", "foreign files added"])
def test_deleted_and_foreign_files(store: Store, tmp_path: Path, what: str, dose: int) -> None:
    """What is missing is computed again and nothing else; what is foreign is named and left alone."""
    expected = digest(store)
    other = store_in(tmp_path / "other", 7, design=b"other")
    sweep(other)
    for number in range(dose):
        foreign: list[str] = []
        if what == "result deleted":
            random.Random(number).choice(parquet_files(store)).unlink()
        elif what == "manifest deleted":
            (store.folder / "manifest.json").unlink()
        else:
            shutil.copy(parquet_files(other)[0], store.folder / "shards")
            (store.folder / "shards" / "notes.txt").write_text("mine")
            (store.folder / "shards" / "000009-1-abc.parquet").write_bytes(b"PAR1")
            names = ["000009-1-abc.parquet", parquet_files(other)[0].name, "notes.txt"]
            foreign = sorted(f"shards/{name}" for name in names)
        found = Store.open(store.folder)
        assert sorted(found.verify().foreign) == foreign
        found = store_in(store.folder, JOBS)
        assert sweep(found).new == (20 if what == "result deleted" else 0)
        assert digest(found) == expected and found.verify().sound
        assert sorted(found.verify().foreign) == foreign


def test_shards_of_two_sweeps_and_no_manifest_say_nothing(store: Store, tmp_path: Path) -> None:
    undisturbed(tmp_path / "other", 7)
    (store.folder / "manifest.json").unlink()
    shutil.copy(parquet_files(Store.open(tmp_path / "other"))[0], store.folder / "shards")
    with pytest.raises(FileDamaged, match="E89"):
        Store.open(store.folder)
