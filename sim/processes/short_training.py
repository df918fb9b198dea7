"""Short AI training beside the post, paid by the OPCOs or a public plan: the person becomes AI-literate."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sim.derived import Known, derived
from sim.groups import BASIC_GROUPS, PRIVATE_GROUPS, spread
from sim.kernels import Array, kernel
from sim.moves import PRIVATE
from sim.population.columns import Contract
from sim.processes.literacy import trained_rows
from sim.schemes.commission import envelope
from sim.schemes.rules import Scheme, schemes
from sim.streams import Decision, below, draw_many, thresholds

if TYPE_CHECKING:
    from sim.world import World


@kernel
def select_willing(
    group: Array,
    strata: Array,
    status: Array,
    contract: Array,
    allowed: Array,
    literacy: Array,
    education: Array,
    bars: Array,
    key: np.uint64,
) -> Array:
    """Rows of salaried people without AI training who ask for one this month; ``bars`` [education]."""
    ceilings = np.zeros(BASIC_GROUPS, np.int64)
    ceilings[:PRIVATE_GROUPS] = bars.max()
    likely, draws = below(group, strata, key, spread(ceilings))
    n = 0
    for k in range(likely.size):
        i = likely[k]
        eligible = status[i] == PRIVATE and allowed[contract[i]] == 1 and literacy[i] == 0
        if eligible and draws[k] < bars[education[i]]:
            likely[n] = i
            n += 1
    return likely[:n].copy()


@dataclass(frozen=True, eq=False)
class ShortCourse:
    """Rules of a scheme of short courses: price in cents, ``allowed`` [contract], ``asked`` [education], a
    chance a month in fixed point."""

    price_cents: int
    allowed: Array
    asked: Array


def short_course(known: Known, scheme: Scheme) -> ShortCourse:
    """The rules in force of one scheme."""
    rules = known.rules
    knowledge = np.array([rules[f"applications.knowledge_{n}_share"] for n in range(5)])
    return ShortCourse(
        price_cents=round(rules[scheme.key("cost_eur_per_file")] * 100),
        allowed=np.array([int(c in scheme.who.contracts) for c in Contract], np.uint8),
        asked=thresholds(np.minimum(rules[scheme.key("demand_rate")] * knowledge, 1.0)),
    )


def train_in_short_courses(world: World) -> None:
    """First come, first served until the month's money ends."""
    for scheme in schemes():
        if scheme.behaviour != "short":
            continue
        p, rules = world.persons, derived(world, short_course, scheme)
        account, price = envelope(world, scheme), rules.price_cents
        account.open_month(world.month, world.rules[scheme.key("budget_eur_per_year")], world.scale)
        if account.yearly_cents == 0:
            continue
        idx = select_willing(
            p["group"],
            world.strata,
            p["status"],
            p["contract"],
            rules.allowed,
            p["literacy"],
            p["education"],
            rules.asked,
            world.key(Decision.SHORT_TRAINING),
        )
        affordable = idx.size if account.yearly_cents is None else min(account.left_cents // price, idx.size)
        chosen = _first(world, idx, affordable)
        world.memory["trained"] = np.concatenate((trained_rows(world), chosen))
        p["literacy"][chosen] = 1
        account.commit(price * chosen.size)
        world.ledger.post(
            world.month, scheme.name, scheme.payer, "training_provider", "teaching", price * chosen.size
        )
        world.record.count(f"files_received_{scheme.name}", idx.size)
        world.record.count(f"files_funded_{scheme.name}", chosen.size)
        world.record.count(f"committed_eur_cents_{scheme.name}", price * chosen.size)


def _first(world: World, idx: Array, affordable: int) -> Array:
    """The ``affordable`` first of those who ask, in the order of a draw, then of rows."""
    if affordable >= idx.size:
        return idx
    draws = draw_many(world.key(Decision.SCHEME), idx)
    return np.asarray(idx[np.lexsort((idx, draws))[:affordable]])
