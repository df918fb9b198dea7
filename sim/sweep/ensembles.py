"""A table of parameter sets, such as a calibration leaves: one set a row, columns named by registry key."""

from __future__ import annotations

import io
from typing import Any, Final

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq

from sim.errors import BadTable, NotFinite, OutOfRange, TooLarge
from sim.parameters import Scalar
from sim.sweep.design_checks import DesignChecker

MAXIMUM_BYTES: Final = 200 * 2**20
MAXIMUM_ROWS: Final = 1_000_000
WEIGHT: Final = "weight"

Sets = tuple[tuple[dict[str, Scalar], ...], tuple[float, ...]]
"""Parameter sets, and a weight for each."""


def read_ensemble(raw: bytes, name: str, checker: DesignChecker) -> Sets:
    """The sets of a CSV or Parquet file, faults noted in ``checker``; equal weights by default."""
    found = _table(raw, name, checker)
    if found is None:
        return (), ()
    columns: dict[str, list[Scalar]] = {}
    weights = [1.0] * found.num_rows
    for key in found.column_names:
        values = found.column(key).to_pylist()
        if key == WEIGHT:
            weights = _weights(values, name, checker)
        elif parameter := checker.assumption(key, ("assumptions", "file", key)):
            before = len(checker.faults)
            columns[key] = []
            for row, value in enumerate(values):
                columns[key].append(checker.value_of(parameter, value, f"{name}:{row + 2}: {key}"))
                if len(checker.faults) > before:
                    break
    if checker.faults:
        return (), ()
    rows = zip(*columns.values(), strict=True)
    return tuple(dict(zip(columns, row, strict=True)) for row in rows), tuple(weights)


def _table(raw: bytes, name: str, checker: DesignChecker) -> Any:
    if len(raw) > MAXIMUM_BYTES:
        checker.faults.append(TooLarge(name, f"{len(raw)} bytes", f"≤ {MAXIMUM_BYTES} bytes"))
        return None
    try:
        parquet = raw.startswith(b"PAR1")
        found = pq.read_table(io.BytesIO(raw)) if parquet else pa.csv.read_csv(io.BytesIO(raw))
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError, OSError) as fault:
        checker.faults.append(BadTable(name, str(fault), "CSV | Parquet, columns named by key"))
        return None
    if not 1 <= found.num_rows <= MAXIMUM_ROWS or set(found.column_names) <= {WEIGHT}:
        shown = f"{found.num_rows} × {found.num_columns}"
        checker.faults.append(BadTable(name, shown, f"1 … {MAXIMUM_ROWS} rows, columns named by key"))
        return None
    if len(set(found.column_names)) < found.num_columns:
        checker.faults.append(BadTable(name, ", ".join(found.column_names), "1 × each column"))
        return None
    return found


def _weights(values: list[Any], name: str, checker: DesignChecker) -> list[float]:
    for row, value in enumerate(values):
        place = f"{name}:{row + 2}: {WEIGHT}"
        if type(value) not in (int, float) or value != value or value in (float("inf"), float("-inf")):
            checker.faults.append(NotFinite(place, value, "≥ 0"))
            return []
        if value < 0:
            checker.faults.append(OutOfRange(place, value, "≥ 0"))
            return []
    if not sum(values) > 0:
        checker.faults.append(OutOfRange(f"{name}: {WEIGHT}", sum(values), "> 0"))
    return [float(value) for value in values]
