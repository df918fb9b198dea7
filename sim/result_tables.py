"""Between the arrays of a run and its tables: codes become words, months become dates, and back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from sim.dictionary import FLOWS, STOCKS, Field, Table
from sim.population.columns import AGE_BANDS, NONE, STATES, Education

SEXES = ("man", "woman")
NO_MONTH = -1
"""A month that has not come, in the columns of a run."""

_OPENING = np.datetime64("2021-01", "M")
_WORDS: Mapping[str, tuple[str, ...]] = {
    "sex": SEXES,
    "age_band": AGE_BANDS,
    "state": STATES,
    "education": tuple(level.name.lower() for level in Education),
}
_TYPES = {
    "date32": pa.date32(),
    "string": pa.string(),
    "int8": pa.int8(),
    "int16": pa.int16(),
    "int32": pa.int32(),
    "uint32": pa.uint32(),
    "int64": pa.int64(),
    "double": pa.float64(),
}
_MEMORY = {
    "month": "int32",
    "occupation": "uint8",
    "sex": "uint8",
    "age_band": "uint8",
    "state": "uint8",
    "education": "uint8",
}

Array = NDArray[Any]
Columns = Mapping[str, Array]


def _rows_of(codes: Array, count: int) -> Array:
    """Occupation codes as rows of the axis: the mark of nobody's occupation is the last row."""
    rows = np.asarray(codes).astype(np.int64)
    return np.where(rows == NONE, count - 1, rows)


def _words(words: Sequence[str], codes: Array) -> pa.Array:
    return pa.array(words, type=pa.string()).take(pa.array(np.asarray(codes).astype(np.int64)))


def _written(field: Field, values: Array, occupations: Sequence[str]) -> pa.Array:
    kind = _TYPES[field.dtype]
    if field.kind == "month":
        months = np.asarray(values).astype(np.int64)
        days = (_OPENING + months).astype("datetime64[D]")
        return pa.array(days, type=kind, mask=months == NO_MONTH)
    if field.kind == "occupation":
        return _words(occupations, _rows_of(values, len(occupations)))
    if field.kind in _WORDS:
        return _words(_WORDS[field.kind], values)
    if field.kind == "text":
        return pa.array(np.asarray(values, dtype=np.str_), type=kind)
    return pa.array(np.asarray(values), type=kind)


def _codes(column: pa.ChunkedArray, words: Sequence[str]) -> Array:
    """Positions of a column's words; raises ValueError for a word that is not among them."""
    found = pc.index_in(column, value_set=pa.array(words, type=pa.string()))
    if found.null_count:
        raise ValueError(f"unknown code in {column.type}")
    return np.asarray(found.to_numpy())


def _held(field: Field, column: pa.ChunkedArray, occupations: Sequence[str]) -> Array:
    if field.kind == "month":
        days = column.to_numpy().astype("datetime64[M]")
        months = (days - _OPENING).astype(np.int64)
        return np.where(np.isnat(days), NO_MONTH, months).astype("int32")
    words = occupations if field.kind == "occupation" else _WORDS.get(field.kind)
    if words is not None:
        return _codes(column, words).astype(_MEMORY[field.kind])
    if field.kind == "text":
        return np.array(column.to_pylist(), dtype=np.str_)
    return np.asarray(column.to_numpy())


def written(table: Table, columns: Columns, occupations: Sequence[str]) -> pa.Table:
    """Columns of a run as an Arrow table with the schema of the dictionary (units in its metadata)."""
    schema = pa.schema([pa.field(f.name, _TYPES[f.dtype], metadata={"unit": f.unit}) for f in table.fields])
    return pa.Table.from_arrays(
        [_written(f, columns[f.name], occupations) for f in table.fields], schema=schema
    )


def held(table: Table, data: pa.Table, occupations: Sequence[str]) -> dict[str, Array]:
    """Inverse of :func:`written`."""
    return {f.name: _held(f, data.column(f.name), occupations) for f in table.fields}


def stock_columns(stocks: Array, first_month: int) -> dict[str, Array]:
    """The cells of ``stocks`` [months + 1, occupation, sex, age band, state] that hold someone."""
    month, occupation, sex, age, state = np.nonzero(stocks)
    return dict(
        zip(
            STOCKS.names,
            (month + first_month, occupation, sex, age, state, stocks[np.nonzero(stocks)]),
            strict=True,
        )
    )


def stock_array(columns: Columns, first_month: int, months: int, occupations: int) -> NDArray[np.int32]:
    """Inverse of :func:`stock_columns`; int32 [months + 1, occupations, 2, 7, 4]."""
    stocks = np.zeros((months + 1, occupations, len(SEXES), len(AGE_BANDS), len(STATES)), np.int32)
    stocks[
        columns["month"] - first_month,
        columns["occupation"],
        columns["sex"],
        columns["age_band"],
        columns["state"],
    ] = columns["heads"]
    return stocks


def flow_columns(flows: Array, reasons: Sequence[str], first_month: int) -> dict[str, Array]:
    """The cells of ``flows`` [months, from, to, reason] that hold someone."""
    month, origin, destination, reason = np.nonzero(flows)
    words = np.array(reasons, dtype=np.str_)[reason]
    return dict(
        zip(
            FLOWS.names,
            (month + first_month, origin, destination, words, flows[np.nonzero(flows)]),
            strict=True,
        )
    )


def flow_array(
    columns: Columns, reasons: Sequence[str], first_month: int, months: int, occupations: int
) -> NDArray[np.int32]:
    """Inverse of :func:`flow_columns`; int32 [months, occupations, occupations, reasons]."""
    place = {word: code for code, word in enumerate(reasons)}
    flows = np.zeros((months, occupations, occupations, len(reasons)), np.int32)
    reason = np.array([place[str(word)] for word in columns["reason"]], dtype=np.int64)
    flows[columns["month"] - first_month, columns["from_occupation"], columns["to_occupation"], reason] = (
        columns["heads"]
    )
    return flows


def series_columns(series: Columns, months: Sequence[int]) -> dict[str, Array]:
    """Monthly series one under the other, in the order of their names."""
    names = sorted(series)
    return {
        "month": np.tile(np.asarray(months, dtype=np.int64), len(names)),
        "series": np.repeat(np.array(names, dtype=np.str_), len(months)),
        "value": np.concatenate(
            [np.asarray(series[name], dtype=np.float64) for name in names] or [np.zeros(0)]
        ),
    }


def series_arrays(columns: Columns, dtypes: Mapping[str, str]) -> dict[str, Array]:
    """Inverse of :func:`series_columns`; ``dtypes`` name to NumPy type."""
    return {name: columns["value"][columns["series"] == name].astype(dtype) for name, dtype in dtypes.items()}
