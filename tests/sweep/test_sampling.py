"""The points of a design: where they lie, that a seed gives the same ones, and what each method asks for."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from designs import design_of

from sim.comparison import draw_of_parameters
from sim.errors import PasserellesError
from sim.parameters import Registry
from sim.sweep.factors import Factor
from sim.sweep.plan import Plan
from sim.sweep.sampling import Points, points_of

SHARE, MONTHS, PATH = "ai.displacement_share", "ai.adjustment_months", "ai.adoption_path"
FACTORS = {
    SHARE: {"low": 0.1, "high": 0.6},
    MONTHS: {"low": 3, "high": 6},
    PATH: ["none", "pace_2024", "fast"],
}

PINNED_SOBOL = [
    {SHARE: 0.177732659, MONTHS: 5, PATH: "pace_2024"},
    {SHARE: 0.221199995, MONTHS: 5, PATH: "pace_2024"},
]
PINNED_HYPERCUBE = [
    {SHARE: 0.587162362, MONTHS: 4, PATH: "fast"},
    {SHARE: 0.227955406, MONTHS: 5, PATH: "none"},
]


def points(**assumptions: Any) -> Points:
    return points_of(design_of(assumptions={"factors": FACTORS, **assumptions}))


def all_of(found: Points) -> list[dict[str, Any]]:
    return [dict(found.at(n)) for n in range(found.count)]


@pytest.mark.parametrize(
    ("method", "more", "count"),
    [
        ("latin_hypercube", {}, 8),
        ("sobol", {}, 8 * (2 * 3 + 2)),
        ("sobol", {"second_order": False}, 8 * (3 + 2)),
        ("morris", {}, 8 * (3 + 1)),
    ],
)
def test_drawn_designs_have_their_size_and_a_seed_makes_the_same_points(
    method: str, more: dict[str, Any], count: int
) -> None:
    first, again, other = (all_of(points(method=method, samples=8, seed=seed, **more)) for seed in (1, 1, 2))
    assert len(first) == count
    assert first == again and first != other
    for point in first:
        assert list(point) == [SHARE, MONTHS, PATH]
        assert 0.1 <= point[SHARE] <= 0.6 and point[MONTHS] in (3, 4, 5, 6) and point[PATH] in FACTORS[PATH]


def test_points_of_one_seed_are_these() -> None:
    # Pinned: a library that drew other points would make every sweep begun before another sweep.
    assert all_of(points(method="sobol", samples=2, seed=1))[:2] == PINNED_SOBOL
    assert all_of(points(method="latin_hypercube", samples=2, seed=1)) == PINNED_HYPERCUBE


def test_a_hypercube_takes_each_slice_once_whatever_the_factor() -> None:
    found = all_of(points(method="latin_hypercube", samples=12, seed=5))
    assert Counter(point[MONTHS] for point in found) == dict.fromkeys((3, 4, 5, 6), 3)
    assert Counter(point[PATH] for point in found) == dict.fromkeys(FACTORS[PATH], 4)
    shares = sorted((point[SHARE] - 0.1) / 0.5 * 12 for point in found)
    assert [int(share) for share in shares] == list(range(12))


def test_saltellis_points_come_in_blocks_that_share_coordinates() -> None:
    unit = points(method="sobol", samples=4, seed=0).unit
    assert unit is not None
    blocks = unit.reshape(4, 8, 3)
    for j in range(3):
        others = [k for k in range(3) if k != j]
        assert np.array_equal(blocks[:, 1 + j][:, others], blocks[:, 0][:, others])
        assert np.array_equal(blocks[:, 1 + j][:, j], blocks[:, 7][:, j])


def test_a_step_of_morris_moves_one_factor() -> None:
    found = all_of(points(method="morris", samples=5, seed=0, levels=4))
    for start in range(0, len(found), 4):
        for one, next_one in zip(found[start : start + 3], found[start + 1 : start + 4], strict=True):
            assert sum(one[key] != next_one[key] for key in one) <= 1


def test_a_grid_is_the_product_in_the_order_of_the_file() -> None:
    found = all_of(
        points(method="grid", factors={PATH: ["none", "fast"], SHARE: {"low": 0.1, "high": 0.3, "steps": 3}})
    )
    assert found == [{PATH: path, SHARE: share} for path in ("none", "fast") for share in (0.1, 0.2, 0.3)]


def test_one_at_a_time_starts_from_the_baseline_and_leaves_the_others_alone() -> None:
    found = all_of(
        points(method="one_at_a_time", factors={SHARE: {"low": 0.1, "high": 0.3}, PATH: ["none", "fast"]})
    )
    # The reference has 0.3 and no AI: neither is looked at twice.
    assert found == [{}, {SHARE: 0.1}, {PATH: "fast"}]


def test_a_list_is_what_it_says() -> None:
    given = [{SHARE: 0.2}, {SHARE: 0.4, PATH: "fast"}]
    design = design_of(assumptions={"method": "list", "points": given})
    assert all_of(points_of(design)) == given
    assert Plan(design).factor_columns() == [SHARE, PATH]


def test_a_prior_is_the_draws_of_total_intervals() -> None:
    design = design_of(seed=4, assumptions={"method": "prior", "samples": 3})
    assert all_of(points_of(design)) == [draw_of_parameters(4, n) for n in range(3)]
    assert Plan(design).factor_columns() == list(Registry.load().uncertain())


def test_draws_yield_to_the_scenario_and_factors_do_not(tmp_path: Path) -> None:
    text = (Path(__file__).parents[2] / "scenarios" / "reference.toml").read_text()
    (tmp_path / "mine.toml").write_text(text + f'"{SHARE}" = 0.6\n')
    drawn = design_of(tmp_path, scenario="mine.toml", assumptions={"method": "prior", "samples": 2})
    assert SHARE not in Plan(drawn).factor_columns()
    assert next(Plan(drawn).specs())["base"]["overrides"][SHARE] == [[36, 0.6]]
    moved = design_of(
        tmp_path, scenario="mine.toml", assumptions={"method": "grid", "factors": {SHARE: [0.2]}}
    )
    assert next(Plan(moved).specs())["base"]["overrides"][SHARE] == [[36, 0.2]]


def ensemble(folder: Path, content: str, **more: Any) -> list[dict[str, Any]]:
    (folder / "sets.csv").write_text(content)
    return all_of(
        points_of(design_of(folder, assumptions={"method": "ensemble", "file": "sets.csv", **more}))
    )


def test_an_ensemble_is_its_rows_or_draws_of_them_by_weight(tmp_path: Path) -> None:
    content = f"{SHARE},{MONTHS},weight\n0.2,6,1\n0.3,7,0\n0.4,8,3\n"
    rows = [{SHARE: 0.2, MONTHS: 6}, {SHARE: 0.3, MONTHS: 7}, {SHARE: 0.4, MONTHS: 8}]
    assert ensemble(tmp_path, content.replace(",0\n", ",1\n").replace(",3\n", ",1\n")) == rows
    with pytest.raises(PasserellesError, match=r"E20.*assumptions\.samples"):
        ensemble(tmp_path, content)
    drawn = Counter(point[MONTHS] for point in ensemble(tmp_path, content, samples=4000, seed=1))
    # The share of the third row is 3/4 give or take 0.7 %: 3.5 points away once in two million.
    assert drawn[7] == 0 and abs(drawn[8] / 4000 - 0.75) < 0.035
    assert (
        ensemble(tmp_path, content, samples=5, seed=1) == ensemble(tmp_path, content, samples=9, seed=1)[:5]
    )


def test_an_ensemble_may_be_parquet(tmp_path: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    pq.write_table(pa.table({MONTHS: [6.0, 9.0], PATH: ["none", "fast"]}), tmp_path / "sets.parquet")
    design = design_of(tmp_path, assumptions={"method": "ensemble", "file": "sets.parquet"})
    assert all_of(points_of(design)) == [{MONTHS: 6, PATH: "none"}, {MONTHS: 9, PATH: "fast"}]


def test_slices_of_whole_numbers_and_words_are_equal_and_ends_are_reached() -> None:
    whole, words = Factor("k", low=3, high=6, whole=True), Factor("k", values=("a", "b", "c"))
    grid = [(n + 0.5) / 12 for n in range(12)]
    assert [whole.at(u) for u in grid] == [3] * 3 + [4] * 3 + [5] * 3 + [6] * 3
    assert [words.at(u) for u in grid] == ["a"] * 4 + ["b"] * 4 + ["c"] * 4
    assert (whole.at(0.0), whole.at(1.0), words.at(1.0)) == (3, 6, "c")
    ratio = Factor("k", low=0.01, high=1.0, log=True)
    assert (ratio.at(0.0), ratio.at(0.5), ratio.at(1.0)) == (0.01, 0.1, 1.0)
    assert Factor("k", low=1, high=100, whole=True, log=True, steps=3).levels() == (1, 10, 100)
    assert Factor("k", low=0.1, high=0.7).at(1 / 3) == 0.3


def test_jobs_are_counted_keyed_apart_and_come_first_draws_first() -> None:
    design = design_of(
        replicates=2, policies={"a": {}}, assumptions={"method": "grid", "factors": {SHARE: [0.1, 0.2]}}
    )
    plan = Plan(design)
    jobs = list(plan)
    assert (plan.jobs, plan.worlds, len({job.key for job in jobs})) == (4, 8, 4)
    assert [(job.spec["replicate"], job.spec["sample"]) for job in jobs] == [(0, 0), (0, 1), (1, 0), (1, 1)]
    assert [job.key for job in jobs] == [job.key for job in Plan(design)]


def test_more_samples_keep_the_jobs_of_those_before() -> None:
    few, more = (list(Plan(design_of(assumptions={"method": "prior", "samples": n}))) for n in (3, 6))
    assert [job.key for job in more[:3]] == [job.key for job in few]
