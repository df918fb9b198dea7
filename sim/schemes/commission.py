"""Process 6: each funder's month.

Files are tested, ranked by points (then by date of filing, then by a keyed draw, then by row) and paid down
the list until the envelope ends.  The list is cut at the first file that cannot be paid: skipping to a
cheaper one would make more money fund fewer people in some months; cutting never does.

All schemes go through each step together; lists and envelopes are each scheme's own, seats are shared, and
schemes are served in the order of the data file.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sim.derived import Known, derived
from sim.kernels import Array, kernel
from sim.moves import EMPLOYED
from sim.population.columns import NONE
from sim.schemes.costs import commitments
from sim.schemes.envelope import Envelope
from sim.schemes.files import FUNDED, WAITING, Outcome
from sim.schemes.rules import Scheme, schemes, with_files
from sim.streams import threshold

if TYPE_CHECKING:
    from sim.world import World

EPOCH_MONTHS = 1200
_NO_ROUTE = int(NONE)
_WITHDRAWN, _WEAK = int(Outcome.WITHDRAWN), int(Outcome.REFUSED_PROJECT)
_TOO_DEAR, _TIRED = int(Outcome.REFUSED_TOO_DEAR), int(Outcome.REFUSED_RANK)
_NO_LIMIT = -1
"""Yearly cents of an envelope that has no limit, inside kernels."""


def envelope(world: World, scheme: Scheme) -> Envelope:
    """The scheme's envelope, opened on first use."""
    envelopes: dict[int, Envelope] = world.memory.setdefault("envelopes", {})
    if scheme.code not in envelopes:
        envelopes[scheme.code] = Envelope()
    return envelopes[scheme.code]


def decide(world: World) -> None:
    """Hold the month's commissions."""
    files = world.files
    grant_seats(world)
    for scheme in with_files():
        budget = world.rules[scheme.key("budget_eur_per_year")]
        envelope(world, scheme).open_month(world.month, budget, world.scale)
    waiting = files_waiting(files.live_from(world.month), files["outcome"])
    if waiting.size:
        seen = np.bincount(files["scheme"][waiting], minlength=len(schemes()))
        _test(world, waiting)
        ranked = rank(world, waiting[files["outcome"][waiting] == WAITING])
        _fund(world, ranked, seen)
        _grow_tired(world, ranked)


@kernel
def files_waiting(first: int, outcome: Array) -> Array:
    """Rows of the files that wait for a decision, int64."""
    out = np.empty(outcome.size - first, np.int64)
    n = 0
    for row in range(first, outcome.size):
        if outcome[row] == WAITING:
            out[n] = row
            n += 1
    return out[:n].copy()


def seats_a_month(known: Known, scale: float) -> Array:
    """Seats of each route that open in a month of the sample, float64 [route]."""
    ratio = known.rules["training.seats_ratio"]
    return np.asarray(np.round(known.routes.seats_per_year * ratio * scale / 12, 9))


def grant_seats(world: World) -> None:
    """A twelfth of the year's seats of each route opens every month; unused ones last until December."""
    count = world.month + EPOCH_MONTHS  # cumulated from a fixed date: small samples get their seats some day
    monthly = derived(world, seats_a_month, world.scale)
    granted = np.floor(monthly * (count + 1)) - np.floor(monthly * count)
    left = world.memory.get("seats", np.zeros(world.routes.count))
    world.memory["seats"] = granted if world.month % 12 == 0 else left + granted


def rank(world: World, files: Array) -> Array:
    """Files in the order in which they are paid, scheme by scheme."""
    table = world.files
    order: Array = files[
        np.lexsort(
            (
                files,
                table["tie_draw"][files],
                table["month_filed"][files],
                -table["points"][files].astype(np.int64),
                table["scheme"][files],
            )
        )
    ]
    return order


def _close(world: World, files: Array, outcome: Array) -> None:
    """Write refusals; the persons may apply again."""
    if files.size:
        world.files["outcome"][files] = outcome
        world.files["month_decided"][files] = world.month
        world.persons["scheme"][world.files["person"][files]] = NONE


@dataclass(frozen=True, eq=False)
class Sitting:
    """Rules of the commissions, [scheme]: bar of a sound project, months to wait, months before the start."""

    sound: Array
    waiting_months: Array
    start_delay_months: Array


def sitting(known: Known) -> Sitting:
    """The rules in force; schemes without files have zeros."""
    out = Sitting(*(np.zeros(len(schemes()), np.int64) for _ in range(3)))
    for scheme in with_files():
        out.sound[scheme.code] = threshold(known.rules[scheme.key("sound_project_share")])
        out.waiting_months[scheme.code] = int(known.rules[scheme.key("waiting_months")])
        out.start_delay_months[scheme.code] = int(known.rules[scheme.key("start_delay_months")])
    return out


