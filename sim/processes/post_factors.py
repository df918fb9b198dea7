"""Process 2, the middle: what the posts of a month are made of.

AI relative to none (:mod:`sim.processes.ai_factors`) by unit, growth of the sector, new tasks of the trade,
and the same with AI as it was a month ago.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sim.calendar import OPENING
from sim.derived import derived
from sim.kernels import Array, kernel
from sim.population.columns import SECTORS
from sim.processes.ai_factors import (
    bundle_factor,
    bundle_factors,
    bundles_now,
    count_cohorts,
    demand_of,
    depths_of_cohorts,
    factors,
    mean_reach,
    sector_factors,
    use,
)
from sim.processes.closures import fixed
from sim.processes.literacy import literate_share
from sim.processes.trend import rooms

if TYPE_CHECKING:
    from sim.world import World

FIXED_POINT_BITS = 20
ONE_POST = 1 << FIXED_POINT_BITS


@dataclass(frozen=True)
class Factors:
    """What the posts of a month are made of, fixed point with 20 bits.

    ``units`` [sector, cohort of adoption, occupation], filled where a unit stands; ``own_account`` [sector,
    1, occupation]; the same with AI ``as_it_was`` a month ago, from which AI's last month is told;
    ``without_ai`` [sector]; ``others`` [occupation], new digital posts and the closures, with AI and without;
    ``room`` [private, public, own account].
    """

    units: Array
    own_account: Array
    units_as_it_was: Array
    own_account_as_it_was: Array
    without_ai: Array
    others: Array
    room: Array


@kernel
def fixed_factor(factor: float) -> int:
    """Fixed point with 20 bits, after rounding to ten decimals."""
    return int(np.rint(np.rint(factor * 1e10) / 1e10 * ONE_POST))


@kernel
def _ai_of_units(standing: Array, reaches: Array, bundle: Array, of_sector: Array, opening: Array) -> Array:
    """Demand relative to no AI, [sector, cohort, occupation], 0 where no unit stands.

    ``standing`` counts units by [sector, cohort], ``reaches`` [cohort] are rows of ``bundle`` [sector or 1,
    reach, occupation], ``opening`` [sector, occupation, cohort of history; 0 for later ones].
    """
    sectors, cohorts = standing.shape
    out = np.zeros((sectors, cohorts, opening.shape[1]))
    for k in range(sectors):
        for c in range(cohorts):
            if standing[k, c] == 0:
                continue
            then = c if c < opening.shape[2] else 0
            for i in range(opening.shape[1]):
                out[k, c, i] = bundle[k % bundle.shape[0], reaches[c], i] * of_sector[k] * opening[k, i, then]
    return out


@kernel
def _ai_of_own_account(
    saved: Array, cheaper: Array, substitution: float, micro_reach: Array, of_sector: Array, opening: Array
) -> Array:
    """The same of the self-employed, [sector, 1, occupation]: they reach what small units of theirs do."""
    out = np.zeros((opening.shape[0], 1, opening.shape[1]))
    for k in range(of_sector.size):
        for i in range(opening.shape[1]):
            bundle = bundle_factor(saved[k, i], cheaper[k, i], substitution, micro_reach[k])
            out[k, 0, i] = bundle * of_sector[k] * opening[k, i]
    return out


@kernel
def _with_growth(ai: Array, growth: Array, extra: Array) -> Array:
    """``ai`` [sector, cohort, occupation] times growth [sector] times ``extra`` [occupation], fixed point."""
    out = np.zeros(ai.shape, np.int64)
    for k in range(ai.shape[0]):
        for c in range(ai.shape[1]):
            for i in range(ai.shape[2]):
                out[k, c, i] = fixed_factor(ai[k, c, i] * growth[k] * extra[i])
    return out


class Adopters(NamedTuple):
    """Cohorts of adoption in a month.

    ``depths`` [cohort]: places in the depths of use; ``reach`` [cohort]: what they reach, from the opening on
    what they have gained since; units ``standing``, ``heads`` and ``small`` units by [sector, cohort].
    """

    depths: Array
    reach: Array
    standing: Array
    heads: Array
    small: Array


def adopters_of(world: World) -> Adopters:
    """The cohorts of ``world.month``.

    What the opening had reached is taken off under the assumptions now in force: only the gain since acts.
    """
    units = world.units
    depth, before = derived(world, use)
    depths = depths_of_cohorts(world.rules, world.month)
    counted = count_cohorts(
        units["adopted"],
        units["sector"],
        units["size_class"],
        units["size"],
        units["own_account"],
        depths.size,
    )
    reach = depth[depths]
    if world.month >= OPENING:
        reach[: before.size] -= depth[before]
    return Adopters(depths, reach, *counted)


def factors_of(world: World, growth: Array, extra: Array, others: Array) -> Factors:
    """The month's factors: AI relative to none, growth of the sector, new tasks of the trade.

    A scenario starts from the AI factors that history has reached and adds what comes after: its assumptions
    act on the reach gained since the opening, so nothing jumps in its first month.
    """
    demand = demand_of(world)
    reaches, reach, standing, heads, small = adopters_of(world)
    if world.month >= OPENING:
        depth, before = derived(world, use)
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
    ai = {
        "units": _ai_of_units(standing, reaches, bundles_now(world, demand), of_sector, opening["units"]),
        "own": _ai_of_own_account(
            demand.saved, demand.cheaper, float(demand.substitution), micro, of_sector, opening["own"]
        ),
        "extra": extra,
    }
    was, world.memory["ai"] = world.memory.get("ai", ai), ai
    return Factors(
        units=_with_growth(ai["units"], growth, extra),
        own_account=_with_growth(ai["own"], growth, extra),
        units_as_it_was=_with_growth(was["units"], growth, was["extra"]),
        own_account_as_it_was=_with_growth(was["own"], growth, was["extra"]),
        without_ai=fixed(growth),
        others=others,
        room=derived(world, rooms, world.month),
    )
