"""What a run is asked for: one registry of indicators, read by the app, the command line and the documents.

An indicator is a number of the *region*: simulated heads divided by the scale.  ``None`` says that the run
did not record it or that it is not defined (a share of nothing).  A new indicator is one entry here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sim.adjustment_indicators import ADJUSTMENT
from sim.exposure_of_moves import EXPOSURE_OF_MOVES
from sim.indicator import Indicator, cumulated, monthly
from sim.indicator_formulas import (
    Value,
    committed_euros,
    durable,
    durable_share,
    files_per_year,
    funded_share,
    in_state,
    last,
    last_share,
    paid_euros,
    per_year_of,
    quarterly_flows,
    sum_of,
    unemployment_by_pcs,
    unemployment_share,
)
from sim.money_indicators import MONEY_BY_PAYER
from sim.place_indicators import PLACES
from sim.population.columns import State
from sim.results import Results
from sim.seat_indicators import SEATS

SCHEMA_VERSION = 1


_REGISTRY: tuple[Indicator, ...] = (
    Indicator(
        "employed",
        "heads",
        {"fr": "personnes en emploi", "en": "people in employment"},
        {"fr": "à la fin de la simulation", "en": "at the end of the run"},
        in_state(State.EMPLOYED),
    ),
    Indicator(
        "unemployed",
        "heads",
        {"fr": "personnes au chômage", "en": "people unemployed"},
        {"fr": "à la fin de la simulation", "en": "at the end of the run"},
        in_state(State.UNEMPLOYED),
    ),
    Indicator(
        "unemployment_rate",
        "share",
        {"fr": "taux de chômage", "en": "unemployment rate"},
        {
            "fr": "chômeurs sur actifs (emploi, chômage, formation), à la fin, et selon le dernier métier ; "
            "bouge à peine entre scénarios",
            "en": "unemployed over labour force (employed, unemployed, in training), at the end, and by last "
            "occupation; hardly moves between scenarios",
        },
        lambda results: unemployment_share(results.stocks[-1]),
        "pcs",
        unemployment_by_pcs,
    ),
    monthly(
        "hires_per_year",
        "hires",
        "heads per year",
        "embauches par an",
        "hires a year",
        "toutes les prises de poste",
        "everyone who takes a post",
    ),
    monthly(
        "separations_per_year",
        "separations",
        "heads per year",
        "fins d'emploi par an",
        "separations a year",
        "tous les départs d'un poste",
        "everyone who leaves a post",
    ),
    monthly(
        "occupation_changes_per_year",
        "occupation_changes",
        "heads per year",
        "changements de métier par an",
        "changes of occupation a year",
        "passages d'un des 40 groupes de métiers à un autre",
        "moves between the 40 occupation groups",
    ),
    monthly(
        "retirements_per_year",
        "retirements_employed",
        "heads per year",
        "départs à la retraite par an",
        "retirements a year",
        "personnes en emploi qui partent à la retraite",
        "people in a job who retire",
    ),
    monthly(
        "exits_per_year",
        "ends_of_career",
        "heads per year",
        "fins de carrière par an",
        "ends of career a year",
        "personnes qui prennent leur retraite, ou quittent un poste pour l'inactivité après 55 ans",
        "people who retire, or leave a post for inactivity after 55",
    ),
    cumulated(
        "posts_removed_ai",
        "postes supprimés par l'IA",
        "posts removed by AI",
        "cumul depuis l'ouverture ; un poste supprimé n'est pas un licenciement",
        "total since the opening; a post removed is not a lay-off",
    ),
    cumulated(
        "layoffs",
        "licenciements",
        "lay-offs",
        "cumul, par les unités au-dessus de leur cible quelle qu'en soit la cause, après départs et "
        "reclassements",
        "total, by units above their target whatever the cause, after departures and redeployment",
    ),
    cumulated(
        "redeployed",
        "reclassements internes",
        "redeployed",
        "cumul, dans les unités de 50 et plus",
        "total, in units of 50 and more",
    ),
    *ADJUSTMENT,
    *SEATS,
    Indicator(
        "vacancies",
        "posts",
        {"fr": "postes vacants", "en": "vacant posts"},
        {"fr": "le dernier mois", "en": "in the last month"},
        last("vacancies"),
    ),
    Indicator(
        "adoption_jobs_share",
        "share",
        {"fr": "emploi exposé à l'adoption", "en": "jobs in adopting units"},
        {
            "fr": "part de l'emploi dans des unités qui utilisent l'IA, le dernier mois",
            "en": "share of employment in units that use AI, in the last month",
        },
        last_share("jobs_in_units_with_ai", "jobs_salaried"),
    ),
    Indicator(
        "adoption_firms_share",
        "share",
        {"fr": "unités qui utilisent l'IA", "en": "units that use AI"},
        {
            "fr": "part des unités de dix et plus, le dernier mois",
            "en": "share of units of ten and more, in the last month",
        },
        last_share("units_10_plus_with_ai", "units_10_plus"),
    ),
    Indicator(
        "files_received_per_year",
        "files per year",
        {"fr": "dossiers reçus par an", "en": "files received a year"},
        {"fr": "par dispositif", "en": "by scheme"},
        sum_of(files_per_year(False)),
        "scheme",
        files_per_year(False),
    ),
    Indicator(
        "files_funded_per_year",
        "files per year",
        {"fr": "dossiers financés par an", "en": "files funded a year"},
        {"fr": "par dispositif", "en": "by scheme"},
        sum_of(files_per_year(True)),
        "scheme",
        files_per_year(True),
    ),
    *PLACES,
    Indicator(
        "funded_share",
        "share",
        {"fr": "part des dossiers financés", "en": "share of files funded"},
        {"fr": "financés sur reçus, tous dispositifs", "en": "funded over received, all schemes"},
        funded_share,
    ),
    Indicator(
        "durable_conversions_gross",
        "heads",
        {"fr": "reconversions durables, brut", "en": "durable conversions, gross"},
        {
            "fr": "personnes financées, 24 mois après la décision ; compte aussi celles qui "
            "auraient réussi seules",
            "en": "funded people, 24 months after the decision; counts those who would have done it alone",
        },
        sum_of(durable),
        "scheme",
        durable,
    ),
    Indicator(
        "durable_share",
        "share",
        {"fr": "part de reconversions durables", "en": "share of durable conversions"},
        {
            "fr": "parmi les dossiers financés assez anciens pour le savoir",
            "en": "among funded files old enough to know",
        },
        durable_share,
    ),
    Indicator(
        "committed_eur_per_year",
        "EUR per year",
        {"fr": "euros engagés par an", "en": "euros committed a year"},
        {
            "fr": "à la décision ; ce que les abandons libèrent n'est pas déduit",
            "en": "at the decision; what drop-outs release is not taken off",
        },
        per_year_of(committed_euros),
        "year",
        committed_euros,
    ),
    Indicator(
        "paid_eur_per_year",
        "EUR per year",
        {"fr": "euros payés par an", "en": "euros paid a year"},
        {"fr": "par tous les payeurs, prestations comprises", "en": "by all payers, benefits included"},
        per_year_of(paid_euros),
        "year",
        paid_euros,
    ),
    Indicator(
        "moves_per_quarter",
        "heads per quarter",
        {"fr": "mouvements par trimestre", "en": "moves a quarter"},
        {"fr": "par motif", "en": "by reason"},
        sum_of(quarterly_flows),
        "quarterly_flow",
        quarterly_flows,
    ),
    *MONEY_BY_PAYER,
    *EXPOSURE_OF_MOVES,
)
INDICATORS: Mapping[str, Indicator] = {indicator.name: indicator for indicator in _REGISTRY}


def values(results: Results) -> dict[str, Value]:
    """Every indicator's number, by name."""
    return {name: indicator.value(results) for name, indicator in INDICATORS.items()}


def summary(results: Results) -> dict[str, Any]:
    """A run in one object: who it is, and every indicator with its unit and breakdown (region's heads)."""
    return {
        "schema_version": SCHEMA_VERSION,
        "scenario": results.scenario.name,
        "title": dict(results.scenario.title),
        "scale": results.scale,
        "seed": results.seed,
        "months": len(results.months),
        "fingerprint": results.fingerprint,
        "digest": results.digest,
        "notes": [dict(note) for note in results.notes],
        "indicators": {
            name: {
                "value": indicator.value(results),
                "unit": indicator.unit,
                "label": dict(indicator.label),
                "by": indicator.by,
                "parts": dict(indicator.parts(results)) if indicator.parts else {},
            }
            for name, indicator in INDICATORS.items()
        },
    }
