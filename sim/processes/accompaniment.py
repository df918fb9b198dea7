"""Process 7: mentors during a course, and follow-up after it until somebody is hired.

The white paper's fifth chapter asks for both, toward trades with a future.  Schemes of behaviour
``mentoring`` and ``follow_up`` buy them place by place, for any funder's trainees.  The writer of
``mentored`` (files) and of ``followed_until`` (persons).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.derived import Known, derived
from sim.kernels import Array, kernel
from sim.population.columns import NONE
from sim.processes.route_value import aimed_routes
from sim.schemes.files import FUNDED, IN_TRAINING, Stage
from sim.schemes.places import has_money, sell_places
from sim.schemes.rules import of_behaviour
from sim.streams import thresholds

if TYPE_CHECKING:
    from sim.world import World

_CERTIFIED = int(Stage.CERTIFIED)
_NO_ROUTE = int(NONE)


def certificate_chances(known: Known) -> Array:
    """Chance of the title at the end of a route, fixed point, int64 [route, mentored, holds basics].

    A mentor, and the certificate of basics, each leave a share of those who would fail; a course without a
    title has none to give.
    """
    rules = known.rules
    failing = np.outer(
        [1.0, rules["training.mentored_failure_ratio"]], [1.0, rules["training.basics_failure_ratio"]]
    )
    chances = 1.0 - (1.0 - known.routes.certification_share)[:, None, None] * failing
    return thresholds(chances * known.routes.titled[:, None, None])


def drop_out_shares(known: Known) -> Array:
    """Share that gives up over a whole course, float64 [mentored]."""
    share = known.rules["training.drop_out_share"]
    return np.array([share, share * known.rules["training.mentored_drop_out_ratio"]])


@kernel
def courses_of_month(
    first: int, month: int, outcome: Array, stage: Array, route: Array, starts: Array, ends: Array
) -> tuple[Array, Array]:
    """Rows of the courses that have started this month, and of those that have ended with the title."""
    started, certified = (
        np.empty(outcome.size - first, np.int64),
        np.empty(outcome.size - first, np.int64),
    )
    n = m = 0
    for row in range(first, outcome.size):
        if outcome[row] != FUNDED:
            continue
        if stage[row] == IN_TRAINING and starts[row] == month:
            started[n] = row
            n += 1
        elif stage[row] == _CERTIFIED and ends[row] == month and route[row] != _NO_ROUTE:
            certified[m] = row
            m += 1
    return started[:n].copy(), certified[:m].copy()


def accompany(world: World) -> None:
    """Mentors for those who start, follow-up for those who graduate, in the order of their files."""
    mentoring = [scheme for scheme in of_behaviour("mentoring") if has_money(world, scheme)]
    following = [scheme for scheme in of_behaviour("follow_up") if has_money(world, scheme)]
    if not mentoring and not following:
        return
    files, p = world.files, world.persons
    started, certified = courses_of_month(
        files.live_from(world.month),
        world.month,
        *(files[name] for name in ("outcome", "stage", "route", "starts", "ends")),
    )
    for scheme in mentoring:
        rows = started[derived(world, aimed_routes, scheme)[files["route"][started]]]
        alone = rows[files["mentored"][rows] == 0]
        files["mentored"][sell_places(world, scheme, alone, "adviser", "mentoring")] = 1
    for scheme in following:
        rows = certified[derived(world, aimed_routes, scheme)[files["route"][certified]]]
        alone = rows[p["followed_until"][files["person"][rows]] < world.month]
        served = sell_places(world, scheme, alone, "adviser", "follow_up")
        months = int(world.rules[scheme.key("followed_months")])
        p["followed_until"][files["person"][served]] = world.month + months
