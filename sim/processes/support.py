"""Process 9, after a lay-off: support under way, what it pays, its end.

Support is a file without a course; :mod:`sim.processes.redundancy` opens it, and
:mod:`sim.processes.search_help` says what it does to search.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sim.benefits import DAYS_A_MONTH
from sim.derived import Known, derived
from sim.kernels import Array, kernel
from sim.moves import CDI, EMPLOYED, TRAINING, UNEMPLOYED
from sim.population.columns import NONE
from sim.processes.entitlements import law_of
from sim.schemes.files import SUPPORTED, Stage
from sim.schemes.payments import release
from sim.schemes.rules import Scheme, of_behaviour
from sim.streams import threshold

if TYPE_CHECKING:
    from sim.world import World

_NO_SCHEME, _SUPPORT_OVER = int(NONE), int(Stage.SUPPORT_OVER)
_FIRMS = ("any", "under_1000", "from_1000")


class Support(NamedTuple):
    """One scheme's terms: which loss and firms; bar of joining; months; shares; months of notice paid."""

    agreed: bool
    firms: int
    by_employer: bool
    take_up: int
    seniority_months: int
    full_rate_months: int
    months: int
    allowance_share: float
    notice_months: int
    bonus_share: float
    bonus_months: int
    employer_cost_ratio: float


def support_of(known: Known, scheme: Scheme) -> Support:
    """The terms of a scheme under the rules in force."""

    def rule(name: str) -> float:
        return float(known.rules[scheme.key(name)])

    return Support(
        agreed=scheme.who.loss == "agreed",
        firms=_FIRMS.index(scheme.who.firm),
        by_employer=scheme.payer == "employer",
        take_up=threshold(rule("take_up_share")),
        seniority_months=int(rule("seniority_months")),
        full_rate_months=int(rule("full_rate_months")),
        months=int(rule("support_months")),
        allowance_share=rule("allowance_share"),
        notice_months=int(rule("notice_months")),
        bonus_share=rule("bonus_share"),
        bonus_months=int(rule("bonus_months")),
        employer_cost_ratio=float(known.rules["law.employer_cost_ratio"]),
    )


class ByScheme(NamedTuple):
    """The terms of all schemes of support by code, [256]: one pass over the files serves them all."""

    by_employer: Array
    bonus_share: Array
    bonus_months: Array
    notice_months: Array
    allowance_share: Array
    employer_cost_ratio: float


def by_scheme(known: Known) -> ByScheme:
    """The terms under the rules in force; zero for schemes of another behaviour."""
    out = ByScheme(
        np.zeros(256, np.bool_),
        np.zeros(256),
        np.zeros(256, np.int64),
        np.zeros(256, np.int64),
        np.zeros(256),
        float(known.rules["law.employer_cost_ratio"]),
    )
    for scheme in of_behaviour("support"):
        terms = support_of(known, scheme)
        for name in out._fields[:-1]:
            getattr(out, name)[scheme.code] = getattr(terms, name)
    return out


@kernel
def _under_way(stage: Array, first: int) -> Array:
    out = np.empty(stage.size - first, np.int64)
    n = 0
    for row in range(first, stage.size):
        if stage[row] == SUPPORTED:
            out[n] = row
            n += 1
    return out[:n].copy()


def supported(world: World) -> Array:
    """Rows of the files of support under way, int64."""
    files = world.files
    return np.asarray(_under_way(files["stage"], files.live_from(world.month)))


