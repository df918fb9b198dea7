"""The path in expected numbers against figures of another implementation, and against a second one here."""

from __future__ import annotations

import math

import numpy as np
import pytest
from reference_cases import DATA, Network, figures, six_occupations

from sim.errors import BadSum, BadTable, NotFinite, NumberExpected, OutOfRange, PasserellesError
from sim.reference.demand import final_demand
from sim.reference.deterministic import Path, initial_demand, run
from sim.reference.files import read_occupations
from sim.reference.inputs import complete_mobility
from sim.reference.parameters import Parameters

EXACT = 1e-8


def path_of(network: Network, parameters: Parameters | None = None) -> Path:
    return run(network.employment, network.auto_prob, network.mobility, parameters or Parameters())


@pytest.fixture(scope="module")
def path() -> Path:
    return path_of(six_occupations())


def test_the_defaults_are_those_of_the_paper() -> None:
    given, own = figures()["params"], Parameters()
    assert (own.delta_u, own.delta_v, own.gamma) == (given["delta_u"], given["delta_v"], given["gamma"])
    assert (own.tau, own.steps, own.shock_step) == (given["tau"], given["T"], given["t_shock"])
    assert (own.shock_years, own.weeks_per_step) == (given["shock_years"], given["week"])


def test_rates_of_the_six_occupations(path: Path) -> None:
    found = figures()
    assert path.unemployment_rate.shape == (600,)
    seen = {
        "u100": path.unemployment_rate[100],
        "v100": path.vacancy_rate[100],
        "ltu100": path.long_term_rate[100],
        "umax": path.unemployment_rate.max(),
        "uend": path.unemployment_rate[-1],
    }
    assert seen == {name: pytest.approx(found[name], rel=0, abs=EXACT) for name in seen}
    assert int(path.unemployment_rate.argmax()) == found["t_umax"]


@pytest.mark.parametrize("name", ["U100", "E100", "V100", "U222", "E222", "E599"])
def test_stocks_of_the_six_occupations(path: Path, name: str) -> None:
    stocks = {"U": path.unemployed, "E": path.employed, "V": path.vacancies}[name[0]]
    assert stocks[int(name[1:])] == pytest.approx(figures()[name], rel=1e-13, abs=EXACT)


def test_demand_moves_and_its_total_stays() -> None:
    six = six_occupations()
    initial = initial_demand(six.employment, Parameters())
    final = final_demand(initial, six.auto_prob)
    assert final == pytest.approx(figures()["D_final"], rel=1e-13, abs=EXACT)
    assert final.sum() == pytest.approx(initial.sum(), rel=1e-14)


def test_a_complete_network_needs_no_matrix() -> None:
    # Everybody applies everywhere in proportion to the vacancies, so tightness is one number and the whole
    # search stage shrinks to a line: a second implementation, written without the first one's functions.
    read = read_occupations(DATA / "complete_network.csv")
    p, n = Parameters(), len(read.ids)
    assert n == 464
    full = run(read.employment, read.auto_prob, complete_mobility(n), p)
    e, u, v = read.employment, p.delta_u * read.employment, p.delta_v * read.employment
    young = [u, 0.0 * u, 0.0 * u]
    before = e + u
    after = before * (1 - read.auto_prob)
    after *= before.sum() / after.sum()
    half = 30 * 52 / 6.75 / 2
    for t in range(p.steps):
        heads = (e + u).sum()
        assert full.unemployment_rate[t] == pytest.approx(100 * u.sum() / heads, rel=0, abs=EXACT)
        assert full.vacancy_rate[t] == pytest.approx(100 * v.sum() / (e + v).sum(), rel=0, abs=EXACT)
        long = u - young[0] - young[1] - young[2]
        assert full.long_term_rate[t] == pytest.approx(100 * long.sum() / heads, rel=0, abs=EXACT)
        moved = 1 / (1 + 9999 ** (1 - (t + 1 - p.shock_step) / half)) if t + 1 >= p.shock_step else 0.0
        lacking = before + (after - before) * moved - e - v
        tightness = v.sum() / u.sum()
        chance = tightness * (1 - math.exp(-1 / tightness))
        hires = v / v.sum() * u.sum() * chance
        lost = p.delta_u * e + (1 - p.delta_u) * np.clip(-p.gamma * lacking, 0, e)
        made = p.delta_v * e + (1 - p.delta_v) * np.clip(p.gamma * lacking, 0, e)
        young = [lost, young[0] * (1 - chance), young[1] * (1 - chance)]
        e, u, v = e - lost + hires, u * (1 - chance) + lost, v - hires + made


def test_heads_are_kept_and_stocks_stay_above_zero(path: Path) -> None:
    heads = (path.employed + path.unemployed).sum(axis=1)
    assert heads == pytest.approx(heads[0], rel=1e-12)
    for stocks in (path.employed, path.unemployed, path.vacancies, path.long_term):
        assert stocks.min() >= 0.0
    assert (path.long_term <= path.unemployed * (1 + 1e-12)).all()


def test_a_longer_path_starts_with_the_shorter_one(path: Path) -> None:
    short = path_of(six_occupations(), Parameters(steps=150))
    assert np.array_equal(short.unemployed, path.unemployed[:150])


def test_an_unemployed_person_is_long_after_tau_steps_more() -> None:
    six = six_occupations()
    everybody, three = path_of(six, Parameters(tau=0, steps=20)), path_of(six, Parameters(steps=20))
    assert everybody.long_term == pytest.approx(everybody.unemployed, rel=1e-12)
    assert (three.long_term[:3] == 0.0).all() and (three.long_term[3] > 0.0).all()


@pytest.mark.parametrize(
    ("wrong", "fault"),
    [
        ({"gamma": 1.01}, OutOfRange),
        ({"delta_u": -0.1}, OutOfRange),
        ({"delta_v": math.nan}, NotFinite),
        ({"tau": 2.5}, NumberExpected),
        ({"steps": 0}, OutOfRange),
        ({"steps": True}, NumberExpected),
        ({"shock_years": 0.0}, OutOfRange),
        ({"weeks_per_step": math.inf}, NotFinite),
    ],
)
def test_parameters_outside_their_meaning(wrong: dict[str, float], fault: type[PasserellesError]) -> None:
    with pytest.raises(fault, match=next(iter(wrong))):
        Parameters(**wrong)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("employment", "auto_prob", "mobility", "fault"),
    [
        ([10, 20], [0.1], np.eye(2), BadTable),
        ([10, 20], [0.1, 0.2], np.eye(3), BadTable),
        ([], [], np.empty((0, 0)), BadTable),
        ([10, -1], [0.1, 0.2], np.eye(2), OutOfRange),
        ([10, math.nan], [0.1, 0.2], np.eye(2), NotFinite),
        ([10, 20], [0.1, 1.2], np.eye(2), OutOfRange),
        ([10, 20], [0.1, 0.2], [[0.5, 0.5 + 2e-9], [0, 1]], BadSum),
        ([10, 20], [0.1, 0.2], [[1.5, -0.5], [0, 1]], OutOfRange),
        ([10, 20], [1.0, 1.0], np.eye(2), OutOfRange),
    ],
)
def test_arrays_that_are_no_network(
    employment: list[float], auto_prob: list[float], mobility: list[list[float]], fault: type[Exception]
) -> None:
    with pytest.raises(fault):
        run(np.array(employment), np.array(auto_prob), np.array(mobility), Parameters(steps=3))
