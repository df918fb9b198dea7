"""The version by agents tends to the path in expected numbers, as one over the root of its heads."""

from __future__ import annotations

from functools import partial

import numpy as np
import pytest
from reference_cases import Network, six_occupations
from scipy import stats

from sim.errors import TooBig
from sim.kernels import Array
from sim.reference import agents
from sim.reference.deterministic import Path, run
from sim.reference.inputs import complete_mobility
from sim.reference.parameters import Parameters

BAND_FALSE_ALARM = 0.05
"""Chance at most, over all seeds, that the band misses the true path: Bonferroni over steps and rates."""


def drawn(network: Network, parameters: Parameters, seed: int) -> Path:
    return agents.run_agents(network.employment, network.auto_prob, network.mobility, parameters, seed)


def expected(network: Network, parameters: Parameters) -> Path:
    return run(network.employment, network.auto_prob, network.mobility, parameters)


def rates(path: Path, tau: int = 3) -> Array:
    """Unemployment, vacancies and long-term unemployment, per cent, once all three may vary."""
    found = np.stack([path.unemployment_rate, path.vacancy_rate, path.long_term_rate])
    return np.asarray(found[:, tau:])


def error(heads: float, parameters: Parameters, seeds: range) -> float:
    """Root mean square of the distance of all stocks, as a share of the heads, over seeds and steps."""
    network = six_occupations().scaled(heads)
    true = expected(network, parameters)
    squares = 0.0
    for seed in seeds:
        path = drawn(network, parameters, seed)
        for name in ("employed", "unemployed", "vacancies"):
            squares += float(((getattr(path, name) - getattr(true, name)) ** 2).sum())
    return float(np.sqrt(squares / len(seeds) / parameters.steps) / heads)


def slope(sizes: list[float], parameters: Parameters, seeds: int) -> float:
    errors = [error(heads, parameters, range(1000 * i, 1000 * i + seeds)) for i, heads in enumerate(sizes)]
    return float(np.polyfit(np.log(sizes), np.log(errors), 1)[0])


def test_the_error_falls_as_the_root_of_the_heads() -> None:
    # Twenty repetitions with other seeds gave slopes of -0.498 with a standard deviation of 0.011, so the
    # margin of 0.1 is some nine of them: false alarms below one in a billion.  Draws shared by workers would
    # leave a slope near 0.
    found = slope([1e4, 2e4, 4e4, 8e4, 16e4], Parameters(steps=60, shock_step=10, shock_years=5), seeds=8)
    assert found == pytest.approx(-0.5, abs=0.1)


@pytest.mark.full
def test_the_error_falls_as_the_root_of_the_heads_over_the_whole_run() -> None:
    found = slope([2e4, 8e4, 32e4, 128e4], Parameters(), seeds=6)
    assert found == pytest.approx(-0.5, abs=0.1)


def outside(paths: list[Path], true: Path) -> Array:
    """Largest distance of ``true`` from the mean of the paths, by rate, in half widths of the joint band."""
    seen = np.stack([rates(path) for path in paths])
    width = seen.std(axis=0, ddof=1) / np.sqrt(len(paths))
    critical = stats.t.isf(BAND_FALSE_ALARM / 2 / width.size, len(paths) - 1)
    return np.asarray((np.abs(seen.mean(axis=0) - rates(true)) / width / critical).max(axis=1))


def check_band(heads: float, seeds: range, of: partial[Parameters]) -> None:
    network = six_occupations().scaled(heads)
    paths = [drawn(network, of(), seed) for seed in seeds]
    assert (outside(paths, expected(network, of())) < 1.0).all()
    # What the band can see: two per cent more separations, an adjustment a little faster, spells a step off.
    for wrong in ({"delta_u": 0.01632}, {"gamma": 0.175}, {"tau": 4}):
        assert (outside(paths, expected(network, of(**wrong))) > 1.0).any(), wrong


def test_the_expected_path_lies_in_the_joint_band_of_the_draws() -> None:
    check_band(1e5, range(20), partial(Parameters, steps=120, shock_step=30, shock_years=10))


@pytest.mark.full
def test_the_expected_path_lies_in_the_joint_band_over_the_whole_run() -> None:
    check_band(4e5, range(100, 140), partial(Parameters))