@kernel
def first_look(
    waiting: Array,
    month: int,
    person: Array,
    file_unit: Array,
    filed: Array,
    project_draw: Array,
    scheme: Array,
    sound: Array,
    state: Array,
    unit: Array,
) -> Array:
    """Outcome of each file before any scoring, uint8: withdrawn by who has left the post she filed from,
    refused when it is new and its project does not hold, waiting otherwise."""
    out = np.full(waiting.size, WAITING, np.uint8)
    for n in range(waiting.size):
        row = waiting[n]
        i = person[row]
        if state[i] != EMPLOYED or unit[i] != file_unit[row]:
            out[n] = _WITHDRAWN
        elif filed[row] == month and project_draw[row] >= sound[scheme[row]]:
            out[n] = _WEAK
    return out


def _test(world: World, waiting: Array) -> None:
    """Close the files that are withdrawn or whose project does not hold."""
    files, p = world.files, world.persons
    outcome = first_look(
        waiting,
        world.month,
        files["person"],
        files["unit"],
        files["month_filed"],
        files["project_draw"],
        files["scheme"],
        derived(world, sitting).sound,
        p["state"],
        p["unit"],
    )
    closed = outcome != WAITING
    _close(world, waiting[closed], outcome[closed])


@kernel
def pay_down(
    ranked: Array, cost: Array, scheme: Array, route: Array, yearly: Array, left: Array, seats: Array
) -> Array:
    """Outcome of each file of the list, uint8; takes what is funded from ``left`` and ``seats``.

    ``yearly`` and ``left`` [scheme] are whole cents; ``seats`` [route].
    """
    out = np.full(ranked.size, WAITING, np.uint8)
    ended = np.zeros(yearly.size, np.bool_)
    for n in range(ranked.size):
        s, r = scheme[ranked[n]], route[ranked[n]]
        limited = yearly[s] != _NO_LIMIT
        if ended[s]:
            continue
        if limited and cost[n] > yearly[s]:
            out[n] = _TOO_DEAR
        elif r != _NO_ROUTE and seats[r] < 1:
            continue  # Waits for a seat; the money goes on to the next file.
        elif limited and cost[n] > left[s]:
            ended[s] = True
        else:
            out[n] = FUNDED
            left[s] -= cost[n]
            if r != _NO_ROUTE:
                seats[r] -= 1
    return out


def _fund(world: World, ranked: Array, seen: Array) -> None:
    """Pay down the lists; write what is funded and cut where the money ends.

    ``seen`` [scheme]: files that came before its commission this month.
    """
    files, memory = world.files, world.memory
    cost, teaching = commitments(world, ranked)
    yearly, left = np.zeros(seen.size, np.int64), np.zeros(seen.size, np.int64)
    for scheme in with_files():
        account = envelope(world, scheme)
        yearly[scheme.code] = _NO_LIMIT if account.yearly_cents is None else account.yearly_cents
        left[scheme.code] = account.left_cents
    outcome = pay_down(ranked, cost, files["scheme"], files["route"], yearly, left, memory["seats"])
    dear = outcome == _TOO_DEAR
    _close(world, ranked[dear], outcome[dear])
    chosen = outcome == FUNDED
    rows, cost = ranked[chosen], cost[chosen]
    code = files["scheme"][rows]
    files["outcome"][rows] = FUNDED
    files["month_decided"][rows] = world.month
    files["cost_eur_cents"][rows] = cost
    files["teaching_eur_cents"][rows] = teaching[chosen]
    files["starts"][rows] = world.month + derived(world, sitting).start_delay_months[code]
    for scheme in with_files():
        if seen[scheme.code]:
            mine = code == scheme.code
            committed = int(cost[mine].sum())
            envelope(world, scheme).commit(committed)
            world.record.count(f"files_funded_{scheme.name}", int(mine.sum()))
            world.record.count(f"committed_eur_cents_{scheme.name}", committed)


def _grow_tired(world: World, ranked: Array) -> None:
    """Files that have waited for too long are refused for their rank."""
    files = world.files
    rows = ranked[files["outcome"][ranked] == WAITING]
    bar = derived(world, sitting).waiting_months[files["scheme"][rows]]
    rows = rows[world.month - files["month_filed"][rows] >= bar]
    _close(world, rows, np.full(rows.size, _TIRED, np.uint8))
