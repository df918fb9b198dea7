"""Process 4: people leave posts, and units above their target adjust.

Adjustment follows the order of the documents: departures left unfilled (posts wanted fall, so nobody is
replaced), redeployment inside units of fifty and more, lay-offs last and only after the time that an
employer gives itself.  Civil servants are never laid off.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.kernels import Array, kernel
from sim.moves import (
    CDD,
    CDI,
    CIVIL_SERVANT,
    EMPLOYED,
    INTERIM,
    LEFT,
    SELF_EMPLOYED,
    Reason,
    leave_post,
    take_post,
)
from sim.population.columns import State
from sim.processes.hazards import (
    AGE_GROUP_OF_MONTHS,
    conversion_thresholds,
    post_kinds,
    to_unemployment_thresholds,
)
from sim.streams import Decision, below, draw, draw_many, threshold

if TYPE_CHECKING:
    from sim.world import World

_RESIGNATION, _AGREED = int(Reason.RESIGNATION), int(Reason.AGREED_TERMINATION)
_DISMISSAL, _END = int(Reason.DISMISSAL), int(Reason.END_OF_CONTRACT)
_CLOSURE = int(Reason.BUSINESS_CLOSURE)


@kernel
def select_separating(
    rows: int,
    state: Array,
    contract: Array,
    status: Array,
    birth_month: Array,
    occupation: Array,
    kinds: Array,
    month: int,
    age_group: Array,
    hazard: Array,
    key: np.uint64,
) -> Array:
    """Rows of the employed whose post ends in unemployment this month."""
    ceilings = np.zeros(LEFT + 1, np.int64)
    ceilings[EMPLOYED] = hazard.max()
    likely, draws = below(rows, state, key, ceilings)
    n = 0
    for k in range(likely.size):
        i = likely[k]
        g = age_group[month - birth_month[i]]
        if draws[k] < hazard[occupation[i], kinds[status[i], contract[i]], g]:
            likely[n] = i
            n += 1
    return likely[:n].copy()


@kernel
def convert_contracts(
    rows: int, state: Array, contract: Array, cdd: int, interim: int, key: np.uint64
) -> int:
    """Temporary contracts that become CDI in the same post; returns how many."""
    n = 0
    for i in range(rows):
        c = contract[i]
        if c in (CDD, INTERIM) and state[i] == EMPLOYED and draw(key, i) < (cdd if c == CDD else interim):
            contract[i] = CDI
            n += 1
    return n


@kernel
def _reasons(idx: Array, contract: Array, status: Array, resign: int, agreed: int, key: np.uint64) -> Array:
    out = np.empty(idx.size, np.int64)
    for n in range(idx.size):
        i = idx[n]
        if status[i] == SELF_EMPLOYED:
            out[n] = _CLOSURE
        elif contract[i] != CDI:
            out[n] = _END
        else:
            d = draw(key, i)
            out[n] = _RESIGNATION if d < resign else (_AGREED if d < resign + agreed else _DISMISSAL)
    return out


def separate(world: World) -> None:
    """Resignations, ends of contract, agreed terminations, dismissals and closed businesses."""
    p, rules = world.persons, world.rules
    cdd, interim = conversion_thresholds(rules)
    convert_contracts(world.rows, p["state"], p["contract"], cdd, interim, world.key(Decision.CONVERSION))
    idx = select_separating(
        world.rows,
        p["state"],
        p["contract"],
        p["status"],
        p["birth_month"],
        p["occupation"],
        post_kinds(),
        world.month,
        AGE_GROUP_OF_MONTHS,
        to_unemployment_thresholds(rules, world.occupations.pcs),
        world.key(Decision.SEPARATION),
    )
    reasons = _reasons(
        idx,
        p["contract"],
        p["status"],
        threshold(rules["separations.resignation_of_cdi_to_unemployment_share"]),
        threshold(rules["separations.agreed_of_cdi_to_unemployment_share"]),
        world.key(Decision.SEPARATION_REASON),
    )
    world.memory["lost_post"] = [idx[reasons != _RESIGNATION]]
    p["are_until"][idx[reasons == _RESIGNATION]] = -1
    leave_post(world, idx, reasons, State.UNEMPLOYED)


@kernel
def _mark_surplus(
    month: int,
    patience: int,
    filled: Array,
    covered: Array,
    posts: Array,
    unit: Array,
    own_account: Array,
    surplus_since: Array,
    due: Array,
) -> int:
    """Months spent above target; ``due`` holds the posts to give up now.  Returns their number."""
    total = 0
    for t in range(filled.size):
        excess = filled[t] - covered[t] - posts[t]
        due[t] = 0
        if excess <= 0 or own_account[unit[t]] == 1:
            surplus_since[t] = -1
        elif surplus_since[t] < 0:
            surplus_since[t] = month
        if surplus_since[t] >= 0 and month - surplus_since[t] >= patience:
            due[t] = excess
            total += excess
    return total


@kernel
def _candidates(rows: int, state: Array, status: Array, team: Array, due: Array) -> Array:
    """Rows of the employed, not civil servants, of teams that must shrink."""
    out = np.empty(rows, np.int64)
    shrinks = due > 0
    n = 0
    for i in range(rows):
        if team[i] >= 0 and shrinks[team[i]] and state[i] == EMPLOYED and status[i] != CIVIL_SERVANT:
            out[n] = i
            n += 1
    return out[:n].copy()


def layoff_order(world: World, idx: Array) -> Array:
    """Rows in the order in which posts are given up: temporary contracts, then short tenure, then no AI
    training.

    Ties fall to a keyed draw, then to the row.
    """
    p = world.persons
    tenure = np.minimum(np.maximum(world.month - p["hired"][idx].astype(np.int64), 0) // 12, 40)
    rank = np.where(p["contract"][idx] != CDI, 0, 1) * 1000 + tenure * 10 + p["literacy"][idx] * 20
    draws = draw_many(world.key(Decision.LAYOFF), idx)
    order: Array = idx[np.lexsort((idx, draws, rank, p["team"][idx]))]
    return order


@kernel
def _first_of_each_team(order: Array, team: Array, due: Array) -> Array:
    """The first ``due`` rows of each team in ``order`` (sorted by team)."""
    out = np.empty(order.size, np.int64)
    n = 0
    last = -1
    taken = 0
    for k in range(order.size):
        t = team[order[k]]
        if t != last:
            last, taken = t, 0
        if taken < due[t]:
            out[n] = order[k]
            n += 1
            taken += 1
    return out[:n].copy()


@kernel
def _open_posts_inside(
    leaving: Array,
    willing: Array,
    unit: Array,
    team: Array,
    size_class: Array,
    occupation: Array,
    pcs: Array,
    title_needed: Array,
    titles: Array,
    first_team: Array,
    filled: Array,
    covered: Array,
    posts: Array,
) -> Array:
    """Team with an open post in the same unit for each leaving row, or -1.

    Units of fifty and more, trades at most one PCS step away and open without a licence that she lacks.
    """
    taken = np.zeros(posts.size, np.int32)
    out = np.full(leaving.size, -1, np.int64)
    for n in range(leaving.size):
        i = leaving[n]
        u = unit[i]
        if size_class[u] < 2 or not willing[n]:
            continue
        mine = pcs[occupation[team[i]]]
        for t in range(first_team[u], first_team[u + 1]):
            j = occupation[t]
            near = abs(pcs[j] - mine) <= 1
            allowed = title_needed[j] == 0 or (titles[i] >> np.uint64(j)) & np.uint64(1) == np.uint64(1)
            if t != team[i] and near and allowed and posts[t] - (filled[t] - covered[t]) - taken[t] > 0:
                out[n] = t
                taken[t] += 1
                break
    return out


def first_teams(world: World) -> Array:
    """First team of each unit, with one more entry at the end; teams are stored unit by unit."""
    if "first_team" not in world.memory:
        count = world.units["sector"].size
        world.memory["first_team"] = np.searchsorted(world.teams["unit"], np.arange(count + 1), side="left")
    found: Array = world.memory["first_team"]
    return found


def adjust_units(world: World) -> None:
    """Units above their target for longer than their patience redeploy, then lay off."""
    t, p, u = world.teams, world.persons, world.units
    due = np.zeros(t["unit"].size, np.int32)
    total = _mark_surplus(
        world.month,
        int(world.rules["ai.adjustment_months"]),
        t["filled"],
        t["covered"],
        t["posts"],
        t["unit"],
        u["own_account"],
        t["surplus_since"],
        due,
    )
    if total == 0:
        return
    idx = _candidates(world.rows, p["state"], p["status"], p["team"], due)
    leaving = _first_of_each_team(layoff_order(world, idx), p["team"], due)
    willing = draw_many(world.key(Decision.REDEPLOYMENT), leaving) < threshold(
        world.rules["separations.redeployment_share"]
    )
    inside = _open_posts_inside(
        leaving,
        willing,
        p["unit"],
        p["team"],
        u["size_class"],
        t["occupation"],
        world.occupations.pcs,
        world.occupations.regulated,
        p["titles"],
        first_teams(world),
        t["filled"],
        t["covered"],
        t["posts"],
    )
    moved, out = leaving[inside >= 0], leaving[inside < 0]
    contracts, statuses = p["contract"][moved].astype(np.int64), p["status"][moved].astype(np.int64)
    hired = p["hired"][moved].copy()
    take_post(
        world,
        moved,
        np.full(moved.size, Reason.REDEPLOYMENT, np.int64),
        inside[inside >= 0],
        contracts,
        statuses,
    )
    # The employer is the same: tenure runs on.
    p["hired"][moved] = hired
    temporary = p["contract"][out] != CDI
    reasons = np.where(temporary, int(Reason.END_OF_CONTRACT), int(Reason.LAYOFF)).astype(np.int64)
    world.memory["lost_post"].append(out)
    p["laid_off"][out[~temporary]] = world.month
    leave_post(world, out, reasons, State.UNEMPLOYED)
    world.record.count("layoffs", int((~temporary).sum()))
    world.record.count("redeployed", moved.size)
    world.record.count("posts_given_up", leaving.size)
