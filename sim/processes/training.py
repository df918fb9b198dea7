"""Process 7: training under way: start, pay, drop out, end, certificate; and what became of it.

The writer of titles and aims of graduates.  A trainee on leave keeps her post; it is covered meanwhile or
not.
Placement is nowhere set: graduates find a post through the market of the trade they aim at.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.derived import derived
from sim.kernels import Array
from sim.moves import UNEMPLOYED, Reason, aim_at, change_state, leave_post, regroup, same, take_post
from sim.population.columns import Contract, State, Status
from sim.processes.accompaniment import certificate_chances, drop_out_shares
from sim.processes.entitlements import note_loss
from sim.processes.projects import (
    come_back,
    courses_over,
    found_businesses,
    projects_of_month,
    start_projects,
)
from sim.processes.resignations import giving_up, resign_or_stay
from sim.processes.short_training import train_in_short_courses
from sim.schemes.files import Stage
from sim.schemes.payments import pay, release
from sim.schemes.rules import resigning, supporting, within_support
from sim.schemes.seats import give_back
from sim.streams import Decision, draw_many, threshold

if TYPE_CHECKING:
    from sim.world import World


def train(world: World) -> None:
    """The month of everyone in a funded project."""
    files = world.files
    starting, founding, running = projects_of_month(
        files.live_from(world.month),
        world.month,
        files["outcome"],
        files["stage"],
        files["project"],
        files["starts"],
        files["ends"],
    )
    starting, late = resign_or_stay(world, starting)
    lapsed, started = _start(world, starting)
    lapsed = np.concatenate((late, lapsed))
    _found_businesses(world, founding)
    running = np.concatenate((running, started))
    pay(world, running)
    given_up, finished = _end_courses(world, running)
    passed = _certify(world, finished)
    _back(world, np.concatenate((given_up, finished)))
    _aim(world, passed)
    release(world, np.concatenate((lapsed, _on_leave(world, given_up))))
    early = given_up[files["starts"][given_up] == world.month]
    give_back(world, np.concatenate((lapsed, early)))
    _count_trainees(world, started, running)
    train_in_short_courses(world)


def _count_trainees(world: World, started: Array, running: Array) -> None:
    """People without a post: those who start a course this month, and all who are in one at its end."""
    files = world.files
    on_course = running[files["stage"][running] == Stage.IN_TRAINING]
    without = world.persons["team"][files["person"][on_course]] < 0
    world.record.count("jobseekers_enrolled", int((files["unit"][started] < 0).sum()))
    world.record.count("trainees_without_post", int(without.sum()))


def _on_leave(world: World, rows: Array) -> Array:
    """Those of the files whose person keeps her post meanwhile."""
    return rows[~resigning()[world.files["scheme"][rows]]] if rows.size else rows


def _start(world: World, rows: Array) -> tuple[Array, Array]:
    """Projects start if the person is still where she filed; otherwise they lapse.

    Returns the rows that lapse and those of the courses that start.
    """
    if not rows.size:
        world.record.count("training_starts", 0)
        return rows, rows
    files = world.files
    lapsed, started, leaving, learning = start_projects(
        rows,
        world.month,
        int(world.rules["training.business_creation_months"]),
        world.routes.months,
        resigning(),
        within_support(),
        supporting(),
        threshold(world.rules["training.post_refilled_share"]),
        world.key(Decision.COVER),
        files["person"],
        files["scheme"],
        files["unit"],
        files["project"],
        files["route"],
        files["outcome"],
        files["stage"],
        files["ends"],
        files["cover"],
        world.lines,
        world.persons["scheme"],
        world.teams["covered"],
    )
    if leaving.size:
        note_loss(world, leaving, np.full(leaving.size, Reason.RESIGNATION, np.int64))
        leave_post(world, leaving, same(Reason.RESIGNATION), same(UNEMPLOYED))
    if learning.size:
        change_state(world, learning, Reason.TRAINING_START, State.TRAINING)
    world.record.count("training_starts", learning.size)
    return lapsed, started


def _found_businesses(world: World, rows: Array) -> None:
    """Those whose project is a business found it, or give it up and search."""
    world.memory["founded"] = rows
    if not rows.size:
        world.record.count("businesses_created", 0)
        return
    files = world.files
    idx, teams = found_businesses(
        rows,
        files["person"],
        files["scheme"],
        files["target_occupation"],
        files["stage"],
        world.lines,
        own_account_teams(world),
        derived(world, giving_up),
        world.key(Decision.GIVING_UP),
    )
    regroup(world, files["person"][rows])
    world.memory["founded"] = idx
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


def _back(world: World, rows: Array) -> None:
    """Return to the post, or to search when there is none."""
    if not rows.size:
        return
    files = world.files
    posted, without = come_back(
        rows,
        files["person"],
        files["scheme"],
        resigning(),
        files["cover"],
        world.lines,
        world.persons["scheme"],
        world.teams["covered"],
    )
    if posted.size:
        change_state(world, posted, Reason.TRAINING_END, State.EMPLOYED)
    if without.size:
        change_state(world, without, Reason.TRAINING_END, State.UNEMPLOYED)


def _end_courses(world: World, running: Array) -> tuple[Array, Array]:
    """Some give up each month; returns their files and those of the courses that end."""
    if not running.size:
        return running, running
    files = world.files
    given_up, finished = courses_over(
        running,
        world.month,
        files["starts"],
        files["ends"],
        files["person"],
        files["mentored"],
        derived(world, drop_out_shares),
        world.key(Decision.DROP_OUT),
    )
    files["stage"][given_up] = Stage.DROPPED_OUT
    files["ends"][given_up] = world.month
    return given_up, finished


def _certify(world: World, rows: Array) -> Array:
    """Courses end; returns the rows of those who pass."""
    if not rows.size:
        return rows
    files = world.files
    idx, chances = files["person"][rows], derived(world, certificate_chances)
    bars = chances[files["route"][rows], files["mentored"][rows], world.persons["basics"][idx]]
    passed = draw_many(world.key(Decision.CERTIFICATE), idx) < bars
    titled = world.routes.titled[files["route"][rows]]
    failed = np.where(titled, Stage.NOT_CERTIFIED, Stage.COMPLETED)
    files["stage"][rows] = np.where(passed, Stage.CERTIFIED, failed)
    return np.asarray(rows[passed])


def _aim(world: World, rows: Array) -> None:
    """Those who passed hold the title and aim at its trade."""
    if not rows.size:
        return
    p, winners = world.persons, world.files["person"][rows]
    target = world.files["target_occupation"][rows]
    p["titles"][winners] |= np.uint64(1) << target.astype(np.uint64)
    aim_at(world, winners, target, world.month + int(world.rules["matching.certified_aim_months"]))
