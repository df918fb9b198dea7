"""Process 3: birthdays, retirement, new entrants, and moves in and out of the labour force.

The labour force has its own closure: as many persons enter the world as leave it, plus the growth of
posts or another (:mod:`sim.processes.trend`).  What the state of the market does to participation
comes on top, through the flows (:mod:`sim.processes.closures`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sim.calendar import OPENING
from sim.derived import Known, derived
from sim.groups import BASIC_GROUPS, INACTIVE_GROUPS, UNEMPLOYED_GROUPS, spread
from sim.kernels import Array, kernel
from sim.layout import CHUNK, fetch
from sim.moves import (
    EMPLOYED,
    INACTIVE,
    LEFT,
    NO_OCCUPATION_ROW,
    TRAINING,
    UNEMPLOYED,
    Reason,
    add_to_stocks,
    aim_at,
    grow_older,
    leave_post,
    occupation_row,
    same,
)
from sim.population.columns import AGE_BAND_STARTS_YEARS, NONE, Contract, Education, State, Status
from sim.processes.closures import participating
from sim.processes.hazards import participation_by_group, retirement_thresholds
from sim.processes.trend import growth_of_working_age
from sim.streams import ONE, Decision, below, draw_many, threshold, thresholds
from sim.world_rows import add_rows

if TYPE_CHECKING:
    from sim.world import World


LAST_AGE_YEARS = 65
"""From this age on, people without a post are no longer of working age."""
LAST_WORKING_AGE_YEARS = 70
"""Nobody works or searches beyond."""


BAND_BIRTHDAYS_YEARS = AGE_BAND_STARTS_YEARS[1:]
"""Ages at which a band of age, and with some a group of hazards, is left for the next."""


def have_birthdays(world: World) -> None:
    """Those who reach an age at which something changes: bands of age move, last ages are kept in mind."""
    born_in, month = world.cohorts.born_in, world.month
    grow_older(world, np.concatenate([born_in(month - 12 * years) for years in BAND_BIRTHDAYS_YEARS]))
    oldest = born_in(month - 12 * LAST_WORKING_AGE_YEARS)
    world.memory["reached"] = {
        LAST_AGE_YEARS: born_in(month - 12 * LAST_AGE_YEARS),
        LAST_WORKING_AGE_YEARS: np.concatenate([oldest, world.overdue]),
    }
    # Trainees whose last birthday falls in their course leave after it.
    world.overdue = np.concatenate(
        [some[world.persons["state"][some] == TRAINING] for some in (oldest, world.overdue)]
    )


@kernel
def select_retiring(
    group: Array,
    strata: Array,
    birth_month: Array,
    occupation: Array,
    month: int,
    hazard: Array,
    key: np.uint64,
) -> tuple[Array, int]:
    """Rows of workers and jobseekers who retire; ``hazard`` [41 occupations, years of age from 55 to 70].

    Trainees finish first; the inactive leave at 65 by their date of birth.
    """
    ceilings = np.zeros(BASIC_GROUPS, np.int64)
    before_60, top = hazard[:, :5].max(), hazard.max()
    for g in range(INACTIVE_GROUPS):
        age = g % 4 if g < UNEMPLOYED_GROUPS else (g - UNEMPLOYED_GROUPS) // 4
        ceilings[g] = 0 if age < 2 else (before_60 if age == 2 else top)
    likely, draws = below(group, strata, key, spread(ceilings))
    n = fetched = 0
    for k in range(likely.size):
        if k % CHUNK == 0:
            fetched += fetch(likely, k, birth_month)
        i = likely[k]
        years = min((month - birth_month[i]) // 12 - 55, hazard.shape[1] - 1)
        if years >= 0 and draws[k] < hazard[occupation_row(occupation[i]), years]:
            likely[n] = i
            n += 1
    return likely[:n], fetched


def retire(world: World) -> None:
    """Retirement ends a career; whoever is not yet 65 stays in the world as inactive until then."""
    p = world.persons
    idx, _ = select_retiring(
        p["group"],
        world.strata,
        p["birth_month"],
        p["occupation"],
        world.month,
        derived(world, retirement_thresholds),
        world.key(Decision.RETIREMENT),
    )
    from_post = int((p["team"][idx] >= 0).sum())
    world.record.count("retirements_employed", from_post)
    world.record.count("ends_of_career", from_post)
    _stop_working(world, idx, Reason.RETIREMENT)
    reached = world.memory["reached"]
    for years, states in ((LAST_AGE_YEARS, (INACTIVE,)), (LAST_WORKING_AGE_YEARS, (EMPLOYED, UNEMPLOYED))):
        state = p["state"][reached[years]]
        leaving = state == states[0] if len(states) == 1 else (state == states[0]) | (state == states[1])
        _stop_working(world, reached[years][leaving], Reason.RETIREMENT)


def _stop_working(world: World, idx: Array, reason: Reason) -> None:
    """Into inactivity below the last age, out of the world from it on."""
    if idx.size == 0:
        return
    gone = world.persons["birth_month"][idx] <= world.month - LAST_AGE_YEARS * 12
    world.record.count("exits", int(gone.sum()))
    leave_post(world, idx, same(reason), np.where(gone, LEFT, INACTIVE))


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
    ageing_out = int(world.memory["reached"][LAST_AGE_YEARS].size)
    growth: float = world.memory.get("entrants_owed", 0.0) + round(
        world.memory["of_working_age"] * yearly / 12, 6
    )
    due = max(ageing_out + int(growth), 0)  # a population that shrinks faster than it ages waits
    world.memory["entrants_owed"] = round(growth - (due - ageing_out), 6)
    world.memory["of_working_age"] += due - ageing_out
    return due


def pick(draws: Array, cumulative: Array) -> Array:
    """Index of the interval in which each draw falls; ``cumulative`` are thresholds that end at ONE."""
    return np.searchsorted(cumulative, draws, side="right").astype(np.int64)


def initial_training_thresholds(known: Known) -> Array:
    """Cumulated chances that someone who enters holds the licence of each trade; beyond the last: none.

    Schools train for the regulated trades in proportion to their size (assumed: intake follows the posts).
    """
    share = known.occupations.initial_training_share * known.rules["labour_supply.initial_training_ratio"]
    return thresholds(np.minimum(np.cumsum(share), 1.0))


@dataclass(frozen=True, eq=False)
class Newcomers:
    """Who enters, fixed point: women, young, far from employment; cumulated chances of level and licence."""

    women: int
    young: int
    distant: int
    education: Array
    titles: Array


def newcomers_of(known: Known) -> Newcomers:
    """Who enters under the rules in force."""
    rules = known.rules
    return Newcomers(
        threshold(rules["labour_supply.entrants_women_share"]),
        threshold(1.0 - rules["labour_supply.migrants_share"]),
        threshold(rules["labour_supply.entrants_distant_share"]),
        _cumulative([rules[f"labour_supply.entrants_{e.name.lower()}_share"] for e in Education]),
        initial_training_thresholds(known),
    )


def license_students(world: World) -> None:
    """At opening, people without a first job are on their way to the licences that entrants will hold."""
    p, occ = world.persons, world.occupations
    ids = np.flatnonzero((p["occupation"][: world.rows] == NONE) & (p["titles"][: world.rows] == 0))
    titles = pick(draw_many(world.key(Decision.ENTRY_TITLE), ids), initial_training_thresholds(world))
    ids, titles = ids[titles < occ.count], titles[titles < occ.count]
    p["titles"][ids] = np.uint64(1) << titles.astype(np.uint64)
    p["education"][ids] = np.maximum(p["education"][ids], occ.title_education[titles])
    aim_at(world, ids, titles, 32767)


def enter(world: World) -> None:
    """New persons: the young at the end of compulsory school, and those who move into the region."""
    count = entrants_due(world)
    first = add_rows(world, count)
    ids = np.arange(first, first + count, dtype=np.int64)
    p, occ, newcomers = world.persons, world.occupations, derived(world, newcomers_of)
    sex = draw_many(world.key(Decision.ENTRY_SEX), ids) < newcomers.women
    ages = draw_many(world.key(Decision.ENTRY_AGE), ids)
    young = ages < newcomers.young
    spread = (ages.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15) >> np.uint64(33)).astype(np.int64)
    months = np.where(young, 16 * 12 + spread % 12, 25 * 12 + spread % (15 * 12))
    education = pick(draw_many(world.key(Decision.ENTRY_EDUCATION), ids), newcomers.education)
    titles = pick(draw_many(world.key(Decision.ENTRY_TITLE), ids), newcomers.titles)
    held = titles < occ.count
    p["person"][ids] = ids
    p["sex"][ids] = sex
    p["birth_month"][ids] = world.month - months
    p["occupation"][ids] = NONE
    p["education"][ids] = np.where(
        held, np.maximum(education, occ.title_education[titles % occ.count]), education
    )
    p["titles"][ids] = np.where(held, np.uint64(1) << (titles % occ.count).astype(np.uint64), np.uint64(0))
    p["aim"][ids] = np.where(held, titles, NONE)
    p["aim_until"][ids] = np.where(held, 32767, -1)
    p["state"][ids] = State.INACTIVE
    p["status"][ids] = Status.NO_STATUS
    p["contract"][ids] = Contract.NO_CONTRACT
    for name in ("unit", "team"):
        p[name][ids] = -1
    p["since"][ids] = p["hired"][ids] = p["occupation_since"][ids] = world.month
    p["distant"][ids] = draw_many(world.key(Decision.DISTANT, 0), ids) < newcomers.distant
    p["taste"][ids], p["talent"][ids] = _normal_traits(world, ids)
    _engine_defaults(world, ids)
    add_to_stocks(world, first, count)
    world.cohorts.add(ids, p["birth_month"][ids])
    world.record.flows_now[NO_OCCUPATION_ROW, NO_OCCUPATION_ROW, Reason.ENTRY] += count
    world.record.count("entries", count)


def _engine_defaults(world: World, ids: Array) -> None:
    p = world.persons
    p["scheme"][ids] = NONE
    for name in ("ends", "are_until"):
        p[name][ids] = -1
    p["laid_off"][ids] = -32768


def _cumulative(shares: list[float]) -> Array:
    """Thresholds of the cumulated shares; the last is forced to ONE."""
    total = sum(shares)
    out = np.array([threshold(min(sum(shares[: n + 1]) / total, 1.0)) for n in range(len(shares))])
    out[-1] = ONE
    return out


def _normal_traits(world: World, ids: Array) -> tuple[Array, Array]:
    """Taste and talent of newcomers: sums of twelve bytes, normal enough and exact on every machine."""
    out = []
    for decision, scale in ((Decision.TASTE, 32), (Decision.TALENT, 250)):
        total = np.zeros(ids.size, np.int64)
        for part in range(3):
            bits = draw_many(world.key(decision, part), ids)
            for shift in (0, 8, 16, 24):
                total += (bits >> shift) & 255
        # Twelve bytes: mean 1530, standard deviation 256.
        out.append(np.clip((total - 1530) * scale // 256, -3 * scale, 3 * scale))
    return out[0].astype(np.int8), out[1].astype(np.int16)


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
    p = world.persons
    hazards = participating(world, derived(world, participation_by_group))
    out, give_up, start = select_participation(
        p["group"], world.strata, hazards, world.key(Decision.PARTICIPATION)
    )
    # Ends of career: people past 55 who leave a post for inactivity count with those who retire.
    late = p["birth_month"][out] <= world.month - 55 * 12
    world.record.count("ends_of_career", int(late.sum()))
    _stop_working(world, out, Reason.LEAVES_LABOUR_FORCE)
    _stop_working(world, give_up, Reason.GIVES_UP_SEARCH)
    leave_post(
        world,
        start,
        same(Reason.STARTS_SEARCH),
        same(UNEMPLOYED),
    )
