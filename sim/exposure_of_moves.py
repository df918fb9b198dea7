"""Where moves lead: the automatable share of the trade left and of the trade entered.

The ruler is the scenario's exposure source and level at the end of the run.  Total intervals draw the source
for what AI does to posts; the ruler stays the scenario's: both worlds of all pairs are measured alike.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from sim.dictionary import FUNDED
from sim.indicator import Indicator
from sim.indicator_formulas import Breakdown, Value
from sim.kernels import Array
from sim.parameters import Registry
from sim.results import Results
from sim.trades import trades

INTO_A_POST = (
    "hire_from_unemployment",
    "hire_from_inactivity",
    "job_to_job",
    "business_creation",
    "redeployment",
)
"""Reasons of a flow by which somebody takes a post."""

ORIGIN, DESTINATION, LESS_EXPOSED = "origin", "destination", "less_exposed"
ALL = "all"


def exposure_by_row(results: Results, source: str | None = None) -> Array:
    """Automatable share by row of the run's occupations; nan for people without one.

    ``source``: one of the named sources at its value instead of the scenario's source and level.
    """
    level = 0.0
    if source is None:
        source = str(_in_force(results, "ai.exposure_source"))
        level = float(_in_force(results, "ai.exposure_level"))
    known = trades()
    shares = dict(zip(known.codes, known.exposure(source, level)[0].tolist(), strict=True))
    return np.array([shares.get(code, np.nan) for code in results.occupations])


def _in_force(results: Results, key: str) -> Any:
    """A lever's value in the last month of the run."""
    value: Any = Registry.load()[key].value
    for start, changed in results.scenario.overrides.get(key, ()):
        if start <= results.months[-1]:
            value = changed
    return value


def measures(origin: Array, destination: Array, heads: Array) -> dict[str, Value]:
    """Mean exposure of origins and destinations, and the share of moves to a trade strictly less exposed."""
    known = ~np.isnan(origin) & ~np.isnan(destination)
    whole = float(heads[known].sum())
    if whole == 0.0:
        return dict.fromkeys((ORIGIN, DESTINATION, LESS_EXPOSED), None)
    return {
        ORIGIN: float((heads * origin)[known].sum()) / whole,
        DESTINATION: float((heads * destination)[known].sum()) / whole,
        LESS_EXPOSED: float(heads[known & (destination < origin)].sum()) / whole,
    }


def of_changes(results: Results, source: str | None = None) -> dict[str, dict[str, Value]]:
    """:func:`measures` of the changes of occupation of the run, all of them and by reason."""
    exposure = exposure_by_row(results, source)
    origin, destination = np.meshgrid(exposure, exposure, indexing="ij")
    heads = results.flows.sum(axis=0, dtype=np.int64)
    other = 1 - np.eye(heads.shape[0], dtype=np.int64)
    by_reason = {
        reason: heads[:, :, k] * other for k, reason in enumerate(results.reasons) if reason in INTO_A_POST
    }
    every = sum(by_reason.values(), np.zeros_like(other))
    return {name: measures(origin, destination, moved) for name, moved in {ALL: every, **by_reason}.items()}


def of_funded(
    results: Results, source: str | None = None, converted: bool = False
) -> dict[str, dict[str, Value]]:
    """:func:`measures` of the files funded in the run, from origin to target, all of them and by scheme.

    ``converted``: only those with a durable conversion 24 months after the decision.
    """
    files, rows = results.files, len(results.occupations)
    exposure = exposure_by_row(results, source)
    month = files["month_decided"]
    kept = (month >= results.months[0]) & (month <= results.months[-1]) & (files["outcome"] == FUNDED)
    if converted:
        kept = kept & (files["durable_24"] == 1)
    origins, targets = (files[f"{end}_occupation"][kept].astype(np.int64) for end in ("origin", "target"))
    schemes = files["scheme"][kept].astype(np.str_)
    ends = [np.where(end < rows, exposure[np.minimum(end, rows - 1)], np.nan) for end in (origins, targets)]

    def measured(who: Array) -> dict[str, Value]:
        return measures(ends[0][who], ends[1][who], np.ones(int(who.sum())))

    everyone = np.ones(schemes.size, bool)
    return {
        ALL: measured(everyone),
        **{str(scheme): measured(schemes == scheme) for scheme in np.unique(schemes)},
    }


def _of(
    found: Callable[[Results], Mapping[str, Mapping[str, Value]]], measure: str
) -> Callable[[Results], Value]:
    return lambda results: found(results)[ALL][measure]


def _by(
    found: Callable[[Results], Mapping[str, Mapping[str, Value]]], measure: str
) -> Callable[[Results], Breakdown]:
    return lambda results: {name: values[measure] for name, values in found(results).items() if name != ALL}


def _converted(results: Results) -> dict[str, dict[str, Value]]:
    return of_funded(results, converted=True)


_WHO: Mapping[str, tuple[Callable[[Results], Mapping[str, Mapping[str, Value]]], str, str, str]] = {
    "changes": (of_changes, "reason", "changements de métier", "changes of occupation"),
    "funded": (of_funded, "scheme", "dossiers financés", "files funded"),
    "converted": (_converted, "scheme", "reconversions durables financées", "durable conversions funded"),
}
_WHAT: Mapping[str, tuple[str, str, str, str]] = {
    ORIGIN: (
        "exposition du métier quitté",
        "exposure of the trade left",
        "part moyenne de tâches automatisables, selon la source d'exposition du scénario",
        "mean automatable share of tasks, under the scenario's source of exposure",
    ),
    DESTINATION: (
        "exposition du métier visé",
        "exposure of the trade entered",
        "là où mènent les passages ; à comparer au métier quitté",
        "where moves lead; compare with the trade left",
    ),
    LESS_EXPOSED: (
        "part vers un métier moins exposé",
        "share to a less exposed trade",
        "passages vers un métier dont la part automatisable est strictement plus basse",
        "moves to a trade with a strictly lower automatable share",
    ),
}


def _indicators() -> tuple[Indicator, ...]:
    return tuple(
        Indicator(
            f"{who}_{what}_exposure" if what != LESS_EXPOSED else f"{who}_to_less_exposed_share",
            "share",
            {"fr": f"{who_fr} : {fr}", "en": f"{who_en}: {en}"},
            {"fr": help_fr, "en": help_en},
            _of(found, what),
            by,
            _by(found, what),
        )
        for who, (found, by, who_fr, who_en) in _WHO.items()
        for what, (fr, en, help_fr, help_en) in _WHAT.items()
    )


EXPOSURE_OF_MOVES = _indicators()
"""Indicators of this file."""
