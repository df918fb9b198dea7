"""Indicators of people without a post on a course, and of the seats of courses."""

from __future__ import annotations

from sim.indicator import Indicator, monthly
from sim.indicator_formulas import last

SEATS: tuple[Indicator, ...] = (
    monthly(
        "jobseekers_trained_per_year",
        "jobseekers_enrolled",
        "heads per year",
        "demandeurs d'emploi formés par an",
        "jobseekers trained a year",
        "entrées en formation de personnes sans emploi, par un dispositif qui les inscrit",
        "starts of courses of people without a post, under a scheme that enrols them",
    ),
    Indicator(
        "trainees_without_post",
        "heads",
        {"fr": "personnes sans emploi en formation", "en": "people without a post in a course"},
        {
            "fr": "à la fin de la simulation ; le taux de chômage ne les compte pas parmi les chômeurs",
            "en": "at the end of the run; the unemployment rate does not count them as unemployed",
        },
        last("trainees_without_post"),
    ),
    monthly(
        "seats_taken_per_year",
        "seats_taken_from_others",
        "seats per year",
        "places prises à d'autres par an",
        "seats taken from others a year",
        "places sous quota sanitaire et social données à des stagiaires financés, une pour une",
        "seats of health and social quotas given to funded trainees, one for one",
    ),
    Indicator(
        "places_needed",
        "files",
        {"fr": "dossiers en attente d'une place", "en": "files that wait for a seat"},
        {"fr": "à la fin de la simulation, tous parcours", "en": "at the end of the run, all courses"},
        last("places_needed"),
    ),
)
