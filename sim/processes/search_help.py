"""Process 8: who sends a suitable application because somebody helps her to search.

Support helps while it lasts; a course without a title, for some months after its end.  The help raises the
chance of the month by a share of itself: her draw is that of everybody, and help brings those whose draw lies
between both chances.  A ratio of one helps nobody.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sim.derived import Known, derived
from sim.groups import AIMING, BASIC_GROUPS, INACTIVE_GROUPS, UNEMPLOYED_GROUPS
from sim.kernels import Array, kernel
from sim.schemes.files import COMPLETED, SUPPORTED
from sim.schemes.rules import of_behaviour
from sim.streams import ONE, Decision, sieved_draw, threshold

if TYPE_CHECKING:
    from sim.world import World


class Help(NamedTuple):
    """By how much schemes raise the chance of a suitable application, fixed point, and for how many months
    after a course without a title; int64 [scheme code, 256] both."""

    more: Array
    months: Array


def help_of(known: Known) -> Help:
    """The help under the rules in force: of support while it lasts, of courses after their end."""
    out = Help(np.zeros(256, np.int64), np.zeros(256, np.int64))
    for scheme in of_behaviour("support", "enrol"):
        ratio = float(known.rules.get(scheme.key("search_ratio"), 1.0))
        out.more[scheme.code] = min(threshold(ratio - 1.0), ONE)
        out.months[scheme.code] = int(known.rules.get(scheme.key("search_months"), 0))
    return out


@kernel
def _helped(stage: Array, ends: Array, scheme: Array, first: int, month: int, given: Help) -> Array:
    """Rows of the files that help somebody to search this month, int64."""
    out = np.empty(stage.size - first, np.int64)
    n = 0
    for row in range(first, stage.size):
        lately = stage[row] == COMPLETED and ends[row] + given.months[scheme[row]] >= month
        if (stage[row] == SUPPORTED or lately) and given.more[scheme[row]] > 0:
            out[n] = row
            n += 1
    return out[:n].copy()


@kernel
def _found_with_help(
    rows: Array,
    file_scheme: Array,
    person: Array,
    more: Array,
    group: Array,
    since: Array,
    aim_until: Array,
    month: int,
    ceilings: Array,
    graduates: Array,
    followed: Array,
    followed_until: Array,
    key: np.uint64,
) -> Array:
    """Persons whose suitable application is the doing of the help: the draw lies between both chances."""
    out = np.empty(rows.size, np.int64)
    n = 0
    for row in rows:
        i = person[row]
        g = group[i] % BASIC_GROUPS
        if not UNEMPLOYED_GROUPS <= g < INACTIVE_GROUPS or since[i] == month:
            continue
        bar = ceilings[g]
        if group[i] >= AIMING and aim_until[i] >= month:
            bar = max(bar, followed[g] if followed_until[i] >= month else graduates[g])
        luck = sieved_draw(key, i)
        if bar <= luck < bar + (bar * (more[file_scheme[row]] >> 16) >> 16):
            out[n] = i
            n += 1
    return np.unique(out[:n])


def with_help(world: World, idx: Array, ceilings: Array, graduates: Array, followed: Array) -> Array:
    """The searchers ``idx`` (ascending rows), and those whom help has brought to an application."""
    p, files, given = world.persons, world.files, derived(world, help_of)
    rows = _helped(
        files["stage"], files["ends"], files["scheme"], files.live_from(world.month), world.month, given
    )
    if not rows.size:
        return idx
    found = _found_with_help(
        rows,
        files["scheme"],
        files["person"],
        given.more,
        p["group"],
        p["since"],
        p["aim_until"],
        world.month,
        ceilings,
        graduates,
        followed,
        p["followed_until"],
        world.key(Decision.SEARCH),
    )
    return np.asarray(np.insert(idx, np.searchsorted(idx, found), found))
