"""Process 2: how many posts each unit wants in each occupation.

Without AI posts grow with their sector; :mod:`sim.processes.ai_factors` says what AI changes.  Only the
writer of ``teams.posts``.

Posts are whole.  Each team keeps one draw for life and holds ``floor(base * factor + draw)`` posts, so a
smooth change of the factor removes each post once, and totals are exact on average.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sim.calendar import OPENING
from sim.derived import derived
from sim.kernels import Array, kernel
from sim.population.columns import SECTORS, Columns
from sim.processes.adoption import adopters
from sim.processes.ai_factors import (
    assumptions,
    bundle_factor,
    bundle_factors,
    bundles,
    bundles_now,
    count_cohorts,
    demand_of,
    depths_of_cohorts,
    effective_month,
    factors,
    mean_reach,
    of_literacy,
    sector_factors,
    use,
)
from sim.processes.closures import fixed, response_of_demand
from sim.processes.literacy import literate_gain, literate_share, observe_literacy
from sim.processes.surplus import book
from sim.processes.trend import base_posts, digital_growth, rooms, trend_in
from sim.streams import Decision, draw_many, stream_key

if TYPE_CHECKING:
    from sim.world import World

FIXED_POINT_BITS = 20
ONE_POST = 1 << FIXED_POINT_BITS
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


@dataclass(frozen=True)
class Factors:
    """What the posts of a month are made of, fixed point with 20 bits.

    ``units`` [sector, cohort of adoption, occupation], filled where a unit stands; ``own_account`` [sector,
    occupation]; ``without_ai`` [sector]; ``others`` [occupation], new digital posts and the closures, with AI
    and without; ``room`` [private, public, own account].
    """

    units: Array
    own_account: Array
    without_ai: Array
    others: Array
    room: Array


@kernel
def fixed_factor(factor: float) -> int:
    """Fixed point with 20 bits, after rounding to ten decimals."""
    return int(np.rint(np.rint(factor * 1e10) / 1e10 * ONE_POST))


@kernel
def unit_factors(
    standing: Array,
    reaches: Array,
    bundle: Array,
    of_sector: Array,
    opening: Array,
    growth: Array,
    extra: Array,
) -> Array:
    """``Factors.units``; ``standing`` counts units by [sector, cohort], ``reaches`` [cohort] are rows of
    ``bundle`` [sector or 1, reach, occupation], ``opening`` [sector, occupation, cohort of history; 0 for
    later ones]."""
    sectors, cohorts = standing.shape
    out = np.zeros((sectors, cohorts, extra.size), np.int64)
    for k in range(sectors):
        for c in range(cohorts):
            if standing[k, c] == 0:
                continue
            then = c if c < opening.shape[2] else 0
            for i in range(extra.size):
                ai = bundle[k % bundle.shape[0], reaches[c], i] * of_sector[k] * opening[k, i, then]
                out[k, c, i] = fixed_factor(ai * growth[k] * extra[i])
    return out


@kernel
def own_account_factors(
    saved: Array,
    cheaper: Array,
    substitution: float,
    micro_reach: Array,
    of_sector: Array,
    opening: Array,
    growth: Array,
    extra: Array,
) -> Array:
    """``Factors.own_account``: the self-employed reach what small units of their sector do."""
    out = np.zeros(opening.shape, np.int64)
    for k in range(of_sector.size):
        for i in range(extra.size):
            bundle = bundle_factor(saved[k, i], cheaper[k, i], substitution, micro_reach[k])
            out[k, i] = fixed_factor(bundle * of_sector[k] * opening[k, i] * growth[k] * extra[i])
    return out


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
    without_ai: Array,
    others: Array,
    posts: Array,
    counted: bool,
    filled: Array,
    covered: Array,
    gone: Array,
    surplus: Array,
    surplus_ai: Array,
) -> tuple[Array, Array, int, int]:
    """posts = floor(base * factor + draw); returns posts that AI removes (net) and posts, by occupation, and
    the posts freed and openings closed of :func:`sim.processes.surplus.book`.

    Removed and wanted are told as they would be without ``others``: what the market answers is not AI's
    doing.
    """
    freed = closed = 0
    bits = np.int64(FIXED_POINT_BITS)
    removed = np.zeros(own_factor.shape[1], np.int64)
    wanted = np.zeros(own_factor.shape[1], np.int64)
    factor, space, alone, last = own_factor[0], room[0], room[0], -1
    for t in range(base.size):
        u = np.uint64(unit[t])
        if unit[t] != last:  # teams stand unit by unit
            last, k = unit[t], sector[u]
            if own_account[u] == 1:
                factor, space = own_factor[k], room[2]
            else:
                factor, space = with_ai[k, adopted[u] + 1], room[public[u]]
            alone = without_ai[k] * space >> bits
        i = occupation[t]
        now = (base[t] * (factor[i] * space >> bits) + rounding[t]) >> bits
        less = ((base[t] * alone + rounding[t]) >> bits) - now
        removed[i] += less
        wanted[i] += now
        if others[i] != ONE_POST:
            now = (base[t] * ((factor[i] * others[i] >> bits) * space >> bits) + rounding[t]) >> bits
        if now != posts[t] or less != gone[t]:  # few: a call for each would cost more than the rest
            of_team = book(t, now, less, counted, filled, covered, posts, gone, surplus, surplus_ai)
            freed, closed = freed + of_team[0], closed + of_team[1]
            posts[t] = now
    return removed, wanted, freed, closed


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
        world.record.count("posts_removed_ai", 0)
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
    removed, wanted, freed, closed = _write_posts(
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
        now.without_ai,
        now.others,
        teams["posts"],
        world.month >= OPENING,
        teams["filled"],
        teams["covered"],
        teams["removed"],
        teams["surplus"],
        teams["surplus_ai"],
    )
    world.record.count("unfilled_departures", freed)
    world.record.count("openings_closed_ai", closed)
    return removed, wanted


def factors_of(world: World, growth: Array, extra: Array, others: Array) -> Factors:
    """The month's factors: AI relative to none, growth of the sector, new tasks of the trade.

    A scenario starts from the AI factors that history has reached and adds what comes after: its assumptions
    act on the reach gained since the opening, so nothing jumps in its first month.
    """
    units, demand = world.units, demand_of(world)
    depth, before = derived(world, use)
    reaches = depths_of_cohorts(world.rules, world.month)
    standing, heads, small = count_cohorts(
        units["adopted"],
        units["sector"],
        units["size_class"],
        units["size"],
        units["own_account"],
        reaches.size,
    )
    reach = depth[reaches]
    if world.month >= OPENING:
        # What the opening had reached, under the assumptions now in force: only the gain since then acts.
        reach[: before.size] -= depth[before]
        reaches[1 : before.size] += depth.size - before[1:]
        opening = world.memory["opening"]
    else:
        shape = (len(SECTORS), world.occupations.count)
        opening = {"units": np.ones((*shape, 1)), "own": np.ones(shape)}
    mean, micro = mean_reach(heads, reach), mean_reach(small, reach)
    of_sector = sector_factors(demand, mean)
    if world.month == OPENING - 1:
        each = np.arange(len(SECTORS))
        world.memory["opening"] = {
            "units": factors(demand, reach, mean),
            "own": bundle_factors(demand, micro)[each, :, each] * of_sector[:, None],
            "literate": literate_share(world),
        }
    world.memory["reach_gained"] = mean if world.month >= OPENING else np.zeros(len(SECTORS))
    return Factors(
        units=unit_factors(
            standing, reaches, bundles_now(world, demand), of_sector, opening["units"], growth, extra
        ),
        own_account=own_account_factors(
            demand.saved,
            demand.cheaper,
            float(demand.substitution),
            micro,
            of_sector,
            opening["own"],
            growth,
            extra,
        ),
        without_ai=fixed(growth),
        others=others,
        room=derived(world, rooms, world.month),
    )
