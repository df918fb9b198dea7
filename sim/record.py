"""Process 10: what a month leaves behind: stocks, flows, counts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.kernels import Array, kernel
from sim.moves import LEFT, REASONS, Reason
from sim.population.columns import AGE_BAND_OF_MONTHS, AGE_BANDS
from sim.processes.skill_changes import count_skill_changes

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
_LEAVING = np.array(LEAVING)


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


ROOM_MONTHS = 120
"""Months that a record makes room for at a time; memory that no month writes to is not fetched."""


class Record:
    """Stocks at the end of each month, flows and counts within it.

    ``stocks[n]`` belongs to ``months[n]``; ``flows[n]`` [41, 41, reasons]; ``series[name]`` one whole
    number a month, in sampled heads (or cents).  ``flows_now`` and ``moves_now`` [reason], their sum over
    occupations, belong to the month under way.
    """

    def __init__(self) -> None:
        self.months: list[int] = []
        self.stocks: list[Array] = []
        self.series: dict[str, list[int]] = {}
        self.opening: Array | None = None
        self._flows = np.zeros((0, ROWS_BY_OCCUPATION, ROWS_BY_OCCUPATION, len(REASONS)), np.int32)
        self.flows_now = np.zeros(self._flows.shape[1:], np.int32)
        self.moves_now = np.zeros(len(REASONS), np.int64)
        self._counts: dict[str, int] = {}

    @property
    def flows(self) -> Array:
        """Flows of the months that are closed, int32 [months, 41, 41, reasons]."""
        return self._flows[: len(self.months)]

    def count(self, name: str, number: int) -> None:
        """Add to one of the month's counts."""
        self._counts[name] = self._counts.get(name, 0) + int(number)

    def open_month(self, world: World) -> None:
        """Start the month's counts; keep the stocks of opening once."""
        if self.opening is None:
            self.opening = count_stocks(world, world.month)
        months = len(self.months)
        if months == len(self._flows):
            more = np.zeros((months + ROOM_MONTHS, *self._flows.shape[1:]), np.int32)
            more[:months] = self._flows
            self._flows = more
        # Where the month will stand among the others: it is zero, for nobody has written to it.
        self.flows_now = self._flows[months]
        self.moves_now[:] = 0
        self._counts = {}

    def close_month(self, world: World) -> None:
        """Write the month down."""
        self._market(world)
        count_skill_changes(world)
        self.months.append(world.month)
        self.stocks.append(world.stocks.copy())
        counts, series = self._counts, self.series
        for name in counts:
            if name not in series:
                series[name] = [0] * (len(self.months) - 1)
        for name, values in series.items():
            values.append(counts.get(name, 0))

    def _market(self, world: World) -> None:
        units, teams = world.units, world.teams
        above, vacancies, private, wanted = posts_now(
            teams["posts"],
            teams["filled"],
            teams["covered"],
            teams["unit"],
            units["own_account"],
            units["public"],
        )
        self.count("posts_above_target", above)
        self.count("surplus_ai", int(teams["surplus_ai"].sum()))
        self.count("closed_ai", int(teams["closed_ai"].sum()))
        self.count("separations", int(self.moves_now[_LEAVING].sum()))
        self.count("vacancies", vacancies)
        self.count("vacancies_private", private)
        self.count("posts_wanted", wanted)
        large, large_with_ai, jobs, jobs_with_ai = adoption_now(
            units["adopted"], units["own_account"], units["public"], units["size_class"], units["size"]
        )
        self.count("units_10_plus", large)
        self.count("units_10_plus_with_ai", large_with_ai)
        self.count("jobs_salaried", jobs)
        self.count("jobs_in_units_with_ai", jobs_with_ai)


@kernel
def posts_now(
    posts: Array, filled: Array, covered: Array, unit: Array, own_account: Array, public: Array
) -> tuple[int, int, int, int]:
    """Posts above target, open posts of employers, those of private ones, and all posts wanted."""
    above = vacancies = private = wanted = 0
    for t in range(posts.size):
        wanted += posts[t]
        missing = posts[t] - filled[t] + covered[t]
        if missing == 0 or own_account[np.uint64(unit[t])] == 1:
            continue
        if missing < 0:
            above -= missing
        else:
            vacancies += missing
            if public[unit[t]] == 0:
                private += missing
    return above, vacancies, private, wanted


@kernel
def adoption_now(
    adopted: Array, own_account: Array, public: Array, size_class: Array, size: Array
) -> tuple[int, int, int, int]:
    """Private units of ten and more, those of them with AI, salaried jobs, those of units with AI."""
    large = large_with_ai = jobs = jobs_with_ai = 0
    for u in range(adopted.size):
        if own_account[u] == 1:
            continue
        jobs += size[u]
        if adopted[u] >= 0:
            jobs_with_ai += size[u]
        if size_class[u] >= 1 and public[u] == 0:
            large += 1
            if adopted[u] >= 0:
                large_with_ai += 1
    return large, large_with_ai, jobs, jobs_with_ai


def count_stocks(world: World, month: int) -> Array:
    """The stocks counted person by person, at ages of ``month``; int32 [occupation, sex, age band, state]."""
    p = world.persons
    return np.asarray(
        stocks_now(
            world.rows,
            p["occupation"],
            p["sex"],
            p["birth_month"],
            p["state"],
            AGE_BAND_OF_MONTHS,
            month,
            len(AGE_BANDS),
        )
    )
