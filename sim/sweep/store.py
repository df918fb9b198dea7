"""The folder of a sweep: what it is, what is done, what failed, and the final table.

    design.toml     the design, as given
    manifest.json   what the sweep is, checked by its own digest; every shard carries a copy
    shards/         the rows, each file named by its own digest
    faults.jsonl    attempts that failed
    quarantine/     files found torn or altered, with the reason
    lock            who is at work
    runs.parquet    the final table, and its digest beside it

Whatever is killed, torn or altered here costs the time to compute it again, and never a wrong number.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import pyarrow as pa

from sim.sweep import collection, shards
from sim.sweep.disk import TEMPORARY, read_whole, sha256, told, write_whole
from sim.sweep.fault_log import Fault, append_fault, last_faults, read_faults
from sim.sweep.jobs import Row
from sim.sweep.lock import Lock
from sim.sweep.manifest import Manifest, columns_of, manifest_from
from sim.sweep.shards import ShardDamaged, ShardForeign, ShardName
from sim.sweep.store_errors import AnotherSweep, EngineChanged, FileDamaged, NotASweep

DESIGN, MANIFEST, SHARDS, FAULTS = "design.toml", "manifest.json", "shards", "faults.jsonl"
QUARANTINE, LOCK, RUNS = "quarantine", "lock", "runs.parquet"
SHARD_JOBS = 500
"""Jobs of a shard after compaction."""


@dataclass
class Verification:
    """What was found in a folder.

    ``damaged``: file to reason; ``foreign``: files that are whole and not of this sweep, left alone;
    ``missing``: jobs without rows; ``table``: the state of ``runs.parquet``.
    """

    jobs: int
    keys: set[str] = field(default_factory=set, repr=False)
    damaged: dict[str, str] = field(default_factory=dict)
    foreign: list[str] = field(default_factory=list)
    table: Literal["absent", "good", "altered"] = "absent"

    @property
    def done(self) -> int:
        """Jobs whose rows are in verified shards."""
        return len(self.keys)

    @property
    def missing(self) -> int:
        """Jobs to compute."""
        return max(0, self.jobs - self.done)

    @property
    def passed_over(self) -> set[str]:
        """Names of the shards that are not read."""
        return {Path(name).name for name in (*self.damaged, *self.foreign)}

    @property
    def sound(self) -> bool:
        """Nothing is torn or altered."""
        return not self.damaged and self.table != "altered"


class Store:
    """One sweep's folder; made by :meth:`create`, found again by :meth:`open`."""

    def __init__(self, folder: Path, manifest: Manifest) -> None:
        self.folder, self.manifest = folder, manifest
        self.schema = manifest.schema()
        self._lock = Lock(folder / LOCK)
        self._depth = 0

    # --- what the sweep is ------------------------------------------------------------------------------

    @classmethod
    def create(
        cls,
        folder: Path | str,
        *,
        design: bytes,
        work: str,
        engine: str,
        schema: pa.Schema,
        jobs: int,
        files: Mapping[str, str],
    ) -> Store:
        """Make the folder, or open it when it holds this very sweep.

        Raises:
            AnotherSweep: it holds another one.
            EngineChanged: it holds this one, computed by another engine.
            BadRows: a column has a type that results may not have.
            DiskRefuses: it cannot be written.
        """
        folder = Path(folder)
        manifest = Manifest(work, engine, sha256(design), dict(files), columns_of(schema), jobs)
        with told(folder, "create"):
            for each in (folder, folder / SHARDS, folder / QUARANTINE):
                each.mkdir(parents=True, exist_ok=True)
        found = _manifest_of(folder)
        if found is None and (folder / DESIGN).exists() and read_whole(folder / DESIGN) != design:
            raise AnotherSweep(str(folder), expected=_elsewhere(folder))
        store = cls(folder, found or manifest)
        store.check_engine(engine)
        if store.manifest.identity != manifest.identity:
            raise AnotherSweep(str(folder), expected=_elsewhere(folder))
        if not (folder / DESIGN).exists() or read_whole(folder / DESIGN) != design:
            write_whole(folder / DESIGN, design)
        if not _is_manifest(folder / MANIFEST):
            write_whole(folder / MANIFEST, manifest.as_bytes())
        return store

    @classmethod
    def open(cls, folder: Path | str) -> Store:
        """The sweep in a folder.

        Raises:
            NotASweep: there is none.
            FileDamaged: there was one, and neither manifest nor shard says which.
        """
        folder = Path(folder)
        manifest = _manifest_of(folder)
        if manifest is not None:
            return cls(folder, manifest)
        if (folder / MANIFEST).exists():
            raise FileDamaged(str(folder / MANIFEST), expected="passerelles sweep DESIGN --out DIR")
        raise NotASweep(str(folder))

    def design(self) -> bytes:
        """The design as given.

        Raises:
            FileDamaged: it is not the one the sweep was made from.
        """
        try:
            data = read_whole(self.folder / DESIGN)
        except FileNotFoundError:
            data = b""
        if sha256(data) != self.manifest.design:
            raise FileDamaged(str(self.folder / DESIGN), expected="passerelles sweep DESIGN --out DIR")
        return data

    def check_engine(self, engine: str) -> None:
        """Refuse to mix the results of two engines.

        Raises:
            EngineChanged: offers a new folder.
        """
        if engine != self.manifest.engine:
            was = f"{self.manifest.engine} -> {engine}"
            raise EngineChanged(str(self.folder), was, _elsewhere(self.folder))

    def check_files(self, files: Mapping[str, str]) -> None:
        """Refuse to go on when a file that the design names has changed.

        Raises:
            AnotherSweep: names the first such file, offers a new folder.
        """
        before = self.manifest.files
        for name in sorted(set(files) | set(before)):
            if files.get(name) != before.get(name):
                raise AnotherSweep(str(self.folder), name, _elsewhere(self.folder))

    @contextlib.contextmanager
    def lock(self) -> Iterator[None]:
        """Be alone at work in the folder; may be entered again by the same store.

        Raises:
            SweepLocked: names the owner's process and host.
        """
        if self._depth == 0:
            self._lock.take()
            self._sweep_leftovers()
        self._depth += 1
        try:
            yield
        finally:
            self._depth -= 1
            if self._depth == 0:
                self._lock.release()

    def _sweep_leftovers(self) -> None:
        for folder in (self.folder, self.folder / SHARDS):
            for path in folder.glob(f".*{TEMPORARY}"):
                with contextlib.suppress(OSError):
                    path.unlink()

    # --- what is done -----------------------------------------------------------------------------------

    @property
    def jobs(self) -> int:
        """How many jobs the design asks for."""
        return self.manifest.jobs

    def shard_names(self) -> list[ShardName]:
        """The shards by number; nothing is read."""
        with told(self.folder / SHARDS, "list"):
            found = [shards.shard_name(path) for path in (self.folder / SHARDS).iterdir()]
        return sorted((name for name in found if name), key=lambda name: (name.number, name.digest))

    def done(self) -> set[str]:
        """Keys of the jobs whose rows are in verified shards."""
        return self._scan().keys

    def tables(self, columns: Sequence[str] | None = None) -> Iterator[tuple[ShardName, pa.Table]]:
        """The verified shards one after the other; damaged and foreign ones are passed over."""
        for name in self.shard_names():
            with contextlib.suppress(ShardDamaged, ShardForeign, FileNotFoundError):
                yield name, shards.read_shard(name, self.manifest.identity, columns)

    def table(self, key: str, rows: Sequence[Row]) -> pa.Table:
        """The rows of a job with the columns of the sweep.

        Raises:
            BadRows: they do not fit.
        """
        return shards.table_of(self.schema, key, rows)

    def publish(self, results: Sequence[tuple[str, list[Row]]]) -> None:
        """Write the rows of some jobs as one shard, atomically.

        Raises:
            BadRows, DiskRefuses, LockLost: nothing was published.
        """
        self.publish_tables([self.table(key, rows) for key, rows in results])

    def publish_tables(self, tables: Sequence[pa.Table]) -> None:
        """As :meth:`publish`, from tables that :meth:`table` made."""
        if not tables:
            return
        if self._depth:
            self._lock.check()
        self._write(pa.concat_tables(tables))

    def _write(self, table: pa.Table) -> ShardName:
        number = max((name.number for name in self.shard_names()), default=0) + 1
        return shards.write_shard(self.folder / SHARDS, number, table, self.manifest)

    def compact(self) -> None:
        """Join small shards until each holds about SHARD_JOBS jobs; the rows do not change.

        A kill in between leaves some jobs in two shards, which :meth:`collect` reads once.
        """
        small = [name for name in self.shard_names() if name.jobs < SHARD_JOBS]
        while small:
            group = [small.pop(0)]
            while small and sum(name.jobs for name in group) + small[0].jobs <= SHARD_JOBS:
                group.append(small.pop(0))
            if len(group) > 1:
                self._join(group)

    def _join(self, group: Sequence[ShardName]) -> None:
        kept: list[pa.Table] = []
        joined: list[ShardName] = []
        known: set[str] = set()
        for name in group:
            with contextlib.suppress(ShardDamaged, ShardForeign, FileNotFoundError):
                table = shards.read_shard(name, self.manifest.identity)
                kept.append(collection.without(table, known))
                joined.append(name)
                known.update(table["job"].unique().to_pylist())
        if len(joined) > 1:
            self._write(pa.concat_tables(kept))
            for name in joined:
                name.path.unlink(missing_ok=True)

    # --- what failed ------------------------------------------------------------------------------------

    def faults(self) -> list[Fault]:
        """Failed attempts, oldest first."""
        return read_faults(self.folder / FAULTS)[0]

    def add_fault(self, fault: Fault) -> None:
        """Keep a failed attempt."""
        append_fault(self.folder / FAULTS, fault)

    def quarantined(self, attempts: int = 3) -> dict[str, Fault]:
        """The last fault of each job given up after so many attempts, and not done since."""
        found = last_faults(self.faults(), attempts)
        done = self.done() if found else set()
        return {key: fault for key, fault in found.items() if key not in done}

    def forgive(self) -> None:
        """Forget past faults, so that jobs given up are tried again; the log goes to the quarantine."""
        if (self.folder / FAULTS).exists():
            self._set_aside(self.folder / FAULTS)

    # --- what can be trusted ----------------------------------------------------------------------------

    def verify(self, *, set_aside: bool = False) -> Verification:
        """Read and check every file; with ``set_aside``, move torn and altered ones to the quarantine."""
        found = self._scan(set_aside)
        if read_faults(self.folder / FAULTS)[1]:
            found.damaged[FAULTS] = "torn"
        with contextlib.suppress(FileNotFoundError):
            if sha256(read_whole(self.folder / DESIGN)) != self.manifest.design:
                found.damaged[DESIGN] = "altered"
        if (self.folder / MANIFEST).exists() and not _is_manifest(self.folder / MANIFEST):
            found.damaged[MANIFEST] = "altered"
        if (self.folder / RUNS).exists():
            found.table = "good" if collection.table_is_sound(self.folder / RUNS) else "altered"
        return found

    def _scan(self, set_aside: bool = False) -> Verification:
        found = Verification(self.jobs)
        with told(self.folder / SHARDS, "list"):
            paths = sorted((self.folder / SHARDS).iterdir())
        for path in paths:
            name = shards.shard_name(path)
            try:
                if name is None:
                    raise ShardForeign(path.name)
                table = shards.read_shard(name, self.manifest.identity, ["job"])
                found.keys.update(table["job"].unique().to_pylist())
            except ShardForeign:
                if not path.name.endswith(TEMPORARY):
                    found.foreign.append(f"{SHARDS}/{path.name}")
            except ShardDamaged as reason:
                found.damaged[f"{SHARDS}/{path.name}"] = str(reason)
                if set_aside:
                    self._set_aside(path, str(reason))
            except FileNotFoundError:
                continue
        return found

    def _set_aside(self, path: Path, reason: str = "set aside") -> None:
        folder = self.folder / QUARANTINE
        with told(folder, "write"):
            folder.mkdir(exist_ok=True)
            target, again = folder / path.name, 1
            while target.exists():
                target, again = folder / f"{path.name}.{again}", again + 1
            path.replace(target)
        write_whole(target.with_name(target.name + ".reason"), f"{reason}\n".encode())

    def collect(self) -> Path:
        """Write ``runs.parquet`` from verified shards and give its path; its bytes depend on the rows alone
        (and on the version of the Parquet writer).

        Raises:
            ResultsDisagree: a job has two different answers.
            DiskRefuses: the table before is intact.
        """
        with self.lock():
            bad = self._scan(set_aside=True).passed_over
            names = [name for name in self.shard_names() if name.path.name not in bad]
            return collection.collect(self.folder / RUNS, self.schema, names, self._read)

    def _read(self, name: ShardName, columns: Sequence[str] | None = None) -> pa.Table:
        return shards.read_shard(name, self.manifest.identity, columns)


def _is_manifest(path: Path) -> bool:
    try:
        manifest_from(read_whole(path))
    except (FileNotFoundError, ValueError, TypeError, KeyError):
        return False
    return True


def _manifest_of(folder: Path) -> Manifest | None:
    """The manifest, from its file or else from the shards that carry it; None where nothing tells."""
    if not folder.is_dir():
        return None
    with contextlib.suppress(FileNotFoundError, ValueError, TypeError, KeyError):
        return manifest_from(read_whole(folder / MANIFEST))
    carried = set()
    if (folder / SHARDS).is_dir():
        for path in sorted((folder / SHARDS).iterdir()):
            name = shards.shard_name(path)
            with contextlib.suppress(ShardDamaged):
                carried |= {shards.carried_manifest(name)} if name else set()
    found = {}
    for data in carried:
        with contextlib.suppress(ValueError, TypeError, KeyError):
            manifest = manifest_from(data)
            found[manifest.identity] = manifest
    return next(iter(found.values())) if len(found) == 1 else None


def _elsewhere(folder: Path) -> str:
    """A folder that is free, to offer."""
    number = 2
    while folder.with_name(f"{folder.name}-{number}").exists():
        number += 1
    return f"--out {folder.with_name(f'{folder.name}-{number}')}"
