"""The points grid of a commission: what each file is worth when money is short.

The grid's weights are parameters (``schemes.<name>.points_*``): the published national grid of 2024, and
the levers that a region may add.  Criteria of the grid that the world does not carry (unfitness for the post,
co-funding, design of the course) are left out: they are spread over all files alike.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

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


class Grid(NamedTuple):
    """Points by [scheme, criterion], int64; and what the criteria ask: of a trade its PCS, exposed, growing,
    share of women [occupation]; of a route its trade and whether it is long [route]."""

    weight: Array
    pcs: Array
    exposed: Array
    growing: Array
    women_share: Array
    target: Array
    long_course: Array


def grid(known: Known) -> Grid:
    """The grids in force."""
    occ, routes = known.occupations, known.routes
    growing = ((occ.shortage == 1) | (occ.porteur == 1)).astype(np.uint8)
    trades = (occ.pcs, occ.exposed, growing, occ.women_share)
    return Grid(weights(known), *trades, routes.target, routes.long_course)


@kernel
def grid_points(
    idx: Array, scheme: Array, route: Array, month: int, lines: Array, size_class: Array, grid: Grid
) -> Array:
    """Points of each file, int64: the sum of the weights of the criteria that it meets."""
    total = np.zeros(idx.size, np.int64)
    met = np.zeros(grid.weight.shape[1], np.bool_)
    for n in range(idx.size):
        person, target = lines[idx[n]], grid.target[route[n]]
        origin, woman = person.occupation, person.sex == _WOMAN
        met[0] = grid.pcs[origin] >= 5 and person.education <= _CAP
        met[1] = size_class[person.unit] <= 1
        met[2] = not grid.long_course[route[n]]
        met[3] = person.contract != _CDI
        met[4] = person.sector == 0
        met[5] = woman and grid.women_share[target] < 0.35
        met[6] = not woman and grid.women_share[target] > 0.65
        met[7] = (month - person.birth_month) // 12 >= 55
        met[8] = grid.exposed[origin] == 1
        met[9] = grid.growing[target] == 1
        for c in range(met.size):
            total[n] += met[c] * grid.weight[scheme[n], c]
    return total


def points_of(world: World, idx: Array, route: Array, scheme: Array) -> Array:
    """Points of the file of each person, int64, for the route she asks for under the scheme of this code."""
    size_class, rules = world.units["size_class"], derived(world, grid)
    return np.asarray(grid_points(idx, scheme, route, world.month, world.lines, size_class, rules))
