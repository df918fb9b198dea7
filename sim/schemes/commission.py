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
from sim.moves import where_she_filed
from sim.population.columns import NONE
from sim.schemes.absences import put_off_starts
from sim.schemes.appeals import hear_appeals
from sim.schemes.costs import commitments
from sim.schemes.envelope import Envelope
from sim.schemes.files import FUNDED, WAITING, Outcome
from sim.schemes.lists import files_tired, rank, write_list
from sim.schemes.rules import Scheme, schemes, supporting, with_files, within_support
from sim.schemes.seats import count_seats, grant_seats, need_seats
from sim.streams import Decision, draw, threshold

if TYPE_CHECKING:
    from sim.world import World

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
    hear_appeals(world)
    waiting = files_waiting(files.live_from(world.month), files["outcome"])
    if waiting.size:
        seen = np.bincount(files["scheme"][waiting], minlength=len(schemes()))
        _test(world, waiting)
        ranked = rank(world, waiting[files["outcome"][waiting] == WAITING])
        cut = _fund(world, ranked, seen)
        write_list(world, ranked)
        _grow_tired(world, ranked, cut)


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


def _close(world: World, files: Array, outcome: Outcome | Array) -> None:
    """Write refusals, of one outcome or of one each; the persons may apply again."""
    if files.size:
        world.files["outcome"][files] = outcome
        world.files["month_decided"][files] = world.month
        who, scheme = world.files["person"][files], world.persons["scheme"]
        scheme[who[scheme[who] == world.files["scheme"][files]]] = NONE


@dataclass(frozen=True, eq=False)
class Sitting:
    """Rules of the commissions, [scheme]: bar of a sound project, months to wait, months before the start;
    and the chance a month of giving a file up, fixed point."""

    sound: Array
    waiting_months: Array
    start_delay_months: Array
    gives_up: int


def sitting(known: Known) -> Sitting:
    """The rules in force; schemes without files have zeros."""
    sound, waiting, delay = (np.zeros(len(schemes()), np.int64) for _ in range(3))
    gives_up = threshold(known.rules["applications.withdrawal_rate"])
    out = Sitting(sound, waiting, delay, gives_up)
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
    person_scheme: Array,
    within: Array,
    supporting: Array,
    gives_up: int,
    key: np.uint64,
) -> Array:
    """Outcome of each file before any scoring, uint8: withdrawn by who is no longer where she filed from, in
    the support that she filed ``within`` [scheme], or is tired of waiting, refused when it is new and its
    project does not hold, waiting otherwise."""
    out = np.full(waiting.size, WAITING, np.uint8)
    for n in range(waiting.size):
        row = waiting[n]
        applicant = lines[person[row]]
        unsupported = within[scheme[row]] and not supporting[person_scheme[person[row]]]
        if unsupported or not where_she_filed(applicant, file_unit[row]):
            out[n] = _WITHDRAWN
        elif filed[row] == month:
            if project_draw[row] >= sound[scheme[row]]:
                out[n] = _WEAK
        elif draw(key, person[row]) < gives_up:
            out[n] = _WITHDRAWN
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
        world.persons["scheme"],
        within_support(),
        supporting(),
        derived(world, sitting).gives_up,
        world.key(Decision.WITHDRAWAL),
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
    needed: Array,
    waiting: Array,
    scheme: Array,
    route: Array,
    outcome: Array,
    decided: Array,
    starts: Array,
    cost: Array,
    teaching: Array,
    kept_wage: Array,
) -> tuple[Array, Array, Array, Array]:
    """Fund down the lists and write it.

    Returns funded files and cents [scheme], the rows too dear, and the place in ``ranked`` at which each list
    was cut [scheme], beyond the end where all was looked at.

    ``price``, ``of_teaching`` and ``of_wages`` go with ``ranked``; ``yearly`` and ``left`` [scheme] are whole
    cents, the latter lowered by what is funded, as ``seats`` [route] are where they are ``needed`` [scheme,
    route]; ``waiting`` [route] grows by the files that lack one.
    """
    count, cents = np.zeros(yearly.size, np.int64), np.zeros(yearly.size, np.int64)
    dear = np.empty(ranked.size, np.int64)
    d = 0
    cut = np.full(yearly.size, ranked.size)
    for n in range(ranked.size):
        row = ranked[n]
        s, r = scheme[row], route[row]
        limited = yearly[s] != _NO_LIMIT
        if cut[s] < n:
            continue
        if limited and price[n] > yearly[s]:
            dear[d] = row
            d += 1
        elif r != _NO_ROUTE and needed[s, r] and seats[r] < 1:
            waiting[r] += 1  # The money goes on to the next file.
        elif limited and price[n] > left[s]:
            cut[s] = n
        else:
            left[s] -= price[n]
            if r != _NO_ROUTE and needed[s, r]:
                seats[r] -= 1
            count[s] += 1
            cents[s] += price[n]
            outcome[row], decided[row] = FUNDED, month
            starts[row] = month + start_delay_months[s]
            cost[row], teaching[row], kept_wage[row] = price[n], of_teaching[n], of_wages[n]
    return count, cents, dear[:d].copy(), cut


def _fund(world: World, ranked: Array, seen: Array) -> Array:
    """Pay down the lists; write what is funded and cut where the money ends; returns the cuts [scheme].

    ``seen`` [scheme]: files that came before its commission this month.
    """
    files = world.files
    cost, teaching, wages = commitments(world, ranked)
    yearly, left = np.zeros(seen.size, np.int64), np.zeros(seen.size, np.int64)
    for scheme in with_files():
        account = envelope(world, scheme)
        yearly[scheme.code] = _NO_LIMIT if account.yearly_cents is None else account.yearly_cents
        left[scheme.code] = account.left_cents
    seats, missing = world.memory["seats"], np.zeros(world.routes.count, np.int64)
    before = seats.copy()
    funded, committed, dear, cut = pay_down(
        ranked,
        world.month,
        derived(world, sitting).start_delay_months,
        cost,
        teaching,
        wages,
        yearly,
        left,
        seats,
        derived(world, need_seats),
        missing,
        files["scheme"],
        files["route"],
        files["outcome"],
        files["month_decided"],
        files["starts"],
        files["cost_eur_cents"],
        files["teaching_eur_cents"],
        files["kept_wage_eur_cents"],
    )
    count_seats(world, np.rint(before - seats).astype(np.int64), missing)
    _close(world, dear, Outcome.REFUSED_TOO_DEAR)
    put_off_starts(world, ranked[files["outcome"][ranked] == FUNDED])
    for scheme in with_files():
        if seen[scheme.code]:
            cents = int(committed[scheme.code])
            envelope(world, scheme).commit(cents)
            world.record.count(f"files_funded_{scheme.name}", int(funded[scheme.code]))
            world.record.count(f"committed_eur_cents_{scheme.name}", cents)
    return cut


def _grow_tired(world: World, ranked: Array, cut: Array) -> None:
    """Files that have waited for too long are refused."""
    files = world.files
    tired, why = files_tired(
        ranked,
        world.month,
        derived(world, sitting).waiting_months,
        cut,
        files["scheme"],
        files["outcome"],
        files["month_filed"],
    )
    _close(world, tired, why)
