"""One person's life in one world: her line, looked at when each month closes, and what happened in it.

Cheap for one row: nothing is written, and no other row is read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from sim.benefits import DAYS_A_MONTH, days_left
from sim.moves import CDI, EMPLOYED, INACTIVE, LEFT, SELF_EMPLOYED, TRAINING, UNEMPLOYED
from sim.schemes.file_reasons import file_row
from sim.schemes.files import Outcome, Stage
from sim.schemes.rules import schemes
from sim.world import World

LOOKED_AT = (
    "sex",
    "birth_month",
    "education",
    "state",
    "occupation",
    "sector",
    "status",
    "contract",
    "unit",
    "team",
    "hired",
    "wage",
    "literacy",
    "are_cents_a_day",
    "are_days",
    "are_paid",
    "laid_off",
)
"""Columns of a person that her story is made of."""

RETIREMENT_FROM_YEARS = 55
"""Age from which leaving for good is called retiring; process 3 retires nobody younger."""

_DECIDED = {
    Outcome.FUNDED: "funded",
    Outcome.LAPSED: "funded",
    Outcome.REFUSED_RANK: "refused_rank",
    Outcome.REFUSED_PROJECT: "refused_project",
    Outcome.REFUSED_TOO_DEAR: "refused_too_dear",
    Outcome.WITHDRAWN: "withdrawn",
}
_OVER = {
    Stage.CERTIFIED: "certified",
    Stage.NOT_CERTIFIED: "not_certified",
    Stage.DROPPED_OUT: "dropped_out",
    Stage.BUSINESS: "business",
    Stage.SUPPORT_OVER: "support_over",
    Stage.COMPLETED: "completed",
}

Line = Mapping[str, int]
"""A person's columns at the end of a month, by name; ``ai`` is 1 where her unit uses AI."""


@dataclass(frozen=True)
class Event:
    """Something that happened in a month (from January 2021); ``facts`` are codes and amounts by name."""

    month: int
    kind: str
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Life:
    """A person in one world: her line at the opening (None before she enters), then each month's; events."""

    opening: int
    lines: tuple[Line | None, ...]
    events: tuple[Event, ...]


def line_of(world: World, row: int) -> Line | None:
    """A person as the month has left her; None while nobody has her row."""
    if row >= world.rows:
        return None
    p = world.persons
    found = {name: int(p[name][row]) for name in LOOKED_AT}
    found["ai"] = int(found["unit"] >= 0 and world.units["adopted"][found["unit"]] >= 0)
    return found


def live_watching(world: World, row: int, months: int, each_month: Callable[[int], None]) -> Life:
    """Let a world live ``months`` and watch one row; ``each_month`` is told how many are done."""
    opening, lines = world.month, [line_of(world, row)]
    for done in range(months):
        world.step()
        lines.append(line_of(world, row))
        each_month(done + 1)
    happened = [*_of_lines(opening, lines), *of_files(world, row, opening)]
    happened.sort(key=lambda event: event.month)
    return Life(opening, tuple(lines), tuple(happened))


def _of_lines(opening: int, lines: list[Line | None]) -> Iterator[Event]:
    for n in range(1, len(lines)):
        before, now, month = lines[n - 1], lines[n], opening + n - 1
        if now is None:
            continue
        if before is None:
            yield Event(month, "enters", {"age": (month - now["birth_month"]) // 12})
            before = {**now, "state": INACTIVE, "team": -1, "unit": -1}
        yield from _work(month, before, now)
        yield from _rights(month, before, now)


def _work(month: int, before: Line, now: Line) -> Iterator[Event]:
    """What changed in her state, her post and her contract."""
    was, state = before["state"], now["state"]
    if state == TRAINING != was:
        yield Event(month, "training_starts", {"post_kept": int(now["unit"] >= 0)})
    elif was == TRAINING and state in (EMPLOYED, UNEMPLOYED) and now["hired"] != month:
        yield Event(month, "training_ends", {"back_in_post": int(state == EMPLOYED)})
    elif state == EMPLOYED and now["hired"] == month:
        yield Event(month, _hire(before, now), now)
    elif before["team"] >= 0 > now["team"] and state != LEFT:
        yield Event(month, _end_of_post(month, before, now), before)
    elif state != was:
        yield Event(month, _change(month, was, now), now)
    elif state == EMPLOYED and before["contract"] != now["contract"] == CDI:
        yield Event(month, "cdi", now)
    if state == EMPLOYED and now["unit"] == before["unit"] and now["ai"] > before["ai"]:
        yield Event(month, "unit_adopts")


def _hire(before: Line, now: Line) -> str:
    if now["status"] == SELF_EMPLOYED:
        return "own_business"
    if before["state"] != EMPLOYED:
        return "hired"
    return "redeployed" if now["unit"] == before["unit"] else "changes_job"


def _end_of_post(month: int, before: Line, now: Line) -> str:
    if now["laid_off"] == month:
        return "laid_off"
    if now["state"] == INACTIVE:
        return _change(month, before["state"], now)
    if before["status"] == SELF_EMPLOYED:
        return "business_closes"
    return "post_ends" if before["contract"] == CDI else "contract_ends"


def _change(month: int, was: int, now: Line) -> str:
    if now["state"] == LEFT:
        return "leaves_world"
    if now["state"] == INACTIVE:
        retired = (month - now["birth_month"]) // 12 >= RETIREMENT_FROM_YEARS
        return "retires" if retired else ("gives_up_search" if was == UNEMPLOYED else "leaves_labour_force")
    return "starts_search"


def _rights(month: int, before: Line, now: Line) -> Iterator[Event]:
    """Benefits opened and training in AI."""
    left, was = (days_left(line["are_days"], line["are_paid"]) for line in (now, before))
    opened = left > was
    if opened and now["state"] in (UNEMPLOYED, TRAINING):
        facts = {"cents_a_day": now["are_cents_a_day"], "months": -(-left // DAYS_A_MONTH)}
        yield Event(month, "benefit", facts)
    if now["literacy"] > before["literacy"]:
        yield Event(month, "trained_in_ai")


def of_files(world: World, row: int, opening: int) -> Iterator[Event]:
    """Her applications that something becomes of from the opening on, since the day they were filed."""
    for n in np.flatnonzero(world.files["person"] == row):
        file = file_row(world.files, int(n))
        facts = {**file, "scheme": schemes()[file["scheme"]].name}
        outcome, stage = Outcome(file["outcome"]), Stage(file["stage"])
        happened = [(file["month_filed"], "applied")]
        if outcome in _DECIDED:
            happened.append((file["month_decided"], _DECIDED[outcome]))
        elif outcome != Outcome.WAITING:
            happened.append((file["month_decided"], outcome.name.lower()))
        if outcome == Outcome.LAPSED:
            happened.append((file["starts"], "lapsed"))
        if stage in _OVER:
            happened.append((file["ends"], _OVER[stage]))
        if max(month for month, _ in happened) >= opening or outcome == Outcome.WAITING:
            yield from (Event(month, kind, facts) for month, kind in happened)
