"""Ten thousand random years of lists and envelopes: nothing is spent that was not granted.

The commission alone, without a world: random budgets that change in mid-year, random files, prices, seats,
points and give-backs.  Every case is a year of one to four schemes.  Nothing statistical: one cent too many
in one case fails.
"""

from __future__ import annotations

import math

import numpy as np

from sim.kernels import Array
from sim.schemes.commission import pay_down
from sim.schemes.envelope import Envelope
from sim.schemes.files import FUNDED

CASES = 10_000
ROUTES = 3


class Lists:
    """One random case: what comes before the commissions each month."""

    def __init__(self, case: int) -> None:
        draw = np.random.Generator(np.random.Philox(key=[case, 77]))
        self.schemes = int(draw.integers(1, 5))
        self.files = draw.integers(0, 13, 12)
        rich = draw.choice([0.0, 1e3, 1e5, math.inf], self.schemes, p=[0.2, 0.4, 0.35, 0.05])
        self.budgets = np.outer(np.ones(12), rich)
        change = int(draw.integers(0, 12))
        finite = np.where(np.isinf(rich), 0.0, rich) * draw.choice([0.0, 0.5, 1.0, 3.0])
        self.budgets[change:] = np.where(np.isinf(rich), rich, finite)
        self.scale = float(draw.choice([1.0, 0.1, 0.013]))
        self.seats = draw.integers(0, 6, (12, ROUTES)).astype(float)
        self.draw = draw

    def month(self, files: int) -> tuple[Array, ...]:
        """Scheme, route, price and points of the files that are ranked, in the order of the list."""
        scheme = self.draw.integers(0, self.schemes, files)
        route = self.draw.choice([0, 1, 2, 255], files)
        price = self.draw.integers(1, 400_000, files)
        points = self.draw.integers(0, 20, files)
        order = np.lexsort((np.arange(files), -points, scheme))
        return scheme[order], route[order], price[order], points[order]


def paid(
    lists: tuple[Array, ...], accounts: list[Envelope], seats: Array, month: int = 0
) -> tuple[Array, Array, Array]:
    """Outcome of each file, and cents and number funded by scheme, as the commission pays them down."""
    scheme, route, price, _ = lists
    n, count = scheme.size, len(accounts)
    yearly = np.array([-1 if one.yearly_cents is None else one.yearly_cents for one in accounts])
    left = np.array([one.left_cents for one in accounts])
    outcome, decided, starts = np.zeros(n, np.uint8), np.full(n, -1, np.int16), np.full(n, -1, np.int16)
    written = [np.zeros(n, np.int64) for _ in range(3)]
    needed = np.ones((count, ROUTES), bool)
    funded, cents, _, _ = pay_down(
        np.arange(n), month, np.ones(count, np.int64), price, price // 2, price // 3, yearly, left, seats,
        needed, np.zeros(ROUTES, np.int64), scheme.astype(np.uint8), route.astype(np.uint8), outcome, decided,
        starts, *written)
    assert (written[0][outcome == FUNDED] == price[outcome == FUNDED]).all()
    return outcome == FUNDED, cents, funded


def test_no_envelope_is_overspent_and_no_one_is_passed_over() -> None:
    spent = cuts = 0
    for case in range(CASES):
        lists = Lists(case)
        accounts = [Envelope() for _ in range(lists.schemes)]
        granted, net = np.zeros(lists.schemes, np.int64), np.zeros(lists.schemes, np.int64)
        for month in range(12):
            for code, account in enumerate(accounts):
                budget = float(lists.budgets[month, code])
                account.open_month(month, budget, lists.scale)
                yearly = 0 if math.isinf(budget) else round(budget * 100 * lists.scale)
                granted[code] += yearly * (month + 1) // 12 - yearly * month // 12
            ranked = lists.month(int(lists.files[month]))
            seats = lists.seats[month].copy()
            funded, cents, _ = paid(ranked, accounts, seats, month)
            assert (seats >= 0).all()
            for code, account in enumerate(accounts):
                account.commit(int(cents[code]))
                back = int(lists.draw.integers(0, int(cents[code]) + 1)) if cents[code] else 0
                account.release(back, 0)
                net[code] += int(cents[code]) - back
                if account.yearly_cents is None:
                    continue
                assert account.left_cents >= 0
                assert net[code] <= granted[code], (case, month, code)
                assert account.yearly_cents > 0 or cents[code] == 0  # Zero is zero.
                cuts += passed_over(ranked, funded, code, seats, account.yearly_cents)
            spent += int(funded.sum())
    assert spent > CASES and cuts > CASES / 10


def passed_over(ranked: tuple[Array, ...], funded: Array, code: int, seats: Array, yearly: int) -> bool:
    """Whether the scheme's list was cut; below the cut nobody is funded, above it only for want of a seat or
    for a price beyond the whole year."""
    scheme, route, price, points = ranked
    mine = np.flatnonzero(scheme == code)
    last = max((n for n in mine if funded[n]), default=-1)
    for n in mine:
        if n < last and not funded[n]:
            assert price[n] > yearly or (route[n] < ROUTES and seats[route[n]] < 1)
            assert points[n] >= points[last]
    return bool(mine.size and not funded[mine[-1]])


def test_the_set_funded_in_the_first_month_grows_with_the_budget() -> None:
    more = 0
    for case in range(CASES):
        lists = Lists(case)
        ranked = lists.month(12)
        dearest, before = int(ranked[2].max()), None
        for ratio in (1, 2, 7):
            # As the contract has it: a file dearer than the whole year does not cut the list, so budgets are
            # such that none is.
            accounts = [Envelope(12 * dearest, dearest * ratio) for _ in range(lists.schemes)]
            funded, _, _ = paid(ranked, accounts, np.full(ROUTES, 99.0))
            now = set(np.flatnonzero(funded).tolist())
            assert before is None or before <= now
            more += before is not None and before < now
            before = now
    assert more > CASES / 10
