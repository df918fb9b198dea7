"""Titles by experience: who may ask, what the jury gives, what it costs; and flat-rate paths beside them."""

from __future__ import annotations

import numpy as np
import pytest
from engine_worlds import SMALL, crowded, live, with_rules, world_of

from sim.checks import check_world
from sim.population.columns import NONE, Contract, State, Status
from sim.processes.validation import NO_TITLE, title_of
from sim.schemes.files import Outcome, Project, Stage
from sim.schemes.rules import Scheme, of_behaviour, schemes
from sim.world import World

VAE = of_behaviour("validation")[0]
MONTHS = 20


def lived(**rules: float) -> World:
    """Twenty months in which ten times as many ask."""
    given = {"schemes.vae.budget_eur_per_year": 100_000_000.0, "schemes.vae.demand_rate": 0.02, **rules}
    return live(with_rules(world_of("reference", SMALL), **given), MONTHS)


@pytest.fixture(scope="module")
def world() -> World:
    return lived(**{"schemes.vae.success_share": 1.0})


def of_vae(world: World) -> np.ndarray:
    files = world.files
    return (files["scheme"] == VAE.code) & (files["month_filed"] >= 36)


def test_who_asks_has_done_the_work_of_a_trade_with_a_title(world: World) -> None:
    files, mine = world.files, of_vae(world)
    assert mine.sum() > 200
    assert (files["project"][mine] == Project.VALIDATION).all() and (files["route"][mine] == NONE).all()
    titles = title_of(world, VAE)
    assert (titles[files["origin_occupation"][mine]] == files["target_occupation"][mine]).all()
    regulated = world.occupations.regulated[files["target_occupation"][mine]]
    assert not regulated.any()


def test_home_helpers_ask_for_the_title_of_carers_and_nurses_for_none(world: World) -> None:
    codes, titles = world.occupations.codes, title_of(world, VAE)
    named = {code: None if titles[n] == NO_TITLE else codes[titles[n]] for n, code in enumerate(codes)}
    assert named["E10"] == named["E08"] == named["E09"] == "E09"
    assert named["D03"] is None and named["E06"] is None and named["F01"] == "F01"


def test_those_admitted_are_private_and_experienced_when_they_ask() -> None:
    world = with_rules(world_of("reference", SMALL), **{"schemes.vae.demand_rate": 0.05})
    before = world.files.count
    world.step()
    files, p = world.files, world.persons
    rows = np.flatnonzero(of_vae(world) & (np.arange(files.count) >= before))
    idx = files["person"][rows]
    stayed = (p["state"][idx] == State.EMPLOYED) & (p["hired"][idx] < 36)
    assert stayed.sum() > 30
    assert set(p["status"][idx[stayed]]) == {Status.PRIVATE}
    assert set(p["contract"][idx[stayed]]) <= {Contract.CDI, Contract.CDD, Contract.INTERIM}
    assert (36 - p["occupation_since"][idx[stayed]] >= 12).all()
    held = p["titles"][idx] >> files["target_occupation"][rows].astype(np.uint64) & np.uint64(1)
    assert not held.any()
    assert np.unique(idx).size == idx.size


def heard(world: World) -> np.ndarray:
    return of_vae(world) & (files := world.files)["stage"].astype(bool) & (files["outcome"] == Outcome.FUNDED)


def test_the_jury_sits_when_the_months_are_over_and_gives_the_title(world: World) -> None:
    files, p, mine = world.files, world.persons, heard(world)
    assert mine.sum() > 30
    months = world.rules["schemes.vae.validation_months"]
    assert (files["ends"][mine] - files["starts"][mine] == months).all()
    idx = files["person"][mine]
    here = p["state"][idx] != State.LEFT
    assert set(files["stage"][mine][here]) == {Stage.CERTIFIED}
    held = p["titles"][idx] >> files["target_occupation"][mine].astype(np.uint64) & np.uint64(1)
    assert held[here].all()
    due = of_vae(world) & (files["outcome"] == Outcome.FUNDED) & (files["starts"] + months < world.month)
    assert (files["stage"][due] != Stage.NOT_STARTED).all()


def test_nobody_is_given_a_title_by_a_jury_that_refuses_all() -> None:
    world = lived(**{"schemes.vae.success_share": 0.0})
    assert heard(world).sum() > 30
    assert set(world.files["stage"][heard(world)]) == {Stage.NOT_CERTIFIED}
    assert sum(world.record.series["titles_by_experience"]) == 0


