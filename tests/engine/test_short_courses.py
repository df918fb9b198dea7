"""Places sold at one price: whom a short course is for, what it gives, what money buys."""

from __future__ import annotations

import numpy as np
import pytest
from engine_worlds import SMALL, TINY, live, with_rules, world_of

from sim.checks import check_world
from sim.population.columns import Contract, Education, Status
from sim.schemes.envelope import Envelope
from sim.schemes.places import places_paid
from sim.schemes.rules import Scheme, of_behaviour, schemes
from sim.world import World

SHORT = {scheme.name: scheme for scheme in of_behaviour("short")}
MONTHS = 12


def only(name: str, scale: float = TINY, **rules: float) -> World:
    """A world in which one scheme of short courses has money, a year later."""
    budgets = {f"schemes.{other}.budget_eur_per_year": 0 for other in SHORT if other != name}
    world = world_of("reference", scale)
    world.rules_of = (lambda shipped: lambda month: {
        **shipped(month), **budgets, f"schemes.{name}.demand_rate": 0.1})(world.rules_of)
    return live(with_rules(world, **rules), MONTHS)


def total(world: World, series: str, scheme: Scheme) -> int:
    return sum(world.record.series.get(f"{series}_{scheme.name}", []))


def paid(world: World, scheme: Scheme) -> dict[str, int]:
    """Cents of the ledger by payer."""
    out: dict[str, int] = {}
    for (_, name, payer, _, _), cents in world.ledger.entries.items():
        if name == scheme.name:
            out[payer] = out.get(payer, 0) + cents
    return out


def changed(world: World, column: str) -> np.ndarray:
    """Rows of those who hold what they did not hold at the opening."""
    before = world_of("reference", world.scale).persons[column]
    now = world.persons[column][: world.rows].copy()
    now[: before.size] &= 1 - before[: now.size]
    return np.flatnonzero(now)


@pytest.mark.parametrize("name", sorted(SHORT))
def test_price_times_heads_is_the_money_booked_to_the_payer(name: str) -> None:
    scheme = SHORT[name]
    world = only(name, **{f"schemes__{name}__budget_eur_per_year": 30_000_000.0})
    heads, price = total(world, "files_funded", scheme), world.rules[scheme.key("cost_eur_per_file")]
    assert heads > 20
    assert paid(world, scheme) == {scheme.payer: round(price * 100) * heads}
    assert total(world, "committed_eur_cents", scheme) == round(price * 100) * heads
    assert all(total(world, "files_funded", other) == 0 for other in SHORT.values() if other is not scheme)
    check_world(world)


@pytest.mark.parametrize("name", sorted(SHORT))
def test_no_month_spends_more_than_its_twelfths(name: str) -> None:
    scheme, yearly = SHORT[name], 6_000_000
    world = only(name, **{f"schemes__{name}__budget_eur_per_year": float(yearly)})
    spent = np.cumsum(world.record.series[f"committed_eur_cents_{name}"])
    granted = yearly * 100 * world.scale * np.arange(1, MONTHS + 1) / 12
    price = round(world.rules[scheme.key("cost_eur_per_file")] * 100)
    assert (spent <= granted + 1).all()
    assert granted[-1] - spent[-1] < price, "the money is used up where so many ask"


def test_basics_are_for_those_with_a_cap_at_most_and_teach_no_ai() -> None:
    world = only("clea", schemes__clea__budget_eur_per_year=30_000_000.0)
    p, idx = world.persons, changed(world, "basics")
    assert idx.size == total(world, "files_funded", SHORT["clea"]) > 20
    assert set(p["education"][idx]) <= {Education.NO_DIPLOMA, Education.CAP}
    assert changed(world, "literacy").size == 0


def test_fne_trains_in_units_that_change_and_about_ai_in_part() -> None:
    world = only("fne_formation", SMALL, schemes__fne_formation__budget_eur_per_year=20_000_000.0,
                 schemes__fne_formation__literacy_share=0.25)
    heads, literate = total(world, "files_funded", SHORT["fne_formation"]), changed(world, "literacy").size
    # Binomial: outside four standard deviations once in 16,000 runs.
    assert heads > 100 and abs(literate - 0.25 * heads) < 4 * (heads * 0.1875) ** 0.5
    world = only("fne_formation", schemes__fne_formation__budget_eur_per_year=20_000_000.0,
                 schemes__fne_formation__literacy_share=0.0)
    assert changed(world, "literacy").size == 0 < total(world, "files_funded", SHORT["fne_formation"])


def test_only_who_is_admitted_asks() -> None:
    world = only("clea", schemes__clea__budget_eur_per_year=1_000.0)
    statuses, contracts = {Status.PRIVATE}, {Contract.CDI, Contract.CDD, Contract.INTERIM}
    assert set(SHORT["clea"].who.statuses) == statuses and set(SHORT["clea"].who.contracts) == contracts
    assert total(world, "files_received", SHORT["clea"]) > 50
    assert total(world, "files_funded", SHORT["clea"]) == 0


@pytest.mark.parametrize(("yearly", "left", "price", "asking", "served"), [
    (1_000, 250, 100, 9, 2), (1_000, 250, 100, 1, 1), (None, 0, 100, 9, 9), (1_000, -50, 100, 9, 0),
    (1_000, 250, 0, 9, 9)])
def test_money_buys_whole_places(yearly: int | None, left: int, price: int, asking: int, served: int) -> None:
    assert places_paid(Envelope(yearly_cents=yearly, left_cents=left), price, asking) == served


def path(world: World, *without: str) -> dict[str, bytes]:
    """Everybody's columns, but for some."""
    return {name: values[: world.rows].tobytes() for name, values in world.persons.items()
            if name not in without}


def test_certificates_of_no_effect_change_no_path() -> None:
    money = {"schemes__clea__budget_eur_per_year": 50_000_000.0, "schemes__clea__demand_rate": 0.1}
    none = {"schemes__clea__budget_eur_per_year": 0.0, "schemes__clea__demand_rate": 0.1}
    idle, taught = (live(with_rules(world_of(), **rules, training__basics_failure_ratio=1.0), 18)
                    for rules in (none, money))
    holders = [int(world.persons["basics"].sum()) for world in (idle, taught)]
    assert holders[1] > max(100, holders[0])
    assert path(idle, "basics") == path(taught, "basics")


@pytest.mark.parametrize("law", ["constant", "effective"])
def test_fne_closes_where_no_budget_is_sourced(law: str) -> None:
    from sim.parameters import Registry, parameters_in_force

    key = "schemes.fne_formation.budget_eur_per_year"
    for month, due in ((24, 20_900_000), (36, 7_728_000), (48, 7_728_000 if law == "constant" else 0)):
        assert parameters_in_force(Registry.load(), {}, month, law)[key] == due  # type: ignore[arg-type]


def test_every_scheme_of_places_names_its_price() -> None:
    for scheme in schemes():
        if scheme.behaviour in ("short", "mentoring", "follow_up", "validation"):
            assert world_of().rules_of(36)[scheme.key("cost_eur_per_file")] > 0
