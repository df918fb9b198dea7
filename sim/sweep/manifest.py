"""What a sweep is: its design, work, engine and columns.  Written once; carried by every shard too."""

from __future__ import annotations

import json
import platform
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import pyarrow as pa

from sim import __version__
from sim.sweep.disk import sha256
from sim.sweep.jobs import SCHEMA_VERSION, canonical
from sim.sweep.store_errors import BadRows

COLUMN_TYPES: Mapping[str, pa.DataType] = {
    "string": pa.string(),
    "int64": pa.int64(),
    "double": pa.float64(),
    "bool": pa.bool_(),
}
"""Types that a column of results may have, by Arrow's name."""

LIBRARIES = ("numpy", "numba", "pyarrow")


def libraries() -> dict[str, str]:
    """Versions of what made the results; for the reader, not part of what a sweep is."""
    found = {"passerelles": __version__, "python": platform.python_version()}
    for name in LIBRARIES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = ""
    return found


def columns_of(schema: pa.Schema) -> tuple[tuple[str, str], ...]:
    """Names and types of the columns.

    Raises:
        BadRows: a type is not one of COLUMN_TYPES, or there is no ``job`` column.
    """
    for column in schema:
        if str(column.type) not in COLUMN_TYPES:
            raise BadRows(column.name, str(column.type), " | ".join(COLUMN_TYPES))
    if "job" not in schema.names:
        raise BadRows("job", expected="a column of text")
    return tuple((column.name, str(column.type)) for column in schema)


@dataclass(frozen=True)
class Manifest:
    """``design`` is a digest, ``files`` name to digest of what the design names; ``jobs`` how many there
    are."""

    work: str
    engine: str
    design: str
    files: Mapping[str, str]
    columns: tuple[tuple[str, str], ...]
    jobs: int
    schema_version: int = SCHEMA_VERSION
    made_with: Mapping[str, str] = field(default_factory=libraries, compare=False)

    @property
    def identity(self) -> str:
        """Digest of all but the versions of libraries: two sweeps with the same one give the same rows."""
        return sha256(canonical(self._content()))

    def schema(self) -> pa.Schema:
        """The columns of a row."""
        return pa.schema([(name, COLUMN_TYPES[kind]) for name, kind in self.columns])

    def _content(self) -> dict[str, Any]:
        return {
            "schema_version": self.schema_version,
            "work": self.work,
            "engine": self.engine,
            "design": self.design,
            "files": dict(self.files),
            "columns": [list(column) for column in self.columns],
            "jobs": self.jobs,
        }

    def as_bytes(self) -> bytes:
        """JSON that checks itself."""
        content = self._content() | {"made_with": dict(self.made_with)}
        content["check"] = sha256(canonical(content))
        return (json.dumps(content, indent=1, sort_keys=True) + "\n").encode()


def manifest_from(data: bytes) -> Manifest:
    """Read a manifest.

    Raises:
        ValueError: it is torn or altered.
    """
    content = json.loads(data)
    if not isinstance(content, dict) or content.pop("check", "") != sha256(canonical(content)):
        raise ValueError("the manifest does not match its own digest")
    columns = tuple((name, kind) for name, kind in content.pop("columns"))
    found = Manifest(columns=columns, **content)
    if found.as_bytes() != data:
        raise ValueError("the manifest is not written as it should be")
    return found
