"""What one run gives: frozen, knows its scenario, seed, versions and fingerprint, saves and loads whole."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from io import BytesIO
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from sim import dictionary, result_tables
from sim.errors import Language, NotAuthentic, PasserellesError
from sim.law_notice import law_notice
from sim.population.columns import AGE_BANDS, STATES
from sim.scenario import Scenario, dump, loads

TABLE_NAMES = tuple(dictionary.TABLES)
_MANIFEST = "manifest.json"


class ResultsMissing(PasserellesError):
    """A folder that lacks a file of the results."""

    code = "E50"
    title: ClassVar[dict[Language, str]] = {"fr": "résultats absents", "en": "results missing"}


class ResultsAltered(NotAuthentic):
    """A file that is not the one that was written."""


def no_rows(table: dictionary.Table) -> dict[str, NDArray[Any]]:
    """Columns of a table that nothing was written to."""
    return {f.name: np.zeros(0, np.str_ if f.kind == "text" else np.int64) for f in table.fields}


@dataclass(frozen=True, eq=False)
class Results:
    """One simulated world.  Heads, posts and cents are at the simulated scale (divide by ``scale``).

    months: month numbers counted from January 2021, consecutive; a scenario starts at 36.
    occupations: codes along the occupation axis, the last one is ``none``.
    stocks: int32 [months + 1, occupations, 2 sexes, 7 age bands, 4 states]; entry k is the first day of
    month ``months[0] + k``.
    flows: int32 [months, from, to, reasons].
    money, files: columns of :data:`sim.dictionary.MONEY` and :data:`sim.dictionary.FILES` (codes, months as
    numbers, -1 for none).
    series: monthly totals, one array of length ``months`` each.
    """

    scenario: Scenario
    scale: float
    seed: int
    months: tuple[int, ...]
    fingerprint: str
    wall_seconds: float
    versions: Mapping[str, str]
    occupations: tuple[str, ...]
    stocks: NDArray[np.int32]
    flows: NDArray[np.int32]
    reasons: tuple[str, ...]
    money: Mapping[str, NDArray[Any]] = field(default_factory=lambda: no_rows(dictionary.MONEY))
    series: Mapping[str, NDArray[Any]] = field(default_factory=dict)
    files: Mapping[str, NDArray[Any]] = field(default_factory=lambda: no_rows(dictionary.FILES))

    def __post_init__(self) -> None:
        """Refuse arrays of another shape (ValueError) and make the others read-only."""
        months, rows = len(self.months), len(self.occupations)
        if self.months != tuple(range(self.months[0], self.months[0] + months)) if months else True:
            raise ValueError("months are consecutive and at least one")
        expected = {
            "stocks": (months + 1, rows, 2, len(AGE_BANDS), len(STATES)),
            "flows": (months, rows, rows, len(self.reasons)),
        }
        for name, shape in expected.items():
            if getattr(self, name).shape != shape:
                raise ValueError(f"{name} has shape {getattr(self, name).shape}, expected {shape}")
        for table, columns in ((dictionary.MONEY, self.money), (dictionary.FILES, self.files)):
            if set(columns) != set(table.names) or len({len(values) for values in columns.values()}) > 1:
                raise ValueError(f"{table.name} needs columns of one length: {', '.join(table.names)}")
        for name, values in self.series.items():
            if values.shape != (months,):
                raise ValueError(f"series {name} has shape {values.shape}, expected ({months},)")
        for array in (
            self.stocks,
            self.flows,
            *self.money.values(),
            *self.series.values(),
            *self.files.values(),
        ):
            array.flags.writeable = False

    @property
    def notes(self) -> tuple[Mapping[str, str], ...]:
        """What a reader of this run must know beside its numbers, by language."""
        notice = law_notice(self.scenario.law, self.months[-1])
        return () if notice is None else (notice,)

    @cached_property
    def tables(self) -> dict[str, pa.Table]:
        """Every table as Arrow, with the schema of the dictionary."""
        first, codes = self.months[0], self.occupations
        columns = {
            "stocks": result_tables.stock_columns(self.stocks, first),
            "flows": result_tables.flow_columns(self.flows, self.reasons, first),
            "money": self.money,
            "files": self.files,
            "series": result_tables.series_columns(self.series, self.months),
        }
        return {
            name: result_tables.written(table, columns[name], codes)
            for name, table in dictionary.TABLES.items()
        }

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the values of every table: "the same bytes" whatever wrote the file."""
        total = hashlib.sha256()
        for name, table in self.tables.items():
            for column in table.column_names:
                total.update(f"{name}.{column}:{table.num_rows}\n".encode())
                total.update(_canonical(table.column(column)))
        return total.hexdigest()


