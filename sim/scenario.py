"""A scenario: a set of dated overrides of the model's levers, with its words in both languages.

The parameters in force are a pure function of registry, overrides and month (:mod:`sim.parameters`); a
scenario holds nothing else that could move a result.
"""

from __future__ import annotations

import hashlib
import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from importlib.resources import files
from pathlib import Path
from typing import ClassVar

from sim.calendar import OPENING, date_of
from sim.errors import (
    BadFileName,
    Language,
    NotAScenarioFile,
    PasserellesError,
    TooLarge,
    nearest,
    raise_all,
)
from sim.parameters import Law, Parameter, Registry, Scalar, law_until
from sim.scenario_checks import SCHEMA_VERSION, Checker, Entries, name_fault
from sim.scenario_file import MAXIMUM_BYTES, Source, decoded, parsed
from sim.scenario_text import Positions

__all__ = [
    "Entries",
    "Scenario",
    "digest",
    "dump",
    "load",
    "loads",
    "loads_bytes",
    "results_digest",
    "shipped",
    "with_overrides",
]

_FORBIDDEN_IN_FILE_NAMES = re.compile(r"[\x00-\x1f\x7f:*?\"<>|\u200b-\u200f\u202a-\u202e\u2066-\u2069]")
_RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?", re.IGNORECASE)


@dataclass(frozen=True)
class Scenario:
    """One future.

    title, narrative: by language, ``fr`` and ``en``.  horizon_months: length from January 2024.
    overrides: key to (month, value) pairs in increasing months counted from January 2021, 36 or later; a
    value holds until the next; amounts may be ``"unlimited"``.  law: ``constant`` (rules of January 2024),
    ``effective`` (rules at their dates), or a month until which rules come at their dates.
    """

    name: str
    title: Mapping[str, str]
    narrative: Mapping[str, str]
    horizon_months: int
    overrides: Mapping[str, Entries]
    law: Law = "constant"


class NoSuchScenario(PasserellesError):
    """Neither a shipped scenario nor a file."""

    code = "E51"
    title: ClassVar[dict[Language, str]] = {"fr": "scénario introuvable", "en": "no such scenario"}


def shipped() -> tuple[str, ...]:
    """Names of the scenarios that come with the project, ``reference`` first."""
    names = sorted(
        entry.name.removesuffix(".toml")
        for entry in files("scenarios").iterdir()
        if entry.name.endswith(".toml")
    )
    return tuple(sorted(names, key=lambda name: name != "reference"))


def load(path_or_name: str | Path) -> Scenario:
    """A shipped scenario by its name, or a scenario file by its path.

    Raises the fault, or :class:`sim.errors.Errors` with all of them.
    """
    text = str(path_or_name)
    if isinstance(path_or_name, str) and text in shipped():
        return loads_bytes(files("scenarios").joinpath(f"{text}.toml").read_bytes(), text)
    path = Path(path_or_name)
    _check_file_name(path)
    if not path.is_file():
        raise NoSuchScenario(text, None, "*.toml | " + " | ".join(shipped()), nearest(text, shipped()))
    if path.stat().st_size > MAXIMUM_BYTES:
        raise TooLarge(path.name, f"{path.stat().st_size} bytes", f"≤ {MAXIMUM_BYTES} bytes")
    return loads_bytes(path.read_bytes(), path.stem, path.name)


def _check_file_name(path: Path) -> None:
    name = path.name
    if len(name) > 200 or _FORBIDDEN_IN_FILE_NAMES.search(name) or _RESERVED.fullmatch(name):
        raise BadFileName("", name, "scenario.toml")


def loads(text: str, name: str = "scenario") -> Scenario:
    """A scenario from its text; ``name`` is its own."""
    return loads_bytes(text.encode("utf-8", "surrogatepass"), name)


def loads_bytes(raw: bytes, name: str, file: str = "") -> Scenario:
    """A scenario from the bytes of a file; ``file`` is what messages call it (by default its name)."""
    file = file or f"{name}.toml"
    if fault := name_fault(name, file):
        raise fault
    checker = Checker(parsed(decoded(raw, file), file), Registry.load())
    checker.frame()
    horizon = checker.horizon()
    scenario = Scenario(
        name,
        checker.words("title"),
        checker.words("narrative"),
        horizon,
        checker.overrides(),
        checker.law(),
    )
    raise_all(checker.faults)
    return scenario


