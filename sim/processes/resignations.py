"""Process 7, before a project for which people resign: who does, who lets the time run out, who gives up.

Between the decision and the last day to resign, some never do: their file lapses on that day.  Of those who
resigned to found a business, some give it up before they have.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.derived import Known, derived
from sim.kernels import Array, kernel
from sim.moves import where_she_filed
from sim.population.columns import NONE
from sim.schemes.files import Outcome
from sim.schemes.rules import Scheme, schemes
from sim.streams import Decision, draw, threshold

if TYPE_CHECKING:
    from sim.world import World

_NO_SCHEME, _LAPSED = int(NONE), int(Outcome.LAPSED)
_NO_DEADLINE = 32767


def _shares(known: Known, rule: str) -> Array:
    def share(one: Scheme) -> float:
        return float(known.rules.get(one.key(rule), 0.0))

    return np.array([threshold(share(one)) if one.behaviour == "resign" else 0 for one in schemes()])


def giving_up(known: Known) -> Array:
    """Share that gives up before founding a business, fixed point, int64 [scheme]."""
    return _shares(known, "gives_up_share")


def staying(known: Known) -> tuple[Array, Array]:
    """Share that never resigns, fixed point [scheme]; months from the decision within which one must
    [scheme]; int64 both."""
    months = [int(known.rules.get(one.key("resign_within_months"), _NO_DEADLINE)) for one in schemes()]
    return _shares(known, "never_resigns_share"), np.array(months)


@kernel
def _resign_or_stay(
    rows: Array,
    month: int,
    never: Array,
    within: Array,
    key: np.uint64,
    person: Array,
    scheme: Array,
    file_unit: Array,
    decided: Array,
    starts: Array,
    outcome: Array,
    lines: Array,
    person_scheme: Array,
) -> tuple[Array, Array]:
    going, lapsed = np.empty(rows.size, np.int64), np.empty(rows.size, np.int64)
    n = m = 0
    for row in rows:
        i, s = person[row], scheme[row]
        last = decided[row] + within[s]
        if month >= last:
            outcome[row], person_scheme[i] = _LAPSED, _NO_SCHEME
            lapsed[m] = row
            m += 1
        elif draw(key, i) < never[s] and where_she_filed(lines[i], file_unit[row]):
            starts[row] = last
        else:
            going[n] = row
            n += 1
    return going[:n].copy(), lapsed[:m].copy()


def resign_or_stay(world: World, rows: Array) -> tuple[Array, Array]:
    """Of the files ``rows`` that start this month: those that do, and those whose time to resign is over.

    Who stays in her post keeps her file until the last day to resign: it is looked at again then.
    """
    if not rows.size:
        return rows, rows
    files = world.files
    going, lapsed = _resign_or_stay(
        rows,
        world.month,
        *derived(world, staying),
        world.key(Decision.RESIGNATION),
        files["person"],
        files["scheme"],
        files["unit"],
        files["month_decided"],
        files["starts"],
        files["outcome"],
        world.lines,
        world.persons["scheme"],
    )
    return going, lapsed
