"""Indicators of the margins: what became of posts that AI removed, entry hires, what posts ask for."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from sim.calendar import MONTHS_PER_YEAR, year_of
from sim.indicator import Indicator, cumulated, monthly
from sim.indicator_formulas import PCS, Breakdown, Value
from sim.population.columns import SECTORS
from sim.results import Results

WAYS = ("closed_ai", "unfilled_departures", "redeployed_ai", "contracts_ended_ai", "layoffs_ai")
"""Series of the posts removed by AI that nobody holds any more, by the way they went."""
_STOCKS = ("closed_ai", "surplus_ai")
_GROUPS = {"sector": SECTORS, "pcs": tuple(f"pcs{n}" for n in PCS)}


def _since_opening(results: Results, series: str) -> NDArray[np.float64] | None:
    """Posts of a series from the opening to the end of each month, in the region."""
    found = results.series.get(series)
    if found is None:
        return None
    posts = found if series in _STOCKS else found.cumsum()
    return np.asarray(posts / results.scale)


def _shares_gone(results: Results, way: str) -> list[Value]:
    """Share of one way among the posts gone by the end of each month; None while none has."""
    known = [found for series in WAYS if (found := _since_opening(results, series)) is not None]
    if len(known) < len(WAYS):
        return []
    mine = known[WAYS.index(way)].tolist()
    gone = np.sum(known, axis=0).tolist()
    return [part / every if every > 0 else None for part, every in zip(mine, gone, strict=True)]


def _last(values: list[Value]) -> Value:
    return values[-1] if values else None


def _at_end_of_year(results: Results, values: list[Value]) -> Breakdown:
    """The last value of each calendar year of the run."""
    return {str(year_of(month)): value for month, value in zip(results.months, values, strict=False)}


def _stock(name: str, series: str, fr: str, en: str, help_fr: str, help_en: str) -> Indicator:
    def values(results: Results) -> list[Value]:
        found = _since_opening(results, series)
        return [] if found is None else found.tolist()

    return Indicator(
        name,
        "posts",
        {"fr": fr, "en": en},
        {"fr": help_fr, "en": help_en},
        lambda results: _last(values(results)),
        "year",
        lambda results: _at_end_of_year(results, values(results)),
    )


def _share(name: str, way: str, fr: str, en: str) -> Indicator:
    return Indicator(
        name,
        "share",
        {"fr": fr, "en": en},
        {
            "fr": "part des postes supprimés par l'IA et qui ne sont plus occupés, de l'ouverture à la fin "
            "de l'année ; les cinq voies font un",
            "en": "share of the posts removed by AI that nobody holds any more, from the opening to the end "
            "of the year; the five ways add up to one",
        },
        lambda results: _last(_shares_gone(results, way)),
        "year",
        lambda results: _at_end_of_year(results, _shares_gone(results, way)),
    )


def _last_december(results: Results, change: str, part: str) -> Value:
    """Posts of a group in the last December of the run; None without one."""
    found = results.series.get(f"skills_{change}_{part}")
    if found is None:
        return None
    months = [n for n, month in enumerate(results.months) if month % MONTHS_PER_YEAR == MONTHS_PER_YEAR - 1]
    return float(found[months[-1]]) / results.scale if months else None


def _skills_share(change: str, parts: tuple[str, ...]) -> Callable[[Results], Value]:
    """Share of posts with a change among those of units with AI, over some groups."""

    def value(results: Results) -> Value:
        every = [_last_december(results, one, part) for one in ("same", "up", "down") for part in parts]
        with_it = [_last_december(results, change, part) for part in parts]
        posts = sum(amount or 0.0 for amount in every)
        return sum(amount or 0.0 for amount in with_it) / posts if posts else None

    return value


def _skills(change: str, by: str, fr: str, en: str) -> Indicator:
    groups = _GROUPS[by]
    return Indicator(
        f"skills_{change}_share" + ("" if by == "sector" else "_by_pcs"),
        "share",
        {"fr": fr, "en": en},
        {
            "fr": "parmi les postes des unités qui utilisent l'IA, le dernier 31 décembre ; lecture des "
            "parts de tâches remplacées et assistées, à comparer aux études de cas de l'OCDE (30/10/60 %)",
            "en": "among posts of units that use AI, on the last 31 December; read from the shares of "
            "tasks replaced and assisted, to compare with the OECD's case studies (30 / 10 / 60 %)",
        },
        _skills_share(change, groups),
        by,
        lambda results: {group: _skills_share(change, (group,))(results) for group in groups},
    )


ADJUSTMENT: tuple[Indicator, ...] = (
    cumulated(
        "unfilled_departures",
        "départs non remplacés",
        "departures left unfilled",
        "cumul : postes supprimés par l'IA alors que quelqu'un les occupait, et rendus par son départ",
        "total: posts removed by AI while somebody held them, and given back when she left",
    ),
    _stock(
        "openings_closed_ai",
        "closed_ai",
        "postes vacants fermés",
        "open posts closed",
        "depuis l'ouverture : postes supprimés par l'IA pendant qu'ils étaient vacants, et fermés depuis ; "
        "presque toujours un départ récent qui n'est plus à remplacer",
        "since the opening: posts removed by AI while they were open, and closed still; nearly always a "
        "recent departure that need not be replaced any more",
    ),
    cumulated(
        "posts_opened_ai",
        "postes ouverts par l'IA",
        "posts opened by AI",
        "cumul : prix plus bas et nouvelles tâches, là où l'IA n'avait rien supprimé ; déduits des postes "
        "supprimés",
        "total: lower prices and new tasks, where AI had removed nothing; taken off the posts removed",
    ),
    cumulated(
        "redeployed_ai",
        "reclassements dus à l'IA",
        "redeployed because of AI",
        "cumul, dans les unités de 50 et plus",
        "total, in units of 50 and more",
    ),
    cumulated(
        "contracts_ended_ai",
        "contrats temporaires arrêtés par l'IA",
        "temporary contracts ended by AI",
        "cumul ; ils passent avant les licenciements",
        "total; they come before lay-offs",
    ),
    cumulated(
        "layoffs_ai",
        "licenciements dus à l'IA",
        "lay-offs because of AI",
        "cumul ; quand un surnombre a aussi une autre cause, à proportion",
        "total; where a surplus has another cause too, in proportion",
    ),
    _stock(
        "posts_still_held_ai",
        "surplus_ai",
        "postes supprimés encore occupés",
        "posts removed and still held",
        "à la fin de la simulation, et de chaque année",
        "at the end of the run, and of each year",
    ),
    _share(
        "openings_closed_share",
        "closed_ai",
        "part des postes vacants fermés",
        "share gone as open posts",
    ),
    _share(
        "unfilled_departures_share",
        "unfilled_departures",
        "part des départs non remplacés",
        "share gone by departures",
    ),
    _share("redeployed_share", "redeployed_ai", "part des reclassements", "share gone by redeployment"),
    _share(
        "contracts_ended_share",
        "contracts_ended_ai",
        "part des contrats temporaires arrêtés",
        "share gone by ends of temporary contracts",
    ),
    _share("layoffs_share", "layoffs_ai", "part des licenciements", "share gone by lay-offs"),
    monthly(
        "hires_15_24_per_year",
        "hires_15_24",
        "heads per year",
        "embauches de moins de 25 ans par an",
        "hires under 25 a year",
        "toutes les prises de poste avant 25 ans",
        "everyone who takes a post before 25",
    ),
    *(
        _skills(change, by, f"part des postes aux compétences {fr}", f"share of posts with skills {en}")
        for by in _GROUPS
        for change, fr, en in (
            ("up", "plus élevées", "going up"),
            ("down", "moindres", "going down"),
            ("same", "inchangées", "unchanged"),
        )
    ),
)
