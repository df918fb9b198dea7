"""Months of salaried work that a person has behind her, over several posts.

What was before the present or last post is kept as one bit a month for 32 months, and as a count for the 28
months before them; it is written when a post is taken, so that work costs nothing while it lasts.
"""

from __future__ import annotations

import numpy as np

from sim.kernels import kernel
from sim.layout import Line
from sim.population.columns import Status

REMEMBERED_MONTHS = 60
"""Longest look back of any rule: the five years asked of those who resign for a project."""
WORKING_DAYS_A_YEAR = 261
NEVER = -32768
_BITS, _COUNTED = 32, REMEMBERED_MONTHS - 32
_SELF_EMPLOYED = int(Status.SELF_EMPLOYED)
_U1 = np.uint64(1)


@kernel
def _ones(count: int) -> np.uint64:
    return (_U1 << np.uint64(max(count, 0))) - _U1


@kernel
def _heads(bits: np.uint64) -> int:
    count = 0
    while bits != 0:
        bits &= bits - _U1
        count += 1
    return count


@kernel
def add_post(months: int, earlier: int, tenure: int, gap: int) -> tuple[int, int]:
    """(bits of 32 months, months of work in the 28 before) seen ``gap`` months after a post of ``tenure``.

    ``months`` and ``earlier`` are the same, seen from the day on which that post began.
    """
    passed = gap + tenure
    wide = np.uint64(0)
    if gap < REMEMBERED_MONTHS:
        wide |= _ones(min(tenure, REMEMBERED_MONTHS - gap)) << np.uint64(gap)
    if passed < REMEMBERED_MONTHS:
        wide |= np.uint64(months) << np.uint64(passed)
    older = _heads((wide >> np.uint64(_BITS)) & _ones(_COUNTED))
    return int(wide & _ones(_BITS)), older + max(min(earlier, _COUNTED - passed), 0)


@kernel
def months_of_work(months: int, tenure: int, window: int) -> tuple[int, int]:
    """(months of work, idle months between posts) over the ``window`` (36 at most) that ends with a post."""
    if tenure >= window:
        return window, 0
    seen = np.uint64(months) & _ones(min(window - tenure, _BITS))
    worked, span = _heads(seen), 0
    while seen != 0:
        seen >>= _U1
        span += 1
    return tenure + worked, span - worked


@kernel
def note_end_of_post(person: Line, month: int) -> None:
    """A salaried post ends: its months are known from now on."""
    if person.team >= 0 and person.status != _SELF_EMPLOYED:
        person.stopped = month


@kernel
def look_back(person: Line, month: int) -> None:
    """Before a new post is taken: the last one joins what was before it."""
    note_end_of_post(person, month)
    tenure = max(person.stopped - person.hired, 0)
    gap = month - max(person.stopped, person.hired)
    months, earlier = add_post(person.worked_months, person.worked_earlier, tenure, gap)
    person.worked_months, person.worked_earlier = months, earlier


@kernel
def work_of_five_years(person: Line, month: int) -> int:
    """Months of salaried work over the last five years of somebody at work."""
    tenure = min(month - person.hired, REMEMBERED_MONTHS)
    room = REMEMBERED_MONTHS - tenure
    before = _heads(np.uint64(person.worked_months) & _ones(min(room, _BITS)))
    return int(tenure + before + max(min(person.worked_earlier, room - _BITS), 0))


@kernel
def use_up(person: Line) -> None:
    """Work that has opened a right opens no other."""
    person.worked_months = person.worked_earlier = 0
    person.stopped = NEVER
