"""Process 3, the middle: who enters the world.

As many persons enter as leave it, plus the growth of posts or another (:mod:`sim.processes.trend`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sim.calendar import OPENING
from sim.derived import Known, derived
from sim.kernels import Array, kernel
from sim.moves import INACTIVE, NO_CONTRACT, NO_STATUS, add_to_stocks, aim_at
from sim.population.columns import NONE, Education
from sim.processes.ageing import LAST_AGE_YEARS
from sim.processes.trend import growth_of_working_age
from sim.streams import ONE, Decision, draw, draw_many, threshold, thresholds
from sim.world_rows import add_rows

if TYPE_CHECKING:
    from sim.world import World

_NONE = int(NONE)
LASTS = 32767
"""Month until which the aim of someone holds who enters with a licence: for good."""


def entrants_due(world: World) -> int:
    """Persons who enter this month: as many as reach the last age, plus growth, carried over in whole
    persons.

    Counted on dates of birth, whatever people do: the same in a scenario and in its comparator.
    """
    rules, month = world.rules, world.month
    if month >= OPENING:
        yearly = growth_of_working_age(world)
    else:
        yearly = rules["labour_supply.history_growth_share_per_year"] if month >= 0 else 0.0
    if "of_working_age" not in world.memory:
        born = world.persons["birth_month"][: world.rows]
        world.memory["of_working_age"] = int((born >= month - LAST_AGE_YEARS * 12).sum())
    ageing_out = int(world.memory["reached_last_age"].size)
    growth: float = world.memory.get("entrants_owed", 0.0) + round(
        world.memory["of_working_age"] * yearly / 12, 6
    )
    due = max(ageing_out + int(growth), 0)  # a population that shrinks faster than it ages waits
    world.memory["entrants_owed"] = round(growth - (due - ageing_out), 6)
    world.memory["of_working_age"] += due - ageing_out
    return due


def initial_training_thresholds(known: Known) -> Array:
    """Cumulated chances that someone who enters holds the licence of each trade; beyond the last: none.

    Schools train for the regulated trades in proportion to their size (assumed: intake follows the posts).
    """
    share = known.occupations.initial_training_share * known.rules["labour_supply.initial_training_ratio"]
    return thresholds(np.minimum(np.cumsum(share), 1.0))


class Newcomers(NamedTuple):
    """Who enters, fixed point: women, young, far from employment; cumulated chances of level and licence.

    ``title_education`` [trade]: the level that comes with a licence.
    """

    women: int
    young: int
    distant: int
    education: Array
    titles: Array
    title_education: Array


def newcomers_of(known: Known) -> Newcomers:
    """Who enters under the rules in force."""
    rules = known.rules
    return Newcomers(
        threshold(rules["labour_supply.entrants_women_share"]),
        threshold(1.0 - rules["labour_supply.migrants_share"]),
        threshold(rules["labour_supply.entrants_distant_share"]),
        _cumulative([rules[f"labour_supply.entrants_{e.name.lower()}_share"] for e in Education]),
        initial_training_thresholds(known),
        known.occupations.title_education,
    )


def license_students(world: World) -> None:
    """At opening, people without a first job are on their way to the licences that entrants will hold."""
    p, occ = world.persons, world.occupations
    ids = np.flatnonzero((p["occupation"][: world.rows] == NONE) & (p["titles"][: world.rows] == 0))
    draws = draw_many(world.key(Decision.ENTRY_TITLE), ids)
    titles = np.searchsorted(initial_training_thresholds(world), draws, side="right")
    ids, titles = ids[titles < occ.count], titles[titles < occ.count]
    p["titles"][ids] = np.uint64(1) << titles.astype(np.uint64)
    p["education"][ids] = np.maximum(p["education"][ids], occ.title_education[titles])
    aim_at(world, ids, titles, LASTS)


class EntryKeys(NamedTuple):
    """Keys of the draws of newcomers; those of their hidden traits are the same in all months."""

    sex: np.uint64
    age: np.uint64
    education: np.uint64
    title: np.uint64
    distant: np.uint64
    taste: tuple[np.uint64, np.uint64, np.uint64]
    talent: tuple[np.uint64, np.uint64, np.uint64]


def _entry_keys(world: World) -> EntryKeys:
    key = world.key
    return EntryKeys(
        sex=key(Decision.ENTRY_SEX),
        age=key(Decision.ENTRY_AGE),
        education=key(Decision.ENTRY_EDUCATION),
        title=key(Decision.ENTRY_TITLE),
        distant=key(Decision.DISTANT, 0),
        taste=(key(Decision.TASTE, 0), key(Decision.TASTE, 1), key(Decision.TASTE, 2)),
        talent=(key(Decision.TALENT, 0), key(Decision.TALENT, 1), key(Decision.TALENT, 2)),
    )


@kernel
def _months_at_entry(luck: np.int64, young: int) -> np.int64:
    """Age in months: at the end of compulsory school, or between 25 and 40 of those who move here."""
    spread = np.int64(np.uint64(luck) * np.uint64(0x9E3779B97F4A7C15) >> np.uint64(33))
    return 16 * 12 + spread % 12 if luck < young else 25 * 12 + spread % (15 * 12)


@kernel
def _trait(i: int, keys: tuple[np.uint64, np.uint64, np.uint64], deviation: int) -> int:
    """A hidden trait: the sum of twelve bytes (mean 1530, standard deviation 256), cut at three deviations.

    Normal enough and exact on every machine.
    """
    total = 0
    for key in keys:
        bits = draw(key, i)
        total += int((bits & 255) + (bits >> 8 & 255) + (bits >> 16 & 255) + (bits >> 24 & 255))
    return max(min((total - 1530) * deviation // 256, 3 * deviation), -3 * deviation)


@kernel
def _write_newcomers(
    first: int,
    count: int,
    month: int,
    newcomers: Newcomers,
    keys: EntryKeys,
    lines: Array,
    scheme: Array,
    taste: Array,
) -> None:
    """Fill the rows of those who enter; they were zeros."""
    for i in range(first, first + count):
        new = lines[i]
        new.person = i
        new.sex = int(draw(keys.sex, i) < newcomers.women)
        new.birth_month = month - _months_at_entry(draw(keys.age, i), newcomers.young)
        new.education = np.searchsorted(newcomers.education, draw(keys.education, i), side="right")
        new.distant = int(draw(keys.distant, i) < newcomers.distant)
        new.talent = _trait(i, keys.talent, 250)
        taste[i] = _trait(i, keys.taste, 32)
        new.occupation, new.aim, new.aim_until = _NONE, _NONE, -1
        title = np.searchsorted(newcomers.titles, draw(keys.title, i), side="right")
        if title < newcomers.title_education.size:
            new.titles = np.uint64(1) << np.uint64(title)
            new.education = max(new.education, newcomers.title_education[title])
            new.aim, new.aim_until = title, LASTS
        new.state, new.status, new.contract = INACTIVE, NO_STATUS, NO_CONTRACT
        new.unit, new.team = -1, -1
        new.since, new.hired, new.occupation_since = month, month, month
        new.laid_off, new.stopped, new.ends = -32768, -32768, -32768
        new.advised_until, new.followed_until = -32768, -32768
        scheme[i] = _NONE


def enter(world: World) -> None:
    """New persons: the young at the end of compulsory school, and those who move into the region."""
    count = entrants_due(world)
    first = add_rows(world, count)
    p = world.persons
    _write_newcomers(
        first,
        count,
        world.month,
        derived(world, newcomers_of),
        _entry_keys(world),
        world.lines,
        p["scheme"],
        p["taste"],
    )
    add_to_stocks(world, first, count)
    world.cohorts.add(p["birth_month"][first : first + count])
    world.record.count("entries", count)


def _cumulative(shares: list[float]) -> Array:
    """Thresholds of the cumulated shares; the last is forced to ONE."""
    total = sum(shares)
    out = np.array([threshold(min(sum(shares[: n + 1]) / total, 1.0)) for n in range(len(shares))])
    out[-1] = ONE
    return out
