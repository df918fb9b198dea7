"""The world: columns and institutions, and the month that moves them.

Plain Python and NumPy columns; :mod:`sim.mesa_model` wraps it for users of Mesa.  ``World.step`` is
a table of contents: every line is one process, in one file, the only writer of its columns.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from dataclasses import InitVar, dataclass, field
from typing import Any

import numpy as np

from sim.cohorts import Cohorts, overdue
from sim.groups import regroup_all
from sim.kernels import Array
from sim.layout import SCANNED, Stored, copied, in_lines, roomy
from sim.ledger import Ledger
from sim.population.columns import NONE, Columns, Population
from sim.processes import (
    accompaniment,
    accounts,
    adjustment,
    adoption,
    advice,
    ageing,
    applications,
    demand,
    entrants,
    matching,
    outcomes,
    separations,
    support_courses,
    tightness,
    training,
    validation,
)
from sim.record import Record, count_stocks
from sim.schemes import commission
from sim.schemes.files import Files
from sim.schemes.routes import Routes, routes
from sim.schemes.rules import resign_code
from sim.streams import Decision, stream_key
from sim.trades import Trades, trades

Rules = Mapping[str, Any]
"""Parameters in force: key to value, for one month."""

_ENGINE_PERSON_COLUMNS = {
    "scheme": ("uint8", NONE),
    "ends": ("int16", -32768),
    "aim": ("uint8", NONE),
    "aim_until": ("int16", -1),
    "are_cents_a_day": ("int32", 0),
    "are_days": ("int16", 0),
    "are_paid": ("int16", 0),
    "laid_off": ("int16", -32768),
    "stopped": ("int16", -32768),
    "worked_months": ("uint32", 0),
    "worked_earlier": ("uint8", 0),
    "advised_until": ("int16", -32768),
    "basics": ("uint8", 0),
    "followed_until": ("int16", -32768),
    "founder_days": ("int16", 0),
}
"""Columns that a run adds to the synthetic population: name to (dtype, value at opening).

