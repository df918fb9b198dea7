"""What AI does to the posts wanted: the formulas of process 2, ``docs/odd.md`` (demand).

Automation removes labour from a task bundle and makes it cheaper; the saving reaches the whole sector
through prices; augmentation removes posts or creates them according to the elasticity.  A factor is the
product of what a unit does itself (*bundle*, by occupation and reach) and of what its sector's prices do.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sim.calendar import OPENING
from sim.derived import Known, derived
from sim.kernels import Array, kernel
from sim.population.columns import SECTORS
from sim.processes.literacy import literate_gain

if TYPE_CHECKING:
    from sim.world import Rules, World


@dataclass(frozen=True, eq=False)
class Demand:
    """Assumptions of labour demand in force; every array is float64.

    ``saved`` and ``cheaper`` [sector, occupation]: labour and unit cost lost per unit of reach; the last
    three [sector], [sector], [sector, occupation].
    """

    saved: Array
    cheaper: Array
    substitution: float
    pass_through: float
    labour_cost_share: Array
    demand_elasticity: Array
    wage_bill_share: Array


def assumptions(known: Known) -> dict[str, Array | float]:
    """The fields of :class:`Demand` that follow from the parameters in force alone, for workers as literate
    in AI as at the opening: ``saved`` and ``cheaper`` [occupation]."""
    rules = known.rules
    automatable, augmentable = known.occupations.exposure_in_force(rules)
    phi = rules["ai.displacement_share"]
    assisted = rules["ai.augmentation_gain_share"] / (1.0 + rules["ai.augmentation_gain_share"])
    return {
        "saved": phi * automatable + augmentable * assisted,
        "cheaper": phi * automatable * rules["ai.cost_saving_share"] + augmentable * assisted,
        "substitution": rules["ai.substitution_elasticity"],
        "pass_through": rules["ai.price_pass_through_share"],
        "labour_cost_share": np.array([rules[f"demand.labour_cost_{k}_share"] for k in SECTORS]),
        "demand_elasticity": np.array([rules[f"demand.price_elasticity_{k}"] for k in SECTORS]),
    }


def of_literacy(known: Known) -> tuple[Array, Array]:
    """What ``saved`` and ``cheaper`` change by if all workers of a trade become literate, [occupation].

    Training makes the share kappa of automatable work assisted instead: alpha (1 - kappa) and
    beta + kappa alpha take the place of alpha and beta.
    """
    rules = known.rules
    automatable, _ = known.occupations.exposure_in_force(rules)
    phi, gain = rules["ai.displacement_share"], rules["ai.augmentation_gain_share"]
    moved = rules["margins.literacy_shift_share"] * automatable
    assisted = gain / (1.0 + gain)
    return moved * (assisted - phi), moved * (assisted - phi * rules["ai.cost_saving_share"])


def demand_of(world: World) -> Demand:
    """The assumptions in force with the wage bill and the literacy of this world."""
    fields = dict(derived(world, assumptions))
    for name, change in zip(("saved", "cheaper"), derived(world, of_literacy), strict=True):
        fields[name] = fields[name] + change * literate_gain(world)
    return Demand(**fields, wage_bill_share=wage_bill_shares(world))  # type: ignore[arg-type]


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


def use(known: Known) -> tuple[Array, Array]:
    """:func:`depth_of_use`, and the index into it that cohorts of history had reached before the opening."""
    return depth_of_use(known.rules), depths_of_cohorts(known.rules, OPENING - 1)


def depth_of_use(rules: Rules) -> Array:
    """Share of the exposed work done with AI, by months since adoption; index 0 is 'not adopted'."""
    months = int(rules["ai.use_depth_months"])
    first, last = rules["ai.use_depth_first_share"], rules["ai.use_depth_final_share"]
    return np.concatenate([[0.0], first + (last - first) * np.arange(months + 1) / months])


def effective_month(rules: Rules, month: int) -> int:
    """Month up to which AI acts: under 'no further AI' the last one of history, so that no channel moves."""
    return min(month, OPENING - 1) if rules["ai.adoption_path"] == "none" else month


def depths_of_cohorts(rules: Rules, month: int) -> Array:
    """Index into :func:`depth_of_use` by cohort of adoption: 0 not adopted, a + 1 adopted in month a.

    A cohort that came after AI stopped to act has not adopted as far as posts go.
    """
    depths = np.zeros(max(month, 0) + 2, np.int64)
    age = effective_month(rules, month) - np.arange(depths.size - 1)
    depths[1:] = np.where(age < 0, 0, 1 + np.minimum(age, int(rules["ai.use_depth_months"])))
    return depths


def reach_of_cohorts(rules: Rules, month: int) -> Array:
    """Share of exposed work done with AI by cohort of adoption, see :func:`depths_of_cohorts`."""
    return np.asarray(depth_of_use(rules)[depths_of_cohorts(rules, month)])


@kernel
def bundle_factor(saved: float, cheaper: float, substitution: float, reach: float) -> float:
    """Labour a unit keeps and tasks it shifts towards what became cheaper, at a reach: h c^-eta.

    h is the labour and c the unit cost left.
    """
    return float((1.0 - saved * reach) * np.exp(-substitution * np.log(1.0 - cheaper * reach)))


@kernel
def _bundle_factors(saved: Array, cheaper: Array, substitution: float, reach: Array) -> Array:
    out = np.empty((*saved.shape, reach.size))
    for k in range(saved.shape[0]):
        for i in range(saved.shape[1]):
            for n in range(reach.size):
                out[k, i, n] = bundle_factor(saved[k, i], cheaper[k, i], substitution, reach[n])
    return out


def bundle_factors(demand: Demand, reach: Array) -> Array:
    """:func:`bundle_factor` of every trade, [sector, occupation, len(reach)]; one sector if all are alike."""
    saved, cheaper = np.atleast_2d(demand.saved), np.atleast_2d(demand.cheaper)
    return np.asarray(_bundle_factors(saved, cheaper, float(demand.substitution), reach))


def sector_factors(demand: Demand, mean_reach: Array) -> Array:
    """What costs and prices of the whole sector do to each of its units, [sector].

    C^eta P^-epsilon with ln C_k = sum_i s_ik ln c_ik and ln P_k = mu lambda_k ln C_k; ``mean_reach`` [sector]
    is weighted by employment.
    """
    mean_cost = np.log(1.0 - np.atleast_2d(demand.cheaper) * mean_reach[:, None])
    log_c = (demand.wage_bill_share * mean_cost).sum(axis=1)
    log_p = demand.pass_through * demand.labour_cost_share * log_c
    return np.asarray(np.exp(demand.substitution * log_c - demand.demand_elasticity * log_p))


def factors(demand: Demand, reach: Array, mean_reach: Array) -> Array:
    """Demand relative to no AI, h (c/C)^-eta P^-epsilon, [sector, occupation, len(reach)]."""
    return np.asarray(bundle_factors(demand, reach) * sector_factors(demand, mean_reach)[:, None, None])


def _reaches(rules: Rules) -> Array:
    """Every reach that a unit can have.

    First the steps of :func:`depth_of_use`; from ``len(depth_of_use)`` on the gains of 0, 1, 2 ... months of
    deepening since the opening (never below nothing).
    """
    months = int(rules["ai.use_depth_months"])
    first, last = rules["ai.use_depth_first_share"], rules["ai.use_depth_final_share"]
    gains = np.maximum((last - first) * np.arange(months + 1) / months, 0.0)
    return np.concatenate([depth_of_use(rules), gains])


def _table(demand: Demand, rules: Rules) -> Array:
    """:func:`bundle_factors` at every reach, [sector or 1, reach, occupation]."""
    return np.ascontiguousarray(bundle_factors(demand, _reaches(rules)).transpose(0, 2, 1))


def bundles(known: Known) -> Array:
    """:func:`bundle_factors` at :func:`_reaches` without a gain in literacy, [1, reach, occupation]."""
    return _table(
        Demand(**assumptions(known), wage_bill_share=np.zeros((0, 0))),  # type: ignore[arg-type]
        known.rules,
    )


def bundles_now(world: World, demand: Demand) -> Array:
    """:func:`bundles` with the literacy of this world; sectors are alike (one row) until it has gained."""
    gain, plain = literate_gain(world), derived(world, bundles)
    if not gain.any():
        return plain
    follows = (gain, plain, derived(world, of_literacy))
    kept = world.memory.get("bundles")
    if kept is None or any(old is not new for old, new in zip(kept[0], follows, strict=True)):
        kept = world.memory["bundles"] = follows, _table(demand, world.rules)
    table: Array = kept[1]
    return table


@kernel
def count_cohorts(
    adopted: Array, sector: Array, size_class: Array, size: Array, own_account: Array, cohorts: int
) -> tuple[Array, Array, Array]:
    """Units, heads, and heads in units below ten, by [sector, cohort]; units of the self-employed apart."""
    units = np.zeros((5, cohorts), np.int64)
    heads, small = np.zeros((5, cohorts)), np.zeros((5, cohorts))
    for u in range(sector.size):
        if own_account[u] == 0:
            k, c = sector[u], adopted[u] + 1
            units[k, c] += 1
            heads[k, c] += size[u]
            if size_class[u] == 0:
                small[k, c] += size[u]
    return units, heads, small


@kernel
def mean_reach(heads: Array, reach: Array) -> Array:
    """Reach by sector, weighted by heads [sector, cohort], float64."""
    out = np.zeros(heads.shape[0])
    for k in range(heads.shape[0]):
        total = 0.0
        for c in range(reach.size):
            total += heads[k, c]
            out[k] += heads[k, c] * reach[c]
        out[k] /= max(total, 1.0)
    return out
