"""What a comparison keeps for the page and for later: effects, months, cells and schemes, as plain data.

An :class:`Answer` is made once from paired runs, written as JSON, and read again by anybody without the
engine.  Heads, posts and euros are those of the region.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.calendar import MONTHS_PER_YEAR
from sim.closure_ends import End, shared_end
from sim.comparison import assemble
from sim.effects import CONFIDENCE, ORDERED_FROM, Effect, Kind, interval
from sim.indicator_formulas import pcs_rows
from sim.pair import FundedTally
from sim.parameters import Registry
from sim.population.columns import State
from sim.results import Results
from sim.scenario import Scenario
from sim.schemes.rules import schemes, with_files

SCHEMA_VERSION = 2
AGES: Mapping[str, tuple[int, ...]] = {
    "15_24": (0,),
    "25_34": (1,),
    "35_44": (2,),
    "45_54": (3, 4),
    "55_plus": (5, 6),
}
"""Age groups of the cells, each made of age bands of the stocks: wide enough for a cell to hold people."""

SEXES = ("man", "woman")
MEASURES = ("employed", "unemployment_rate")
CELLS_OVER_MONTHS = 12
SETTLED_FROM_MONTH = 48
"""Money by scheme is a yearly mean from January 2025, when the policies of a scenario are in force."""

CUMULATED = ("posts_removed_ai", "layoffs", "unfilled_departures", "hires", "occupation_changes")
LEVELS = ("employed", "unemployed")

Pair = tuple[Results, Results, FundedTally]


@dataclass(frozen=True)
class Answer:
    """One stage of an answer.

    series: name to ``base``, ``other``, ``low``, ``high``, one value a month (totals since the opening for
    flows, heads for levels); low and high bound the difference at 90 % and are None with a single pair.
    cells: measure to ``base``, ``other``, ``low``, ``high``, lists [PCS][sex][age] of the mean of the last
    twelve months.  schemes: one row a scheme, amounts a year, ``base`` and ``other``.  closure_posts: the
    end of the closure of posts at which both worlds stand, None where they differ in it.
    """

    stage: str
    scale: float
    pairs: int
    kind: Kind
    months: tuple[int, ...]
    effects: tuple[Effect, ...]
    funded: Mapping[str, float]
    series: Mapping[str, Mapping[str, Any]]
    cells: Mapping[str, Mapping[str, Any]]
    schemes: tuple[Mapping[str, Any], ...]
    fingerprints: Mapping[str, str]
    closure_posts: End | None

    def effect(self, indicator: str) -> Effect | None:
        """The effect on one indicator, None where the comparison has none."""
        return next((effect for effect in self.effects if effect.indicator == indicator), None)

    def as_dict(self) -> dict[str, Any]:
        """Plain data for JSON; :func:`answer_from` reads it."""
        return {"schema_version": SCHEMA_VERSION, **asdict(self)}


def answer_from(data: Mapping[str, Any]) -> Answer:
    """The answer that :meth:`Answer.as_dict` wrote.

    Raises KeyError or TypeError for anything else.
    """
    if data["schema_version"] != SCHEMA_VERSION:
        raise KeyError("schema_version")
    fields = {name: value for name, value in data.items() if name != "schema_version"}
    fields["months"] = tuple(fields["months"])
    fields["effects"] = tuple(Effect(**effect) for effect in fields["effects"])
    fields["schemes"] = tuple(fields["schemes"])
    return Answer(**fields)


def answer_of(stage: str, pairs: Sequence[Pair], kind: Kind = "total") -> Answer:
    """The answer of paired runs of one scale."""
    comparison = assemble(list(pairs), kind)
    first, other = pairs[0][0], pairs[0][1]
    return Answer(
        stage,
        first.scale,
        len(pairs),
        kind,
        first.months,
        comparison.effects,
        asdict(comparison.funded) if comparison.funded else {},
        _compared([(monthly(b), monthly(o)) for b, o, _ in pairs], kind),
        _compared([(cells(b), cells(o)) for b, o, _ in pairs], kind),
        tuple(_scheme_rows(first, other)),
        {"base": first.fingerprint, "other": other.fingerprint},
        shared_end(first.scenario, other.scenario),
    )


def monthly(results: Results) -> dict[str, NDArray[Any]]:
    """Series of the region by month: totals since the opening for flows, heads for levels."""
    none = np.zeros(len(results.months))
    found: dict[str, NDArray[Any]] = {
        name: np.cumsum(results.series.get(name, none)) / results.scale for name in CUMULATED
    }
    for name in ("files_received", "files_funded"):
        parts = [results.series.get(f"{name}_{scheme.name}", none) for scheme in with_files()]
        found[name] = np.cumsum(np.sum(parts, axis=0)) / results.scale
    heads = results.stocks[1:].sum(axis=(2, 3)) / results.scale
    found["employed"] = heads[:, :, State.EMPLOYED].sum(axis=1)
    found["unemployed"] = heads[:, :, State.UNEMPLOYED].sum(axis=1)
    for pcs, rows in pcs_rows(results).items():
        found[f"unemployed_pcs_{pcs}"] = heads[:, rows, State.UNEMPLOYED].sum(axis=1)
    return found


def cells(results: Results) -> dict[str, NDArray[Any]]:
    """Mean of the last twelve months by PCS, sex and age, arrays [6, 2, 5]: heads employed, their rate."""
    stocks = results.stocks[-CELLS_OVER_MONTHS:].mean(axis=0)
    by_pcs = np.stack([stocks[rows].sum(axis=0) for rows in pcs_rows(results).values()])
    grouped = np.stack([by_pcs[:, :, list(bands)].sum(axis=2) for bands in AGES.values()], axis=2)
    force = grouped[..., State.EMPLOYED] + grouped[..., State.UNEMPLOYED] + grouped[..., State.TRAINING]
    rate = np.divide(grouped[..., State.UNEMPLOYED], force, out=np.zeros_like(force), where=force > 0)
    return {"employed": grouped[..., State.EMPLOYED] / results.scale, "unemployment_rate": rate}


def _compared(
    pairs: Sequence[tuple[Mapping[str, NDArray[Any]], Mapping[str, NDArray[Any]]]], kind: Kind
) -> dict[str, dict[str, Any]]:
    """For each name: means of both worlds over the pairs and bounds of the difference."""
    found: dict[str, dict[str, Any]] = {}
    for name in pairs[0][0]:
        base = np.stack([pair[0][name] for pair in pairs])
        other = np.stack([pair[1][name] for pair in pairs])
        low, high = bounds(other - base, kind)
        found[name] = {
            "base": _plain(base.mean(axis=0)),
            "other": _plain(other.mean(axis=0)),
            "low": None if low is None else _plain(low),
            "high": None if high is None else _plain(high),
        }
    return found


def bounds(differences: NDArray[Any], kind: Kind) -> tuple[NDArray[Any] | None, NDArray[Any] | None]:
    """Bounds at 90 % along the first axis, as :func:`sim.effects.interval`; None for one pair."""
    count = differences.shape[0]
    if count < 2:
        return None, None
    if kind == "total" and count >= ORDERED_FROM:
        columns = differences.reshape(count, -1).T.tolist()
        found = np.array([interval(column, kind) for column in columns], dtype=float)
        return found[:, 0].reshape(differences.shape[1:]), found[:, 1].reshape(differences.shape[1:])
    from scipy.stats import t

    spread = 1.0 + 1.0 / count if kind == "total" else 1.0 / count
    reach = float(t.ppf(0.5 + CONFIDENCE / 2, count - 1)) * math.sqrt(spread)
    middle, deviation = differences.mean(axis=0), differences.std(axis=0, ddof=1)
    return middle - reach * deviation, middle + reach * deviation


def _plain(values: NDArray[Any]) -> Any:
    return np.round(values, 6).tolist()


def _scheme_rows(base: Results, other: Results) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    for scheme in schemes():
        row: dict[str, Any] = {"scheme": scheme.name}
        for side, results in (("base", base), ("other", other)):
            for name, amount in scheme_year(results, scheme.name).items():
                row[f"{name}_{side}"] = amount
        rows.append(row)
    return rows


def scheme_year(results: Results, scheme: str) -> dict[str, float | None]:
    """One scheme's mean year from January 2025: files, euros of its envelope, committed, released.

    The envelope is None when there is none (an entitlement).
    """
    months = np.array(results.months)
    settled = months >= SETTLED_FROM_MONTH if (months >= SETTLED_FROM_MONTH).any() else months >= 0
    scaled = results.scale * settled.sum() / MONTHS_PER_YEAR
    year: dict[str, float | None] = {}
    for name in ("files_received", "files_funded"):
        found = results.series.get(f"{name}_{scheme}")
        year[name] = None if found is None else float(found[settled].sum() / scaled)
    for kind in ("committed", "released"):
        cents = results.series.get(f"{kind}_eur_cents_{scheme}")
        year[f"{kind}_eur"] = None if cents is None else float(cents[settled].sum() / 100 / scaled)
    envelope = _last_budget(results.scenario, scheme)
    year["envelope_eur"] = None if envelope == "unlimited" else float(envelope)
    return year


def _last_budget(scenario: Scenario, scheme: str) -> float | str:
    """The yearly budget at the end of the scenario."""
    key = f"schemes.{scheme}.budget_eur_per_year"
    entries = scenario.overrides.get(key)
    return entries[-1][1] if entries else Registry.load()[key].value
