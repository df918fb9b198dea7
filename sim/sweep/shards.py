"""A shard: the rows of some jobs in one Parquet file whose name holds its own digest.

``000007-100-<SHA-256>.parquet`` is the seventh shard, of a hundred jobs.  As the name is the checksum, a file
is published by one rename, and nothing else has to agree with it.  Each shard carries the manifest of its
sweep, so that no file of another sweep is taken for one of this.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from sim.errors import nearest
from sim.sweep.disk import read_whole, sha256, write_whole
from sim.sweep.jobs import Row
from sim.sweep.manifest import Manifest
from sim.sweep.store_errors import BadRows

NAME = re.compile(r"(?P<number>\d{6,})-(?P<jobs>\d+)-(?P<digest>[0-9a-f]{64})\.parquet")

SWEEP_KEY, MANIFEST_KEY = b"passerelles.sweep", b"passerelles.manifest"

FITTING: Mapping[str, frozenset[type]] = {
    "string": frozenset({str, type(None)}),
    "int64": frozenset({int, type(None)}),
    "double": frozenset({float, int, type(None)}),
    "bool": frozenset({bool, type(None)}),
}
"""Types that a value may have, by the type of its column."""

MOST, MOST_EXACT = 2**63 - 1, 2**53
"""The largest whole numbers of a column of whole numbers, and of one of floating-point numbers."""

SURROGATE = re.compile("[\ud800-\udfff]")

SHORTEST = 12
"""Bytes that every Parquet file has at least."""

WRITER_OPTIONS = {
    "version": "2.6",
    "compression": "zstd",
    "compression_level": 3,
    "use_dictionary": True,
    "write_statistics": True,
    "write_page_checksum": True,
}
"""All that could change the bytes of a table is told, so that they depend on the rows alone."""


class ShardDamaged(Exception):
    """The file is not what its name says."""


class ShardForeign(Exception):
    """The file is whole and belongs to another sweep."""


@dataclass(frozen=True)
class ShardName:
    """What the name of a shard says."""

    path: Path
    number: int
    jobs: int
    digest: str


def shard_name(path: Path) -> ShardName | None:
    """What a name says; None where it is not the name of a shard."""
    found = NAME.fullmatch(path.name)
    if found is None:
        return None
    return ShardName(path, int(found["number"]), int(found["jobs"]), found["digest"])


Columns = dict[str, list[Any]]
"""The rows of one job or of several, column by column."""


def kinds_of(schema: pa.Schema) -> dict[str, str]:
    """The type of each column, by Arrow's name."""
    return {column.name: str(column.type) for column in schema}


def columns_of_job(kinds: Mapping[str, str], key: str, rows: Sequence[Row]) -> Columns:
    """The rows of one job, checked; ``job`` is filled in, columns that a row lacks are null.

    What is not a number (NaN) is null too, as its bits are not the same everywhere.

    Raises:
        BadRows: no row, an unknown column, or a value of another type.
    """
    if not isinstance(rows, Sequence) or not rows:
        raise BadRows(key, rows, "a list of one row or more")
    for row in rows:
        for name in row.keys() - kinds.keys():
            raise BadRows(key, name, "a column of the sweep", nearest(name, kinds))
    found: Columns = {}
    for name, kind in kinds.items():
        values = [row.get(name) for row in rows] if name != "job" else [key] * len(rows)
        found[name] = _fitting(f"{key} {name}", values, kind)
    return found


def _fitting(place: str, values: list[Any], kind: str) -> list[Any]:
    """The values as Python's own; Arrow by itself would make 1.5 fit a column of whole numbers."""
    fitting = FITTING[kind]
    if not fitting.issuperset(map(type, values)):
        values = [value.item() if hasattr(value, "item") else value for value in values]
    for value in values:
        if type(value) not in fitting or (type(value) in (int, str) and not _storable(value, kind)):
            raise BadRows(place, value, f"values that fit {kind}")
    return [None if value != value else value for value in values]


def _storable(value: int | str, kind: str) -> bool:
    if isinstance(value, int):
        return abs(value) <= (MOST_EXACT if kind == "double" else MOST)
    return value.isascii() or not SURROGATE.search(value)


def joined_table(schema: pa.Schema, jobs: Sequence[Columns]) -> pa.Table:
    """One table of the checked columns of some jobs."""
    joined = {name: [value for job in jobs for value in job[name]] for name in schema.names}
    return pa.Table.from_pydict(joined, schema=schema)


def table_of(schema: pa.Schema, key: str, rows: Sequence[Row]) -> pa.Table:
    """The rows of one job as a table.

    Raises:
        BadRows: as :func:`columns_of_job`.
    """
    return joined_table(schema, [columns_of_job(kinds_of(schema), key, rows)])


def write_shard(folder: Path, number: int, table: pa.Table, manifest: Manifest) -> ShardName:
    """Publish a table atomically.

    Raises:
        DiskRefuses: nothing was published.
    """
    jobs = len(table["job"].unique())
    carried = {SWEEP_KEY: manifest.identity.encode(), MANIFEST_KEY: manifest.as_bytes()}
    sink = pa.BufferOutputStream()
    pq.write_table(table.replace_schema_metadata(carried), sink, **WRITER_OPTIONS)
    data = sink.getvalue().to_pybytes()
    digest = sha256(data)
    path = folder / f"{number:06d}-{jobs}-{digest}.parquet"
    write_whole(path, data)
    return ShardName(path, number, jobs, digest)


def carried_manifest(name: ShardName) -> bytes:
    """The manifest inside a shard.

    Raises:
        ShardDamaged: torn or altered.
    """
    metadata = pq.read_schema(_sound(name)).metadata or {}
    return bytes(metadata.get(MANIFEST_KEY, b""))


def read_shard(name: ShardName, identity: str, columns: Sequence[str] | None = None) -> pa.Table:
    """The rows of a shard (all columns, or some), once its bytes are what its name says.

    Raises:
        ShardDamaged: torn or altered.
        ShardForeign: whole, of another sweep.
        DiskRefuses: it cannot be read.
        FileNotFoundError: it is gone.
    """
    file = pq.ParquetFile(_sound(name), page_checksum_verification=True)
    if (file.schema_arrow.metadata or {}).get(SWEEP_KEY) != identity.encode():
        raise ShardForeign(name.path.name)
    return file.read(columns=None if columns is None else list(columns)).replace_schema_metadata(None)


def _sound(name: ShardName) -> pa.BufferReader:
    data = read_whole(name.path)
    if sha256(data) != name.digest:
        torn = len(data) < SHORTEST or not data.endswith(b"PAR1")
        raise ShardDamaged("torn" if torn else "altered")
    return pa.BufferReader(data)
