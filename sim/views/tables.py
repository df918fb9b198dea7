"""Tables to download: plain frames with English, stable column names.  Pure."""

from __future__ import annotations

import itertools

import pandas as pd

from sim.answer import AGES, MEASURES, SEXES
from sim.calendar import date_of
from sim.indicator_formulas import PCS
from sim.parameters import Registry
from sim.views.readings import Found


def effects_table(found: Found) -> pd.DataFrame:
    """Every effect as computed: the point from the largest world, the interval from the ensemble."""
    rows = []
    for effect in found.point.effects:
        spread = found.ensemble.effect(effect.indicator) if found.ensemble else None
        rows.append(
            {
                "indicator": effect.indicator,
                "unit": effect.unit,
                "base": effect.base,
                "other": effect.other,
                "difference": effect.difference,
                "scale": found.point.scale,
                "stage": found.point.stage,
                "ensemble_mean": spread.difference if spread else None,
                "low_90": spread.low if spread else None,
                "high_90": spread.high if spread else None,
                "ensemble_pairs": found.ensemble.pairs if found.ensemble else 0,
                "ensemble_scale": found.ensemble.scale if found.ensemble else None,
                "closure_posts": found.point.closure_posts,
                "difference_at_the_other_end": _at_the_other_end(found, effect.indicator),
            }
        )
    for name, value in found.point.funded.items():
        rows.append(
            {
                "indicator": f"identity_{name}",
                "unit": "heads",
                "difference": value,
                "scale": found.point.scale,
                "stage": found.point.stage,
            }
        )
    return pd.DataFrame(rows)


def _at_the_other_end(found: Found, indicator: str) -> float | None:
    """The same difference at the other end of the closure of posts."""
    effect = found.other_end.effect(indicator) if found.other_end else None
    return effect.difference if effect else None


def series_table(found: Found) -> pd.DataFrame:
    """Every series by month, long: month, series, base, other, low_90, high_90."""
    parts = []
    for name, point in found.point.series.items():
        spread = found.ensemble.series[name] if found.ensemble else {"low": None, "high": None}
        parts.append(
            pd.DataFrame(
                {
                    "month": [date_of(month).isoformat() for month in found.point.months],
                    "series": name,
                    "base": point["base"],
                    "other": point["other"],
                    "low_90": spread["low"],
                    "high_90": spread["high"],
                }
            )
        )
    return pd.concat(parts, ignore_index=True)


def cells_table(found: Found) -> pd.DataFrame:
    """The heat table's cells, long: measure, pcs, sex, age, base, other, low_90, high_90."""
    rows = []
    for measure in MEASURES:
        point = found.point.cells[measure]
        spread = found.ensemble.cells[measure] if found.ensemble else None
        for (i, pcs), (j, sex), (k, age) in itertools.product(
            enumerate(PCS), enumerate(SEXES), enumerate(AGES)
        ):
            rows.append(
                {
                    "measure": measure,
                    "pcs": pcs,
                    "sex": sex,
                    "age": age,
                    "base": point["base"][i][j][k],
                    "other": point["other"][i][j][k],
                    "low_90": spread["low"][i][j][k] if spread else None,
                    "high_90": spread["high"][i][j][k] if spread else None,
                }
            )
    return pd.DataFrame(rows)


def schemes_table(found: Found) -> pd.DataFrame:
    """One row a scheme, a mean year of both worlds."""
    return pd.DataFrame(list(found.point.schemes))


def parameters_table() -> pd.DataFrame:
    """Every number of the model with unit, bounds, source and reason; values as text."""
    registry = Registry.load()
    rows = []
    for key, parameter in registry.items():
        said = facts(parameter)
        rows.append(
            {
                "key": key,
                "label_fr": parameter.fr.label if parameter.fr else "",
                "label_en": parameter.en.label if parameter.en else "",
                **said,
            }
        )
    return pd.DataFrame(rows)


def facts(parameter: object) -> dict[str, str]:
    """A parameter's facts as text."""
    names = ("value", "unit", "low", "high", "status", "source", "reason")
    found = {name: getattr(parameter, name) for name in names}
    return {name: "" if value is None else str(value) for name, value in found.items()}


def csv(frame: pd.DataFrame) -> bytes:
    """The frame as CSV, UTF-8."""
    return frame.to_csv(index=False, lineterminator="\n").encode("utf-8")
