"""People without a post on a course: who asks, what it costs, whose seat it is; seats that answer demand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from engine_worlds import live, scenario_with, with_rules, world_of
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.checks import check_world
from sim.population.columns import NONE, State
from sim.schemes.commission import pay_down
from sim.schemes.files import Outcome, Stage
from sim.schemes.routes import routes
from sim.schemes.rules import of_behaviour, schemes
from sim.schemes.seats import capacity, need_seats, seats_back
from sim.schemes.trainee_pay import months_without_benefit
from sim.world import World

ENROL = of_behaviour("enrol")
EAGER: dict[str, float] = {f"schemes__{s.name}__application_intercept": -4.0 for s in ENROL}
"""Many ask, so that a small world holds a few dozen trainees."""
RICH: dict[str, Any] = {
    "schemes__region_training__budget_eur_per_year": 400_000_000,
    "schemes__ecole_numerique__budget_eur_per_year": 60_000_000,
    "schemes__ami_cma__budget_eur_per_year": 20_000_000,
}
CLOSED: dict[str, Any] = {f"schemes__{s.name}__budget_eur_per_year": 0 for s in ENROL}


@pytest.fixture(scope="module")
def lived() -> World:
    """Eighteen months in which jobseekers are enrolled, each month checked."""
    world = with_rules(world_of(**RICH), **EAGER)
    for _ in range(18):
        waiting = world.persons["state"][: world.rows] == State.TRAINING
        waiting &= world.persons["team"][: world.rows] < 0
        world.step()
        check_world(world)
        state = world.persons["state"][: waiting.size]
        assert not (waiting & (state == State.EMPLOYED)).any(), "nobody is hired out of a course"
    return world


def files_of(world: World, *names: str) -> np.ndarray:
    """Rows of the files of some schemes."""
    codes = [s.code for s in schemes() if s.name in names]
    return np.flatnonzero(np.isin(world.files["scheme"], codes))


def test_the_unemployed_ask_are_trained_pass_and_search(lived: World) -> None:
    for scheme in (one for one in ENROL if not one.who.within):
        files = files_of(lived, scheme.name)
        assert (lived.files["outcome"][files] == Outcome.FUNDED).sum() > 0, scheme.name
    rows = files_of(lived, *(s.name for s in ENROL))
    assert (lived.files["unit"][rows] == -1).all() and (lived.files["points"][rows] == 0).all()
    passed = rows[lived.files["stage"][rows] == Stage.CERTIFIED]
    assert passed.size > 5
    over = rows[lived.files["stage"][rows] >= Stage.CERTIFIED]
    still = np.isin(lived.files["person"][over], lived.files["person"][rows[
        (lived.files["outcome"][rows] == Outcome.WAITING)
        | (lived.files["outcome"][rows] == Outcome.FUNDED) & (lived.files["stage"][rows] <= 1)]])
    done = lived.files["person"][over[~still]]
    assert not np.isin(lived.persons["scheme"][done], [s.code for s in ENROL]).any()


def test_the_digital_school_teaches_its_own_course_and_nobody_elses(lived: World) -> None:
    own = routes().codes.index("digital_school")
    route = lived.files["route"]
    school = files_of(lived, "ecole_numerique")
    assert (route[school] == own).all()
    assert (np.delete(route, school) != own).all()
    assert (lived.files["education"][school] == 0).any(), "no diploma is asked for"


def test_a_course_costs_teaching_and_pay_beyond_the_benefit(lived: World) -> None:
    f = lived.files
    rows = files_of(lived, *(s.name for s in ENROL))
    funded = rows[f["outcome"][rows] == Outcome.FUNDED]
    over = funded[(f["stage"][funded] == Stage.CERTIFIED) | (f["stage"][funded] == Stage.NOT_CERTIFIED)]
    assert (f["paid_eur_cents"][over] == f["cost_eur_cents"][over]).all()
    pay = f["cost_eur_cents"] - f["teaching_eur_cents"]
    region = funded[np.isin(f["scheme"][funded], [s.code for s in ENROL if s.money.trainee_pay])]
    whole = region[np.isin(f["stage"][region], (Stage.NOT_STARTED, Stage.IN_TRAINING))]
    assert (np.isin(pay[whole] % 68_500, 0) | np.isin(pay[whole] % 50_000, 0)).all()
    assert (pay[whole] > 0).any() and (pay[whole] == 0).any(), "some have ARE to the end, some have none"
    universities = np.intersect1d(funded, files_of(lived, "ami_cma"))
    universities = universities[f["stage"][universities] <= Stage.IN_TRAINING]
    assert (pay[universities] == 0).all(), "universities' seats come without pay"
    flat = funded[np.isin(f["scheme"][funded], [s.code for s in ENROL if s.name == "ecole_numerique"])]
    assert (f["teaching_eur_cents"][flat[f["stage"][flat] <= Stage.IN_TRAINING]] == 978_000).all()
    kinds = {(payer, kind) for _, scheme, payer, _, kind in lived.ledger.entries
             if scheme == "region_training"}
    assert kinds == {("region", "teaching"), ("region", "trainee_pay")}


def test_a_course_without_a_title_gives_none_and_takes_nobody_above_the_baccalaureate(lived: World) -> None:
    f = lived.files
    rows = files_of(lived, "region_preparation")
    untitled = ~routes().titled
    others = np.delete(f["route"], rows)
    assert untitled[f["route"][rows]].all() and not untitled[others[others != NONE]].any()
    assert (f["education"][rows] <= 2).all() and (f["target_occupation"][rows] == NONE).all()
    stages = f["stage"][rows[f["outcome"][rows] == Outcome.FUNDED]]
    assert (stages == Stage.COMPLETED).sum() > 20
    assert not np.isin(stages, (Stage.CERTIFIED, Stage.NOT_CERTIFIED)).any()
    teaching = f["teaching_eur_cents"][rows[f["outcome"][rows] == Outcome.FUNDED]]
    assert 290_000 < teaching.mean() < 432_000, "some 430 hours at 8.3 EUR"


def test_it_holds_off_the_market_then_helps_and_without_an_effect_it_moves_nobody() -> None:
    """At a ratio of one the months of help change no byte; above it, those who have completed find more."""
    none, long, strong = (
        live(with_rules(world_of(**RICH), **EAGER, schemes__region_preparation__search_ratio=ratio,
                        schemes__region_preparation__search_months=months), 16)
        for ratio, months in ((1.0, 0), (1.0, 24), (1.8, 24)))
    for name, values in none.persons.items():
        assert values[: none.rows].tobytes() == long.persons[name][: long.rows].tobytes(), name
    at_work = []
    for world in (none, strong):
        f = world.files
        done = files_of(world, "region_preparation")
        done = done[(f["stage"][done] == Stage.COMPLETED) & (f["ends"][done] < world.month - 3)]
        at_work.append((world.persons["state"][f["person"][done]] == State.EMPLOYED).mean())
    assert at_work[1] > at_work[0], "paired draws: the same applications and more"


@pytest.mark.parametrize(("starts", "ends", "are_until", "months"), [
    (10, 18, -1, 8), (10, 18, 10, 8), (10, 18, 13, 5), (10, 18, 18, 0), (10, 18, 40, 0)])
def test_pay_begins_where_the_benefit_ends(starts: int, ends: int, are_until: int, months: int) -> None:
    assert months_without_benefit(starts, ends, are_until) == months


def test_without_money_nothing_happens_to_the_byte() -> None:
    worlds = [live(with_rules(world_of(**CLOSED), **rules), 4) for rules in ({}, EAGER)]
    one, other = ({name: values[: w.rows].tobytes() for name, values in w.persons.items()} for w in worlds)
    assert one == other
    assert worlds[0].ledger.entries == worlds[1].ledger.entries
    assert worlds[0].record.series == worlds[1].record.series
    since = worlds[0].files["month_filed"] >= 36
    assert not np.isin(worlds[0].files["scheme"][since], [s.code for s in ENROL]).any()


def test_a_scheme_that_opens_courses_needs_seats_in_quotas_alone(lived: World) -> None:
    needed, quota = need_seats(lived), lived.routes.quota == 1
    for scheme in schemes():
        expected = quota if scheme.project.opens_courses else np.ones(quota.size, bool)
        assert (needed[scheme.code] == expected).all()
    assert {code for code, is_quota in zip(routes().codes, quota, strict=True) if is_quota} == {
        "care_assistant", "nurse", "social_carer", "childcare_auxiliary"}


@settings(max_examples=60, deadline=None, derandomize=True, database=None)
@given(st.data())
def test_seats_are_never_exceeded(data: st.DataObject) -> None:
    """Random lists, prices, seats and envelopes: no seat twice, none below zero, waiting files lack one."""
    count, n = len(schemes()), data.draw(st.integers(1, 40))
    draw = lambda low, high: np.array(data.draw(st.lists(st.integers(low, high), min_size=n, max_size=n)))  # noqa: E731
    scheme, route = np.sort(draw(0, count - 1)).astype(np.uint8), draw(0, 3).astype(np.uint8)
    seats = np.array(data.draw(st.lists(st.integers(0, 5), min_size=4, max_size=4)), float)
    needed = np.array(data.draw(st.lists(st.lists(st.booleans(), min_size=4, max_size=4), min_size=count,
                                         max_size=count)))
    before, waiting = seats.copy(), np.zeros(4, np.int64)
    out = [np.zeros(n, np.int64) for _ in range(6)]
    pay_down(np.arange(n), 40, np.zeros(count, np.int64), draw(1, 50), np.zeros(n, np.int64),
             np.zeros(n, np.int64), np.full(count, 400), np.full(count, data.draw(st.integers(0, 400))),
             seats, needed, waiting, scheme, route, *out)
    funded = out[0] == Outcome.FUNDED
    taken = funded & needed[scheme, route]
    assert (seats >= 0).all()
    assert np.array_equal(before - seats, np.bincount(route[taken], minlength=4))
    assert not (waiting[seats >= 1]).any()


@given(st.integers(0, 5000), st.floats(0.01, 2000), st.floats(0, 1), st.floats(1, 5))
def test_capacity_follows_demand_between_today_and_the_most(
        demand: int, seats: float, elasticity: float, most: float) -> None:
    found = capacity(demand, seats, elasticity, most)
    assert 1.0 <= found <= most + 1e-6
    assert capacity(demand, seats, 0.0, most) == 1.0
    assert capacity(demand + 10, seats, elasticity, most) >= found


def test_seats_of_this_year_come_back_and_those_of_another_do_not() -> None:
    scheme, route = np.zeros(4, np.uint8), np.array([1, 1, 2, NONE], np.uint8)
    back = seats_back(np.arange(4), 3, 4, scheme, route, np.array([36, 35, 40, 40]),
                      np.ones((1, 4), np.bool_))
    assert list(back) == [0, 1, 1, 0]


def test_seats_answer_the_demand_of_last_year_and_quotas_do_not() -> None:
    """At an elasticity of one, twice as many requests as seats open twice as many a year later."""
    scenario = scenario_with(training__capacity_elasticity=1.0)
    assert scenario.overrides["training.capacity_elasticity"]
    world = with_rules(world_of(scale=0.01), training__capacity_elasticity=1.0)
    world.step()
    today = world.routes.seats_per_year * world.scale
    world.memory["seat_demand"]["given"][:] = np.ceil(2 * today)
    world.month = 48  # January 2025
    world.step()
    opened = world.memory["seat_demand"]["past"][0] >= 2 * today
    assert opened.all()
    seats = world.memory["seats"] + world.memory["seat_demand"]["given"]
    quota = world.routes.quota == 1
    assert (seats[quota] <= np.ceil(today[quota] / 12)).all()
    assert seats[~quota].sum() > 1.5 * today[~quota].sum() / 12
