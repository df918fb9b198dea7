"""Courses within support: who asks, what goes on meanwhile, who pays, whose seat it is."""

from __future__ import annotations

import numpy as np
import pytest
from engine_worlds import live, with_rules, world_of

from sim.checks import check_world
from sim.errors import MalformedParameter
from sim.population.columns import NONE, State
from sim.schemes.files import Outcome, Stage
from sim.schemes.rules import read_schemes, schemes
from sim.schemes.seats import need_seats
from sim.schemes.texts import scheme_texts
from sim.world import World

CODES = {scheme.name: scheme.code for scheme in schemes()}
WITHIN = {"csp_courses": ("csp",), "leave_courses": ("conge_reclassement", "transco_conge_mobilite")}
# A region that sheds posts, and many who ask, so that a small sample holds some dozens of each.
SHEDS = {"demand__growth_share_per_year": -0.06, "ai__adjustment_months": 3, "closure__labour_supply": "own"}
EAGER = {f"schemes__{name}__application_intercept": -1.5 for name in WITHIN}
SCALE, MONTHS = 0.02, 20


@pytest.fixture(scope="module")
def lived() -> World:
    world = with_rules(world_of(scale=SCALE), **SHEDS, **EAGER)
    for _ in range(MONTHS):
        world.step()
        check_world(world)
    return world


def rows_of(world: World, *names: str) -> np.ndarray:
    """Files of some schemes filed since the opening."""
    mine = np.isin(world.files["scheme"], [CODES[name] for name in names])
    return np.flatnonzero(mine & (world.files["month_filed"] >= 36))


def test_the_supported_ask_once_and_nobody_else_does(lived: World) -> None:
    files = lived.files
    for name, supports in WITHIN.items():
        asked = np.isin(files["scheme"], [CODES[one] for one in supports]) & (files["asked"] == 1)
        requests = rows_of(lived, name)
        assert requests.size > 20
        people, often = np.unique(files["person"][requests], return_counts=True)
        held, supported = np.unique(files["person"][asked], return_counts=True)
        assert np.isin(people, held).all()
        assert (often <= supported[np.searchsorted(held, people)]).all()


def test_support_goes_on_during_the_course(lived: World) -> None:
    files, p = lived.files, lived.persons
    rows = rows_of(lived, *WITHIN)
    learning = rows[(files["outcome"][rows] == Outcome.FUNDED) & (files["stage"][rows] == Stage.IN_TRAINING)]
    under_way = np.flatnonzero(files["stage"] == Stage.SUPPORTED)
    both = learning[np.isin(files["person"][learning], files["person"][under_way])]
    assert both.size > 5
    who = files["person"][both]
    assert (p["state"][who] == State.TRAINING).all() and (p["team"][who] < 0).all()
    supports = [CODES[one] for names in WITHIN.values() for one in names]
    assert np.isin(p["scheme"][who], supports).all()
    after = learning[~np.isin(files["person"][learning], files["person"][under_way])]
    assert (p["scheme"][files["person"][after]] == NONE).all()


def test_a_course_starts_within_the_support_or_not_at_all(lived: World) -> None:
    files = lived.files
    rows = rows_of(lived, *WITHIN)
    begun = rows[(files["outcome"][rows] == Outcome.FUNDED) & (files["stage"][rows] >= Stage.IN_TRAINING)]
    support = np.flatnonzero(files["asked"] == 1)
    last = {int(files["person"][row]): int(files["ends"][row]) for row in support}
    assert begun.size > 20
    assert all(files["starts"][row] <= last[int(files["person"][row])] for row in begun)
    assert (files["outcome"][rows] == Outcome.LAPSED).any(), "some are back at work before the course"


def test_the_branch_or_the_employer_pays_and_the_allowance_runs_on(lived: World) -> None:
    booked = {(scheme, payer, kind) for _, scheme, payer, _, kind in lived.ledger.entries if scheme in WITHIN}
    assert booked == {("csp_courses", "opco", "teaching"), ("leave_courses", "employer", "teaching")}
    needed = need_seats(lived)
    assert all(needed[CODES[name]].all() for name in WITHIN)
    # As much of the support's commitment is paid as without courses, for those whose support is over in time.
    files = lived.files
    whole = np.flatnonzero((files["asked"] == 1) & (files["stage"] == Stage.SUPPORT_OVER)
                           & (files["scheme"] == CODES["conge_reclassement"])
                           & (files["ends"] - files["starts"] == 8))
    assert whole.size > 3
    month_of_all = files["paid_eur_cents"][whole] / np.maximum(files["cost_eur_cents"][whole], 1)
    assert (month_of_all == 1.0).all()


def test_without_money_for_courses_nobody_in_support_asks() -> None:
    closed = {f"schemes__{name}__budget_eur_per_year": 0 for name in WITHIN}
    worlds = [live(with_rules(world_of(), **SHEDS, **closed, **more), 5) for more in ({}, EAGER)]
    assert rows_of(worlds[0], *WITHIN).size == 0
    assert worlds[0].ledger.entries == worlds[1].ledger.entries
    for name, values in worlds[0].persons.items():
        assert values[: worlds[0].rows].tobytes() == worlds[1].persons[name][: worlds[1].rows].tobytes(), name


def test_a_support_that_does_not_exist_is_told_with_those_that_do() -> None:
    texts = scheme_texts()
    texts["csp_courses"] = texts["csp_courses"].replace('within = ["csp"]', 'within = ["cps"]')
    with pytest.raises(MalformedParameter) as fault:
        read_schemes(texts)
    said = str(fault.value)
    assert "csp_courses.toml.who.within" in said and "conge_reclassement | csp" in said
