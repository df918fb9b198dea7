"""Who does arduous work in the sense of the law: pure formulas for schemes reserved to those who do.

Two lists of the law, two words: ``c2p``, the factors that the employer declares and that earn points on the
account (nights, shifts, repetitive work, noise, temperatures, pressure); ``ergonomic``, those of the fund
against wear at work (loads, postures, vibrations).  The world knows trades, not workplaces: a person's post
counts as arduous with the share of her PCS, by a draw made once for life.
"""

from __future__ import annotations

import numpy as np

from sim.derived import Known
from sim.kernels import Array, kernel
from sim.layout import Line
from sim.schemes.rules import Scheme
from sim.streams import ONE, draw, thresholds


def arduous_shares(known: Known, scheme: Scheme) -> Array:
    """Share of each PCS whose work is arduous enough for a scheme, fixed point, int64 [PCS 1 to 6]."""
    list_of_law = scheme.who.origin
    if list_of_law not in ("c2p", "ergonomic"):
        return np.full(6, ONE, np.int64)
    return thresholds(np.array([known.rules[f"arduous.{list_of_law}_pcs{n}_share"] for n in range(1, 7)]))


@kernel
def works_hard(
    i: int, person: Line, month: int, exposed: Array, exposure_months: int, pcs: Array, key: np.uint64
) -> bool:
    """Whether the person's trade has been arduous for long enough; ``exposed`` as :func:`arduous_shares`."""
    bar = exposed[pcs[person.occupation] - 1]
    if bar >= ONE:
        return True
    return bool(month - person.occupation_since >= exposure_months and draw(key, i) < bar)
