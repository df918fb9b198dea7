"""Sweeps whose answers are known: folders with the agreed columns, written through the store."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from sim.sweep.jobs import Row
from sim.sweep.store import Store

FACTORS = ("ai.displacement_share", "ai.use_depth_final_share", "ai.augmentation_gain_share")
"""Three assumptions; their values here are whatever a test wants."""

BUDGET = "schemes.ptp.budget_eur_per_year"

Outputs = Callable[[Mapping[str, Any], str, int], Mapping[str, float | None]]
"""From a point's factors, a policy's name (``""`` the baseline) and a replicate, the outputs of a world."""


def made_sweep(
    folder: Path,
    points: Sequence[Mapping[str, Any]],
    outputs: Outputs,
    *,
    assumptions: str = "",
    design: str = "",
    policies: Mapping[str, float] | None = None,
    replicates: int = 1,
    missing: Sequence[int] = (),
    collected: bool = True,
) -> Path:
    """Write a sweep.

    ``design``: its file, or ``assumptions``: a table of a small one; ``policies``: name to budget;
    ``missing``: families (sample x replicates + replicate) that are not done.
    """
    worlds = {"": 29e6, **(policies or {})}
    rows = {
        (sample, replicate): [
            _row(sample, replicate, number - 1, name, budget, point, outputs(point, name, replicate))
            for number, (name, budget) in enumerate(worlds.items())
        ]
        for sample, point in enumerate(points)
        for replicate in range(replicates)
    }
    first = next(iter(rows.values()))[-1]
    schema = pa.schema([("job", pa.string()), *((name, _type(value)) for name, value in first.items())])
    small = f'schema_version = 1\ntitle.fr = "Essai"\ntitle.en = "Trial"\n[assumptions]\n{assumptions}\n'
    raw, jobs = (design or small).encode(), len(rows)
    told = {"work": "made:up", "engine": "e" * 16, "files": {}}
    store = Store.create(folder, design=raw, schema=schema, jobs=jobs, **told)
    with store.lock():
        store.publish(
            [(f"{key:064x}", family) for key, family in enumerate(rows.values()) if key not in missing]
        )
        if collected and not missing:
            store.collect()
    return folder


def _row(
    sample: int, replicate: int, point: int, policy: str, budget: float, factors: Mapping[str, Any],
    outputs: Mapping[str, float | None],
) -> Row:  # fmt: skip
    named: dict[str, Any] = {
        "run": f"{sample:08x}{replicate:04x}{point + 1:04x}",
        "sample": sample,
        "policy": policy,
        "policy_point": point,
        "replicate": replicate,
        "seed": replicate,
        "scale": 0.25,
        "months": 60,
    }
    return {**named, **factors, BUDGET: budget, **outputs}


def _type(value: Any) -> pa.DataType:
    return pa.string() if isinstance(value, str) else pa.int64() if isinstance(value, int) else pa.float64()


def factor_table(names: Sequence[str] = FACTORS, low: float = 0.0, high: float = 1.0) -> str:
    """The factors as a design writes them."""
    return "[assumptions.factors]\n" + "\n".join(f'"{n}" = {{ low = {low}, high = {high} }}' for n in names)


def cloud(count: int, factors: int = 3, seed: int = 0) -> Any:
    """A Latin hypercube in the unit cube."""
    stream = np.random.Generator(np.random.Philox(seed))
    ranks = np.array([stream.permutation(count) for _ in range(factors)]).T
    return (ranks + stream.random((count, factors))) / count


def as_points(table: Any, names: Sequence[str] = FACTORS) -> list[dict[str, float]]:
    """Rows of numbers as points."""
    return [dict(zip(names, map(float, row), strict=True)) for row in table]
