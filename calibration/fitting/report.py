"""What a calibration leaves: a file of fitted values, one of parameter sets, and tables for people.

All bytes depend on the calibration alone: no date, no duration, no name of a machine.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from calibration.fitting.calibrate import Calibration
from sim.parameters import Registry
from sim.sweep.disk import write_whole

FITTED, ENSEMBLE, CORRELATION, REPORT, RESULT = (
    "fitted.toml", "ensemble.csv", "correlation.csv", "calibration.md", "calibration.json",
)  # fmt: skip
STRONG_CORRELATION: Final = 0.5
SHOWN_PAIRS: Final = 12


@dataclass(frozen=True)
class Provenance:
    """Where a calibration was made: the engine with its measures, the sample, the first seed, the worlds."""

    engine: str
    scale: float
    seed: int
    worlds: int


def write_results(folder: Path, found: Calibration, made: Provenance) -> list[Path]:
    """Write all files into a folder; their paths.

    Raises:
        DiskRefuses: what was there before is intact.
    """
    content = {
        FITTED: fitted_toml(found, made),
        REPORT: markdown(found, made),
        RESULT: json.dumps(as_object(found, made), indent=1, sort_keys=True) + "\n",
    }
    if found.ensemble is not None:
        content[ENSEMBLE] = ensemble_csv(found)
        content[CORRELATION] = correlation_csv(found)
    for name, text in content.items():
        write_whole(folder / name, text.encode())
    return [folder / name for name in content]


def fitted_toml(found: Calibration, made: Provenance) -> str:
    """The shipped file of fitted values: those that were free here, and the others as they are."""
    registry = Registry.load()
    values = {key: float(one.value) for key, one in registry.items() if one.status == "fitted"}
    values |= found.problem.values(found.best.point)
    lines = [
        "# Written by `passerelles calibrate`; never edited by hand.",
        "",
        "[fit]",
        f'engine = "{made.engine}"',
        f"scale = {made.scale!r}",
        f"seed = {made.seed}",
        f"worlds = {made.worlds}",
        f'optimiser = "{found.kept.name}"',
        f"targets = {len(found.problem.loss.targets)}",
        f"free_parameters = {len(found.problem.free)}",
        f"objective = {found.best.objective:.6g}",
        f"mean_distance = {found.problem.loss.mean_distance(found.best.moments):.6g}",
        "",
        "[values]",
        *(f'"{key}" = {value:.6g}' for key, value in sorted(values.items())),
    ]
    return "\n".join(lines) + "\n"


def ensemble_csv(found: Calibration) -> str:
    """Parameter sets, one a row, columns by key: what a design of method ``ensemble`` reads."""
    assert found.ensemble is not None
    rows = [found.problem.values(point) for point in found.ensemble.points]
    return _csv([found.problem.keys, *(tuple(row.values()) for row in rows)])


def correlation_csv(found: Calibration) -> str:
    """Correlation of the ensemble's coordinates, a square with keys on both sides."""
    assert found.ensemble is not None
    square = found.ensemble.correlation()
    keys = found.problem.keys
    return _csv(
        [("", *keys), *((key, *(f"{v:.4f}" for v in row)) for key, row in zip(keys, square, strict=True))]
    )