scheme: funding scheme being used; ends: month in which the training or project ends; aim: occupation
aimed at since a certificate, until ``aim_until``; ARE in cents a day, days of the right, days of it paid
(negative while waiting days run); month of the last lay-off; month in which the last salaried post ended;
months at work before the present or last post, a bit each, and their number further back
(:mod:`sim.work_history`); month until which she remembers the advice that told her of the schemes;
1 for whoever holds the certificate of basics (CléA); last month of follow-up to hiring; days of a right to
ARE that may yet be paid while she runs the business that she founded, or, negative, those that were left when
she took a capital instead, until its second half is due (:mod:`sim.processes.founders`).
"""


@dataclass
class World:
    """One region, one seed, one month after another.

    ``rules_of(month)`` gives the parameters in force.  ``persons`` has more rows than ``rows``: the spare
    ones wait for those who enter.  ``strata`` (:mod:`sim.groups`), ``stocks`` [41 occupations, sex, age band,
    state] and ``cohorts`` follow from the columns and are kept with them.
    """

    columns: InitVar[Columns | Stored]
    units: Columns
    teams: Columns
    rows: int
    scale: float
    seed: int
    month: int
    rules_of: Callable[[int], Rules]
    occupations: Trades = field(default_factory=trades)
    routes: Routes = field(default_factory=routes)
    ledger: Ledger = field(default_factory=Ledger)
    record: Record = field(default_factory=Record)
    files: Files = field(default_factory=Files)
    memory: dict[str, Any] = field(default_factory=dict)
    rules: Rules = field(default_factory=dict)
    persons: Columns = field(init=False)
    strata: Array = field(init=False)
    stocks: Array = field(init=False)
    lines: Array = field(init=False)
    cohorts: Cohorts = field(init=False)
    overdue: Array = field(init=False)

    def __post_init__(self, columns: Columns | Stored) -> None:
        """Lay the columns of persons out and derive groups, strata and stocks from them."""
        self.hold(columns)
        self.stocks = count_stocks(self, self.month - 1)

    def hold(self, persons: Columns | Stored) -> None:
        """Take these columns between two months, make room for newcomers, and derive what follows."""
        if isinstance(persons, Stored):
            self.persons, self.lines = copied(persons, self.rows, roomy(self.rows))
        else:
            self.persons, self.lines = in_lines(persons, roomy(self.rows))
        for rows in ("members", "trained"):
            self.memory.pop(rows, None)
        regroup_all(self)
        born = self.persons["birth_month"][: self.rows]
        self.cohorts = Cohorts(born)
        oldest = self.month - 12 * ageing.LAST_WORKING_AGE_YEARS
        self.overdue = overdue(born, self.persons["group"][: self.rows], oldest)

    def step(self) -> None:
        """One month."""
        self.rules = self.rules_of(self.month)
        self.record.open_month(self)
        adoption.adopt(self)
        demand.set_posts(self)
        ageing.have_birthdays(self)
        ageing.retire(self)
        entrants.enter(self)
        ageing.participate(self)
        separations.separate(self)
        adjustment.adjust_units(self)
        advice.advise(self)
        applications.apply_for_schemes(self)
        support_courses.ask_within_support(self)
        validation.ask_for_titles(self)
        commission.decide(self)
        training.train(self)
        validation.hold_juries(self)
        accompaniment.accompany(self)
        matching.match(self)
        accounts.keep(self)
        outcomes.observe_outcomes(self)
        tightness.observe(self)
        self.record.close_month(self)
        self.month += 1

    def key(self, decision: Decision, month: int | None = None) -> np.uint64:
        """Stream key of a decision this month (or in ``month``, for draws made once in a life)."""
        return stream_key(self.seed, decision, self.month if month is None else month)

    def twin(self) -> World:
        """The same world, apart: what happens in one does not in the other.  Between two months only."""
        other = copy.copy(self)
        scanned = {name: self.persons[name] for name in SCANNED}
        other.persons, other.lines = copied(Stored(self.lines, scanned), self.rows, self.lines.size)
        other.cohorts, other.files = self.cohorts.twin(), self.files.copy()
        kept = {name: held for name, held in self.memory.items() if name != "derived"}
        for name in ("units", "teams", "strata", "stocks", "overdue", "ledger", "record"):
            setattr(other, name, copy.deepcopy(getattr(self, name)))
        other.memory = copy.deepcopy(kept)
        return other


def open_world(population: Population, rules_of: Callable[[int], Rules], month: int) -> World:
    """A world at the start of ``month``, from a synthetic population.

    The synthesis dates lives from January 2021; they are moved so that ages and tenures hold at ``month``.
    """
    rows = population.persons["person"].size
    persons = {name: values.copy() for name, values in population.persons.items()}
    for name in ("birth_month", "since", "hired", "occupation_since"):
        persons[name] += month
    for name, (dtype, value) in _ENGINE_PERSON_COLUMNS.items():
        persons[name] = np.full(rows, value, dtype=dtype)
    units = {name: values.copy() for name, values in population.units.items()}
    units["adopted"] = np.full(units["sector"].size, -1, np.int16)
    teams = {name: values.copy() for name, values in population.teams.items()}
    count = teams["unit"].size
    teams["filled"] = teams["base"].astype(np.int32)
    teams["posts"] = teams["base"].astype(np.int32)
    teams["covered"] = np.zeros(count, np.int16)
    teams["surplus_since"] = np.full(count, -1, np.int16)
    for name in ("surplus", "surplus_ai", "closed_ai"):
        teams[name] = np.zeros(count, np.int32)
    demand.draw_roundings(teams, population.seed)
    adoption.draw_adoption(units, population.seed)
    world = World(persons, units, teams, rows, population.scale, population.seed, month, rules_of)
    world.memory["resign_code"] = resign_code()
    world.rules = rules_of(month)
    entrants.license_students(world)
    return world
