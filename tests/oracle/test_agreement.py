"""The comparison finds what differs and says where: each error below would go through a weaker one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from sim.scenario import load
from sim.schemes.files import Outcome

from . import training
from .agreement import Disagreement, assert_same
from .applications import Call
from .employer import Team
from .institutions import Commission, Envelope
from .market import Market
from .oracle import OracleMarket
from .worker import Worker
from .worlds import CROWDED, MONEY, SHAKEN, SMALL, lived_together, with_levers, with_rules, world_of

Rewritten = Callable[[Any], Callable[..., Any]]
"""From the right method to one with an error."""


def first_difference(months: int) -> str:
    """What the comparison says of a busy world, within some months."""
    world = world_of(with_levers("ai-fast", MONEY), SMALL, given={**CROWDED, **SHAKEN})
    with pytest.raises(Disagreement) as found:
        for _ in lived_together(world, months):
            pass
    return str(found.value)


def in_reverse(right: Any) -> Callable[..., Any]:
    """The last go first."""
    return lambda team, number: right(team, len(team.members))[::-1][:number]


def a_month_late(right: Any) -> Callable[..., Any]:
    """A surplus clock that is one month slow."""
    return lambda team, month, patience: right(team, month, patience + 1)


def by_date_alone(right: Any) -> Callable[..., Any]:
    """A commission that forgets its points."""
    return staticmethod(lambda file: right(file)[1:])


def nothing_carried(right: Any) -> Callable[..., Any]:
    """An envelope that forgets last month's money."""
    def open_month(envelope: Envelope, month: int, budget_eur: float, scale: float) -> None:
        envelope.left_cents = 0
        right(envelope, month, budget_eur, scale)
    return open_month


def rounded_down(right: Any) -> Callable[..., Any]:
    """Hires of a trade without the draw that rounds them."""
    return lambda market, trade, posts, applicants: max(right(market, trade, posts, applicants) - 1, 0)


def nobody_waits(right: Any) -> Callable[..., Any]:
    """Who became unemployed this month searches at once."""
    def search(worker: Worker, market: Market) -> None:
        since, worker.since = worker.since, -1
        right(worker, market)
        if worker.since == -1:
            worker.since = since
    return search


def never_free_again(right: Any) -> Callable[..., Any]:
    """Trainees back in their post who may not file again."""
    def end_training(worker: Worker) -> None:
        scheme = worker.scheme
        right(worker)
        worker.scheme = scheme
    return end_training


def without_losses(right: Any) -> Callable[..., Any]:
    """Acceptance of files that forgets those refused."""
    def acceptance(call: Call) -> float:
        kept = [file for file in call._model.files if file.outcome is not Outcome.REFUSED_RANK]
        every, call._model.files = call._model.files, kept
        found = float(right(call))
        call._model.files = every
        return found
    return acceptance


ERRORS: list[tuple[str, type, str, Rewritten]] = [
    ("order of lay-offs", Team, "who_goes", in_reverse),
    ("surplus clock", Team, "posts_to_give_up", a_month_late),
    ("rank of files", Commission, "place", by_date_alone),
    ("carry-over", Envelope, "open_month", nothing_carried),
    ("rounding of hires", Market, "_hires", rounded_down),
    ("first month of search", Worker, "search", nobody_waits),
    ("end of a training", Worker, "end_training", never_free_again),
    ("acceptance", Call, "acceptance", without_losses),
]


@pytest.mark.parametrize(("what", "owner", "name", "wrong"), ERRORS, ids=[error[0] for error in ERRORS])
def test_an_error_in_one_writing_is_found(
        monkeypatch: pytest.MonkeyPatch, what: str, owner: type, name: str, wrong: Rewritten) -> None:
    monkeypatch.setattr(owner, name, wrong(getattr(owner, name)))
    assert "the engine has" in first_difference(14), what


def test_an_error_in_the_engine_is_found() -> None:
    # The engine's clock runs a month longer than the rules that both are given: nobody else is touched.
    world = world_of(load("ai-fast"), SMALL, given=SHAKEN)
    oracle = OracleMarket.from_world(world)
    with_rules(world, {"ai.adjustment_months": int(SHAKEN["ai.adjustment_months"]) + 1})
    with pytest.raises(Disagreement, match=r"after 2024-\d\d, .* of person \d+: the engine has"):
        for _ in range(8):
            world.step()
            oracle.step()
            assert_same(world, oracle)


@pytest.mark.parametrize(("table", "column", "said"), [
    ("persons", "wage", "wage of person 7"),
    ("persons", "titles", "titles of person 7"),
    ("persons", "are_paid", "are_paid of person 7"),
    ("teams", "covered", "covered of team 7"),
    ("units", "adopted", "adopted of unit 7"),
    ("files", "paid_eur_cents", "paid_eur_cents of file 7")])
def test_one_unit_of_one_column_is_enough(table: str, column: str, said: str) -> None:
    world = world_of(load("reference"), SMALL)
    oracle = OracleMarket.from_world(world)
    values = getattr(world, table)[column]
    values[7] += values.dtype.type(1)
    with pytest.raises(Disagreement, match=f"after 2023-12, {said}: the engine has {values[7]}, the oracle"):
        assert_same(world, oracle)


def test_one_cent_of_the_ledger_is_enough() -> None:
    world = world_of(load("reference"), SMALL)
    oracle = OracleMarket.from_world(world)
    world.step()
    oracle.step()
    entry = next(iter(world.ledger.entries))
    world.ledger.entries[entry] += 1
    with pytest.raises(Disagreement, match="ledger"):
        assert_same(world, oracle)


def test_founders_join_the_last_of_the_largest_teams() -> None:
    oracle = OracleMarket.from_world(world_of(load("reference"), SMALL))
    trades = {team.occupation for team in oracle.teams if team.unit.own_account}
    assert trades
    for trade in trades:
        team = training.largest_own_account_team(oracle, trade)
        others = [one for one in oracle.teams if one.unit.own_account and one.occupation == trade]
        assert all(one.base < team.base or one.number <= team.number for one in others)
