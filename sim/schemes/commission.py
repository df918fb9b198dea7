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


def _close(world: World, files: Array, outcome: Outcome | Array) -> None:
    """Write refusals, of one outcome or of one each; the persons may apply again."""
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
    lines: Array,
) -> Array:
    """Outcome of each file before any scoring, uint8: withdrawn by who has left the post she filed from,
    refused when it is new and its project does not hold, waiting otherwise."""
    out = np.full(waiting.size, WAITING, np.uint8)
    for n in range(waiting.size):
        row = waiting[n]
        applicant = lines[person[row]]
        if applicant.state != EMPLOYED or applicant.unit != file_unit[row]:
            out[n] = _WITHDRAWN
        elif filed[row] == month and project_draw[row] >= sound[scheme[row]]:
            out[n] = _WEAK
    return out


def _test(world: World, waiting: Array) -> None:
    """Close the files that are withdrawn or whose project does not hold."""
    files = world.files
    outcome = first_look(
        waiting,
        world.month,
        files["person"],
        files["unit"],
        files["month_filed"],
        files["project_draw"],
        files["scheme"],
        derived(world, sitting).sound,
        world.lines,
    )
    closed = outcome != WAITING
    _close(world, waiting[closed], outcome[closed])


@kernel
def pay_down(
    ranked: Array,
    month: int,
    start_delay_months: Array,
    price: Array,
    of_teaching: Array,
    of_wages: Array,
    yearly: Array,
    left: Array,
    seats: Array,
    scheme: Array,
    route: Array,
    outcome: Array,
    decided: Array,
    starts: Array,
    cost: Array,
    teaching: Array,
    kept_wage: Array,
) -> tuple[Array, Array, Array]:
    """Fund down the lists and write it; returns funded files and cents [scheme], and the rows too dear.

    ``price``, ``of_teaching`` and ``of_wages`` go with ``ranked``; ``yearly`` and ``left`` [scheme] are whole
    cents, the latter lowered by what is funded, as ``seats`` [route] are.
    """
    count, cents = np.zeros(yearly.size, np.int64), np.zeros(yearly.size, np.int64)
    dear = np.empty(ranked.size, np.int64)
    d = 0
    ended = np.zeros(yearly.size, np.bool_)
    for n in range(ranked.size):
        row = ranked[n]
        s, r = scheme[row], route[row]
        limited = yearly[s] != _NO_LIMIT
        if ended[s]:
            continue
        if limited and price[n] > yearly[s]:
            dear[d] = row
            d += 1
        elif r != _NO_ROUTE and seats[r] < 1:
            continue  # Waits for a seat; the money goes on to the next file.
        elif limited and price[n] > left[s]:
            ended[s] = True
        else:
            left[s] -= price[n]
            if r != _NO_ROUTE:
                seats[r] -= 1
            count[s] += 1
            cents[s] += price[n]
            outcome[row], decided[row] = FUNDED, month
            starts[row] = month + start_delay_months[s]
            cost[row], teaching[row], kept_wage[row] = price[n], of_teaching[n], of_wages[n]
    return count, cents, dear[:d].copy()


def _fund(world: World, ranked: Array, seen: Array) -> None:
    """Pay down the lists; write what is funded and cut where the money ends.

    ``seen`` [scheme]: files that came before its commission this month.
    """
    files = world.files
    cost, teaching, wages = commitments(world, ranked)
    yearly, left = np.zeros(seen.size, np.int64), np.zeros(seen.size, np.int64)
    for scheme in with_files():
        account = envelope(world, scheme)
        yearly[scheme.code] = _NO_LIMIT if account.yearly_cents is None else account.yearly_cents
        left[scheme.code] = account.left_cents
    funded, committed, dear = pay_down(
        ranked,
        world.month,
        derived(world, sitting).start_delay_months,
        cost,
        teaching,
        wages,
        yearly,
        left,
        world.memory["seats"],
        files["scheme"],
        files["route"],
        files["outcome"],
        files["month_decided"],
        files["starts"],
        files["cost_eur_cents"],
        files["teaching_eur_cents"],
        files["kept_wage_eur_cents"],
    )
    _close(world, dear, Outcome.REFUSED_TOO_DEAR)
    for scheme in with_files():
        if seen[scheme.code]:
            cents = int(committed[scheme.code])
            envelope(world, scheme).commit(cents)
            world.record.count(f"files_funded_{scheme.name}", int(funded[scheme.code]))
            world.record.count(f"committed_eur_cents_{scheme.name}", cents)


@kernel
def files_tired(
    ranked: Array, month: int, waiting_months: Array, scheme: Array, outcome: Array, filed: Array
) -> Array:
    """Rows of the list that still wait and have done so for too long, int64."""
    out = np.empty(ranked.size, np.int64)
    n = 0
    for row in ranked:
        if outcome[row] == WAITING and month - filed[row] >= waiting_months[scheme[row]]:
            out[n] = row
            n += 1
    return out[:n].copy()


def _grow_tired(world: World, ranked: Array) -> None:
    """Files that have waited for too long are refused for their rank."""
    files = world.files
    tired = files_tired(
        ranked,
        world.month,
        derived(world, sitting).waiting_months,
        files["scheme"],
        files["outcome"],
        files["month_filed"],
    )
    _close(world, tired, Outcome.REFUSED_RANK)
