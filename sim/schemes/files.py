"""Applications for funding, one row a file, from the day it is filed to what became of it."""

from __future__ import annotations

from enum import IntEnum

import numpy as np

from sim.kernels import Array, kernel


class Outcome(IntEnum):
    """What became of a file."""

    WAITING = 0
    FUNDED = 1
    REFUSED_RANK = 2
    REFUSED_PROJECT = 3
    REFUSED_TOO_DEAR = 4
    WITHDRAWN = 5
    LAPSED = 6
    REFUSED_SEAT = 7


class Appeal(IntEnum):
    """What a refused applicant's appeal came to."""

    NONE = 0
    REJECTED = 1
    UPHELD = 2


class Project(IntEnum):
    """What a file asks for."""

    COURSE = 0
    BUSINESS = 1
    SUPPORT = 2
    VALIDATION = 3


class Stage(IntEnum):
    """How far a funded project has come; ``COMPLETED``: to the end of a course that gives no title."""

    NOT_STARTED = 0
    IN_TRAINING = 1
    CERTIFIED = 2
    NOT_CERTIFIED = 3
    DROPPED_OUT = 4
    BUSINESS = 5
    SUPPORTED = 6
    SUPPORT_OVER = 7
    COMPLETED = 8


WAITING, FUNDED = int(Outcome.WAITING), int(Outcome.FUNDED)
_LAPSED = int(Outcome.LAPSED)
NOT_STARTED, IN_TRAINING = int(Stage.NOT_STARTED), int(Stage.IN_TRAINING)
DROPPED_OUT, BUSINESS = int(Stage.DROPPED_OUT), int(Stage.BUSINESS)
SUPPORTED, COMPLETED = int(Stage.SUPPORTED), int(Stage.COMPLETED)
TO_CREATE = int(Project.BUSINESS)
"""A file to create or take over a business."""
TO_VALIDATE = int(Project.VALIDATION)
"""A file for a title by experience."""

FILE_COLUMNS: dict[str, tuple[str, str]] = {
    "person": ("int64", "row of the applicant"),
    "scheme": ("uint8", "position in the list of schemes"),
    "project": ("uint8", "Project"),
    "route": ("uint8", "training route; 255 where there is no course"),
    "month_filed": ("int16", "months since January 2021"),
    "month_decided": ("int16", "month of the decision, -1 while waiting"),
    "outcome": ("uint8", "Outcome"),
    "stage": ("uint8", "Stage"),
    "points": ("int16", "points on the grid of the commission"),
    "criteria": ("uint16", "criteria that gave the points, one bit each in the order of grid.CRITERIA"),
    "rank": ("int32", "place on the last list that she was on, from 1; 0 before any"),
    "last_points": ("int16", "points of the last one funded on that list, -1 when nobody was"),
    "last_filed": ("int16", "month in which the last one funded on that list had filed"),
    "appeal": ("uint8", "Appeal"),
    "cost_eur_cents": ("int64", "commitment: teaching and wage cover"),
    "teaching_eur_cents": ("int64", "part of the commitment that pays the training body"),
    "kept_wage_eur_cents": ("int64", "wages of the course that the employer goes on paying"),
    "daily_eur_cents": ("int32", "daily benefit that follows an allowance"),
    "paid_eur_cents": ("int64", "paid so far"),
    "starts": ("int16", "month in which training or the project starts"),
    "postponed": ("uint8", "months by which the start was put off by the employer"),
    "ends": ("int16", "month in which it ends"),
    "unit": ("int32", "establishment when filing"),
    "origin_occupation": ("uint8", "occupation when filing"),
    "target_occupation": ("uint8", "occupation aimed at"),
    "sex": ("uint8", "Sex"),
    "age_years": ("uint8", "age when filing"),
    "education": ("uint8", "Education"),
    "tie_draw": ("int64", "draw of (month of filing, applicant) that breaks ties of rank"),
    "project_draw": ("int64", "draw of (month of filing, applicant) that tests the project"),
    "cover": ("uint8", "1 when the post is refilled during training"),
    "mentored": ("uint8", "1 when a mentor goes with the course"),
    "asked": ("uint8", "1 when a course has been asked for within this support"),
    "placed_6": ("int8", "in the trade aimed at six months after the end: 1 yes, 0 no, -1 not known yet"),
    "durable_24": ("int8", "durable conversion 24 months after the decision: 1, 0, -1 not known yet"),
    "in_aim_24": ("int8", "works then in the trade aimed at: 1, 0, -1"),
    "in_work_24": ("int8", "works then: 1, 0, -1"),
}


