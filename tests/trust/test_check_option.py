"""``run --check`` changes no result; a broken identity ends the run with its name, month and values."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

import numpy as np
import pytest
from engine_worlds import SMALL, TINY, scenario_with

from sim import world as world_module
from sim.check_faults import (
    BooksOpen,
    BrokenIdentity,
    EnvelopeExceeded,
    FlowMismatch,
    HeadsLost,
    PostMismatch,
)
from sim.check_months import ROWS_EVERY_MONTHS
from sim.cli.main import main
from sim.population.columns import State
from sim.run import simulate
from sim.world import World

BAD_MONTH = 40
AT_THE_ROWS = ROWS_EVERY_MONTHS - 1 - (BAD_MONTH - 36)
"""Months until the rows are looked at: moves keep the stocks, so a row that changes by itself shows there."""


def test_checking_changes_no_result() -> None:
    plain, checked = (simulate(scenario_with("ai-fast"), scale=TINY, months=14, check=check)
                      for check in (False, True))
    assert plain.digest == checked.digest and plain.fingerprint == checked.fingerprint


def _lose_somebody(world: World) -> None:
    p = world.persons
    p["state"][np.flatnonzero(p["state"][: world.rows] == State.INACTIVE)[0]] = State.LEFT


def _invent_hires(world: World) -> None:
    # More than could be hidden behind retirements, which the flows do not tell by state.
    world.record.flows_now[3, 3, 0] += 100


def _move_between_trades(world: World) -> None:
    world.record.flows_now[3, 7, 2] += 1


def _invent_a_trainee(world: World) -> None:
    p = world.persons
    p["state"][np.flatnonzero((p["state"] == State.EMPLOYED) & (p["team"] >= 0))[0]] = State.TRAINING


def _count_a_post_twice(world: World) -> None:
    world.teams["filled"][0] += 1


def _cover_nobody(world: World) -> None:
    world.teams["covered"][5] += 1


def _book_twice(world: World) -> None:
    world.ledger.post(world.month, "ptp", "transitions_pro", "training_provider", "teaching", 1)


def _commit_too_much(world: World) -> None:
    world.record.count("committed_eur_cents_ptp", 10**12)


def _wrong_unit(world: World) -> None:
    p = world.persons
    p["unit"][np.flatnonzero(p["state"] == State.EMPLOYED)[7]] += 1


DAMAGES = [
    (_lose_somebody, HeadsLost, AT_THE_ROWS), (_invent_hires, FlowMismatch, 0),
    (_move_between_trades, FlowMismatch, 0),
    (_invent_a_trainee, HeadsLost, AT_THE_ROWS), (_count_a_post_twice, PostMismatch, 0),
    (_cover_nobody, PostMismatch, 0), (_book_twice, BooksOpen, 0), (_commit_too_much, EnvelopeExceeded, 0),
    (_wrong_unit, PostMismatch, AT_THE_ROWS),
]


@pytest.fixture
def damaged(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[World], None]], None]:
    """Make the last process of one month break something."""
    keep = world_module.accounts.keep

    def apply(damage: Callable[[World], None]) -> None:
        def broken(world: World) -> None:
            keep(world)
            if world.month == BAD_MONTH:
                damage(world)

        monkeypatch.setattr(world_module.accounts, "keep", broken)

    return apply


@pytest.mark.parametrize(("damage", "fault", "later"), DAMAGES)
def test_a_broken_identity_ends_the_run_in_its_month(
        damaged: Callable[..., None], damage: Callable[[World], None], fault: type[BrokenIdentity],
        later: int) -> None:
    damaged(damage)
    months: list[int] = []

    def progress(done: int, total: int, text: str) -> None:
        if total == 24:
            months.append(36 + done - 1)

    with pytest.raises(fault) as met:
        simulate(scenario_with("reference"), scale=SMALL, months=24, check=True, progress=progress)
    assert type(met.value) is fault
    assert f"month {BAD_MONTH + later}" in met.value.place and months[-1] == BAD_MONTH + later - 1
    assert met.value.value is not None and met.value.expected


def test_without_check_the_run_goes_on(damaged: Callable[..., None]) -> None:
    damaged(_cover_nobody)
    assert len(simulate(scenario_with("reference"), scale=TINY, months=6).months) == 6


@pytest.mark.parametrize("as_json", [False, True])
def test_the_command_says_which_identity_when_and_both_values(
        damaged: Callable[..., None], capsys: pytest.CaptureFixture[str], as_json: bool,
        monkeypatch: pytest.MonkeyPatch) -> None:
    damaged(_cover_nobody)
    monkeypatch.setenv("PASSERELLES_LANGUAGE", "en")
    options = ["--json"] if as_json else []
    with pytest.raises(SystemExit) as ended:
        main(["run", "reference", "--scale", str(TINY), "--months", "8", "--check", *options])
    out, err = capsys.readouterr()
    assert ended.value.code == 3
    assert "E62 post mismatch: month 40 (2024-05)" in err
    said = re.search(r"\((\d+)\); expected: (\d+) \(covered absences are trainees on leave\)", err)
    assert said and int(said[1]) == int(said[2]) + 1
    if as_json:
        (error,) = json.loads(out)["errors"]
        assert (error["code"], error["value"]) == ("E62", said[1])


def test_the_command_checks_a_sound_run(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["run", "ai-fast", "--scale", str(TINY), "--months", "13", "--check", "--json"])
    assert ended.value.code in (0, None)
    assert len(json.loads(capsys.readouterr().out)["runs"]) == 1
