"""Random years of whole small worlds: whatever the budgets, nothing is spent that was not granted.

Budgets of all schemes, a change of them in mid-year, how many ask and how many seats there are are drawn anew
in each case.  Nothing statistical: one cent too many, or one file passed over, in one month fails.
"""

from __future__ import annotations

import math
from collections import Counter
from typing import Any

import numpy as np
import pytest
from engine_worlds import TINY, world_of

from sim.check_files import check_books, check_envelopes, check_funded, check_ranks
from sim.parameters import Registry
from sim.schemes.files import Outcome
from sim.schemes.rules import schemes, with_envelopes
from sim.world import Rules

REGISTRY = Registry.load()
BUDGETS = [scheme.key("budget_eur_per_year") for scheme in with_envelopes()]
EAGERNESS = [key for scheme in schemes() if (key := scheme.key("application_intercept")) in REGISTRY]
NO_MONEY, NO_LIMIT = 0.0, math.inf


def random_rules(rules: Rules, draw: np.random.Generator) -> tuple[dict[str, Any], dict[str, Any]]:
    """The rules of a year, before and after a change of budgets."""
    eager = {key: rules[key] + draw.choice([0.0, 2.0, 5.0]) for key in EAGERNESS}
    before = {**rules, **eager, "training.seats_ratio": draw.choice([0.2, 1.0, 100.0])}
    for key in BUDGETS:
        before[key] = draw.choice([NO_MONEY, rules[key] / 30, rules[key], 5 * rules[key], NO_LIMIT])
        if math.isinf(before[key]) and not REGISTRY[key].unlimited:
            before[key] = rules[key]
    after = dict(before)
    for key in BUDGETS:
        if draw.random() < 0.3 and not math.isinf(before[key]):
            after[key] = before[key] * draw.choice([0.0, 0.5, 2.0])
    return before, after


@pytest.mark.parametrize("cases", [40, pytest.param(10_000, marks=pytest.mark.full)])
def test_no_envelope_of_a_whole_world_is_overspent(cases: int) -> None:
    opening, seen = world_of("ai-fast", TINY), Counter[int]()
    for case in range(cases):
        draw = np.random.Generator(np.random.Philox(key=[case, 41]))
        world, change = opening.twin(), opening.month + int(draw.integers(1, 12))
        before, after = random_rules(opening.rules_of(opening.month), draw)
        world.rules_of = lambda month, change=change, old=before, new=after: old if month < change else new
        for _ in range(12):
            world.step()
            for check in (check_books, check_envelopes, check_ranks, check_funded):
                check(world)
        seen.update(world.files["outcome"].tolist())
    assert seen[Outcome.FUNDED] > 50 * cases and seen[Outcome.WAITING] > 10 * cases
