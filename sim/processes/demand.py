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

from sim.kernels import kernel
from sim.population.columns import SECTORS, Columns
from sim.streams import Decision, draw_many, stream_key

if TYPE_CHECKING:
    from sim.world import Rules, World

FIXED_POINT_BITS = 20
OPENING_OF_SCENARIOS = 36
"""January 2024, counted from January 2021."""


@dataclass(frozen=True)
class Demand:
    """Factors of labour demand for one month; every array is float64.

    ``labour`` and ``cost`` [occupation]: labour per unit of the task bundle and its unit cost at a reach of
    one are derived from ``saved`` and ``cheaper`` (share lost per unit of reach).
    """

    saved: np.ndarray
    cheaper: np.ndarray
    substitution: float
    pass_through: float
    labour_cost_share: np.ndarray
    demand_elasticity: np.ndarray
    wage_bill_share: np.ndarray


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


def wage_bill_shares(world: World) -> np.ndarray:
    """Share of each occupation in a sector's wage bill at opening, [sector, occupation]."""
    if "wage_bill" not in world.memory:
        unit = world.teams["unit"]
        bill = np.zeros((len(SECTORS), world.occupations.count))
        weight = world.teams["base"] * world.occupations.net_wage_eur[world.teams["occupation"]]
        np.add.at(bill, (world.units["sector"][unit], world.teams["occupation"]), weight)
        world.memory["wage_bill"] = bill / np.maximum(bill.sum(axis=1, keepdims=True), 1.0)
    shares: np.ndarray = world.memory["wage_bill"]
    return shares


def depth_of_use(rules: Rules) -> np.ndarray:
    """Share of the exposed work done with AI, by months since adoption; index 0 is 'not adopted'."""
    months = int(rules["ai.use_depth_months"])
    first, last = rules["ai.use_depth_first_share"], rules["ai.use_depth_final_share"]
    return np.concatenate([[0.0], first + (last - first) * np.arange(months + 1) / months])


def effective_month(rules: Rules, month: int) -> int:
    """Month up to which use deepens: 'no further AI' stops at the opening of the scenario."""
    return min(month, OPENING_OF_SCENARIOS) if rules["ai.adoption_path"] == "none" else month


def units_by_age_of_use(world: World, depth_months: int) -> np.ndarray:
    """Index into :func:`depth_of_use` for each unit: 0 not adopted, then months since adoption plus one."""
    adopted = world.units["adopted"]
    age = np.clip(effective_month(world.rules, world.month) - adopted.astype(np.int64), 0, depth_months)
    return np.where(adopted < 0, 0, age + 1).astype(np.int64)


def factors(demand: Demand, reach: np.ndarray, mean_reach: np.ndarray) -> np.ndarray:
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
    result: np.ndarray = labour[None] * np.exp(
        -demand.substitution * relative - (demand.demand_elasticity * log_p)[:, None, None]
    )
    return result


def trend(rules: Rules, month: int) -> np.ndarray:
    """Growth of posts since January 2021 by sector, without AI: compound monthly, 1.0 at month 0 and before."""
    history = np.array([rules[f"demand.history_growth_{k}_share_per_year"] for k in SECTORS])
    past, ahead = min(max(month, 0), OPENING_OF_SCENARIOS), max(month - OPENING_OF_SCENARIOS, 0)
    forward = float(rules["demand.growth_share_per_year"])
    result: np.ndarray = (1.0 + history) ** (past / 12) * (1.0 + forward) ** (ahead / 12)
    return result


def new_tasks(world: World) -> np.ndarray:
    """Posts of new tasks relative to opening posts, [occupation]: nu times posts displaced 36 months ago."""
    rules, occ = world.rules, world.occupations
    lag = int(rules["ai.new_tasks_lag_months"])
    displaced = world.memory.get("displaced", {}).get(world.month - lag)
    if displaced is None or rules["ai.new_tasks_share"] == 0.0:
        return np.zeros(occ.count)
    opening = np.maximum(world.memory["opening_posts"], 1.0)
    if rules["ai.new_tasks_allocation"] == "same_occupation":
        return np.asarray(rules["ai.new_tasks_share"] * displaced / opening)
    favoured = np.isin(occ.codes, ("C03", "D10", "D03", "E09", "E10", "D05"))
    return np.asarray(rules["ai.new_tasks_share"] * displaced.sum() * favoured / opening[favoured].sum())