def _canonical(column: pa.ChunkedArray) -> bytes:
    """Bytes that depend on nothing but the values: little-endian numbers; words as they come, then places."""
    if pa.types.is_string(column.type):
        encoded = pc.dictionary_encode(column.combine_chunks())
        places = encoded.indices.to_numpy().astype("<i8")
        return json.dumps(encoded.dictionary.to_pylist()).encode() + bytes(places.tobytes())
    if pa.types.is_date32(column.type):
        column = column.cast(pa.int32()).fill_null(np.iinfo(np.int32).min)
    values = column.to_numpy()
    return bytes(values.astype(values.dtype.newbyteorder("<")).tobytes())


def _write_atomically(path: Path, content: bytes) -> str:
    """Write beside ``path`` then rename, so that no half file is ever seen; returns the SHA-256."""
    handle, temporary = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    return hashlib.sha256(content).hexdigest()


def _parquet(table: pa.Table) -> bytes:
    sink = BytesIO()
    pq.write_table(table, sink, compression="zstd", write_page_checksum=True)
    return sink.getvalue()


def _json(content: object) -> bytes:
    return (
        json.dumps(content, ensure_ascii=False, indent=2, sort_keys=True, allow_nan=False) + "\n"
    ).encode()


def manifest(results: Results, digests: Mapping[str, str]) -> dict[str, Any]:
    """What ``manifest.json`` says: where the results come from and the digest of each file."""
    return {
        "schema_version": dictionary.SCHEMA_VERSION,
        "scenario": results.scenario.name,
        "scale": results.scale,
        "seed": results.seed,
        "months": list(results.months),
        "fingerprint": results.fingerprint,
        "digest": results.digest,
        "wall_seconds": results.wall_seconds,
        "versions": dict(results.versions),
        "occupations": list(results.occupations),
        "reasons": list(results.reasons),
        "series": {name: str(values.dtype) for name, values in sorted(results.series.items())},
        "files": dict(digests),
    }


def save(results: Results, folder: Path | str) -> Path:
    """Write the results to ``folder`` (made if needed), the manifest last; returns the folder."""
    from sim.indicators import summary

    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    contents = {
        "scenario.toml": dump(results.scenario).encode(),
        "summary.json": _json(summary(results)),
        "dictionary.json": dictionary.as_json().encode(),
        "dictionary.md": dictionary.as_markdown().encode(),
        **{f"{name}.parquet": _parquet(table) for name, table in results.tables.items()},
    }
    (folder / _MANIFEST).unlink(missing_ok=True)
    digests = {name: _write_atomically(folder / name, content) for name, content in contents.items()}
    _write_atomically(folder / _MANIFEST, _json(manifest(results, digests)))
    return folder


def _verified(folder: Path, name: str, digest: str) -> bytes:
    path = folder / name
    if not path.is_file():
        raise ResultsMissing(str(path))
    content = path.read_bytes()
    if hashlib.sha256(content).hexdigest() != digest:
        raise ResultsAltered(str(path))
    return content


def load(folder: Path | str) -> Results:
    """Read what :func:`save` wrote.

    Raises :class:`ResultsMissing` where a file is absent, :class:`ResultsAltered` where one is not the file
    that was written.
    """
    folder = Path(folder)
    path = folder / _MANIFEST
    if not path.is_file():
        raise ResultsMissing(str(path))
    try:
        said = json.loads(path.read_bytes())
        content = {name: _verified(folder, name, digest) for name, digest in said["files"].items()}
        return _assembled(said, content)
    except (ValueError, KeyError, TypeError, IndexError, pa.ArrowException) as fault:
        raise ResultsAltered(str(path)) from fault


def _assembled(said: Mapping[str, Any], content: Mapping[str, bytes]) -> Results:
    codes, reasons = tuple(said["occupations"]), tuple(said["reasons"])
    months = tuple(said["months"])
    columns = {
        name: result_tables.held(table, pq.read_table(BytesIO(content[f"{name}.parquet"])), codes)
        for name, table in dictionary.TABLES.items()
    }
    return Results(
        scenario=loads(content["scenario.toml"].decode(), said["scenario"]),
        scale=said["scale"],
        seed=said["seed"],
        months=months,
        fingerprint=said["fingerprint"],
        wall_seconds=said["wall_seconds"],
        versions=said["versions"],
        occupations=codes,
        stocks=result_tables.stock_array(columns["stocks"], months[0], len(months), len(codes)),
        flows=result_tables.flow_array(columns["flows"], reasons, months[0], len(months), len(codes)),
        reasons=reasons,
        money=columns["money"],
        files=columns["files"],
        series=result_tables.series_arrays(columns["series"], said["series"]),
    )