def with_overrides(scenario: Scenario, changes: Mapping[str, str]) -> Scenario:
    """The scenario with levers moved from the opening, each written as in a file (``0.4``, ``unlimited``,
    ``[{ from = 2026-01-01, value = 2 }]``); raises as :func:`loads` does."""
    checker = Checker(Source("--set", {}, Positions()), Registry.load())
    checker.horizon_months = scenario.horizon_months
    overrides = dict(scenario.overrides)
    for key, text in changes.items():
        if parameter := checker.lever(key, "", (key,)):
            overrides[key] = checker.entries(parameter, _toml_value(text), (key,))
    raise_all(checker.faults)
    return replace(scenario, overrides=dict(sorted(overrides.items())))


def _toml_value(text: str) -> object:
    """What the text is as a TOML value; words need no quotes."""
    try:
        values = parsed(f"value = {text}", "--set").values
    except (NotAScenarioFile, tomllib.TOMLDecodeError):
        return text
    return values["value"] if set(values) == {"value"} else text


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _toml(value: Scalar) -> str:
    return _quoted(value) if isinstance(value, str) else repr(value)


def _entries_text(entries: Entries) -> str:
    if len(entries) == 1 and entries[0][0] == OPENING:
        return _toml(entries[0][1])
    rows = "".join(f"\n  {{ from = {date_of(month)}, value = {_toml(value)} }}," for month, value in entries)
    return f"[{rows}\n]"


def dump(scenario: Scenario) -> str:
    """The scenario as canonical TOML: ``loads(dump(s), s.name) == s``, and equal scenarios dump alike."""
    registry = Registry.load()
    lines = [
        f"schema_version = {SCHEMA_VERSION}",
        f'law = "{scenario.law}"',
        f"horizon_months = {scenario.horizon_months}",
    ]
    for table, words in (("title", scenario.title), ("narrative", scenario.narrative)):
        lines += [
            "",
            f"[{table}]",
            *(f"{language} = {_quoted(words[language])}" for language in sorted(words)),
        ]
    for table, lever in (("assumptions", "assumption"), ("policy", "policy")):
        rows = [
            f"{_quoted(key)} = {_entries_text(entries)}"
            for key, entries in sorted(scenario.overrides.items())
            if registry[key].lever == lever
        ]
        lines += ["", f"[{table}]", *rows] if rows else []
    return "\n".join(lines) + "\n"


def digest(scenario: Scenario) -> str:
    """SHA-256 of the whole scenario, its name and words included."""
    return hashlib.sha256(f"{scenario.name}\n{dump(scenario)}".encode()).hexdigest()


def results_digest(scenario: Scenario) -> str:
    """SHA-256 of what can move a result: horizon, law, and the overrides that change something.

    Name, words, order, comments and defaults written out leave it as it is.
    """
    moved = {
        key: entries
        for key, given in sorted(scenario.overrides.items())
        if (entries := _changes(given, Registry.load()[key], scenario.law))
    }
    content = [
        scenario.horizon_months,
        scenario.law,
        {key: [[month, _canonical(value)] for month, value in entries] for key, entries in moved.items()},
    ]
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def _changes(entries: Entries, parameter: Parameter, law: Law) -> Entries:
    """Entries without those that repeat the value before them; first comes the one that holds without them.

    Where the law itself moves the value after the opening, an override that repeats it still stops the move.
    """
    moving = [dated for dated in parameter.dated if OPENING < dated.month <= law_until(law)]
    settled = not moving
    current = _canonical(parameter.at(OPENING)) if settled else ""
    kept = []
    for month, value in entries:
        if _canonical(value) != current:
            kept.append((month, value))
        current = _canonical(value)
    return tuple(kept)


def _canonical(value: Scalar) -> str:
    if value == "unlimited":
        return "inf"
    return value if isinstance(value, str) else float(value).hex()