@kernel
def _set_posts(base, unit, occupation, age_of_use, sector, own_account, gap, with_ai, without_ai, own_factor,
               rounding, posts, removed):
    """posts = floor(base * factor + draw); counts posts that AI removes (net) by occupation."""
    one = np.int64(1) << np.int64(FIXED_POINT_BITS)
    for t in range(base.size):
        u = unit[t]
        k = sector[u]
        i = occupation[t]
        f0 = without_ai[k] * (one + gap[t]) >> np.int64(FIXED_POINT_BITS)
        if own_account[u] == 1:
            f = own_factor[k, i] * (one + gap[t]) >> np.int64(FIXED_POINT_BITS)
        else:
            f = with_ai[k, i, age_of_use[u]] * (one + gap[t]) >> np.int64(FIXED_POINT_BITS)
        wanted = (base[t] * f + rounding[t]) >> np.int64(FIXED_POINT_BITS)
        removed[i] += ((base[t] * f0 + rounding[t]) >> np.int64(FIXED_POINT_BITS)) - wanted
        posts[t] = wanted


def _fixed(values: np.ndarray) -> np.ndarray:
    """Fixed point with 20 bits, after rounding to ten decimals."""
    return np.rint(np.round(values, 10) * (1 << FIXED_POINT_BITS)).astype(np.int64)


def team_gaps(world: World) -> np.ndarray:
    """Posts wanted beyond the heads of opening, in fixed point, [team]: the stock of open posts at rest."""
    rules, units, unit = world.rules, world.units, world.teams["unit"]
    gap = np.where(units["public"][unit] == 1, rules["demand.open_posts_public_share"],
                   rules["demand.open_posts_private_share"])
    return _fixed(np.where(units["own_account"][unit] == 1, rules["demand.open_posts_own_account_share"], gap))


def draw_roundings(teams: Columns, seed: int) -> None:
    """The one draw of each team that rounds its posts, kept for life."""
    ids = np.arange(teams["unit"].size, dtype=np.int64)
    draws = draw_many(stream_key(seed, Decision.POST_ROUNDING, 0), ids)
    teams["rounding"] = (draws >> (32 - FIXED_POINT_BITS)).astype(np.int32)


def prepare_posts(world: World) -> None:
    """Posts of opening by occupation, and an empty memory of what was displaced."""
    teams, memory = world.teams, world.memory
    memory["opening_posts"] = np.bincount(
        teams["occupation"], weights=teams["base"], minlength=world.occupations.count)
    memory["displaced"] = {}


def set_posts(world: World) -> None:
    """Write the posts wanted this month and remember what AI removed."""
    rules, units, teams, memory = world.rules, world.units, world.teams, world.memory
    if "opening_posts" not in memory:
        prepare_posts(world)
    if "gaps" not in memory:
        memory["gaps"] = team_gaps(world)
    demand = demand_of(world)
    reach = depth_of_use(rules)
    age = units_by_age_of_use(world, reach.size - 2)
    mean_reach, micro_reach = _mean_reaches(world, reach[age])
    growth = trend(rules, world.month)
    extra = 1.0 + new_tasks(world)
    with_ai = factors(demand, reach, mean_reach) * (growth[:, None] * extra[None, :])[:, :, None]
    own = np.stack(
        [factors(demand, micro_reach[k:k + 1], mean_reach)[k, :, 0] * growth[k] * extra
         for k in range(len(SECTORS))]
    )
    removed = np.zeros(world.occupations.count, np.int64)
    _set_posts(teams["base"], teams["unit"], teams["occupation"], age, units["sector"], units["own_account"],
               memory["gaps"], _fixed(with_ai), _fixed(growth), _fixed(own), teams["rounding"],
               teams["posts"], removed)
    memory["displaced"][world.month] = np.maximum(removed, 0).astype(np.float64)
    level = int(removed.sum())
    world.record.count("posts_removed_ai", level - memory.get("removed_before", level))
    memory["removed_before"] = level


def _mean_reaches(world: World, unit_reach: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Reach by sector: weighted by heads over all units, and over units below ten (the self-employed's)."""
    units, salaried = world.units, world.units["own_account"] == 0
    count = len(SECTORS)

    def mean(mask: np.ndarray) -> np.ndarray:
        heads = np.bincount(units["sector"][mask], weights=units["size"][mask], minlength=count)
        reached = np.bincount(
            units["sector"][mask], weights=units["size"][mask] * unit_reach[mask], minlength=count
        )
        return np.asarray(reached / np.maximum(heads, 1.0))

    return mean(salaried), mean(salaried & (units["size_class"] == 0))
