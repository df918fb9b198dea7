"""The rows of a sweep in SQL and as a labelled cube."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.sweep.analysis.study import BASELINE, Study, rows_of, unit
from sim.sweep.extras import extra
from sim.sweep.store import Store

if TYPE_CHECKING:
    import duckdb
    import xarray


def table(folder: Path | str, connection: Any = None) -> duckdb.DuckDBPyRelation:
    """The rows of a sweep as a DuckDB relation: the final table, or what is done of it.

    Names of factors hold a dot, so SQL quotes them: ``"ai.displacement_share"``.  The relation belongs to
    ``connection`` (DuckDB's own by default).

    Raises:
        NotASweep: the folder holds none.
        MissingExtra: DuckDB is not installed.
    """
    module = extra("duckdb", "analysis")
    relation: duckdb.DuckDBPyRelation = (connection or module).from_arrow(rows_of(Store.open(folder)))
    return relation


def cube(study: Study) -> xarray.Dataset:
    """The outputs over sample, replicate and policy (``""`` is the baseline); factors are coordinates.

    Assumptions lie along ``sample``, what policies move along ``policy``; units are in ``attrs``.

    Raises:
        MissingExtra: xarray is not installed.
    """
    module = extra("xarray", "analysis")
    policies = (BASELINE, *study.policies)
    answers = {
        name: np.stack([study.answer(name, policy).values for policy in policies], axis=2)
        for name in study.outputs
    }
    points = study.points
    first = study.rows.drop_duplicates("policy").set_index("policy").loc[list(policies)]
    coordinates: dict[str, Any] = {
        "sample": points.index.to_numpy(),
        "replicate": list(study.replicates),
        "policy": list(policies),
        **{name: ("sample", points[name].to_numpy(), {"units": unit(name)}) for name in study.factors},
        **{name: ("policy", first[name].to_numpy(), {"units": unit(name)}) for name in study.levers},
    }
    data = {
        name: (("sample", "replicate", "policy"), values, {"units": unit(name)})
        for name, values in answers.items()
    }
    found: xarray.Dataset = module.Dataset(
        data, coordinates, attrs={"sweep": study.folder.name, "method": study.method}
    )
    return found
