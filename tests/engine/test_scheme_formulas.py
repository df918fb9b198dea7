"""Money, ranks, benefits and matching against values worked out outside the engine."""

from __future__ import annotations

import math
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.benefits import are_cents_a_day, are_law, longest_days
from sim.parameters import Registry, parameters_in_force
from sim.population.columns import Contract, Education, Sex
from sim.processes.hazards import retirement_thresholds
from sim.processes.matching import hires, hires_expected
from sim.processes.route_value import placement
from sim.schemes.costs import teaching_cents, wage_cover_cents
from sim.schemes.envelope import Envelope
from sim.schemes.files import Files
from sim.schemes.grid import CRITERIA, SEEN, points_of
from sim.schemes.rules import schemes
from sim.streams import ONE
from sim.trades import trades

RULES = dict(parameters_in_force(Registry.load(), {}, 36))
PTP = next(scheme for scheme in schemes() if scheme.name == "ptp")
SMIC_CENTS = 176_692


# Unedic, general regulation in force in January 2024: the larger of 40.4 % of the daily reference wage plus
# 12.95 euros and 57 % of it; never below 31.59 euros nor above 75 % of it.  3,000 euros are 98.63 a day.
@pytest.mark.parametrize(("monthly_eur", "daily_eur"), [
    (1000.00, 24.65),   # 75 % cap: 32.876 * 0.75 = 24.657
    (1766.92, 36.41),   # 40.4 % of 58.090 + 12.95 = 36.418
    (3000.00, 56.21),   # 57 % of 98.630 = 56.219, above 40.4 % + 12.95 = 52.797
    (5000.00, 93.69),   # 57 % of 164.384 = 93.698
])
def test_are_by_hand(monthly_eur: float, daily_eur: float) -> None:
    assert are_cents_a_day(RULES, np.array([round(monthly_eur * 100)]))[0] == round(daily_eur * 100)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.integers(20_000, 1_540_000))  # wages above four times the ceiling of social security do not count
def test_are_stays_within_its_bounds_and_grows_with_the_wage(cents: int) -> None:
    now, more = are_cents_a_day(RULES, np.array([cents, cents + 5_000]))
    daily = cents * 12 / 365
    assert now <= more
    assert math.floor(0.57 * daily) <= now <= 0.75 * daily
    assert now >= min(3159, math.floor(0.75 * daily))


def test_are_lasts_longer_for_seniors() -> None:
    # 548, 685 and 822 days since February 2023.
    law = are_law(RULES)
    assert [longest_days(age, law) for age in (30, 52, 53, 54, 55, 61)] == [548, 548, 685, 685, 822, 822]


def test_teaching_is_paid_under_both_caps() -> None:
    fees, hours = np.array([9_000.0, 25_000.0, 9_000.0]), np.array([1000.0, 1000.0, 100.0])
    assert list(teaching_cents(RULES, PTP, fees, hours)) == [720_000, 1_800_000, 274_500]
    assert RULES["schemes.ptp.cpf_eur_per_file"] == 1_800  # her own account pays first


def test_wages_are_covered_by_paid_hours_in_full_up_to_two_minimum_wages() -> None:
    per_hour = 1 / 151.67 * RULES["law.employer_cost_ratio"] * RULES["training.paid_hours_share"]
    wages = np.array([200_000.0, 400_000.0, 600_000.0])
    found = wage_cover_cents(RULES, wages, np.full(3, 1400.0))
    # 4,000 euros: 90 % is 3,600, above two minimum wages; 60 % in later hours is below them.
    assert found[0] == pytest.approx(200_000 * 1400 * per_hour, abs=1)
    assert found[1] == pytest.approx((360_000 * 1200 + 2 * SMIC_CENTS * 200) * per_hour, abs=1)
    assert found[2] == pytest.approx((540_000 * 1200 + 360_000 * 200) * per_hour, abs=1)
    assert wage_cover_cents(RULES, wages, np.zeros(3)).sum() == 0


def test_a_year_of_twelfths_is_the_budget_to_the_cent() -> None:
    for budget in (29_000_000, 1, 7, 640_000):
        account = Envelope()
        for month in range(36, 48):
            account.open_month(month, budget, 0.0173)
        assert account.left_cents == account.yearly_cents == round(budget * 100 * 0.0173)


def test_nothing_crosses_31_december_and_zero_is_zero() -> None:
    account = Envelope()
    for month in range(36, 49):
        account.open_month(month, 1200, 1.0)
    assert account.left_cents == 10_000 and account.forfeited_cents == 120_000
    empty = Envelope()
    empty.open_month(36, 0, 1.0)
    assert empty.yearly_cents == 0 and not empty.can_pay(1)
    endless = Envelope()
    endless.open_month(36, math.inf, 1.0)
    assert endless.yearly_cents is None and endless.can_pay(10**15)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.lists(st.tuples(st.integers(0, 10**7), st.lists(st.integers(0, 10**8), max_size=5)), max_size=30))
