"""Jobseekers' benefit against published examples, and against Unedic's rules written again in days."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from random import Random

import numpy as np
import pytest

from sim.benefits import (
    AreLaw,
    are_law,
    daily_benefit,
    days_left,
    degressive_benefit,
    month_of_benefit,
    right_days,
)
from sim.calendar import month_of_text
from sim.parameters import Registry, parameters_in_force
from sim.population.columns import State, Status
from sim.processes.entitlements import right_of
from sim.work_history import add_post, look_back, months_of_work, note_end_of_post

EXAMPLES = list(csv.DictReader(
    (Path(__file__).parent / "data" / "are_examples.csv").read_text(encoding="utf-8").splitlines()))


def law_at(month: str, **changes: float) -> AreLaw:
    """The law of a month, droit effectif; before 2021 the example says what differs."""
    number = max(month_of_text(month), 0)
    rules = dict(parameters_in_force(Registry.load(), {}, number, law="effective"))
    return are_law({**rules, **changes})


def law_of(example: dict[str, str]) -> AreLaw:
    changes = {key: float(example[column]) for key, column in (
        ("law.are_fixed_eur_per_day", "fixed_eur"), ("law.are_minimum_eur_per_day", "minimum_eur"))
        if example[column]}
    if "capped_at" in example["what"]:
        changes["law.are_wage_cap_eur_per_month"] = float(example["what"].rpartition("_")[2])
    return law_at(example["month"], **changes)


def monthly_cents(example: dict[str, str]) -> int:
    if example["monthly_wage_eur"]:
        return round(float(example["monthly_wage_eur"]) * 100)
    return round(float(example["daily_wage_eur"]) * 100 * 365 / 12)


@pytest.mark.parametrize("example", EXAMPLES, ids=[example["id"] for example in EXAMPLES])
def test_published_examples(example: dict[str, str]) -> None:
    law, cents = law_of(example), monthly_cents(example)
    if example["what"] == "length":
        found: float = right_days(int(example["months_worked"]), int(example["age_years"]), False, law)
    elif example["what"] == "degressive":
        found = degressive_benefit(daily_benefit(cents, law), law) / 100
    else:
        found = daily_benefit(cents, law) / 100
    assert found == pytest.approx(float(example["expected"]), abs=float(example["tolerance"]) + 1e-9)


# The second implementation: Unedic's published rules in calendar days and euros, from contracts with dates.


@dataclass
class Contract:
    start: date
    end: date  # last day
    monthly_eur: float

    @property
    def days(self) -> int:
        return (self.end - self.start).days + 1


FIXED = ((date(2025, 7, 1), 13.18, 32.13), (date(2024, 7, 1), 13.11, 31.97), (date(2023, 7, 1), 12.95, 31.59))
CEILING = {2023: 14664, 2024: 15456, 2025: 15700}


def unedic(age: int, contracts: list[Contract]) -> tuple[float, int] | None:
    """(euros a day, days) at the end of the last contract, July 2023 to December 2025; None: no right."""
    end = contracts[-1].end
    new = end >= date(2025, 4, 1)
    senior = age >= (55 if new else 53)
    reference = end - timedelta(days=(1095 if senior else 730) - 1)
    inside = [Contract(max(one.start, reference), one.end, one.monthly_eur)
              for one in contracts if one.end >= reference]
    worked = sum(one.days for one in inside)
    if worked * 5 / 7 < 130 - 1:
        return None
    span = (end - inside[0].start).days + 1
    counted = worked + min(span - worked, (0.70 if new else 0.75) * worked)
    wages = sum(min(one.monthly_eur, CEILING[end.year]) * 12 / 365 * one.days for one in inside)
    daily = wages / counted
    fixed, minimum = next((part, least) for since, part, least in FIXED if end >= since)
    amount = min(max(0.404 * daily + fixed, 0.57 * daily, minimum), 0.75 * daily)
    first, second = (55, 57) if new else (53, 55)
    longest = 822 if age >= second else 685 if age >= first else 548
    return amount, min(max(round(counted * 0.75 + 0.5), 182), longest)


def first_of(month: int) -> date:
    return date(2021 + month // 12, month % 12 + 1, 1)


def engine(age: int, posts: list[tuple[int, int]], wage_eur: float) -> tuple[float, int]:
    """The engine's right after posts of (month of hire, month of end)."""
    names = {"state": State.UNEMPLOYED, "status": Status.PRIVATE, "team": -1, "hired": posts[0][0],
             "stopped": -32768, "worked_months": 0, "worked_earlier": 0, "wage": round(wage_eur * 100),
             "birth_month": posts[-1][1] - age * 12 - 6}
    line = np.zeros(1, [(name, np.int64) for name in names])
    for name, value in names.items():
        line[name] = value
    person = line[0]
    for hired, end in posts:
        look_back(person, hired)
        person["hired"], person["team"] = hired, 1
        note_end_of_post(person, end)
        person["team"] = -1
    last = posts[-1][1]
    law = law_at(f"{first_of(last).year}-{first_of(last).month:02d}")
    days, cents = right_of(person, last, False, law)
    return cents / 100, days


