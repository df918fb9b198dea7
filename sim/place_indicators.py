"""Indicators of what money buys beside the files of commissions: short courses, titles, accompaniment."""

from __future__ import annotations

from collections.abc import Callable

from sim.indicator import Indicator, monthly
from sim.indicator_formulas import Breakdown, per_year, sum_of
from sim.results import Results
from sim.schemes.rules import of_behaviour


def places_per_year(*behaviours: str) -> Callable[[Results], Breakdown]:
    """Places paid a year by scheme, of the schemes of some behaviours."""

    def parts(results: Results) -> Breakdown:
        return {
            scheme.name: per_year(f"files_funded_{scheme.name}")(results)
            for scheme in of_behaviour(*behaviours)
        }

    return parts


PLACES: tuple[Indicator, ...] = (
    Indicator(
        "short_courses_per_year",
        "heads per year",
        {"fr": "formations courtes par an", "en": "short courses a year"},
        {"fr": "places payées, par dispositif", "en": "places paid, by scheme"},
        sum_of(places_per_year("short")),
        "scheme",
        places_per_year("short"),
    ),
    Indicator(
        "accompanied_per_year",
        "heads per year",
        {"fr": "personnes accompagnées par an", "en": "people accompanied a year"},
        {
            "fr": "stagiaires avec un mentor, diplômés suivis jusqu'à l'embauche",
            "en": "trainees with a mentor, graduates followed until they are hired",
        },
        sum_of(places_per_year("mentoring", "follow_up")),
        "scheme",
        places_per_year("mentoring", "follow_up"),
    ),
    monthly(
        "titles_by_experience_per_year",
        "titles_by_experience",
        "heads per year",
        "titres obtenus par la VAE par an",
        "titles by experience a year",
        "validations complètes, de salariés du privé",
        "whole titles, of private employees",
    ),
)
