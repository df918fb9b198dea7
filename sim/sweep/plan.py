"""From a design to its jobs: one family for each point of the assumptions and each replicate.

Jobs come one at a time, in one order: all points under the first replicate's draws, then under the second's,
so that a sweep that is half done has looked at every point.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pyarrow as pa

from sim.calendar import OPENING
from sim.parameters import Registry
from sim.run import engine_digest
from sim.scenario_checks import Entries
from sim.sweep.design import Design
from sim.sweep.family import WORK, compared_columns
from sim.sweep.jobs import Job, Spec, job_of
from sim.sweep.sampling import Point, Points, points_of

NAMED_COLUMNS = (
    ("job", pa.string()),
    ("run", pa.string()),
    ("sample", pa.int64()),
    ("policy", pa.string()),
    ("policy_point", pa.int64()),
    ("replicate", pa.int64()),
    ("seed", pa.int64()),
    ("scale", pa.float64()),
    ("months", pa.int64()),
)
"""What a row is: its job, the world's own fingerprint, and its place in the design."""

_YIELDING = ("prior", "ensemble")
"""Methods whose draws yield to what the baseline's scenario says, as the draws of total intervals do."""


class Plan:
    """The jobs of a design, counted and in order."""

    def __init__(self, design: Design) -> None:
        self.design = design
        self.points: Points = points_of(design)
        self.jobs = self.points.count * design.replicates
        self.worlds = self.jobs * (1 + len(design.policies))

    def __iter__(self) -> Iterator[Job]:
        """The jobs, under the engine at hand."""
        engine = engine_digest()
        for spec in self.specs():
            yield job_of(spec, WORK, engine)

    def specs(self) -> Iterator[Spec]:
        """What the jobs ask."""
        factors = self.factor_columns()
        policies = [
            {"name": policy.name, "point": point, "overrides": written(policy.overrides)}
            for point, policy in enumerate(self.design.policies)
        ]
        for replicate in range(self.design.replicates):
            for sample in range(self.points.count):
                yield self._spec(sample, replicate, factors, policies)

    def factor_columns(self) -> list[str]:
        """Keys of the parameters that the worlds of the design may differ in: assumptions, then policies."""
        design = self.design
        moved = [factor.key for factor in design.factors]
        if design.method in ("list", "ensemble"):
            moved = list(dict.fromkeys(key for point in design.points for key in point))
        if design.method == "prior":
            moved = list(Registry.load().uncertain())
        if design.method in _YIELDING:
            moved = [key for key in moved if key not in design.baseline.overrides]
        return list(dict.fromkeys((*moved, *(key for policy in design.policies for key in policy.overrides))))

    def schema(self) -> pa.Schema:
        """The columns of the final table."""
        registry = Registry.load()
        kinds = {"choice": pa.string(), "int": pa.int64()}
        fields = [*NAMED_COLUMNS]
        fields += [(key, kinds.get(registry[key].kind, pa.float64())) for key in self.factor_columns()]
        compared = compared_columns(list(self.design.outputs))
        indicators = [name for name in self.design.outputs if name not in compared]
        return pa.schema(fields + [(name, pa.float64()) for name in (*indicators, *compared)])

    def _spec(
        self, sample: int, replicate: int, factors: list[str], policies: list[dict[str, Any]]
    ) -> dict[str, Any]:
        design = self.design
        overrides, draw = _placed(design, self.points.at(sample))
        base = design.baseline
        return {
            "sample": sample,
            "replicate": replicate,
            "seed": design.seed,
            "scale": design.scale,
            "months": design.months,
            "base": {
                "horizon_months": base.horizon_months,
                "law": base.law,
                "overrides": written(overrides),
            },
            "draw": draw,
            "policies": policies,
            "factors": factors,
            "outputs": list(design.outputs),
        }


def _placed(design: Design, point: Point) -> tuple[dict[str, Entries], dict[str, Any]]:
    """Where the values of a point go: the scenario's overrides, and a draw of what no scenario may move.

    A factor replaces what the baseline's scenario says of it; draws of priors and ensembles yield to it.
    """
    overrides = dict(design.baseline.overrides)
    if design.method in _YIELDING:
        return overrides, dict(point)
    levers = Registry.load().levers("assumption")
    overrides.update({key: ((OPENING, value),) for key, value in point.items() if key in levers})
    return overrides, {key: value for key, value in point.items() if key not in levers}


def written(overrides: Any) -> dict[str, list[list[Any]]]:
    """Dated overrides as JSON writes them, in one order."""
    return {key: [list(entry) for entry in entries] for key, entries in sorted(overrides.items())}
