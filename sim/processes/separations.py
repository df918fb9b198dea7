"""Process 4, first half: people leave posts by themselves, or their contract ends."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sim.derived import Known, derived
from sim.groups import AGE_GROUPS, BASIC_GROUPS, KINDS, UNEMPLOYED_GROUPS
from sim.kernels import Array, kernel
from sim.moves import CDI, SELF_EMPLOYED, UNEMPLOYED, Reason, convert_to_cdi, leave_post, same
from sim.processes.entitlements import note_loss
from sim.processes.hazards import conversion_thresholds, employed_only, to_unemployment_thresholds
from sim.streams import Decision, below, draw, threshold

if TYPE_CHECKING:
    from sim.world import World

_RESIGNATION, _AGREED = int(Reason.RESIGNATION), int(Reason.AGREED_TERMINATION)
_DISMISSAL, _END = int(Reason.DISMISSAL), int(Reason.END_OF_CONTRACT)
_CLOSURE = int(Reason.BUSINESS_CLOSURE)


@kernel
def select_separating(
    group: Array, strata: Array, occupation: Array, hazard: Array, ceilings: Array, key: np.uint64
) -> Array:
    """Rows of those whose post ends in unemployment; ``hazard`` [occupation, group of the employed]."""
    likely, draws = below(group, strata, key, ceilings)
    n = 0
    for k in range(likely.size):
        i = likely[k]
        likely[n] = i
        n += int(draws[k] < hazard[occupation[i], group[i] % BASIC_GROUPS])
    return likely[:n]


@dataclass(frozen=True, eq=False)
class Hazards:
    """Fixed point: of separating [occupation, group of the employed], its ceilings [group], of becoming CDI
    [group]; shares of resignations and agreed terminations among separations from a CDI."""

    separating: Array
    ceilings: Array
    becoming_cdi: Array
    resignation: int
    agreed: int


def hazards_of(known: Known) -> Hazards:
    """The hazards of this process under the rules in force."""
    rules = known.rules
    separating = to_unemployment_thresholds(rules, known.occupations.pcs).reshape(-1, UNEMPLOYED_GROUPS)
    cdd, interim = conversion_thresholds(rules)
    becoming_cdi = np.zeros((len(KINDS), len(AGE_GROUPS)), np.int64)
    becoming_cdi[KINDS.index("cdd")], becoming_cdi[KINDS.index("interim")] = cdd, interim
    return Hazards(
        separating,
        employed_only(separating.max(axis=0)),
        employed_only(becoming_cdi),
        threshold(rules["separations.resignation_of_cdi_to_unemployment_share"]),
        threshold(rules["separations.agreed_of_cdi_to_unemployment_share"]),
    )


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


@kernel
def _with_right(idx: Array, reasons: Array, are_days: Array) -> tuple[Array, Array]:
    """Those with a right to ARE, and why: not the self-employed, nor who resigns and loses an older right."""
    out, why = np.empty(idx.size, np.int64), np.empty(idx.size, np.int64)
    n = 0
    for k in range(idx.size):
        if reasons[k] == _RESIGNATION:
            are_days[idx[k]] = 0
        elif reasons[k] != _CLOSURE:
            out[n], why[n] = idx[k], reasons[k]
            n += 1
    return out[:n], why[:n]


def separate(world: World) -> None:
    """Resignations, ends of contract, agreed terminations, dismissals and closed businesses."""
    p, hazards = world.persons, derived(world, hazards_of)
    converted, _ = below(p["group"], world.strata, world.key(Decision.CONVERSION), hazards.becoming_cdi)
    convert_to_cdi(world, converted)
    idx = select_separating(
        p["group"],
        world.strata,
        p["occupation"],
        hazards.separating,
        hazards.ceilings,
        world.key(Decision.SEPARATION),
    )
    reasons = _reasons(
        idx,
        p["contract"],
        p["status"],
        hazards.resignation,
        hazards.agreed,
        world.key(Decision.SEPARATION_REASON),
    )
    world.memory["lost_post"] = []
    note_loss(world, *_with_right(idx, reasons, p["are_days"]))
    leave_post(world, idx, reasons, same(UNEMPLOYED))
