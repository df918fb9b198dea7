"""Every error a user can meet: a class named by the fault, with a stable code, a place and the way out.

Codes E01 to E29 are the faults of files, numbers, meaning, names and sessions; E30 onwards are the faults of
the project's own numbers. A code never changes its meaning, and none is used twice.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Sequence
from typing import ClassVar, Literal

Language = Literal["fr", "en"]

SHOWN_CHARACTERS = 40


def shortened(value: object, limit: int = SHOWN_CHARACTERS) -> str:
    """The value as one printable line of at most `limit` characters."""
    text = value if isinstance(value, str) else repr(value)
    text = "".join(c if c.isprintable() else " " for c in text[: 4 * limit])
    return text if len(text) <= limit else text[: limit - 1] + "…"


def nearest(word: str, candidates: Iterable[str]) -> str | None:
    """The candidate closest to `word`, or None when nothing resembles it."""
    found = difflib.get_close_matches(word[:200], list(candidates), n=1, cutoff=0.6)
    return found[0] if found else None


class PasserellesError(Exception):
    """A fault that the user can understand and mend.

    `place` says where (file, line, key), `value` what was met (shortened), `expected` what would be right,
    `nearest` the closest valid word.
    """

    code: ClassVar[str] = "E00"
    title: ClassVar[dict[Language, str]] = {"fr": "erreur", "en": "error"}

    def __init__(
        self, place: str = "", value: object = None, expected: str = "", nearest: str | None = None
    ) -> None:
        self.place = shortened(place, 200)
        self.value = None if value is None else shortened(value)
        self.expected = expected
        self.nearest = nearest
        super().__init__(self.message("en"))

    def message(self, language: Language = "en") -> str:
        """One line in the language asked for."""
        french = language == "fr"
        colon = " : " if french else ": "
        parts = [f"{self.code} {self.title[language]}"]
        if self.place:
            parts.append(self.place)
        line = colon.join(parts)
        if self.value is not None:
            line += f" (« {self.value} »)" if french else f" ({self.value})"
        if self.expected:
            line += (" ; attendu : " if french else "; expected: ") + self.expected
        if self.nearest:
            line += f" ; le plus proche : {self.nearest}" if french else f"; did you mean {self.nearest}?"
        return line

    def as_dict(self) -> dict[str, str | None]:
        """For `--json` and the app's notices."""
        return {
            "code": self.code,
            "place": self.place,
            "value": self.value,
            "expected": self.expected,
            "nearest": self.nearest,
            "fr": self.message("fr"),
            "en": self.message("en"),
        }


class Errors(PasserellesError):
    """Several faults found at once, in the order in which they were met."""

    title: ClassVar[dict[Language, str]] = {"fr": "plusieurs erreurs", "en": "several errors"}

    def __init__(self, errors: Sequence[PasserellesError]) -> None:
        self.errors = tuple(errors)
        super().__init__()

    def __iter__(self) -> Iterator[PasserellesError]:
        return iter(self.errors)

    def message(self, language: Language = "en") -> str:
        """One line per fault."""
        return "\n".join(error.message(language) for error in self.errors)


def raise_all(errors: Sequence[PasserellesError]) -> None:
    """Raise nothing, the only error, or all of them together.

    Raises:
        PasserellesError: the error itself when there is one, `Errors` when there are several.
    """
    if len(errors) == 1:
        raise errors[0]
    if errors:
        raise Errors(errors)


# --- files -------------------------------------------------------------------------------------------------


class EmptyFile(PasserellesError):
    code = "E01"
    title: ClassVar[dict[Language, str]] = {"fr": "fichier vide", "en": "empty file"}


class AnchorsNotAllowed(PasserellesError):
    code = "E02"
    title: ClassVar[dict[Language, str]] = {"fr": "ancres interdites", "en": "anchors not allowed"}


class TooDeep(PasserellesError):
    code = "E03"
    title: ClassVar[dict[Language, str]] = {"fr": "imbrication trop profonde", "en": "too deep"}


class TagsNotAllowed(PasserellesError):
    code = "E04"
    title: ClassVar[dict[Language, str]] = {"fr": "étiquettes interdites", "en": "tags not allowed"}


class DuplicateKey(PasserellesError):
    code = "E05"
    title: ClassVar[dict[Language, str]] = {"fr": "clé en double", "en": "duplicate key"}


class OneDocumentOnly(PasserellesError):
    code = "E06"
    title: ClassVar[dict[Language, str]] = {"fr": "un seul document", "en": "one document only"}


class BadEncoding(PasserellesError):
    code = "E07"
    title: ClassVar[dict[Language, str]] = {"fr": "encodage", "en": "encoding"}


class TooLarge(PasserellesError):
    code = "E08"
    title: ClassVar[dict[Language, str]] = {"fr": "trop volumineux", "en": "too large"}


class NotAScenarioFile(PasserellesError):
    code = "E09"
    title: ClassVar[dict[Language, str]] = {
        "fr": "ce n'est pas un fichier de scénario",
        "en": "not a scenario file",
    }


class BadFileName(PasserellesError):
    code = "E10"
    title: ClassVar[dict[Language, str]] = {"fr": "nom de fichier", "en": "file name"}


class BadTable(PasserellesError):
    code = "E11"
    title: ClassVar[dict[Language, str]] = {"fr": "tableau", "en": "table"}


class TooManyFiles(PasserellesError):
    code = "E12"
    title: ClassVar[dict[Language, str]] = {"fr": "trop de fichiers", "en": "too many files"}


# --- numbers -----------------------------------------------------------------------------------------------


