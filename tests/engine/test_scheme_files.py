"""Files of the schemes: what is passed over, how lists are cut, how commitments are paid."""

from __future__ import annotations

import numpy as np
import pytest
from engine_worlds import crowded

from sim.population.columns import NONE
from sim.schemes.commission import pay_down
from sim.schemes.files import Outcome, Stage, recent_decisions
from sim.schemes.payments import pay_instalments, take_back
from sim.schemes.rules import schemes

PTP, TRANSCO, RESIGN = (next(s.code for s in schemes() if s.name == name)
                        for name in ("ptp", "transco", "demissionnaire"))
RESIGNED = np.array([scheme.code == RESIGN for scheme in schemes()])
NO_CPF = np.zeros(len(schemes()), np.int64)


def test_no_file_is_passed_over_that_could_still_change() -> None:
    world, last = crowded(schemes__ptp__budget_eur_per_year=100_000_000), 0
    for _ in range(50):
        before, first = world.files.table(), world.files.live_from(world.month)
        assert first >= last
        last = first
        decided, funded = recent_decisions(world.files, world.month, len(schemes()))
        recent = (before["outcome"] != Outcome.WAITING) & (before["month_decided"] >= world.month - 12)
        for name, found in (("decided", decided), ("funded", funded)):
            once = np.isin(before["outcome"], [Outcome.FUNDED, Outcome.LAPSED])
            counted = recent & (once | (name == "decided"))
            assert np.array_equal(found, np.bincount(before["scheme"][counted], minlength=len(schemes())))
        world.step()
        after = world.files.table()
        for name, values in before.items():
            assert np.array_equal(after[name][:first], values[:first]), name
    assert last > 100
    old = after["month_decided"] < world.month - 25
    decided = (after["outcome"] != Outcome.WAITING) & old
    for name in ("durable_24", "in_aim_24", "in_work_24"):
        assert (after[name][decided & (after["month_decided"] >= 0)] >= 0).all(), name
    assert not ((after["month_filed"] < world.month - 12) & (after["outcome"] == Outcome.WAITING)).any()


def test_every_graduate_is_asked_after_six_months_and_nobody_else() -> None:
    world = crowded(schemes__ptp__budget_eur_per_year=100_000_000)
    for _ in range(36):
        world.step()
    files = world.files
    taught = np.isin(files["stage"], (Stage.CERTIFIED, Stage.NOT_CERTIFIED, Stage.COMPLETED))
    due = taught & (files["outcome"] == Outcome.FUNDED) & (files["ends"] + 6 < world.month)
    assert due.sum() > 20
    assert np.array_equal(files["placed_6"] >= 0, due)


@pytest.mark.parametrize(("left", "funded"), [
    (250, [0, 1]), (99, []), (400, [0, 1, 2]), (10_000, [0, 1, 2, 4])])
def test_a_list_is_cut_at_the_first_file_that_cannot_be_paid(left: int, funded: list[int]) -> None:
    """Five files of PTP: the fourth waits for a seat, one of TransCo without limit goes through whatever."""
    prices = np.array([100, 100, 200, 100, 5000, 7])
    scheme = np.array([PTP] * 5 + [TRANSCO], np.uint8)
    route = np.array([0, 0, NONE, 1, 0, 0], np.uint8)
    zeros = [np.zeros(6, np.int64) for _ in range(6)]
    outcome, decided, starts, cost, teaching, kept = zeros
    yearly, money = np.full(len(schemes()), -1), np.zeros(len(schemes()), np.int64)
    yearly[PTP], money[PTP] = 20_000, left
    seats = np.array([9.0, 0.0])
    count, cents, dear, _ = pay_down(
        np.arange(6), 40, np.full(len(schemes()), 3), prices, prices // 2, prices // 3, yearly, money, seats,
        np.ones((len(schemes()), 2), bool), np.zeros(2, np.int64), scheme, route, outcome, decided, starts,
        cost, teaching, kept)
    chosen = [*funded, 5]
    assert list(np.flatnonzero(outcome == Outcome.FUNDED)) == chosen and not dear.size
    assert count[PTP] == len(funded) and cents[PTP] == prices[funded].sum() == left - money[PTP]
    assert list(cost[chosen]) == list(prices[chosen]) and (starts[chosen] == 43).all()
    assert seats[0] == 9 - sum(route[row] == 0 for row in chosen)


