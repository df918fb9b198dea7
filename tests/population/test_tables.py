"""The tables of the region say what the engine and the application read in them."""

from __future__ import annotations

import tomllib
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from calibration import exposure, occupation_profiles, occupation_table, population_cells, population_jobless
from sim.population.tables import occupations, rows
from sim.sources import load_sources
from sim.trades import EXPOSURE_SOURCES, trades

KINDS = ("automation", "augmentation")
_SCORES = Path(__file__).parents[3] / "shared" / "reference" / "ilo_task_scores.csv"


def test_the_forty_groups() -> None:
    trades = occupations()
    assert trades.count == 40 and trades.code[0] == "A01" and set(trades.pcs.tolist()) == set(range(1, 7))
    regulated = {trades.code[i] for i in np.flatnonzero(trades.regulated)}
    assert regulated == {"D03", "C05", "D04", "C04", "D01"}
    assert trades.business_of[trades.index("F01")] == trades.index("B01")
    assert trades.business_of[255] == trades.index("B02")
    assert trades.education.sum(axis=1) == pytest.approx(np.ones(40), abs=0.001)
    with pytest.raises(ValueError, match="not in tuple"):
        trades.index("Z99")


@pytest.mark.parametrize("vintage", ["2023", "2025", "white_paper"])
@pytest.mark.parametrize("kind", ["automation", "augmentation"])
def test_exposure_lies_inside_its_bounds(kind: str, vintage: str) -> None:
    trades = occupations()
    value = getattr(trades, f"{kind}_share_{vintage}")
    assert (getattr(trades, f"{kind}_share_{vintage}_p5") <= value).all()
    assert (value <= getattr(trades, f"{kind}_share_{vintage}_p95")).all()
    total = getattr(trades, f"automation_share_{vintage}") + getattr(trades, f"augmentation_share_{vintage}")
    assert (total <= 1).all()


@pytest.mark.parametrize("source", EXPOSURE_SOURCES)
def test_the_level_moves_exposure_between_its_bounds(source: str) -> None:
    known, name = trades(), EXPOSURE_SOURCES[source]
    table = occupations()
    for level, end in ((-1.0, "_p5"), (0.0, ""), (1.0, "_p95")):
        automatable, augmentable = known.exposure(source, level)
        assert automatable == pytest.approx(getattr(table, f"automation_share_{name}{end}"))
        expected = np.minimum(getattr(table, f"augmentation_share_{name}{end}"), 1.0 - automatable)
        assert augmentable == pytest.approx(expected)
    assert np.array_equal(known.exposure(source)[0], known.automatable[source])
    steps = [known.exposure(source, level)[0] for level in np.linspace(-1.0, 1.0, 9)]
    assert all((after >= before).all() for before, after in pairwise(steps))


def test_exposure_is_recomputed_from_the_scores() -> None:
    if not _SCORES.exists():
        pytest.skip("the published task scores are not beside the project")
    for row in rows("occupations"):
        weights = exposure.isco_weights(row["isco08_weights"])
        for vintage in ("2023", "2025"):
            scores = exposure.task_scores(_SCORES, vintage)
            for kind, found in zip(KINDS, exposure.bounds(scores, weights, vintage), strict=True):
                for end, value in zip(("", "_p5", "_p95"), found, strict=True):
                    shipped = float(row[f"{kind}_share_{vintage}{end}"])
                    assert value == pytest.approx(shipped, abs=0.002), (row["code"], kind, end)


def test_the_crosswalk_shares_every_family_out() -> None:
    walk = pd.DataFrame(rows("fap_crosswalk"))
    assert set(walk["fap87"]) == {row["fap87"] for row in rows("fap87_profiles")}
    assert set(walk["occupation"]) == set(occupations().code)
    for column in ("salaried_share", "nonsalaried_share"):
        assert walk[column].astype(float).groupby(walk["fap87"]).sum().to_numpy() == pytest.approx(1)


def test_the_committed_tables_are_those_the_code_writes() -> None:
    value = population_cells.margins()
    cells = population_cells.raked(population_cells.seed_cells(), value).reset_index(drop=True)
    table = population_cells.by_status(population_cells.whole_cells(cells, value), value)
    key = ["occupation", "sector", "sex", "status"]
    kept = pd.read_csv(population_cells.TABLES / "population_cells.csv").set_index(key)["heads"]
    again = table.set_index(key)["heads"]
    assert again.sub(kept, fill_value=0).abs().max() <= 1
    years = population_jobless.year_weights()
    assert years["weight"].tolist() == [int(row["weight"]) for row in rows("age_years")]
    derived = occupation_table.derived(pd.Series(occupations().code))
    assert derived["employment"].tolist() == occupations().employment.tolist()
    profile = occupation_profiles.profiles(occupation_profiles.weighted_families(), kept.reset_index(), value)
    assert len(profile) == len(rows("occupation_profiles"))


def test_every_source_named_is_registered() -> None:
    known = set(load_sources())
    named = {row["source"] for row in rows("population_margins")} | {
        "dares_fap_2017_2019",
        "ilo_wp140_scores",
    }
    assert named <= known


def test_every_table_of_the_population_is_described() -> None:
    folder = population_cells.TABLES
    described = tomllib.loads((folder / "tables.toml").read_text(encoding="utf-8"))
    elsewhere = {"adoption_paths", "routes"}
    assert {path.stem for path in folder.glob("*.csv")} - elsewhere <= set(described)
    for name, table in described.items():
        assert (folder / f"{name}.csv").exists() and table["says"] and table["reason"] and table["status"], (
            name
        )


def test_assumptions_lie_in_their_range_and_say_why() -> None:
    known = set(load_sources())
    for row in rows("population_assumptions"):
        assert float(row["low"]) <= float(row["value"]) <= float(row["high"]), row["name"]
        assert row["unit"] and row["reason"] and row["source"] in known
