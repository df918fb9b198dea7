"""Short courses beside the post, a few days long: AI literacy, the certificate of basics, or neither.

What a course gives is data (``[gives]`` of a scheme's file); who pays, for whom and at what price, too.
The writer of ``literacy`` and ``basics``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sim.derived import Known, derived
from sim.groups import AIMING, GROUPS, POST_KINDS, RESTLESS
from sim.kernels import Array, kernel
from sim.layout import CHUNK, Line, fetch
from sim.population.columns import Contract, Education, Status
from sim.processes.literacy import trained_rows
from sim.schemes.places import has_money, sell_places
from sim.schemes.rules import Scheme, of_behaviour
from sim.streams import ONE, Decision, below, draw_many, threshold, thresholds

if TYPE_CHECKING:
    from sim.world import World

_AGE_GROUPS = 4


class ShortCourse(NamedTuple):
    """Who may follow a short course, and how often they ask.

    ``allowed`` uint8 [status, contract]; ``asked`` int64 [education], a chance a month in fixed point;
    ``changing``: only those whose unit uses AI or whose team is above target; ``literacy`` and ``basics``:
    what it gives, so that whoever has it does not ask; ``literate`` the share of trainees, in fixed point,
    whose course is about AI.
    """

    allowed: Array
    asked: Array
    changing: bool
    literacy: bool
    basics: bool
    literate: int


def short_course(known: Known, scheme: Scheme) -> ShortCourse:
    """The rules in force of one scheme."""
    rules, who = known.rules, scheme.who
    asks = [
        rules[f"applications.knowledge_{int(e)}_share"] * (e in who.educations) for e in Education
    ]  # nobody asks for what she does not know
    return ShortCourse(
        allowed=np.array(
            [[s in who.statuses and c in who.contracts for c in Contract] for s in Status], np.uint8
        ),
        asked=thresholds(np.minimum(rules[scheme.key("demand_rate")] * np.array(asks), 1.0)),
        changing=who.units == "changing",
        literacy=scheme.gives.literacy,
        basics=scheme.gives.basics,
        literate=threshold(rules.get(scheme.key("literacy_share"), 1.0)),
    )


@kernel
def asking_ceilings(allowed: Array, most: int) -> Array:
    """Chances above those of everybody in each group, int64 [group]; ``allowed`` [status, contract]."""
    out = np.zeros(GROUPS, np.int64)
    for status in range(allowed.shape[0]):
        for contract in range(allowed.shape[1]):
            if allowed[status, contract] == 1:
                first = _AGE_GROUPS * POST_KINDS[status, contract]
                for flag in (0, RESTLESS, AIMING, AIMING + RESTLESS):
                    out[flag + first : flag + first + _AGE_GROUPS] = most
    return out


@kernel
def may_ask(person: Line, course: ShortCourse, surplus_since: Array, adopted: Array) -> bool:
    """Whether the course is open to somebody at work, and of use to her."""
    if course.allowed[person.status, person.contract] == 0:
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
    likely, draws = below(group, strata, key, asking_ceilings(course.allowed, course.asked.max()))
    n = fetched = 0
    for k in range(likely.size):
        if k % CHUNK == 0:
            fetched += fetch(likely, k, lines["state"])
        i = likely[k]
        person = lines[i]
        if draws[k] < course.asked[person.education] and may_ask(person, course, surplus_since, adopted):
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
