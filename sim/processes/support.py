"""Process 9, after a lay-off: support under way, what it pays, its end, and what it does to search.

Support is a file without a course; :mod:`sim.processes.redundancy` opens it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sim.benefits import DAYS_A_MONTH
from sim.derived import Known, derived
from sim.groups import AIMING, BASIC_GROUPS, INACTIVE_GROUPS, UNEMPLOYED_GROUPS
from sim.kernels import Array, kernel
from sim.moves import CDI, EMPLOYED, TRAINING, UNEMPLOYED
from sim.population.columns import NONE
from sim.processes.entitlements import law_of
from sim.schemes.files import SUPPORTED, Stage
from sim.schemes.payments import release
from sim.schemes.rules import Scheme, of_behaviour
from sim.streams import ONE, Decision, sieved_draw, threshold

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


@kernel
def _of_stage(stage: Array, wanted: int, first: int) -> Array:
    out = np.empty(stage.size - first, np.int64)
    n = 0
    for row in range(first, stage.size):
        if stage[row] == wanted:
            out[n] = row
            n += 1
    return out[:n].copy()


def supported(world: World) -> Array:
    """Rows of the files of support under way, int64."""
    files = world.files
    return np.asarray(_of_stage(files["stage"], SUPPORTED, files.live_from(world.month)))


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
    by_employer: Array,
    bonus_share: Array,
    bonus_months: Array,
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
        early = month - starts[row] < bonus_months[s] and ends[row] > month
        if early and state == EMPLOYED and lines[i].contract == CDI:
            left = are_cents[i] * DAYS_A_MONTH * (ends[row] - month)
            bonus[n] = int(np.floor(np.rint(bonus_share[s] * left * 1e4) / 1e4))
        if by_employer[s]:
            are_paid[i] = max(are_paid[i], -waiting_days)
        else:
            are_cents[i] = daily[row]
        if scheme[i] == s:
            scheme[i] = _NO_SCHEME
        stage[row], ends[row] = _SUPPORT_OVER, month
        n += 1
    return closed[:n].copy(), bonus[:n].copy()


def end_support(world: World, rows: Array) -> None:
    """Support that is over gives its unspent money back; a lasting post found early brings a bonus."""
    if not rows.size:
        return
    files, p = world.files, world.persons
    by_employer, share, months = np.zeros(256, np.bool_), np.zeros(256), np.zeros(256, np.int64)
    for scheme in of_behaviour("support"):
        terms = derived(world, support_of, scheme)
        by_employer[scheme.code] = terms.by_employer
        share[scheme.code], months[scheme.code] = terms.bonus_share, terms.bonus_months
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
        by_employer,
        share,
        months,
    )
    files["paid_eur_cents"][closed] += bonus
    for scheme in of_behaviour("support"):
        mine = files["scheme"][closed] == scheme.code
        world.ledger.post(world.month, scheme.name, scheme.payer, "person", "bonus", int(bonus[mine].sum()))
    release(world, closed)


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
    code: int,
    month: int,
    file_scheme: Array,
    person: Array,
    starts: Array,
    cost: Array,
    paid: Array,
    lines: Array,
    terms: Support,
) -> tuple[int, int]:
    """(notice, allowance) in cents that employers pay this month under one scheme; written on the files."""
    notice = allowance = 0
    for row in rows:
        if file_scheme[row] != code:
            continue
        wage = lines[person[row]].wage
        if month - starts[row] < terms.notice_months:
            due = min(monthly_notice(wage, terms.employer_cost_ratio), cost[row] - paid[row])
            notice += due
        else:
            due = min(monthly_allowance(wage, terms.allowance_share), cost[row] - paid[row])
            allowance += due
        paid[row] += due
    return notice, allowance


def pay_leaves(world: World) -> None:
    """Employers pay those on their leaves: notice first, then the allowance."""
    files, rows = world.files, supported(world)
    for scheme in of_behaviour("support"):
        if scheme.payer != "employer" or not rows.size:
            continue
        notice, allowance = _pay_leave(
            rows,
            scheme.code,
            world.month,
            files["scheme"],
            files["person"],
            files["starts"],
            files["cost_eur_cents"],
            files["paid_eur_cents"],
            world.lines,
            derived(world, support_of, scheme),
        )
        world.ledger.post(world.month, scheme.name, "employer", "person", "notice", notice)
        world.ledger.post(world.month, scheme.name, "employer", "person", "allowance", allowance)


@kernel
def _found_by_support(
    rows: Array,
    file_scheme: Array,
    person: Array,
    more: Array,
    group: Array,
    since: Array,
    aim_until: Array,
    month: int,
    ceilings: Array,
    graduates: Array,
    followed: Array,
    followed_until: Array,
    key: np.uint64,
) -> Array:
    """Persons whose suitable application is the doing of support: the draw lies between both chances."""
    out = np.empty(rows.size, np.int64)
    n = 0
    for row in rows:
        i = person[row]
        g = group[i] % BASIC_GROUPS
        if not UNEMPLOYED_GROUPS <= g < INACTIVE_GROUPS or since[i] == month:
            continue
        bar = ceilings[g]
        if group[i] >= AIMING and aim_until[i] >= month:
            bar = max(bar, followed[g] if followed_until[i] >= month else graduates[g])
        luck = sieved_draw(key, i)
        if bar <= luck < bar + (bar * (more[file_scheme[row]] >> 16) >> 16):
            out[n] = i
            n += 1
    return np.sort(out[:n])


def search_gains(known: Known) -> Array:
    """By how much support raises the chance of a suitable application, fixed point [scheme code, 256]."""
    out = np.zeros(256, np.int64)
    for scheme in of_behaviour("support"):
        out[scheme.code] = min(threshold(known.rules[scheme.key("search_ratio")] - 1.0), ONE)
    return out


def with_support(world: World, idx: Array, ceilings: Array, graduates: Array, followed: Array) -> Array:
    """The searchers ``idx`` (ascending rows), and those whom support has brought to an application."""
    rows = supported(world)
    if not rows.size:
        return idx
    p, files = world.persons, world.files
    found = _found_by_support(
        rows,
        files["scheme"],
        files["person"],
        derived(world, search_gains),
        p["group"],
        p["since"],
        p["aim_until"],
        world.month,
        ceilings,
        graduates,
        followed,
        p["followed_until"],
        world.key(Decision.SEARCH),
    )
    return np.asarray(np.insert(idx, np.searchsorted(idx, found), found))
