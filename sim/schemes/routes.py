"""Training routes that the schemes pay for (``calibration/tables/routes.csv``)."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np

from sim.kernels import Array
from sim.population.columns import NONE
from sim.trades import trades

FAMILIES = ("transport", "gestion", "sante_social", "numerique", "batiment", "agriculture", "enseignement")


@dataclass(frozen=True)
class Routes:
    """Arrays over the routes, all of the same length; hours are course hours, fees without VAT.

    ``quota`` is 1 where a regional quota sets the seats (health and social diplomas); ``schemes`` names the
    scheme that keeps a course for itself, if any.  A course that prepares for no trade in particular has no
    target and no family (255), and no title at its end.
    """

    codes: tuple[str, ...]
    labels_fr: tuple[str, ...]
    labels_en: tuple[str, ...]
    target: Array
    family: Array
    entry_education: Array
    hours: Array
    months: Array
    fee_eur: Array
    certification_share: Array
    seats_per_year: Array
    quota: Array
    long_course: Array
    schemes: tuple[str, ...]

    @property
    def titled(self) -> Array:
        """Courses that lead to the title of a trade, bool [route]."""
        return np.asarray(self.target != NONE)

    @property
    def count(self) -> int:
        """Number of routes."""
        return len(self.codes)

    def open_under(self, scheme: str) -> Array:
        """Courses that a scheme pays for, bool [route]: its own where it has some, else those of nobody."""
        return np.array([owner == (scheme if scheme in self.schemes else "") for owner in self.schemes])


@cache
def routes() -> Routes:
    """Read the table; raises ``KeyError`` when a target occupation or family is unknown."""
    text = files("calibration").joinpath("tables/routes.csv").read_text(encoding="utf-8")
    rows = list(csv.DictReader(text.splitlines()))
    codes = {"": int(NONE), **{code: n for n, code in enumerate(trades().codes)}}
    families = {"": int(NONE), **{name: n for n, name in enumerate(FAMILIES)}}

    def numbers(name: str) -> Array:
        return np.array([float(row[name]) for row in rows])

    hours = numbers("hours")
    return Routes(
        codes=tuple(row["route"] for row in rows),
        labels_fr=tuple(row["label_fr"] for row in rows),
        labels_en=tuple(row["label_en"] for row in rows),
        target=np.array([codes[row["target_occupation"]] for row in rows]),
        family=np.array([families[row["family"]] for row in rows]),
        entry_education=numbers("entry_education").astype(int),
        hours=hours,
        months=numbers("months").astype(int),
        fee_eur=numbers("fee_eur"),
        certification_share=numbers("certification_share"),
        seats_per_year=numbers("seats_per_year"),
        quota=numbers("quota").astype(np.uint8),
        long_course=hours > 1200,
        schemes=tuple(row["scheme"] for row in rows),
    )
