"""Months of salaried work that a person has behind her, over several posts.

What was before the present or last post is kept in two numbers counted back from its start: months of work, and
months without work between and after them.  So a post costs nothing while it lasts.  Looking back further than
a limit cuts the two in proportion, as if idle months were spread evenly: exact for one earlier post.
"""

from __future__ import annotations

from sim.kernels import kernel
from sim.layout import Line
from sim.population.columns import Status

REMEMBERED_MONTHS = 60
"""Longest look back of any rule: the five years asked of those who resign for a project."""
NEVER = -32768
_SELF_EMPLOYED = int(Status.SELF_EMPLOYED)


@kernel
def months_of_work(tenure: int, gap: int, worked: int, idle: int, limit: int) -> tuple[int, int]:
    """(months of work, idle months between) over the last ``limit`` months.

    Backwards from now: ``gap`` idle months, a post of ``tenure`` months, then ``worked`` and ``idle`` mixed.
    Months before the first work are not idle months of a career: without work there are none.
    """
    room = limit - gap
    if room <= 0:
        return 0, 0
    if tenure >= room:
        return room, gap
    room -= tenure
    if worked + idle > room:
        worked, idle = worked * room // (worked + idle), room - worked * room // (worked + idle)
    if worked == 0:
        idle = 0
    if tenure + worked == 0:
        return 0, 0
    return tenure + worked, gap + idle


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
    worked, idle = months_of_work(tenure, gap, person.worked, person.idle, REMEMBERED_MONTHS)
    person.worked, person.idle = worked, idle


@kernel
def use_up(person: Line) -> None:
    """Work that has opened a right opens no other."""
    person.worked = person.idle = 0
    person.stopped = NEVER
