"""Indicators of money and of what follows a lay-off: euros by payer and year, ARE, entries in the CSP."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.calendar import MONTHS_PER_YEAR, year_of
from sim.dictionary import FUNDED, NOT_PAYMENTS
from sim.indicator import Indicator, monthly
from sim.indicator_formulas import Breakdown, Value, per_year_of
from sim.results import Results
from sim.schemes.rules import schemes

BENEFITS = ("are", "arce", "allowance")
"""Kinds that Unedic pays to people out of work, and to those who founded a business from there."""


def _payments(results: Results) -> Any:
    return ~np.isin(results.money["kind"].astype(np.str_), NOT_PAYMENTS)


def _committed(results: Results) -> Any:
    """Mask of the files committed in the months of the run."""
    month = results.files["month_decided"]
    inside = (month >= results.months[0]) & (month <= results.months[-1])
    return inside & (results.files["outcome"] == FUNDED)


def _payers_of_files(results: Results) -> Any:
    payer = {scheme.name: scheme.payer for scheme in schemes()}
    return np.array([payer[name] for name in results.files["scheme"].astype(np.str_).tolist()], np.str_)


def accounts_by_payer(results: Results) -> list[tuple[int, str, float, float]]:
    """(year, payer, euros committed, euros paid) of the region.

    Commitments of files by year of decision, less what was released since; payments by year.
    """
    committed: dict[tuple[int, str], float] = {}
    spent: dict[tuple[int, str], float] = {}
    files, money = results.files, results.money
    kept, paid = _committed(results), _payments(results)
    decided = files["month_decided"][kept], _payers_of_files(results)[kept], files["cost_eur_cents"][kept]
    booked = (money[name][paid] for name in ("month", "payer", "amount_eur_cents"))
    for totals, (months, payers, cents) in ((committed, decided), (spent, booked)):
        for month, payer, amount in zip(months.tolist(), payers.tolist(), cents.tolist(), strict=True):
            place = year_of(month), str(payer)
            totals[place] = totals.get(place, 0.0) + amount / 100 / results.scale
    places = sorted({*committed, *spent})
    return [(*place, committed.get(place, 0.0), spent.get(place, 0.0)) for place in places]


def _by_payer(place: int) -> Any:
    def parts(results: Results) -> Breakdown:
        years = len(results.months) / MONTHS_PER_YEAR
        out: dict[str, Value] = {}
        for _, payer, *euros in accounts_by_payer(results):
            if euros[place]:
                out[payer] = (out.get(payer) or 0.0) + euros[place] / years
        return out

    return parts


def _total(parts: Any) -> Any:
    return lambda results: float(sum(part or 0.0 for part in parts(results).values()))


def are_euros(results: Results) -> Breakdown:
    """ARE and CSP allowance paid by Unedic, by calendar year, region."""
    money = results.money
    kinds, payers = (money[name].astype(np.str_) for name in ("kind", "payer"))
    kept = np.isin(kinds, BENEFITS) & (payers == "unedic")
    cents: dict[str, float] = {str(year_of(month)): 0.0 for month in results.months}
    for month, amount in zip(
        money["month"][kept].tolist(), money["amount_eur_cents"][kept].tolist(), strict=True
    ):
        cents[str(year_of(month))] += amount / 100 / results.scale
    return dict(cents)


MONEY_BY_PAYER = (
    Indicator(
        "committed_eur_per_year_by_payer",
        "EUR per year",
        {"fr": "euros engagés par an, par payeur", "en": "euros committed a year, by payer"},
        {
            "fr": "sur les dossiers, après ce que les abandons et les embauches libèrent",
            "en": "on files, after what drop-outs and hires release",
        },
        _total(_by_payer(0)),
        "payer",
        _by_payer(0),
    ),
    Indicator(
        "paid_eur_per_year_by_payer",
        "EUR per year",
        {"fr": "euros payés par an, par payeur", "en": "euros paid a year, by payer"},
        {"fr": "allocations et salaires maintenus compris", "en": "benefits and wages kept up included"},
        _total(_by_payer(1)),
        "payer",
        _by_payer(1),
    ),
    Indicator(
        "are_eur_per_year",
        "EUR per year",
        {"fr": "allocation chômage par an", "en": "unemployment benefit a year"},
        {
            "fr": "ARE et allocation du CSP versées par l'Unédic",
            "en": "ARE and the allowance of the CSP, paid by Unedic",
        },
        per_year_of(are_euros),
        "year",
        are_euros,
    ),
    monthly(
        "csp_entries_per_year",
        "files_funded_csp",
        "heads per year",
        "entrées en CSP par an",
        "entries in the CSP a year",
        "licenciés économiques qui adhèrent au contrat de sécurisation professionnelle",
        "economic lay-offs who join the professional securing contract",
    ),
)
