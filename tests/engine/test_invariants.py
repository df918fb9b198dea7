"""Identities of the world after every month, for shipped scenarios and for any levers; faults are found."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from engine_worlds import SMALL, TINY, crowded, live, world_of
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sim.check_faults import (
    BooksOpen,
    BrokenIdentity,
    DatesOutOfOrder,
    FlowMismatch,
    HeadsLost,
    NotEligible,
    PostMismatch,
    RankIgnored,
    ValueOutOfRange,
)
from sim.checks import check_world
from sim.parameters import Parameter, Registry
from sim.population.columns import State
from sim.schemes.files import Outcome, Stage
from sim.world import World


@pytest.mark.parametrize("scenario", ["reference", "ai-fast-ptp-doubled", "ai-fast-women-seniors"])
def test_identities_hold_every_month(scenario: str) -> None:
    world = world_of(scenario, SMALL)
    check_world(world)
    for _ in range(24):
        world.step()
        check_world(world)


def test_identities_hold_when_work_leaves_fast_and_money_is_plenty() -> None:
    world = crowded(
        "ai-fast", ai__displacement_share=0.9, ai__adjustment_months=3, ai__cost_saving_share=0.2,
        schemes__ptp__budget_eur_per_year=500_000_000, training__post_refilled_share=1.0)
    for _ in range(30):
        world.step()
        check_world(world)
    assert sum(world.record.series["files_funded_ptp"]) > 300 and world.teams["covered"].sum() > 20
    assert sum(world.record.series["layoffs"]) > 0 and sum(world.record.series["redeployed"]) > 0


def test_identities_hold_when_money_is_short() -> None:
    world = crowded(schemes__ptp__budget_eur_per_year=60_000_000)
    for _ in range(24):
        world.step()
        check_world(world)
    refused = world.files["outcome"] == Outcome.REFUSED_RANK
    assert refused.sum() > 100 and sum(world.record.series["files_funded_ptp"]) > 10


LEVERS = Registry.load()


def values_of(parameter: Parameter) -> st.SearchStrategy[str]:
    """Any value a scenario may give, with the ends of the range and zero as likely as the rest."""
    if parameter.choices:
        return st.sampled_from([str(choice) for choice in parameter.choices])
    low, high = float(parameter.low or 0), float(parameter.high or 0)
    if parameter.kind == "int" or parameter.unit.startswith("EUR") or (low == int(low) and high > 1000):
        return st.integers(int(low), int(high)).map(str)
    return st.one_of(st.sampled_from([low, high]), st.floats(low, high)).map(lambda x: repr(round(x, 6)))


def any_levers() -> st.SearchStrategy[dict[str, str]]:
    keys = LEVERS.levers()
    return st.lists(st.sampled_from(keys), min_size=1, max_size=8, unique=True).flatmap(
        lambda chosen: st.fixed_dictionaries({key: values_of(LEVERS[key]) for key in chosen}))


def identities_hold(levers: dict[str, str], months: int, seed: int) -> None:
    world = world_of("ai-fast", TINY, seed, **levers)
    for _ in range(months):
        world.step()
        check_world(world)


@settings(max_examples=8, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(any_levers())
def test_identities_hold_whatever_the_levers(levers: dict[str, str]) -> None:
    identities_hold(levers, 6, 0)


@pytest.mark.full
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(any_levers(), st.integers(0, 2))
def test_identities_hold_whatever_the_levers_for_long(levers: dict[str, str], seed: int) -> None:
    identities_hold(levers, 36, seed)


@pytest.fixture(scope="module")
def lived() -> World:
    """Eighteen months with much training, so that there is something to break."""
    return live(crowded(schemes__ptp__budget_eur_per_year=200_000_000), 18)


def _revive(world: World) -> None:
    p = world.persons
    gone = np.flatnonzero(p["state"][: world.rows] == State.LEFT)[0]
    p["state"][gone] = State.INACTIVE


def _lose_post(world: World) -> None:
    world.persons["team"][np.flatnonzero(world.persons["state"] == State.EMPLOYED)[0]] = -1


def _count_wrong(world: World) -> None:
    world.teams["filled"][0] += 1


def _cover_wrong(world: World) -> None:
    world.teams["covered"][-1] -= 1


def _flow_wrong(world: World) -> None:
    world.record.flows[-1][3, 7, 2] += 1


def _pay_too_much(world: World) -> None:
    world.files["paid_eur_cents"][0] = world.files["cost_eur_cents"][0] + 1


def _skip_rank(world: World) -> None:
    files = world.files
    funded = np.flatnonzero((files["scheme"] == 0) & (files["outcome"] == Outcome.FUNDED)
                            & (files["month_decided"] == world.month - 1))
    first = funded[np.argmax(files["points"][funded])]
    assert files["points"][first] > files["points"][funded].min()
    files["outcome"][first], files["month_decided"][first] = Outcome.REFUSED_RANK, world.month - 1
    files["cost_eur_cents"][first] = 0
    world.memory["seats"][:] = 1


def _steal_title(world: World) -> None:
    certified = np.flatnonzero(world.files["stage"] == Stage.CERTIFIED)[0]
    world.persons["titles"][world.files["person"][certified]] = 0


def _born_tomorrow(world: World) -> None:
    world.persons["since"][0] = world.month + 1


def _underpay(world: World) -> None:
    p = world.persons
    hired = (p["hired"] == world.month - 1) & (p["team"] >= 0) & (p["status"] != 3)
    p["wage"][np.flatnonzero(hired)[0]] = 100_000


@pytest.mark.parametrize(("damage", "fault"), [
    (_revive, HeadsLost), (_lose_post, PostMismatch), (_count_wrong, PostMismatch),
    (_cover_wrong, PostMismatch), (_flow_wrong, FlowMismatch), (_pay_too_much, BooksOpen),
    (_skip_rank, RankIgnored),
    (_steal_title, NotEligible), (_born_tomorrow, DatesOutOfOrder), (_underpay, ValueOutOfRange),
])
def test_damage_is_found_and_named(
        lived: World, damage: Callable[[World], None], fault: type[BrokenIdentity]) -> None:
    tables = [lived.persons, lived.teams]
    before = [{name: values.copy() for name, values in table.items()} for table in tables]
    flows, files, seats = lived.record.flows[-1].copy(), lived.files, lived.memory["seats"].copy()
    lived.files = files.copy()
    try:
        check_world(lived)
        damage(lived)
        with pytest.raises(fault) as met:
            check_world(lived)
        assert met.value.code == fault.code and str(lived.month - 1) in met.value.message()
    finally:
        for table, kept in zip(tables, before, strict=True):
            for name, values in kept.items():
                table[name][:] = values
        lived.record.flows[-1], lived.files, lived.memory["seats"] = flows, files, seats
