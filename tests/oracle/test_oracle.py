"""The fast engine and the model written for reading agree to the integer, every month.

Both read the same draws and the same tables of thresholds; who, which, in what order and how much is written
twice.  A fault in a loop, a selection, an order, a rounding or an account of either shows here as the first
person, post, file or cent that differs.
"""

from __future__ import annotations

import pytest

from sim.calendar import OPENING
from sim.scenario import load, shipped
from sim.schemes.files import Outcome, Stage
from sim.world import World

from .oracle import OracleMarket
from .words import EMPLOYED, TRAINING, UNEMPLOYED
from .worlds import CROWDED, MONEY, SHAKEN, SMALL, TINY, lived_together, with_levers, world_of


def after(world: World, months: int) -> OracleMarket:
    """The oracle some months later, equal to the engine after each."""
    return [oracle for _, oracle in lived_together(world, months)][-1]


def total(oracle: OracleMarket, series: str) -> int:
    """A count over all months lived."""
    return sum(month[series] for month in oracle.record.series)


def outcomes(oracle: OracleMarket, scheme: str) -> dict[Outcome, int]:
    """Files of a scheme by outcome."""
    found = [file.outcome for file in oracle.files if file.scheme.name == scheme]
    return {outcome: found.count(outcome) for outcome in Outcome}


def stages(oracle: OracleMarket) -> dict[Stage, int]:
    """Funded files by stage."""
    found = [file.stage for file in oracle.files if file.outcome is Outcome.FUNDED]
    return {stage: found.count(stage) for stage in Stage}


@pytest.mark.parametrize("name", shipped())
def test_a_shipped_scenario_is_the_same_for_36_months(name: str) -> None:
    oracle = after(world_of(load(name), SMALL), 36)
    force = sum(person.state in (EMPLOYED, UNEMPLOYED, TRAINING) for person in oracle.people)
    assert force >= 10_000
    assert total(oracle, "hires") > 5_000 and total(oracle, "entries") > 300


def test_commissions_that_cut_their_lists() -> None:
    # The law follows its dates here: SMIC, ARE and points move within the months lived.
    world = world_of(with_levers("ai-fast", MONEY, law="effective"), SMALL, given=CROWDED)
    passed_over = 0
    for _, oracle in lived_together(world, 30):
        passed_over += sum(provider.seats < 1 for provider in oracle.providers)
    ptp = outcomes(oracle, "ptp")
    assert ptp[Outcome.FUNDED] > 60 and ptp[Outcome.REFUSED_RANK] > 150 and ptp[Outcome.WAITING] > 20
    assert ptp[Outcome.REFUSED_PROJECT] > 50 and ptp[Outcome.WITHDRAWN] > 20
    assert outcomes(oracle, "transco")[Outcome.FUNDED] > 10
    assert outcomes(oracle, "demissionnaire")[Outcome.FUNDED] > 40
    reached = stages(oracle)
    assert reached[Stage.CERTIFIED] > 20 and reached[Stage.DROPPED_OUT] > 3 and reached[Stage.BUSINESS] > 3
    assert passed_over > 30
    observed = [file.placed_6 for file in oracle.files if file.placed_6 >= 0]
    assert sum(observed) > 5 and any(file.durable_24 == 1 for file in oracle.files)
    kinds = {(scheme, payer, kind) for _, scheme, payer, _, kind in oracle.ledger.entries}
    assert len(kinds) >= 7


def test_units_that_give_up_posts() -> None:
    oracle = after(world_of(load("ai-fast"), SMALL, given=SHAKEN), 18)
    assert total(oracle, "layoffs") > 150 and total(oracle, "redeployed") > 30
    ended = total(oracle, "posts_given_up") - total(oracle, "layoffs") - total(oracle, "redeployed")
    assert ended > 50  # Temporary contracts go first.


