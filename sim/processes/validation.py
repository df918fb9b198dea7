"""Titles by experience (VAE): processes 5 and 7 of those who ask for a title without a course.

Whoever has done the work of a titled trade for long enough, or that of a near one, may ask a jury for its
title.  Her file goes before the scheme's commission like any other; she stays at work, the jury sits some
months later, and she holds the title or does not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sim.derived import Known, derived
from sim.kernels import Array, kernel
from sim.moves import LEFT, aim_at
from sim.population.columns import NONE
from sim.processes.terms import Demand, demand_of
from sim.schemes.files import FUNDED, NOT_STARTED, TO_VALIDATE, Project, Stage
from sim.schemes.rules import Scheme, of_behaviour
from sim.streams import Decision, below, draw_many, threshold

if TYPE_CHECKING:
    from sim.world import World

_NO_SCHEME = int(NONE)
NO_TITLE = -1


class Candidacy(NamedTuple):
    """Who may ask for a title by experience, and how often (``demand``).

    ``title_of`` int64 [occupation], the trade whose title her work counts for, ``NO_TITLE`` for none;
    ``experience_months`` how long she must have done it.
    """

    demand: Demand
    title_of: Array
    experience_months: int


def candidacy(known: Known, scheme: Scheme) -> Candidacy:
    """The rules in force of one scheme."""
    return Candidacy(
        demand=demand_of(known, scheme),
        title_of=title_of(known, scheme),
        experience_months=int(known.rules[scheme.key("experience_months")]),
    )


def title_of(known: Known, scheme: Scheme) -> Array:
    """Trade whose title experience in each trade counts for, int64 [occupation].

    Her own, where employers usually ask for a title; the one that the scheme names as near; or none.
    Licences of regulated trades are not to be had without a course.
    """
    trades, codes = known.occupations, known.occupations.codes
    open_to = (trades.titled == 1) & (trades.regulated == 0)
    out = np.where(open_to, np.arange(trades.count), NO_TITLE)
    for origin, target in scheme.project.near.items():
        out[codes.index(origin)] = codes.index(target)
    return out


@kernel
def select_candidates(
    group: Array, strata: Array, lines: Array, scheme: Array, month: int, terms: Candidacy, key: np.uint64
) -> tuple[Array, Array]:
    """Rows of those who ask for a title this month, and its trade, int64 both."""
    likely, draws = below(group, strata, key, terms.demand.ceilings)
    trades = np.empty(likely.size, np.int64)
    n = 0
    for k in range(likely.size):
        i = likely[k]
        person = lines[i]
        if draws[k] >= terms.demand.asked[person.education] or scheme[i] != _NO_SCHEME:
            continue
        if terms.demand.allowed[person.status, person.contract] == 0:
            continue
        trade = terms.title_of[person.occupation]
        if trade == NO_TITLE or month - person.occupation_since < terms.experience_months:
            continue
        if (person.titles >> np.uint64(trade)) & np.uint64(1) == 0:
            likely[n], trades[n] = i, trade
            n += 1
    return likely[:n].copy(), trades[:n].copy()


def ask_for_titles(world: World) -> None:
    """File the month's requests, scheme by scheme."""
    for scheme in of_behaviour("validation"):
        if world.rules[scheme.key("budget_eur_per_year")] == 0:
            continue
        idx, trades = select_candidates(
            world.persons["group"],
            world.strata,
            world.lines,
            world.persons["scheme"],
            world.month,
            derived(world, candidacy, scheme),
            world.key(Decision.TITLE_BY_EXPERIENCE) ^ scheme.salt,
        )
        world.persons["scheme"][idx] = scheme.code
        world.record.count(f"files_received_{scheme.name}", idx.size)
        _file(world, scheme, idx, trades)


def _file(world: World, scheme: Scheme, idx: Array, trades: Array) -> None:
    """Put the requests before the commission; by date, since no grid scores them."""
    p, month = world.persons, world.month
    world.files.add(
        person=idx,
        scheme=np.full(idx.size, scheme.code),
        project=np.full(idx.size, int(Project.VALIDATION)),
        route=np.full(idx.size, int(NONE)),
        month_filed=np.full(idx.size, month),
        unit=p["unit"][idx],
        origin_occupation=p["occupation"][idx],
        target_occupation=trades,
        tie_draw=draw_many(world.key(Decision.COMMISSION), idx),
        project_draw=draw_many(world.key(Decision.PROJECT), idx),
        sex=p["sex"][idx],
        age_years=(month - p["birth_month"][idx]) // 12,
        education=p["education"][idx],
    )


@kernel
def validations_of_month(
    first: int, month: int, outcome: Array, stage: Array, project: Array, starts: Array, ends: Array
) -> tuple[Array, Array]:
    """Rows of the requests that are taken up this month, and of those whose jury sits, int64 both."""
    opened, heard = np.empty(outcome.size - first, np.int64), np.empty(outcome.size - first, np.int64)
    n = m = 0
    for row in range(first, outcome.size):
        if outcome[row] != FUNDED or project[row] != TO_VALIDATE or stage[row] != NOT_STARTED:
            continue
        if starts[row] == month:
            opened[n] = row
            n += 1
        elif starts[row] < month and ends[row] == month:
            heard[m] = row
            m += 1
    return opened[:n].copy(), heard[:m].copy()


def hold_juries(world: World) -> None:
    """Requests are taken up; juries sit on those whose months are over."""
    files = world.files
    opened, heard = validations_of_month(
        files.live_from(world.month),
        world.month,
        *(files[name] for name in ("outcome", "stage", "project", "starts", "ends")),
    )
    for scheme in of_behaviour("validation"):
        months = int(world.rules[scheme.key("validation_months")])
        files["ends"][opened[files["scheme"][opened] == scheme.code]] = world.month + months
        _hear(world, scheme, heard[files["scheme"][heard] == scheme.code])


def _hear(world: World, scheme: Scheme, rows: Array) -> None:
    """Pay for request and jury; whoever passes holds the title, and aims at its trade if elsewhere."""
    if not rows.size:
        return
    files, p = world.files, world.persons
    idx, trades = files["person"][rows], files["target_occupation"][rows]
    world.ledger.post(
        world.month,
        scheme.name,
        scheme.payer,
        "training_provider",
        "validation",
        int(files["cost_eur_cents"][rows].sum()),
    )
    files["paid_eur_cents"][rows] = files["cost_eur_cents"][rows]
    p["scheme"][idx] = NONE
    bar = threshold(world.rules[scheme.key("success_share")])
    passed = (draw_many(world.key(Decision.JURY) ^ scheme.salt, idx) < bar) & (p["state"][idx] != LEFT)
    files["stage"][rows] = np.where(passed, Stage.CERTIFIED, Stage.NOT_CERTIFIED)
    winners, titles = idx[passed], trades[passed]
    p["titles"][winners] |= np.uint64(1) << titles.astype(np.uint64)
    away = p["occupation"][winners] != titles
    months = int(world.rules["matching.certified_aim_months"])
    aim_at(world, winners[away], titles[away], world.month + months)
    world.record.count("titles_by_experience", winners.size)
