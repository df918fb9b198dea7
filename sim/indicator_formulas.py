"""How indicators are read from a run: pure functions of the results, in heads of the region."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from sim.calendar import MONTHS_PER_YEAR, year_of
from sim.dictionary import FUNDED, NOT_PAYMENTS
from sim.population.columns import State
from sim.results import Results

PCS = ("1", "2", "3", "4", "5", "6")
SUPPORT_STAGES = ("supported", "support_over")
_QUARTER_MONTHS = 3

Value = float | None
Breakdown = Mapping[str, Value]


def _years(results: Results) -> float:
    return len(results.months) / MONTHS_PER_YEAR


def total(series: str) -> Callable[[Results], Value]:
    """Sum of a series over the run, in heads of the region."""

    def value(results: Results) -> Value:
        found = results.series.get(series)
        return None if found is None else float(found.sum()) / results.scale

    return value


def per_year(series: str) -> Callable[[Results], Value]:
    summed = total(series)

    def value(results: Results) -> Value:
        found = summed(results)
        return None if found is None else found / _years(results)

    return value


def last(series: str) -> Callable[[Results], Value]:
    """Last month of a series of heads or posts, for the region."""

    def value(results: Results) -> Value:
        found = results.series.get(series)
        return None if found is None else float(found[-1]) / results.scale

    return value


def last_share(part: str, whole: str) -> Callable[[Results], Value]:
    """One series over another in the last month."""

    def value(results: Results) -> Value:
        if part not in results.series or whole not in results.series or not results.series[whole][-1]:
            return None
        return float(results.series[part][-1] / results.series[whole][-1])

    return value


def yearly(series: str) -> Callable[[Results], Breakdown]:
    """Sum of a series by calendar year."""

    def parts(results: Results) -> Breakdown:
        found = results.series.get(series)
        if found is None:
            return {}
        totals: dict[str, Value] = {}
        for month, amount in zip(results.months, found.tolist(), strict=True):
            year = str(year_of(month))
            totals[year] = (totals.get(year) or 0.0) + amount / results.scale
        return totals

    return parts


def in_state(state: State) -> Callable[[Results], Value]:
    def value(results: Results) -> Value:
        return float(results.stocks[-1, ..., int(state)].sum()) / results.scale

    return value


def unemployment_share(heads: Any) -> Value:
    """Unemployed over the labour force (employed, unemployed, in training) of an array [..., states]."""
    by_state = np.asarray(heads).reshape(-1, heads.shape[-1]).sum(axis=0)
    force = by_state[State.EMPLOYED] + by_state[State.UNEMPLOYED] + by_state[State.TRAINING]
    return float(by_state[State.UNEMPLOYED] / force) if force else None


def pcs_rows(results: Results) -> dict[str, list[int]]:
    """Rows of the occupation axis by PCS: the letter of a code (A to F) is its PCS (1 to 6)."""
    return {
        pcs: [row for row, code in enumerate(results.occupations) if code[:1] == letter]
        for pcs, letter in zip(PCS, "ABCDEF", strict=True)
    }


def unemployment_by_pcs(results: Results) -> Breakdown:
    return {
        pcs: unemployment_share(results.stocks[-1, rows]) for pcs, rows in pcs_rows(results).items() if rows
    }


def quarterly_flows(results: Results) -> Breakdown:
    """Heads a quarter by reason of the move, mean of the run."""
    totals = results.flows.sum(axis=(0, 1, 2), dtype=np.int64)
    quarters = len(results.months) / _QUARTER_MONTHS
    return {reason: float(totals[k]) / results.scale / quarters for k, reason in enumerate(results.reasons)}


def _of_support(results: Results) -> Any:
    """Mask of the files that give support without a course: nobody applied for them."""
    return np.isin(results.files["stage"].astype(np.str_), SUPPORT_STAGES)


def files_per_year(funded: bool) -> Callable[[Results], Breakdown]:
    """Files a year by scheme: received by month of filing, funded by month of decision."""

    def parts(results: Results) -> Breakdown:
        files = results.files
        month = files["month_decided" if funded else "month_filed"]
        kept = (month >= results.months[0]) & (month <= results.months[-1]) & ~_of_support(results)
        if funded:
            kept = kept & (files["outcome"] == FUNDED)
        schemes, counts = np.unique(files["scheme"][kept].astype(np.str_), return_counts=True)
        return {
            str(scheme): float(count) / results.scale / _years(results)
            for scheme, count in zip(schemes, counts, strict=True)
        }

    return parts


def sum_of(parts: Callable[[Results], Breakdown]) -> Callable[[Results], Value]:
    def value(results: Results) -> Value:
        return float(sum(part for part in parts(results).values() if part is not None))

    return value


def funded_share(results: Results) -> Value:
    received = sum_of(files_per_year(False))(results)
    funded = sum_of(files_per_year(True))(results)
    return None if not received or funded is None else funded / received


def _funded_here(results: Results) -> Any:
    """Mask of the files funded in the months of the run; files of history are not its doing."""
    month = results.files["month_decided"]
    inside = (month >= results.months[0]) & (month <= results.months[-1])
    return inside & (results.files["outcome"] == FUNDED)


def durable(results: Results) -> Breakdown:
    """Files funded in the run with a durable conversion 24 months after the decision, by scheme."""
    files = results.files
    kept = _funded_here(results) & (files["durable_24"] == 1) & ~_of_support(results)
    schemes, counts = np.unique(files["scheme"][kept].astype(np.str_), return_counts=True)
    return {str(scheme): float(count) / results.scale for scheme, count in zip(schemes, counts, strict=True)}


def durable_share(results: Results) -> Value:
    """Durable conversions over funded files old enough to know."""
    known = _funded_here(results) & (results.files["durable_24"] >= 0) & ~_of_support(results)
    return float((results.files["durable_24"][known] == 1).mean()) if known.any() else None


def committed_euros(results: Results) -> Breakdown:
    """Commitments of the files funded, by calendar year of the decision."""
    files = results.files
    kept = _funded_here(results)
    return _euros_by_year(results, files["month_decided"][kept], files["cost_eur_cents"][kept])


def paid_euros(results: Results) -> Breakdown:
    """Payments of every payer, by calendar year."""
    money = results.money
    kept = ~np.isin(money["kind"].astype(np.str_), NOT_PAYMENTS)
    return _euros_by_year(results, money["month"][kept], money["amount_eur_cents"][kept])


def _euros_by_year(results: Results, months: Any, amounts: Any) -> Breakdown:
    cents: dict[str, int] = {str(year_of(month)): 0 for month in results.months}
    for month, amount in zip(months.tolist(), amounts.tolist(), strict=True):
        year = str(year_of(month))
        cents[year] = cents.get(year, 0) + amount
    return {year: total / 100 / results.scale for year, total in cents.items()}


def per_year_of(parts: Callable[[Results], Breakdown]) -> Callable[[Results], Value]:
    summed = sum_of(parts)

    def value(results: Results) -> Value:
        return (summed(results) or 0.0) / _years(results)

    return value
