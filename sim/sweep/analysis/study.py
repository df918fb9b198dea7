"""A sweep as its analysis reads it: the rows of its table, its factors, its policies, its answers."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from sim.effects import FUNDED_EFFECTS, interval
from sim.errors import nearest
from sim.indicators import INDICATORS
from sim.kernels import Array
from sim.parameters import Registry
from sim.sweep.analysis.faults import NothingToAnalyse, UnknownColumn
from sim.sweep.family import DIFFERENCE
from sim.sweep.final_table import table_is_sound
from sim.sweep.plan import NAMED_COLUMNS
from sim.sweep.store import Store
from sim.sweep.verification import RUNS

PER_MILLION = "funded_net_per_million_eur"
COST = "difference_committed_eur_per_year"
BASELINE = ""
"""Name of the baseline among policies."""

NAMED = tuple(name for name, _ in NAMED_COLUMNS)
"""Columns that say which world a row is; factors are dotted, the rest are outputs."""

BEGUN = 0.9
"""Share of the points that a replicate of an unfinished sweep must have reached to be read."""

BETTER: Mapping[str, Literal["high", "low"]] = {
    "employed": "high",
    "unemployed": "low",
    "unemployment_rate": "low",
    "layoffs": "low",
    "posts_removed_ai": "low",
    "durable_conversions_gross": "high",
    "durable_share": "high",
    "committed_eur_per_year": "low",
    "paid_eur_per_year": "low",
    "funded_gross": "high",
    "funded_additional": "high",
    "funded_dead_weight": "low",
    "funded_harmed": "low",
    "funded_net": "high",
    "funded_net_per_million_eur": "high",
}
"""Which way an output is better, other things equal; the others are better in neither way until asked."""


@dataclass(frozen=True, eq=False)
class Answer:
    """One output in one world of the design, at every point.

    ``samples`` [points]; ``values`` [points, replicates], NaN where it is not defined or not done.
    """

    output: str
    policy: str
    samples: Array
    values: Array

    @property
    def mean(self) -> Array:
        """Mean over replicates, [points]; NaN where any of them is missing."""
        found: Array = self.values.mean(axis=1)
        return found

    @property
    def complete(self) -> Array:
        """Points with a value in every replicate."""
        return np.asarray(np.isfinite(self.values).all(axis=1))


@dataclass(frozen=True, eq=False)
class Study:
    """A sweep's rows and what its design says of them.

    ``jobs``: families that the design asks for; ``design``: the file as TOML reads it.
    """

    folder: Path
    design: Mapping[str, Any]
    rows: pd.DataFrame
    jobs: int

    @property
    def done(self) -> int:
        """Families whose rows are there."""
        return int(self.rows["job"].nunique())

    @property
    def method(self) -> str:
        """How the assumptions were sampled."""
        return str(self.design.get("assumptions", {}).get("method", ""))

    @cached_property
    def dotted(self) -> tuple[str, ...]:
        """Factors, varied or not: columns whose name has a dot."""
        return tuple(name for name in self.rows.columns if "." in name)

    @cached_property
    def levers(self) -> tuple[str, ...]:
        """Factors that a policy moves."""
        registry = Registry.load()
        return tuple(k for k in self.dotted if k in registry and registry[k].lever == "policy")

    @cached_property
    def factors(self) -> tuple[str, ...]:
        """Assumptions that vary between points, in the order of the design."""
        varying = [k for k in self.dotted if k not in self.levers and self.rows[k].nunique(dropna=False) > 1]
        order = list(self.design.get("assumptions", {}).get("factors", {}))
        return tuple(sorted(varying, key=lambda k: order.index(k) if k in order else len(order)))

    @cached_property
    def outputs(self) -> tuple[str, ...]:
        """Columns of results."""
        return tuple(name for name in self.rows.columns if name not in NAMED and name not in self.dotted)

    @cached_property
    def policies(self) -> tuple[str, ...]:
        """Names of the policy worlds, in the order of the design; the baseline is not among them."""
        found = self.rows.loc[self.rows["policy_point"] >= 0, ["policy_point", "policy"]].drop_duplicates()
        return tuple(found.sort_values("policy_point")["policy"])

    @cached_property
    def by_sample(self) -> pd.DataFrame:
        """The first row of each sampled point, its baseline's (index ``sample``)."""
        return self.rows.drop_duplicates("sample").set_index("sample").sort_index()

    @cached_property
    def points(self) -> pd.DataFrame:
        """Values of the factors, one row a sampled point (index ``sample``)."""
        return self.by_sample.loc[:, list(self.factors)]

    @cached_property
    def replicates(self) -> tuple[int, ...]:
        """Their numbers; one that is hardly begun is left out, as it would leave few points whole."""
        points = self.rows.groupby("replicate")["sample"].nunique()
        return tuple(int(number) for number in points.index[points >= BEGUN * points.max()])

    def column(self, name: str) -> str:
        """The name, if the table has it.

        Raises:
            UnknownColumn: with the nearest one.
        """
        if name in self.outputs or name in self.dotted:
            return name
        known = (*self.outputs, *self.dotted)
        raise UnknownColumn(str(self.folder), name, ", ".join(self.outputs[:6]) + ", …", nearest(name, known))

    def policy(self, name: str) -> str:
        """The name, if the design has such a policy.

        Raises:
            UnknownColumn: with the nearest one.
        """
        if name in self.policies:
            return name
        raise UnknownColumn(str(self.folder), name, " | ".join(self.policies), nearest(name, self.policies))

    def answer(self, output: str, policy: str = BASELINE) -> Answer:
        """An output in the worlds of a policy, at every point and in every replicate.

        In the baseline, differences and heads funded by a policy are zero; heads per euro are not defined.
        What becomes of the people whom a policy alone funds is not defined for a policy that is not told to
        cost more: against them stand as many whom it stops funding, and nobody counts those.
        """
        rows = self.rows[self.rows["policy"] == policy]
        samples = np.array(sorted(self.rows["sample"].unique()), np.int64)
        values = self._grid(rows, self.column(output), samples)
        if policy == BASELINE and of_policies(output) and output != PER_MILLION:
            values = np.where(np.isfinite(self._grid(rows, "policy_point", samples)), 0.0, np.nan)
        elif output in FUNDED_EFFECTS and not self._spends_more(policy):
            values = np.full_like(values, np.nan)
        return Answer(output, policy, samples, values)

    def _spends_more(self, policy: str) -> bool:
        """Whether a policy is told to cost more than the baseline, as far as the table knows costs."""
        if COST not in self.outputs:
            return True
        spent = self.answer(COST, policy)
        known = spent.values[np.isfinite(spent.values)]
        low, _ = interval(known.tolist(), "total")
        return low is not None and low > 0.0

    def _grid(self, rows: pd.DataFrame, column: str, samples: Array) -> Array:
        """A column's values by point and replicate, NaN where there are none."""
        table = rows.pivot(index="sample", columns="replicate", values=column)
        wide = table.reindex(index=samples, columns=list(self.replicates))
        found: Array = wide.to_numpy(np.float64, na_value=np.nan)
        return found


