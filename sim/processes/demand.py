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
from sim.derived import Known, derived
from sim.kernels import Array, kernel
from sim.population.columns import SECTORS, Columns
from sim.processes.adoption import adopters
from sim.processes.ai_factors import (
    bundles,
    count_cohorts,
    demand_of,
    depth_of_use,
    depths_of_cohorts,
    effective_month,
    factors,
    mean_reaches,
    own_account_factors,
    sector_factors,
)
from sim.streams import Decision, draw_many, stream_key

if TYPE_CHECKING:
    from sim.world import Rules, World

FIXED_POINT_BITS = 20
ONE_POST = 1 << FIXED_POINT_BITS
NEW_TASK_TRADES = ("C03", "D10", "D03", "E09", "E10", "D05")
"""Digital and care trades, where new tasks may be allocated."""


def trend(rules: Rules, month: int) -> Array:
    """Growth of posts since January 2021 by sector, without AI: compound monthly, 1.0 at month 0 and
    before."""
    history = np.array([rules[f"demand.history_growth_{k}_share_per_year"] for k in SECTORS])
    past, ahead = min(max(month, 0), OPENING), max(month - OPENING, 0)
    forward = float(rules["demand.growth_share_per_year"])
    result: Array = (1.0 + history) ** (past / 12) * (1.0 + forward) ** (ahead / 12)
    return result


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
    favoured = np.isin(occ.codes, NEW_TASK_TRADES)
    return np.asarray(rules["ai.new_tasks_share"] * displaced.sum() * favoured / opening[favoured].sum())


def _fixed(values: Array) -> Array:
    """Fixed point with 20 bits, after rounding to ten decimals."""
    return np.rint(np.round(values, 10) * ONE_POST).astype(np.int64)


def rooms(known: Known) -> Array:
    """Posts wanted for a head of opening, in fixed point, int64 [private, public, own account].

    One and the open posts at rest.
    """
    kinds = ("private", "public", "own_account")
    return ONE_POST + _fixed(np.array([known.rules[f"demand.open_posts_{kind}_share"] for kind in kinds]))


