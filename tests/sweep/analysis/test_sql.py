"""A sweep in SQL and as a cube; the notebook that shows both."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pytest
from made_sweeps import BUDGET, FACTORS, as_points, cloud, factor_table, made_sweep

from sim.errors import MissingExtra
from sim.sweep.analysis import opened
from sim.sweep.analysis.sql import cube, table

DESIGN = f'method = "latin_hypercube"\n{factor_table()}'


def made(folder: Path, **more: Any) -> Path:
    def outputs(point: Any, policy: str, replicate: int) -> dict[str, float | None]:
        gain = {"": None, "half": -1.0, "double": 2.0}[policy]
        return {"layoffs": 10 * point[FACTORS[0]] + replicate, "funded_net": gain}

    options = {"assumptions": DESIGN, "policies": {"half": 14.5e6, "double": 58e6}, "replicates": 2, **more}
    return made_sweep(folder, as_points(cloud(20)), outputs, **options)


@pytest.mark.parametrize("more", [{}, {"collected": False}, {"missing": (3,)}])
def test_sql_over_the_store(tmp_path: Path, more: Any) -> None:
    rows = table(made(tmp_path / "s", **more))
    families = 39 if more.get("missing") else 40
    assert len(rows) == families * 3
    said = f"""
        select policy, count(*), avg(funded_net), max("{BUDGET}")
        from rows where policy <> '' group by policy order by policy
    """
    expected = [("double", families, 2.0, 58e6), ("half", families, -1.0, 14.5e6)]
    assert rows.query("rows", said).fetchall() == expected


def test_sql_on_a_connection_of_ones_own(tmp_path: Path) -> None:
    folder = made(tmp_path / "s")
    with duckdb.connect() as connection:
        assert len(table(folder, connection)) == 120
    study = opened(folder)
    assert table(folder).order("sample, replicate, policy_point").df().equals(study.rows)


def test_a_sweep_not_begun_has_an_empty_table(tmp_path: Path) -> None:
    assert len(table(made(tmp_path / "s", missing=range(40)))) == 0


def test_the_cube_has_every_number_in_its_place(tmp_path: Path) -> None:
    study = opened(made(tmp_path / "s", missing=(3,)))
    data = cube(study)
    assert dict(data.sizes) == {"sample": 20, "replicate": 2, "policy": 3}
    assert list(data["policy"].values) == ["", "half", "double"]
    found = data["layoffs"].sel(sample=7, replicate=1, policy="double").item()
    assert found == pytest.approx(10 * as_points(cloud(20))[7][FACTORS[0]] + 1)
    assert np.isnan(data["layoffs"].sel(sample=1, replicate=1)).all()
    assert float(data["funded_net"].sel(policy="").max()) == 0.0
    assert data[FACTORS[0]].dims == ("sample",) and data[BUDGET].dims == ("policy",)
    assert list(data[BUDGET].values) == [29e6, 14.5e6, 58e6]
    assert data["layoffs"].attrs["units"] == "heads" and data[BUDGET].attrs["units"] == "EUR/year"


def test_missing_libraries_say_how_to_install_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = made(tmp_path / "s")
    for module in ("duckdb", "xarray"):
        monkeypatch.setitem(__import__("sys").modules, module, None)
    with pytest.raises(MissingExtra, match=r"E71 .*duckdb"):
        table(folder)
    with pytest.raises(MissingExtra, match=r"E71 .*xarray"):
        cube(opened(folder))


def test_a_replicate_hardly_begun_is_left_out(tmp_path: Path) -> None:
    """Families are (sample, replicate): of the second replicate only two samples of twenty are done."""
    study = opened(made(tmp_path / "s", missing=range(5, 40, 2)))
    assert study.replicates == (0,) and study.answer("layoffs").complete.all()
