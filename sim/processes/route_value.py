"""What a route is worth to a person, by cell: pure formulas of process 5."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.kernels import Array
from sim.population.columns import AGE_BAND_OF_MONTHS, Education
from sim.processes.search import distances
from sim.schemes.routes import FAMILIES

if TYPE_CHECKING:
    from sim.world import World

TASTE_STEP = 8
TASTES = 192 // TASTE_STEP + 1
BARRED = -30.0
"""Value of a route that is closed to a cell: never chosen."""


def cells_of(world: World, idx: Array) -> tuple[Array, ...]:
    """Cell (occupation, sex, education, age band) of each row."""
    p = world.persons
    band = AGE_BAND_OF_MONTHS[world.month - p["birth_month"][idx].astype(np.int64)]
    return p["occupation"][idx], p["sex"][idx], p["education"][idx], band


def placement(world: World) -> Array:
    """Share of past graduates of each route in the trade after six months, in this run, [route].

    Starts from the surveyed share and moves with what the run shows (weight of 50 past graduates).
    """
    files = world.files
    known = files["placed_6"] >= 0
    route = files["route"][known]
    on_route = route < world.routes.count
    graduates = np.bincount(route[on_route], minlength=world.routes.count)
    placed = np.bincount(
        route[on_route], weights=files["placed_6"][known][on_route], minlength=world.routes.count
    )
    prior = world.rules["applications.prior_placement_share"]
    return np.asarray((placed + 50 * prior) / (graduates + 50))


def route_values(world: World) -> Array:
    """V_hr, [occupation, sex, education, age band, route].

    b_w ln(w_r / w_h) min(1, years left / 10) + b_f ln f_r - b_T years of course - b_d d(i, r)
    + b_m share of the own sex in the trade + xi of the route's family.
    """
    rules, occ, routes = world.rules, world.occupations, world.routes
    d = distances(rules, occ.pcs, occ.sector_shares, occ.net_wage_eur)[:, routes.target]
    by_sex = np.stack([occ.net_wage_men_eur, occ.net_wage_women_eur])
    gain = np.log(by_sex[:, routes.target][None, :, :] / by_sex.T[:, :, None])
    middle = np.array([21, 30, 40, 47.5, 52.5, 57.5, 62])
    horizon = np.clip((rules["applications.career_end_age_years"] - middle) / 10, 0.0, 1.0)
    women = occ.women_share[routes.target]
    own_sex = np.stack([1.0 - women, women])
    family = np.array([rules[f"applications.taste_{name}"] for name in FAMILIES])[routes.family]
    common = (
        rules["applications.placement_weight"] * np.log(np.maximum(placement(world), 0.05))
        - rules["applications.length_weight"] * routes.months / 12
        + family
    )
    value = (
        rules["applications.wage_weight"] * gain[:, :, None, None, :] * horizon[None, None, None, :, None]
        - rules["applications.distance_weight"] * d[:, None, None, None, :]
        + rules["applications.own_sex_weight"] * own_sex[None, :, None, None, :]
        + common
    )
    value = np.broadcast_to(value, (occ.count, 2, len(Education), middle.size, routes.count)).copy()
    for route in range(routes.count):
        value[:, :, : routes.entry_education[route], :, route] = BARRED
        value[routes.target[route], ..., route] = BARRED
    return value