class NotFinite(PasserellesError):
    code = "E13"
    title: ClassVar[dict[Language, str]] = {"fr": "nombre non fini", "en": "not finite"}


class NumberExpected(PasserellesError):
    code = "E14"
    title: ClassVar[dict[Language, str]] = {"fr": "nombre attendu", "en": "number expected"}


class OutOfRange(PasserellesError):
    code = "E15"
    title: ClassVar[dict[Language, str]] = {"fr": "hors bornes", "en": "out of range"}


class WholeCents(PasserellesError):
    code = "E16"
    title: ClassVar[dict[Language, str]] = {"fr": "centimes entiers", "en": "whole cents"}


class BadSum(PasserellesError):
    code = "E17"
    title: ClassVar[dict[Language, str]] = {"fr": "somme inattendue", "en": "unexpected sum"}


class TooBig(PasserellesError):
    code = "E18"
    title: ClassVar[dict[Language, str]] = {"fr": "calcul trop gros", "en": "too big"}


# --- meaning -----------------------------------------------------------------------------------------------


class UnknownKey(PasserellesError):
    code = "E19"
    title: ClassVar[dict[Language, str]] = {"fr": "clé inconnue", "en": "unknown key"}


class MissingKey(PasserellesError):
    code = "E20"
    title: ClassVar[dict[Language, str]] = {"fr": "clé manquante", "en": "missing key"}


class UnknownCode(PasserellesError):
    code = "E21"
    title: ClassVar[dict[Language, str]] = {"fr": "code inconnu", "en": "unknown code"}


class BadDate(PasserellesError):
    code = "E22"
    title: ClassVar[dict[Language, str]] = {"fr": "date", "en": "date"}


class MissingProgramme(PasserellesError):
    code = "E23"
    title: ClassVar[dict[Language, str]] = {"fr": "dispositif manquant", "en": "missing programme"}


class Contradiction(PasserellesError):
    code = "E24"
    title: ClassVar[dict[Language, str]] = {"fr": "contradiction", "en": "contradiction"}


class BadVersion(PasserellesError):
    code = "E25"
    title: ClassVar[dict[Language, str]] = {"fr": "version", "en": "version"}


# --- names, links, sessions --------------------------------------------------------------------------------


class BadName(PasserellesError):
    code = "E26"
    title: ClassVar[dict[Language, str]] = {"fr": "nom", "en": "name"}


class BadLink(PasserellesError):
    code = "E27"
    title: ClassVar[dict[Language, str]] = {"fr": "lien illisible", "en": "link could not be read"}


class BadUpload(PasserellesError):
    code = "E28"
    title: ClassVar[dict[Language, str]] = {"fr": "envoi refusé", "en": "upload refused"}


class NotAuthentic(PasserellesError):
    code = "E29"
    title: ClassVar[dict[Language, str]] = {"fr": "contenu modifié", "en": "not authentic"}


# --- the project's own numbers -----------------------------------------------------------------------------


class NumberWithoutUnit(PasserellesError):
    code = "E30"
    title: ClassVar[dict[Language, str]] = {"fr": "nombre sans unité", "en": "number without unit"}


class NumberWithoutRange(PasserellesError):
    code = "E31"
    title: ClassVar[dict[Language, str]] = {"fr": "nombre sans bornes", "en": "number without range"}


class NumberWithoutSource(PasserellesError):
    code = "E32"
    title: ClassVar[dict[Language, str]] = {"fr": "nombre sans source", "en": "number without source"}


class NumberWithoutReason(PasserellesError):
    code = "E33"
    title: ClassVar[dict[Language, str]] = {"fr": "nombre sans raison", "en": "number without reason"}


class NumberWithoutStatus(PasserellesError):
    code = "E34"
    title: ClassVar[dict[Language, str]] = {"fr": "nombre sans statut", "en": "number without status"}


class UnknownSource(PasserellesError):
    code = "E35"
    title: ClassVar[dict[Language, str]] = {"fr": "source inconnue", "en": "unknown source"}


class MalformedParameter(PasserellesError):
    code = "E36"
    title: ClassVar[dict[Language, str]] = {"fr": "paramètre mal formé", "en": "malformed parameter"}


# --- running -----------------------------------------------------------------------------------------------


class BooksDoNotClose(PasserellesError):
    code = "E40"
    title: ClassVar[dict[Language, str]] = {
        "fr": "les comptes ne se ferment pas",
        "en": "the books do not close",
    }


class RunFailed(PasserellesError):
    code = "E41"
    title: ClassVar[dict[Language, str]] = {"fr": "la simulation a échoué", "en": "the run failed"}


class MissingComponent(PasserellesError):
    code = "E42"
    title: ClassVar[dict[Language, str]] = {"fr": "composant absent", "en": "missing component"}


class MissingExtra(MissingComponent):
    """An optional package that the question needs is not installed."""

    code = "E71"
    title: ClassVar[dict[Language, str]] = {"fr": "extension non installée", "en": "extra not installed"}


class CompilerMissing(MissingComponent):
    """Numba or LLVM cannot be imported: the model cannot be compiled, so it cannot run."""

    code = "E44"
    title: ClassVar[dict[Language, str]] = {"fr": "compilateur absent", "en": "missing compiler"}


class CacheNotWritable(MissingComponent):
    """Compiled code and opening worlds have nowhere to be kept."""

    code = "E45"
    title: ClassVar[dict[Language, str]] = {"fr": "cache non inscriptible", "en": "cache not writable"}


class CompilationFailed(RunFailed):
    """The compiler is there and refuses the model."""

    code = "E46"
    title: ClassVar[dict[Language, str]] = {"fr": "compilation impossible", "en": "compilation failed"}
