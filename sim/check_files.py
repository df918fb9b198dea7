"""Identities of money and of files, the second half of :func:`sim.checks.check_world`."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from sim.check_faults import BooksOpen, EnvelopeExceeded, NotEligible, RankIgnored, agree, refuse
from sim.derived import derived
from sim.ledger import ACCOUNTS, KINDS
from sim.population.columns import NONE, State
from sim.schemes.files import Outcome, Project, Stage
from sim.schemes.rules import with_envelopes, with_files, within_support
from sim.schemes.seats import need_seats, seat_demand

if TYPE_CHECKING:
    from sim.schemes.rules import Scheme
    from sim.world import World


def check_books(world: World) -> None:
    """The ledger closes; no file is paid beyond its commitment."""
    agree(world, BooksOpen, sum(world.ledger.balance(world.month - 1).values()), 0, "debits are credits")
    for _, scheme, payer, payee, kind in world.ledger.entries:
        known = payer in ACCOUNTS and payee in ACCOUNTS and kind in KINDS
        refuse(world, BooksOpen, not known, f"{scheme}: {payer}, {payee} and {kind} are known")
    amounts = list(world.ledger.entries.values())
    refuse(world, BooksOpen, not all(isinstance(a, int) and a > 0 for a in amounts), "whole, positive cents")
    files = world.files
    paid, cost = files["paid_eur_cents"], files["cost_eur_cents"]
    refuse(world, BooksOpen, (paid < 0) | (paid > cost), "0 <= paid <= committed")
    # Under a scheme that people resign for, the commitment is a ceiling that benefits do not have to reach.
    whole = np.isin(files["scheme"], [s.code for s in with_files() if s.behaviour != "resign"])
    done = whole & ((files["outcome"] == Outcome.LAPSED) | (files["stage"] >= Stage.CERTIFIED))
    refuse(world, BooksOpen, done & (paid != cost), "nothing stays due on a file that is over")
    refuse(
        world,
        BooksOpen,
        (files["outcome"] != Outcome.FUNDED) & (files["outcome"] != Outcome.LAPSED) & (cost != 0),
        "nothing is committed without a decision to fund",
    )


def granted_cents(world: World, scheme: Scheme, months: list[int]) -> int | None:
    """Twelfths granted over months of one year, whole cents; None when any month is without a limit."""
    total = 0
    for month in months:
        budget = world.rules_of(month)[scheme.key("budget_eur_per_year")]
        if math.isinf(budget):
            return None
        yearly = round(float(budget) * 100 * world.scale)
        total += yearly * (month % 12 + 1) // 12 - yearly * (month % 12) // 12
    return total


def check_envelopes(world: World) -> None:
    """Committed minus released stays within the twelfths granted since January, if seen from January."""
    months, series = world.record.months, world.record.series
    if not months or months[-1] // 12 * 12 not in months:
        return
    first = months.index(months[-1] // 12 * 12)
    for scheme in with_envelopes():
        granted = granted_cents(world, scheme, months[first:])
        committed, released = (
            sum(series.get(f"{name}_eur_cents_{scheme.name}", [])[first:])
            for name in ("committed", "released")
        )
        refuse(
            world,
            EnvelopeExceeded,
            granted is not None and committed - released > granted,
            f"{scheme.name}: {committed - released} cents committed, {granted} granted",
        )


def check_ranks(world: World) -> None:
    """Prefix rule: whoever waits above somebody funded waits for a seat."""
    files, month = world.files, world.month - 1
    if "seats" not in world.memory:
        return
    # Seats may have come back since the commission met: what counts is whether anybody lacked one.
    lacking = seat_demand(world)["waiting"] > 0
    for scheme in with_files():
        mine = files["scheme"] == scheme.code
        funded = mine & (files["outcome"] == Outcome.FUNDED) & (files["month_decided"] == month)
        if not funded.any():
            continue
        route = files["route"].astype(np.int64)
        needed = lacking & derived(world, need_seats)[scheme.code]
        seated = (route == NONE) | ~needed[np.where(route == NONE, 0, route)]
        tired = (files["outcome"] == Outcome.REFUSED_RANK) & (files["month_decided"] == month)
        passed = (
            mine & ((files["outcome"] == Outcome.WAITING) | tired) & (files["month_filed"] <= month) & seated
        )
        # Rank is points, then date of filing; ties fall to a draw and are left out.
        place = files["points"].astype(np.int64) * 100_000 - files["month_filed"]
        refuse(
            world,
            RankIgnored,
            passed & (place > place[funded].min()),
            f"{scheme.name}: no file waits above one that is funded",
        )


def check_funded(world: World) -> None:
    """Files funded last month: a living person, in the post of the file (or at search) when the commission
    met."""
    files, p, month, occ = world.files, world.persons, world.month - 1, world.occupations
    asked = (files["outcome"] == Outcome.FUNDED) & (files["project"] != Project.SUPPORT)
    rows = np.flatnonzero(asked & (files["month_decided"] == month))
    who = files["person"][rows]
    moved_since = p["hired"][who] == month
    unit = files["unit"][rows]
    state = np.where(unit >= 0, State.EMPLOYED, State.UNEMPLOYED)
    in_place = (p["state"][who] == state) & (p["unit"][who] == unit)
    refuse(world, NotEligible, ~(in_place | moved_since), "funded people are where they filed from")
    route = files["route"][rows].astype(np.int64)
    known = route != NONE
    need = world.routes.entry_education[route[known]]
    refuse(world, NotEligible, files["education"][rows[known]] < need, "the course is open to her level")
    refuse(
        world,
        NotEligible,
        world.routes.titled[route[known]]
        & (files["target_occupation"][rows[known]] == files["origin_occupation"][rows[known]]),
        "a course leads to another trade",
    )
    for scheme in with_files():
        of = rows[files["scheme"][rows] == scheme.code]
        if scheme.who.origin == "exposed":
            refuse(
                world, NotEligible, occ.exposed[files["origin_occupation"][of]] == 0, "the origin is exposed"
            )
        if scheme.project.target == "porteur":
            refuse(
                world, NotEligible, occ.porteur[files["target_occupation"][of]] == 0, "the target is porteur"
            )


def check_trainees(world: World) -> None:
    """People in training and files in training are the same; nobody follows two projects."""
    files, state = world.files, world.persons["state"][: world.rows]
    running = (files["outcome"] == Outcome.FUNDED) & (files["stage"] == Stage.IN_TRAINING)
    trainees, followed = np.flatnonzero(state == State.TRAINING), np.sort(files["person"][running])
    agree(world, NotEligible, followed.size, trainees.size, "as many files in training as trainees")
    agree(world, NotEligible, followed, trainees, "each trainee has one file in training")
    pending = (files["outcome"] == Outcome.FUNDED) & (files["stage"] <= Stage.IN_TRAINING)
    live = pending | (files["outcome"] == Outcome.WAITING)
    refuse(world, NotEligible, np.bincount(files["person"][live]) > 1, "one project at a time")
    # Whoever would resign and takes another post first has left the scheme: her file closes in the month in
    # which it would have started.
    ahead = (files["outcome"] == Outcome.FUNDED) & (files["stage"] == Stage.NOT_STARTED)
    resigns = files["scheme"] == world.memory["resign_code"]
    hired_since = world.persons["hired"][files["person"]] >= files["month_decided"]
    # Who learns within support stays under the scheme of the support.
    own = ~within_support()[files["scheme"]]
    bound = np.flatnonzero(live & own & ~(ahead & resigns & hired_since))
    refuse(
        world,
        NotEligible,
        world.persons["scheme"][files["person"][bound]] != files["scheme"][bound],
        "her scheme is that of her file",
    )


def check_titles(world: World) -> None:
    """Whoever passed holds the title."""
    files = world.files
    certified = files["stage"] == Stage.CERTIFIED
    target = files["target_occupation"][certified].astype(np.uint64)
    held = world.persons["titles"][files["person"][certified]] >> target & np.uint64(1)
    refuse(world, NotEligible, held != 1, "whoever passed holds the title")
