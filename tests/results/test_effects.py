"""Paired effects: exact zeros, intervals, and what may not be said."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from fake_results import fake_results
from jsonschema import Draft202012Validator

from sim.effects import (
    CLOCK_MONTHS,
    Comparison,
    FundedIdentity,
    interval,
    label,
    paired_effect,
    paired_effects,
    report,
)
from sim.processes.outcomes import DURABLE_CLOCK_MONTHS
from sim.results import Results

SCHEMAS = Path(__file__).parent / "schemas"


def test_the_same_runs_differ_by_exactly_nothing() -> None:
    runs = [fake_results(seed) for seed in range(3)]
    for effect in paired_effects(runs, runs):
        assert effect.difference in (0.0, None)
        assert effect.indistinguishable


def test_a_difference_that_is_the_same_in_every_pair_is_certain() -> None:
    bases = [fake_results(seed) for seed in range(3)]
    others = [fake_results(seed, layoffs=5) for seed in range(3)]
    effect = next(one for one in paired_effects(bases, others) if one.indicator == "layoffs")
    assert (effect.difference, effect.low, effect.high) == (6.0, 6.0, 6.0)
    assert not effect.indistinguishable


def test_the_interval_is_students() -> None:
    effect = paired_effect("x", "heads", [0.0, 0.0, 0.0], [1.0, 2.0, 3.0])
    reach = 2.919985580353725 / 3**0.5  # Student's 95th percentile with two degrees of freedom, times s.e.
    assert (effect.low, effect.high) == (pytest.approx(2 - reach), pytest.approx(2 + reach))
    assert not effect.indistinguishable
    assert paired_effect("x", "heads", [0.0, 0.0, 0.0], [-1.0, 2.0, 3.0]).indistinguishable


def test_a_total_interval_does_not_shrink_with_more_pairs() -> None:
    few = interval([float(k % 10) for k in range(10)], "total")
    many = interval([float(k % 10) for k in range(1000)], "total")
    assert few[0] is not None and few[0] < 0 and many == (0.0, 9.0)
    assert interval([float(k) for k in range(19)], "total") == (0.0, 18.0)
    assert interval([float(k) for k in range(39)], "total") == (1.0, 37.0)
    assert interval([1.0], "total") == (None, None)


def test_the_funded_are_counted_for_the_region_and_by_their_cost() -> None:
    base = fake_results()
    cheap = replace(base, months=tuple(range(36, 72)), **_longer(base))
    files = {**cheap.files, "outcome": np.array(["waiting"] * 3)}
    nothing = replace(cheap, files=files)
    tally = {"funded": 3, "gross": 2, "additional": 2, "dead_weight": 0, "harmed": 1}
    found = {effect.indicator: effect for effect in paired_effects([nothing], [cheap], "total", [tally])}
    assert found["funded_gross"].difference == 4.0 and found["funded_net"].difference == 2.0
    assert all(label(name, "fr") and label(name, "en") for name in found)
    assert found["funded_net_per_million_eur"].difference == pytest.approx(2.0 / 0.054)
    free = {effect.indicator: effect for effect in paired_effects([cheap], [cheap], "total", [tally])}
    assert free["funded_net_per_million_eur"].difference is None


def _longer(results: Results) -> dict[str, Any]:
    """Arrays of 36 months, so that files decided in the first year have their 24 months."""
    return {
        "stocks": np.repeat(results.stocks[:1], 37, axis=0),
        "flows": np.repeat(results.flows[:1], 36, axis=0),
        "series": {},
    }


def test_one_pair_says_nothing_of_chance() -> None:
    effect = paired_effect("x", "heads", [1.0], [9.0])
    assert (effect.difference, effect.low, effect.high, effect.indistinguishable) == (8.0, None, None, True)


def test_what_one_world_does_not_define_has_no_difference() -> None:
    effect = paired_effect("x", "share", [None, 0.5], [0.5, 0.5])
    assert effect.difference is None and effect.indistinguishable


def test_a_report_has_the_pinned_shape() -> None:
    runs = (fake_results(0), fake_results(1))
    identity = FundedIdentity(10.0, 6.0, 4.0, 2.0, 1.0, -0.5)
    comparison = Comparison(runs, runs, paired_effects(runs, runs), identity, ({"fr": "a", "en": "b"},))
    schema = json.loads((SCHEMAS / "comparison.schema.json").read_text())
    Draft202012Validator(schema).validate(json.loads(json.dumps(report(comparison))))


def test_costs_and_conversions_share_one_clock() -> None:
    assert CLOCK_MONTHS == DURABLE_CLOCK_MONTHS
