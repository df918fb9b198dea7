"""Worlds built from explicit columns, through ``sim.world.open_world``, under rules given directly."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from sim.calendar import OPENING
from sim.parameters import Registry
from sim.population.columns import (
    NONE,
    PERSON_COLUMNS,
    TEAM_COLUMNS,
    UNIT_COLUMNS,
    Contract,
    Population,
    State,
    Status,
    empty,
)
from sim.record import count_stocks
from sim.run import rules_by_month
from sim.schemes.rules import schemes
from sim.trades import trades
from sim.world import World, open_world

STILL: dict[str, Any] = {
    **{f"separations.to_unemployment_pcs{n}_rate": 0.0 for n in range(1, 7)},
    **{f"separations.{name}_to_cdi_rate": 0.0 for name in ("cdd", "interim")},
    **{f"participation.{name}_rate": 0.0
       for name in ("employed_leave", "unemployed_leave", "inactive_search")},
    **{f"matching.{name}_suitable_rate": 0.0 for name in ("employed", "unemployed", "inactive")},
    **{f"matching.certified_{name}_rate": 0.0 for name in ("employed", "unemployed")},
    **{scheme.key("budget_eur_per_year"): 0 for scheme in schemes()},
    **{f"demand.open_posts_{name}_share": 0.0 for name in ("private", "public", "own_account")},
    **{f"demand.history_growth_{name}_share_per_year": 0.0
       for name in ("agriculture", "industrie", "construction", "tertiaire_marchand",
                    "tertiaire_non_marchand")},
    "demand.growth_share_per_year": 0.0, "labour_supply.growth_share_per_year": 0.0,
    "closure.labour_supply": "own",
    "labour_supply.history_growth_share_per_year": 0.0, "retirement.peak_yearly_share": 0.0,
    "ai.displacement_share": 0.0, "ai.augmentation_gain_share": 0.0, "ai.adoption_path": "none",
    "schemes.opco_ai_training.demand_rate": 0.0,
}
"""Rules under which nothing ever happens to anybody below 65."""


def code(occupation: str) -> int:
    """Code of an occupation group."""
    return trades().codes.index(occupation)


def settle(world: World) -> World:
    """The same world after a test has written into its persons: groups, cohorts and stocks follow again."""
    kept = {name: values[: world.rows].copy() for name, values in world.persons.items() if name != "group"}
    world.hold(kept)
    world.stocks = count_stocks(world, world.month - 1)
    return world


def built(persons: Mapping[str, Any], units: Sequence[tuple[int, int, int, int]],
          teams: Sequence[tuple[int, str, int]], rules: Mapping[str, Any], *, rows: int, seed: int = 0,
          month: int = OPENING - 1, scale: float = 1.0) -> World:
    """A world of ``rows`` persons at the start of ``month``.

    persons: columns by name (scalars are spread), dates in months from the opening; without ``team`` nobody
    has a post.  Those in a post get
    its unit, sector and occupation, and a permanent contract in a private unit unless said otherwise.
    units: (sector, size class, public, own account) each; teams: (unit, occupation, posts) each, by unit.
    """
    columns = empty(PERSON_COLUMNS, rows)
    columns["person"][:] = np.arange(rows)
    defaults = {"birth_month": -40 * 12, "occupation": NONE, "sector": NONE,
                "status": Status.NO_STATUS, "contract": Contract.NO_CONTRACT, "unit": -1, "team": -1,
                "education": 1, "state": State.INACTIVE, "wage": 200_000}
    for name, values in {**defaults, **persons}.items():
        columns[name][:] = values
    unit_table, team_table = empty(UNIT_COLUMNS, len(units)), empty(TEAM_COLUMNS, len(teams))
    for n, unit in enumerate(units):
        for name, value in zip(("sector", "size_class", "public", "own_account"), unit, strict=True):
            unit_table[name][n] = value
    for n, (unit_row, occupation, posts) in enumerate(teams):
        team_table["unit"][n], team_table["occupation"][n] = unit_row, code(occupation)
        team_table["base"][n] = posts
    posted = columns["team"] >= 0
    at = columns["team"][posted]
    columns["unit"][posted] = team_table["unit"][at]
    columns["occupation"][posted] = team_table["occupation"][at]
    columns["sector"][posted] = unit_table["sector"][columns["unit"][posted]]
    columns["state"][posted] = State.EMPLOYED
    for name, value in (("status", Status.PRIVATE), ("contract", Contract.CDI)):
        if name not in persons:
            columns[name][posted] = value
    heads = np.bincount(at, minlength=len(teams))
    unit_table["size"][:] = np.bincount(columns["unit"][posted], minlength=len(units))
    shipped = rules_by_month(Registry.load(), {})
    world = open_world(Population(columns, unit_table, team_table, scale, seed),
                       lambda now: {**shipped(now), **rules}, month)
    world.teams["filled"][:] = heads
    return world
