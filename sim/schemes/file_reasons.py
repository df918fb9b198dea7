"""What a commission tells an applicant: why her file is where it is, in French or English.

Pure functions of a file's own columns: nobody's file is explained by another's, but for the points and date
of the last one funded on the same list.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from sim.calendar import text_of_month
from sim.schemes.files import FILE_COLUMNS, Appeal, Files, Outcome
from sim.schemes.grid import CRITERIA

Language = Literal["fr", "en"]

REASONS: dict[Outcome, tuple[str, str]] = {
    Outcome.WAITING: ("en attente", "waiting"),
    Outcome.FUNDED: ("financé", "funded"),
    Outcome.REFUSED_RANK: (
        "refusé : l'enveloppe s'arrête avant son rang",
        "refused: the money ends above its rank",
    ),
    Outcome.REFUSED_PROJECT: ("refusé : le projet ne tient pas", "refused: the project does not hold"),
    Outcome.REFUSED_TOO_DEAR: (
        "refusé : il coûte plus que l'enveloppe de l'année",
        "refused: it costs more than the year's envelope",
    ),
    Outcome.REFUSED_SEAT: ("refusé : aucune place dans la formation", "refused: no seat on the course"),
    Outcome.WITHDRAWN: ("retiré par la personne", "withdrawn by the applicant"),
    Outcome.LAPSED: (
        "caduc : le poste a été quitté avant le départ",
        "lapsed: the post was left before the start",
    ),
}
"""What became of a file, in French and English; every outcome has its words."""

APPEALS: dict[Appeal, tuple[str, str]] = {
    Appeal.NONE: ("", ""),
    Appeal.REJECTED: ("recours gracieux rejeté", "gracious appeal rejected"),
    Appeal.UPHELD: ("recours gracieux accepté : dossier reclassé", "gracious appeal upheld: ranked again"),
}

CRITERION_LABELS: dict[str, tuple[str, str]] = {
    "low_level": ("ouvrier ou employé, au plus un CAP", "manual or clerical worker, CAP at most"),
    "firm_under_50": ("employeur de moins de 50 salariés", "employer under 50 staff"),
    "short_course": ("formation d'au plus 1 200 heures", "course of at most 1,200 hours"),
    "short_contract": ("contrat court", "short contract"),
    "declining_sector": ("secteur en déclin", "declining sector"),
    "women_in_male_trade": ("femme vers un métier masculin", "woman towards a male trade"),
    "men_in_female_trade": ("homme vers un métier féminisé", "man towards a female trade"),
    "55_plus": ("55 ans ou plus", "aged 55 or over"),
    "exposed_origin": ("métier quitté exposé à l'IA", "leaving a trade exposed to AI"),
    "growing_trade": ("vers un métier porteur", "towards a growing trade"),
    "unfit": ("inaptitude au poste", "unfit for the post"),
    "blocks": ("blocs de compétences manquants", "missing blocks of competence"),
    "engineering": ("ingénierie de parcours", "valued design of the course"),
    "cofunding": ("cofinancement", "co-funding"),
}


def file_row(files: Files, row: int) -> dict[str, int]:
    """One file's columns by name, as whole numbers."""
    return {name: int(files[name][row]) for name in FILE_COLUMNS}


def criteria_of(bits: int, language: Language = "en") -> list[str]:
    """What gave a file its points."""
    met = [name for place, name in enumerate(CRITERIA) if bits >> place & 1]
    return [CRITERION_LABELS[name][language == "en"] for name in met]


def explain_file(file: Mapping[str, Any], language: Language = "en") -> str:
    """One sentence on a file (its columns by name): what became of it, its points and rank, and the last one
    funded; "refused: …; 61 points, rank 40, last funded 64 points, filed 2024-03"."""
    english = language == "en"
    outcome, appeal = Outcome(int(file["outcome"])), Appeal(int(file["appeal"]))
    parts = [REASONS[outcome][english]]
    if waits_for_seat(file):
        parts.append("no seat on the course yet" if english else "pas encore de place dans la formation")
    standing = standing_of(file, language)
    if standing:
        parts.append(standing)
    if appeal is not Appeal.NONE:
        parts.append(APPEALS[appeal][english])
    if file["postponed"] > 0:
        months = file["postponed"]
        parts.append(f"start put off by {months} months" if english else f"départ reporté de {months} mois")
    return ("; " if english else " ; ").join(parts)


def standing_of(file: Mapping[str, Any], language: Language = "en") -> str:
    """Points, rank and the last one funded on her last list; empty where the scheme ranks nobody."""
    english, ranked = language == "en", file["rank"] > 0
    place = [f"{file['points']} points"] if ranked or file["points"] else []
    if ranked:
        place.append(f"rank {file['rank']}" if english else f"rang {file['rank']}")
        place.append(_last_funded(file, english))
    return ", ".join(place)


def waits_for_seat(file: Mapping[str, Any]) -> bool:
    """Whether a file waits above somebody funded on its last list: then what it lacks is a seat."""
    ahead = (file["points"], -file["month_filed"]) > (file["last_points"], -file["last_filed"])
    return bool(file["outcome"] == Outcome.WAITING and file["last_points"] >= 0 and ahead)


def _last_funded(file: Mapping[str, Any], english: bool) -> str:
    if file["last_points"] < 0:
        return "nobody funded on that list" if english else "aucun dossier financé sur cette liste"
    filed = text_of_month(int(file["last_filed"]))
    if english:
        return f"last funded {file['last_points']} points, filed {filed}"
    return f"dernier financé {file['last_points']} points, déposé {filed}"
