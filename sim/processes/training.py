"""Process 7: training under way: start, pay, drop out, end, certificate; and what became of it.

The writer of titles, aims and AI literacy.  A trainee on leave keeps her post; it is covered meanwhile or
not.
Placement is nowhere set: graduates find a post through the market of the trade they aim at.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.kernels import Array
from sim.moves import EMPLOYED, UNEMPLOYED, Reason, change_state, leave_post, take_post
from sim.population.columns import NONE, Contract, State, Status
from sim.processes.short_training import train_in_short_courses
from sim.schemes.commission import envelope
from sim.schemes.files import Outcome, Stage
from sim.schemes.rules import Scheme, with_files
from sim.streams import Decision, draw_many, threshold, thresholds

if TYPE_CHECKING:
    from sim.world import World


def train(world: World) -> None:
    """The month of everyone in a funded project."""
    for scheme in with_files():
        funded = np.flatnonzero(
            (world.files["outcome"] == Outcome.FUNDED)
            & (world.files["scheme"] == scheme.code)
            & (world.files["stage"] <= Stage.IN_TRAINING)
        )
        _start(world, scheme, funded[world.files["starts"][funded] == world.month])
        _found_businesses(world, scheme, funded)
        running = funded[world.files["stage"][funded] == Stage.IN_TRAINING]
        _pay(world, scheme, running)
        _drop_out(world, scheme, running)
        running = running[world.files["stage"][running] == Stage.IN_TRAINING]
        _finish(world, running[world.files["ends"][running] == world.month])
    train_in_short_courses(world)


def _release(world: World, scheme: Scheme, rows: Array) -> None:
    """Give the unpaid rest back to the envelope of the year that committed it, if that year still runs."""
    rest = world.files["cost_eur_cents"][rows] - world.files["paid_eur_cents"][rows]
    same_year = world.files["month_decided"][rows] // 12 == world.month // 12
    envelope(world, scheme).release(int(rest[same_year].sum()), int(rest[~same_year].sum()))
    world.files["cost_eur_cents"][rows] = world.files["paid_eur_cents"][rows]
    world.record.count(f"released_eur_cents_{scheme.name}", int(rest.sum()))


def _start(world: World, scheme: Scheme, rows: Array) -> None:
    """Projects start if the person is still in the post of the file; otherwise they lapse."""
    files, p = world.files, world.persons
    idx = files["person"][rows]
    there = (p["state"][idx] == EMPLOYED) & (p["unit"][idx] == files["unit"][rows])
    lapsed = rows[~there]
    files["outcome"][lapsed] = Outcome.LAPSED
    p["scheme"][files["person"][lapsed]] = NONE
    _release(world, scheme, lapsed)
    rows, idx = rows[there], idx[there]
    creates = files["route"][rows] == NONE
    months = np.where(
        creates,
        int(world.rules["training.business_creation_months"]),
        world.routes.months[np.where(creates, 0, files["route"][rows])],
    )
    files["stage"][rows] = np.where(creates, Stage.NOT_STARTED, Stage.IN_TRAINING)
    files["ends"][rows] = world.month + months
    if scheme.behaviour == "resign":
        leave_post(world, idx, np.full(idx.size, Reason.RESIGNATION, np.int64), State.UNEMPLOYED)
        world.memory["lost_post"].append(idx)
    else:
        covered = draw_many(world.key(Decision.COVER), idx) < threshold(
            world.rules["training.post_refilled_share"]
        )
        files["cover"][rows] = covered
        np.add.at(world.teams["covered"], p["team"][idx[covered]], 1)
    change_state(world, idx[~creates], Reason.TRAINING_START, State.TRAINING)
    p["ends"][idx] = files["ends"][rows]
    world.record.count("training_starts", int((~creates).sum()))


def _found_businesses(world: World, scheme: Scheme, funded: Array) -> None:
    """Those whose project is a business found it; whoever took another job meanwhile has given it up."""
    if not scheme.creation:
        return
    files, p = world.files, world.persons
    creating = (files["route"][funded] == NONE) & (files["ends"][funded] > files["starts"][funded])
    rows = funded[creating & (files["ends"][funded] == world.month)]
    idx = files["person"][rows]
    # A small sample may hold nobody on their own account in a trade: there is then no place to found it.
    ready = (p["state"][idx] == UNEMPLOYED) & (
        own_account_teams(world)[files["target_occupation"][rows]] >= 0
    )
    files["stage"][rows] = np.where(ready, Stage.BUSINESS, Stage.DROPPED_OUT)
    p["scheme"][idx[~ready]] = NONE
    rows, idx = rows[ready], idx[ready]
    p["scheme"][idx] = NONE
    teams = own_account_teams(world)[files["target_occupation"][rows]]
    take_post(
        world,
        idx,
        np.full(idx.size, Reason.BUSINESS_CREATION, np.int64),
        teams,
        np.full(idx.size, Contract.NO_CONTRACT, np.int64),
        np.full(idx.size, Status.SELF_EMPLOYED, np.int64),
    )
    world.record.count("businesses_created", idx.size)


def own_account_teams(world: World) -> Array:
    """The largest own-account team of each occupation (int64[40]), -1 where the trade has none."""
    if "own_teams" not in world.memory:
        teams = world.teams
        out = np.full(world.occupations.count, -1, np.int64)
        own = np.flatnonzero(world.units["own_account"][teams["unit"]] == 1)
        for t in own[np.argsort(teams["base"][own], kind="stable")]:
            out[teams["occupation"][t]] = t
        world.memory["own_teams"] = out
    found: Array = world.memory["own_teams"]
    return found


def _pay(world: World, scheme: Scheme, rows: Array) -> None:
    """One instalment of each file: equal months, whole cents, the rest with the last."""
    files, month = world.files, world.month
    start = files["starts"][rows].astype(np.int64)
    length = np.maximum(files["ends"][rows] - start, 1)
    done = np.minimum(month - start + 1, length)

    def share(total: Array) -> Array:
        return np.asarray(total * done // length)

    cost, teaching = files["cost_eur_cents"][rows], files["teaching_eur_cents"][rows]
    before = files["paid_eur_cents"][rows]
    now = np.where(done == length, cost, share(teaching) + share(cost - teaching))
    taught = np.where(done == length, teaching, share(teaching)) - np.where(
        done == 1, 0, teaching * (done - 1) // length
    )
    amount = now - before
    files["paid_eur_cents"][rows] = now
    taught = np.minimum(taught, amount)
    if scheme.behaviour == "resign":
        # The commitment is the benefit at its longest; it is paid month by month as ARE, the course by
        # France Travail.
        files["paid_eur_cents"][rows] = before
        taught_now = files["ends"][rows] > month
        fee, length, done = (
            values[taught_now] for values in (resigned_course_cents(world, rows), length, done)
        )
        course = fee * done // length - fee * (done - 1) // length
        world.ledger.post(
            month, scheme.name, "france_travail", "training_provider", "teaching", int(course.sum())
        )
        return
    world.ledger.post(month, scheme.name, scheme.payer, "training_provider", "teaching", int(taught.sum()))
    world.ledger.post(
        month, scheme.name, scheme.payer, "employer", "wage_cover", int((amount - taught).sum())
    )


def resigned_course_cents(world: World, rows: Array) -> Array:
    """Fee of the course of each resigned trainee, whole cents."""
    fees = world.routes.fee_eur[world.files["route"][rows]]
    return np.asarray(np.rint(np.round(fees * 100, 6)).astype(np.int64))


def _back(world: World, rows: Array) -> None:
    """Return to the post, or to search when there is none."""
    files, p = world.files, world.persons
    rows = rows[p["state"][files["person"][rows]] == State.TRAINING]
    idx = files["person"][rows]
    covered = files["cover"][rows] == 1
    np.subtract.at(world.teams["covered"], p["team"][idx[covered]], 1)
    with_post = p["team"][idx] >= 0
    change_state(world, idx[with_post], Reason.TRAINING_END, State.EMPLOYED)
    change_state(world, idx[~with_post], Reason.TRAINING_END, State.UNEMPLOYED)
    # Whoever resigned stays under the scheme until she is hired: her benefit is booked there.
    p["scheme"][idx[with_post]] = NONE
    p["ends"][idx] = -1


def _drop_out(world: World, scheme: Scheme, rows: Array) -> None:
    """Some give up each month; what is not spent goes back to the envelope."""
    files = world.files
    rows = rows[files["ends"][rows] > world.month]
    length = np.maximum(files["ends"][rows] - files["starts"][rows], 1)
    total = world.rules["training.drop_out_share"]
    monthly = thresholds(1.0 - (1.0 - total) ** (1.0 / length))
    gone = rows[draw_many(world.key(Decision.DROP_OUT), files["person"][rows]) < monthly]
    files["stage"][gone] = Stage.DROPPED_OUT
    files["ends"][gone] = world.month
    _back(world, gone)
    if scheme.behaviour == "leave":
        _release(world, scheme, gone)


def _finish(world: World, rows: Array) -> None:
    """Courses end: those who pass hold the title and aim at its trade."""
    files, p = world.files, world.persons
    idx = files["person"][rows]
    bars = thresholds(world.routes.certification_share)[files["route"][rows]]
    passed = draw_many(world.key(Decision.CERTIFICATE), idx) < bars
    files["stage"][rows] = np.where(passed, Stage.CERTIFIED, Stage.NOT_CERTIFIED)
    _back(world, rows)
    winners, target = idx[passed], files["target_occupation"][rows[passed]]
    p["titles"][winners] |= np.uint64(1) << target.astype(np.uint64)
    p["aim"][winners] = target
    p["aim_until"][winners] = world.month + int(world.rules["matching.certified_aim_months"])
