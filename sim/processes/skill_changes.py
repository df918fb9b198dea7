"""What AI does to the skills that posts ask for: a reading of the world, for comparison with case studies.

What is left of a post asks for more where AI assists with more of its tasks than it replaces, by a margin;
for less where it replaces more than it assists; for the same otherwise.  Nothing follows from it, neither pay
nor demand.  Read in December over the filled posts of units that use AI.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.calendar import MONTHS_PER_YEAR
from sim.derived import Known, derived
from sim.kernels import Array, kernel
from sim.population.columns import SECTORS
from sim.processes.ai_factors import depth_of_use, depths_of_cohorts

if TYPE_CHECKING:
    from sim.world import World

SAME, UP, DOWN = 0, 1, 2
PCS_COUNT = 6


def changes(known: Known) -> Array:
    """What becomes of a post's skills at each depth of use, [sector, occupation, depth]: SAME, UP or DOWN."""
    rules = known.rules
    automatable, augmentable = known.occupations.exposure_in_force(rules)
    weight = np.ones((len(SECTORS), 1))
    weight[SECTORS.index("industrie")] = rules["margins.skill_loss_industrie_weight"]
    balance = np.round((augmentable - weight * automatable)[:, :, None] * depth_of_use(rules), 10)
    margin = rules["margins.skill_change_share"]
    return np.select([balance >= margin, balance <= -margin], [UP, DOWN], SAME)


@kernel
def _count(
    filled: Array,
    unit: Array,
    occupation: Array,
    adopted: Array,
    sector: Array,
    pcs: Array,
    depths: Array,
    change: Array,
) -> Array:
    """Filled posts of units that use AI, int64 [sector, PCS, change]."""
    out = np.zeros((change.shape[0], PCS_COUNT, 3), np.int64)
    for t in range(filled.size):
        u = unit[t]
        if adopted[u] >= 0:
            k, i = sector[u], occupation[t]
            out[k, pcs[i] - 1, change[k, i, depths[adopted[u] + 1]]] += filled[t]
    return out


def skill_changes(world: World, month: int) -> Array:
    """Filled posts of units that use AI at the reach of ``month``, int64 [sector, PCS, change]."""
    teams, units = world.teams, world.units
    return np.asarray(
        _count(
            teams["filled"],
            teams["unit"],
            teams["occupation"],
            units["adopted"],
            units["sector"],
            world.occupations.pcs,
            depths_of_cohorts(world.rules, month),
            derived(world, changes),
        )
    )


def count_skill_changes(world: World) -> None:
    """Record them in December."""
    if world.month % MONTHS_PER_YEAR != MONTHS_PER_YEAR - 1:
        return
    found = skill_changes(world, world.month)
    tables = {
        **dict(zip(SECTORS, found.sum(axis=1), strict=True)),
        **{f"pcs{n + 1}": row for n, row in enumerate(found.sum(axis=0))},
    }
    for name, (same, up, down) in tables.items():
        world.record.count(f"skills_same_{name}", same)
        world.record.count(f"skills_up_{name}", up)
        world.record.count(f"skills_down_{name}", down)
