"""The rules of each scheme as a sheet: value in force at a date, validity, status, source, by group.

Made from the scheme files and the registry; groups and words stand in ``calibration/scheme_words.toml``, so
that a new scheme file appears by itself (a word that the file lacks is shown as the data write it).
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from enum import Enum
from fnmatch import fnmatchcase
from functools import cache
from importlib.resources import files
from typing import Any

from sim.calendar import OPENING, month_of_text, text_of_month
from sim.errors import UnknownCode, nearest
from sim.law_notice import verified
from sim.parameters import Law, Parameter, Registry, Scalar, law_until
from sim.provenance import documented_statistics, external_statistics, source_of
from sim.schemes.rules import Scheme, schemes

Words = Mapping[str, str]
"""A text by language, ``fr`` and ``en``."""


_STATUS_OF_KIND = {"document": "documented", "external": "external", "project": "assumed"}


@dataclass(frozen=True)
class Rule:
    """One rule of a scheme as it stands in a month.

    ``key``: registry key, or the field of the scheme's file.  ``value``: a number, a word, ``unlimited``, or
    words in both languages.  ``since``, ``until``: months (``2024-01``) of a dated value, None where it is
    not dated.  ``locator``: where in the source.
    """

    key: str
    group: str
    label: Words
    value: Scalar | Words
    unit: str
    since: str | None
    until: str | None
    status: str
    source: str
    source_title: str
    locator: str
    found: str
    reason: str
    unused: str


@dataclass(frozen=True)
class Sheet:
    """A scheme and its rules in a month under a law; ``verified``: the day its rules were last checked."""

    name: str
    label: Words
    behaviour: str
    payer: str
    month: str
    law: Law
    verified: str
    rules: tuple[Rule, ...]

    @property
    def outdated(self) -> bool:
        """Whether the month asked for lies after the last verification."""
        return min(month_of_text(self.month), law_until(self.law)) > month_of_text(self.verified[:7])

    def of_group(self, group: str) -> tuple[Rule, ...]:
        """The rules of a group, in the order of the file."""
        return tuple(rule for rule in self.rules if rule.group == group)

    def rule(self, name: str) -> Rule | None:
        """One rule by its own name, None where the scheme has none."""
        return next((rule for rule in self.rules if rule.key.split(".")[-1] == name), None)

    def as_object(self) -> dict[str, Any]:
        """The sheet as plain data."""
        return {**asdict(self), "outdated": self.outdated, "rules": [asdict(rule) for rule in self.rules]}


@cache
def vocabulary() -> Mapping[str, Any]:
    """Groups, patterns and words (``calibration/scheme_words.toml``)."""
    return tomllib.loads(files("calibration").joinpath("scheme_words.toml").read_text(encoding="utf-8"))


def groups() -> Mapping[str, Words]:
    """Names of the groups of rules, in their order."""
    found: Mapping[str, Words] = vocabulary()["groups"]
    return found


def scheme_named(name: str) -> Scheme:
    """A scheme by its name.

    Raises:
        UnknownCode: with the nearest name.
    """
    known = {scheme.name: scheme for scheme in schemes()}
    if name not in known:
        raise UnknownCode("scheme", name, " | ".join(known), nearest(name, known))
    return known[name]


def sheet(scheme: Scheme, month: int = OPENING, law: Law = "effective") -> Sheet:
    """The rules of a scheme in force in a month (from January 2021); *constant* stops them at the opening."""
    rules = (*_identity(scheme), *_own(scheme, month, law), *_shared(scheme, month, law))
    return Sheet(
        name=scheme.name,
        label={"fr": scheme.fr, "en": scheme.en},
        behaviour=scheme.behaviour,
        payer=scheme.payer,
        month=text_of_month(month),
        law=law,
        verified=verified().get(scheme.name, verified()["default"]).isoformat(),
        rules=tuple(sorted(rules, key=lambda rule: list(groups()).index(rule.group))),
    )


def words_for(kind: str, word: str) -> Words:
    """What a word of the data is called; itself where the vocabulary does not hold it."""
    known: Mapping[str, Words] = vocabulary().get(kind, {})
    plain = word.replace("_", " ")
    return known.get(word, {"fr": plain, "en": plain})


def _identity(scheme: Scheme) -> Iterator[Rule]:
    """What the top of the scheme's file says: who, for what, who pays, and what the behaviour means."""
    for table in ("who", "project", "money"):
        for name, value in getattr(scheme, table).__dict__.items():
            if value is not None:
                group = vocabulary()["fields"].get(name, {}).get("group", "who")
                yield _stated(scheme, f"{table}.{name}", group, words_for("fields", name), _said(value))
    yield _stated(scheme, "payer", "payer", words_for("fields", "payer"), words_for("values", scheme.payer))
    meaning = words_for("behaviours", scheme.behaviour)
    yield _stated(scheme, "behaviour", "post", words_for("fields", "behaviour"), meaning)