@kernel
def _over(
    rows: Array,
    month: int,
    person: Array,
    starts: Array,
    ends: Array,
    file_scheme: Array,
    daily: Array,
    stage: Array,
    lines: Array,
    scheme: Array,
    are_cents: Array,
    are_paid: Array,
    waiting_days: int,
    terms: ByScheme,
) -> tuple[Array, Array]:
    """Close the support of who is no longer at search or has had its months; files closed, and their bonus.

    The bonus for a lasting post found early is a share of the allowance that is left.
    """
    closed, bonus = np.empty(rows.size, np.int64), np.empty(rows.size, np.int64)
    n = 0
    for row in rows:
        i, s = person[row], file_scheme[row]
        state = lines[i].state
        here = state == UNEMPLOYED or (state == TRAINING and lines[i].team < 0)
        if here and ends[row] > month:
            continue
        closed[n], bonus[n] = row, 0
        early = month - starts[row] < terms.bonus_months[s] and ends[row] > month
        if early and state == EMPLOYED and lines[i].contract == CDI:
            left = are_cents[i] * DAYS_A_MONTH * (ends[row] - month)
            bonus[n] = int(np.floor(np.rint(terms.bonus_share[s] * left * 1e4) / 1e4))
        if terms.by_employer[s]:
            are_paid[i] = max(are_paid[i], -waiting_days)
        else:
            are_cents[i] = daily[row]
        if scheme[i] == s:
            scheme[i] = _NO_SCHEME
        stage[row], ends[row] = _SUPPORT_OVER, month
        n += 1
    return closed[:n].copy(), bonus[:n].copy()


def end_support(world: World, rows: Array) -> Array:
    """Support that is over gives its unspent money back; a lasting post found early brings a bonus.

    Returns the rows of the support that goes on.
    """
    if not rows.size:
        return rows
    files, p = world.files, world.persons
    closed, bonus = _over(
        rows,
        world.month,
        files["person"],
        files["starts"],
        files["ends"],
        files["scheme"],
        files["daily_eur_cents"],
        files["stage"],
        world.lines,
        p["scheme"],
        p["are_cents_a_day"],
        p["are_paid"],
        derived(world, law_of).waiting_days,
        derived(world, by_scheme),
    )
    files["paid_eur_cents"][closed] += bonus
    for scheme in of_behaviour("support"):
        mine = files["scheme"][closed] == scheme.code
        world.ledger.post(world.month, scheme.name, scheme.payer, "person", "bonus", int(bonus[mine].sum()))
    release(world, closed)
    return np.asarray(rows[files["stage"][rows] == SUPPORTED])


@kernel
def monthly_allowance(wage_cents: int, share: float) -> int:
    """An employer's allowance for a month, whole cents."""
    return int(np.floor(np.rint(wage_cents * share * 1e4) / 1e4))


@kernel
def monthly_notice(wage_cents: int, employer_cost_ratio: float) -> int:
    """What a month of notice costs an employer, whole cents."""
    return int(np.floor(np.rint(wage_cents * employer_cost_ratio * 1e4) / 1e4))


@kernel
def _pay_leave(
    rows: Array,
    month: int,
    file_scheme: Array,
    person: Array,
    starts: Array,
    cost: Array,
    paid: Array,
    lines: Array,
    terms: ByScheme,
) -> Array:
    """Cents that employers pay this month, int64 [scheme; notice, allowance]; written on the files."""
    out = np.zeros((256, 2), np.int64)
    for row in rows:
        s = file_scheme[row]
        if not terms.by_employer[s]:
            continue
        wage = lines[person[row]].wage
        noticed = month - starts[row] < terms.notice_months[s]
        if noticed:
            due = monthly_notice(wage, terms.employer_cost_ratio)
        else:
            due = monthly_allowance(wage, terms.allowance_share[s])
        due = min(due, cost[row] - paid[row])
        out[s, 0 if noticed else 1] += due
        paid[row] += due
    return out


def pay_leaves(world: World, rows: Array) -> None:
    """Employers pay those on their leaves, by their files: notice first, then the allowance."""
    if not rows.size:
        return
    files = world.files
    paid = _pay_leave(
        rows,
        world.month,
        files["scheme"],
        files["person"],
        files["starts"],
        files["cost_eur_cents"],
        files["paid_eur_cents"],
        world.lines,
        derived(world, by_scheme),
    )
    for scheme in of_behaviour("support"):
        if scheme.payer == "employer":
            notice, allowance = paid[scheme.code].tolist()
            world.ledger.post(world.month, scheme.name, "employer", "person", "notice", notice)
            world.ledger.post(world.month, scheme.name, "employer", "person", "allowance", allowance)
