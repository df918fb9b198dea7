"""Where the funded go: less exposed trades, trades in shortage, against those that they come from."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.counting.trail import Heads
from sim.exposure_of_moves import exposure_by_row
from sim.kernels import Array
from sim.results import Results
from sim.trades import trades


@dataclass(frozen=True)
class Destination:
    """Some of the files funded in the policy's world only, seen 24 months after the decision.

    ``who``: "funded", from the trade of origin to the one aimed at; "converted" durably and, of these,
    "additional", to the trade held.  Heads of the region; shares of those whose trades are known; ``None``
    for nobody.
    """

    who: str
    heads: float
    from_shortage: float | None
    to_shortage: float | None
    exposure_left: float | None
    exposure_entered: float | None
    to_less_exposed: float | None


def destinations(heads: Heads, results: Results) -> tuple[Destination, ...]:
    """``results``: of the policy's world, whose scenario names the source of exposure."""
    exposure, shortage = exposure_by_row(results), np.append(trades().shortage.astype(float), 0.0)
    converted = heads.funded
    additional = converted & ~heads.unfunded
    return (
        _row("funded", heads.origin, heads.target, results.scale, exposure, shortage),
        *(
            _row(who, heads.origin[these], heads.trade[these], results.scale, exposure, shortage)
            for who, these in (("converted", converted), ("additional", additional))
        ),
    )


def _row(
    who: str, origin: Array, destination: Array, scale: float, exposure: Array, shortage: Array
) -> Destination:
    known = (origin < exposure.size - 1) & (destination < exposure.size - 1)
    left, entered = origin[known], destination[known]
    if not left.size:
        return Destination(who, origin.size / scale, *[None] * 5)
    return Destination(
        who,
        origin.size / scale,
        float(shortage[left].mean()),
        float(shortage[entered].mean()),
        float(exposure[left].mean()),
        float(exposure[entered].mean()),
        float(np.mean(exposure[entered] < exposure[left])),
    )
