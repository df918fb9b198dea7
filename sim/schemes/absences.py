"""When a leave may start: the employer puts some off, and few may be away at the same time.

Law: at most ``postpone_maximum_months`` in all for harm to production; staff on leave at once is capped at a
share in establishments of a hundred and more, at one person below.  A scheme without these rules has neither.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sim.derived import Known, derived
from sim.kernels import Array, kernel
from sim.population.columns import NONE
from sim.schemes.files import FUNDED, IN_TRAINING
from sim.schemes.rules import schemes
from sim.streams import Decision, draw, threshold

if TYPE_CHECKING:
    from sim.world import World

CAP_FROM_HEADS = 100
"""Establishments below this size let one person go at a time."""
_NO_ROUTE = int(NONE)


class LeaveRules(NamedTuple):
    """Longest postponement in months and share of staff away at once [scheme], zero and one without such a
    rule; and the share of leaves that an employer puts off, fixed point."""

    most_months: Array
    away_share: Array
    put_off: int


def leave_rules(known: Known) -> LeaveRules:
    """The rules in force."""
    rules = known.rules
    return LeaveRules(
        np.array([int(rules.get(s.key("postpone_maximum_months"), 0)) for s in schemes()]),
        np.array([float(rules.get(s.key("absent_cap_share"), 1.0)) for s in schemes()]),
        threshold(rules["applications.postponed_share"]),
    )


@kernel
def away_at_once(size: int, share: float) -> int:
    """How many may be on leave at the same time in an establishment of ``size`` heads."""
    if share >= 1.0:
        return size
    return max(int(np.floor(np.rint(size * share * 1e6) / 1e6)), 1) if size >= CAP_FROM_HEADS else 1


@kernel
def months_put_off(wished: int, most: int, length: int, first: Array, after: Array, cap: int) -> int:
    """Months, at most ``most``, until fewer than ``cap`` of the leaves from ``first`` to ``after`` (excluded)
    fall into a leave of ``length`` that starts then; ``most`` when there is no such month."""
    for months in range(most):
        start = wished + months
        away = 0
        for k in range(first.size):
            away += first[k] < start + length and after[k] > start
        if away < cap:
            return months
    return most


@kernel
def _put_off(
    funded: Array,
    live: int,
    rules: LeaveRules,
    key: np.uint64,
    person: Array,
    scheme: Array,
    route: Array,
    unit: Array,
    outcome: Array,
    stage: Array,
    starts: Array,
    ends: Array,
    postponed: Array,
    route_months: Array,
    unit_size: Array,
) -> None:
    running = np.empty(outcome.size - live, np.int64)
    m = 0
    for row in range(live, outcome.size):
        under_way = outcome[row] == FUNDED and stage[row] <= IN_TRAINING and route[row] != _NO_ROUTE
        if under_way and rules.most_months[scheme[row]] > 0:
            running[m] = row
            m += 1
    first, after = np.empty(m, np.int64), np.empty(m, np.int64)
    settled = np.ones(outcome.size - live, np.bool_)
    settled[funded - live] = False
    for row in funded:
        settled[row - live] = True
        most = rules.most_months[scheme[row]]
        if most == 0 or route[row] == _NO_ROUTE or unit[row] < 0:
            continue
        luck = draw(key, person[row])
        months = 1 + luck * most // rules.put_off if luck < rules.put_off else 0
        n = 0
        for other in running[:m]:
            if unit[other] == unit[row] and other != row and settled[other - live]:
                first[n] = starts[other]
                after[n] = ends[other] if ends[other] >= 0 else starts[other] + route_months[route[other]]
                n += 1
        cap = away_at_once(unit_size[unit[row]], rules.away_share[scheme[row]])
        length, wished = route_months[route[row]], starts[row] + months
        months += months_put_off(wished, most - months, length, first[:n], after[:n], cap)
        starts[row] += months
        postponed[row] = months


def put_off_starts(world: World, funded: Array) -> None:
    """Put off the leaves funded this month, in their order; the writer of ``postponed``."""
    if not funded.size:
        return
    files = world.files
    _put_off(
        funded,
        files.live_from(world.month),
        derived(world, leave_rules),
        world.key(Decision.POSTPONEMENT),
        files["person"],
        files["scheme"],
        files["route"],
        files["unit"],
        files["outcome"],
        files["stage"],
        files["starts"],
        files["ends"],
        files["postponed"],
        world.routes.months,
        world.units["size"],
    )
