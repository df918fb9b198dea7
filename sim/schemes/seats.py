"""Seats of the courses: how many open, who takes one, what comes back, and how training bodies answer demand.

Seats are shared by all schemes.  Those of health and social diplomas are regional quotas: whoever takes one
takes it from somebody else who would have had it, one for one, and that is counted; quotas do not answer
demand.  The others do, years later and in part.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sim.derived import Known, derived
from sim.kernels import Array, kernel
from sim.population.columns import NONE
from sim.schemes.rules import schemes

if TYPE_CHECKING:
    from sim.world import World

EPOCH_MONTHS = 1200
YEARS_KEPT = 5
"""Past years whose demand is remembered."""

_NO_ROUTE = int(NONE)


@dataclass(frozen=True, eq=False)
class Supply:
    """Seats by route, float64: those that open in a month of the sample at today's capacity, and how capacity
    answers the demand of a past year: elasticity (0 in quotas), delay in years, most that it becomes."""

    monthly: Array
    elasticity: Array
    delay_years: int
    most: float


def supply(known: Known, scale: float) -> Supply:
    """The supply under the rules in force."""
    rules, quota = known.rules, known.routes.quota == 1
    ratio = np.where(quota, rules["training.quota_seats_ratio"], 1.0) * rules["training.seats_ratio"]
    return Supply(
        np.round(known.routes.seats_per_year * ratio * scale / 12, 9),
        np.where(quota, 0.0, rules["training.capacity_elasticity"]),
        int(rules["training.capacity_delay_years"]),
        float(rules["training.capacity_maximum_ratio"]),
    )


def seat_demand(world: World) -> dict[str, Array]:
    """What is remembered of demand, int64: seats ``given`` since January, files ``waiting`` for one in the
    last month [route], and the demand of ``past`` years [years back less one, route]."""
    count = world.routes.count
    if "seat_demand" not in world.memory:
        given, waiting = (np.zeros(count, np.int64) for _ in range(2))
        past = np.zeros((YEARS_KEPT, count), np.int64)
        world.memory["seat_demand"] = {"given": given, "waiting": waiting, "past": past}
    found: dict[str, Array] = world.memory["seat_demand"]
    return found


def capacity(demand: int, seats: float, elasticity: float, most: float) -> float:
    """Capacity of a route relative to today's: (demand / seats)^elasticity, one at least, ``most`` at most.

    ``demand`` and ``seats`` are those of one year; a course without seats stays without.
    """
    return round(min(max(demand / seats, 1.0) ** elasticity, most), 6) if seats > 0.0 else 1.0


def grant_seats(world: World) -> None:
    """A twelfth of the year's seats of each route opens every month; unused ones last until December."""
    law, known = derived(world, supply, world.scale), seat_demand(world)
    if world.month % 12 == 0:
        known["past"][1:] = known["past"][:-1].copy()
        known["past"][0] = known["given"] + known["waiting"]
        known["given"][:] = 0
    known["waiting"][:] = 0
    demand = known["past"][law.delay_years - 1]
    pairs = zip(demand.tolist(), law.monthly.tolist(), law.elasticity.tolist(), strict=True)
    ratio = np.array([capacity(asked, 12 * seats, answer, law.most) for asked, seats, answer in pairs])
    monthly = np.round(law.monthly * ratio, 9)
    count = world.month + EPOCH_MONTHS  # cumulated from a fixed date: small samples get their seats some day
    granted = np.floor(monthly * (count + 1)) - np.floor(monthly * count)
    left = world.memory.get("seats", np.zeros(world.routes.count))
    world.memory["seats"] = granted if world.month % 12 == 0 else left + granted


def need_seats(known: Known) -> Array:
    """Whose files need a seat, bool [scheme, route]: all but those whose scheme opens the course by its own
    money, which it cannot do in a quota."""
    out = np.ones((len(schemes()), known.routes.count), np.bool_)
    for scheme in schemes():
        if scheme.project.opens_courses:
            out[scheme.code] = known.routes.quota == 1
    return out


def count_seats(world: World, given: Array, waiting: Array) -> None:
    """Note the seats given and the files that wait for one, int64 [route] both."""
    known = seat_demand(world)
    known["given"] += given
    known["waiting"][:] = waiting
    _count_taken(world, given)
    for route in np.flatnonzero(waiting):
        world.record.count(f"places_needed_{world.routes.codes[route]}", int(waiting[route]))
    world.record.count("places_needed", int(waiting.sum()))


def _count_taken(world: World, given: Array) -> None:
    """Seats of quotas that trainees have (less those that come back), so that others do not."""
    routes = world.routes
    for route in np.flatnonzero((given != 0) & (routes.quota == 1)):
        world.record.count(f"seats_taken_{routes.codes[route]}", int(given[route]))
    world.record.count("seats_taken_from_others", int(given[routes.quota == 1].sum()))


@kernel
def seats_back(
    rows: Array, year: int, routes: int, scheme: Array, route: Array, decided: Array, needed: Array
) -> Array:
    """Seats by route that files of this year's decisions leave, int64 [route]."""
    out = np.zeros(routes, np.int64)
    for row in rows:
        r = route[row]
        if r != _NO_ROUTE and decided[row] // 12 == year and needed[scheme[row], r]:
            out[r] += 1
    return out


def give_back(world: World, rows: Array) -> None:
    """Seats of files that lapse, and of those who give up in their first month, are given again this year."""
    if not rows.size:
        return
    files, known = world.files, seat_demand(world)
    back = seats_back(
        rows,
        world.month // 12,
        world.routes.count,
        files["scheme"],
        files["route"],
        files["month_decided"],
        derived(world, need_seats),
    )
    world.memory["seats"] += back
    known["given"] -= back
    _count_taken(world, -back)
