"""What the levers make: scenarios that differ only by what was moved."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from sim.cli.app_command import SETTINGS
from sim.errors import PasserellesError
from sim.parameters import Registry
from sim.scenario import load, results_digest, shipped
from sim.views.levers import FIRST, differs, moved, others, settings, without_policies

PTP, PACE = "schemes.ptp.budget_eur_per_year", "ai.adoption_path"


@pytest.mark.parametrize("name", shipped())
def test_levers_left_alone_leave_the_scenario_alone(name: str) -> None:
    scenario = load(name)
    assert moved(scenario, settings(scenario)) is scenario


def test_a_budget_moves_in_2025_and_a_pace_from_the_opening() -> None:
    start = load("reference")
    made = moved(start, {**settings(start), PTP: 40_000_000, PACE: "fast"})
    assert made.overrides[PTP] == ((48, 40_000_000),) and made.overrides[PACE] == ((36, "fast"),)


def test_levers_put_back_to_today_are_the_reference() -> None:
    start = load("ai-fast-ptp-doubled")
    made = moved(start, settings(load("reference")))
    assert results_digest(made) == results_digest(load("reference"))


def test_an_amount_out_of_range_is_refused() -> None:
    start = load("reference")
    with pytest.raises(PasserellesError):
        moved(start, {**settings(start), PTP: -1})


def test_the_same_ai_without_policies_is_the_shipped_comparator() -> None:
    bare = without_policies(load("ai-fast-ptp-doubled"))
    assert results_digest(bare) == results_digest(load("ai-fast"))
    assert not differs(bare, load("ai-fast-ptp-doubled"), "assumption")
    assert differs(bare, load("ai-fast-ptp-doubled"), "policy")


def test_every_lever_is_on_the_page_once() -> None:
    shown = [*FIRST, *(key for keys in others().values() for key in keys)]
    assert sorted(shown) == sorted(Registry.load().levers())


def test_the_command_and_the_checkout_are_set_alike() -> None:
    path = Path(__file__).parents[2] / ".streamlit" / "config.toml"
    flat: dict[str, str] = {}

    def walk(table: dict[str, object], prefix: str) -> None:
        for name, value in table.items():
            if isinstance(value, dict):
                walk(value, f"{prefix}{name}.")
            else:
                flat[prefix + name] = str(value).lower() if isinstance(value, bool) else str(value)

    walk(tomllib.loads(path.read_text(encoding="utf-8")), "")
    assert flat == dict(SETTINGS)
