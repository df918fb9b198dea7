"""The scoreboard: hits, misses, coverage, words."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from toy_region import target

from calibration import worlds
from calibration.scoring.sample import Sample, ensemble_sets, live, moments_in, store_of
from calibration.scoring.scoreboard import (
    Coverage,
    coverage,
    expected,
    headline,
    load_misses,
    read_misses,
    scoreboard,
    verdict,
)
from calibration.scoring.words import cells, headlines, markdown
from calibration.targets import load_hold_outs, load_observations
from sim.errors import MissingKey, UnknownKey
from sim.parameters import Registry

STRONG = {name for name, one in load_hold_outs().items() if one.moment and not one.follows_from_composition}


def world(**moved: float) -> dict[str, float]:
    """A world that shows every statistic as printed, some moments apart."""
    return {one.moment: one.value for one in load_observations().values() if one.moment} | moved


def test_an_interval_is_where_one_more_world_would_fall() -> None:
    values = [float(n) for n in range(1, 20)]
    assert expected(values, 0.9) == pytest.approx((1.0, 19.0))
    assert expected(values, 0.5) == pytest.approx((5.0, 15.0))
    assert expected(values[:1], 0.9) is None
    low, high = expected(values[:5], 0.9) or (0.0, 0.0)
    assert low < 1.0 and high > 5.0
    # Of 2,000 intervals of 90 %, between 87 and 93 % hold one more draw (false alarm: once in 100,000).
    stream = np.random.Generator(np.random.Philox(key=[1, 0]))
    for count in (5, 30):
        drawn = stream.standard_normal((2000, count + 1))
        ends = [expected(row[:-1].tolist(), 0.9) or (0.0, 0.0) for row in drawn]
        held = [low <= one <= high for (low, high), one in zip(ends, drawn[:, -1], strict=True)]
        assert 0.87 < np.mean(held) < 0.93


def test_a_hit_meets_the_statistic_and_an_ordering_is_kept_by_the_median() -> None:
    printed, ordered = target(0, 0.5), target(0, 0.5, ordering=True)
    assert verdict(printed, 0.7, (0.54, 0.8)) == "hit"
    assert verdict(printed, 0.7, (0.56, 0.8)) == "miss"
    assert verdict(ordered, 0.7, (0.54, 0.8)) == "miss"
    assert verdict(ordered, 0.54, (0.4, 0.8)) == "hit"
    assert verdict(printed, 0.53, None) == "hit"
    assert verdict(printed, None, None) == "not measured"


def test_the_headline_counts_strong_hold_outs_alone() -> None:
    perfect = scoreboard([world(), world()])
    assert headline(perfect) == Coverage(len(STRONG), len(STRONG))
    wrong = world(digital_men=0.1, women_salaried=0.9, unemployment=0.9)
    scores = scoreboard([wrong, wrong])
    assert headline(scores) == Coverage(len(STRONG) - 1, len(STRONG))
    held = coverage([one for one in scores if one.held_out])
    assert held.hits == held.measured - 2
    missed = {one.observation.name for one in scores if one.verdict == "miss"}
    assert missed == {"digital_files_men_share", "women_salaried_share", "unemployment_share"}


def test_a_world_that_cannot_measure_a_moment_is_left_out_of_it() -> None:
    blind = {name: value for name, value in world().items() if name != "digital_men"}
    scores = {one.observation.name: one for one in scoreboard([world(), blind, world()])}
    assert scores["digital_files_men_share"].worlds == 2
    assert scores["digital_files_from_retail_share"].verdict == "not measured"


@pytest.mark.parametrize("tongue", ["fr", "en"])
def test_the_page_shows_every_statistic_and_tells_the_misses(tongue: str) -> None:
    scores = scoreboard([world(women_salaried=0.9), world(women_salaried=0.91)])
    page = markdown(scores, 2, 0.01, 0, tongue)  # type: ignore[arg-type]
    for one in scores:
        assert f"| {getattr(one.observation, tongue)} |" in page
    assert getattr(load_misses()["women_salaried_share"], tongue) in page
    assert getattr(load_misses()["unemployment_farmers_share"], tongue) not in page
    assert headlines(scores, 2, 0.01, tongue)[0] in page  # type: ignore[arg-type]
    assert json.dumps([one.as_object() for one in scores], allow_nan=False)
    assert all(len(cells(one, tongue)) == 8 for one in scores)  # type: ignore[arg-type]


def test_a_paragraph_belongs_to_a_statistic() -> None:
    with pytest.raises(UnknownKey, match="unemployment_share"):
        read_misses("[unemployment_shar]\nfr = 'x'\nen = 'x'\n")


def test_sets_come_from_a_file_and_the_first_world_is_the_shipped_one(tmp_path: Path) -> None:
    key = "matching.distant_ratio"
    path = tmp_path / "sets.csv"
    path.write_text(f"{key}\n0.05\n0.06\n")
    sample = Sample(4, 0.01, 7, ensemble_sets(path, 4, 7))
    assert sample.values(0) == {}
    drawn = [sample.values(number) for number in (1, 2, 3)]
    assert {one[key] for one in drawn} <= {0.05, 0.06}
    assert set(drawn[0]) == {key, *Registry.load().uncertain()} and drawn[0] != drawn[1]
    with pytest.raises(MissingKey):
        ensemble_sets(tmp_path / "none.csv", 4, 7)


def test_worlds_are_kept_and_lived_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from concurrent.futures import ThreadPoolExecutor

    seeds: list[int] = []

    def lived(spec: dict[str, object]) -> list[dict[str, object]]:
        seeds.append(int(str(spec["seed"])))
        assert spec["held_out"] is True
        return [{"sample": spec["sample"], "seed": spec["seed"], **world()}]

    monkeypatch.setattr(worlds, "live", lived)
    sample = Sample(3, 0.01, 5)
    with ThreadPoolExecutor(1) as executor:
        for _ in range(2):
            outcome = live(store_of(tmp_path, sample), sample, executor, 1)
            assert outcome.complete
    assert sorted(seeds) == [5, 6, 7]
    assert moments_in(store_of(tmp_path, sample)) == [world()] * 3
