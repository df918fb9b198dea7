"""What can be wrong with a design file beyond what can be wrong with any file of the project."""

from __future__ import annotations

from typing import ClassVar

from sim.errors import Language, PasserellesError


class NotADesign(PasserellesError):
    """A file that is no TOML, or says nothing that a design says."""

    code = "E52"
    title: ClassVar[dict[Language, str]] = {
        "fr": "ce n'est pas un plan d'expérience",
        "en": "not a design file",
    }


class NoSuchDesign(PasserellesError):
    """Neither a shipped design nor a file."""

    code = "E53"
    title: ClassVar[dict[Language, str]] = {
        "fr": "plan d'expérience introuvable",
        "en": "no such design",
    }


class OtherKindOfLever(PasserellesError):
    """A policy among the assumptions, or an assumption among the policies."""

    code = "E54"
    title: ClassVar[dict[Language, str]] = {
        "fr": "levier de l'autre sorte",
        "en": "lever of the other kind",
    }


class BadFactor(PasserellesError):
    """A factor, a policy or a point that is not written as its method asks."""

    code = "E55"
    title: ClassVar[dict[Language, str]] = {"fr": "facteur mal décrit", "en": "badly described factor"}


class FileMissing(PasserellesError):
    """A file that the design names and that is not there."""

    code = "E56"
    title: ClassVar[dict[Language, str]] = {"fr": "fichier absent", "en": "missing file"}
