"""What ``passerelles run --check`` looks at: aggregates every month, every row once a year.

Aggregates cost a few sums over teams and files; rows are :func:`sim.checks.check_world`.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

import numpy as np

from sim.check_faults import BooksOpen, FlowMismatch, HeadsLost, PostMismatch, agree, refuse
from sim.check_files import check_envelopes
from sim.checks import check_world, left_last_month
from sim.ledger import ACCOUNTS, KINDS, PAID_ON_FILES
from sim.moves import Reason
from sim.population.columns import State
from sim.record import LEAVING
from sim.schemes.files import Outcome, Stage
from sim.schemes.rules import of_behaviour, schemes, with_files

if TYPE_CHECKING:
    from sim.world import World

ROWS_EVERY_MONTHS = 12

_INTO_WORK = [
    int(reason)
    for reason in (Reason.HIRE_FROM_UNEMPLOYMENT, Reason.HIRE_FROM_INACTIVITY, Reason.BUSINESS_CREATION)
]


class MonthlyChecks:
    """Call it with the world after each step; raises the :class:`BrokenIdentity` of the first fault."""

    def __init__(self, world: World) -> None:
        """What files were paid before and the posts filled now are noted."""
        self._months, self._paid, self._filled = 0, _paid_by_scheme(world), _filled(world)
        self._entries = len(world.ledger.entries)
        self._removed = _removed_by_ai(world)

    def __call__(self, world: World) -> None:
        """One more month has been lived."""
        self._months += 1
        check_stocks_and_flows(world)
        check_teams(world)
        self._check_removed(world)
        self._check_work(world)
        self._check_money(world)
        if self._months % ROWS_EVERY_MONTHS == 0:
            check_world(world)

    def _check_removed(self, world: World) -> None:
        """Posts that AI cut this month are still held, stay closed, or went in one of the ways counted."""
        series = {name: values[-1] for name, values in world.record.series.items()}
        gone = sum(series[name] for name in _WAYS if name in series) - series["posts_opened_ai"]
        now = _removed_by_ai(world)
        what = "posts that AI cuts are those still held, those closed and those that went"
        agree(world, PostMismatch, series["posts_cut_ai"], gone + now - self._removed, what)
        self._removed = now

    def _check_work(self, world: World) -> None:
        """Posts filled move by hires, by separations and by those who retire from one."""
        by, now = world.record.flows[-1].sum(axis=(0, 1), dtype=np.int64), _filled(world)
        retired = int(by[_INTO_WORK].sum() - by[LEAVING].sum()) - (now - self._filled)
        low, high = world.record.series.get("retirements_employed", [0])[-1], int(by[Reason.RETIREMENT])
        what = (
            f"filled posts, {self._filled} before, move by hires, separations and {low} to {high} retirements"
        )
        agree(world, FlowMismatch, now, now + retired - min(max(retired, low), high), what)
        self._filled = now

    def _check_money(self, world: World) -> None:
        """What was booked is what files were paid, and envelopes are kept."""
        booked: dict[str, int] = {}
        entries = world.ledger.entries
        payers = {scheme.name: scheme.payer for scheme in schemes()}
        for (_, scheme, payer, _, kind), cents in islice(entries.items(), self._entries, None):
            refuse(world, BooksOpen, cents <= 0, f"positive cents booked for {scheme}")
            refuse(world, BooksOpen, payer not in ACCOUNTS or kind not in KINDS, f"{payer}, {kind}: known")
            if kind in PAID_ON_FILES and payer == payers.get(scheme):
                booked[scheme] = booked.get(scheme, 0) + cents
        self._entries = len(entries)
        now = _paid_by_scheme(world)
        for scheme, paid in now.items():
            what = f"{scheme}: cents booked this month are cents paid on files"
            agree(world, BooksOpen, booked.get(scheme, 0), paid - self._paid[scheme], what)
        self._paid = now
        check_envelopes(world)


_WAYS = ("unfilled_departures", "redeployed_ai", "contracts_ended_ai", "layoffs_ai")


def _removed_by_ai(world: World) -> int:
    """Posts that AI has removed and that are still held, or were open and stay closed."""
    return int(world.teams["surplus_ai"].sum() + world.teams["closed_ai"].sum())


def _filled(world: World) -> int:
    return int(world.teams["filled"].sum(dtype=np.int64))


def _paid_by_scheme(world: World) -> dict[str, int]:
    """Cents paid so far on all files of each scheme that takes people on leave or supports them."""
    files = world.files
    return {
        scheme.name: int(files["paid_eur_cents"][files["scheme"] == scheme.code].sum())
        for scheme in of_behaviour("leave", "support")
    }


def check_stocks_and_flows(world: World) -> None:
    """Heads move by entries and exits, each state and each occupation by its flows."""
    record = world.record
    before = record.stocks[-2] if len(record.stocks) > 1 else record.opening
    assert before is not None
    after, flows = record.stocks[-1], record.flows[-1]
    inside = flows.sum(axis=2, dtype=np.int64)
    by = flows.sum(axis=(0, 1), dtype=np.int64)
    was, now = before.sum(axis=(0, 1, 2)), after.sum(axis=(0, 1, 2))
    exits = left_last_month(world)
    refuse(world, FlowMismatch, int(flows.min()) < 0, "flows are not negative")
    due = int(was.sum() + by[Reason.ENTRY] - exits.sum())
    agree(world, HeadsLost, int(now.sum()), due, "heads move by entries and exits alone")
    noted = record.series.get("exits", [0])[-1]
    agree(world, HeadsLost, noted, int(exits.sum()), "exits noted are heads that left")
    training = was[State.TRAINING] + by[Reason.TRAINING_START] - by[Reason.TRAINING_END]
    agree(world, FlowMismatch, now[State.TRAINING], training, "training moves by its starts and ends")
    change = inside.sum(axis=0) - inside.sum(axis=1) + np.diagonal(flows[..., Reason.ENTRY]) - exits
    what = "each occupation moves by who comes and who goes"
    agree(world, FlowMismatch, after.sum(axis=(1, 2, 3)), before.sum(axis=(1, 2, 3)) + change, what)


def check_teams(world: World) -> None:
    """Posts filled are the heads in work, covered absences are files; no team has fewer posts than none."""
    teams, files, record = world.teams, world.files, world.record
    on_leave = np.isin(files["scheme"], [s.code for s in with_files() if s.behaviour == "leave"])
    running = on_leave & (files["outcome"] == Outcome.FUNDED) & (files["stage"] == Stage.IN_TRAINING)
    heads = int(record.stocks[-1][..., State.EMPLOYED].sum() + running.sum())
    agree(
        world, PostMismatch, int(teams["filled"].sum()), heads, "posts filled are heads in work or on leave"
    )
    covered = int((running & (files["cover"] == 1)).sum())
    agree(world, PostMismatch, int(teams["covered"].sum()), covered, "covered absences are trainees on leave")
    wanted = record.series["posts_wanted"][-1]
    agree(world, PostMismatch, int(teams["posts"].sum()), wanted, "posts wanted are those recorded")
    refuse(world, PostMismatch, int(teams["posts"].min(initial=0)) < 0, "posts are not negative")
    part, whole = teams["surplus_ai"], teams["surplus"]
    refuse(world, PostMismatch, (part < 0) | (part > whole), "what AI removed is part of a surplus")