def test_a_file_dearer_than_the_year_is_refused_without_cutting_the_list() -> None:
    arrays = [np.zeros(2, np.int64) for _ in range(6)]
    yearly, money = np.full(len(schemes()), 1_000), np.full(len(schemes()), 500)
    _, _, dear, _ = pay_down(
        np.arange(2), 40, np.zeros(len(schemes()), np.int64), np.array([1_001, 500]), np.zeros(2, np.int64),
        np.zeros(2, np.int64), yearly, money, np.zeros(1),
        np.ones((len(schemes()), 1), bool), np.zeros(1, np.int64), np.full(2, PTP, np.uint8),
        np.full(2, NONE, np.uint8), *arrays)
    assert list(dear) == [0] and list(arrays[0]) == [Outcome.WAITING, Outcome.FUNDED]


@pytest.mark.parametrize(("cost", "teaching", "months"), [(1_000_003, 333_331, 7), (5, 5, 1), (12, 1, 12)])
def test_instalments_are_whole_cents_and_add_up(cost: int, teaching: int, months: int) -> None:
    columns = {name: np.array([value]) for name, value in {
        "starts": 40, "ends": 40 + months, "cost": cost, "teaching": teaching, "route": 0, "paid": 0}.items()}
    total, nothing = np.zeros(5, np.int64), np.zeros(1, np.int64)
    for month in range(40, 40 + months + 1):
        paid = pay_instalments(np.zeros(1, np.int64), month, np.array([PTP]), RESIGNED, columns["starts"],
                               columns["ends"], columns["cost"], columns["teaching"], np.array([700]),
                               columns["route"], nothing, NO_CPF, columns["paid"])
        assert (paid >= 0).all()
        total += paid[PTP]
    assert list(total) == [teaching, cost - teaching, max(700 - teaching, 0), 0, 0]
    assert columns["paid"][0] == cost


def test_whoever_resigned_gets_the_course_alone_paid() -> None:
    paid = np.zeros(1, np.int64)
    nothing = np.zeros(1, np.int64)
    total = sum(pay_instalments(nothing, month, np.array([RESIGN]), RESIGNED, np.array([40]), np.array([47]),
                                np.array([9_999]), nothing, np.array([701]), nothing, nothing, NO_CPF,
                                paid)[RESIGN, 0]
                for month in range(40, 49))
    assert total == 701 and paid[0] == 0


@pytest.mark.parametrize(("cpf", "own", "rest"), [(0, 0, 301), (100, 100, 201), (9_000, 301, 0)])
def test_the_trainee_s_account_pays_before_others(cpf: int, own: int, rest: int) -> None:
    account, nothing = NO_CPF.copy(), np.zeros(1, np.int64)
    account[PTP] = cpf
    paid = sum(pay_instalments(nothing, month, np.array([PTP]), RESIGNED, np.array([40]), np.array([47]),
                               np.array([400]), np.array([400]), np.array([701]), nothing, nothing, account,
                               np.array([400 * (month - 40) // 7]))[PTP] for month in range(40, 47))
    assert list(paid) == [400, 0, rest, 0, own]


def test_what_is_not_spent_goes_back_to_the_year_that_committed_it() -> None:
    cost, paid = np.array([100, 200, 300]), np.array([10, 20, 30])
    scheme, decided = np.array([PTP, PTP, TRANSCO]), np.array([48, 47, 59])
    rest = take_back(np.arange(3), 4, len(schemes()), scheme, decided, paid, cost)
    assert list(rest[PTP]) == [90, 180] and list(rest[TRANSCO]) == [270, 0]
    assert np.array_equal(cost, paid)
