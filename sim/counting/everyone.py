"""Everyone at a date: durable conversions and posts in both worlds, and who was ever funded in which.

D_h(w) at a date: person h works durably outside the trade that she held at the opening of the scenario, which
is common to both worlds.  Who held none then, or has entered since, cannot have left it and counts as zero.
Persons are the same rows in both worlds.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sim.kernels import Array, kernel
from sim.moves import EMPLOYED
from sim.population.columns import NONE
from sim.processes.outcomes import converted
from sim.schemes.files import FUNDED

if TYPE_CHECKING:
    from sim.schemes.files import Files
    from sim.world import World

_NO_TRADE = int(NONE)

Bits = tuple[Array, Array]
"""Durable conversion and work of everyone, one bit a person, packed."""


@kernel
def _seen(lines: Array, rows: int, origin: Array, month: int) -> tuple[Array, Array]:
    durable, at_work = np.zeros(rows, np.bool_), np.zeros(rows, np.bool_)
    for i in range(rows):
        person = lines[np.uint64(i)]
        if person.state == EMPLOYED:
            at_work[i] = True
            if i < origin.size and origin[i] != _NO_TRADE and person.occupation != origin[i]:
                durable[i] = converted(person, origin[i], month)
    return durable, at_work


class Census:
    """One world's bits at chosen months, against the trades held at the opening."""

    def __init__(self, origins: Array, months: Iterable[int]) -> None:
        self.origins, self._months = origins, frozenset(months)
        self.bits: dict[int, Bits] = {}

    def note(self, world: World) -> None:
        """Note the month that the world has just closed, if it is one of the chosen."""
        month = world.month - 1
        if month in self._months:
            durable, at_work = _seen(world.lines, world.rows, self.origins, month)
            self.bits[month] = np.packbits(durable), np.packbits(at_work)


def opening_trades(world: World) -> Array:
    """Trade of each row at the opening, uint8; the same in every world that starts from it."""
    return np.asarray(world.persons["occupation"][: world.rows]).astype(np.uint8)


def census_months(opening: int, months: int) -> tuple[int, ...]:
    """The last month of each year of a run, and the last of the run."""
    last = opening + months - 1
    return tuple(sorted({*range(opening + 11, last + 1, 12), last}))


@dataclass(frozen=True)
class Standing:
    """Durable conversions of everyone at the end of a month, heads of the sample.

    F, X, K: ever funded between the opening and that month in the policy's world only, in the comparator
    only, in both; O: the others.  ``of_*``: gained minus lost, D(policy) - D(comparator) summed over a part;
    ``moved``: gained plus lost among K and O.  ``work_*``: the same for being in work.
    """

    month: int
    funded: int
    base_only: int
    gross: int
    additional: int
    dead_weight: int
    harmed: int
    of_x: int
    of_k: int
    of_o: int
    moved: int
    work_of_f: int
    work_of_x: int
    work_of_k: int
    work_of_o: int

    @property
    def delta(self) -> int:
        """The region's: (additional - harmed) + of_x + of_k + of_o."""
        return self.additional - self.harmed + self.of_x + self.of_k + self.of_o

    @property
    def funded_net(self) -> int:
        """What funding did to those it funds in one world only: X counts with its sign turned."""
        return self.additional - self.harmed + self.of_x

    @property
    def spillover(self) -> int:
        """Net, on everyone whose funding is the same in both worlds."""
        return self.of_k + self.of_o

    @property
    def displacement(self) -> int:
        """The bracket of gross = delta + dead_weight + (harmed - of_x - of_k - of_o)."""
        return self.harmed - self.of_x - self.of_k - self.of_o

    @property
    def work_spillover(self) -> int:
        return self.work_of_k + self.work_of_o


def standings(
    comparator: tuple[Census, Files], policy: tuple[Census, Files], opening: int
) -> tuple[Standing, ...]:
    """The partition of everyone at each date that both worlds have seen."""
    (before, without), (after, with_policy) = comparator, policy
    return tuple(
        _standing(month, before.bits[month], after.bits[month], without, with_policy, opening)
        for month in sorted(before.bits.keys() & after.bits.keys())
    )


def _standing(
    month: int, before: Bits, after: Bits, without: Files, with_policy: Files, opening: int
) -> Standing:
    rows = 8 * max(before[0].size, after[0].size)
    (d0, e0), (d1, e1) = (tuple(_unpacked(bits, rows) for bits in pair) for pair in (before, after))
    in_0, in_1 = (_ever_funded(files, opening, month, rows) for files in (without, with_policy))
    f, x, k, o = in_1 & ~in_0, in_0 & ~in_1, in_0 & in_1, ~(in_0 | in_1)
    change, work = d1.astype(np.int8) - d0, e1.astype(np.int8) - e0

    def of(values: Array, part: Array) -> int:
        return int(values[part].sum(dtype=np.int64))

    return Standing(
        month=month,
        funded=int(f.sum()),
        base_only=int(x.sum()),
        gross=int((f & d1).sum()),
        additional=int((f & d1 & ~d0).sum()),
        dead_weight=int((f & d1 & d0).sum()),
        harmed=int((f & ~d1 & d0).sum()),
        of_x=of(change, x),
        of_k=of(change, k),
        of_o=of(change, o),
        moved=int(np.count_nonzero(change[k | o])),
        work_of_f=of(work, f),
        work_of_x=of(work, x),
        work_of_k=of(work, k),
        work_of_o=of(work, o),
    )


def _unpacked(bits: Array, rows: int) -> Array:
    out = np.zeros(rows, np.bool_)
    out[: 8 * bits.size] = np.unpackbits(bits)
    return out


def _ever_funded(files: Files, opening: int, month: int, rows: int) -> Array:
    decided = files["month_decided"]
    kept = (files["outcome"] == FUNDED) & (decided >= opening) & (decided <= month)
    out = np.zeros(rows, np.bool_)
    out[files["person"][kept]] = True
    return out
