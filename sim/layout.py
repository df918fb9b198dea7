"""How the columns of persons lie in memory: one line of 64 bytes a person, and the scanned columns apart.

A month touches a few persons in a hundred and, of these, most columns.  Memory is fetched 64 bytes at a time,
so a person's columns side by side cost one fetch where columns apart would cost twenty.  The few columns that
are read for many, one person after another, are better by themselves.  Either way a column is a NumPy array.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.kernels import Array, kernel
from sim.population.columns import Columns

SCANNED = ("are_cents_a_day", "are_days", "are_paid", "group", "scheme", "taste")
"""Columns read for many persons, one after another."""
LINE_BYTES = 64

Line = Any
"""A person in a kernel: one of the lines, whose columns are its attributes."""


def line_of(columns: Mapping[str, Array]) -> np.dtype[np.void]:
    """The dtype of a person's line: the columns that are not scanned, widest first so that none is split.

    Raises:
        ValueError: when the columns do not fit into one line.
    """
    fields = sorted(
        ((name, values.dtype) for name, values in columns.items() if name not in SCANNED),
        key=lambda field: (-field[1].itemsize, field[0]),
    )
    offsets = np.concatenate([[0], np.cumsum([dtype.itemsize for _, dtype in fields])])
    if offsets[-1] > LINE_BYTES:
        raise ValueError(
            f"the columns of a person take {offsets[-1]} bytes, more than a line of {LINE_BYTES}"
        )
    return np.dtype(
        {
            "names": [name for name, _ in fields],
            "formats": [dtype for _, dtype in fields],
            "offsets": [int(offset) for offset in offsets[:-1]],
            "itemsize": LINE_BYTES,
        }
    )


def roomy(rows: int) -> int:
    """Rows to make room for: a quarter more lasts twenty years; memory that nobody enters is not fetched."""
    return rows + rows // 4 + 64


def empty_lines(line: np.dtype[np.void], capacity: int) -> Array:
    """Lines of zeros that start where the fetches of memory start."""
    held = np.zeros((capacity + 1) * LINE_BYTES, np.uint8)
    first = -held.ctypes.data % LINE_BYTES
    return held[first : first + capacity * LINE_BYTES].view(line)


@dataclass(frozen=True)
class Stored:
    """Columns of persons as they lie: the lines, and the scanned columns by name."""

    lines: Array
    scanned: Mapping[str, Array]


def in_lines(columns: Mapping[str, Array], capacity: int) -> tuple[Columns, Array]:
    """The same columns in lines, and the lines, with room for ``capacity`` rows; rows beyond hold zeros."""
    lines = empty_lines(line_of(columns), capacity)
    out: Columns = {}
    for name, values in columns.items():
        if name in SCANNED:
            out[name] = _longer(values, values.size, capacity)
        else:
            lines[name][: values.size] = values
            out[name] = lines[name]
    return out, lines


def copied(held: Stored, rows: int, capacity: int) -> tuple[Columns, Array]:
    """Columns and lines of their own with the content of the first ``rows``, and room for ``capacity``."""
    lines = empty_lines(held.lines.dtype, capacity)
    # By bytes: field by field would take ten times as long.
    to_bytes, from_bytes = (some.view(np.uint8).reshape(-1, LINE_BYTES) for some in (lines, held.lines))
    to_bytes[:rows] = from_bytes[:rows]
    out = {name: _longer(values, rows, capacity) for name, values in held.scanned.items()}
    return {**out, **{name: lines[name] for name in lines.dtype.names or ()}}, lines


def _longer(values: Array, rows: int, capacity: int) -> Array:
    out = np.zeros(capacity, values.dtype)
    out[:rows] = values[:rows]
    return out


# Rows are unsigned where every nanosecond counts (np.uint64): a signed index might be negative, and each use
# would be tested for it.

CHUNK = 128
"""Persons fetched at a time: their lines stay in the first-level cache."""


@kernel
def fetch(idx: Array, first: int, column: Array) -> int:
    """Bring what a column holds for ``idx[first : first + CHUNK]``, and the lines it is part of, close by.

    What one person is decides which way the code goes, and a processor that waits for her line cannot know:
    it would fetch one person after another.  Nothing depends on anything here: the fetches run side by side.
    The sum is only returned so that the reading is not left out.
    """
    total = 0
    for n in range(first, min(first + CHUNK, idx.size)):
        total += int(column[np.uint64(idx[n])])
    return total
