"""Occupations and mobility from CSV files: every fault with its file, line and column, all at once.

Occupations: columns ``id``, ``employment`` (heads) and ``auto_prob`` (share), in any order.  Mobility: a
square of shares whose rows sum to 1, bare, or with ids in a first row, a first column or both; ids may stand
in any order, and when only one side has them they name both.
"""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from sim.errors import (
    BadEncoding,
    BadFileName,
    BadSum,
    BadTable,
    DuplicateKey,
    EmptyFile,
    MissingKey,
    NotFinite,
    NumberExpected,
    OutOfRange,
    PasserellesError,
    TooLarge,
    UnknownCode,
    UnknownKey,
    nearest,
    raise_all,
)
from sim.kernels import Array
from sim.reference.inputs import LARGEST, ROW_TOLERANCE

COLUMNS: Final = ("id", "employment", "auto_prob")
MAXIMUM_BYTES: Final = 200_000_000
MAXIMUM_OCCUPATIONS: Final = 3_000
SHOWN_FAULTS: Final = 20
"""Faults told at once: a matrix of another kind of file would give thousands."""

_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
_ODD = re.compile(r"[+-]?(nan|inf|infinity)", re.IGNORECASE)


@dataclass(frozen=True)
class Line:
    """One row of a file, its cells stripped, and where it stands (from 1)."""

    number: int
    cells: list[str]


@dataclass(frozen=True)
class Occupations:
    """The occupations of a file, in its order."""

    ids: tuple[str, ...]
    employment: Array
    """Heads, float64[n]."""
    auto_prob: Array
    """Share of the demand for each that automation takes away, float64[n]."""


def lines_of(path: Path) -> list[Line]:
    """Rows of a CSV file that hold something.

    Raises:
        PasserellesError: :class:`BadFileName`, :class:`TooLarge`, :class:`BadEncoding`, :class:`EmptyFile` or
            :class:`BadTable`.
    """
    if not path.is_file():
        raise BadFileName(path.name, str(path), "a CSV file that exists")
    if path.stat().st_size > MAXIMUM_BYTES:
        raise TooLarge(path.name, f"{path.stat().st_size} bytes", f"≤ {MAXIMUM_BYTES} bytes")
    raw = path.read_bytes()
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        line = raw.count(b"\n", 0, fault.start) + 1
        raise BadEncoding(
            f"{path.name}:{line}", raw[fault.start : fault.start + 4].hex(" "), "UTF-8"
        ) from None
    if "\0" in text:
        raise BadEncoding(f"{path.name}:{text.count(chr(10), 0, text.index(chr(0))) + 1}", "NUL", "UTF-8")
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    found = []
    try:
        for row in reader:
            cells = [cell.strip() for cell in row]
            if any(cells):
                found.append(Line(reader.line_num, cells))
    except csv.Error as fault:
        raise BadTable(f"{path.name}:{reader.line_num}", str(fault), "comma-separated values") from None
    if not found:
        raise EmptyFile(path.name, None, "comma-separated values")
    return found


def read_occupations(path: Path) -> Occupations:
    """Occupations of a file.

    Raises:
        PasserellesError: the faults of the file, all at once.
    """
    lines = lines_of(path)
    columns = _columns(path.name, lines[0])
    faults: list[PasserellesError] = []
    seen: dict[str, int] = {}
    values: list[tuple[float, float]] = []
    for line in lines[1:]:
        place = f"{path.name}:{line.number}"
        if len(line.cells) != len(COLUMNS):
            faults.append(BadTable(place, _counted(len(line.cells), "cell"), str(len(COLUMNS))))
            continue
        one = line.cells[columns["id"]]
        if not one:
            faults.append(MissingKey(f"{place}: id", None, "an id"))
        elif one in seen:
            faults.append(DuplicateKey(f"{place}: id", one, f"one line an id (line {seen[one]})"))
        seen.setdefault(one, line.number)
        heads = _number(f"{place}: employment", line.cells[columns["employment"]], LARGEST, faults)
        share = _number(f"{place}: auto_prob", line.cells[columns["auto_prob"]], 1.0, faults)
        values.append((heads, share))
    if len(lines) == 1:
        faults.append(EmptyFile(path.name, None, "a line by occupation"))
    if len(lines) - 1 > MAXIMUM_OCCUPATIONS:
        faults.append(TooLarge(path.name, _counted(len(lines) - 1, "line"), f"≤ {MAXIMUM_OCCUPATIONS}"))
    raise_all(faults[:SHOWN_FAULTS])
    table = np.array(values, dtype=np.float64)
    return Occupations(tuple(seen), table[:, 0].copy(), table[:, 1].copy())


