"""Founders with a right to benefit left: a capital in two halves, or part of the month's benefit."""

from __future__ import annotations

import csv
from fractions import Fraction
from pathlib import Path
from random import Random
from types import SimpleNamespace

import numpy as np
import pytest
from engine_worlds import SMALL, with_rules, world_of

from sim.benefits import capital, share_of_days
from sim.calendar import month_of_text
from sim.check_months import MonthlyChecks
from sim.moves import EMPLOYED, SELF_EMPLOYED
from sim.parameters import Registry, parameters_in_force
from sim.processes.founders import FounderLaw, founder_law_of
from sim.schemes.files import Outcome, Project, Stage
from sim.schemes.rules import resign_code
from sim.world import World

EXAMPLES = list(csv.DictReader(
    (Path(__file__).parent / "data" / "founder_examples.csv").read_text(encoding="utf-8").splitlines()))
MONTHS = 14


def law_at(month: str) -> FounderLaw:
    rules = parameters_in_force(Registry.load(), {}, month_of_text(month), law="effective")
    return founder_law_of(SimpleNamespace(rules=dict(rules)))  # type: ignore[arg-type]


@pytest.mark.parametrize("example", EXAMPLES, ids=[example["id"] for example in EXAMPLES])
def test_published_examples(example: dict[str, str]) -> None:
    law, left = law_at(example["month"]), int(example["days_left"])
    cents = round(float(example["daily_eur"] or 0) * 100)
    found = {
        "capital": lambda: sum(capital(left, cents, law.capital_share)) / 100,
        "days_while_founding": lambda: share_of_days(left, law.drawn_share),
        "days_a_month": lambda: law.days_a_month,
    }[example["what"]]()
    assert found == pytest.approx(float(example["expected"]), abs=float(example["tolerance"]))


def whole_capital(days: int, cents: int, share: str) -> int:
    """The same in exact fractions."""
    return int(Fraction(share) * days * cents)


def test_both_halves_are_the_capital_to_the_cent() -> None:
    random = Random(3)
    for _ in range(500):
        days, cents = random.randint(1, 822), random.randint(1500, 29000)
        share = random.choice(["0.45", "0.6"])
        first, second = capital(days, cents, float(share))
        assert first + second == whole_capital(days, cents, share)
        assert second - first in (0, 1)


def in_business(world: World) -> np.ndarray:
    p = {name: world.persons[name][: world.rows] for name in ("state", "status", "hired", "since")}
    return (p["state"] == EMPLOYED) & (p["status"] == SELF_EMPLOYED) & (p["hired"] == p["since"])


def booked(world: World, kind: str) -> int:
    month = world.month - 1
    return sum(cents for (when, _, _, _, what), cents in world.ledger.entries.items()
               if (when, what) == (month, kind))