def _csv(rows: Sequence[Sequence[object]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()


def moments_of(found: Calibration) -> list[dict[str, Any]]:
    """Each target with what was seen at the start and at the end, in its unit and in tolerances."""
    before, after = (found.problem.loss.distances(one.moments) for one in (found.start, found.best))
    return [
        {
            "target": one.name,
            "aim": one.aimed_at,
            "tolerance": one.tolerance,
            "weight": one.weight,
            "start": found.start.moments[one.moment],
            "seen": found.best.moments[one.moment],
            "start_distance": float(before[n]),
            "distance": float(after[n]),
            "chance_sd": float(np.sqrt(found.problem.loss.chance[n])),
        }
        for n, one in enumerate(found.problem.loss.targets)
    ]


def parameters_of(found: Calibration) -> list[dict[str, Any]]:
    """Each free parameter: range, values before and after, what the targets leave of the prior."""
    start, best = (found.problem.values(one.point) for one in (found.start, found.best))
    spread: Mapping[str, tuple[float, float]] = {}
    if found.ensemble is not None:
        sets = [found.problem.values(point) for point in found.ensemble.points]
        spread = {key: _middle([one[key] for one in sets]) for key in found.problem.keys}
    return [
        {
            "key": one.key,
            "low": one.low,
            "high": one.high,
            "start": start[one.key],
            "value": best[one.key],
            "left": float(found.identified.left[k]),
            "weak": bool(found.identified.weak[k]),
            "at_a_bound": one.key in found.at_a_bound(),
            "ensemble_90": spread.get(one.key),
        }
        for k, one in enumerate(found.problem.free)
    ]


def _middle(values: list[float]) -> tuple[float, float]:
    low, high = np.quantile(values, (0.05, 0.95))
    return float(low), float(high)


def pairs_of(found: Calibration) -> list[tuple[str, str, float]]:
    """Pairs of parameters that the ensemble moves together, the strongest first."""
    square = found.identified.correlation if found.ensemble is None else found.ensemble.correlation()
    keys = found.problem.keys
    rows, columns = np.triu_indices(len(keys), 1)
    strong = [
        (keys[a], keys[b], float(square[a, b]))
        for a, b in zip(rows, columns, strict=True)
        if abs(square[a, b]) >= STRONG_CORRELATION
    ]
    return sorted(strong, key=lambda pair: -abs(pair[2]))[:SHOWN_PAIRS]


def as_object(found: Calibration, made: Provenance) -> dict[str, Any]:
    """The whole calibration as plain data."""
    loss = found.problem.loss
    return {
        "schema_version": 1,
        "command": "calibrate",
        "engine": made.engine,
        "scale": made.scale,
        "seed": made.seed,
        "worlds": made.worlds,
        "targets": len(loss.targets),
        "free_parameters": len(found.problem.free),
        "identified_directions": found.identified.directions,
        "within_tolerance": found.within_tolerance(),
        "start": {"objective": found.start.objective, "distance": loss.mean_distance(found.start.moments)},
        "optimisers": [
            {
                "name": run.name,
                "worlds": run.worlds,
                "objective": run.best.objective,
                "distance": loss.mean_distance(run.best.moments),
                "kept": run is found.kept,
            }
            for run in found.runs
        ],
        "moments": moments_of(found),
        "parameters": parameters_of(found),
        "eigenvalues": [float(value) for value in found.identified.eigenvalues],
        "profiles": [
            {"key": one.key, "values": one.values, "objectives": one.objectives} for one in found.profiles
        ],
        "correlated": pairs_of(found),
        "ensemble": None
        if found.ensemble is None
        else {
            "sets": len(found.ensemble.points),
            "waves": [wave._asdict() for wave in found.ensemble.waves],
            "largest_implausibility": max(found.ensemble.implausibility),
        },
    }


def markdown(found: Calibration, made: Provenance) -> str:
    """The tables for the documents."""
    told = as_object(found, made)
    lines = [
        f"{told['targets']} targets, {told['free_parameters']} free parameters; the targets say more than "
        f"the prior in {told['identified_directions']} directions. {told['within_tolerance']} targets within "
        "tolerance. "
        f"Scale {made.scale:g}, seed {made.seed}, {made.worlds} worlds, engine `{made.engine}`.",
        "",
        *_table(
            ("optimiser", "worlds", "objective", "mean distance", ""),
            [
                (one["name"], one["worlds"], f"{one['objective']:.2f}", f"{one['distance']:.3f}",
                 "kept" if one["kept"] else "")
                for one in told["optimisers"]
            ],
        ),
        "",
        *_table(
            ("target", "aim", "before", "seen", "distance", "chance"),
            [
                (one["target"], f"{one['aim']:.4g}", f"{one['start']:.4g}", f"{one['seen']:.4g}",
                 f"{one['distance']:+.2f}", f"{one['chance_sd']:.2f}")
                for one in told["moments"]
            ],
        ),
        "",
        "Distances and chance (standard deviation from world to world) in tolerances.",
        "",
        *_table(
            ("parameter", "range", "before", "value", "left of the prior", "ensemble, 90 %"),
            [
                (f"`{one['key']}`", f"{one['low']:g} to {one['high']:g}", f"{one['start']:.4g}",
                 f"{one['value']:.4g}" + (" (bound)" if one["at_a_bound"] else ""),
                 f"{one['left']:.0%}" + (" (weak)" if one["weak"] else ""),
                 "–" if one["ensemble_90"] is None else "{:.4g} to {:.4g}".format(*one["ensemble_90"]))
                for one in told["parameters"]
            ],
        ),
        "",
        *_table(
            ("moves together", "with", "correlation"),
            [(f"`{a}`", f"`{b}`", f"{value:+.2f}") for a, b, value in told["correlated"]],
        ),
    ]  # fmt: skip
    return "\n".join(lines) + "\n"


def _table(heads: Sequence[str], rows: Sequence[Sequence[object]]) -> list[str]:
    """A Markdown table; nothing without rows."""
    if not rows:
        return []
    return [
        "| " + " | ".join(heads) + " |",
        "|" + "---|" * len(heads),
        *("| " + " | ".join(str(cell) for cell in row) + " |" for row in rows),
    ]
