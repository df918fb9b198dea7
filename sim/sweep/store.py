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
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pyarrow as pa

from sim.sweep import compaction, final_table, shards, verification
from sim.sweep.disk import TEMPORARY, read_whole, sha256, told, write_whole
from sim.sweep.fault_log import Fault, append_fault, last_faults, read_faults
from sim.sweep.jobs import Row
from sim.sweep.lock import Lock, Owner
from sim.sweep.manifest import Manifest, columns_of
from sim.sweep.shards import Columns, ShardDamaged, ShardForeign, ShardName
from sim.sweep.store_errors import AnotherSweep, EngineChanged, FileDamaged, NotASweep
from sim.sweep.verification import DESIGN, FAULTS, MANIFEST, QUARANTINE, RUNS, SHARDS, Verification

LOCK = "lock"
ATTEMPTS = 3
"""Times that a job is tried before it is given up."""

AGAIN = "passerelles sweep DESIGN --out DIR"


class Store:
    """One sweep's folder; made by :meth:`create`, found again by :meth:`open`."""

    def __init__(self, folder: Path, manifest: Manifest) -> None:
        self.folder, self.manifest = folder, manifest
        self.schema = manifest.schema()
        self.kinds = shards.kinds_of(self.schema)
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
        """Make the folder, or open it when it holds this very sweep; nothing is ever overwritten.

        Raises:
            AnotherSweep: it holds another one, or a design file that is not this one.
            EngineChanged: it holds this one, computed by another engine.
            BadRows: a column has a type that results may not have.
            DiskRefuses: it cannot be written.
        """
        folder = Path(folder)
        manifest = Manifest(work, engine, sha256(design), dict(files), columns_of(schema), jobs)
        found = verification.manifest_in(folder)
        if found is not None:
            cls(folder, found)._check_same(manifest)
        elif folder.is_dir() and (
            verification.shard_names(folder) or (_bytes(folder / DESIGN) or design) != design
        ):
            raise AnotherSweep(str(folder), expected=_elsewhere(folder))
        with told(folder):
            for each in (folder, folder / SHARDS, folder / QUARANTINE):
                each.mkdir(parents=True, exist_ok=True)
        if _bytes(folder / DESIGN) != design:
            write_whole(folder / DESIGN, design)
        if not verification.is_manifest(folder / MANIFEST):
            write_whole(folder / MANIFEST, manifest.as_bytes())
        return cls(folder, found or manifest)

    @classmethod
    def open(cls, folder: Path | str) -> Store:
        """The sweep in a folder.

        Raises:
            NotASweep: there is none.
            FileDamaged: there is one, and neither its manifest nor its shards say which.
        """
        folder = Path(folder)
        manifest = verification.manifest_in(folder)
        if manifest is not None:
            return cls(folder, manifest)
        if folder.is_dir() and ((folder / MANIFEST).exists() or verification.shard_names(folder)):
            raise FileDamaged(str(folder / MANIFEST), expected=AGAIN)
        raise NotASweep(str(folder), expected=AGAIN)

    def design(self) -> bytes:
        """The design as given.

        Raises:
            FileDamaged: it is not the one the sweep was made from.
        """
        data = _bytes(self.folder / DESIGN)
        if data is None or sha256(data) != self.manifest.design:
            raise FileDamaged(str(self.folder / DESIGN), expected=AGAIN)
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

    def _check_same(self, other: Manifest) -> None:
        if replace(other, engine=self.manifest.engine).identity != self.manifest.identity:
            self.check_files(other.files)
            raise AnotherSweep(str(self.folder), expected=_elsewhere(self.folder))
        self.check_engine(other.engine)

    @contextlib.contextmanager
    def lock(self, unwanted: Callable[[], bool] = lambda: False) -> Iterator[None]:
        """Be alone at work in the folder; the same store may enter again.

        That an owner on another host is dead takes half a minute to see, unless that becomes ``unwanted``.

        Raises:
            SweepLocked: names the owner's process and host.
        """
        if self._depth == 0:
            self._lock.take(unwanted)
            self._remove_unfinished()
        self._depth += 1
        try:
            yield
        finally:
            self._depth -= 1
            if self._depth == 0:
                self._lock.release()

    def _remove_unfinished(self) -> None:
        for folder in (self.folder, self.folder / SHARDS, self.folder / QUARANTINE):
            for path in folder.glob(f".*{TEMPORARY}"):
                with contextlib.suppress(OSError):
                    path.unlink()

    def owner(self) -> Owner | None:
        """Who is at work in the folder, as far as can be told from here."""
        return self._lock.owner()

    # --- what is done -----------------------------------------------------------------------------------

    @property
    def jobs(self) -> int:
        """How many jobs the design asks for."""
        return self.manifest.jobs

    def done(self) -> set[str]:
        """Keys of the jobs whose rows are in verified shards."""
        return self.scan().keys

    def scan(self, *, set_aside: bool = False, stopped: Callable[[], bool] = lambda: False) -> Verification:
        """Read and check the shards alone: what :meth:`done` knows, and what is damaged."""
        return verification.scan(self.folder, self.manifest, set_aside=set_aside, stopped=stopped)

    def tables(self, columns: Sequence[str] | None = None) -> Iterator[pa.Table]:
        """The rows of the verified shards, one shard after the other; a job may come twice."""
        for name in verification.shard_names(self.folder):
            with contextlib.suppress(ShardDamaged, ShardForeign, FileNotFoundError):
                yield self._read(name, columns)

    def checked(self, key: str, rows: Sequence[Row]) -> Columns:
        """The rows of a job as the columns of the sweep.

        Raises:
            BadRows: they do not fit.
        """
        return shards.columns_of_job(self.kinds, key, rows)

    def publish(self, results: Sequence[tuple[str, list[Row]]]) -> None:
        """Write the rows of some jobs as one shard, atomically.

        Raises:
            BadRows, DiskRefuses, LockLost: nothing was published.
        """
        self.publish_checked([self.checked(key, rows) for key, rows in results])

    def publish_checked(self, jobs: Sequence[Columns]) -> None:
        """As :meth:`publish`, of what :meth:`checked` gave."""
        if jobs:
            if self._depth:
                self._lock.check()
            self._write(shards.joined_table(self.schema, jobs))

    def compact(self) -> None:
        """Join small shards; the rows do not change."""
        compaction.compact(verification.shard_names(self.folder), self._read, self._write)

    def _read(self, name: ShardName, columns: Sequence[str] | None) -> pa.Table:
        return shards.read_shard(name, self.manifest.identity, columns)

    def _write(self, table: pa.Table) -> ShardName:
        number = max((name.number for name in verification.shard_names(self.folder)), default=0) + 1
        return shards.write_shard(self.folder / SHARDS, number, table, self.manifest)

    # --- what failed ------------------------------------------------------------------------------------

    def faults(self) -> list[Fault]:
        """Failed attempts, oldest first."""
        return read_faults(self.folder / FAULTS)[0]

    def add_fault(self, fault: Fault) -> None:
        """Keep a failed attempt."""
        append_fault(self.folder / FAULTS, fault)

    def quarantined(self, attempts: int = ATTEMPTS, done: set[str] | None = None) -> dict[str, Fault]:
        """The last fault of each job given up after so many attempts; ``done`` spares reading the shards."""
        found = last_faults(self.faults(), attempts)
        if found and done is None:
            done = self.done()
        return {key: fault for key, fault in found.items() if key not in (done or ())}

    def forgive(self) -> None:
        """Forget past faults, so that jobs given up are tried again; the log goes to the quarantine."""
        with self.lock():
            if (self.folder / FAULTS).exists():
                verification.move_to_quarantine(self.folder / FAULTS, "forgiven")

    # --- what can be trusted ----------------------------------------------------------------------------

    def verify(self, *, set_aside: bool = False) -> Verification:
        """Read and check every file.

        With ``set_aside``, torn and altered ones go to the quarantine; manifest, fault log and final table
        are made again by the sweep, the design must be given again.
        """
        with self.lock() if set_aside else contextlib.nullcontext():
            return verification.verify(self.folder, self.manifest, set_aside=set_aside)

    def collect(self) -> Path:
        """Write ``runs.parquet`` from the verified shards and give its path; its bytes depend on the rows
        alone (and on the version of the Parquet writer).

        Raises:
            ResultsDisagree: a job has two different answers.
            DiskRefuses: the table before is intact.
        """
        with self.lock():
            names = self.scan(set_aside=True).shards
            return final_table.write(self.folder / RUNS, self.schema, names, self._read)


def _bytes(path: Path) -> bytes | None:
    with contextlib.suppress(FileNotFoundError):
        return read_whole(path)
    return None


def _elsewhere(folder: Path) -> str:
    """A folder that is free, to offer."""
    number = 2
    while folder.with_name(f"{folder.name}-{number}").exists():
        number += 1
    return f"--out {folder.with_name(f'{folder.name}-{number}')}"
