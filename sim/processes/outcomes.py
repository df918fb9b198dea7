"""What became of funded projects, and of the others: read from the world, never set.

``placed_6``: works in the trade aimed at six months after the end of the course, for the funded.
``durable_24``, ``in_aim_24``, ``in_work_24``: durable conversion, work in the trade aimed at, and work at all
24 months after the decision, for every file whatever was decided.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.kernels import Array, kernel
from sim.layout import Line
from sim.moves import CDI, EMPLOYED, SELF_EMPLOYED
from sim.population.columns import NONE
from sim.schemes.files import DURABLE_CLOCK_MONTHS, FUNDED, PLACEMENT_CLOCK_MONTHS, WAITING, Stage

if TYPE_CHECKING:
    from sim.world import World

__all__ = ["DURABLE_CLOCK_MONTHS", "LONG_ENOUGH_MONTHS", "durable_conversion", "observe_outcomes"]

LONG_ENOUGH_MONTHS = 6
_TAUGHT = (int(Stage.CERTIFIED), int(Stage.NOT_CERTIFIED), int(Stage.COMPLETED))


@kernel
def converted(person: Line, origin: int, month: int) -> bool:
    """D of the identities: works outside the origin trade for six months running, in a durable post.

    Durable: a CDI, an own business, or a temporary contract that has lasted six months.
    """
    settled = person.occupation != origin and month - person.occupation_since >= LONG_ENOUGH_MONTHS
    durable = person.contract == CDI or person.status == SELF_EMPLOYED
    lasting = durable or month - person.hired >= LONG_ENOUGH_MONTHS
    return bool(person.state == EMPLOYED and settled and lasting)


@kernel
def _conversions(idx: Array, origin: Array, lines: Array, month: int) -> Array:
    out = np.empty(idx.size, np.bool_)
    for n in range(idx.size):
        out[n] = converted(lines[idx[n]], origin[n], month)
    return out


def durable_conversion(world: World, idx: Array, origin_occupation: Array, month: int) -> Array:
    """:func:`converted` in a month for rows of persons, bool, against the trade that each started from."""
    return np.asarray(_conversions(idx, origin_occupation, world.lines, month))


@kernel
def files_to_observe(
    first: int, month: int, outcome: Array, stage: Array, ends: Array, decided: Array, placed: Array
) -> tuple[Array, Array]:
    """Funded rows whose graduates are asked today what they do, and all rows decided 24 months ago; int64
    both."""
    asked, aged = np.empty(outcome.size - first, np.int64), np.empty(outcome.size - first, np.int64)
    n = m = 0
    for row in range(first, outcome.size):
        if (
            outcome[row] == FUNDED
            and ends[row] + PLACEMENT_CLOCK_MONTHS == month
            and stage[row] in _TAUGHT
            and placed[row] < 0
        ):
            asked[n] = row
            n += 1
        if outcome[row] != WAITING and decided[row] + DURABLE_CLOCK_MONTHS == month:
            aged[m] = row
            m += 1
    return asked[:n], aged[:m]


def observe_outcomes(world: World) -> None:
    """Write the observations that fall due this month."""
    files, p = world.files, world.persons
    asked, aged = files_to_observe(
        files.live_from(world.month),
        world.month,
        files["outcome"],
        files["stage"],
        files["ends"],
        files["month_decided"],
        files["placed_6"],
    )
    if asked.size:
        files["placed_6"][asked] = _in_trade_aimed_at(world, asked)
    if aged.size:
        origin = files["origin_occupation"][aged]
        files["in_aim_24"][aged] = _in_trade_aimed_at(world, aged)
        files["in_work_24"][aged] = p["state"][files["person"][aged]] == EMPLOYED
        files["durable_24"][aged] = durable_conversion(world, files["person"][aged], origin, world.month)


def _in_trade_aimed_at(world: World, rows: Array) -> Array:
    """Whether the applicants of some files work in the trade that they aimed at, or in any; bool."""
    files, p = world.files, world.persons
    idx = files["person"][rows]
    aimed = files["target_occupation"][rows]
    same = (p["occupation"][idx] == aimed) | (aimed == NONE)
    return np.asarray((p["state"][idx] == EMPLOYED) & same)