@dataclass(frozen=True)
class Factors:
    """What the posts of a month are made of, fixed point with 20 bits.

    ``units`` [sector, cohort of adoption, occupation], filled where a unit stands; ``own_account`` [sector,
    occupation]; ``without_ai`` [sector].
    """

    units: Array
    own_account: Array
    without_ai: Array


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
    ``bundle`` [reach, occupation], ``opening`` [sector, occupation, cohort of history; 0 for later ones]."""
    sectors, cohorts = standing.shape
    out = np.zeros((sectors, cohorts, extra.size), np.int64)
    for k in range(sectors):
        for c in range(cohorts):
            if standing[k, c] == 0:
                continue
            then = c if c < opening.shape[2] else 0
            for i in range(extra.size):
                factor = bundle[reaches[c], i] * of_sector[k] * opening[k, i, then] * growth[k] * extra[i]
                out[k, c, i] = np.int64(np.rint(np.rint(factor * 1e10) / 1e10 * ONE_POST))
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
    posts: Array,
) -> tuple[Array, Array]:
    """posts = floor(base * factor + draw); returns posts that AI removes (net) and posts, by occupation."""
    bits = np.int64(FIXED_POINT_BITS)
    removed = np.zeros(own_factor.shape[1], np.int64)
    wanted = np.zeros(own_factor.shape[1], np.int64)
    for t in range(base.size):
        u = unit[t]
        k = sector[u]
        i = occupation[t]
        if own_account[u] == 1:
            space, factor = room[2], own_factor[k, i]
        else:
            space, factor = room[public[u]], with_ai[k, adopted[u] + 1, i]
        now = (base[t] * (factor * space >> bits) + rounding[t]) >> bits
        removed[i] += ((base[t] * (without_ai[k] * space >> bits) + rounding[t]) >> bits) - now
        wanted[i] += now
        posts[t] = now
    return removed, wanted


def draw_roundings(teams: Columns, seed: int) -> None:
    """The one draw of each team that rounds its posts, kept for life."""
    ids = np.arange(teams["unit"].size, dtype=np.int64)
    draws = draw_many(stream_key(seed, Decision.POST_ROUNDING, 0), ids)
    teams["rounding"] = (draws >> (32 - FIXED_POINT_BITS)).astype(np.int32)


def prepare_posts(world: World) -> None:
    """Posts of opening by occupation, and an empty memory of what was displaced."""
    teams, memory = world.teams, world.memory
    memory["opening_posts"] = np.bincount(
        teams["occupation"], weights=teams["base"], minlength=world.occupations.count
    )
    memory["displaced"] = {}


def set_posts(world: World) -> None:
    """Write the posts wanted this month and remember what AI removed."""
    rules, memory = world.rules, world.memory
    if "opening_posts" not in memory:
        prepare_posts(world)
    growth, extra = trend(rules, world.month), 1.0 + new_tasks(world)
    if _stays(world, growth, extra):
        memory["displaced"][world.month] = memory["displaced"][world.month - 1]
        world.record.count("posts_removed_ai", 0)
        return
    removed, wanted = write_posts(world, factors_of(world, growth, extra))
    # Displaced before new tasks: what they gave back is not displaced a second time.
    memory["displaced"][world.month] = np.maximum(removed + wanted * (extra - 1.0) / extra, 0.0)
    level = int(removed.sum())
    world.record.count("posts_removed_ai", level - memory.get("removed_before", level))
    memory["removed_before"] = level


def _stays(world: World, growth: Array, extra: Array) -> bool:
    """Whether all that posts hang on is as it was last month, so that they stay; remembers it."""
    rules = derived(world, bundles)  # one object for one set of values
    state = (effective_month(world.rules, world.month), adopters(world), growth.tobytes(), extra.tobytes())
    before = world.memory.get("posts_follow")
    world.memory["posts_follow"] = (rules, state)
    return before is not None and before[0] is rules and before[1] == state


def write_posts(world: World, now: Factors) -> tuple[Array, Array]:
    """Write ``teams.posts``; returns posts that AI removes (net) and posts wanted, by occupation."""
    units, teams = world.units, world.teams
    return _write_posts(
        teams["base"],
        teams["unit"],
        teams["occupation"],
        teams["rounding"],
        units["adopted"],
        units["sector"],
        units["public"],
        units["own_account"],
        derived(world, rooms),
        now.units,
        now.own_account,
        now.without_ai,
        teams["posts"],
    )


def factors_of(world: World, growth: Array, extra: Array) -> Factors:
    """The month's factors: AI relative to none, growth of the sector, new tasks of the trade.

    A scenario starts from the AI factors that history has reached and adds what comes after: its assumptions
    act on the reach gained since the opening, so nothing jumps in its first month.
    """
    rules, units, demand = world.rules, world.units, demand_of(world)
    depth, reaches = depth_of_use(rules), depths_of_cohorts(rules, world.month)
    standing, heads, small = count_cohorts(
        units["adopted"],
        units["sector"],
        units["size_class"],
        units["size"],
        units["own_account"],
        reaches.size,
    )
    reach = depth[reaches]
    opening_units = np.ones((len(SECTORS), world.occupations.count, 1))
    opening_own = np.ones((len(SECTORS), world.occupations.count))
    if world.month >= OPENING:
        # What the opening had reached, under the assumptions now in force: only the gain since then acts.
        before = depths_of_cohorts(rules, OPENING - 1)
        reach[: before.size] -= depth[before]
        reaches[1 : before.size] += depth.size - before[1:]
        opening_units, opening_own = world.memory["opening"]["units"], world.memory["opening"]["own"]
    mean_reach, micro_reach = mean_reaches(heads, reach), mean_reaches(small, reach)
    own = own_account_factors(demand, micro_reach, mean_reach)
    if world.month == OPENING - 1:
        world.memory["opening"] = {"units": factors(demand, reach, mean_reach), "own": own}
    return Factors(
        units=unit_factors(
            standing,
            reaches,
            derived(world, bundles),
            sector_factors(demand, mean_reach),
            opening_units,
            growth,
            extra,
        ),
        own_account=_fixed(own * opening_own * growth[:, None] * extra[None, :]),
        without_ai=_fixed(growth),
    )
