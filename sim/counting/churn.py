"""How much everyone else's count moves when money changes nothing but who is funded.

One changed hire sends chains through the market, so the net spillover is never exactly zero, even where the
truth is.  The floor is measured on a world lived twice: once as it is, once with some of the funded of each
month swapped for others who wait, at the same cost in the same scheme.  As many people are funded with the
same money; on everyone else such a swap has no effect but chance.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from sim.counting.everyone import Census, Standing, standings
from sim.kernels import Array
from sim.population.columns import NONE
from sim.schemes.files import FUNDED, WAITING, Outcome
from sim.streams import Decision, draw_many, mix

if TYPE_CHECKING:
    from sim.world import World

COIN_TOSS_90 = 1.6448536269514722
"""Standard deviations that hold 90 % of a normal draw."""

_NO_ROUTE = int(NONE)
_MONEY = ("cost_eur_cents", "teaching_eur_cents", "kept_wage_eur_cents")
"""What a decision commits."""

Quotas = Mapping[tuple[int, int], int]
"""Files to swap, by month and code of the scheme."""


def candidates(world: World, opening: int) -> int:
    """Files of a world that could be swapped: funded ones, or such as lost by their rank, if fewer."""
    outcome, decided = world.files["outcome"], world.files["month_decided"]
    funded = int(((outcome == FUNDED) & (decided >= opening)).sum())
    lost = (outcome == int(Outcome.REFUSED_RANK)) & (decided >= opening)
    return min(funded, int((lost | (outcome == WAITING)).sum()))


def live_swapped(
    world: World, reference: World, census: Census, quotas: Quotas, months: int, variant: int
) -> tuple[Standing, ...]:
    """Live ``world``, the opening of ``reference``, with swaps; compare it with ``reference``, lived.

    ``census``: of the reference.  ``variant``: which of several equivalent swaps.
    """
    opening = world.month
    own = Census(census.origins, census.bits)
    for _ in range(months):
        world.step()
        month = world.month - 1
        for code in sorted(code for at, code in quotas if at == month):
            swap(world, code, quotas[month, code], variant)
        own.note(world)
    return standings((census, reference.files), (own, world.files), opening)


def swap(world: World, scheme: int, count: int, variant: int) -> int:
    """Swap up to ``count`` files funded in the month just closed for such as wait; returns how many.

    Who goes and who comes is drawn.  The newcomer's file takes the commitment and the start of the other's,
    so books and envelope stay as they are; the seats of both routes are exchanged; who goes is refused.
    """
    files, month = world.files, world.month - 1
    of_scheme = files["scheme"] == scheme
    funded = np.flatnonzero(of_scheme & (files["month_decided"] == month) & (files["outcome"] == FUNDED))
    waiting = np.flatnonzero(of_scheme & (files["outcome"] == WAITING))
    number = min(count, funded.size, waiting.size)
    goes, comes = (_drawn(world, rows, month, variant)[:number] for rows in (funded, waiting))
    for name in ("starts", *_MONEY):
        files[name][comes] = files[name][goes]
    files["outcome"][comes], files["outcome"][goes] = FUNDED, int(Outcome.REFUSED_RANK)
    files["month_decided"][comes] = month
    for name in _MONEY:
        files[name][goes] = 0
    files["starts"][goes] = -1
    world.persons["scheme"][files["person"][goes]] = NONE
    for rows, back in ((goes, 1.0), (comes, -1.0)):
        routes = files["route"][rows]
        np.add.at(world.memory["seats"], routes[routes != _NO_ROUTE], back)
    return number


def _drawn(world: World, rows: Array, month: int, variant: int) -> Array:
    """The rows in the order of a draw of their applicants."""
    key = np.uint64(mix(world.key(Decision.SWAP, month) + np.uint64(variant)))
    return np.asarray(rows[np.lexsort((rows, draw_many(key, world.files["person"][rows])))])


def coin_toss_reach(found: Sequence[Standing]) -> float:
    """Reach of 90 % of the mean spillover if everyone moved had won or lost by a toss; heads of the sample.

    Chains pass one person's gain on as another's loss, so the true reach is rather smaller.
    """
    return COIN_TOSS_90 * math.sqrt(sum(one.moved for one in found)) / len(found)


def measured_reach(found: Sequence[Standing], swapped: Sequence[Standing]) -> float | None:
    """Reach of 90 % of the mean spillover over pairs, from worlds with swaps; None where none was swapped.

    A swap touches two persons, a file more touches one: the spread goes with the root of the persons
    touched.  Without effect its mean is zero, so the spread is told from zero.
    """
    known = [one for one in swapped if one.funded + one.base_only > 0]
    if not known:
        return None
    from scipy.stats import t

    touched = sum(one.funded + one.base_only for one in found) / len(found)
    squares = [one.spillover**2 * touched / (one.funded + one.base_only) for one in known]
    spread = math.sqrt(math.fsum(squares) / len(squares))
    return float(t.ppf(0.95, len(squares))) * spread / math.sqrt(len(found))
