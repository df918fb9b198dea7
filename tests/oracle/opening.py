"""From a world of the engine, between two months, to objects."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from sim.population.columns import NONE, SECTORS, Contract, State, Status
from sim.schemes.files import FILE_COLUMNS, Appeal, Outcome, Project, Stage
from sim.schemes.rules import schemes
from sim.schemes.seats import seat_demand
from sim.world import World

from .applications import ApplicationFile
from .books import Record
from .closures import Signs
from .demand import Demand
from .employer import Team, Unit
from .entrants import Entrants
from .institutions import Commission, Envelope
from .oracle import OracleMarket
from .seats import Provider
from .worker import Worker

if TYPE_CHECKING:
    Row = dict[str, int]


def rows_of(columns: Any, names: list[str], count: int) -> list[Row]:
    """The first ``count`` rows of some columns, as whole numbers by name."""
    lists = [columns[name][:count].tolist() for name in names]
    return [dict(zip(names, values, strict=True)) for values in zip(*lists, strict=True)]


def market_of(world: World) -> OracleMarket:
    """The market that goes on from where the world stands."""
    memory = world.memory
    model = OracleMarket(
        world.rules_of, world.occupations, world.routes, world.scale, world.seed, world.month)
    _build_employers(model, world)
    _build_people(model, world)
    _build_files(model, world)
    _build_institutions(model, world)
    model.record = Record(model, memory.get("removed_before"))
    born_after = world.month - 65 * 12 - 1
    of_working_age = sum(person.birth_month > born_after for person in model.people)
    model.entrants = Entrants(
        model, memory.get("entrants_owed", 0.0), memory.get("of_working_age", of_working_age))
    displaced = {month: values.tolist() for month, values in memory.get("displaced", {}).items()}
    reached = {name: values.tolist() for name, values in memory.get("opening", {}).items()}
    literate = memory.get("literate_gain", np.zeros((len(SECTORS), world.occupations.count)))
    model.demand = Demand(model, reached, displaced, literate.tolist(), ai_before(memory.get("ai")))
    market = {name: values.tolist() for name, values in memory.get("market", {}).items()}
    model.signs = Signs(model, market.get("recent", []), market.get("opening"))
    return model


def _build_employers(model: OracleMarket, world: World) -> None:
    units = rows_of(world.units, ["sector", "size_class", "size", "public", "own_account",
                                  "adoption_draw", "adopted"], world.units["sector"].size)
    for number, row in enumerate(units):
        row["public"], row["own_account"] = bool(row["public"]), bool(row["own_account"])
        model.units.append(Unit(number, **row))
    teams = rows_of(world.teams, ["unit", "occupation", "base", "rounding", "posts", "covered",
                                  "surplus_since", "surplus", "surplus_ai", "closed_ai"],
                    world.teams["unit"].size)
    for number, row in enumerate(teams):
        unit = model.units[row.pop("unit")]
        unit.teams.append(Team(number, unit, **row))
        model.teams.append(unit.teams[-1])


def ai_before(tables: Any) -> dict[tuple[int, ...], tuple[float, float]]:
    """Last month's demand relative to no AI, and one and new tasks, by kind of team (see ``Demand``)."""
    if tables is None:
        return {}
    extra = tables["extra"].tolist()
    return {(own, sector, trade, cohort): (value, extra[trade])
            for own, name in ((False, "units"), (True, "own"))
            for sector, cohorts in enumerate(tables[name].tolist())
            for cohort, values in enumerate(cohorts) for trade, value in enumerate(values)}


AS_THEY_ARE = ("education", "talent", "taste", "distant", "literacy", "sector", "since", "hired",
               "occupation_since", "laid_off", "wage", "are_cents_a_day", "are_days", "are_paid",
               "ends", "aim_until", "stopped", "worked_earlier", "advised_until",
               "basics", "followed_until", "founder_days")
"""Columns of persons that a worker holds as the same whole numbers."""
OR_NONE = ("occupation", "scheme", "aim")
"""Columns in which 255 says 'none'."""


def _build_people(model: OracleMarket, world: World) -> None:
    names = ["sex", "birth_month", "state", "status", "contract", "team", "titles", "worked_months",
             *AS_THEY_ARE, *OR_NONE]
    for number, row in enumerate(rows_of(world.persons, names, world.rows)):
        person = Worker(model, number, row["sex"], row["birth_month"], State(row["state"]))
        for name in AS_THEY_ARE:
            setattr(person, name, row[name])
        for name in OR_NONE:
            setattr(person, name, None if row[name] == NONE else row[name])
        person.worked_months = [bool(row["worked_months"] >> month & 1) for month in range(32)]
        person.titles = {trade for trade in range(64) if row["titles"] >> trade & 1}
        person.contract, person.status = Contract(row["contract"]), Status(row["status"])
        if row["team"] >= 0:
            person.team = model.teams[row["team"]]
            person.team.members[number] = person
        if person.state is State.LEFT:
            person.remove()
        model.people.append(person)


def _build_files(model: OracleMarket, world: World) -> None:
    for number, row in enumerate(rows_of(world.files, list(FILE_COLUMNS), world.files.count)):
        worker, scheme, unit, route = (row.pop(name) for name in ("person", "scheme", "unit", "route"))
        outcome, stage = Outcome(row.pop("outcome")), Stage(row.pop("stage"))
        project, row["appeal"] = Project(row.pop("project")), Appeal(row["appeal"])
        model.files.append(ApplicationFile(
            number, model.people[worker], schemes()[scheme], project, None if route == NONE else route,
            unit=None if unit < 0 else model.units[unit], outcome=outcome, stage=stage, **row))


def _build_institutions(model: OracleMarket, world: World) -> None:
    envelopes = world.memory.get("envelopes", {})
    for scheme in schemes():
        known = envelopes.get(scheme.code)
        model.commissions.append(Commission(model, scheme, Envelope() if known is None else Envelope(
            known.yearly_cents, known.left_cents, known.committed_cents, known.forfeited_cents)))
    seats = world.memory.get("seats", np.zeros(world.routes.count)).tolist()
    demand = {name: values.tolist() for name, values in seat_demand(world).items()}
    for route, yearly in enumerate(world.routes.seats_per_year.tolist()):
        model.providers.append(Provider(
            route, yearly, bool(world.routes.quota[route]), seats[route], demand["given"][route],
            demand["waiting"][route], [year[route] for year in demand["past"]]))
