"""Where people go: less exposed trades, trades in shortage, against those that they come from."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.counting.trail import Heads
from sim.exposure_of_moves import DESTINATION, LESS_EXPOSED, ORIGIN, exposure_by_row, measures
from sim.kernels import Array
from sim.results import Results
from sim.trades import trades


@dataclass(frozen=True)
class Moves:
    """Moves from a trade left to a trade entered: ``heads`` of the sample whose trades are both known.

    Exposure: mean automatable share of tasks; the rest are shares of heads.  None for nobody.
    """

    heads: int
    from_shortage: float | None
    to_shortage: float | None
    exposure_left: float | None
    exposure_entered: float | None
    to_less_exposed: float | None


def moves(left: Array, entered: Array, exposure: Array) -> Moves:
    """Trades left and entered, one move a place; a code beyond ``exposure`` [occupation] is no trade."""
    known = (left < exposure.size) & (entered < exposure.size)
    ends = left[known].astype(np.int64), entered[known].astype(np.int64)
    heads = ends[0].size
    shortage = [float((trades().shortage[end] == 1).mean()) if heads else None for end in ends]
    measured = measures(exposure[ends[0]], exposure[ends[1]], np.ones(heads))
    return Moves(heads, *shortage, *(measured[name] for name in (ORIGIN, DESTINATION, LESS_EXPOSED)))


@dataclass(frozen=True)
class Destination:
    """Some of the files funded in the policy's world only, seen 24 months after the decision.

    ``who``: "funded", from the trade of origin to the one aimed at; "converted" durably and, of these,
    "additional", to the trade held.  Heads of the region, whether or not their trades are known; the rest as
    in :class:`Moves`.
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
    exposure = exposure_by_row(results)[: trades().count]
    converted = heads.funded
    additional = converted & ~heads.unfunded

    def row(who: str, left: Array, entered: Array) -> Destination:
        found = vars(moves(left, entered, exposure)) | {"heads": left.size / results.scale}
        return Destination(who, **found)

    return (
        row("funded", heads.origin, heads.target),
        row("converted", heads.origin[converted], heads.trade[converted]),
        row("additional", heads.origin[additional], heads.trade[additional]),
    )