@pytest.mark.parametrize("allocation", ["same_occupation", "digital_and_care"])
def test_new_tasks_come_where_they_are_allocated(allocation: str) -> None:
    levers = {"ai.new_tasks_allocation": allocation}
    posts = {}
    for share in (0.0, 1.0):
        given = {**SHAKEN, "ai.new_tasks_share": share}
        oracle = after(world_of(with_levers("ai-fast", levers), TINY, given=given), 26)
        posts[share] = sum(team.posts for team in oracle.teams)
    assert posts[1.0] > posts[0.0]


RESPONDING = {
    "closure.posts": "respond", "closure.fill_elasticity": 1.0, "closure.latent_posts_share": 0.15,
    "closure.wages": "respond", "closure.wage_curve_elasticity": -0.2,
    "closure.participation_elasticity": 0.5, "closure.labour_supply": "loosening",
    "demand.trend": "projection_2030", "demand.public_growth_share_per_year": 0.01,
    "demand.new_digital_posts_per_year": 7000,
}


@pytest.mark.parametrize("trend", ["region_2011_2021", "projection_2030"])
def test_a_market_that_is_answered(trend: str) -> None:
    world = world_of(with_levers("ai-fast", {**RESPONDING, "demand.trend": trend}), SMALL, given=CROWDED)
    oracle = after(world, 24)
    pay = [oracle.closures.pay(trade) for trade in range(oracle.occupations.count)]
    wanted = [oracle.closures.posts(trade) for trade in range(oracle.occupations.count)]
    assert max(pay) > 1.02 and min(pay) < 0.98
    assert max(wanted) > 1.02 and min(wanted) < 0.98
    assert oracle.closures.more_search(1 << 31, 1) != 1 << 31


def test_the_oracle_may_start_at_any_month() -> None:
    world = world_of(with_levers("ai-fast", MONEY), TINY, given=CROWDED)
    for _ in range(7):
        world.step()
    oracle = after(world, 7)
    assert oracle.month == OPENING + 14 and len(world.record.months) == 14


def test_support_after_a_lay_off() -> None:
    levers = {"schemes.csp.search_ratio": 1.5, "law.are_agreed_limit_applies": 1}
    given = {**SHAKEN, "redundancy.mobility_leave_of_agreed_share": 0.5,
             "schemes.csp_courses.application_intercept": -2.0,
             "schemes.leave_courses.application_intercept": -2.0}
    oracle = after(world_of(with_levers("ai-fast", levers), SMALL, given=given), 20)
    for scheme in ("csp", "conge_reclassement", "transco_conge_mobilite"):
        stages_of = [file.stage for file in oracle.files if file.scheme.name == scheme]
        assert stages_of.count(Stage.SUPPORTED) > 0 and stages_of.count(Stage.SUPPORT_OVER) > 0
    kinds = {(scheme, payer, kind) for _, scheme, payer, _, kind in oracle.ledger.entries}
    assert {("csp", "unedic", "bonus"), ("csp", "employer", "notice"),
            ("conge_reclassement", "employer", "allowance"), ("csp_courses", "opco", "teaching"),
            ("leave_courses", "employer", "teaching")} <= kinds


def test_founders_and_who_never_resigns() -> None:
    given = {**CROWDED, "founders.capital_share": 0.5, "law.are_creator_cap_share": 0.1,
             "schemes.demissionnaire.application_intercept": -4.0,
             "schemes.demissionnaire.never_resigns_share": 0.4, "schemes.demissionnaire.gives_up_share": 0.3}
    oracle = after(world_of(load("reference"), TINY, given=given), 14)
    files = [file for file in oracle.files if file.scheme.behaviour == "resign"]
    assert sum(file.stage is Stage.BUSINESS for file in files) > 2
    assert sum(file.outcome is Outcome.LAPSED for file in files) > 2
    kinds = {(scheme, kind) for _, scheme, payer, _, kind in oracle.ledger.entries if payer == "unedic"}
    assert {("demissionnaire", "are"), ("demissionnaire", "arce"), ("are", "are")} <= kinds
    assert total(oracle, "founders_paid_are") > 5 and total(oracle, "founders_paid_arce") > 2
