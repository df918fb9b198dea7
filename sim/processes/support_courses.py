"""Process 5, after a lay-off: who asks for a course within support, which goes on meanwhile.

Schemes of behaviour ``enrol`` that name a support (``who.within``) pay for courses of those who are in it,
and of nobody else.  The choice is that of all jobseekers, but that the counsellor tells everybody of the
courses; one asks once.  Whoever learns stays under the scheme of the support: its allowance and its months
run on, she does not search meanwhile, and the course lapses where support ends before it starts.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from sim.derived import derived
from sim.kernels import Array, kernel
from sim.moves import UNEMPLOYED, occupation_row
from sim.population.columns import AGE_BAND_OF_MONTHS, NONE
from sim.processes.applications import acceptance, application_chance, cell_of, taste_of
from sim.processes.enrolment import Calling, calling, file_requests
from sim.processes.route_value import attraction_of_routes, choose_routes, fixed_chance
from sim.processes.support import supported
from sim.schemes.files import recent_decisions
from sim.schemes.rules import Scheme, of_behaviour, schemes
from sim.streams import Decision, draw, draw_many

if TYPE_CHECKING:
    from sim.world import World

_NONE = int(NONE)


@kernel
def select_supported(
    rows: Array,
    within: Array,
    file_scheme: Array,
    person: Array,
    asked: Array,
    lines: Array,
    taste: Array,
    month: int,
    terms: Calling,
    level: float,
    of_cell: Array,
    key: np.uint64,
) -> tuple[Array, Array, Array]:
    """Files of support, persons and cells of those who ask this month, int64 all; utility as of jobseekers.

    ``within`` bool [scheme]: the support that the call is for.  Whoever became unemployed this month, or aims
    at the trade of a fresh certificate, does not ask.
    """
    chosen, idx, cells = (
        np.empty(rows.size, np.int64),
        np.empty(rows.size, np.int64),
        np.empty(rows.size, np.int64),
    )
    n = 0
    for row in rows:
        i = person[row]
        one = lines[i]
        if asked[row] == 1 or not within[file_scheme[row]] or one.state != UNEMPLOYED or one.since == month:
            continue
        if one.aim != _NONE and one.aim_until >= month:
            continue
        band = AGE_BAND_OF_MONTHS[month - one.birth_month]
        cell = cell_of(occupation_row(one.occupation), one.sex, one.education, band)
        utility = level + of_cell[cell] + terms.taste_weight * taste_of(taste[i])
        if draw(key, i) < fixed_chance(application_chance(utility)):
            chosen[n], idx[n], cells[n] = row, i, cell
            n += 1
    return chosen[:n].copy(), idx[:n].copy(), cells[:n].copy()


def ask_within_support(world: World) -> None:
    """File what those in support ask for this month, scheme by scheme; no money, no call."""
    calls = (scheme for scheme in of_behaviour("enrol") if scheme.who.within)
    open_now = [scheme for scheme in calls if world.rules[scheme.key("budget_eur_per_year")] != 0]
    rows = supported(world) if open_now else np.empty(0, np.int64)
    if not rows.size:
        return
    decided, funded = recent_decisions(world.files, world.month, len(schemes()))
    for scheme in open_now:
        prior = world.rules[scheme.key("prior_acceptance_share")]
        share = acceptance(int(funded[scheme.code]), int(decided[scheme.code]), prior)
        _call(world, scheme, rows, share)


def _call(world: World, scheme: Scheme, rows: Array, share_funded: float) -> None:
    files, terms = world.files, derived(world, calling, scheme)
    routes = attraction_of_routes(world, scheme)
    chosen, idx, cells = select_supported(
        rows,
        np.array([one.name in scheme.who.within for one in schemes()]),
        files["scheme"],
        files["person"],
        files["asked"],
        world.lines,
        world.persons["taste"],
        world.month,
        terms,
        terms.level + terms.acceptance_weight * math.log(max(share_funded, 0.02)),
        routes.inclusive,
        world.key(Decision.APPLICATION) ^ scheme.salt,
    )
    files["asked"][chosen] = 1
    world.record.count(f"files_received_{scheme.name}", idx.size)
    if idx.size:
        draws = draw_many(world.key(Decision.ROUTE), idx)
        file_requests(world, scheme, idx, choose_routes(routes.weight, routes.placed, cells, draws))