def test_heads_and_posts_are_whole_and_kept() -> None:
    path = drawn(six_occupations().scaled(5e3), Parameters(steps=200, shock_step=20), 1)
    heads = (path.employed + path.unemployed).sum(axis=1)
    assert (heads == heads[0]).all()
    for stocks in (path.employed, path.unemployed, path.vacancies, path.long_term):
        assert stocks.dtype == np.int64 and stocks.min() >= 0
    assert (path.long_term <= path.unemployed).all()


def test_a_path_depends_on_its_seed_alone_and_starts_with_the_shorter_one() -> None:
    network = six_occupations().scaled(2e4)
    once, again = (drawn(network, Parameters(steps=80), 5) for _ in range(2))
    short, other = drawn(network, Parameters(steps=40), 5), drawn(network, Parameters(steps=80), 6)
    assert np.array_equal(once.unemployed, again.unemployed)
    assert np.array_equal(once.vacancies[:40], short.vacancies)
    assert not np.array_equal(once.unemployed, other.unemployed)


def test_each_vacancy_takes_one_of_its_applicants_at_random() -> None:
    # 6 applicants for 1 vacancy: it is filled at once, by each of them one time in six over the seeds.
    wins = np.zeros(6, np.int64)
    for seed in range(1200):
        workers = agents.Workers(np.zeros(6, np.int32), np.zeros(6, np.int32), np.array([1]))
        still = Parameters(delta_u=0.0, delta_v=0.0, gamma=0.0)
        agents.advance(workers, np.zeros(1), np.zeros(1), np.ones((1, 1)), still, seed, 0)
        assert workers.vacancies[0] == 0 and (workers.spell < 0).sum() == 1
        wins[np.flatnonzero(workers.spell < 0)[0]] += 1
    assert stats.chisquare(wins).pvalue > 1e-6  # the chance of a false alarm


def test_hires_follow_urn_and_balls() -> None:
    # 3,000 applicants on 2,000 vacancies of two occupations: the mean filled is v (1 - (1 - 1/v)^s).
    n, open_posts = 3000, np.array([500, 1500])
    filled = []
    for seed in range(60):
        workers = agents.Workers(np.zeros(n, np.int32), np.zeros(n, np.int32), open_posts.copy())
        still = Parameters(delta_u=0.0, delta_v=0.0, gamma=0.0)
        agents.advance(workers, np.zeros(2), np.zeros(2), complete_mobility(2), still, seed, 0)
        filled.append(2000 - int(workers.vacancies.sum()))
    mean = 2000 * (1 - (1 - 1 / 2000) ** n)
    error = float(np.std(filled, ddof=1)) / np.sqrt(len(filled))
    assert abs(float(np.mean(filled)) - mean) < 5.7 * error  # false alarm below 1e-6


def test_posts_lost_and_posts_opened_are_drawn_apart() -> None:
    counts = []
    for seed in range(300):
        workers = agents.Workers(
            np.zeros(500, np.int32), np.full(500, agents.EMPLOYED, np.int32), np.array([0])
        )
        half = Parameters(delta_u=0.5, delta_v=0.5, gamma=0.0)
        agents.advance(workers, np.full(1, 500.0), np.zeros(1), np.ones((1, 1)), half, seed, 0)
        counts.append(((workers.spell == 0).sum(), workers.vacancies[0]))
    lost, opened = np.array(counts).T
    for drawn_count in (lost, opened):  # binomial; false alarms about 1e-6 each
        assert abs(drawn_count.mean() - 250) < 5 * np.sqrt(125 / 300)
        assert 0.6 < drawn_count.var(ddof=1) / 125 < 1.5
    assert abs(np.corrcoef(lost, opened)[0, 1]) < 5 / np.sqrt(300)


def test_nobody_searches_where_no_post_is_within_reach() -> None:
    workers = agents.Workers(np.array([0, 1], np.int32), np.zeros(2, np.int32), np.array([0, 9]))
    still = Parameters(delta_u=0.0, delta_v=0.0, gamma=0.0)
    agents.advance(workers, np.zeros(2), np.zeros(2), np.eye(2), still, 0, 0)
    assert workers.spell.tolist() == [1, -1] and workers.vacancies.tolist() == [0, 8]


def test_too_many_heads_are_refused_before_they_are_made() -> None:
    with pytest.raises(TooBig, match="heads"):
        drawn(six_occupations().scaled(6e7), Parameters(steps=2), 0)
