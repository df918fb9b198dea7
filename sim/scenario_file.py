"""From bytes that claim to be a scenario to plain values and their lines, or the fault that says why not.

Nothing here knows what a scenario means: encoding, size, depth, syntax, duplicates.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from datetime import date
from typing import Any

from sim.errors import (
    AnchorsNotAllowed,
    BadDate,
    BadEncoding,
    DuplicateKey,
    EmptyFile,
    NotAScenarioFile,
    OneDocumentOnly,
    OutOfRange,
    PasserellesError,
    TagsNotAllowed,
    TooDeep,
    TooLarge,
    raise_all,
)
from sim.scenario_text import Path, Positions, positions

MAXIMUM_BYTES = 256 * 1024
MAXIMUM_DEPTH = 6
_NOT_TEXT = {
    b"PK\x03\x04": "ZIP",
    b"\x1f\x8b": "gzip",
    b"%PDF": "PDF",
    b"\x89PNG": "PNG",
    b"MZ": "EXE",
    b"PAR1": "Parquet",
    b"ARROW1": "Arrow",
    b"\x80\x04": "pickle",
    b"\x80\x05": "pickle",
}
_TOML_LINE = re.compile(r"\(at line (\d+)")
_LONG_DIGITS = re.compile(r"[0-9_]{1000}")
_DAY = re.compile(r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}")
_FOREIGN = (
    (
        re.compile(
            r"^[^#\"'\n]*:[ \t]+[&*][\w-]+|^[ \t]*<<[ \t]*:|^[^=#\"'\n]*[\[ ][&*][A-Za-z_]\w*", re.MULTILINE
        ),
        AnchorsNotAllowed,
    ),
    (re.compile(r"^[^=#\"'\n]*!!?[A-Za-z][\w/]*", re.MULTILINE), TagsNotAllowed),
    (re.compile(r"^---[ \t]*$", re.MULTILINE), OneDocumentOnly),
)


@dataclass(frozen=True)
class Source:
    """Values of a TOML text, and where each stands; ``name`` is what messages call the file."""

    name: str
    values: dict[str, Any]
    positions: Positions

    def place(self, path: Path, item: int | None = None) -> str:
        """``file:line: key`` of a key, or of one dated entry of its list."""
        if not self.positions.keys:
            return f"{self.name} {'.'.join(path)}"
        line = self.positions.line(path) if item is None else self.positions.item_line(path, item)
        return f"{self.name}:{line}: {'.'.join(path)}" if path else f"{self.name}:{line}"


def decoded(raw: bytes, name: str) -> str:
    """The text of a file, a byte-order mark and Windows line ends set aside.

    Raises:
        TooLarge, EmptyFile, NotAScenarioFile, BadEncoding.
    """
    if len(raw) > MAXIMUM_BYTES:
        raise TooLarge(name, f"{len(raw)} bytes", f"≤ {MAXIMUM_BYTES} bytes")
    for magic, kind in _NOT_TEXT.items():
        if raw.startswith(magic):
            raise NotAScenarioFile(name, kind, "TOML, UTF-8")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        line = raw.count(b"\n", 0, fault.start) + 1
        raise BadEncoding(f"{name}:{line}", raw[fault.start : fault.start + 4].hex(" "), "UTF-8") from None
    if "\0" in text:
        raise BadEncoding(f"{name}:{text.count(chr(10), 0, text.index(chr(0))) + 1}", "NUL", "UTF-8")
    if not text.strip():
        raise EmptyFile(name, None, "schema_version = 1")
    return text.replace("\r\n", "\n")


def parsed(text: str, name: str) -> Source:
    """Values and lines of a TOML text.

    Raises:
        TooDeep, DuplicateKey, BadDate, OutOfRange, AnchorsNotAllowed, TagsNotAllowed, OneDocumentOnly,
        NotAScenarioFile: alone, or several duplicates at once.
    """
    found = positions(text)
    if found.depth > MAXIMUM_DEPTH or any(len(path) > MAXIMUM_DEPTH for path in found.keys):
        raise TooDeep(f"{name}:{found.deepest_line}", None, f"≤ {MAXIMUM_DEPTH}")
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as fault:
        raise_all(
            [
                DuplicateKey(f"{name}:{first}, {name}:{again}: {'.'.join(path)}", None, "1 ×")
                for path, first, again in found.duplicates
            ]
        )
        raise _syntax_fault(text, name, str(fault)) from None
    except RecursionError:
        raise TooDeep(name, None, f"≤ {MAXIMUM_DEPTH}") from None
    except ValueError:
        long = _LONG_DIGITS.search(text)
        line = text.count("\n", 0, long.start()) + 1 if long else 1
        raise OutOfRange(f"{name}:{line}", long[0] if long else None, "1 … 15 chiffres / digits") from None
    return Source(name, values, found)


def _syntax_fault(text: str, name: str, message: str) -> PasserellesError:
    for pattern, fault in _FOREIGN:
        if met := pattern.search(text):
            return fault(f"{name}:{text.count(chr(10), 0, met.start()) + 1}", met[0].strip(), "TOML")
    at = _TOML_LINE.search(message)
    lines = text.split("\n")
    line = int(at[1]) if at else len(lines)
    place, shown = f"{name}:{line}", lines[min(line, len(lines)) - 1].strip()
    if day := next((met[0] for met in _DAY.finditer(shown) if not _is_day(met[0])), None):
        return BadDate(place, day, "2025-01-01")
    if "Cannot overwrite" in message or "twice" in message or "Duplicate" in message:
        return DuplicateKey(place, shown, "1 ×")
    return NotAScenarioFile(place, shown, "TOML: key = value")


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
