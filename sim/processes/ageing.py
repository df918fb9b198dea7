"""Process 3: birthdays, retirement, new entrants, and moves in and out of the labour force.

The labour force has its own closure: as many persons enter the world as leave it, plus the growth of
posts (``labour_supply.growth_share_per_year``).  What the state of the market does to participation
comes on top, through the flows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.kernels import kernel
from sim.moves import EMPLOYED, INACTIVE, LEFT, NO_OCCUPATION_ROW, TRAINING, UNEMPLOYED, Reason, leave_post
from sim.population.columns import NONE, Contract, Education, State, Status
from sim.processes.hazards import (
    AGE_GROUP_OF_MONTHS,
    participation_thresholds,
    post_kinds,
    retirement_thresholds,
)
from sim.streams import ONE, Decision, draw, draw_many, threshold
from sim.world_rows import add_rows

if TYPE_CHECKING:
    from sim.world import World


@kernel
def select_retiring(rows, state, birth_month, occupation, month, oldest_born, hazard, key):
    """Rows of those who leave for good; ``hazard`` [41 occupations, years of age from 55 to 70]."""
    out = np.empty(rows // 8 + 1024, np.int64)
    n = 0
    for i in range(rows):
        if birth_month[i] <= oldest_born and state[i] != LEFT:
            years = (month - birth_month[i]) // 12 - 55
            if years > 15:
                years = 15
            row = NO_OCCUPATION_ROW if occupation[i] == 255 else occupation[i]
            if draw(key, i) < hazard[row, years]:
                out[n] = i
                n += 1
    return out[:n].copy()


def retire(world: World) -> None:
    """Those who leave for good: the employed by the hazards of their age, the others with them."""
    p = world.persons
    idx = select_retiring(world.rows, p["state"], p["birth_month"], p["occupation"], world.month,
                          world.month - 55 * 12, retirement_thresholds(world), world.key(Decision.RETIREMENT))
    world.record.count("exits", idx.size)
    world.record.count("retirements_employed", int((p["team"][idx] >= 0).sum()))
    leave_post(world, idx, np.full(idx.size, Reason.RETIREMENT, np.int64), State.LEFT)
    world.memory["leavers"] = idx.size


def entrants_due(world: World) -> int:
    """Persons who enter this month: those who left, plus growth, carried over in whole persons."""
    yearly = world.rules["labour_supply.growth_share_per_year"] if world.month >= 36 else (
        world.rules["labour_supply.history_growth_share_per_year"] if world.month >= 0 else 0.0)
    present = world.rows - int(world.memory.get("gone", 0))
    owed = world.memory.get("entrants_owed", 0.0) + round(present * yearly / 12, 6) + world.memory["leavers"]
    world.memory["gone"] = int(world.memory.get("gone", 0)) + world.memory["leavers"]
    due = int(owed)
    world.memory["entrants_owed"] = round(owed - due, 6)
    return due


def pick(draws: np.ndarray, cumulative: np.ndarray) -> np.ndarray:
    """Index of the interval in which each draw falls; ``cumulative`` are thresholds that end at ONE."""
    return np.searchsorted(cumulative, draws, side="right").astype(np.int64)


def enter(world: World) -> None:
    """New persons: the young at the end of compulsory school, and those who move into the region."""
    count = entrants_due(world)
    first = add_rows(world, count)
    ids = np.arange(first, first + count, dtype=np.int64)
    p, occ, rules = world.persons, world.occupations, world.rules
    sex = draw_many(world.key(Decision.ENTRY_SEX), ids) < threshold(rules["labour_supply.entrants_women_share"])
    ages = draw_many(world.key(Decision.ENTRY_AGE), ids)
    young = ages < threshold(1.0 - rules["labour_supply.migrants_share"])
    spread = (ages.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15) >> np.uint64(33)).astype(np.int64)
    months = np.where(young, 16 * 12 + spread % 12, 25 * 12 + spread % (15 * 12))
    education = pick(draw_many(world.key(Decision.ENTRY_EDUCATION), ids),
                     _cumulative([rules[f"labour_supply.entrants_{e.name.lower()}_share"] for e in Education]))
    titles = pick(draw_many(world.key(Decision.ENTRY_TITLE), ids), occ.initial_training_thresholds)
    held = titles < occ.count
    p["person"][ids] = ids
    p["sex"][ids] = sex
    p["birth_month"][ids] = world.month - months
    p["occupation"][ids] = NONE
    p["education"][ids] = np.where(held, np.maximum(education, occ.title_education[titles % occ.count]), education)
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
        rules["labour_supply.entrants_distant_share"])
    p["taste"][ids], p["talent"][ids] = _normal_traits(world, ids)
    _engine_defaults(world, ids)
    world.record.flows_now[NO_OCCUPATION_ROW, NO_OCCUPATION_ROW, Reason.ENTRY] += count
    world.record.count("entries", count)


def _engine_defaults(world: World, ids: np.ndarray) -> None:
    p = world.persons
    p["scheme"][ids] = NONE
    for name in ("ends", "are_until"):
        p[name][ids] = -1
    p["laid_off"][ids] = -32768


def _cumulative(shares: list[float]) -> np.ndarray:
    """Thresholds of the cumulated shares; the last is forced to ONE."""
    total = sum(shares)
    out = np.array([threshold(min(sum(shares[: n + 1]) / total, 1.0)) for n in range(len(shares))])
    out[-1] = ONE
    return out


def _normal_traits(world: World, ids: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
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
def select_participation(rows, state, contract, status, birth_month, distant, occupation, kinds, month,
                         age_group, leave_e, leave_u, start_n, key):
    """Rows that leave employment for inactivity, unemployment for inactivity, inactivity for search."""
    out_e = np.empty(rows // 8 + 1024, np.int64)
    out_u = np.empty(rows // 8 + 1024, np.int64)
    out_n = np.empty(rows // 8 + 1024, np.int64)
    e = u = n = 0
    for i in range(rows):
        s = state[i]
        if s == LEFT or s == TRAINING:
            continue
        g = age_group[month - birth_month[i]]
        if s == EMPLOYED:
            if draw(key, i) < leave_e[kinds[status[i], contract[i]], g]:
                out_e[e] = i
                e += 1
        elif s == UNEMPLOYED:
            if draw(key, i) < leave_u[g]:
                out_u[u] = i
                u += 1
        elif s == INACTIVE:
            first = 1 if occupation[i] == 255 else 0
            if draw(key, i) < start_n[g, first]:
                out_n[n] = i
                n += 1
    return out_e[:e].copy(), out_u[:u].copy(), out_n[:n].copy()


def participate(world: World) -> None:
    """Leave the labour force, or start to search."""
    p = world.persons
    leave_e, leave_u, start_n = participation_thresholds(world.rules)
    out, give_up, start = select_participation(
        world.rows, p["state"], p["contract"], p["status"], p["birth_month"], p["distant"], p["occupation"],
        post_kinds(), world.month, AGE_GROUP_OF_MONTHS, leave_e, leave_u, start_n,
        world.key(Decision.PARTICIPATION))
    for idx, reason, state in (
        (out, Reason.LEAVES_LABOUR_FORCE, State.INACTIVE),
        (give_up, Reason.GIVES_UP_SEARCH, State.INACTIVE),
        (start, Reason.STARTS_SEARCH, State.UNEMPLOYED),
    ):
        leave_post(world, idx, np.full(idx.size, reason, np.int64), state)