def test_an_envelope_is_never_negative(months: list[tuple[int, list[int]]]) -> None:
    account = Envelope()
    for month, (budget, prices) in enumerate(months):
        account.open_month(month, budget, 0.5)
        for price in prices:
            if account.can_pay(price):
                account.commit(price)
        assert account.left_cents >= 0


def test_urn_and_balls() -> None:
    assert hires_expected(0, 10) == hires_expected(10, 0) == 0.0
    assert hires_expected(1000, 1000) == pytest.approx(1000 * (1 - math.exp(-1)), abs=1e-6)
    assert hires_expected(1000, 10) == pytest.approx(9.950, abs=1e-3)
    assert hires_expected(10, 10_000) == pytest.approx(10.0)
    vacancies, applicants = np.array([0, 1000, 7, 3]), np.array([5, 1000, 0, 10_000])
    low = hires(vacancies, applicants, np.full(4, ONE - 1))
    high = hires(vacancies, applicants, np.zeros(4, np.int64))
    assert list(low) == [0, 632, 0, 3] and list(high) == [0, 633, 0, 3]
    assert (high <= vacancies).all() and (high <= applicants).all()


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.integers(0, 5000), st.integers(0, 5000), st.integers(0, ONE - 1))
def test_no_trade_hires_more_than_its_posts_or_its_applicants(posts: int, people: int, draw: int) -> None:
    found = int(hires(np.array([posts]), np.array([people]), np.array([draw]))[0])
    assert 0 <= found <= min(posts, people)
    assert abs(found - hires_expected(posts, people)) <= 1.0


def test_placement_is_published_in_january() -> None:
    files = Files()
    # Three graduates of route 0, asked in November and December of 2024 and in January of 2025; a creator.
    files.add(person=np.arange(4), route=np.array([0, 0, 0, 255]), ends=np.array([40, 41, 42, 40]),
              placed_6=np.array([1, 0, 1, 1]))
    world = SimpleNamespace(files=files, routes=SimpleNamespace(count=2), occupations=None, month=47,
                            rules=RULES, memory={})
    prior = RULES["applications.prior_placement_share"]

    def published(month: int) -> list[float]:
        world.month = month
        return list(placement(world))  # type: ignore[arg-type]

    assert published(47) == [prior, prior]
    assert published(48) == published(59) == [(1 + 50 * prior) / 52, prior]
    assert published(60) == [(2 + 50 * prior) / 53, prior]


def test_retirement_rises_with_age() -> None:
    table = retirement_thresholds(SimpleNamespace(rules=RULES, occupations=trades()))  # type: ignore[arg-type]
    assert table.shape == (trades().count + 1, 16)
    assert (np.diff(table, axis=1) >= 0).all()
    assert (table[:, -1] > 0.02 * ONE).all() and (table[:, 0] < 0.01 * ONE).all()


def test_points_of_a_file_by_hand() -> None:
    occ = trades()
    mason = next(int(j) for j in range(occ.count) if occ.pcs[j] == 6 and occ.women_share[j] < 0.35)
    care = next(int(j) for j in range(occ.count) if occ.women_share[j] > 0.65 and occ.shortage[j] == 1)
    # Both aim at a long course in a women's trade that lacks hands.  He: 56, no diploma, small unit, CDD.
    # She: 30, a degree, large unit, CDI.
    persons = {
        "occupation": [mason, mason], "sex": [Sex.MAN, Sex.WOMAN],
        "birth_month": [36 - 56 * 12, 36 - 30 * 12],
        "education": [Education.NO_DIPLOMA, Education.BAC3], "contract": [Contract.CDD, Contract.CDI],
        "unit": [0, 1], "sector": [1, 1],
    }
    lines = np.zeros(2, [(name, np.int64) for name in persons])
    for name, values in persons.items():
        lines[name] = values
    world = SimpleNamespace(
        lines=lines, occupations=occ, month=36, memory={}, key=lambda _: np.uint64(1),
        rules={**RULES, **{f"applications.{name}_share": 0.0 for name in CRITERIA[SEEN:]}},
        units={"size_class": np.array([0, 3])},
        routes=SimpleNamespace(target=np.array([care]), long_course=np.array([True])))
    points, criteria = points_of(world, np.array([0, 1]), np.array([0, 0]), np.full(2, PTP.code))  # type: ignore[arg-type]
    weight = {name: RULES[f"schemes.ptp.points_{name}"] for name in (
        "low_level", "firm_under_50", "short_contract", "men_in_female_trade", "55_plus", "growing_trade")}
    assert points[0] == sum(weight.values())
    assert points[1] == weight["growing_trade"]
    assert [name for place, name in enumerate(CRITERIA) if criteria[1] >> place & 1] == ["growing_trade"]
