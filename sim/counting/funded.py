"""Head by head over those funded in one world only: gross, additional, dead-weight, harmed.

F are the files that the policy's world funded and the comparator did not, X those that the comparator funded
and the policy did not.  Both are counted alike, each against the other world; the policy's effect on the
funded is that on F less that on X.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from sim.counting.counts import BASE_ONLY, Counts, nothing
from sim.counting.everyone import Standing
from sim.counting.trail import CLOCKS_MONTHS, Heads, Side, Trail
from sim.kernels import Array
from sim.processes.outcomes import DURABLE_CLOCK_MONTHS
from sim.schemes.rules import schemes

if TYPE_CHECKING:
    from sim.schemes.files import Files


def counted(heads: Heads, who: Array | None = None) -> Counts:
    """The five counts of some files; gross = additional + dead_weight."""
    funded, unfunded = heads.funded, heads.unfunded
    if who is not None:
        funded, unfunded = funded[who], unfunded[who]
    return {
        "funded": int(funded.size),
        "gross": int(funded.sum()),
        "additional": int((funded & ~unfunded).sum()),
        "dead_weight": int((funded & unfunded).sum()),
        "harmed": int((~funded & unfunded).sum()),
    }


def both(of_policy: Heads, of_base: Heads, who: tuple[Array | None, Array | None] = (None, None)) -> Counts:
    """The counts of F by their names, and those of X under :data:`BASE_ONLY`."""
    lost = counted(of_base, who[1])
    return counted(of_policy, who[0]) | {BASE_ONLY + name: number for name, number in lost.items()}


@dataclass
class FundedTally:
    """What one pair says of the funded and of everyone, in heads of the sample.

    ``counts``: 24 months after the decision.  ``profile``: by clock, over all files old enough; ``panel``:
    by clock, over those old enough for the longest clock, the same files at each.  ``by_scheme``: by scheme
    of the file, at 24 months.  ``heads``: F and X one by one at 24 months.  ``standing``: the whole
    population at yearly dates; ``churn``: the same where as many of the funded were swapped for others.
    ``changed``: files of F and X by month and scheme, whatever their age.
    """

    counts: Counts = field(default_factory=nothing)
    profile: Mapping[int, Counts] = field(default_factory=dict)
    panel: Mapping[int, Counts] = field(default_factory=dict)
    by_scheme: Mapping[str, Counts] = field(default_factory=dict)
    heads: tuple[Heads, Heads] | None = None
    standing: tuple[Standing, ...] = ()
    churn: tuple[tuple[Standing, ...], ...] = ()
    changed: Mapping[tuple[int, int], int] = field(default_factory=dict)


def tally(trail: Trail, comparator: Files, policy: Files) -> FundedTally:
    """The count over the months that both worlds have lived."""
    seen = {
        clock: (
            trail.heads(Side.POLICY, clock, policy, comparator),
            trail.heads(Side.COMPARATOR, clock, comparator, policy),
        )
        for clock in CLOCKS_MONTHS
    }
    longest = min(trail.closed(side) for side in Side) - CLOCKS_MONTHS[-1]
    panel = {
        clock: both(*pair, (pair[0].month <= longest, pair[1].month <= longest))
        for clock, pair in seen.items()
    }
    at_24 = seen[DURABLE_CLOCK_MONTHS]
    return FundedTally(
        counts=both(*at_24),
        profile={clock: both(*pair) for clock, pair in seen.items()},
        panel=panel if longest >= trail.opening else {},
        by_scheme=_by_scheme(*at_24),
        heads=at_24,
        changed=_changed(trail, comparator, policy),
    )


def _by_scheme(of_policy: Heads, of_base: Heads) -> dict[str, Counts]:
    present = np.union1d(of_policy.scheme, of_base.scheme).tolist()
    return {
        schemes()[code].name: both(of_policy, of_base, (of_policy.scheme == code, of_base.scheme == code))
        for code in present
    }


def _changed(trail: Trail, comparator: Files, policy: Files) -> dict[tuple[int, int], int]:
    """Files of F and X by month of decision and code of the scheme, up to the end of the shorter life."""
    last = min(trail.closed(side) for side in Side)
    found: dict[tuple[int, int], int] = {}
    for side, own, others in (
        (Side.POLICY, policy, comparator),
        (Side.COMPARATOR, comparator, policy),
    ):
        for month in range(trail.opening, last + 1):
            for code in trail.alone(side, month, own, others).tolist():
                found[month, code] = found.get((month, code), 0) + 1
    return found
