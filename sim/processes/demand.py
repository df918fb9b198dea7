"""Process 2: how many posts each unit wants in each occupation.

The formula is that of ``docs/odd.md`` (demand): automation removes labour from a task bundle and makes
it cheaper; the saving reaches the whole sector through prices; augmentation removes posts or creates
them according to the elasticity.  Only the writer of ``teams.posts``.

Posts are whole.  Each team keeps one draw for life and holds ``floor(base * factor + draw)`` posts, so a
smooth change of the factor removes each post once, and totals are exact on average.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sim.calendar import OPENING
from sim.kernels import Array, kernel
from sim.population.columns import SECTORS, Columns
from sim.streams import Decision, draw_many, stream_key

if TYPE_CHECKING:
    from sim.world import Rules, World

FIXED_POINT_BITS = 20


@dataclass(frozen=True)
class Demand:
    """Assumptions of labour demand in force; every array is float64.

    ``saved`` and ``cheaper`` [occupation]: labour and unit cost lost per unit of reach; the last three
    [sector], [sector], [sector, occupation].
    """

    saved: Array
    cheaper: Array
    substitution: float
    pass_through: float
    labour_cost_share: Array
    demand_elasticity: Array
    wage_bill_share: Array


def demand_of(world: World) -> Demand:
    """Read the parameters in force into arrays."""
    rules, occ = world.rules, world.occupations
    automatable, augmentable = occ.exposure(str(rules["ai.exposure_source"]))
    phi = rules["ai.displacement_share"]
    assisted = rules["ai.augmentation_gain_share"] / (1.0 + rules["ai.augmentation_gain_share"])
    return Demand(
        saved=phi * automatable + augmentable * assisted,
        cheaper=phi * automatable * rules["ai.cost_saving_share"] + augmentable * assisted,
        substitution=rules["ai.substitution_elasticity"],
        pass_through=rules["ai.price_pass_through_share"],
        labour_cost_share=np.array([rules[f"demand.labour_cost_{k}_share"] for k in SECTORS]),
        demand_elasticity=np.array([rules[f"demand.price_elasticity_{k}"] for k in SECTORS]),
        wage_bill_share=wage_bill_shares(world),
    )


def wage_bill_shares(world: World) -> Array:
    """Share of each occupation in a sector's wage bill at opening, [sector, occupation]."""
    if "wage_bill" not in world.memory:
        unit = world.teams["unit"]
        bill = np.zeros((len(SECTORS), world.occupations.count))
        weight = world.teams["base"] * world.occupations.net_wage_eur[world.teams["occupation"]]
        np.add.at(bill, (world.units["sector"][unit], world.teams["occupation"]), weight)
        world.memory["wage_bill"] = bill / np.maximum(bill.sum(axis=1, keepdims=True), 1.0)
    shares: Array = world.memory["wage_bill"]
    return shares


def depth_of_use(rules: Rules) -> Array:
    """Share of the exposed work done with AI, by months since adoption; index 0 is 'not adopted'."""
    months = int(rules["ai.use_depth_months"])
    first, last = rules["ai.use_depth_first_share"], rules["ai.use_depth_final_share"]
    return np.concatenate([[0.0], first + (last - first) * np.arange(months + 1) / months])


def effective_month(rules: Rules, month: int) -> int:
    """Month up to which use deepens: 'no further AI' stops at the opening of the scenario."""
    return min(month, OPENING) if rules["ai.adoption_path"] == "none" else month


def reach_of_cohorts(rules: Rules, month: int) -> Array:
    """Share of exposed work done with AI by cohort of adoption: index 0 not adopted, a + 1 adopted in
    month a."""
    months = int(rules["ai.use_depth_months"])
    first, last = rules["ai.use_depth_first_share"], rules["ai.use_depth_final_share"]
    age = np.clip(effective_month(rules, month) - np.arange(max(month, 0) + 1), 0, months)
    return np.concatenate([[0.0], first + (last - first) * age / months])


def factors(demand: Demand, reach: Array, mean_reach: Array) -> Array:
    """Demand relative to no AI, [sector, occupation, len(reach)].

    reach: share of exposed work reached, per class of unit; mean_reach: [sector], employment-weighted.
    h (c/C)^-eta P^-epsilon with ln C_k = sum_i s_ik ln c_ik and ln P_k = mu lambda_k ln C_k.
    """
    labour = 1.0 - demand.saved[:, None] * reach[None, :]
    cost = 1.0 - demand.cheaper[:, None] * reach[None, :]
    mean_cost = np.log(1.0 - demand.cheaper[None, :] * mean_reach[:, None])
    log_c = (demand.wage_bill_share * mean_cost).sum(axis=1)
    log_p = demand.pass_through * demand.labour_cost_share * log_c
    relative = np.log(cost)[None, :, :] - log_c[:, None, None]
    result: Array = labour[None] * np.exp(
        -demand.substitution * relative - (demand.demand_elasticity * log_p)[:, None, None]
    )
    return result


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
    favoured = np.isin(occ.codes, ("C03", "D10", "D03", "E09", "E10", "D05"))
    return np.asarray(rules["ai.new_tasks_share"] * displaced.sum() * favoured / opening[favoured].sum())


