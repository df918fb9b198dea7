"""What can be wrong with a question put to a sweep."""

from __future__ import annotations

from typing import ClassVar

from sim.errors import Language, PasserellesError


class NotEnoughSamples(PasserellesError):
    """A method asks for more points than the sweep has finished."""

    code = "E75"
    title: ClassVar[dict[Language, str]] = {"fr": "trop peu de points", "en": "not enough samples"}


class UnknownColumn(PasserellesError):
    """The sweep's table has no such column, or the policy no such name."""

    code = "E76"
    title: ClassVar[dict[Language, str]] = {"fr": "colonne inconnue", "en": "unknown column"}


class BadQuestion(PasserellesError):
    """An expression that cannot be read, or that asks for something else than true or false."""

    code = "E77"
    title: ClassVar[dict[Language, str]] = {"fr": "question illisible", "en": "question not understood"}


class NothingToAnalyse(PasserellesError):
    """The sweep holds no row, or nothing that varies."""

    code = "E78"
    title: ClassVar[dict[Language, str]] = {"fr": "rien à analyser", "en": "nothing to analyse"}
