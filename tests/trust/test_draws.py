"""Draws belong to (seed, decision, month, person): what is added beside changes nobody's life.

Tolerance zero: columns are compared byte for byte.  A person is her row: rows cannot be put in another order
without giving people other numbers, so order is tested where it could creep in otherwise.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import IntEnum

import numpy as np
import pytest
from built_worlds import STILL, settle
from digest import columns_of, digests
from engine_worlds import SMALL, TINY, crowded, live, with_rules, world_of
from toy_world import toy_world

from sim import world as world_module
from sim.groups import empty_strata
from sim.layout import in_lines
from sim.population.columns import NONE, State
from sim.streams import draw_many, stream_key
from sim.world import World

MONTHS = 12


def unlike(one: World, other: World) -> list[str]:
    left, right = digests(one), digests(other)
    return sorted(name for name in left.keys() | right.keys() if left.get(name) != right.get(name))


def busy() -> World:
    """A small world where people file, learn and are laid off."""
    return crowded("ai-fast", TINY, schemes__ptp__budget_eur_per_year=300_000_000)


@pytest.fixture(scope="module")
def alone() -> World:
    return live(busy(), MONTHS)


def test_the_world_compared_here_has_hires_files_and_trainees(alone: World) -> None:
    series = alone.record.series
    assert min(sum(series[name]) for name in ("hires", "files_received_ptp", "training_starts")) > 20


class Added(IntEnum):
    """A decision that the model does not have."""

    COIN = 4242


@pytest.mark.parametrize("process", ["adoption.adopt", "separations.separate", "commission.decide",
                                     "matching.match", "accounts.keep"])
def test_a_process_that_draws_changes_no_other_draw(
        alone: World, process: str, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = 0
    module, name = process.split(".")
    original: Callable[[World], None] = getattr(getattr(world_module, module), name)

    def with_a_coin(world: World) -> None:
        nonlocal drawn
        everybody = np.arange(world.rows, dtype=np.int64)
        drawn += int((draw_many(world.key(Added.COIN), everybody) < 1 << 31).sum())  # type: ignore[arg-type]
        np.random.random(7)  # noqa: NPY002 (somebody else's generator moves on)
        original(world)

    monkeypatch.setattr(getattr(world_module, module), name, with_a_coin)
    assert unlike(alone, live(busy(), MONTHS)) == []
    assert drawn > 0.4 * MONTHS * alone.rows


def test_a_run_leaves_the_generators_of_others_alone() -> None:
    import random

    before = random.getstate(), np.random.get_state()  # noqa: NPY002
    live(world_of("ai-fast", TINY), 2)
    after = random.getstate(), np.random.get_state()  # noqa: NPY002
    assert before[0] == after[0] and np.array_equal(before[1][1], after[1][1])


def without_entries(scale: float) -> World:
    """A world in which nobody comes of age or reaches 65 within two years, so that rows stay those of now."""
    world = with_rules(world_of("ai-fast", scale), labour_supply__growth_share_per_year=0.0)
    born = world.persons["birth_month"]
    born[:] = np.maximum(born, world.month - 60 * 12)
    world.memory.pop("of_working_age", None)
    world.memory["entrants_owed"] = 0.0
    return settle(world)


def add_person(world: World, state: State) -> int:
    """One more row: a woman of forty who has never worked."""
    new = {"person": world.rows, "sex": 1, "birth_month": world.month - 480, "occupation": NONE,
           "sector": NONE, "status": 4, "contract": 3, "unit": -1, "team": -1, "state": int(state),
           "since": world.month, "hired": world.month, "occupation_since": world.month,
           "scheme": NONE, "ends": -1, "aim": NONE, "aim_until": -1, "laid_off": -32768, "stopped": -32768,
           "advised_until": -32768}
    world.persons = {
        name: np.append(values[: world.rows], np.array([new.get(name, 0)]).astype(values.dtype))
        for name, values in world.persons.items()}
    world.rows += 1
    settle(world)
    return world.rows - 1


@pytest.mark.parametrize(("scale", "months"), [
    (TINY, 12), pytest.param(SMALL * 5, 24, marks=pytest.mark.full)])
@pytest.mark.parametrize("state", [State.LEFT, State.INACTIVE])
def test_one_more_person_who_meets_no_one_changes_nobody_else(
        scale: float, months: int, state: State) -> None:
    before, beside = without_entries(scale), without_entries(scale)
    row = add_person(beside, state)
    idle = {"participation__inactive_search_rate": 0.0, "matching__inactive_suitable_rate": 0.0}
    worlds = [live(with_rules(world, **idle) if state == State.INACTIVE else world, months)
              for world in (before, beside)]
    assert not any(sum(world.record.series["entries"]) for world in worlds)
    assert beside.persons["state"][row] == state and beside.persons["since"][row] == before.month - months
    one, other = columns_of(before), columns_of(beside)
    changed = [name for name in one if not name.startswith(("record.stocks", "persons."))
               and not np.array_equal(one[name], other[name])]
    changed += [name for name in one if name.startswith("persons.")
                and not np.array_equal(one[name], other[name][: before.rows])]
    assert changed == []
    heads = (other["record.stocks"].astype(int) - one["record.stocks"]).sum(axis=(1, 2, 3))
    assert (heads.sum(axis=1) == (state != State.LEFT)).all()


def test_lay_offs_do_not_depend_on_the_order_in_which_a_team_is_looked_at() -> None:
    from sim.processes.adjustment import layoff_order

    world = live(world_of("ai-fast", SMALL), 1)
    held = np.flatnonzero(world.persons["team"][: world.rows] >= 0)
    order = layoff_order(world, held)
    shuffled = held[np.argsort(draw_many(stream_key(0, Added.COIN, 0), held), kind="stable")]  # type: ignore[arg-type]
    assert not np.array_equal(held, shuffled)
    assert np.array_equal(order, layoff_order(world, shuffled))


def test_files_are_ranked_the_same_in_whatever_order_they_are_looked_at() -> None:
    from sim.schemes.files import Outcome
    from sim.schemes.lists import rank

    world = live(crowded(schemes__ptp__budget_eur_per_year=60_000_000), 3)
    waiting = np.flatnonzero(world.files["outcome"] == Outcome.WAITING)
    assert waiting.size > 20
    assert np.array_equal(rank(world, waiting), rank(world, waiting[::-1].copy()))


def test_spare_rows_do_not_matter() -> None:
    tight, roomy = toy_world(), toy_world()
    roomy.persons, roomy.lines = in_lines(
        {name: values[: roomy.rows].copy() for name, values in roomy.persons.items()}, roomy.rows + 777)
    strata = empty_strata(roomy.rows + 777)
    strata[:, : roomy.strata.shape[1]] = roomy.strata[:, : strata.shape[1]]
    roomy.strata = strata
    for world in (tight, roomy):
        live(world, 24)
    assert tight.rows > 60 and unlike(tight, roomy) == []


def test_rules_at_rest_are_those_that_stop_every_draw_from_mattering() -> None:
    # Two seeds, no hazards: nothing that a draw decides is left.
    worlds = [toy_world() for _ in range(2)]
    for seed, world in enumerate(worlds):
        shipped = world.rules_of
        world.seed, world.rules_of = seed, lambda month, shipped=shipped: {**shipped(month), **STILL}
        world.persons["birth_month"][:] = np.maximum(world.persons["birth_month"], -480)
        live(settle(world), 6)
    assert unlike(*worlds) == []
