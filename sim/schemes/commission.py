"""Process 6: each funder's month.

Files are tested, ranked by points (then by date of filing, then by a keyed draw, then by row) and paid down
the list until the envelope ends.  The list is cut at the first file that cannot be paid: skipping to a
cheaper
one would make more money fund fewer people in some months; cutting never does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.kernels import Array
from sim.moves import EMPLOYED
from sim.population.columns import NONE
from sim.schemes.costs import commitments
from sim.schemes.envelope import Envelope
from sim.schemes.files import Outcome
from sim.schemes.rules import Scheme, with_files
from sim.streams import threshold

if TYPE_CHECKING:
    from sim.world import World

EPOCH_MONTHS = 1200


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
            (world.files["outcome"] == Outcome.WAITING) & (world.files["scheme"] == scheme.code)
        )
        if waiting.size:
            waiting = _test_projects(world, scheme, _withdraw(world, waiting))
            _fund(world, scheme, account, rank(world, waiting))
            _grow_tired(world, scheme)


def grant_seats(world: World) -> None:
    """A twelfth of the year's seats of each route opens every month; unused ones last until December."""
    count = world.month + EPOCH_MONTHS  # cumulated from a fixed date: small samples get their seats some day
    monthly = np.round(
        world.routes.seats_per_year * world.rules["training.seats_ratio"] * world.scale / 12, 9
    )
    granted = np.floor(monthly * (count + 1)) - np.floor(monthly * count)
    left = world.memory.get("seats", np.zeros(world.routes.count))
    world.memory["seats"] = granted if world.month % 12 == 0 else left + granted


def rank(world: World, files: Array) -> Array:
    """Files in the order in which they are paid."""
    table = world.files
    order: Array = files[
        np.lexsort(
            (
                files,
                table["tie_draw"][files],
                table["month_filed"][files],
                -table["points"][files].astype(np.int64),
            )
        )
    ]
    return order


def _close(world: World, files: Array, outcome: Outcome) -> None:
    """Write a refusal; the person may apply again."""
    world.files["outcome"][files] = outcome
    world.files["month_decided"][files] = world.month
    world.persons["scheme"][world.files["person"][files]] = NONE


def _withdraw(world: World, waiting: Array) -> Array:
    """Files of people who have left the post they filed from are withdrawn; returns the others."""
    p, person = world.persons, world.files["person"][waiting]
    there = (p["state"][person] == EMPLOYED) & (p["unit"][person] == world.files["unit"][waiting])
    _close(world, waiting[~there], Outcome.WITHDRAWN)
    return np.asarray(waiting[there])


def _test_projects(world: World, scheme: Scheme, waiting: Array) -> Array:
    """New files whose project does not hold are refused before any scoring; returns the others."""
    new = world.files["month_filed"][waiting] == world.month
    weak = new & (
        world.files["project_draw"][waiting] >= threshold(world.rules[scheme.key("sound_project_share")])
    )
    _close(world, waiting[weak], Outcome.REFUSED_PROJECT)
    return np.asarray(waiting[~weak])


def _fund(world: World, scheme: Scheme, account: Envelope, ranked: Array) -> None:
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