DEFAULTS = dict.fromkeys(
    (
        "month_decided",
        "starts",
        "ends",
        "placed_6",
        "durable_24",
        "in_aim_24",
        "in_work_24",
        "last_points",
        "last_filed",
    ),
    -1,
)
"""Values of a new file where they are not zero."""


def _blank(name: str, rows: int) -> Array:
    return np.full(rows, DEFAULTS.get(name, 0), FILE_COLUMNS[name][0])


class Files:
    """Growable columns of files; ``files["points"]`` is a view of the filled rows."""

    def __init__(self) -> None:
        self.count = 0
        self._first_live, self._live_month = 0, -32768
        self._columns = {name: _blank(name, 1024) for name in FILE_COLUMNS}
        self._view()

    def __getitem__(self, name: str) -> Array:
        return self._filled[name]

    def add(self, **values: Array) -> Array:
        """Append files and return their rows; columns not named start at zero (dates and results at -1)."""
        number = next(iter(values.values())).size
        needed = self.count + number
        if needed > self._columns["person"].size:
            for name, column in self._columns.items():
                self._columns[name] = _blank(name, max(needed, column.size * 2))
                self._columns[name][: self.count] = column[: self.count]
        for name, given in values.items():
            self._columns[name][self.count : needed] = given
        rows = np.arange(self.count, needed)
        self.count = needed
        self._view()
        return rows

    def _view(self) -> None:
        self._filled = {name: column[: self.count] for name, column in self._columns.items()}

    def live_from(self, month: int) -> int:
        """Row before which all files are over for good in ``month``: no process looks at them again."""
        if self._live_month != month:
            self._live_month = month
            self._first_live = first_live(
                self["outcome"], self["stage"], self["month_decided"], self["ends"], month, self._first_live
            )
        return self._first_live

    def table(self) -> dict[str, Array]:
        """Copies of all columns."""
        return {name: self[name].copy() for name in FILE_COLUMNS}

    def copy(self) -> Files:
        """An independent copy."""
        twin = Files()
        twin.count = self.count
        twin._columns = {name: values.copy() for name, values in self._columns.items()}
        twin._view()
        return twin


ACCEPTANCE_MONTHS = 12
"""Months over which those who might file know how many were funded."""

DURABLE_CLOCK_MONTHS = 24
"""Months from the decision to the day on which its conversion is called durable or not."""

PLACEMENT_CLOCK_MONTHS = 6
"""Months from the end of a course to the day on which its graduates are asked what they do."""

SEARCH_CLOCK_MONTHS = 24
"""Most months for which a course without a title may help its trainees to search."""


@kernel
def first_live(outcome: Array, stage: Array, decided: Array, ends: Array, month: int, first: int) -> int:
    """First row from ``first`` on that a process may still read or write in ``month`` or later."""
    while first < outcome.size:
        n = first
        if outcome[n] == WAITING or decided[n] + DURABLE_CLOCK_MONTHS >= month:
            break
        clock = SEARCH_CLOCK_MONTHS if stage[n] == COMPLETED else PLACEMENT_CLOCK_MONTHS
        if outcome[n] == FUNDED and (stage[n] <= IN_TRAINING or ends[n] + clock >= month):
            break
        first += 1
    return first


@kernel
def _count_decisions(
    scheme: Array, outcome: Array, decided: Array, first: int, since: int, count: int
) -> tuple[Array, Array]:
    decisions, funded = np.zeros(count, np.int64), np.zeros(count, np.int64)
    for n in range(first, scheme.size):
        if outcome[n] != WAITING and decided[n] >= since:
            decisions[scheme[n]] += 1
            funded[scheme[n]] += outcome[n] == FUNDED or outcome[n] == _LAPSED
    return decisions, funded


def recent_decisions(files: Files, month: int, schemes: int) -> tuple[Array, Array]:
    """Files decided over the last twelve months, and those of them that were funded, by scheme, int64.

    A project that lapsed later was funded all the same.
    """
    found: tuple[Array, Array] = _count_decisions(
        files["scheme"],
        files["outcome"],
        files["month_decided"],
        files.live_from(month),
        month - ACCEPTANCE_MONTHS,
        schemes,
    )
    return found
