"""Whether a world of the engine and a market of objects are the same, and where first they are not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.calendar import text_of_month
from sim.population.columns import NONE
from sim.schemes.files import FILE_COLUMNS

from .opening import AS_THEY_ARE, OR_NONE
from .oracle import OracleMarket
from .worker import Worker

if TYPE_CHECKING:
    from sim.world import World

    Difference = tuple[str, object, object]


class Disagreement(AssertionError):
    """Engine and oracle differ; the message names month, place, column and both values."""


def assert_same(world: World, oracle: OracleMarket) -> None:
    """Compare two worlds that have lived the same months.

    Raises:
        Disagreement: at the first difference.
    """
    for place, engine, read in differences(world, oracle):
        month = text_of_month(oracle.month - 1)
        raise Disagreement(f"after {month}, {place}: the engine has {engine}, the oracle {read}")


def differences(world: World, oracle: OracleMarket) -> Iterator[Difference]:
    """(place, value in the engine, value in the oracle) of every difference, most telling first."""
    yield from _plain("month", {"": world.month}, {"": oracle.month})
    yield from _persons(world, oracle)
    yield from _columns("team", world.teams, TEAM_COLUMNS, oracle.teams)
    yield from _columns("unit", world.units, {"adopted": lambda unit: unit.adopted}, oracle.units)
    yield from _plain("number of files", {"": world.files.count}, {"": len(oracle.files)})
    yield from _columns("file", world.files, {name: lambda file, name=name: file.column(name)
                                              for name in FILE_COLUMNS}, oracle.files)
    yield from _institutions(world, oracle)
    months = set(oracle.record.months)
    booked = {entry: cents for entry, cents in world.ledger.entries.items() if entry[0] in months}
    yield from _plain("ledger", booked, oracle.ledger.entries)
    yield from _record(world, oracle)
    shown = dict(np.ndenumerate(world.memory["market"]["recent"]))
    yield from _plain("shown (stage, row, occupation)", shown, dict(np.ndenumerate(oracle.signs.recent)))


TEAM_COLUMNS: dict[str, Callable[[Any], int]] = {
    "posts": lambda team: team.posts,
    "filled": lambda team: len(team.members),
    "covered": lambda team: team.covered,
    "surplus_since": lambda team: team.surplus_since,
    "surplus": lambda team: team.surplus,
    "surplus_ai": lambda team: team.surplus_ai,
    "closed_ai": lambda team: team.closed_ai,
}


def _of_nothing(value: int | None) -> int:
    return NONE if value is None else value


PERSON_COLUMNS: dict[str, Callable[[Worker], int]] = {
    "state": lambda worker: worker.state,
    "occupation": lambda worker: _of_nothing(worker.occupation),
    "contract": lambda worker: worker.contract,
    "status": lambda worker: worker.status,
    "team": lambda worker: -1 if worker.team is None else worker.team.number,
    "unit": lambda worker: -1 if worker.unit is None else worker.unit.number,
    "sex": lambda worker: worker.sex,
    "birth_month": lambda worker: worker.birth_month,
    "titles": lambda worker: sum(1 << trade for trade in worker.titles),
    "worked_months": lambda worker: sum(1 << n for n, at_work in enumerate(worker.worked_months) if at_work),
    **{name: lambda worker, name=name: getattr(worker, name) for name in AS_THEY_ARE},
    **{name: lambda worker, name=name: _of_nothing(getattr(worker, name)) for name in OR_NONE},
}


def _persons(world: World, oracle: OracleMarket) -> Iterator[Difference]:
    yield from _plain("number of persons", {"": world.rows}, {"": len(oracle.people)})
    columns = {name: values[: world.rows] for name, values in world.persons.items()}
    yield from _columns("person", columns, PERSON_COLUMNS, oracle.people)


def _columns(what: str, columns: Any, readers: Mapping[str, Callable[[Any], int]],
             objects: list[Any]) -> Iterator[Difference]:
    for name, read in readers.items():
        engine = np.asarray(columns[name])
        mine = np.fromiter((read(one) for one in objects), engine.dtype, len(objects))
        for n in np.flatnonzero(engine != mine):
            yield f"{name} of {what} {n}", engine[n].item(), mine[n].item()


def _plain(what: str, engine: Mapping[Any, Any], mine: Mapping[Any, Any]) -> Iterator[Difference]:
    """Two tables of numbers; what is missing is zero."""
    for key in engine.keys() | mine.keys():
        if engine.get(key, 0) != mine.get(key, 0):
            yield f"{what} {key}".rstrip(), engine.get(key, 0), mine.get(key, 0)


def _institutions(world: World, oracle: OracleMarket) -> Iterator[Difference]:
    seats = dict(enumerate(world.memory["seats"].tolist()))
    yield from _plain("seats of route", seats, {p.route: p.seats for p in oracle.providers})
    for commission in oracle.commissions:
        engine = world.memory["envelopes"].get(commission.scheme.code)
        if engine is not None:
            name = f"envelope of {commission.scheme.name}"
            yield from _plain(name, vars(engine), vars(commission.envelope))


def _record(world: World, oracle: OracleMarket) -> Iterator[Difference]:
    """The last month of the record."""
    engine, mine = world.record, oracle.record
    if mine.months:
        series = {name: values[-1] for name, values in engine.series.items()}
        yield from _plain("series", series, mine.series[-1])
        yield from _plain("flow (from, to, reason)", counted(engine.flows[-1]), mine.flows[-1])
        yield from _plain("heads (occupation, sex, band, state)", counted(engine.stocks[-1]), mine.stocks[-1])


def counted(table: Any) -> Counter[tuple[int, ...]]:
    """The entries of an array that are not zero, by index."""
    return Counter({tuple(index): int(table[tuple(index)]) for index in np.argwhere(table).tolist()})
