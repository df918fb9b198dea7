"""The books of a run, added up again from persons and files."""

from __future__ import annotations

import numpy as np
import pytest
from engine_worlds import SMALL, live, world_of

from sim.population.columns import State
from sim.schemes.files import Outcome, Stage
from sim.schemes.rules import schemes
from sim.world import World

CODES = {scheme.name: scheme.code for scheme in schemes()}


@pytest.fixture(scope="module")
def lived() -> World:
    return live(world_of("reference", SMALL), 40)


def booked(world: World, **wanted: object) -> int:
    """Cents of the ledger's entries that match, by month, scheme, payer, payee, kind."""
    names = ("month", "scheme", "payer", "payee", "kind")
    return sum(amount for entry, amount in world.ledger.entries.items()
               if all(dict(zip(names, entry, strict=True))[name] == value for name, value in wanted.items()))


def test_benefits_of_the_month_are_those_due_to_the_people_on_them(lived: World) -> None:
    p, month = lived.persons, lived.month - 1
    state, days, cents, before = (p[name][: lived.rows].astype(np.int64)
                                  for name in ("state", "are_days", "are_cents_a_day", "are_paid"))
    jobless = (state == State.UNEMPLOYED) | ((state == State.TRAINING) & (p["team"][: lived.rows] < 0))
    # Whoever is paid up now may have been paid some days of the month; the others are known to the day.
    running = jobless & (before > 0) & (before < days)
    paid = np.minimum(before, 30) * running
    most = int((cents * paid).sum() + (30 * cents)[jobless & (before == days) & (days > 0)].sum())
    found = booked(lived, month=month, kind="are") + booked(
        lived, month=month, scheme="csp", payer="unedic", kind="allowance")
    assert 0.98 * (cents * paid).sum() <= found <= 1.02 * most
    assert running.sum() <= lived.record.series["are_recipients"][-1]
    assert (days <= 1095).all() and (cents[running] > 1_000).all()


def courses(world: World, scheme: str) -> np.ndarray:
    """Files of courses that have begun, before or during the run."""
    files = world.files
    return np.flatnonzero((files["scheme"] == CODES[scheme]) & (files["outcome"] == Outcome.FUNDED)
                          & (files["route"] < world.routes.count) & (files["stage"] >= Stage.IN_TRAINING))


def months_paid(world: World, begun: np.ndarray, month: int) -> np.ndarray:
    """Months of each course that have been paid at the end of a month; a drop-out pays her last month."""
    length = world.routes.months[world.files["route"][begun]]
    until = np.minimum(world.files["ends"][begun], month)
    return np.clip(until - world.files["starts"][begun] + 1, 0, length)


def test_courses_of_those_who_resign_are_paid_once(lived: World) -> None:
    begun = courses(lived, "demissionnaire")
    route = lived.files["route"][begun]
    fees = np.rint(lived.routes.fee_eur[route] * 100).astype(np.int64)
    at_opening, now = (fees * months_paid(lived, begun, month) // lived.routes.months[route]
                       for month in (35, lived.month - 1))
    assert (now > at_opening).sum() > 5
    assert booked(lived, scheme="demissionnaire", kind="teaching") == int((now - at_opening).sum())


def test_leave_is_paid_by_equal_months_and_to_the_cent(lived: World) -> None:
    files, begun = lived.files, courses(lived, "ptp")
    begun = begun[files["starts"][begun] >= 36]
    length, months = lived.routes.months[files["route"][begun]], months_paid(lived, begun, lived.month - 1)
    paid, cost = files["paid_eur_cents"][begun], files["cost_eur_cents"][begun]
    assert begun.size > 10
    assert np.array_equal(paid[months == length], cost[months == length])
    running = files["stage"][begun] == Stage.IN_TRAINING
    assert (np.abs(paid - cost * months / length)[running] <= 2).all()
    assert booked(lived, scheme="ptp") >= int(paid.sum())


def test_payers_pay_and_the_books_close(lived: World) -> None:
    net = lived.ledger.balance()
    assert sum(net.values()) == 0
    assert all(net[payer] < 0 for payer in ("transitions_pro", "unedic"))
    assert all(net[payee] > 0 for payee in ("person", "training_provider"))


def test_commitments_of_the_year_are_the_prices_of_its_files(lived: World) -> None:
    files, series = lived.files, lived.record.series
    mine = (files["scheme"] == CODES["ptp"]) & (files["month_decided"] >= 36)
    own = int(files["cost_eur_cents"][mine].sum())
    committed, released = (sum(series.get(f"{name}_eur_cents_ptp", [0]))
                           for name in ("committed", "released"))
    # Releases also come from files of before the run.
    assert committed - released <= own <= committed
