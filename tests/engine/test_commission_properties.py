"""Commissions on random lists: money, ranks, reasons.  Nothing here is left to chance but the examples.

The small dose looks for gross faults; ten thousand lists are for ``make test-full``.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import pytest
from engine_worlds import TINY, world_of
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from sim.population.columns import NONE, Education, State, Status
from sim.schemes.commission import decide, envelope
from sim.schemes.file_reasons import CRITERION_LABELS, REASONS, explain_file, file_row, waits_for_seat
from sim.schemes.files import Appeal, Files, Outcome, Project
from sim.schemes.grid import CRITERIA, grids
from sim.schemes.rules import Scheme, of_behaviour, schemes
from sim.world import World

LISTS: dict[str, Any] = {
    "deadline": None, "database": None, "phases": [Phase.generate],
    "suppress_health_check": [HealthCheck.too_slow]}
MONTHS = 8
ASKED = of_behaviour("leave", "resign")
REFUSALS = [outcome for outcome in Outcome if outcome.name.startswith("REFUSED")]


@dataclass(frozen=True)
class Case:
    """A random year of commissions: money, rules and files follow from the numbers drawn."""

    seed: int
    start: int
    budgets: tuple[int, ...]
    """Thousands of euros a year, by scheme that people ask under; -1 without limit."""
    seats_percent: int
    waiting_months: int
    files_a_month: int
    appeals_percent: int
    withdrawals_percent: int


CASES = st.builds(
    Case, seed=st.integers(0, 2**31), start=st.integers(36, 47),
    budgets=st.tuples(*[st.sampled_from([0, -1, 30, 200]) | st.integers(0, 2000) for _ in ASKED]),
    seats_percent=st.sampled_from([0, 1, 10, 1000]), waiting_months=st.integers(1, 6),
    files_a_month=st.integers(0, 25), appeals_percent=st.sampled_from([0, 30, 100]),
    withdrawals_percent=st.sampled_from([0, 10]))


@cache
def region() -> World:
    """People and posts to ask from; money and seats are counted for a whole region."""
    world = world_of(scale=TINY)
    world.scale, world.files = 1.0, Files()
    world.persons["scheme"][:] = NONE
    world.memory["envelopes"] = {}
    world.memory.pop("seats", None)
    return world


def opened(case: Case, richer: int = 1) -> World:
    """The region before the first sitting; ``richer`` multiplies the first scheme's money."""
    world = region().twin()
    rules = dict(world.rules_of(36))
    for n, (scheme, thousands) in enumerate(zip(ASKED, case.budgets, strict=True)):
        budget = float("inf") if thousands < 0 else thousands * 1000 * (richer if n == 0 else 1)
        rules[scheme.key("budget_eur_per_year")] = budget
        rules[scheme.key("waiting_months")] = case.waiting_months
    rules |= {"training.seats_ratio": case.seats_percent / 100,
              "applications.appeal_share": case.appeals_percent / 100,
              "applications.appeal_success_share": 0.5, "applications.postponed_share": 0.3,
              "applications.withdrawal_rate": case.withdrawals_percent / 100}
    world.rules, world.month = rules, case.start
    return world


def ask(world: World, case: Case) -> None:
    """Random files of people at work who have none, under schemes with money."""
    random = np.random.default_rng((case.seed, world.month))
    p = world.persons
    free = np.flatnonzero((p["state"][: world.rows] == State.EMPLOYED) & (p["scheme"][: world.rows] == NONE)
                          & (p["status"][: world.rows] == Status.PRIVATE))
    idx = random.permutation(free)[: case.files_a_month]
    open_now = [s.code for s in ASKED if world.rules[s.key("budget_eur_per_year")] != 0]
    if not idx.size or not open_now:
        return
    scheme = random.choice(open_now, idx.size)
    route = random.choice(np.flatnonzero(world.routes.titled), idx.size)
    p["scheme"][idx] = scheme
    world.files.add(
        person=idx, scheme=scheme, route=route, project=np.full(idx.size, Project.COURSE),
        month_filed=np.full(idx.size, world.month), points=random.integers(0, 8, idx.size),
        criteria=random.integers(0, 2 ** len(CRITERIA), idx.size), unit=p["unit"][idx],
        origin_occupation=p["occupation"][idx], target_occupation=world.routes.target[route],
        tie_draw=random.integers(0, 2**32, idx.size), project_draw=random.integers(0, 2**32, idx.size),
        education=np.full(idx.size, Education.BAC3))


def sit(world: World, case: Case) -> None:
    """One month: files come in, commissions sit, and what must hold is looked at."""
    ask(world, case)
    before = {s.code: envelope(world, s).left_cents for s in ASKED}
    appealed = world.files["appeal"].copy()
    decide(world)
    files, month = world.files, world.month
    for scheme in ASKED:
        funded = (files["scheme"] == scheme.code) & (files["outcome"] == Outcome.FUNDED)
        funded &= files["month_decided"] == month
        committed = int(files["cost_eur_cents"][funded].sum())
        no_overspend(world, scheme, before[scheme.code], committed)
        ranks_hold(world, scheme, np.flatnonzero(funded))
    again = files["appeal"][: appealed.size] != appealed
    assert (appealed[again] == Appeal.NONE).all()  # Nobody appeals twice.
    world.month += 1


