"""Process 4, second half: units above their target adjust, in the documents' order.

Departures are left unfilled (posts wanted fall, so nobody is replaced), units of fifty and more redeploy,
lay-offs come last and only after the time that an employer gives itself.  Civil servants are never laid off.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.groups import BASIC_GROUPS, KINDS, UNEMPLOYED_GROUPS
from sim.kernels import Array, kernel
from sim.moves import CDI, UNEMPLOYED, Reason, leave_post, same, take_post
from sim.processes.entitlements import note_loss
from sim.processes.surplus import give_up, settle
from sim.streams import Decision, draw_many, threshold

if TYPE_CHECKING:
    from sim.world import World

_CIVIL_SERVANT_KIND = KINDS.index("civil_servant")
_NOBODY = np.zeros(0, np.int64)


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
    surplus: Array,
    surplus_ai: Array,
    due: Array,
) -> tuple[int, int]:
    """Months spent above target; ``due`` holds the posts to give up now.  Returns their number, and the posts
    of AI freed by those who left."""
    total = freed = 0
    for t in range(filled.size):
        excess = filled[t] - covered[t] - posts[t]
        due[t] = 0
        if max(excess, 0) != surplus[t]:
            freed += settle(t, max(excess, 0), surplus, surplus_ai)
        if excess <= 0 or own_account[unit[t]] == 1:
            surplus_since[t] = -1
        elif surplus_since[t] < 0:
            surplus_since[t] = month
        if surplus_since[t] >= 0 and month - surplus_since[t] >= patience:
            due[t] = excess
            total += excess
    return total, freed


@kernel
def _members(rows: int, team: Array, surplus_since: Array, filled: Array) -> Array:
    """Rows of everyone with a post in a team above its target, int64."""
    # One bit a team: few enough bytes to stay close to the processor while everybody passes.  The first is
    # for those without a post, so that nobody needs a test.
    above = np.zeros((filled.size + 1) // 64 + 1, np.uint64)
    heads = 0
    for t in range(filled.size):
        if surplus_since[t] >= 0:
            heads += filled[t]
            above[(t + 1) >> 6] |= np.uint64(1) << np.uint64((t + 1) & 63)
    out = np.empty(heads, np.int64)
    n = 0
    for i in range(rows):
        place = team[i] + 1
        if (above[place >> 6] >> np.uint64(place & 63)) & np.uint64(1) == 1:
            out[n] = i
            n += 1
    return out[:n]


@kernel
def _of_teams(members: Array, team: Array, due: Array) -> Array:
    """Those of ``members`` whose team must shrink now."""
    out = np.empty(members.size, np.int64)
    n = 0
    for i in members:
        if team[i] >= 0 and due[team[i]] > 0:
            out[n] = i
            n += 1
    return out[:n]


def members_of(world: World, due: Array) -> Array:
    """Rows of everyone with a post in a team that must shrink, int64.

    A team is above its target for months before it must shrink, and hires nobody meanwhile but by chance.
    So members are looked up once for many months; the list serves while it holds all the heads of the teams.
    """
    p, t, memory = world.persons, world.teams, world.memory
    heads = int(t["filled"][due > 0].sum())
    found: Array = _of_teams(memory.get("members", _NOBODY), p["team"], due)
    if found.size != heads:
        memory["members"] = _members(world.rows, p["team"], t["surplus_since"], t["filled"])
        found = _of_teams(memory["members"], p["team"], due)
    return found


@kernel
def _candidates(members: Array, group: Array) -> Array:
    """The employed, not civil servants, among ``members``."""
    out = np.empty(members.size, np.int64)
    n = 0
    for i in members:
        g = group[i] % BASIC_GROUPS
        if g < UNEMPLOYED_GROUPS and g // 4 != _CIVIL_SERVANT_KIND:
            out[n] = i
            n += 1
    return out[:n]


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
    total, freed = _mark_surplus(
        world.month,
        int(world.rules["ai.adjustment_months"]),
        t["filled"],
        t["covered"],
        t["posts"],
        t["unit"],
        u["own_account"],
        t["surplus_since"],
        t["surplus"],
        t["surplus_ai"],
        due,
    )
    world.record.count("unfilled_departures", freed)
    if total == 0:
        return
    idx = _candidates(members_of(world, due), p["group"])
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
    for_ai = give_up(leaving, p["team"], t["surplus"], t["surplus_ai"])
    _redeploy(world, leaving[inside >= 0], inside[inside >= 0])
    world.record.count("redeployed_ai", for_ai[inside >= 0].sum())
    _lay_off(world, leaving[inside < 0], for_ai[inside < 0])
    world.record.count("posts_given_up", leaving.size)


def _redeploy(world: World, moved: Array, teams: Array) -> None:
    """Into an open post of the same unit: the employer is the same, tenure runs on."""
    p = world.persons
    contracts, statuses = p["contract"][moved].astype(np.int64), p["status"][moved].astype(np.int64)
    reasons = np.full(moved.size, Reason.REDEPLOYMENT, np.int64)
    take_post(world, moved, reasons, teams, contracts, statuses)
    world.record.count("redeployed", moved.size)


def _lay_off(world: World, out: Array, for_ai: Array) -> None:
    """Temporary contracts end, permanent ones are lay-offs; both open rights to benefit.

    ``for_ai`` is 1 where AI removed the post.
    """
    p = world.persons
    temporary = p["contract"][out] != CDI
    reasons = np.where(temporary, int(Reason.END_OF_CONTRACT), int(Reason.LAYOFF)).astype(np.int64)
    note_loss(world, out, reasons)
    p["laid_off"][out[~temporary]] = world.month
    leave_post(world, out, reasons, same(UNEMPLOYED))
    world.record.count("layoffs", int((~temporary).sum()))
    world.record.count("layoffs_ai", for_ai[~temporary].sum())
    world.record.count("contracts_ended_ai", for_ai[temporary].sum())