def _columns(name: str, header: Line) -> dict[str, int]:
    place = f"{name}:{header.number}"
    faults: list[PasserellesError] = []
    for i, cell in enumerate(header.cells):
        if cell not in COLUMNS:
            faults.append(UnknownKey(place, cell, ", ".join(COLUMNS), nearest(cell, COLUMNS)))
        elif cell in header.cells[:i]:
            faults.append(DuplicateKey(place, cell, "each column once"))
    faults += [
        MissingKey(place, column, ", ".join(COLUMNS)) for column in COLUMNS if column not in header.cells
    ]
    raise_all(faults[:SHOWN_FAULTS])
    return {column: header.cells.index(column) for column in COLUMNS}


def _number(place: str, text: str, ceiling: float, faults: list[PasserellesError]) -> float:
    """The number of a cell; NaN, and one more fault, when it is none."""
    expected = f"0 … {ceiling:g}"
    if _ODD.fullmatch(text):
        faults.append(NotFinite(place, text, expected))
    elif not _NUMBER.fullmatch(text) or not text.isascii():
        faults.append(NumberExpected(place, text, expected))
    elif not 0.0 <= (value := float(text)) <= ceiling:
        faults.append(OutOfRange(place, text, expected))
    else:
        return value
    return math.nan


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"


def read_mobility(path: Path, ids: Sequence[str]) -> Array:
    """The mobility matrix of a file, float64[n, n], rows and columns in the order of ``ids``.

    Raises:
        PasserellesError: the faults of the file, all at once.
    """
    lines = lines_of(path)
    n = len(ids)
    _check_size(path.name, lines, n)
    headed, labelled = len(lines) == n + 1, len(lines[-1].cells) == n + 1
    body = lines[1:] if headed else lines
    first = 1 if labelled else 0
    faults: list[PasserellesError] = []
    across = down = None
    if headed:
        cells = lines[0].cells[first:]
        across = _order(
            cells, [f"{path.name}:{lines[0].number}: {i + first + 1}" for i in range(n)], ids, faults
        )
    if labelled:
        places = [f"{path.name}:{line.number}: 1" for line in body]
        down = _order([line.cells[0] for line in body], places, ids, faults)
    raise_all(faults[:SHOWN_FAULTS])
    matrix = _shares(path.name, body, first, lines[0].cells[first:] if headed else [], faults)
    raise_all(faults[:SHOWN_FAULTS])
    if across is None and down is None:
        return matrix
    columns = across if across is not None else down
    rows = down if down is not None else across
    placed = np.empty_like(matrix)
    placed[np.ix_(np.array(rows), np.array(columns))] = matrix
    return placed


def _check_size(name: str, lines: list[Line], n: int) -> None:
    """Raise unless the lines make a square of n with or without ids on each side."""
    expected = f"{n} × {n}, or one more with ids"
    width = len(lines[-1].cells)
    if len(lines) not in (n, n + 1) or width not in (n, n + 1):
        raise BadTable(name, f"{_counted(len(lines), 'line')} × {_counted(width, 'column')}", expected)
    # The corner above a column of ids may be left out.
    corner = len(lines) == n + 1 and width == n + 1
    ragged: list[PasserellesError] = []
    for i, line in enumerate(lines):
        if i == 0 and corner and len(line.cells) == n:
            line.cells.insert(0, "")
        if len(line.cells) != width:
            ragged.append(BadTable(f"{name}:{line.number}", _counted(len(line.cells), "cell"), str(width)))
    raise_all(ragged[:SHOWN_FAULTS])


def _order(
    labels: list[str], places: list[str], ids: Sequence[str], faults: list[PasserellesError]
) -> list[int]:
    """Row of each label among ``ids``; one more fault for each that is missing, unknown or met twice."""
    known = {one: row for row, one in enumerate(ids)}
    for i, (label, place) in enumerate(zip(labels, places, strict=True)):
        if not label:
            faults.append(MissingKey(place, None, "an id"))
        elif label not in known:
            faults.append(UnknownCode(place, label, "an id of the occupations", nearest(label, ids)))
        elif label in labels[:i]:
            faults.append(DuplicateKey(place, label, "each id once"))
    return [known.get(label, 0) for label in labels]


def _shares(
    name: str, body: list[Line], first: int, header: list[str], faults: list[PasserellesError]
) -> Array:
    """Cells as shares; one more fault for each that is none and each row that does not sum to 1."""
    n = len(body)
    matrix = np.empty((n, n))
    for i, line in enumerate(body):
        for j, cell in enumerate(line.cells[first:]):
            try:
                value = float(cell) if cell.isascii() and "_" not in cell else math.nan
            except ValueError:
                value = math.nan
            if not 0.0 <= value <= 1.0 + ROW_TOLERANCE:
                column = header[j] if header else str(j + first + 1)
                value = _number(f"{name}:{line.number}: {column}", cell, 1.0, faults)
            matrix[i, j] = value
        total = math.fsum(matrix[i])
        if math.isfinite(total) and abs(total - 1.0) > ROW_TOLERANCE:
            faults.append(BadSum(f"{name}:{line.number}", repr(total), f"1 ± {ROW_TOLERANCE:g}"))
    return matrix
