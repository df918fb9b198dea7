"""Every sentence of the pages in French and English: two TOML files a language, the same keys in both.

One is of the application, one (``sweeps``) of what is said of a sweep.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Protocol

from sim.errors import Language

LANGUAGES: tuple[Language, ...] = ("fr", "en")


class Words(Protocol):
    """Texts of one language: ``t("key", name=value)`` fills ``{name}``."""

    language: Language

    def __call__(self, key: str, /, **values: object) -> str: ...


@cache
def catalogue(language: Language) -> Mapping[str, str]:
    """Texts by dotted key."""
    found: dict[str, str] = {}
    for name in (f"{language}.toml", f"sweeps_{language}.toml"):
        text = files(__package__).joinpath(name).read_text(encoding="utf-8")
        found.update(_flat(tomllib.loads(text), ""))
    return found


def _flat(table: Mapping[str, object], prefix: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in table.items():
        if isinstance(value, dict):
            found.update(_flat(value, f"{prefix}{name}."))
        else:
            found[f"{prefix}{name}"] = str(value).strip()
    return found


class _Words:
    def __init__(self, language: Language) -> None:
        self.language: Language = language

    def __call__(self, key: str, /, **values: object) -> str:
        text = catalogue(self.language)[key]
        return text.format(**values) if values else text


@cache
def words(language: Language) -> Words:
    """The texts of a language; an unknown key raises KeyError."""
    return _Words(language)