def test_a_capital_comes_in_two_halves_and_the_second_only_if_the_business_lasts() -> None:
    # Businesses close often here, so that some do within six months.
    world = with_rules(world_of("reference", SMALL), founders__capital_share=1.0,
                       separations__to_unemployment_self_employed_ratio=4.0)
    p, checks = world.persons, MonthlyChecks(world)
    expected: dict[int, list[tuple[int, int, int]]] = {}  # month: who, cents, month of founding
    for i in np.flatnonzero(p["founder_days"][: world.rows] < 0):  # Since July 2023: under the same law.
        whole = whole_capital(-int(p["founder_days"][i]), int(p["are_cents_a_day"][i]), "0.6")
        expected.setdefault(int(p["hired"][i]) + 6, []).append((i, whole - whole // 2, int(p["hired"][i])))
    lasted = closed = 0
    for _ in range(MONTHS):
        month = world.month
        paid, days = p["are_paid"].copy(), p["are_days"].copy()
        world.step()
        checks(world)
        p, here = world.persons, in_business(world)
        due = 0
        for i in np.flatnonzero(here & (p["hired"][: world.rows] == month)):
            left = int(days[i]) - max(int(paid[i]), 0)
            if left <= 0:
                continue
            cents = int(p["are_cents_a_day"][i])
            whole = whole_capital(left, cents, "0.6")
            due += whole // 2
            assert p["are_paid"][i] - max(paid[i], 0) == whole // 2 // cents
            expected.setdefault(month + 6, []).append((i, whole - whole // 2, month))
        for i, cents, founded in expected.get(month, []):
            if here[i] and p["hired"][i] == founded:
                due, lasted = due + cents, lasted + 1
            else:
                closed += 1
            assert p["founder_days"][i] == 0 or p["hired"][i] > founded  # Another one since.
        assert booked(world, "arce") == due
    assert lasted > 20 and closed > 0


def test_others_draw_part_of_the_month_up_to_a_share_of_what_was_left() -> None:
    world = with_rules(world_of("reference", SMALL), founders__capital_share=0.0,
                       law__are_creator_cap_share=0.6)
    began: dict[int, tuple[int, int]] = {}  # who: month of founding, days left then
    opening, ended, second_halves = world.month, 0, 0
    for _ in range(MONTHS):
        month, before = world.month, world.persons["are_paid"].copy()
        days = world.persons["are_days"].copy()
        world.step()
        p, here = world.persons, in_business(world)
        second_halves += booked(world, "arce")
        assert month < opening + 6 or booked(world, "arce") == 0  # Until then, second halves of before.
        for i in np.flatnonzero(here & (p["hired"][: world.rows] == month)):
            if days[i] > max(before[i], 0):
                began[i] = month, int(days[i]) - max(int(before[i]), 0)
        for i, (founded, left) in began.items():
            if not here[i] or p["hired"][i] != founded:
                continue
            most, after = int(Fraction("0.6") * left), month - founded + 1
            drawn = min(21 * after, most)
            assert days[i] - max(int(p["are_paid"][i]), 0) == left - drawn
            assert (p["founder_days"][i] > 0) == (drawn < most)
            ended += drawn == most
    assert len(began) > 20 and ended > 0 and second_halves > 0


def resigning_world(**rules: float) -> World:
    intercept = {"schemes__demissionnaire__application_intercept": -6.0}
    return with_rules(world_of("reference", SMALL), **intercept, **rules)


def test_who_never_resigns_keeps_her_post_and_her_file_lapses_on_the_last_day() -> None:
    world = resigning_world(schemes__demissionnaire__never_resigns_share=1.0)
    opening = world.month
    for _ in range(10):
        world.step()
    files = world.files
    mine = (files["scheme"] == resign_code()) & (files["month_decided"] >= opening)
    over = mine & (files["month_decided"] + 6 < world.month)
    accepted = over & np.isin(files["outcome"], [Outcome.FUNDED, Outcome.LAPSED])
    assert accepted.sum() > 20
    assert (files["outcome"][accepted] == Outcome.LAPSED).all()
    assert not files["cost_eur_cents"][accepted].any()
    waiting = mine & (files["outcome"] == Outcome.FUNDED)
    assert (files["cost_eur_cents"][waiting] > 0).all()
    assert (files["stage"][waiting] == Stage.NOT_STARTED).all()


def test_businesses_that_are_given_up_are_not_founded_and_founders_do_not_search_meanwhile() -> None:
    shares = {}
    for gives_up in (0.0, 1.0):
        world = resigning_world(schemes__demissionnaire__gives_up_share=gives_up)
        opening = world.month
        for _ in range(10):
            world.step()
        files = world.files
        over = ((files["scheme"] == resign_code()) & (files["project"] == Project.BUSINESS)
                & (files["outcome"] == Outcome.FUNDED) & (files["month_decided"] >= opening)
                & (files["stage"] != Stage.NOT_STARTED))
        assert over.sum() > 20
        shares[gives_up] = (files["stage"][over] == Stage.BUSINESS).mean()
    assert shares[0.0] > 0.95 and shares[1.0] == 0.0


def test_what_a_founder_who_resigned_is_paid_is_booked_under_the_scheme_and_on_her_file() -> None:
    world = resigning_world(founders__capital_share=0.5)
    opening = world.month
    for _ in range(14):
        world.step()
    files = world.files
    founded = ((files["scheme"] == resign_code()) & (files["stage"] == Stage.BUSINESS)
               & (files["month_decided"] >= opening))
    assert founded.sum() > 20
    assert (files["paid_eur_cents"][founded] <= files["cost_eur_cents"][founded]).all()
    kinds = {kind for _, scheme, _, _, kind in world.ledger.entries if scheme == "demissionnaire"}
    assert {"are", "arce"} <= kinds
    scheme = world.persons["scheme"][files["person"][founded]]
    settled = scheme != resign_code()
    assert (files["paid_eur_cents"] == files["cost_eur_cents"])[founded][settled].all() and settled.any()
