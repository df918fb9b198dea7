"""Process 2: how many posts each unit wants in each occupation.

Without AI posts grow with their sector; :mod:`sim.processes.ai_factors` says what AI changes,
:mod:`sim.processes.post_factors` puts both together.  Only the writer of ``teams.posts``.

Posts are whole.  Each team keeps one draw for life and holds ``floor(base * factor + draw)`` posts, so a
smooth change of the factor removes each post once, and totals are exact on average.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.calendar import OPENING
from sim.derived import derived
from sim.kernels import Array, kernel
from sim.population.columns import Columns
from sim.processes.adoption import adopters
from sim.processes.ai_factors import assumptions, bundles, effective_month, of_literacy, use
from sim.processes.closures import fixed, response_of_demand
from sim.processes.literacy import literate_gain, observe_literacy
from sim.processes.post_factors import FIXED_POINT_BITS, ONE_POST, Factors, factors_of
from sim.processes.surplus import book
from sim.processes.trend import base_posts, digital_growth, rooms, trend_in
from sim.streams import Decision, draw_many, stream_key

if TYPE_CHECKING:
    from sim.world import World

NEW_TASK_TRADES = ("C03", "D10", "D03", "E09", "E10", "D05")
"""Digital and care trades, where new tasks may be allocated."""


def new_tasks(world: World) -> Array:
    """Posts of new tasks relative to opening posts, [occupation]: nu times posts displaced 36 months ago."""
    rules, occ = world.rules, world.occupations
    lag = int(rules["ai.new_tasks_lag_months"])
    known = world.memory.get("displaced", {})
    # Only what AI displaces after the opening calls for new tasks: nothing moves in the reference.
    then = world.month - lag
    if then < OPENING or then not in known or rules["ai.new_tasks_share"] == 0.0:
        return np.zeros(occ.count)
    displaced = np.maximum(known[then] - known.get(OPENING - 1, 0.0), 0.0)
    opening = np.maximum(world.memory["opening_posts"], 1.0)
    if rules["ai.new_tasks_allocation"] == "same_occupation":
        return np.asarray(rules["ai.new_tasks_share"] * displaced / opening)
    favoured = np.array([code in NEW_TASK_TRADES for code in occ.codes])
    return np.asarray(rules["ai.new_tasks_share"] * displaced.sum() * favoured / opening[favoured].sum())


@kernel
def _write_posts(
    base: Array,
    unit: Array,
    occupation: Array,
    rounding: Array,
    adopted: Array,
    sector: Array,
    public: Array,
    own_account: Array,
    room: Array,
    with_ai: Array,
    own_factor: Array,
    with_ai_then: Array,
    own_factor_then: Array,
    without_ai: Array,
    others: Array,
    posts: Array,
    counted: bool,
    filled: Array,
    covered: Array,
    surplus: Array,
    surplus_ai: Array,
    closed_ai: Array,
) -> tuple[Array, Array, Array]:
    """posts = floor(base * factor + draw); returns posts that AI removes (net) and posts, by occupation, and
    the :func:`sim.processes.surplus.book` of all teams.

    Removed and wanted are told as they would be without ``others``: what the market answers is not AI's
    doing.
    """
    booked = np.zeros(3, np.int64)
    bits = np.int64(FIXED_POINT_BITS)
    removed = np.zeros(others.size, np.int64)
    wanted = np.zeros(others.size, np.int64)
    factor, then, space, alone, last = own_factor[0, 0], own_factor[0, 0], room[0], room[0], -1
    for t in range(base.size):
        u = np.uint64(unit[t])
        if unit[t] != last:  # teams stand unit by unit
            last, k = unit[t], sector[u]
            if own_account[u] == 1:
                factor, then, space = own_factor[k, 0], own_factor_then[k, 0], room[2]
            else:
                c = adopted[u] + 1
                factor, space = with_ai[k, c], room[public[u]]
                then = with_ai_then[k, c if c < with_ai_then.shape[1] else 0]  # just adopted
            alone = without_ai[k] * space >> bits
        i = occupation[t]
        now = (base[t] * (factor[i] * space >> bits) + rounding[t]) >> bits
        removed[i] += ((base[t] * alone + rounding[t]) >> bits) - now
        wanted[i] += now
        if others[i] != ONE_POST:
            now = (base[t] * ((factor[i] * others[i] >> bits) * space >> bits) + rounding[t]) >> bits
        trend = now
        if counted and then[i] != factor[i]:
            trend = (base[t] * ((then[i] * others[i] >> bits) * space >> bits) + rounding[t]) >> bits
        if now != posts[t] or now != trend:  # few: a call for each would cost more than the rest
            book(t, now, trend, filled, covered, posts, surplus, surplus_ai, closed_ai, booked)
            posts[t] = now
    return removed, wanted, booked


def draw_roundings(teams: Columns, seed: int) -> None:
    """The one draw of each team that rounds its posts, kept for life."""
    ids = np.arange(teams["unit"].size, dtype=np.int64)
    draws = draw_many(stream_key(seed, Decision.POST_ROUNDING, 0), ids)
    teams["rounding"] = (draws >> (32 - FIXED_POINT_BITS)).astype(np.int32)


def prepare_posts(world: World) -> None:
    """Posts of opening by occupation, and an empty memory of what was displaced."""
    world.memory["opening_posts"] = base_posts(world).sum(axis=(0, 1))
    world.memory["displaced"] = {}


def set_posts(world: World) -> None:
    """Write the posts wanted this month and remember what AI removed."""
    memory = world.memory
    if "opening_posts" not in memory:
        prepare_posts(world)
    observe_literacy(world)
    growth, extra, others = derived(world, trend_in, world.month), 1.0 + new_tasks(world), other_demand(world)
    memory["others"] = others
    if _stays(world, growth, extra, others):
        memory["displaced"][world.month] = memory["displaced"][world.month - 1]
        for name in ("posts_removed_ai", "posts_opened_ai", "posts_cut_ai"):
            world.record.count(name, 0)
        return
    removed, wanted = write_posts(world, factors_of(world, growth, extra, others))
    # Displaced before new tasks: what they gave back is not displaced a second time.
    memory["displaced"][world.month] = np.maximum(removed + wanted * (extra - 1.0) / extra, 0.0)
    level = int(removed.sum())
    world.record.count("posts_removed_ai", level - memory.get("removed_before", level))
    memory["removed_before"] = level


def other_demand(world: World) -> Array:
    """``Factors.others``: what changes posts with AI and without alike, fixed point [occupation]."""
    return fixed(digital_growth(world, world.month) * response_of_demand(world))


def _stays(world: World, growth: Array, extra: Array, others: Array) -> bool:
    """Whether all that posts hang on is as it was last month, so that they stay; remembers it."""
    tables = [derived(world, function) for function in (assumptions, of_literacy, use, bundles)]
    tables.append(literate_gain(world))
    numbers = (growth, extra, others, derived(world, rooms, world.month))
    state = (
        effective_month(world.rules, world.month),
        adopters(world),
        *(values.tobytes() for values in numbers),
    )
    before, world.memory["posts_follow"] = world.memory.get("posts_follow"), (tables, state)
    if before is None or before[1] != state:
        return False
    return all(old is new for old, new in zip(before[0], tables, strict=True))


def write_posts(world: World, now: Factors) -> tuple[Array, Array]:
    """Write ``teams.posts``; returns posts that AI removes (net) and posts wanted, by occupation."""
    units, teams = world.units, world.teams
    removed, wanted, booked = _write_posts(
        teams["base"],
        teams["unit"],
        teams["occupation"],
        teams["rounding"],
        units["adopted"],
        units["sector"],
        units["public"],
        units["own_account"],
        now.room,
        now.units,
        now.own_account,
        now.units_as_it_was,
        now.own_account_as_it_was,
        now.without_ai,
        now.others,
        teams["posts"],
        world.month >= OPENING,
        teams["filled"],
        teams["covered"],
        teams["surplus"],
        teams["surplus_ai"],
        teams["closed_ai"],
    )
    for name, number in zip(("unfilled_departures", "posts_opened_ai", "posts_cut_ai"), booked, strict=True):
        world.record.count(name, number)
    return removed, wanted
