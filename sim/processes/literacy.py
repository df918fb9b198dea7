"""How many workers have followed AI training: what short courses change in the work that AI takes over.

A trained worker uses AI where it would have replaced her, so part of her trade's automatable work becomes
assisted work (:func:`sim.processes.ai_factors.of_literacy`).  Employers see it once a year, in January: the
share of the trained among those who hold a post, by sector and trade, above what it was at the opening.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.calendar import MONTHS_PER_YEAR, OPENING
from sim.kernels import Array, kernel
from sim.population.columns import SECTORS

if TYPE_CHECKING:
    from sim.world import World


@kernel
def _heads(
    trained: Array,
    team: Array,
    team_unit: Array,
    occupation: Array,
    filled: Array,
    sector: Array,
    trades: int,
) -> tuple[Array, Array]:
    """People with a post, and those of them who are trained, int64 [sector, occupation] both."""
    everybody, literate = np.zeros((5, trades), np.int64), np.zeros((5, trades), np.int64)
    for t in range(filled.size):
        everybody[sector[team_unit[t]], occupation[t]] += filled[t]
    for i in trained:
        t = team[i]
        if t >= 0:
            literate[sector[team_unit[t]], occupation[t]] += 1
    return everybody, literate


def trained_rows(world: World) -> Array:
    """Rows of everybody who has followed AI training, whatever became of her; looked up once in a run."""
    if "trained" not in world.memory:
        world.memory["trained"] = np.flatnonzero(world.persons["literacy"][: world.rows])
    found: Array = world.memory["trained"]
    return found


def literate_share(world: World) -> Array:
    """Share of the trained among those who hold a post, [sector, occupation]; 0 where nobody does."""
    teams = world.teams
    everybody, literate = _heads(
        trained_rows(world),
        world.persons["team"],
        teams["unit"],
        teams["occupation"],
        teams["filled"],
        world.units["sector"],
        world.occupations.count,
    )
    return np.asarray(literate / np.maximum(everybody, 1))


def literate_gain(world: World) -> Array:
    """:func:`literate_share` of the last January less that of the opening, never below 0."""
    if "literate_gain" not in world.memory:
        world.memory["literate_gain"] = np.zeros((len(SECTORS), world.occupations.count))
    gain: Array = world.memory["literate_gain"]
    return gain


def observe_literacy(world: World) -> None:
    """Employers see who has been trained: each January after the opening, if it matters at all."""
    later = world.month > OPENING and world.month % MONTHS_PER_YEAR == 0
    if later and world.rules["margins.literacy_shift_share"] > 0.0:
        at_opening = world.memory["opening"]["literate"]
        world.memory["literate_gain"] = np.maximum(literate_share(world) - at_opening, 0.0)
