"""Process 10: what a month leaves behind: stocks, flows, counts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.kernels import Array, kernel
from sim.moves import LEFT, REASONS, Reason
from sim.population.columns import AGE_BAND_OF_MONTHS, AGE_BANDS

if TYPE_CHECKING:
    from sim.world import World

ROWS_BY_OCCUPATION = 41
LEAVING = [
    int(reason)
    for reason in (
        Reason.RESIGNATION,
        Reason.END_OF_CONTRACT,
        Reason.AGREED_TERMINATION,
        Reason.DISMISSAL,
        Reason.LAYOFF,
        Reason.BUSINESS_CLOSURE,
        Reason.LEAVES_LABOUR_FORCE,
    )
]
"""Reasons that end a post, besides retirement and moves to another post."""


@kernel
def stocks_now(
    rows: int,
    occupation: Array,
    sex: Array,
    birth_month: Array,
    state: Array,
    band_of_months: Array,
    month: int,
    bands: int,
) -> Array:
    """Heads by [41 occupations, sex, age band, state], int32; those who left are not counted."""
    out = np.zeros((ROWS_BY_OCCUPATION, 2, bands, 4), np.int32)
    for i in range(rows):
        if state[i] != LEFT:
            row = 40 if occupation[i] == 255 else occupation[i]
            out[row, sex[i], band_of_months[month - birth_month[i]], state[i]] += 1
    return out


class Record:
    """Stocks at the end of each month, flows and counts within it.

    ``stocks[n]`` belongs to ``months[n]``; ``flows[n]`` [41, 41, reasons]; ``series[name]`` one whole
    number a
    month, in sampled heads (or cents).
    """

    def __init__(self) -> None:
        self.months: list[int] = []
        self.stocks: list[Array] = []
        self.flows: list[Array] = []
        self.series: dict[str, list[int]] = {}
        self.opening: Array | None = None
        self.flows_now = np.zeros((ROWS_BY_OCCUPATION, ROWS_BY_OCCUPATION, len(REASONS)), np.int64)
        self._counts: dict[str, int] = {}

    def count(self, name: str, number: int) -> None:
        """Add to one of the month's counts."""
        self._counts[name] = self._counts.get(name, 0) + int(number)

    def open_month(self, world: World) -> None:
        """Start the month's counts; keep the stocks of opening once."""
        if self.opening is None:
            self.opening = _stocks(world)
        self.flows_now[:] = 0
        self._counts = {}

    def close_month(self, world: World) -> None:
        """Write the month down."""
        self._market(world)
        self.months.append(world.month)
        self.stocks.append(_stocks(world))
        self.flows.append(self.flows_now.astype(np.int32))
        for name in self._counts:
            self.series.setdefault(name, [0] * (len(self.months) - 1))
        for name, values in self.series.items():
            values.append(self._counts.get(name, 0))

    def _market(self, world: World) -> None:
        units, teams = world.units, world.teams
        open_now = np.maximum(teams["posts"] - teams["filled"] + teams["covered"], 0)
        own = units["own_account"][teams["unit"]] == 1
        above = int(np.maximum(teams["filled"] - teams["covered"] - teams["posts"], 0)[~own].sum())
        before = world.memory.get("above_before", above)
        world.memory["above_before"] = above
        self.count("posts_above_target", above)
        # What AI removed and nobody had to give up: departures that were not replaced.
        self.count(
            "unfilled_departures",
            self._counts.get("posts_removed_ai", 0)
            - (above - before)
            - self._counts.get("posts_given_up", 0),
        )
        self.count("separations", int(self.flows_now[..., LEAVING].sum()))
        public = units["public"][teams["unit"]] == 1
        self.count("vacancies", int(open_now[~own].sum()))
        self.count("vacancies_private", int(open_now[~own & ~public].sum()))
        self.count("posts_wanted", int(teams["posts"].sum()))
        salaried = units["own_account"] == 0
        adopted = salaried & (units["adopted"] >= 0)
        large = salaried & (units["size_class"] >= 1) & (units["public"] == 0)
        self.count("units_10_plus", int(large.sum()))
        self.count("units_10_plus_with_ai", int((large & adopted).sum()))
        self.count("jobs_salaried", int(units["size"][salaried].sum()))
        self.count("jobs_in_units_with_ai", int(units["size"][adopted].sum()))


def _stocks(world: World) -> Array:
    p = world.persons
    return np.asarray(
        stocks_now(
            world.rows,
            p["occupation"],
            p["sex"],
            p["birth_month"],
            p["state"],
            AGE_BAND_OF_MONTHS,
            world.month,
            len(AGE_BANDS),
        )
    )
