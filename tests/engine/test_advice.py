"""Career advice: what the money buys, whom it reaches, and nothing without money."""

from __future__ import annotations

import numpy as np
from engine_worlds import SMALL, live, world_of

from sim.processes.terms import known_bars
from sim.schemes.rules import of_behaviour
from sim.streams import Decision, draw_many
from sim.world import World

CEP = of_behaviour("advice")[0]
MONTHS = 6


def advised(world: World, months: int = MONTHS) -> np.ndarray:
    """Rows told of the schemes over the last months."""
    until = world.persons["advised_until"][: world.rows].astype(int)
    told = until - int(world.rules[CEP.key("memory_months")])
    return np.flatnonzero(told >= world.month - months)


def test_money_buys_talks_at_their_price_for_people_who_did_not_know() -> None:
    world = live(world_of(scale=SMALL, schemes__cep__budget_eur_per_year=65_000_000), MONTHS)
    heads, price = advised(world), round(world.rules[CEP.key("cost_eur_per_file")] * 100)
    # Ten times today's money, a hundredth of the region: some 1,180 talks a year.
    assert 500 < heads.size <= 65_000_000 * SMALL * 100 / 2 / price + 1
    spent = [cents for (month, scheme, payer, payee, kind), cents in world.ledger.entries.items()
             if (scheme, payer, payee, kind) == ("cep", "france_competences", "advice_body", "advice")]
    counted = sum(world.record.series["files_funded_cep"][-MONTHS:])
    assert counted == heads.size and sum(spent) == counted * price
    bars = known_bars(world)[world.persons["education"][heads]]
    assert (draw_many(world.key(Decision.KNOWLEDGE, 0), heads) >= bars).all()
    # Those restless in their trade, a quarter of all, come three times as often: about half of the talks.
    restless = (world.persons["taste"][heads] >= 24).mean()
    assert 0.35 < restless < 0.65


def test_advice_reaches_those_who_know_least() -> None:
    world = live(world_of(scale=SMALL, schemes__cep__budget_eur_per_year=65_000_000), MONTHS)
    low = world.persons["education"][advised(world)] <= 1
    private = world.persons["status"][: world.rows] == 0
    everyone = world.persons["education"][: world.rows][private] <= 1
    # 600 people: three standard deviations are 0.06; knowledge alone sets them some 0.03 apart.
    assert low.mean() > everyone.mean() - 0.05


def test_no_money_is_no_advice_to_the_byte() -> None:
    none = world_of(scale=SMALL, schemes__cep__budget_eur_per_year=0)
    before = none.persons["advised_until"].copy()
    live(none, MONTHS)
    assert np.array_equal(none.persons["advised_until"][: before.size], before) or not advised(none).size
    assert not sum(none.record.series.get("files_funded_cep", [0])[-MONTHS:])
    dear = world_of(scale=SMALL, schemes__cep__budget_eur_per_year=0)
    shipped = dear.rules_of
    other = {CEP.key("memory_months"): 60, CEP.key("restless_ratio"): 9}
    dear.rules_of = lambda month: {**shipped(month), **other}
    live(dear, MONTHS)
    for name, values in none.persons.items():
        assert np.array_equal(values[: none.rows], dear.persons[name][: dear.rows]), name