def test_two_hundred_random_persons_are_paid_what_the_published_rules_say() -> None:
    # Deterministic: one seed.  A person has one wage in all posts: the engine knows only the last one paid.
    random, seen, worst = Random(5), 0, 0.0
    while seen < 200:
        age, wage = random.randint(18, 62), random.uniform(1767, 9000)
        end = random.randint(31, 58)  # August 2023 to November 2025
        posts, month = [], end
        for _ in range(random.randint(1, 3)):
            length, gap = random.randint(1, 30), random.choice([0, 0, 1, 2, 3, 5, 8])
            posts.insert(0, (month - length, month))
            month -= length + gap
        contracts = [Contract(first_of(a), first_of(b) - timedelta(days=1), wage) for a, b in posts]
        due, (euros, days) = unedic(age, contracts), engine(age, posts, wage)
        if due is None:
            assert days == 0
            continue
        seen += 1
        worst = max(worst, abs(euros - due[0]))
        assert euros == pytest.approx(due[0], abs=1.0), (age, wage, posts)
        assert days == pytest.approx(due[1], abs=25), (age, posts)
    assert worst > 0  # Two ways of counting, not one called twice.


def test_work_in_several_posts_adds_up_and_work_long_ago_does_not() -> None:
    four_months_of_work, earlier = add_post(0, 0, 4, 1)
    assert (four_months_of_work, earlier) == (0b11110, 0)
    assert months_of_work(four_months_of_work, 3, 24) == (7, 1)
    assert months_of_work(four_months_of_work, 21, 24) == (23, 1)
    assert months_of_work(four_months_of_work, 30, 24) == (24, 0)
    assert months_of_work(add_post(0, 0, 12, 30)[0], 0, 24) == (0, 0)
    # Five years of work in three posts are five years of work; a gap of a year is one year less.
    months, earlier = add_post(*add_post(0, 0, 30, 0), 20, 0)
    assert months.bit_count() + earlier == 50
    months, earlier = add_post(*add_post(0, 0, 30, 0), 20, 12)
    assert months.bit_count() + earlier == 48


def test_a_right_is_paid_to_its_last_day_and_no_further() -> None:
    law = law_at("2024-09")
    paid, total, cents = -15, 0, 4_000
    for _ in range(12):
        due, paid, cents = month_of_benefit(200, paid, cents, False, law)
        total += due
    assert total == 200 * 4_000 and paid == 200 and days_left(200, paid) == days_left(0, paid) == 0


def test_a_high_benefit_falls_on_the_183rd_day() -> None:
    law = law_at("2024-09")
    paid, total, cents = -15, 0, 17_100
    for _ in range(10):
        due, paid, cents = month_of_benefit(548, paid, cents, True, law)
        total += due
    assert cents == 11_970 and total == 182 * 17_100 + (285 - 182) * 11_970


def test_agreed_terminations_are_shorter_only_where_the_lever_says_so() -> None:
    off, on = law_at("2026-10"), law_at("2026-10", **{"law.are_agreed_limit_applies": 1})
    assert right_days(24, 40, True, off) == right_days(24, 40, False, on) == 548
    assert right_days(24, 40, True, on) == 456 and right_days(36, 58, True, on) == 624