def opened(folder: Path | str) -> Study:
    """The sweep in a folder, finished or not.

    Raises:
        NotASweep: the folder holds none.
        NothingToAnalyse: none of its jobs is done.
    """
    store = Store.open(folder)
    rows = rows_of(store)
    if len(rows) == 0:
        raise NothingToAnalyse(str(folder), expected=f"passerelles resume {folder}")
    frame = rows.to_pandas().sort_values(["sample", "replicate", "policy_point"], kind="stable")
    design = tomllib.loads(store.design().decode())
    return Study(Path(folder), design, frame.reset_index(drop=True), store.jobs)


def rows_of(store: Store) -> pa.Table:
    """``runs.parquet`` where it is sound and holds every job; otherwise verified shards, each job once."""
    path = store.folder / RUNS
    if path.exists() and table_is_sound(path):
        rows = pq.read_table(path)
        if len(rows["job"].unique()) >= store.jobs:
            return rows
    parts: list[pa.Table] = [store.schema.empty_table()]
    known: set[str] = set()
    for table in store.tables():
        # A kill while shards were joined leaves some jobs in two of them.
        jobs = table["job"].to_pylist()
        parts.append(table.filter(pa.array([job not in known for job in jobs], pa.bool_())))
        known.update(jobs)
    return pa.concat_tables(parts)


def of_policies(output: str) -> bool:
    """Whether an output compares a policy with its baseline."""
    return output.startswith(DIFFERENCE) or output in FUNDED_EFFECTS


def better(output: str) -> Literal["high", "low"] | None:
    """Which way an output is better; None where neither."""
    return BETTER.get(output.removeprefix(DIFFERENCE))


def unit(output: str) -> str:
    """Unit of an output or a factor; ``""`` where nothing says."""
    name = output.removeprefix(DIFFERENCE)
    if name in INDICATORS:
        return INDICATORS[name].unit
    if name in FUNDED_EFFECTS:
        return "heads per million EUR" if name.endswith("_eur") else "heads"
    registry = Registry.load()
    return registry[name].unit if name in registry else ""
