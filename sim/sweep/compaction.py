"""Few files rather than many: small shards are joined; the rows do not change."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence

import pyarrow as pa
import pyarrow.compute as pc

from sim.sweep.disk import told
from sim.sweep.final_table import Read
from sim.sweep.shards import ShardDamaged, ShardForeign, ShardName

SHARD_JOBS = 500
"""Jobs of a shard after compaction: what one torn file costs to compute again."""


def compact(names: Sequence[ShardName], read: Read, write: Callable[[pa.Table], ShardName]) -> None:
    """Join neighbours until each shard holds about SHARD_JOBS jobs.

    The joined shard is on disk before its parts go: a kill in between leaves jobs in two shards, and each is
    read once.

    Raises:
        DiskRefuses: nothing is lost.
    """
    small = [name for name in names if name.jobs < SHARD_JOBS]
    while small:
        group = [small.pop(0)]
        while small and sum(name.jobs for name in group) + small[0].jobs <= SHARD_JOBS:
            group.append(small.pop(0))
        if len(group) > 1:
            _join(group, read, write)


def _join(group: Sequence[ShardName], read: Read, write: Callable[[pa.Table], ShardName]) -> None:
    tables: list[pa.Table] = []
    joined: list[ShardName] = []
    known: set[str] = set()
    for name in group:
        with contextlib.suppress(ShardDamaged, ShardForeign, FileNotFoundError):
            table = _without(read(name, None), known)
            tables.append(table)
            joined.append(name)
            known.update(table["job"].unique().to_pylist())
    if len(joined) > 1:
        whole = write(pa.concat_tables(tables))
        for name in joined:
            if name.path != whole.path:
                with told(name.path):
                    name.path.unlink(missing_ok=True)


def _without(table: pa.Table, keys: set[str]) -> pa.Table:
    if not keys:
        return table
    return table.filter(pc.invert(pc.is_in(table["job"], value_set=pa.array(sorted(keys), pa.string()))))
