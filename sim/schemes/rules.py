"""The schemes as data: what each is for, who may apply, who pays (``calibration/schemes.toml``)."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np

from sim.kernels import Array
from sim.population.columns import Contract


@dataclass(frozen=True, eq=False)
class Scheme:
    """One funding scheme; amounts and dates are parameters under ``schemes.<name>.``.

    There is one object a scheme: it is its own key.
    """

    name: str
    code: int
    fr: str
    en: str
    behaviour: str
    contracts: tuple[Contract, ...]
    origin: str
    target: str
    creation: bool
    payer: str
    source: str

    def key(self, rule: str) -> str:
        """Registry key of one of the scheme's parameters."""
        return f"schemes.{self.name}.{rule}"


@cache
def schemes() -> tuple[Scheme, ...]:
    """All schemes in the order of the data file; their position is their code."""
    data = tomllib.loads(files("calibration").joinpath("schemes.toml").read_text(encoding="utf-8"))
    return tuple(
        Scheme(
            name=name,
            code=code,
            contracts=tuple(Contract[c.upper()] for c in entry.pop("contracts")),
            **entry,
        )
        for code, (name, entry) in enumerate(data.items())
    )


@cache
def with_files() -> tuple[Scheme, ...]:
    """Schemes that a commission decides file by file."""
    return tuple(scheme for scheme in schemes() if scheme.behaviour != "short")


@cache
def resign_code() -> int:
    """Code of the scheme whose users resign: their benefit is booked apart."""
    return next(scheme.code for scheme in schemes() if scheme.behaviour == "resign")


@cache
def resigning() -> Array:
    """Schemes under which people resign, bool [scheme]."""
    return np.array([scheme.behaviour == "resign" for scheme in schemes()])
