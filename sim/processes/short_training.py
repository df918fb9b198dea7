"""Short courses beside the post, a few days long: AI literacy, the certificate of basics, or neither.

What a course gives is data (``[gives]`` of a scheme's file); who pays, for whom and at what price, too.
The writer of ``literacy`` and ``basics``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sim.derived import Known, derived
from sim.kernels import Array, kernel
from sim.layout import CHUNK, Line, fetch
from sim.processes.literacy import trained_rows
from sim.processes.terms import Demand, demand_of
from sim.schemes.places import has_money, sell_places
from sim.schemes.rules import Scheme, of_behaviour
from sim.streams import ONE, Decision, below, draw_many, threshold

if TYPE_CHECKING:
    from sim.world import World


class ShortCourse(NamedTuple):
    """Who may follow a short course, and how often they ask (``demand``).

    ``changing``: only those whose unit uses AI or whose team is above target; ``literacy`` and ``basics``:
    what it gives, so that whoever has it does not ask; ``literate`` the share of trainees, in fixed point,
    whose course is about AI.
    """

    demand: Demand
    changing: bool
    literacy: bool
    basics: bool
    literate: int


def short_course(known: Known, scheme: Scheme) -> ShortCourse:
    """The rules in force of one scheme."""
    return ShortCourse(
        demand=demand_of(known, scheme),
        changing=scheme.who.units == "changing",
        literacy=scheme.gives.literacy,
        basics=scheme.gives.basics,
        literate=threshold(known.rules.get(scheme.key("literacy_share"), 1.0)),
    )


@kernel
def may_ask(person: Line, course: ShortCourse, surplus_since: Array, adopted: Array) -> bool:
    """Whether the course is open to somebody at work, and of use to her."""
    if course.demand.allowed[person.status, person.contract] == 0:
        return False
    if (course.literacy and person.literacy == 1) or (course.basics and person.basics == 1):
        return False
    return not course.changing or surplus_since[person.team] >= 0 or adopted[person.unit] >= 0


@kernel
def select_willing(
    group: Array,
    strata: Array,
    lines: Array,
    course: ShortCourse,
    surplus_since: Array,
    adopted: Array,
    key: np.uint64,
) -> Array:
    """Rows of those who ask for the course this month; ``surplus_since`` [team], ``adopted`` [unit]."""
    likely, draws = below(group, strata, key, course.demand.ceilings)
    n = fetched = 0
    for k in range(likely.size):
        if k % CHUNK == 0:
            fetched += fetch(likely, k, lines["state"])
        i = likely[k]
        person = lines[i]
        if draws[k] < course.demand.asked[person.education] and may_ask(
            person, course, surplus_since, adopted
        ):
            likely[n] = i
            n += 1
    return likely[:n].copy()


def train_in_short_courses(world: World) -> None:
    """Scheme by scheme; a draw says who comes first."""
    for scheme in of_behaviour("short"):
        if has_money(world, scheme):
            course = derived(world, short_course, scheme)
            asking = in_drawn_order(world, scheme, _willing(world, scheme, course))
            _teach(world, scheme, course, sell_places(world, scheme, asking, "training_provider", "teaching"))


def _willing(world: World, scheme: Scheme, course: ShortCourse) -> Array:
    return np.asarray(
        select_willing(
            world.persons["group"],
            world.strata,
            world.lines,
            course,
            world.teams["surplus_since"],
            world.units["adopted"],
            world.key(Decision.SHORT_TRAINING) ^ scheme.salt,
        )
    )


def in_drawn_order(world: World, scheme: Scheme, idx: Array) -> Array:
    """Rows in the order of a draw of the month, then of rows."""
    draws = draw_many(world.key(Decision.SCHEME) ^ scheme.salt, idx)
    return np.asarray(idx[np.lexsort((idx, draws))])


def _teach(world: World, scheme: Scheme, course: ShortCourse, idx: Array) -> None:
    """Trainees hold what the course gives; where part of the courses are about AI, a draw says whose."""
    if course.literacy:
        if course.literate < ONE:
            idx = idx[draw_many(world.key(Decision.COURSE_ON_AI) ^ scheme.salt, idx) < course.literate]
        world.memory["trained"] = np.concatenate((trained_rows(world), idx))
        world.persons["literacy"][idx] = 1
    if course.basics:
        world.persons["basics"][idx] = 1
