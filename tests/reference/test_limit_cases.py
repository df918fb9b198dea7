"""Cases whose answer is known by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest
from reference_cases import area, six_occupations

from sim.kernels import Array
from sim.reference.agents import run_agents
from sim.reference.demand import CYCLE_STEPS, cyclical_demand
from sim.reference.deterministic import Path, Stocks, follow, initial_demand, run, search, step, success
from sim.reference.inputs import complete_mobility
from sim.reference.parameters import Parameters

ONE = np.ones((1, 1))


@pytest.mark.parametrize("lost", [0.01, 0.1, 1.0])
@pytest.mark.parametrize("tightness", [0.05, 0.5, 3.0])
def test_constant_rates_of_loss_and_success(lost: float, tightness: float) -> None:
    # Vacancies held at a constant tightness hold the chance of a hire; nothing reacts to demand.
    parameters = Parameters(delta_u=lost, gamma=0.0)
    found = tightness * (1 - math.exp(-1 / tightness))
    rest = lost / (lost + found)
    heads, u = 1000.0, 900.0
    stocks = Stocks(np.array([heads - u]), np.array([u]), np.array([0.0]), np.zeros((4, 1)))
    for months in range(1, 60):
        held = Stocks(stocks.employed, stocks.unemployed, tightness * stocks.unemployed, stocks.spells)
        stocks = step(held, np.array([0.0]), ONE, parameters)
        expected = heads * rest + (u - heads * rest) * (1 - lost - found) ** months
        assert stocks.unemployed[0] == pytest.approx(expected, rel=1e-10, abs=1e-9)
        assert stocks.employed[0] + stocks.unemployed[0] == pytest.approx(heads, rel=1e-12)


def test_spells_are_geometric_at_a_constant_chance() -> None:
    parameters = Parameters(delta_u=0.02, gamma=0.0, tau=3)
    u, tightness = 1.0, 0.7
    found = tightness * (1 - math.exp(-1 / tightness))
    rest = 0.02 / (0.02 + found)
    stocks = Stocks(np.array([0.0]), np.array([u]), np.array([0.0]), np.array([[u], [0], [0], [0]]))
    for _ in range(200):
        held = Stocks(stocks.employed, stocks.unemployed, tightness * stocks.unemployed, stocks.spells)
        stocks = step(held, np.array([0.0]), ONE, parameters)
    assert stocks.spells[-1, 0] == pytest.approx(rest * (1 - found) ** 3, rel=1e-12)


def test_two_halves_without_a_bridge_are_two_runs() -> None:
    six = six_occupations()
    other = np.array([0.5, 0.01])
    joint = np.zeros((8, 8))
    joint[:6, :6], joint[6:, 6:] = six.mobility, complete_mobility(2)
    employment = np.concatenate([six.employment, [40_000.0, 90_000.0]])
    # Each half keeps its own total demand only if nothing is shifted between them: no automation in either.
    calm = Parameters(steps=300, delta_u=0.02)
    nothing = np.zeros(8)
    together = run(employment, nothing, joint, calm)
    left = run(six.employment, nothing[:6], six.mobility, calm)
    right = run(employment[6:], nothing[6:], complete_mobility(2), calm)
    for name in ("employed", "unemployed", "vacancies", "long_term"):
        parts = np.hstack([getattr(left, name), getattr(right, name)])
        assert getattr(together, name) == pytest.approx(parts, rel=1e-12, abs=1e-12)
    # Under a shift that each half suffers in the same proportions, its own totals are kept as well.
    twice = np.zeros((4, 4))
    twice[:2, :2] = twice[2:, 2:] = complete_mobility(2)
    double = run(np.tile(employment[6:], 2), np.tile(other, 2), twice, Parameters(steps=300))
    alone = run(employment[6:], other, complete_mobility(2), Parameters(steps=300))
    assert double.unemployed == pytest.approx(np.tile(alone.unemployed, 2), rel=1e-12)


@pytest.mark.parametrize("version", ["expected", "agents"])
def test_zero_everything_is_rest(version: str) -> None:
    six = six_occupations().scaled(1000.0)
    still = Parameters(delta_u=0.0, delta_v=0.0, gamma=0.0, steps=150)
    nobody = np.zeros(6)

    def path(employment: Array, parameters: Parameters) -> Path:
        given = (employment, six.auto_prob, six.mobility, parameters)
        return run(*given) if version == "expected" else run_agents(*given, seed=0)

    resting = path(six.employment, still)
    assert (resting.employed == resting.employed[0]).all() and resting.employed.sum() > 990
    assert not resting.unemployed.any() and not resting.vacancies.any()
    empty = path(nobody, Parameters(steps=150))
    for stocks in (empty.employed, empty.unemployed, empty.vacancies, empty.long_term):
        assert not stocks.any()
    assert not empty.unemployment_rate.any() and not empty.vacancy_rate.any()


def test_an_empty_occupation_changes_nobody_elses_path() -> None:
    six = six_occupations()
    wider = np.zeros((7, 7))
    wider[:6, :6], wider[6] = six.mobility, 1 / 7
    with_empty = run(np.append(six.employment, 0.0), np.append(six.auto_prob, 0.9), wider, Parameters())
    without = run(six.employment, six.auto_prob, six.mobility, Parameters())
    assert with_empty.unemployed[:, :6] == pytest.approx(without.unemployed, rel=1e-12)
    assert not with_empty.unemployed[:, 6].any()


def test_search_goes_where_posts_are_and_nowhere_without() -> None:
    mobility = np.array([[0.5, 0.5, 0.0], [0.0, 0.0, 1.0], [0.2, 0.3, 0.5]])
    found = search(np.array([10.0, 30.0, 0.0]), mobility)
    assert found == pytest.approx(np.array([[0.25, 0.75, 0], [0, 0, 0], [2 / 11, 9 / 11, 0]]))


def test_success_at_its_ends() -> None:
    chance = success(np.array([1e9, 1.0, 1e-9, 0.0, 5.0]), np.array([1.0, 1.0, 1.0, 3.0, 0.0]))
    assert chance == pytest.approx([1.0, 1 - math.exp(-1), 1e-9, 0.0, 1.0], rel=1e-8)


def test_the_cycle_at_its_quarters() -> None:
    demand = cyclical_demand(np.array([200.0]), Parameters(shock_step=0), period=4)
    assert [demand(step)[0] for step in range(4)] == pytest.approx([200.0, 187.0, 200.0, 213.0])
    later = cyclical_demand(np.array([200.0]), Parameters(shock_step=1), period=4)
    assert later(0)[0] == pytest.approx(187.0)


def test_the_beveridge_curve_turns_counter_clockwise() -> None:
    six = six_occupations()
    parameters = Parameters(steps=5 * CYCLE_STEPS)
    demand = cyclical_demand(initial_demand(six.employment, parameters), parameters)
    path = follow(six.employment, demand, six.mobility, parameters)
    u, v = path.unemployment_rate[-CYCLE_STEPS:], path.vacancy_rate[-CYCLE_STEPS:]
    before = path.unemployment_rate[-2 * CYCLE_STEPS : -CYCLE_STEPS]
    assert u == pytest.approx(before, abs=1e-6), "the loop is closed before its sense is judged"
    assert np.corrcoef(u, v)[0, 1] < -0.5
    box = (u.max() - u.min()) * (v.max() - v.min())
    assert area(u, v) > 0.02 * box
    angle = np.array([0.0, 1.0, 2.0, 3.0]) * math.pi / 2
    assert area(np.cos(angle), np.sin(angle)) == pytest.approx(2.0)
