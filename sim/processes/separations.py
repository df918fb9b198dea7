"""Process 4, first half: people leave posts by themselves, or their contract ends."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.kernels import Array, kernel
from sim.moves import (
    CDD,
    CDI,
    EMPLOYED,
    INTERIM,
    LEFT,
    SELF_EMPLOYED,
    Reason,
    leave_post,
)
from sim.population.columns import State
from sim.processes.hazards import (
    AGE_GROUP_OF_MONTHS,
    conversion_thresholds,
    post_kinds,
    to_unemployment_thresholds,
)
from sim.streams import Decision, below, draw, threshold

if TYPE_CHECKING:
    from sim.world import World

_RESIGNATION, _AGREED = int(Reason.RESIGNATION), int(Reason.AGREED_TERMINATION)
_DISMISSAL, _END = int(Reason.DISMISSAL), int(Reason.END_OF_CONTRACT)
_CLOSURE = int(Reason.BUSINESS_CLOSURE)


@kernel
def select_separating(
    rows: int,
    state: Array,
    contract: Array,
    status: Array,
    birth_month: Array,
    occupation: Array,
    kinds: Array,
    month: int,
    age_group: Array,
    hazard: Array,
    key: np.uint64,
) -> Array:
    """Rows of the employed whose post ends in unemployment this month."""
    ceilings = np.zeros(LEFT + 1, np.int64)
    ceilings[EMPLOYED] = hazard.max()
    likely, draws = below(rows, state, key, ceilings)
    n = 0
    for k in range(likely.size):
        i = likely[k]
        g = age_group[month - birth_month[i]]
        if draws[k] < hazard[occupation[i], kinds[status[i], contract[i]], g]:
            likely[n] = i
            n += 1
    return likely[:n].copy()


@kernel
def convert_contracts(
    rows: int, state: Array, contract: Array, cdd: int, interim: int, key: np.uint64
) -> int:
    """Temporary contracts that become CDI in the same post; returns how many."""
    n = 0
    for i in range(rows):
        c = contract[i]
        if c in (CDD, INTERIM) and state[i] == EMPLOYED and draw(key, i) < (cdd if c == CDD else interim):
            contract[i] = CDI
            n += 1
    return n


@kernel
def _reasons(idx: Array, contract: Array, status: Array, resign: int, agreed: int, key: np.uint64) -> Array:
    out = np.empty(idx.size, np.int64)
    for n in range(idx.size):
        i = idx[n]
        if status[i] == SELF_EMPLOYED:
            out[n] = _CLOSURE
        elif contract[i] != CDI:
            out[n] = _END
        else:
            d = draw(key, i)
            out[n] = _RESIGNATION if d < resign else (_AGREED if d < resign + agreed else _DISMISSAL)
    return out


def separate(world: World) -> None:
    """Resignations, ends of contract, agreed terminations, dismissals and closed businesses."""
    p, rules = world.persons, world.rules
    cdd, interim = conversion_thresholds(rules)
    convert_contracts(world.rows, p["state"], p["contract"], cdd, interim, world.key(Decision.CONVERSION))
    idx = select_separating(
        world.rows,
        p["state"],
        p["contract"],
        p["status"],
        p["birth_month"],
        p["occupation"],
        post_kinds(),
        world.month,
        AGE_GROUP_OF_MONTHS,
        to_unemployment_thresholds(rules, world.occupations.pcs),
        world.key(Decision.SEPARATION),
    )
    reasons = _reasons(
        idx,
        p["contract"],
        p["status"],
        threshold(rules["separations.resignation_of_cdi_to_unemployment_share"]),
        threshold(rules["separations.agreed_of_cdi_to_unemployment_share"]),
        world.key(Decision.SEPARATION_REASON),
    )
    world.memory["lost_post"] = [idx[reasons != _RESIGNATION]]
    p["are_until"][idx[reasons == _RESIGNATION]] = -1
    leave_post(world, idx, reasons, State.UNEMPLOYED)
