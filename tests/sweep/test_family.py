"""A family says of its worlds what a comparison of the same worlds says, to the bit."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from designs import RICH_EUR, design_of

from sim.comparison import draw_of_parameters, policies_differ, run_pair
from sim.effects import paired_effects
from sim.indicators import values
from sim.run import simulate
from sim.scenario import load, with_overrides
from sim.sweep.family import live
from sim.sweep.plan import Plan

MONTHS, SCALE = 36, 0.02
POLICIES = {
    "rich": {"schemes.ptp.budget_eur_per_year": RICH_EUR},
    "none": {"schemes.ptp.budget_eur_per_year": 0},
    "as it is": {},
}


@cache
def families() -> dict[tuple[int, int], list[Mapping[str, Any]]]:
    """Rows by sample and replicate of a small design of prior draws."""
    design = design_of(
        scenario="ai-fast",
        horizon_months=MONTHS,
        scale=SCALE,
        replicates=2,
        seed=3,
        policies=POLICIES,
        assumptions={"method": "prior", "samples": 2},
    )
    specs = [spec for spec in Plan(design).specs() if spec["sample"] == spec["replicate"]]
    return {(spec["sample"], spec["replicate"]): live(spec) for spec in specs}


def test_a_family_is_the_comparisons_of_its_worlds_to_the_bit() -> None:
    base, employed = load("ai-fast"), []
    for replicate in (0, 1):
        rows = {row["policy"]: row for row in families()[replicate, replicate]}
        for name in ("rich", "none"):
            other = with_overrides(base, {key: str(value) for key, value in POLICIES[name].items()})
            pair = run_pair(base, other, scale=SCALE, seed=3, months=MONTHS, replicate=replicate)
            assert policies_differ(base, other)
            effects = paired_effects([pair[0]], [pair[1]], "total", [pair[2].counts])
            for effect in effects:
                funded = (
                    effect.indicator.startswith("funded_") and effect.base is None and effect.other is None
                )
                column = (
                    effect.indicator
                    if funded and effect.indicator != "funded_share"
                    else (f"difference_{effect.indicator}")
                )
                assert rows[name][column] == effect.difference, (replicate, name, column)
            for results, row in zip(pair, (rows[""], rows[name]), strict=False):
                assert row["run"] == results.fingerprint
                assert {key: row[key] for key in values(results)} == values(results)
        employed.append(rows["rich"]["employed"])
        assert rows["rich"]["funded_gross"] > 0 and rows["rich"]["funded_net_per_million_eur"] != 0
    assert len(set(employed)) == 2


def test_a_policy_that_changes_nothing_is_its_baseline() -> None:
    for rows in families().values():
        base, same = rows[0], rows[3]
        assert (base["policy"], same["policy"], base["policy_point"], same["policy_point"]) == (
            "",
            "as it is",
            -1,
            2,
        )
        assert same["run"] == base["run"] and same["employed"] == base["employed"]
        assert all(same[key] == 0 for key in same if key.startswith("difference_") and same[key] is not None)
        assert same["funded_net"] == 0 and same["funded_net_per_million_eur"] is None
        assert all(base[key] is None for key in base if key.startswith("difference_"))


def test_a_row_names_what_was_in_force() -> None:
    draws = draw_of_parameters(3, 1)
    for row in families()[1, 1]:
        assert row["ai.displacement_share"] == draws["ai.displacement_share"]
        assert row["seed"] == 3 and row["replicate"] == 1 and row["months"] == MONTHS
    budgets = [row["schemes.ptp.budget_eur_per_year"] for row in families()[0, 0]]
    assert budgets == [29_000_000, RICH_EUR, 0, 29_000_000]
    assert families()[0, 0][0]["ai.displacement_share"] == 0.3


def test_a_factor_replaces_what_the_scenario_says_and_is_the_run_of_the_command_line() -> None:
    design = design_of(
        scenario="ai-fast",
        assumptions={
            "method": "grid",
            "factors": {"ai.adoption_path": ["eu_2030"], "ai.displacement_share": [0.6]},
        },
    )
    (row,) = live(next(Plan(design).specs()))
    moved = with_overrides(load("ai-fast"), {"ai.adoption_path": "eu_2030", "ai.displacement_share": "0.6"})
    results = simulate(moved, scale=0.01, months=4)
    assert row["run"] == results.fingerprint
    assert row["ai.adoption_path"] == "eu_2030"
    assert {key: row[key] for key in values(results)} == values(results)


def test_what_no_scenario_may_move_is_moved_by_a_factor() -> None:
    design = design_of(
        assumptions={"method": "grid", "factors": {"law.employer_cost_ratio": [1.05, 1.45]}},
        scenario="ai-fast",
        outputs=["layoffs", "paid_eur_per_year"],
    )
    cheap, dear = (live(spec)[0] for spec in Plan(design).specs())
    assert (cheap["law.employer_cost_ratio"], dear["law.employer_cost_ratio"]) == (1.05, 1.45)
    assert cheap["run"] != dear["run"] and cheap["paid_eur_per_year"] != dear["paid_eur_per_year"]


def test_dates_of_a_policy_hold_and_its_column_says_the_last_value() -> None:
    from datetime import date

    later = [{"from": date(2024, 3, 1), "value": "unlimited"}]
    design = design_of(
        policies={
            "later": {"schemes.ptp.budget_eur_per_year": later},
            "at once": {"schemes.ptp.budget_eur_per_year": "unlimited"},
        }
    )
    base, after, before = live(next(Plan(design).specs()))
    assert [row["schemes.ptp.budget_eur_per_year"] for row in (base, after, before)] == [
        29_000_000,
        float("inf"),
        float("inf"),
    ]
    assert after["run"] != before["run"]
