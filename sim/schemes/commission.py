"""Process 6: each funder's month.

Files are tested, ranked by points (then by date of filing, then by a keyed draw, then by row) and paid down
the list until the envelope ends.  The list is cut at the first file that cannot be paid: skipping to a cheaper
one would make more money fund fewer people in some months; cutting never does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.population.columns import NONE
from sim.schemes.costs import commitments
from sim.schemes.envelope import Envelope
from sim.schemes.files import Outcome
from sim.schemes.rules import Scheme, with_files
from sim.streams import Decision, draw_many, threshold

if TYPE_CHECKING:
    from sim.world import World


def envelope(world: World, scheme: Scheme) -> Envelope:
    """The scheme's envelope, opened on first use."""
    envelopes: dict[int, Envelope] = world.memory.setdefault("envelopes", {})
    return envelopes.setdefault(scheme.code, Envelope())


def decide(world: World) -> None:
    """Hold the month's commissions."""
    grant_seats(world)
    for scheme in with_files():
        account = envelope(world, scheme)
        account.open_month(world.month, world.rules[scheme.key("budget_eur_per_year")], world.scale)
        waiting = np.flatnonzero(
            (world.files["outcome"] == Outcome.WAITING) & (world.files["scheme"] == scheme.code))
        if waiting.size:
            waiting = _test_projects(world, scheme, waiting)
            _fund(world, scheme, account, rank(world, waiting))
            _grow_tired(world, scheme)


def grant_seats(world: World) -> None:
    """A twelfth of the year's seats of each route opens every month; unused ones last until December."""
    month = world.month % 12
    yearly = np.round(world.routes.seats_per_year * world.rules["training.seats_ratio"] * world.scale, 6)
    granted = np.floor(yearly * (month + 1) / 12) - np.floor(yearly * month / 12)
    left = world.memory.get("seats", np.zeros(world.routes.count))
    world.memory["seats"] = granted if month == 0 else left + granted


def rank(world: World, files: np.ndarray) -> np.ndarray:
    """Files in the order in which they are paid."""
    table = world.files
    draws = draw_many(world.key(Decision.COMMISSION, 0), files)
    order: np.ndarray = files[
        np.lexsort((files, draws, table["month_filed"][files], -table["points"][files].astype(np.int64)))]
    return order


def _close(world: World, files: np.ndarray, outcome: Outcome) -> None:
    """Write a refusal; the person may apply again."""
    world.files["outcome"][files] = outcome
    world.files["month_decided"][files] = world.month
    world.persons["scheme"][world.files["person"][files]] = NONE


def _test_projects(world: World, scheme: Scheme, waiting: np.ndarray) -> np.ndarray:
    """New files whose project does not hold are refused before any scoring; returns the others."""
    new = world.files["month_filed"][waiting] == world.month
    draws = draw_many(world.key(Decision.WITHDRAWAL, 0), waiting)
    weak = new & (draws >= threshold(world.rules[scheme.key("sound_project_share")]))
    _close(world, waiting[weak], Outcome.REFUSED_PROJECT)
    return waiting[~weak]


def _fund(world: World, scheme: Scheme, account: Envelope, ranked: np.ndarray) -> None:
    """Pay down the list; write what is funded and cut where the money ends."""
    files, month = world.files, world.month
    cost, teaching = commitments(world, scheme, ranked)
    seats = world.memory["seats"]
    funded = []
    for position, row in enumerate(ranked):
        route = int(files["route"][row])
        price = int(cost[position])
        if account.yearly_cents is not None and price > account.yearly_cents:
            _close(world, np.array([row]), Outcome.REFUSED_TOO_DEAR)
            continue
        if route != NONE and seats[route] < 1:
            continue  # Waits for a seat; the money goes on to the next file.
        if not account.can_pay(price):
            break
        account.commit(price)
        if route != NONE:
            seats[route] -= 1
        funded.append(position)
    chosen = np.array(funded, np.int64)
    rows = ranked[chosen]
    files["outcome"][rows] = Outcome.FUNDED
    files["month_decided"][rows] = month
    files["cost_eur_cents"][rows] = cost[chosen]
    files["teaching_eur_cents"][rows] = teaching[chosen]
    files["starts"][rows] = month + int(world.rules[scheme.key("start_delay_months")])
    world.record.count(f"files_funded_{scheme.name}", rows.size)
    world.record.count(f"committed_eur_cents_{scheme.name}", int(cost[chosen].sum()))


def _grow_tired(world: World, scheme: Scheme) -> None:
    """Files that have waited for too long are refused for their rank."""
    files = world.files
    old = (
        (files["outcome"] == Outcome.WAITING)
        & (files["scheme"] == scheme.code)
        & (world.month - files["month_filed"] >= int(world.rules[scheme.key("waiting_months")]))
    )
    _close(world, np.flatnonzero(old), Outcome.REFUSED_RANK)
