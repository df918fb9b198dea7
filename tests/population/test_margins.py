"""The published figures are met: exactly for the whole region, to the rounding of heads in a sample."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from sim.population.check import margins
from sim.population.columns import Population, State
from sim.population.tables import occupations, rows


def test_every_margin_of_the_region_is_met(region: Population) -> None:
    missed = [(m.name, m.target, m.synthesised) for m in margins(region) if not m.met]
    assert not missed


def test_hard_margins_are_within_one_head_in_ten_thousand(region: Population) -> None:
    hard = [m for m in margins(region) if m.hard]
    assert len(hard) > 40
    for margin in hard:
        assert abs(margin.difference) <= max(1.0, margin.target * 1e-4), margin.name


@pytest.mark.parametrize("scale", [0.1, 0.01])
def test_hard_margins_of_a_sample_are_within_the_rounding_of_heads(
    at_scale: Callable[[float], Population], scale: float
) -> None:
    for margin in margins(at_scale(scale)):
        if margin.hard:
            assert abs(margin.difference) <= max(4.0, margin.target * 1e-4), margin.name


def test_the_printed_totals_are_exact(region: Population) -> None:
    found = {m.name: m.synthesised for m in margins(region)}
    assert found["employed"] == 2_497_290
    assert found["unemployed"] == 231_989
    assert found["pcs_share_1"] == 62_370
    assert found["self_employed_tertiaire_non_marchand"] == 67_310


def test_a_missed_margin_is_said(at_scale: Callable[[float], Population]) -> None:
    good = at_scale(0.01)
    persons = {name: values.copy() for name, values in good.persons.items()}
    persons["sex"][:] = 1
    broken = Population(persons, good.units, good.teams, good.scale, good.seed)
    missed = {m.name for m in margins(broken) if m.hard and not m.met}
    assert {"women_digital", "women_salaried_construction"} <= missed


def test_generations_are_level_and_few_work_past_65(region: Population) -> None:
    age = -region.persons["birth_month"].astype(np.int64) // 12
    generations = np.bincount(age)[15:65]
    assert generations.max() / generations.min() < 1.25
    assert (age >= 65).sum() < 0.01 * age.size
    working = np.bincount(age[region.persons["state"] == State.EMPLOYED])
    assert (np.diff(working[59:67]) < 0).all()


def test_wages_average_the_table_and_respect_the_minimum(region: Population) -> None:
    p, trades = region.persons, occupations()
    at_work = p["state"] == State.EMPLOYED
    assert p["wage"].min() == 176_692
    for occupation in range(trades.count):
        for sex, net in ((0, trades.net_wage_men_eur), (1, trades.net_wage_women_eur)):
            mask = at_work & (p["occupation"] == occupation) & (p["sex"] == sex)
            assert p["wage"][mask].mean() * 0.78 / 100 == pytest.approx(net[occupation], rel=0.002)


def test_unit_sizes_follow_the_families_of_occupations(region: Population) -> None:
    p, trades = region.persons, occupations()
    hired = p["unit"] >= 0
    hired[hired] = region.units["own_account"][p["unit"][hired]] == 0
    size_class = region.units["size_class"][p["unit"][hired]]
    small = {
        code: float((size_class[p["occupation"][hired] == trades.index(code)] == 0).mean())
        for code in ("E06", "D03", "F04", "C02")
    }
    assert small["E06"] > 0.35 > small["F04"] > small["C02"] > small["D03"]
    assert small["D03"] < 0.1


def test_every_row_of_the_margins_names_its_source() -> None:
    for row in rows("population_margins"):
        assert row["source"] and row["unit"] and row["status"] in {"documented", "external", "assumed"}
