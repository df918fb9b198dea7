"""What can go wrong with the folder of a sweep, in the user's words."""

from __future__ import annotations

from concurrent.futures import BrokenExecutor
from typing import ClassVar, Literal

from sim.errors import Language, PasserellesError


class AnotherSweep(PasserellesError):
    """The folder holds the results of another design."""

    code = "E80"
    title: ClassVar[dict[Language, str]] = {
        "fr": "le dossier contient un autre plan d'expériences",
        "en": "the folder holds another sweep",
    }


class NotASweep(PasserellesError):
    code = "E81"
    title: ClassVar[dict[Language, str]] = {
        "fr": "ce n'est pas un dossier d'expériences",
        "en": "not the folder of a sweep",
    }


class EngineChanged(PasserellesError):
    """The folder's results come from another engine; results of two engines are never mixed."""

    code = "E82"
    title: ClassVar[dict[Language, str]] = {
        "fr": "le moteur a changé depuis le début",
        "en": "the engine has changed since the start",
    }


class SweepLocked(PasserellesError):
    """Another process is at work in the folder; its number and host are named."""

    code = "E83"
    title: ClassVar[dict[Language, str]] = {
        "fr": "un autre processus travaille dans ce dossier",
        "en": "another process is at work in this folder",
    }


class DiskRefuses(PasserellesError):
    """The file system would not read or write; earlier results are intact.

    ``bytes_needed`` is the room that the operation wanted, None where it wanted none.
    """

    code = "E84"
    title: ClassVar[dict[Language, str]] = {"fr": "le disque refuse", "en": "the disk refuses"}

    def __init__(self, place: str = "", value: object = None, bytes_needed: int | None = None) -> None:
        self.bytes_needed = bytes_needed
        super().__init__(place, value)

    def message(self, language: Language = "en") -> str:
        """One line in the language asked for."""
        line = super().message(language)
        if self.bytes_needed is None:
            return line
        needed = {"fr": f" ; il faut {self.bytes_needed} octets", "en": f"; {self.bytes_needed} bytes needed"}
        return line + needed[language]


class LockLost(PasserellesError):
    """Another process took the folder over, believing this one dead."""

    code = "E85"
    title: ClassVar[dict[Language, str]] = {
        "fr": "un autre processus a repris ce dossier",
        "en": "another process took this folder over",
    }


class BadRows(PasserellesError):
    """A job's rows do not fit the columns of the sweep."""

    code = "E86"
    title: ClassVar[dict[Language, str]] = {
        "fr": "lignes de résultat inattendues",
        "en": "unexpected rows of results",
    }


class ResultsDisagree(PasserellesError):
    """One job was answered twice, differently: the work is not reproducible."""

    code = "E87"
    title: ClassVar[dict[Language, str]] = {
        "fr": "deux réponses différentes à la même tâche",
        "en": "two different answers to one job",
    }


class WorkersLost(PasserellesError, BrokenExecutor):
    """No working process can be kept alive; no job is to blame."""

    code = "E88"
    title: ClassVar[dict[Language, str]] = {
        "fr": "les processus de calcul ne démarrent pas",
        "en": "working processes do not start",
    }


class FileDamaged(PasserellesError):
    """A file of the folder is torn or altered and cannot be made again from the others."""

    code = "E89"
    title: ClassVar[dict[Language, str]] = {
        "fr": "fichier abîmé ou modifié",
        "en": "file torn or altered",
    }


FaultKind = Literal["memory", "timeout", "crash", "error"]
"""How an attempt failed: it took too much memory, took too long, its process died, it raised an error."""


class JobFault(Exception):
    """What a job's future raises when the attempt failed for a known reason; crosses processes whole."""

    def __init__(self, kind: FaultKind, words: str) -> None:
        super().__init__(kind, words)
        self.kind: FaultKind = kind
        self.words = words

    def __str__(self) -> str:
        return f"{self.kind}: {self.words}"