def _said(value: Any) -> Words:
    """A value of the file in words: its members, joined."""
    members = value if isinstance(value, tuple | list) else (value,)
    named = [words_for("values", _word(member)) for member in members]
    return {tongue: ", ".join(name[tongue] for name in named) for tongue in ("fr", "en")}


def _word(member: Any) -> str:
    return member.name.lower() if isinstance(member, Enum) else str(member).lower()


def _stated(scheme: Scheme, key: str, group: str, label: Words, value: Words) -> Rule:
    title, locator, found = cited(scheme.source)
    status = _STATUS_OF_KIND[source_of(scheme.source).kind]
    where = (None, None, status, scheme.source, title, locator, found)
    return Rule(key, group, _names(label), _names(value), "", *where, "", "")


def _names(words: Words) -> Words:
    return {"fr": words["fr"], "en": words["en"]}


def _own(scheme: Scheme, month: int, law: Law) -> Iterator[Rule]:
    prefix = scheme.key("")
    for key, parameter in Registry.load().items():
        if key.startswith(prefix):
            yield _numbered(
                parameter, key.removeprefix(prefix), group_of(key.removeprefix(prefix)), month, law
            )


def _shared(scheme: Scheme, month: int, law: Law) -> Iterator[Rule]:
    """Rules of the law and of training that hold for all schemes of a behaviour."""
    registry, own = Registry.load(), scheme.key("")
    for entry in vocabulary().get("shared", ()):
        asked = entry.get("when", {})
        met = all(getattr(scheme.money, field, None) == word for field, word in asked.items())
        if met and scheme.behaviour in entry["behaviours"]:
            for key in entry["keys"]:
                if key in registry and not key.startswith(own):
                    yield _numbered(registry[key], key.split(".")[-1], entry["group"], month, law)


def group_of(rule: str) -> str:
    """The group of a rule by its name: the first pattern that fits; ``applicants`` where none does."""
    for entry in vocabulary()["patterns"]:
        if any(fnmatchcase(rule, pattern) for pattern in entry["rules"]):
            return str(entry["group"])
    return "applicants"


def _numbered(parameter: Parameter, rule: str, group: str, month: int, law: Law) -> Rule:
    asked = int(min(month, law_until(law)))
    since, until = _validity(parameter, asked, law)
    value = parameter.at(asked)
    label = parameter.fr and parameter.en and {"fr": parameter.fr.label, "en": parameter.en.label}
    title, locator, found = cited(parameter.source)
    return Rule(
        key=parameter.key,
        group=group,
        label=label or words_for("rules", rule),
        value="unlimited" if isinstance(value, float) and math.isinf(value) else value,
        unit=parameter.unit,
        since=since,
        until=until,
        status=parameter.status,
        source=parameter.source,
        source_title=title,
        locator=parameter.locator or locator,
        found=found,
        reason=parameter.reason,
        unused=parameter.unused,
    )


def _validity(parameter: Parameter, month: int, law: Law) -> tuple[str | None, str | None]:
    """First and last month of the dated value in force; None where nothing bounds it."""
    since = [entry.month for entry in parameter.dated if entry.month <= month]
    after = [entry.month for entry in parameter.dated if month < entry.month <= law_until(law)]
    return (
        text_of_month(since[-1]) if since else None,
        text_of_month(after[0] - 1) if after else None,
    )


def cited(source: str) -> tuple[str, str, str]:
    """Title, place in it, and how a source was found, for a source or a row of statistics."""
    row = documented_statistics().get(source) or external_statistics().get(source)
    known = source_of(source)
    return known.title, row.locator if row else known.address, row.found if row else known.found
