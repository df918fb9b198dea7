"""After a lay-off: who is supported, what it pays, and what switching it off leaves."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from engine_worlds import SMALL, live, with_rules, world_of

from sim.check_months import MonthlyChecks
from sim.moves import Reason
from sim.population.columns import Contract, State
from sim.schemes.files import Project, Stage
from sim.schemes.rules import of_behaviour, schemes
from sim.snapshot import load_world, save_world
from sim.world import World

CODES = {scheme.name: scheme.code for scheme in schemes()}
MONTHS = 24
# A region that sheds posts, so that a small sample holds enough economic lay-offs.
SHEDS = {"demand__growth_share_per_year": -0.06, "ai__adjustment_months": 3, "closure__labour_supply": "own"}


def shedding(**levers: object) -> World:
    return with_rules(world_of("reference", SMALL), **{**SHEDS, **levers})


@pytest.fixture(scope="module")
def lived() -> World:
    world = shedding()
    checks = MonthlyChecks(world)
    for _ in range(MONTHS):
        world.step()
        checks(world)
    return world


def files_of(world: World, scheme: str) -> np.ndarray:
    files = world.files
    return np.flatnonzero((files["scheme"] == CODES[scheme]) & (files["month_decided"] >= 36))


def booked(world: World, scheme: str, payer: str, kind: str) -> int:
    return sum(cents for (_, name, who, _, what), cents in world.ledger.entries.items()
               if (name, who, what) == (scheme, payer, kind))


def test_the_laid_off_are_supported_by_the_scheme_of_their_firm(lived: World) -> None:
    small, large = files_of(lived, "csp"), files_of(lived, "conge_reclassement")
    assert small.size > 40 and large.size > 10
    laid_off = lived.record.flows[:, :, :, Reason.LAYOFF].sum()
    dismissed = lived.record.flows[:, :, :, Reason.DISMISSAL].sum()
    assert small.size + large.size < laid_off + dismissed
    for rows in (small, large):
        assert (lived.files["project"][rows] == Project.SUPPORT).all()
        assert (lived.units["public"][lived.files["unit"][rows]] == 0).all()
    sizes = [lived.units["size_class"][lived.files["unit"][rows]].mean() for rows in (small, large)]
    assert sizes[0] < sizes[1]


def test_the_csp_pays_three_quarters_of_the_wage_and_no_less_than_the_benefit(lived: World) -> None:
    p, files = lived.persons, lived.files
    now = files_of(lived, "csp")
    now = now[files["stage"][now] == Stage.SUPPORTED]
    who = files["person"][now]
    daily, wage = p["are_cents_a_day"][who].astype(float), p["wage"][who] * 12 / 365
    assert now.size > 10 and np.isin(p["state"][who], (State.UNEMPLOYED, State.TRAINING)).all()
    assert (p["team"][who] < 0).all()
    assert (daily >= files["daily_eur_cents"][now]).all()
    full = np.abs(daily - 0.75 * wage) <= 1
    assert full.mean() > 0.6 and ((daily <= 0.75 * wage + 1) | ~full).all()
    assert (p["are_paid"][who] >= 0).all()
    assert (files["ends"][now] - files["starts"][now] == 12).all()


def test_what_files_were_paid_is_in_the_ledger_by_payer(lived: World) -> None:
    for scheme, payer in (("csp", "unedic"), ("conge_reclassement", "employer")):
        rows = lived.files["scheme"] == CODES[scheme]
        paid, cost = (lived.files[name][rows] for name in ("paid_eur_cents", "cost_eur_cents"))
        assert (paid <= cost).all()
        over = lived.files["stage"][rows] == Stage.SUPPORT_OVER
        assert np.array_equal(paid[over], cost[over])
        assert booked(lived, scheme, payer, "allowance") > 0
    assert booked(lived, "csp", "employer", "notice") > 0 and booked(lived, "csp", "unedic", "notice") == 0
    assert booked(lived, "csp", "unedic", "bonus") > 0
    month = lived.month - 1
    assert sum(lived.ledger.balance(month).values()) == 0 and lived.ledger.balance(month)["unedic"] < 0


def test_support_ends_with_a_post(lived: World) -> None:
    p, files = lived.persons, lived.files
    under_way = np.flatnonzero(files["stage"] == Stage.SUPPORTED)
    assert (p["state"][files["person"][under_way]] != State.EMPLOYED).all()
    over = files_of(lived, "csp")
    over = over[files["stage"][over] == Stage.SUPPORT_OVER]
    early = over[files["ends"][over] - files["starts"][over] < 10]
    hired = p["contract"][files["person"][early]] == Contract.CDI
    assert early.size > 10 and hired.any()


def test_switched_off_it_leaves_no_trace_and_no_effect_moves_nobody() -> None:
    off = {f"schemes__{name}__budget_eur_per_year": 0
           for name in ("csp", "conge_reclassement", "transco_conge_mobilite")}
    none = live(shedding(**off), 14)
    assert not any(name in ("csp", "conge_reclassement") and month >= 48
                   for month, name, *_ in none.ledger.entries)
    assert files_of(none, "csp").size == 0
    idle = {f"schemes__{name}__search_ratio": 1.0
            for name in ("csp", "conge_reclassement", "transco_conge_mobilite")}
    # Under support nobody asks for a course: without courses for the jobless, support moves nobody.
    idle |= {scheme.key("budget_eur_per_year").replace(".", "__"): 0 for scheme in of_behaviour("enrol")}
    still = live(shedding(**off, **idle), 14)
    paid = live(shedding(**idle), 14)
    assert files_of(paid, "csp").size > 20
    for name in ("state", "occupation", "unit", "wage", "hired"):
        assert np.array_equal(still.persons[name][: still.rows], paid.persons[name][: paid.rows]), name


def test_a_limited_envelope_is_not_overspent() -> None:
    world = live(shedding(schemes__csp__budget_eur_per_year=30_000_000), 12)
    rows = files_of(world, "csp")
    assert 0 < world.files["cost_eur_cents"][rows].sum() <= 30_000_000 * 100 * SMALL
    received, funded = (sum(world.record.series[f"files_{what}_csp"]) for what in ("received", "funded"))
    assert 0 < funded < received


def test_a_world_taken_up_again_goes_on_as_if_it_had_not_stopped(tmp_path: Path) -> None:
    world = live(shedding(), 5)
    save_world(world, tmp_path / "half")
    again = load_world(tmp_path / "half", world.rules_of)
    for one in (world, again):
        live(one, 4)
    for name in ("are_cents_a_day", "are_days", "are_paid", "worked_months", "worked_earlier", "scheme"):
        assert np.array_equal(world.persons[name][: world.rows], again.persons[name][: again.rows]), name
    assert world.record.series["files_funded_csp"][-4:] == again.record.series["files_funded_csp"][-4:]


def test_who_resigned_costs_no_more_than_was_paid_once_hired() -> None:
    world = live(world_of("reference", SMALL), 30)
    p, files = world.persons, world.files
    mine = np.flatnonzero((files["scheme"] == CODES["demissionnaire"]) & (files["starts"] >= 36)
                          & (files["starts"] < world.month) & (files["stage"] != Stage.NOT_STARTED))
    left = p["scheme"][files["person"][mine]] != CODES["demissionnaire"]
    assert left.any()
    assert np.array_equal(files["cost_eur_cents"][mine[left]], files["paid_eur_cents"][mine[left]])
    assert (files["paid_eur_cents"][mine] <= files["cost_eur_cents"][mine]).all()
    assert sum(world.record.series["released_eur_cents_demissionnaire"]) > 0
