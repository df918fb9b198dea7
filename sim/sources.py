"""Where numbers come from: the register of sources."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from sim.errors import MalformedParameter, PasserellesError, raise_all

__all__ = ["Source", "load_sources", "read_sources"]


class Source(BaseModel):
    """One document, survey, text of law, or the project's own judgement."""

    model_config = ConfigDict(strict=True, frozen=True, extra="forbid")

    title: str = Field(min_length=1)
    publisher: str = ""
    date: str = ""
    address: str = ""
    kind: Literal["document", "external", "project"]
    document: str = ""
    """Number of the founding document, `000` to `004`, for kind `document`."""
    found: Literal["found", "remembered", "derived", "own"] = "found"
    """Seen on the page named, remembered and to be found again, computed from found ones, or our own."""


def read_sources(text: str) -> Mapping[str, Source]:
    """Sources by id from TOML.

    Raises:
        MalformedParameter: (or several) for an entry that lacks a title or holds an unknown field.
    """
    sources: dict[str, Source] = {}
    errors: list[PasserellesError] = []
    for key, entry in tomllib.loads(text).items():
        try:
            sources[key] = Source.model_validate(entry)
        except ValidationError as error:
            for fault in error.errors():
                where = ".".join(str(part) for part in fault["loc"])
                errors.append(MalformedParameter(f"sources.toml {key}.{where}", fault["input"], fault["msg"]))
    raise_all(errors)
    return MappingProxyType(sources)


@cache
def load_sources() -> Mapping[str, Source]:
    """Sources shipped with the package, by id.

    Raises:
        Errors: when `calibration/sources.toml` is malformed.
    """
    return read_sources(files("calibration").joinpath("sources.toml").read_text(encoding="utf-8"))
