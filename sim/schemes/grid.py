"""The points grid of a commission: what each file is worth when money is short.

The grid's weights are parameters (``schemes.<name>.points_*``): the published national grid of 2024, and
the levers that a region may add.  Criteria of the grid that the world does not carry (unfitness for the post,
co-funding, design of the course) are left out: they are spread over all files alike.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.kernels import Array
from sim.population.columns import Contract, Education, Sex

if TYPE_CHECKING:
    from sim.schemes.rules import Scheme
    from sim.world import World


def criteria(world: World, idx: Array, route: Array) -> dict[str, Array]:
    """Which criteria each file meets: name to bool array over the files."""
    p, occ, routes, month = world.persons, world.occupations, world.routes, world.month
    origin, target = p["occupation"][idx], routes.target[route]
    woman = p["sex"][idx] == Sex.WOMAN
    years = (month - p["birth_month"][idx].astype(np.int64)) // 12
    return {
        "low_level": (occ.pcs[origin] >= 5) & (p["education"][idx] <= Education.CAP),
        "firm_under_50": world.units["size_class"][p["unit"][idx]] <= 1,
        "short_course": ~routes.long_course[route],
        "short_contract": p["contract"][idx] != Contract.CDI,
        "declining_sector": p["sector"][idx] == 0,
        "women_in_male_trade": woman & (occ.women_share[target] < 0.35),
        "men_in_female_trade": ~woman & (occ.women_share[target] > 0.65),
        "55_plus": years >= 55,
        "exposed_origin": occ.exposed[origin] == 1,
        "growing_trade": (occ.shortage[target] == 1) | (occ.porteur[target] == 1),
    }


def points_of(world: World, idx: Array, route: Array, scheme: Scheme) -> Array:
    """Points of each file, int64; a scheme without a grid of its own ranks by date alone."""
    total = np.zeros(idx.size, np.int64)
    for name, met in criteria(world, idx, route).items():
        total += met * int(world.rules.get(scheme.key(f"points_{name}"), 0))
    return total
