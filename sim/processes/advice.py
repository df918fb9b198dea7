"""Process 5, before anybody asks: career advice (CEP) that is paid for tells people of the schemes.

The budget buys so many talks a month.  They go to salaried people who do not know the schemes; those restless
in their trade come more often.  Advice tells, and is forgotten after some years; it changes nobody's wish to
move.  Without money there is none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sim.derived import Known, derived
from sim.groups import GROUPS, RESTLESS, at_work_in
from sim.kernels import Array, kernel
from sim.processes.terms import admitted, known_bars, knows
from sim.schemes.commission import envelope
from sim.schemes.rules import Scheme, of_behaviour
from sim.streams import ONE, Decision, below

if TYPE_CHECKING:
    from sim.world import World

LOOKED_AT = 16
"""Rows looked at for each talk, so that enough of them are of people whom advice may reach."""


class Advice(NamedTuple):
    """Price of a talk in cents, how many times as often the restless come, months that it is remembered, who
    may come uint8 [status, contract] and their groups bool [group], and who knows without it, fixed point
    [education]."""

    price_cents: int
    restless_ratio: int
    memory_months: int
    allowed: Array
    groups: Array
    knows: Array


def advice_rules(known: Known, scheme: Scheme) -> Advice:
    """The rules in force."""
    allowed = admitted(known, scheme)
    return Advice(
        round(known.rules[scheme.key("cost_eur_per_file")] * 100),
        int(known.rules[scheme.key("restless_ratio")]),
        int(known.rules[scheme.key("memory_months")]),
        allowed,
        at_work_in(allowed),
        known_bars(known),
    )


@kernel
def _ceilings(rules: Advice, talks: int, rows: int) -> Array:
    """Draws above which nobody of a group is looked at, fixed point."""
    calm = min(LOOKED_AT * talks * ONE // rows, ONE)
    out = np.zeros(GROUPS, np.int64)
    for g in range(GROUPS):
        if rules.groups[g]:
            out[g] = min(calm * rules.restless_ratio, ONE) if g & RESTLESS else calm
    return out


@kernel
def who_may_come(
    group: Array,
    strata: Array,
    lines: Array,
    month: int,
    rows: int,
    talks: int,
    rules: Advice,
    key: np.uint64,
    knows_key: np.uint64,
) -> tuple[Array, Array]:
    """Rows of some who do not know the schemes, and their turns: those with the lowest come."""
    likely, draws = below(group, strata, key, _ceilings(rules, talks, rows))
    n = 0
    for k in range(likely.size):
        i = likely[k]
        person = lines[i]
        reached = rules.allowed[person.status, person.contract] == 1
        if reached and not knows(i, person, month, rules.knows, knows_key):
            likely[n] = i
            draws[n] = draws[k] // rules.restless_ratio if group[i] & RESTLESS else draws[k]
            n += 1
    return likely[:n].copy(), draws[:n].copy()


def advise(world: World) -> None:
    """Hold the talks that the month's money buys; the writer of ``advised_until``."""
    for scheme in of_behaviour("advice"):
        rules, account = derived(world, advice_rules, scheme), envelope(world, scheme)
        account.open_month(world.month, world.rules[scheme.key("budget_eur_per_year")], world.scale)
        talks = account.left_cents // rules.price_cents
        if account.yearly_cents == 0:
            continue
        idx, turns = who_may_come(
            world.persons["group"],
            world.strata,
            world.lines,
            world.month,
            world.rows,
            talks,
            rules,
            world.key(Decision.ADVICE) ^ scheme.salt,
            world.key(Decision.KNOWLEDGE, 0),
        )
        advised = idx[np.lexsort((idx, turns))[:talks]]
        world.persons["advised_until"][advised] = world.month + rules.memory_months
        _book(world, scheme, advised.size, rules.price_cents)


def _book(world: World, scheme: Scheme, talks: int, price_cents: int) -> None:
    cents = talks * price_cents
    envelope(world, scheme).commit(cents)
    world.ledger.post(world.month, scheme.name, scheme.payer, "advice_body", "advice", cents)
    world.record.count(f"files_received_{scheme.name}", talks)
    world.record.count(f"files_funded_{scheme.name}", talks)
    world.record.count(f"committed_eur_cents_{scheme.name}", cents)
