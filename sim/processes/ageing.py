"""Process 3: birthdays, retirement, new entrants, and moves in and out of the labour force.

The labour force has its own closure: as many persons enter the world as leave it, plus the growth of
posts (``labour_supply.growth_share_per_year``).  What the state of the market does to participation
comes on top, through the flows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.calendar import OPENING
from sim.kernels import Array, kernel
from sim.moves import EMPLOYED, INACTIVE, LEFT, NO_OCCUPATION_ROW, UNEMPLOYED, Reason, leave_post
from sim.population.columns import NONE, Contract, Education, State, Status
from sim.processes.hazards import (
    AGE_GROUP_OF_MONTHS,
    participation_thresholds,
    post_kinds,
    retirement_thresholds,
)
from sim.streams import ONE, Decision, below, draw_many, threshold, thresholds
from sim.world_rows import add_rows

if TYPE_CHECKING:
    from sim.world import World


LAST_AGE_YEARS = 65
"""From this age on, people without a post are no longer of working age."""
LAST_WORKING_AGE_YEARS = 70
"""Nobody works or searches beyond."""


@kernel
def select_retiring(
    rows: int,
    state: Array,
    birth_month: Array,
    occupation: Array,
    month: int,
    oldest_born: int,
    hazard: Array,
    key: np.uint64,
) -> Array:
    """Rows of workers and jobseekers who retire; ``hazard`` [41 occupations, years of age from 55 to 70].

    Trainees finish first; the inactive leave at 65 by their date of birth.
    """
    ceilings = np.zeros(LEFT + 1, np.int64)
    ceilings[EMPLOYED] = ceilings[UNEMPLOYED] = hazard.max()
    likely, draws = below(rows, state, key, ceilings)
    n = 0
    for k in range(likely.size):
        i = likely[k]
        if birth_month[i] > oldest_born:
            continue
        years = min((month - birth_month[i]) // 12 - 55, hazard.shape[1] - 1)
        row = NO_OCCUPATION_ROW if occupation[i] == 255 else occupation[i]
        if draws[k] < hazard[row, years]:
            likely[n] = i
            n += 1
    return likely[:n].copy()


def retire(world: World) -> None:
    """Retirement ends a career; whoever is not yet 65 stays in the world as inactive until then."""
    p = world.persons
    idx = select_retiring(
        world.rows,
        p["state"],
        p["birth_month"],
        p["occupation"],
        world.month,
        world.month - 55 * 12,
        retirement_thresholds(world),
        world.key(Decision.RETIREMENT),
    )
    world.record.count("retirements_employed", int((p["team"][idx] >= 0).sum()))
    world.record.count("ends_of_career", int((p["team"][idx] >= 0).sum()))
    _stop_working(world, idx, Reason.RETIREMENT)
    born, month = p["birth_month"][: world.rows], world.month
    for reached, states in (
        (np.flatnonzero(born == month - LAST_AGE_YEARS * 12), (INACTIVE,)),
        # Trainees whose last birthday falls in their course leave after it.
        (np.flatnonzero(born <= month - LAST_WORKING_AGE_YEARS * 12), (EMPLOYED, UNEMPLOYED)),
    ):
        _stop_working(world, reached[np.isin(p["state"][reached], states)], Reason.RETIREMENT)


def _stop_working(world: World, idx: Array, reason: Reason) -> None:
    """Into inactivity below the last age, out of the world from it on."""
    gone = world.month - world.persons["birth_month"][idx].astype(np.int64) >= LAST_AGE_YEARS * 12
    world.record.count("exits", int(gone.sum()))
    for who, state in ((idx[gone], State.LEFT), (idx[~gone], State.INACTIVE)):
        leave_post(world, who, np.full(who.size, reason, np.int64), state)


def entrants_due(world: World) -> int:
    """Persons who enter this month: as many as reach the last age, plus growth, carried over in whole
    persons.

    Counted on dates of birth, whatever people do: the same in a scenario and in its comparator.
    """
    rules, month = world.rules, world.month
    if month >= OPENING:
        yearly = rules["labour_supply.growth_share_per_year"]
    else:
        yearly = rules["labour_supply.history_growth_share_per_year"] if month >= 0 else 0.0
    born = world.persons["birth_month"][: world.rows].astype(np.int64)
    limit = month - LAST_AGE_YEARS * 12
    if "of_working_age" not in world.memory:
        world.memory["of_working_age"] = int((born > limit - 1).sum())
    ageing_out = int((born == limit).sum())
    growth = world.memory.get("entrants_owed", 0.0) + round(world.memory["of_working_age"] * yearly / 12, 6)
    due = ageing_out + int(growth)
    world.memory["entrants_owed"] = round(growth - int(growth), 6)
    world.memory["of_working_age"] += due - ageing_out
    return due


def pick(draws: Array, cumulative: Array) -> Array:
    """Index of the interval in which each draw falls; ``cumulative`` are thresholds that end at ONE."""
    return np.searchsorted(cumulative, draws, side="right").astype(np.int64)


def initial_training_thresholds(world: World) -> Array:
    """Cumulated chances that someone who enters holds the licence of each trade; beyond the last: none.

    Schools train for the regulated trades in proportion to their size (assumed: intake follows the posts).
    """
    share = world.occupations.initial_training_share * world.rules["labour_supply.initial_training_ratio"]
    return thresholds(np.minimum(np.cumsum(share), 1.0))


def license_students(world: World) -> None:
    """At opening, people without a first job are on their way to the licences that entrants will hold."""
    p, occ = world.persons, world.occupations
    ids = np.flatnonzero((p["occupation"][: world.rows] == NONE) & (p["titles"][: world.rows] == 0))
    titles = pick(draw_many(world.key(Decision.ENTRY_TITLE), ids), initial_training_thresholds(world))
    ids, titles = ids[titles < occ.count], titles[titles < occ.count]
    p["titles"][ids] = np.uint64(1) << titles.astype(np.uint64)
    p["education"][ids] = np.maximum(p["education"][ids], occ.title_education[titles])
    p["aim"][ids], p["aim_until"][ids] = titles, 32767


def enter(world: World) -> None:
    """New persons: the young at the end of compulsory school, and those who move into the region."""
    count = entrants_due(world)
    first = add_rows(world, count)
    ids = np.arange(first, first + count, dtype=np.int64)
    p, occ, rules = world.persons, world.occupations, world.rules
    sex = draw_many(world.key(Decision.ENTRY_SEX), ids) < threshold(
        rules["labour_supply.entrants_women_share"]
    )
    ages = draw_many(world.key(Decision.ENTRY_AGE), ids)
    young = ages < threshold(1.0 - rules["labour_supply.migrants_share"])
    spread = (ages.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15) >> np.uint64(33)).astype(np.int64)
    months = np.where(young, 16 * 12 + spread % 12, 25 * 12 + spread % (15 * 12))
    education = pick(
        draw_many(world.key(Decision.ENTRY_EDUCATION), ids),
        _cumulative([rules[f"labour_supply.entrants_{e.name.lower()}_share"] for e in Education]),
    )
    titles = pick(draw_many(world.key(Decision.ENTRY_TITLE), ids), initial_training_thresholds(world))
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
    p["distant"][ids] = draw_many(world.key(Decision.DISTANT, 0), ids) < threshold(
        rules["labour_supply.entrants_distant_share"]
    )
    p["taste"][ids], p["talent"][ids] = _normal_traits(world, ids)
    _engine_defaults(world, ids)
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
    rows: int,
    state: Array,
    contract: Array,
    status: Array,
    birth_month: Array,
    distant: Array,
    occupation: Array,
    kinds: Array,
    month: int,
    age_group: Array,
    leave_e: Array,
    leave_u: Array,
    start_n: Array,
    key: np.uint64,
) -> tuple[Array, Array, Array]:
    """Rows that leave employment for inactivity, unemployment for inactivity, inactivity for search."""
    ceilings = np.zeros(LEFT + 1, np.int64)
    ceilings[EMPLOYED], ceilings[UNEMPLOYED] = leave_e.max(), leave_u.max()
    ceilings[INACTIVE] = start_n.max()
    likely, draws = below(rows, state, key, ceilings)
    out_e, out_u = np.empty(likely.size, np.int64), np.empty(likely.size, np.int64)
    out_n = np.empty(likely.size, np.int64)
    e = u = n = 0
    for k in range(likely.size):
        i = likely[k]
        g = age_group[month - birth_month[i]]
        if state[i] == EMPLOYED:
            if draws[k] < leave_e[kinds[status[i], contract[i]], g]:
                out_e[e] = i
                e += 1
        elif state[i] == UNEMPLOYED:
            if draws[k] < leave_u[g, distant[i]]:
                out_u[u] = i
                u += 1
        elif draws[k] < start_n[g, 1 if occupation[i] == 255 else 0]:
            out_n[n] = i
            n += 1
    return out_e[:e].copy(), out_u[:u].copy(), out_n[:n].copy()


def participate(world: World) -> None:
    """Leave the labour force, or start to search."""
    p = world.persons
    leave_e, leave_u, start_n = participation_thresholds(world.rules)
    out, give_up, start = select_participation(
        world.rows,
        p["state"],
        p["contract"],
        p["status"],
        p["birth_month"],
        p["distant"],
        p["occupation"],
        post_kinds(),
        world.month,
        AGE_GROUP_OF_MONTHS,
        leave_e,
        leave_u,
        start_n,
        world.key(Decision.PARTICIPATION),
    )
    # Ends of career: people past 55 who leave a post for inactivity count with those who retire.
    late = world.month - p["birth_month"][out].astype(np.int64) >= 55 * 12
    world.record.count("ends_of_career", int(late.sum()))
    _stop_working(world, out, Reason.LEAVES_LABOUR_FORCE)
    _stop_working(world, give_up, Reason.GIVES_UP_SEARCH)
    leave_post(world, start, np.full(start.size, Reason.STARTS_SEARCH, np.int64), State.UNEMPLOYED)
