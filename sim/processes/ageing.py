"""Process 3: birthdays, retirement, and moves in and out of the labour force.

The labour force has its own closure: as many persons enter the world (:mod:`sim.processes.entrants`) as leave
it, plus the growth of posts or another (:mod:`sim.processes.trend`).  What the state of the market does to
participation comes on top, through the flows (:mod:`sim.processes.closures`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sim.derived import Known, derived
from sim.groups import AGE_GROUPS, BASIC_GROUPS, INACTIVE_GROUPS, KINDS, UNEMPLOYED_GROUPS
from sim.kernels import Array, kernel
from sim.layout import CHUNK, fetch
from sim.moves import (
    EMPLOYED,
    INACTIVE,
    LEFT,
    TRAINING,
    UNEMPLOYED,
    Reason,
    grow_older,
    leave_post,
    occupation_row,
    same,
)
from sim.population.columns import AGE_BAND_STARTS_YEARS
from sim.processes.closures import participating
from sim.processes.hazards import by_group, participation_by_group, retirement_thresholds
from sim.streams import Decision, below

if TYPE_CHECKING:
    from sim.world import World


LAST_AGE_YEARS = 65
"""From this age on, people without a post are no longer of working age."""
LAST_WORKING_AGE_YEARS = 70
"""Nobody works or searches beyond."""
BIRTHDAYS_MONTHS = 12 * np.array([*AGE_BAND_STARTS_YEARS[1:], LAST_AGE_YEARS, LAST_WORKING_AGE_YEARS])
"""Ages at which a band of age, and with some a group of hazards, is left for the next; then the last ages."""


def have_birthdays(world: World) -> None:
    """Those who reach an age at which something changes: bands of age move, last ages are kept in mind."""
    rows, starts = world.cohorts.born_in(world.month - BIRTHDAYS_MONTHS)
    grow_older(world, rows[: starts[-3]])
    world.memory["reached_last_age"] = rows[starts[-3] : starts[-2]]
    world.overdue = np.concatenate((rows[starts[-2] :], world.overdue))


@dataclass(frozen=True, eq=False)
class Retirement:
    """Hazard of retiring [41 occupations, years of age from 55 to 70], its ceilings [group]; fixed point."""

    hazard: Array
    ceilings: Array


def retirement_of(known: Known) -> Retirement:
    """The hazards in force; trainees finish first, the inactive leave at 65 by their date of birth."""
    hazard = retirement_thresholds(known)
    by_age = np.array([0, 0, hazard[:, :5].max(), hazard.max()])
    employed, unemployed = np.tile(by_age, (len(KINDS), 1)), np.tile(by_age[:, None, None], (1, 2, 2))
    return Retirement(hazard, by_group(employed, unemployed, np.zeros((len(AGE_GROUPS), 2), np.int64)))


@kernel
def select_retiring(
    group: Array, strata: Array, lines: Array, month: int, hazard: Array, ceilings: Array, key: np.uint64
) -> tuple[Array, int]:
    """Rows of workers and jobseekers who retire; see :class:`Retirement`."""
    likely, draws = below(group, strata, key, ceilings)
    n = fetched = 0
    for k in range(likely.size):
        if k % CHUNK == 0:
            fetched += fetch(likely, k, lines["birth_month"])
        person = lines[np.uint64(likely[k])]
        years = min((month - person.birth_month) // 12 - 55, hazard.shape[1] - 1)
        if years >= 0 and draws[k] < hazard[occupation_row(person.occupation), years]:
            likely[n] = likely[k]
            n += 1
    return likely[:n], fetched


@kernel
def _too_old(reached_last_age: Array, overdue: Array, lines: Array) -> tuple[Array, Array]:
    """The inactive who reach the last age, and those past the last birthday at work who work or search.

    Trainees among the latter finish their course first: they are returned apart, for the next month.
    """
    out = np.empty(reached_last_age.size + overdue.size, np.int64)
    later = np.empty(overdue.size, np.int64)
    n = m = 0
    for i in reached_last_age:
        out[n] = i
        n += int(lines[i].state == INACTIVE)
    for i in overdue:
        state = lines[i].state
        if state in (EMPLOYED, UNEMPLOYED):
            out[n] = i
            n += 1
        elif state == TRAINING:
            later[m] = i
            m += 1
    return out[:n], later[:m]


def retire(world: World) -> None:
    """Retirement ends a career; whoever is not yet 65 stays in the world as inactive until then."""
    retirement = derived(world, retirement_of)
    idx, _ = select_retiring(
        world.persons["group"],
        world.strata,
        world.lines,
        world.month,
        retirement.hazard,
        retirement.ceilings,
        world.key(Decision.RETIREMENT),
    )
    from_post, _ = _stop_working(world, idx, Reason.RETIREMENT)
    world.record.count("retirements_employed", from_post)
    world.record.count("ends_of_career", from_post)
    leaving, world.overdue = _too_old(world.memory["reached_last_age"], world.overdue, world.lines)
    _stop_working(world, leaving, Reason.RETIREMENT)


@kernel
def _after_work(idx: Array, month: int, lines: Array) -> tuple[Array, int, int, int]:
    """State of each after she stops to work or to search: out of the world from the last age on.

    And how many leave the world, how many leave a post, and how many of the latter are past 55.
    """
    states = np.full(idx.size, INACTIVE, np.int64)
    gone = from_post = late = 0
    for n in range(idx.size):
        person = lines[idx[n]]
        if person.birth_month <= month - LAST_AGE_YEARS * 12:
            states[n] = LEFT
            gone += 1
        if person.team >= 0:
            from_post += 1
            late += int(person.birth_month <= month - 55 * 12)
    return states, gone, from_post, late


def _stop_working(world: World, idx: Array, reason: Reason) -> tuple[int, int]:
    """Into inactivity below the last age, out of the world from it on.

    Returns how many leave a post, and how many of them are past 55.
    """
    states, gone, from_post, late = _after_work(idx, world.month, world.lines)
    world.record.count("exits", gone)
    leave_post(world, idx, same(reason), states)
    return from_post, late


@kernel
def select_participation(
    group: Array, strata: Array, hazards: Array, key: np.uint64
) -> tuple[Array, Array, Array]:
    """Rows that leave employment for inactivity, unemployment for inactivity, inactivity for search.

    ``hazards`` [group] are the thresholds themselves: a group shares its own.
    """
    found, _ = below(group, strata, key, hazards)
    out_e, out_u = np.empty(found.size, np.int64), np.empty(found.size, np.int64)
    out_n = np.empty(found.size, np.int64)
    e = u = n = 0
    for i in found:
        g = group[i] % BASIC_GROUPS
        if g < UNEMPLOYED_GROUPS:
            out_e[e] = i
            e += 1
        elif g < INACTIVE_GROUPS:
            out_u[u] = i
            u += 1
        else:
            out_n[n] = i
            n += 1
    return out_e[:e], out_u[:u], out_n[:n]


def participate(world: World) -> None:
    """Leave the labour force, or start to search."""
    hazards = participating(world, derived(world, participation_by_group))
    out, give_up, start = select_participation(
        world.persons["group"], world.strata, hazards, world.key(Decision.PARTICIPATION)
    )
    # Ends of career: people past 55 who leave a post for inactivity count with those who retire.
    _, late = _stop_working(world, out, Reason.LEAVES_LABOUR_FORCE)
    world.record.count("ends_of_career", late)
    _stop_working(world, give_up, Reason.GIVES_UP_SEARCH)
    leave_post(world, start, same(Reason.STARTS_SEARCH), same(UNEMPLOYED))