def no_overspend(world: World, scheme: Scheme, carried: int, committed: int) -> None:
    """What is committed was there: a twelfth, and this year's carry-over; over the year, the year's money."""
    budget, place = world.rules[scheme.key("budget_eur_per_year")], world.month % 12
    if budget == float("inf"):
        return
    year = round(budget * 100)
    twelfth = year * (place + 1) // 12 - year * place // 12
    there = twelfth + (0 if place == 0 else carried)
    assert committed <= there
    assert 0 <= envelope(world, scheme).left_cents == there - committed
    assert budget > 0 or committed == 0


def ranks_hold(world: World, scheme: Scheme, funded: Any) -> None:
    """Nobody refused for her rank stands above somebody funded; who waits above one lacks a seat."""
    files, month = world.files, world.month
    mine = files["scheme"] == scheme.code
    listed = mine & ((files["outcome"] == Outcome.WAITING) | (files["month_decided"] == month))
    if funded.size:
        last = files["rank"][funded].max()
        below = listed & (files["outcome"] == Outcome.REFUSED_RANK)
        assert (files["rank"][below] > last).all()
        above = listed & (files["outcome"] == Outcome.WAITING) & (files["rank"] < last)
        seats = world.memory["seats"][files["route"][above].astype(int)]
        assert (seats < 1).all()


def reasons_are_given(world: World) -> None:
    """Every decided file says why, in both languages, and what the last one funded had."""
    files = world.files
    for row in range(files.count):
        file = file_row(files, row)
        outcome = Outcome(file["outcome"])
        assert (file["month_decided"] >= 0) == (outcome is not Outcome.WAITING)
        for language in ("fr", "en"):
            said = explain_file(file, language)  # type: ignore[arg-type]
            assert REASONS[outcome][language == "en"] in said
        if outcome is Outcome.REFUSED_RANK:
            place, last = (file["points"], -file["month_filed"]), (file["last_points"], -file["last_filed"])
            assert file["rank"] > 0 and (file["last_points"] < 0 or place <= last)
            assert str(file["points"]) in said


def commissions_hold(case: Case) -> None:
    """Some months of sittings, and first of all more money."""
    world = opened(case)
    for _ in range(MONTHS):
        sit(world, case)
    reasons_are_given(world)
    more_money_funds_the_same_and_more(case)


def more_money_funds_the_same_and_more(case: Case) -> None:
    """First month: the set of the funded grows with the budget.

    A file dearer than the whole year is refused without cutting the list: so the promise is that of lists on
    which no file costs twelve times another.
    """
    first, chosen, prices = ASKED[0], [], []
    for richer in (1, 2, 7):
        world = opened(case, richer)
        sit(world, case)
        files = world.files
        funded = (files["scheme"] == first.code) & (files["outcome"] == Outcome.FUNDED)
        chosen.append(set(np.flatnonzero(funded).tolist()))
        prices += files["cost_eur_cents"][funded].tolist()
    assert chosen[0] <= chosen[1] <= chosen[2] or max(prices) >= 12 * min(prices)


@settings(max_examples=40, derandomize=True, **LISTS)
@given(CASES)
def test_commissions_hold_on_random_lists(case: Case) -> None:
    commissions_hold(case)


@pytest.mark.full
@settings(max_examples=10_000, **LISTS)
@given(CASES)
def test_commissions_hold_on_ten_thousand_random_lists(case: Case) -> None:
    commissions_hold(case)


def test_a_busy_year_has_every_outcome() -> None:
    # Otherwise the properties above would hold of nothing.
    # Money ends the first list, seats the second, which has no limit.
    seen: dict[str, set[int]] = {"outcome": set(), "appeal": set(), "postponed": set()}
    for seed in range(4):
        case = Case(seed, 36, tuple([150, -1] + [60] * (len(ASKED) - 2)), 1, 3, 25, 100, 10)
        world = opened(case)
        for _ in range(14):
            sit(world, case)
            for name, found in seen.items():
                found |= set(np.unique(world.files[name]).tolist())
    expected = {Outcome.WAITING, Outcome.FUNDED, Outcome.WITHDRAWN, *REFUSALS} - {Outcome.REFUSED_TOO_DEAR}
    assert expected <= seen["outcome"]
    assert {Appeal.REJECTED, Appeal.UPHELD} <= seen["appeal"]
    assert max(seen["postponed"]) > 0


def test_every_outcome_and_criterion_has_its_words() -> None:
    assert set(REASONS) == set(Outcome) and list(CRITERION_LABELS) == list(CRITERIA)
    assert all(all(texts) for texts in (*REASONS.values(), *CRITERION_LABELS.values()))


def test_every_grid_that_a_scheme_may_name_is_a_file() -> None:
    from sim.parameters import Registry

    registry = Registry.load()
    keys = [s.key("grid") for s in schemes() if s.key("grid") in registry]
    assert keys and all(set(registry[key].choices) == set(grids()) for key in keys)


def test_the_national_grid_adds_up_to_twenty() -> None:
    assert sum(int(points) for points in grids()["national_2024"].values()) == 20


def test_a_refusal_reads_as_the_commission_tells_it() -> None:
    file = {"outcome": Outcome.REFUSED_RANK, "appeal": Appeal.NONE, "points": 6, "rank": 40, "last_points": 8,
            "last_filed": 37, "month_filed": 37, "postponed": 0}
    assert explain_file(file) == (
        "refused: the money ends above its rank; 6 points, rank 40, last funded 8 points, filed 2024-02")
    assert explain_file(file, "fr") == (
        "refusé : l'enveloppe s'arrête avant son rang ; 6 points, rang 40, dernier financé 8 points, "
        "déposé 2024-02")
    above = {**file, "outcome": Outcome.WAITING, "points": 9}
    assert waits_for_seat(above) and not waits_for_seat({**above, "points": 7})
