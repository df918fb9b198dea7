"""Where each key of a TOML text stands.

``tomllib`` gives values without their lines, and an error that names no line cannot be acted on.  This
scanner reads only the skeleton (headers, keys, brackets, strings); it never decides what a value is.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

Path = tuple[str, ...]

_BARE = r"[A-Za-z0-9_-]++"
_PART = rf"(?:{_BARE}|\"(?:[^\"\\\n]|\\[^\n])*+\"|'[^'\n]*+')"
_KEY = re.compile(rf"[ \t]*+({_PART}(?:[ \t]*\.[ \t]*+{_PART})*+)[ \t]*+=")
_HEADER = re.compile(rf"[ \t]*+\[\[?[ \t]*+({_PART}(?:[ \t]*\.[ \t]*+{_PART})*+)[ \t]*+\]")
_PARTS = re.compile(_PART)
_STRING = re.compile(
    r'"""(?:[^\\]|\\.)*?"""' r"|'''.*?'''" r'|"(?:[^"\\\n]|\\[^\n])*+"' r"|'[^'\n]*+'" r"|#[^\n]*+", re.DOTALL
)
_TRIPLES = ('"' * 3, "'" * 3)
_OPENERS, _CLOSERS = "[{", "]}"


@dataclass
class Positions:
    """Lines (from 1) of a text's keys; ``items`` has the line of each table inside a key's list."""

    keys: dict[Path, int] = field(default_factory=dict)
    items: dict[Path, list[int]] = field(default_factory=dict)
    duplicates: list[tuple[Path, int, int]] = field(default_factory=list)
    depth: int = 0
    deepest_line: int = 1

    def line(self, path: Path) -> int:
        """Line of a key, of the table that would hold it, or 1."""
        while path:
            if path in self.keys:
                return self.keys[path]
            path = path[:-1]
        return 1

    def item_line(self, path: Path, index: int) -> int:
        lines = self.items.get(path, [])
        return lines[index] if index < len(lines) else self.line(path)


def _parts(text: str) -> Path:
    found = []
    for part in _PARTS.findall(text):
        found.append(part[1:-1] if part[0] in "\"'" else part)
    return tuple(found)


class _Scanner:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.line = 1
        self.table: Path = ()
        self.key: Path = ()
        self.depth = 0
        self.found = Positions()

    def _advance(self, end: int) -> None:
        self.line += self.text.count("\n", self.at, end)
        self.at = end

    def _note(self, path: Path) -> None:
        if path in self.found.keys:
            self.found.duplicates.append((path, self.found.keys[path], self.line))
        else:
            self.found.keys[path] = self.line

    def _statement(self) -> None:
        """At the start of a line outside any bracket: a header, a key, or neither."""
        if header := _HEADER.match(self.text, self.at):
            self.table = _parts(header[1])
            if header[0].lstrip().startswith("[["):
                self.found.keys.setdefault(self.table, self.line)
            else:
                self._note(self.table)
            self._advance(header.end())
            self._skip_line()
        elif key := _KEY.match(self.text, self.at):
            self.key = self.table + _parts(key[1])
            self._note(self.key)
            self._advance(key.end())

    def _skip_line(self) -> None:
        end = self.text.find("\n", self.at)
        self._advance(len(self.text) if end < 0 else end)

    def _string(self) -> None:
        """Step over a string or a comment; one that never ends hides what follows, as it does for TOML."""
        string = _STRING.match(self.text, self.at)
        triple = self.text[self.at : self.at + 3] in _TRIPLES
        if triple and (string is None or string.end() == self.at + 2):
            self._advance(len(self.text))
        elif string is None:
            self._skip_line()
        else:
            self._advance(string.end())

    def _bracket(self, character: str) -> None:
        if character in _CLOSERS:
            self.depth = max(0, self.depth - 1)
            return
        self.depth += 1
        if character == "{":
            self.found.items.setdefault(self.key, []).append(self.line)
        if self.depth > self.found.depth:
            self.found.depth, self.found.deepest_line = self.depth, self.line

    def run(self) -> Positions:
        self._statement()
        while self.at < len(self.text):
            character = self.text[self.at]
            if character in "\"'#":
                self._string()
                continue
            if character in _OPENERS or character in _CLOSERS:
                self._bracket(character)
            self._advance(self.at + 1)
            if character == "\n" and self.depth == 0:
                self._statement()
        return self.found


def positions(text: str) -> Positions:
    """Scan a text of any quality; never raises, and takes time in proportion to the text."""
    return _Scanner(text).run()
