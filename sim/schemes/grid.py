"""The points grid of a commission: what each file is worth when money is short.

The grid's weights are parameters (``schemes.<name>.points_*``): the published national grid of 2024, and
the levers that a region may add.  Criteria of the grid that the world does not carry (unfitness for the post,
co-funding, design of the course) are left out: they are spread over all files alike.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.derived import Known, derived
from sim.kernels import Array, kernel
from sim.population.columns import Contract, Education, Sex
from sim.schemes.rules import schemes

if TYPE_CHECKING:
    from sim.world import World

CRITERIA = (
    "low_level",
    "firm_under_50",
    "short_course",
    "short_contract",
    "declining_sector",
    "women_in_male_trade",
    "men_in_female_trade",
    "55_plus",
    "exposed_origin",
    "growing_trade",
)
"""Names of the criteria, in the order of :func:`grid_points`."""

_WOMAN, _CDI, _CAP = int(Sex.WOMAN), int(Contract.CDI), int(Education.CAP)


def weights(known: Known) -> Array:
    """Points by [scheme, criterion], int64; a scheme without a grid of its own ranks by date alone."""
    return np.array(
        [[int(known.rules.get(s.key(f"points_{name}"), 0)) for name in CRITERIA] for s in schemes()]
    )


def trades_of_grid(known: Known) -> tuple[Array, Array, Array, Array]:
    """What the grid asks of a trade, [occupation]: PCS, exposed, growing, share of women."""
    occ = known.occupations
    growing = ((occ.shortage == 1) | (occ.porteur == 1)).astype(np.uint8)
    return occ.pcs, occ.exposed, growing, occ.women_share


@kernel
def grid_points(
    idx: Array,
    scheme: Array,
    weight: Array,
    age_years: Array,
    sex: Array,
    education: Array,
    contract: Array,
    sector: Array,
    unit: Array,
    size_class: Array,
    origin: Array,
    target: Array,
    long_course: Array,
    pcs: Array,
    exposed: Array,
    growing: Array,
    women_share: Array,
) -> Array:
    """Points of each file, int64: the sum of the weights of the criteria that it meets."""
    total = np.zeros(idx.size, np.int64)
    met = np.zeros(weight.shape[1], np.bool_)
    for n in range(idx.size):
        i = idx[n]
        woman = sex[i] == _WOMAN
        met[0] = pcs[origin[n]] >= 5 and education[i] <= _CAP
        met[1] = size_class[unit[i]] <= 1
        met[2] = not long_course[n]
        met[3] = contract[i] != _CDI
        met[4] = sector[i] == 0
        met[5] = woman and women_share[target[n]] < 0.35
        met[6] = not woman and women_share[target[n]] > 0.65
        met[7] = age_years[n] >= 55
        met[8] = exposed[origin[n]] == 1
        met[9] = growing[target[n]] == 1
        for c in range(met.size):
            total[n] += met[c] * weight[scheme[n], c]
    return total


def points_of(world: World, idx: Array, route: Array, scheme: Array) -> Array:
    """Points of the file of each person, int64, for the route she asks for under the scheme of this code."""
    p, routes = world.persons, world.routes
    pcs, exposed, growing, women_share = derived(world, trades_of_grid)
    found: Array = grid_points(
        idx,
        scheme,
        derived(world, weights),
        (world.month - p["birth_month"][idx].astype(np.int64)) // 12,
        p["sex"],
        p["education"],
        p["contract"],
        p["sector"],
        p["unit"],
        world.units["size_class"],
        p["occupation"][idx],
        routes.target[route],
        routes.long_course[route],
        pcs,
        exposed,
        growing,
        women_share,
    )
    return found
