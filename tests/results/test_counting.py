"""What the money changed, from made-up counts: identities, floors, costs, and what may not be said."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from fake_results import fake_results
from jsonschema import Draft202012Validator

from sim.cli.account_tables import profile_shown
from sim.comparison import assemble
from sim.counting.account import Account
from sim.counting.by_scheme import changed_schemes, contributions, without
from sim.counting.churn import coin_toss_reach, measured_reach
from sim.counting.cost import ALL, paid, unit_cost
from sim.counting.counts import net, nothing
from sim.counting.everyone import Standing
from sim.counting.funded import FundedTally
from sim.counting.ranges import asked, side_by_side
from sim.counting.refused import fates
from sim.counting.unspent import remedies, spending, unspent
from sim.effects import paired_effect, report
from sim.errors import MissingKey, PasserellesError
from sim.indicators import summary
from sim.results import Results
from sim.scenario import load, with_overrides
from sim.schemes.rules import schemes

SCHEMAS = Path(__file__).parent / "schemas"
STANDING = Standing(month=47, funded=10, base_only=2, gross=6, additional=4, dead_weight=2, harmed=1, of_x=-1,
                    of_k=1, of_o=-3, moved=21, work_of_f=0, work_of_x=0, work_of_k=0, work_of_o=-2)


def tally(additional: int = 4) -> FundedTally:
    counts = nothing() | {"funded": 10, "gross": additional + 2, "additional": additional, "dead_weight": 2,
                          "harmed": 1, "base_only_funded": 2, "base_only_additional": 1, "base_only_gross": 1}
    return FundedTally(counts, {24: counts}, {}, {"ptp": counts}, None,
                       (replace(STANDING, additional=additional, gross=additional + 2),))


def pairs(*additional: int) -> list[tuple[Results, Results, FundedTally]]:
    return [(fake_results(seed), fake_results(seed, layoffs=4), tally(number))
            for seed, number in enumerate(additional)]


def test_what_the_comparator_alone_funds_is_taken_off() -> None:
    assert net(tally().counts) == (4 - 1) - (1 - 0)
    swapped = {name.removeprefix("base_only_") if name.startswith("base_only_") else f"base_only_{name}": n
               for name, n in tally().counts.items()}
    assert net(swapped) == -net(tally().counts)


def test_the_identities_of_everyone_hold() -> None:
    one = STANDING
    assert one.delta == one.funded_net + one.spillover == 0
    assert one.gross == one.delta + one.dead_weight + one.displacement


def test_the_account_is_the_mean_of_the_pairs_and_fits_its_schema() -> None:
    found = assemble(pairs(4, 6, 8), "chance")
    assert found.account is not None
    (row,) = found.account.profile
    scale = found.bases[0].scale
    assert row.counts["gross"] == row.counts["additional"] + row.counts["dead_weight"]
    assert row.counts["additional"] == 6 / scale and row.net.difference == (6 - 1 - 1) / scale
    (everyone,) = found.account.everyone
    assert everyone.delta.difference == pytest.approx(
        (everyone.funded_net.difference or 0.0) + (everyone.spillover.difference or 0.0))
    schema = json.loads((SCHEMAS / "comparison.schema.json").read_text())
    Draft202012Validator(schema).validate(json.loads(json.dumps(report(found), allow_nan=False)))


def test_the_floor_of_a_toss_and_the_measured_one() -> None:
    assert coin_toss_reach([STANDING]) == pytest.approx(1.645 * math.sqrt(21), rel=1e-3)
    assert coin_toss_reach([STANDING] * 4) == pytest.approx(1.645 * math.sqrt(21) / 2, rel=1e-3)
    swapped = [replace(STANDING, funded=6, base_only=6, of_k=0, of_o=value) for value in (-2, 2, 2, -2)]
    # As many touched (12) as by the policy: spread 2, Student's 90 % with four degrees.
    assert measured_reach([STANDING], swapped) == pytest.approx(2.132 * 2, rel=1e-3)
    assert measured_reach([STANDING], [replace(STANDING, funded=0, base_only=0)]) is None


def test_an_effect_within_churn_is_said_to_be() -> None:
    (one,) = assemble(pairs(4), "chance").account.everyone  # type: ignore[union-attr]
    assert one.within_churn and one.churn_reach is None
    assert not replace(one, coin_toss_reach=0.0).within_churn


def test_a_cost_is_not_defined_where_the_effect_may_be_zero() -> None:
    sure = paired_effect("net", "heads", [0.0] * 4, [9.0, 10.0, 11.0, 10.0], "chance")
    unsure = paired_effect("net", "heads", [0.0] * 4, [-9.0, 10.0, 11.0, -10.0], "chance")
    euros = [1e6, 1.1e6, 0.9e6, 1e6]
    assert unit_cost(ALL, "funded", euros, [-9.0, 10.0, 11.0, -10.0], unsure).eur is None
    assert unit_cost(ALL, "funded", [1e6], [9.0], paired_effect("net", "heads", [0.0], [9.0])).eur is None
    found = unit_cost(ALL, "funded", euros, [9.0, 10.0, 11.0, 10.0], sure)
    assert found.eur == 1e5 and found.per_million == 10.0
    assert found.low is not None and found.high is not None and found.low < 1e5 < found.high
    assert found == unit_cost(ALL, "funded", euros, [9.0, 10.0, 11.0, 10.0], sure)
    cheaper = unit_cost(ALL, "funded", [-e for e in euros], [9.0, 10.0, 11.0, 10.0], sure)
    assert cheaper.eur == -1e5 and cheaper.per_million is None


def test_payments_are_discounted_and_the_envelope_is_none() -> None:
    scale = fake_results().scale
    assert paid(fake_results(), 0.0) == {
        "transitions_pro": 2500 / scale, "unedic": 1000.01 / scale, ALL: 3500.01 / scale}
    assert paid(fake_results(), 0.032)["unedic"] == pytest.approx(1000.01 / scale / 1.032)


def test_what_became_of_the_refused_stands_beside_the_funded() -> None:
    found = {fate.who: fate for fate in fates(fake_results())}
    assert found["funded"].durable == 1.0 and found["funded"].files == 1 / fake_results().scale
    assert found["refused"].files == 0 and found["refused"].in_work is None


def test_a_policy_without_a_scheme_has_the_comparators() -> None:
    base = with_overrides(load("reference"), {"schemes.ptp.budget_eur_per_year": "10"})
    other = with_overrides(load("reference"), {"schemes.ptp.budget_eur_per_year": "20",
                                               "schemes.transco.budget_eur_per_year": "30",
                                               "applications.advice_reach_ratio": "1.5"})
    assert changed_schemes(base, other) == tuple(
        s.name for s in schemes() if s.name in ("ptp", "transco"))
    rest = without(base, other, "ptp")
    assert rest.overrides["schemes.ptp.budget_eur_per_year"] == ((36, 10),)
    moved = set(rest.overrides) - set(load("reference").overrides)
    assert moved - {"schemes.ptp.budget_eur_per_year"} == {
        "schemes.transco.budget_eur_per_year", "applications.advice_reach_ratio"}
    assert "schemes.transco.budget_eur_per_year" not in without(base, other, "transco").overrides


def test_the_interaction_is_what_the_schemes_leave() -> None:
    whole, one, two = (assemble(pairs(*numbers), "chance") for numbers in ((9, 8), (5, 4), (6, 5)))
    rows = {row.row: {e.indicator: e.difference for e in row.effects}
            for row in contributions(whole, {"ptp": one, "transco": two}, "chance")}
    assert list(rows) == ["whole", "ptp", "transco", "interaction"]
    scale = whole.bases[0].scale
    assert rows["ptp"]["funded_net"] == 4 / scale and rows["transco"]["funded_net"] == 3 / scale
    assert rows["interaction"]["funded_net"] == rows["whole"]["funded_net"] - 7 / scale  # type: ignore[operator]
    alone = contributions(whole, {"ptp": None}, "chance")
    assert [e.difference for e in alone[1].effects] == [e.difference for e in alone[0].effects]
    assert all(e.difference == 0.0 for e in alone[2].effects)


def test_a_range_needs_a_key_and_two_values() -> None:
    assert asked("training.post_refilled_share = 0, 0.5,1") == (
        "training.post_refilled_share", ("0", "0.5", "1"))
    for text in ("training.post_refilled_share", "training.post_refilled_share=1", "=1,2"):
        with pytest.raises(MissingKey):
            asked(text)


def test_a_range_says_where_the_sign_changes() -> None:
    found = [("0", assemble(pairs(-9, -8, -9), "chance")), ("1", assemble(pairs(9, 8, 9), "chance"))]
    rows = {row.indicator: row for row in side_by_side(found)}
    assert rows["funded_additional"].sign_changes
    assert rows["funded_additional"].remark == {
        "fr": "le signe change entre 0 et 1", "en": "the sign changes between 0 and 1"}
    assert rows["funded_additional"].turns == (("0", "1"),) and rows["funded_dead_weight"].turns == ()
    assert not rows["funded_dead_weight"].sign_changes and rows["funded_dead_weight"].remark is None


def test_a_panel_of_nobody_is_not_shown() -> None:
    """A policy that starts late has no file old enough for the longest clock: zeros look like a finding."""
    def tallied(funded: int) -> Account:
        counts = {**nothing(), "funded": funded}
        tally = FundedTally(counts=nothing(), profile={6: counts}, panel={6: counts})
        found = assemble([(fake_results(), fake_results(), tally)], "chance").account
        assert found is not None
        return found

    assert profile_shown(tallied(0)) == "profile" and profile_shown(tallied(3)) == "panel"


def test_a_run_beyond_the_rules_known_says_so_in_its_results(monkeypatch: pytest.MonkeyPatch) -> None:
    dated = replace(fake_results(), scenario=replace(load("reference"), law="effective"))
    assert dated.notes == () == fake_results().notes  # rules are known for years after its twelve months
    monkeypatch.setattr("sim.law_notice.last_known_month", lambda: 40)
    (note,) = dated.notes
    assert "2024-05-01" in note["fr"] and summary(dated)["notes"] == [note] and fake_results().notes == ()
    tally = FundedTally(counts=nothing())
    for bases in ((dated, dated), (fake_results(), dated)):
        assert assemble([(*bases, tally)], "chance").notes == (note,)
        assert assemble([(*bases, tally)], "chance", policies=False).notes[0] == note


def spent(budget: str, cents: int, released: int = 0) -> Results:
    run = fake_results()
    monthly = {"committed_eur_cents_ptp": cents, "released_eur_cents_ptp": released}
    series = {**run.series, **{name: np.full(12, each, np.int64) for name, each in monthly.items()}}
    moved = with_overrides(load("reference"), {"schemes.ptp.budget_eur_per_year": budget})
    return replace(run, scenario=moved, series=series)


def test_money_that_cannot_be_spent_is_said_so() -> None:
    base = fake_results()
    budget = 60_000_000
    a_month = round(budget * base.scale * 100 / 12)
    (one,) = unspent(base, spent(str(budget), a_month // 2))
    assert (one.scheme, one.budget_eur) == ("ptp", budget) and one.share == pytest.approx(0.5)
    assert (one.first_month, one.last_month) == (36, 47) and one.too_few_apply
    assert not replace(one, received=10.0, funded=4.0).too_few_apply  # ten at that cost would use it up
    assert replace(one, received=7.0, funded=4.0).too_few_apply
    assert unspent(base, spent(str(budget), a_month)) == ()
    (back,) = unspent(base, spent(str(budget), a_month, a_month // 4))  # what lapsed projects give back
    assert back.share == pytest.approx(0.75)
    assert unspent(base, spent("1000", 0)) == () and unspent(base, spent("unlimited", 0)) == ()
    assert spending(base.scenario, base, "ptp") is None
    found = remedies(spent(str(budget), 0).scenario, "ptp")
    assert found["advice"].overrides["applications.advice_reach_ratio"] == ((36, 2.0),)
    assert set(found) == {"advice", "acceptance"}


def test_an_unknown_assumption_of_a_range_is_named() -> None:
    from sim.counting.ranges import at

    with pytest.raises(PasserellesError, match="E19"):
        at(load("reference"), "training.post_refiled_share", "1")
