"""The scheme files as they stand on disk (``calibration/schemes/<name>.toml``)."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Final

PREFIX: Final = "schemes."
"""How the registry keys of schemes begin; what else stands in a scheme's file is its identity."""

SCHEME_FOLDER: Final = "schemes/"


@cache
def scheme_texts() -> dict[str, str]:
    """The scheme files, name to text, in the order of names."""
    folder = files("calibration").joinpath("schemes")
    found = sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(".toml"))
    return {name.removesuffix(".toml"): folder.joinpath(name).read_text(encoding="utf-8") for name in found}