def test_a_request_is_committed_at_the_decision_and_paid_at_the_jury(world: World) -> None:
    price = round(world.rules["schemes.vae.cost_eur_per_file"] * 100)
    committed = sum(world.record.series["committed_eur_cents_vae"])
    assert committed == price * sum(world.record.series["files_funded_vae"]) > 0
    booked = {entry[2:]: 0 for entry in world.ledger.entries if entry[1] == "vae"}
    for entry, cents in world.ledger.entries.items():
        if entry[1] == "vae":
            booked[entry[2:]] += cents
    juries = (world.files["scheme"] == VAE.code) & (world.files["stage"] >= Stage.CERTIFIED)
    juries &= world.files["ends"] >= 36
    paid = int(world.files["paid_eur_cents"][juries].sum())
    assert booked == {("transitions_pro", "training_provider", "validation"): paid}
    assert (world.files["paid_eur_cents"][juries] == world.files["cost_eur_cents"][juries]).all()
    check_world(world)


def test_who_validates_her_own_trade_stays_and_others_aim_at_the_new_one(world: World) -> None:
    files, p, mine = world.files, world.persons, heard(world)
    now = mine & (files["ends"] == world.month - 1)
    idx, target = files["person"][now], files["target_occupation"][now]
    same, aims = p["occupation"][idx] == target, p["aim"][idx] == target
    assert idx.size and not (same & aims).any()


def test_without_money_nobody_asks_and_nothing_is_drawn() -> None:
    none, idle = (live(with_rules(world_of(), **{"schemes.vae.budget_eur_per_year": 0.0, **more}), 14)
                  for more in ({}, {"schemes.vae.demand_rate": 0.1}))
    assert none.files.count == idle.files.count and not of_vae(idle).any()
    for name, values in none.persons.items():
        assert np.array_equal(values[: none.rows], idle.persons[name][: idle.rows]), name


FLAT = next(scheme for scheme in schemes() if scheme.name == "digital_flat_rate")


def path(scheme: Scheme, **rules: float) -> World:
    given = {scheme.key("budget_eur_per_year"): 60_000_000.0, scheme.key("application_intercept"): -5.0,
             "training.seats_ratio": 20.0, **rules}
    return live(with_rules(world_of("reference", SMALL), **given), 12)


def test_a_flat_rate_path_pays_one_amount_a_course_toward_digital_trades() -> None:
    world = path(FLAT)
    files = world.files
    funded = (files["scheme"] == FLAT.code) & (files["outcome"] == Outcome.FUNDED)
    assert funded.sum() > 10
    flat = round(world.rules["schemes.digital_flat_rate.flat_eur_per_file"] * 100)
    assert (files["teaching_eur_cents"][funded] == flat).all()
    assert (files["cost_eur_cents"][funded] >= flat).all()
    codes = {world.routes.codes[route] for route in files["route"][funded]}
    assert codes <= {"web_developer", "app_developer", "network_technician"}
    check_world(world)


def test_a_flat_rate_path_without_money_receives_nobody() -> None:
    world = path(FLAT, **{FLAT.key("budget_eur_per_year"): 0.0})
    assert not (world.files["scheme"] == FLAT.code).any()


def test_the_account_of_the_trainee_pays_first_and_the_fee_is_paid_whole() -> None:
    fees = {}
    for cpf in (0.0, 1_800.0):
        world = live(with_rules(crowded(scale=SMALL), **{
            "schemes.ptp.cpf_eur_per_file": cpf, "schemes.ptp.budget_eur_per_year": 300_000_000}), 1)
        table = world.files
        ptp = schemes()[0].code
        funded = (table["scheme"] == ptp) & (table["month_decided"] == 36)
        funded &= table["outcome"] == Outcome.FUNDED
        fees[cpf] = {int(row): int(table["teaching_eur_cents"][row]) for row in np.flatnonzero(funded)}
        if cpf:
            payers = {entry[2] for entry in world.ledger.entries if entry[1] == "ptp"}
            assert "cpf" in payers
    shared = set(fees[0.0]) & set(fees[1_800.0])
    assert shared
    routes = world.routes
    for row in shared:
        fee = round(routes.fee_eur[world.files["route"][row]] * 100)
        capped = fees[0.0][row] < fee
        assert capped or fees[1_800.0][row] == fee - 180_000
