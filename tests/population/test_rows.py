"""Every row makes sense: codes, posts, dates, and the order that the engine relies on."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable

import numpy as np
import pytest

from sim.errors import OutOfRange
from sim.population.columns import (
    NONE,
    PERSON_COLUMNS,
    SECTORS,
    TEAM_COLUMNS,
    UNIT_COLUMNS,
    Contract,
    Education,
    Population,
    State,
    Status,
)
from sim.population.synthesis import digest, synthesise
from sim.population.tables import occupations
from sim.population.units import SIZE_BOUNDS, unit_sizes


def test_the_columns_are_those_declared(region: Population) -> None:
    for table, columns in (
        (region.persons, PERSON_COLUMNS),
        (region.units, UNIT_COLUMNS),
        (region.teams, TEAM_COLUMNS),
    ):
        assert {name: str(values.dtype) for name, values in table.items()} == {
            column.name: column.dtype for column in columns
        }
        assert len({values.size for values in table.values()}) == 1


def test_only_the_employed_hold_a_post(region: Population) -> None:
    p = region.persons
    working = p["state"] == State.EMPLOYED
    assert ((p["team"] >= 0) == working).all()
    assert ((p["unit"] >= 0) == working).all()
    assert ((p["status"] != Status.NO_STATUS) == working).all()
    assert (p["contract"][~working] == Contract.NO_CONTRACT).all()
    assert set(np.unique(p["state"]).tolist()) == {State.EMPLOYED, State.UNEMPLOYED, State.INACTIVE}


def test_teams_and_units_count_their_people_in_contiguous_rows(region: Population) -> None:
    p, teams, units = region.persons, region.teams, region.units
    working = p["team"] >= 0
    count = int(working.sum())
    assert working[:count].all()
    assert (np.diff(p["team"][:count]) >= 0).all()
    assert (np.diff(teams["unit"]) >= 0).all()
    assert (np.bincount(p["team"][:count]) == teams["base"]).all()
    assert (np.bincount(p["unit"][:count]) == units["size"]).all()
    assert (teams["unit"][p["team"][:count]] == p["unit"][:count]).all()
    assert (teams["occupation"][p["team"][:count]] == p["occupation"][:count]).all()
    assert (units["sector"][p["unit"][:count]] == p["sector"][:count]).all()
    assert (p["person"] == np.arange(p["person"].size)).all()


def test_units_have_the_size_of_their_class(region: Population) -> None:
    units = region.units
    for size_class, (low, high) in enumerate(SIZE_BOUNDS):
        sizes = units["size"][(units["own_account"] == 0) & (units["size_class"] == size_class)]
        assert sizes.size and sizes.min() >= low and sizes.max() <= high


def test_public_people_work_for_public_employers(region: Population) -> None:
    p = region.persons
    working = p["unit"] >= 0
    public = np.isin(p["status"][working], (Status.PUBLIC, Status.CIVIL_SERVANT))
    assert (region.units["public"][p["unit"][working]] == public).all()
    own = p["status"][working] == Status.SELF_EMPLOYED
    assert (region.units["own_account"][p["unit"][working]] == own).all()
    assert (p["contract"][p["status"] == Status.CIVIL_SERVANT] == Contract.CDI).all()


def test_codes_are_valid(region: Population) -> None:
    p = region.persons
    known = p["occupation"] != NONE
    assert p["occupation"][known].max() < occupations().count
    assert (p["sector"][known] < len(SECTORS)).all() and (p["sector"][~known] == NONE).all()
    assert not known[p["state"] == State.UNEMPLOYED].all() and known[p["state"] == State.EMPLOYED].all()
    assert p["education"].max() <= Education.BAC3 and p["sex"].max() == 1
    assert np.abs(p["taste"].astype(int)).max() <= 96 and not p["literacy"].any()


def test_nobody_works_without_the_licence_of_a_regulated_trade(region: Population) -> None:
    p, trades = region.persons, occupations()
    for occupation in np.flatnonzero(trades.regulated).tolist():
        inside = p["titles"][p["occupation"] == occupation]
        assert ((inside >> np.uint64(occupation)) & np.uint64(1)).all()
    care = p["titles"][p["occupation"] == trades.index("E09")] != 0
    assert 0.7 < care.mean() < 0.8


def test_dates_are_in_order(region: Population) -> None:
    p = region.persons
    working = p["state"] == State.EMPLOYED
    assert (p["hired"] < 0).all() and (p["since"] < 0).all()
    assert (p["occupation_since"] <= p["hired"])[working].all()
    assert (p["hired"][working] - p["birth_month"][working] >= 15 * 12 - 1).all()
    young = -p["birth_month"] < 18 * 12
    assert p["education"][young].max() <= Education.BAC


def test_hidden_traits_have_their_moments(region: Population) -> None:
    p = region.persons
    assert p["taste"].mean() == pytest.approx(0, abs=0.1) and p["taste"].std() == pytest.approx(32, abs=0.3)
    assert p["talent"].std() == pytest.approx(250, abs=2)
    assert p["distant"][p["state"] == State.UNEMPLOYED].mean() == pytest.approx(0.35, abs=0.01)
    assert p["distant"][p["state"] == State.EMPLOYED].mean() == pytest.approx(0.08, abs=0.005)


def test_one_seed_one_population_and_another_seed_another() -> None:
    assert digest(synthesise(0.01, 3)) == digest(synthesise(0.01, 3))
    assert digest(synthesise(0.01, 3)) != digest(synthesise(0.01, 4))


def test_the_inputs_of_one_synthesis_do_not_leak_into_the_next(
    at_scale: Callable[[float], Population],
) -> None:
    first = digest(at_scale(0.01))
    synthesise(0.02, 9)
    assert digest(synthesise(0.01, 0)) == first


@pytest.mark.parametrize("scale", [0.0, -1.0, 1.5, float("nan")])
def test_an_impossible_scale_is_refused(scale: float) -> None:
    with pytest.raises(OutOfRange, match="scale"):
        synthesise(scale)


@pytest.mark.parametrize("scale", [0.0005, 0.002, 0.037])
def test_small_scales_make_whole_units(scale: float) -> None:
    made = synthesise(scale, 1)
    assert made.units["size"].min() >= 1
    assert int(made.units["size"].sum()) == int((made.persons["unit"] >= 0).sum())


@pytest.mark.parametrize("size_class", [0, 1, 2, 3])
def test_sizes_add_up_for_any_number_of_heads(size_class: int) -> None:
    low, high = SIZE_BOUNDS[size_class]
    for heads in [low, low + 1, 2 * low, 3 * low + 1, 7 * low, 100 * low + 3]:
        sizes = unit_sizes(heads, size_class)
        assert sizes.sum() == heads and sizes.min() >= low and sizes.max() <= high


def test_the_bytes_do_not_depend_on_the_processor() -> None:
    """The same digest with NumPy's wider instruction sets switched off, in a fresh process."""
    program = "from sim.population.synthesis import *; print(digest(synthesise(0.02, 5)))"
    off = "AVX512F AVX512CD AVX512_SKX AVX512_CLX AVX512_CNL AVX512_ICL AVX512_SPR AVX2 FMA3 X86_V3 X86_V4"
    found = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", program],
        env={**os.environ, "NPY_DISABLE_CPU_FEATURES": off},
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    assert found.stdout.strip() == digest(synthesise(0.02, 5))