@kernel
def _set_posts(
    base: Array,
    unit: Array,
    occupation: Array,
    cohort: Array,
    sector: Array,
    own_account: Array,
    gap: Array,
    with_ai: Array,
    without_ai: Array,
    own_factor: Array,
    rounding: Array,
    posts: Array,
    removed: Array,
) -> None:
    """posts = floor(base * factor + draw); counts posts that AI removes (net) by occupation."""
    bits = np.int64(FIXED_POINT_BITS)
    one = np.int64(1) << bits
    for t in range(base.size):
        u = unit[t]
        k = sector[u]
        i = occupation[t]
        room = one + gap[t]
        f0 = without_ai[k] * room >> bits
        f = (own_factor[k, i] if own_account[u] == 1 else with_ai[k, i, cohort[u]]) * room >> bits
        wanted = (base[t] * f + rounding[t]) >> bits
        removed[i] += ((base[t] * f0 + rounding[t]) >> bits) - wanted
        posts[t] = wanted


def _fixed(values: Array) -> Array:
    """Fixed point with 20 bits, after rounding to ten decimals."""
    return np.rint(np.round(values, 10) * (1 << FIXED_POINT_BITS)).astype(np.int64)


def team_gaps(world: World) -> Array:
    """Posts wanted beyond the heads of opening, in fixed point, [team]: the stock of open posts at rest."""
    rules, units, unit = world.rules, world.units, world.teams["unit"]
    gap = np.where(
        units["public"][unit] == 1,
        rules["demand.open_posts_public_share"],
        rules["demand.open_posts_private_share"],
    )
    return _fixed(
        np.where(units["own_account"][unit] == 1, rules["demand.open_posts_own_account_share"], gap)
    )


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
    units, teams, memory = world.units, world.teams, world.memory
    if "opening_posts" not in memory:
        prepare_posts(world)
    if "gaps" not in memory:
        memory["gaps"] = team_gaps(world)
    with_ai, own = ai_factors(world)
    growth = trend(world.rules, world.month)
    extra = 1.0 + new_tasks(world)
    scaled = with_ai * growth[:, None, None] * extra[None, :, None]
    removed = np.zeros(world.occupations.count, np.int64)
    cohort = (units["adopted"].astype(np.int64) + 1).clip(0)
    _set_posts(
        teams["base"],
        teams["unit"],
        teams["occupation"],
        cohort,
        units["sector"],
        units["own_account"],
        memory["gaps"],
        _fixed(scaled),
        _fixed(growth),
        _fixed(own * growth[:, None] * extra[None, :]),
        teams["rounding"],
        teams["posts"],
        removed,
    )
    wanted = np.bincount(teams["occupation"], weights=teams["posts"], minlength=world.occupations.count)
    # Displaced before new tasks: what they gave back is not displaced a second time.
    memory["displaced"][world.month] = np.maximum(removed + wanted * (extra - 1.0) / extra, 0.0)
    level = int(removed.sum())
    world.record.count("posts_removed_ai", level - memory.get("removed_before", level))
    memory["removed_before"] = level


def ai_factors(world: World) -> tuple[Array, Array]:
    """Demand relative to no AI: units [sector, occupation, cohort] and the self-employed [sector,
    occupation].

    A scenario starts from the factors that history has reached and adds what comes after: its assumptions act
    on the reach gained since the opening, so nothing jumps in its first month.
    """
    rules, memory, units = world.rules, world.memory, world.units
    reach = reach_of_cohorts(rules, world.month)
    cohort = (units["adopted"].astype(np.int64) + 1).clip(0)
    mean_reach, micro_reach = _mean_reaches(world, reach[cohort])
    demand, count = demand_of(world), len(SECTORS)
    if world.month < OPENING:
        units_factor = factors(demand, reach, mean_reach)
        own = np.stack([factors(demand, micro_reach[k : k + 1], mean_reach)[k, :, 0] for k in range(count)])
        memory["opening"] = {"units": units_factor, "own": own}
        return units_factor, own
    opening = memory["opening"]
    # What the opening had reached, under the assumptions now in force: only the gain since then acts.
    before = reach_of_cohorts(rules, OPENING - 1)
    known = before.size
    gained = reach.copy()
    gained[:known] -= before
    early = np.where(cohort < known, cohort, 0)
    mean_before, micro_before = _mean_reaches(world, before[early])
    mean_gained, micro_gained = mean_reach - mean_before, micro_reach - micro_before
    units_factor = factors(demand, gained.clip(0.0), mean_gained)
    units_factor[..., :known] *= opening["units"]
    units_factor[..., known:] *= opening["units"][..., :1]
    own = np.stack([factors(demand, micro_gained[k : k + 1], mean_gained)[k, :, 0] for k in range(count)])
    return units_factor, own * opening["own"]


def _mean_reaches(world: World, unit_reach: Array) -> tuple[Array, Array]:
    """Reach by sector: weighted by heads over all units, and over units below ten (the self-employed's)."""
    units = world.units
    salaried = (units["own_account"] == 0) * units["size"].astype(np.float64)
    return (
        _mean_by_sector(units["sector"], salaried, unit_reach),
        _mean_by_sector(units["sector"], salaried * (units["size_class"] == 0), unit_reach),
    )


@kernel
def _mean_by_sector(sector: Array, weight: Array, value: Array) -> Array:
    """Weighted mean of ``value`` by sector, float64[5]; sums run in the order of the units."""
    total = np.zeros(5)
    out = np.zeros(5)
    for u in range(sector.size):
        total[sector[u]] += weight[u]
        out[sector[u]] += weight[u] * value[u]
    for k in range(5):
        out[k] /= max(total[k], 1.0)
    return out
