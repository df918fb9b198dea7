"""The final table: verified shards, each job once, sorted; its bytes are a function of its rows alone.

Rows are never all in memory: the keys of the order are, and the shards that a group of rows comes from.
"""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from sim.sweep import shards
from sim.sweep.disk import published, read_whole, told, write_whole
from sim.sweep.shards import ShardName
from sim.sweep.store_errors import FileDamaged, ResultsDisagree

ORDER = ("sample", "replicate", "policy_point")
"""Columns that sort the table where it has them; then the job's key, then the order of the job's rows."""

GROUP_ROWS = 8192
"""Rows of a group of the final table: always the same, as the bytes depend on it."""

SHARDS_KEPT = 8
"""Shards in memory while the table is written: jobs are done nearly in order, so few serve a group."""

Read = Callable[[ShardName, Sequence[str] | None], pa.Table]
"""Reads some columns of a shard, or all."""


def write(runs: Path, schema: pa.Schema, names: Sequence[ShardName], read: Read) -> Path:
    """Write the final table of these shards, which have been verified, and its digest.

    Raises:
        ResultsDisagree: a job has two different answers.
        FileDamaged: a shard was damaged since it was verified.
        DiskRefuses: the table before is intact.
    """
    order = _order(schema, names, read)
    with told(runs):
        room = sum(name.path.stat().st_size for name in names)
    with published(runs, room) as file:
        with pq.ParquetWriter(file, schema, **shards.WRITER_OPTIONS) as writer:
            for rows in _groups(order, schema, names, read):
                writer.write_table(rows, row_group_size=GROUP_ROWS)
        file.seek(0)
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    write_whole(digest_path(runs), _digest_line(digest, runs))
    return runs


def digest_path(runs: Path) -> Path:
    """Where the digest of the final table is."""
    return runs.with_name(runs.name + ".sha256")


def table_is_sound(runs: Path) -> bool:
    """Whether the final table is the one that was written."""
    with told(runs), contextlib.suppress(FileNotFoundError), runs.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        return read_whole(digest_path(runs)) == _digest_line(digest, runs)
    return False


def _digest_line(digest: str, runs: Path) -> bytes:
    return f"{digest}  {runs.name}\n".encode()


def _order(schema: pa.Schema, names: Sequence[ShardName], read: Read) -> np.ndarray[Any, Any]:
    """Where each row of the final table is: an array of (position of its shard, row in the shard)."""
    sorters = [name for name in ORDER if name in schema.names]
    home: dict[str, int] = {}
    parts: list[np.ndarray[Any, Any]] = []
    jobs: list[np.ndarray[Any, Any]] = []
    for at, name in enumerate(names):
        table = read(name, [*sorters, "job"])
        keys = table["job"].combine_chunks().dictionary_encode()
        here = keys.dictionary.to_pylist()
        new = np.array([home.setdefault(key, at) == at for key in here], bool)
        twice = [key for key, first in zip(here, new, strict=True) if not first]
        for key in twice:
            _same_answer(key, names[home[key]], name, read)
        codes = keys.indices.to_numpy()
        rows = np.flatnonzero(new[codes])
        columns = [pc.fill_null(table[column], -1).to_numpy()[rows] for column in sorters]
        parts.append(np.column_stack([*columns, np.full(len(rows), at), rows]).astype(np.int64))
        jobs.append(np.array(here, "S64")[codes[rows]])
    if not parts:
        return np.empty((0, 2), np.int64)
    found = np.concatenate(parts)
    by = [found[:, column] for column in range(len(sorters))]
    order = np.lexsort([found[:, -1], np.concatenate(jobs), *reversed(by)])
    return found[order, -2:]


def _same_answer(key: str, one: ShardName, other: ShardName, read: Read) -> None:
    answers = [repr(read(name, None).filter(pc.field("job") == key).to_pylist()) for name in (one, other)]
    if answers[0] != answers[1]:
        raise ResultsDisagree(key, f"{one.path.name[:12]}, {other.path.name[:12]}")


def _groups(
    order: np.ndarray[Any, Any], schema: pa.Schema, names: Sequence[ShardName], read: Read
) -> Iterator[pa.Table]:
    @lru_cache(maxsize=SHARDS_KEPT)
    def shard(at: int) -> pa.Table:
        try:
            return read(names[at], None)
        except shards.ShardDamaged as reason:
            raise FileDamaged(str(names[at].path), str(reason)) from reason

    for first in range(0, len(order), GROUP_ROWS):
        where = order[first : first + GROUP_ROWS]
        homes, parts, start = np.unique(where[:, 0]), [], 0
        position = np.empty(len(where), np.int64)
        for home in homes:
            mine = np.flatnonzero(where[:, 0] == home)
            parts.append(shard(int(home)).take(where[mine, 1]))
            position[mine] = np.arange(start, start + len(mine))
            start += len(mine)
        yield pa.concat_tables(parts).select(schema.names).take(position).combine_chunks()
