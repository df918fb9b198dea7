"""Mentors and follow-up: whom money reaches, what it changes, and that nothing changes without."""

from __future__ import annotations

import numpy as np
import pytest
from engine_worlds import TINY, crowded, live, with_rules

from sim.checks import check_world
from sim.processes.accompaniment import certificate_chances, drop_out_shares
from sim.processes.matching import chances_of, more_often
from sim.schemes.files import Outcome, Project, Stage
from sim.streams import ONE, threshold
from sim.world import World

PTP = "schemes__ptp__budget_eur_per_year"
RICH = 300_000_000
MENTORS, ADVISERS = "schemes.mentoring.budget_eur_per_year", "schemes.follow_up.budget_eur_per_year"
STRONG = {"training.mentored_drop_out_ratio": 0.0, "training.mentored_failure_ratio": 0.0,
          "matching.followed_search_ratio": 3.0}
NO_EFFECT = dict.fromkeys(STRONG, 1.0)


def lived(months: int = 30, **rules: float) -> World:
    """Hundreds of trainees and graduates."""
    world = crowded("reference", TINY, **{PTP: RICH})
    return live(with_rules(world, **rules), months)


def total(world: World, series: str) -> int:
    return sum(world.record.series.get(series, []))


def people(world: World, *without: str) -> dict[str, bytes]:
    return {name: values[: world.rows].tobytes() for name, values in world.persons.items()
            if name not in without}


@pytest.fixture(scope="module")
def alone() -> World:
    return lived()


@pytest.fixture(scope="module")
def accompanied() -> World:
    return lived(**{MENTORS: 50_000_000.0, ADVISERS: 50_000_000.0, **STRONG})


def test_without_money_the_effects_touch_nobody(alone: World) -> None:
    assert people(lived(**STRONG)) == people(alone)
    assert not alone.files["mentored"].any() and not (alone.persons["followed_until"] > 0).any()
    assert not {"mentoring", "follow_up"} & {entry[1] for entry in alone.ledger.entries}
    assert total(alone, "files_received_mentoring") == 0


def test_money_without_effect_changes_no_path(alone: World) -> None:
    world = lived(**{MENTORS: 50_000_000.0, ADVISERS: 50_000_000.0, **NO_EFFECT})
    assert world.files["mentored"].any() and (world.persons["followed_until"] > 0).any()
    assert people(world, "followed_until") == people(alone, "followed_until")


def test_mentors_go_to_trainees_toward_porteur_trades_and_to_them_alone(accompanied: World) -> None:
    files, porteur = accompanied.files, np.flatnonzero(accompanied.occupations.porteur == 1)
    funded = (files["outcome"] == Outcome.FUNDED) & (files["project"] == Project.COURSE)
    lived_through = funded & (files["starts"] >= 36) & (files["starts"] < accompanied.month)
    lived_through &= files["stage"] >= Stage.IN_TRAINING
    there = np.isin(files["target_occupation"], porteur)
    mentored = files["mentored"] == 1
    assert mentored.sum() == total(accompanied, "files_funded_mentoring") > 30
    assert not (mentored & ~(lived_through & there)).any()
    # Whoever gives up in the very month of her start has had no mentor yet.
    gone_at_once = (files["stage"] == Stage.DROPPED_OUT) & (files["ends"] == files["starts"])
    assert (mentored | gone_at_once)[lived_through & there].all()
    check_world(accompanied)


def test_strong_mentors_let_nobody_give_up_or_fail(accompanied: World, alone: World) -> None:
    files = accompanied.files
    over = (files["mentored"] == 1) & (files["stage"] > Stage.IN_TRAINING)
    assert over.sum() > 20
    late = files["ends"] > files["starts"]
    assert set(files["stage"][over & late]) == {Stage.CERTIFIED}
    others = alone.files["stage"][alone.files["starts"] >= 36]
    assert (others == Stage.DROPPED_OUT).any() and (others == Stage.NOT_CERTIFIED).any()


def test_price_times_heads_is_the_money(accompanied: World) -> None:
    for name in ("mentoring", "follow_up"):
        heads = total(accompanied, f"files_funded_{name}")
        price = round(accompanied.rules[f"schemes.{name}.cost_eur_per_file"] * 100)
        booked = {entry[2:]: 0 for entry in accompanied.ledger.entries if entry[1] == name}
        for entry, cents in accompanied.ledger.entries.items():
            if entry[1] == name:
                booked[entry[2:]] += cents
        assert booked == {("transitions_pro", "adviser", name): price * heads}
        assert heads > 20


def test_followed_are_graduates_for_some_months(accompanied: World) -> None:
    until, files = accompanied.persons["followed_until"], accompanied.files
    certified = (files["stage"] == Stage.CERTIFIED) & (files["ends"] >= 36)
    certified &= files["project"] == Project.COURSE
    certified &= np.isin(files["target_occupation"], np.flatnonzero(accompanied.occupations.porteur == 1))
    followed = np.unique(files["person"][certified])
    assert set(np.flatnonzero(until[: accompanied.rows] > 0)) == set(followed)
    months = accompanied.rules["schemes.follow_up.followed_months"]
    ends = files["ends"][certified].tolist()
    last = dict(zip(files["person"][certified].tolist(), ends, strict=True))
    assert all(until[i] == end + months for i, end in last.items())


def test_when_money_ends_the_first_files_are_served() -> None:
    world = lived(18, **{MENTORS: 4_000_000.0})
    served = world.files["mentored"] == 1
    assert 0 < total(world, "files_funded_mentoring") < total(world, "files_received_mentoring")
    for month in range(36, world.month):
        mine = np.flatnonzero((world.files["starts"] == month) & (world.files["outcome"] == Outcome.FUNDED)
                              & (world.files["stage"] >= Stage.IN_TRAINING)
                              & (world.files["ends"] > month) & (world.files["project"] == Project.COURSE)
                              & np.isin(world.files["target_occupation"],
                                        np.flatnonzero(world.occupations.porteur == 1)))
        inside = served[mine]
        assert not (np.diff(inside.astype(int)) > 0).any(), "nobody is served after one who is not"


def test_chances_follow_the_ratios(alone: World) -> None:
    rules = {**alone.rules, "training.mentored_failure_ratio": 0.5, "training.basics_failure_ratio": 0.8,
             "training.mentored_drop_out_ratio": 0.25, "matching.followed_search_ratio": 1.5}

    class Given:
        occupations, routes = alone.occupations, alone.routes

    Given.rules = rules  # type: ignore[attr-defined]
    known = Given()
    passes = alone.routes.certification_share
    found = certificate_chances(known)  # type: ignore[arg-type]
    for mentored, basics, failing in ((0, 0, 1.0), (1, 0, 0.5), (0, 1, 0.8), (1, 1, 0.4)):
        due = [threshold((1 - (1 - float(p)) * failing) * titled)
               for p, titled in zip(passes, alone.routes.titled, strict=True)]
        assert found[:, mentored, basics].tolist() == due
    assert drop_out_shares(known).tolist() == [  # type: ignore[arg-type]
        rules["training.drop_out_share"], rules["training.drop_out_share"] * 0.25]
    chances = chances_of(known)  # type: ignore[arg-type]
    assert (chances.followed >= chances.graduates).all() and (chances.followed > chances.graduates).any()
    assert more_often(np.array([ONE // 2, ONE - 1, 7]), 1.5).tolist() == [ONE * 3 // 4, ONE, 10]
    assert (more_often(chances.graduates, 1.0) == chances.graduates).all()
