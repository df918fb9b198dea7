"""Regret by hand on a table of three futures and three policies; a planted dominated policy; shares."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from made_sweeps import FACTORS, as_points, cloud, factor_table, made_sweep

from sim.sweep.analysis import Study, opened
from sim.sweep.analysis.faults import NothingToAnalyse
from sim.sweep.analysis.frontier import frontier
from sim.sweep.analysis.regret import regret
from sim.sweep.analysis.shares import shares

DESIGN = f'method = "latin_hypercube"\n{factor_table()}'
NET, COST = "funded_net", "difference_committed_eur_per_year"
HAND = {"a": (10.0, 4.0, 1.0), "b": (6.0, 6.0, 3.0), "c": (0.0, 5.0, 5.0)}
"""Outputs of policies in three futures.  Best: 10, 6, 5.  Regret: a 0 2 4, b 4 0 2, c 10 1 0."""


def study_of(
    tmp_path: Path, outputs: Any, count: int, names: Any = "abc", replicates: int = 1, **more: Any
) -> Study:
    policies = {name: 1e6 * (n + 1) for n, name in enumerate(names)}
    points = as_points(cloud(count)) if count > 1 else [dict.fromkeys(FACTORS, 0.5)]
    folder = made_sweep(
        tmp_path / "s", points, outputs, assumptions=DESIGN, policies=policies, replicates=replicates, **more
    )
    return opened(folder)


def by_hand(tmp_path: Path, sign: float = 1.0, missing: tuple[int, ...] = ()) -> Study:
    order = {round(point[FACTORS[0]], 9): n for n, point in enumerate(as_points(cloud(3)))}

    def outputs(point: Any, policy: str, replicate: int) -> dict[str, float | None]:
        future = order[round(point[FACTORS[0]], 9)]
        return {"funded_net_per_million_eur": sign * HAND[policy][future] if policy else None}

    return study_of(tmp_path, outputs, 3, missing=missing)


@pytest.mark.parametrize(("sign", "better"), [(1.0, "high"), (-1.0, "low")])
def test_regret_by_hand(tmp_path: Path, sign: float, better: Any) -> None:
    result = regret(by_hand(tmp_path, sign), "funded_net_per_million_eur", better)
    found = {policy.policy: policy for policy in result.policies}
    assert list(found) == ["a", "b", "c"] and result.futures == 3
    assert [found[p].regret_most for p in "abc"] == [4.0, 4.0, 10.0]
    assert [found[p].regret_mean for p in "abc"] == pytest.approx([2.0, 2.0, 11 / 3])
    assert [found[p].worst * sign for p in "abc"] == [1.0, 3.0, 0.0]
    assert [found[p].best for p in "abc"] == pytest.approx([1 / 3] * 3)
    assert result.maximin[0] == "b" and set(result.minimax_regret[:2]) == {"a", "b"}
    chances = {(pair.one, pair.other): pair.chance for pair in result.pairs}
    assert chances == pytest.approx({("a", "b"): 1 / 3, ("a", "c"): 1 / 3, ("b", "c"): 2 / 3})
    assert not any(pair.told for pair in result.pairs) and found["a"].best_or_untold is None


def test_futures_that_are_not_done_are_dropped_and_counted(tmp_path: Path) -> None:
    result = regret(by_hand(tmp_path, missing=(0,)), "funded_net_per_million_eur", "high")
    assert (result.futures, result.dropped) == (2, 0)
    assert [policy.regret_most for policy in result.policies] == [4.0, 2.0, 1.0]


def test_doing_nothing_is_a_policy_where_it_is_defined(tmp_path: Path) -> None:
    gains = {"": None, "a": 2.0, "b": -1.0}
    result = regret(study_of(tmp_path, lambda _, policy, __: {NET: gains[policy]}, 30, "ab"), NET, "high")
    found = {policy.policy: policy for policy in result.policies}
    assert (found[""].mean, found[""].regret_most, found["b"].regret_most) == (0.0, 2.0, 3.0)
    assert result.maximin == ("a",) and all(pair.told for pair in result.pairs)


def noisy(tmp_path: Path, gap: float, replicates: int = 2) -> Study:
    """Policies a and b differ by ``gap``, c is far below; chance has a standard deviation of 1 in a world."""
    stream = np.random.Generator(np.random.Philox(11))
    level = {"": 0.0, "a": 10.0, "b": 10.0 - gap, "c": 0.0}

    def outputs(point: Any, policy: str, replicate: int) -> dict[str, float | None]:
        return {NET: level[policy] + 20 * point[FACTORS[0]] + float(stream.normal()) if policy else None}

    return study_of(tmp_path, outputs, 60, replicates=replicates)


def test_policies_within_chance_are_never_ranked(tmp_path: Path) -> None:
    """``a`` and ``b`` are the same: both are best or not told from the best nearly everywhere (90 %
    intervals: but for one future in ten each), and rivals in every choice.  ``c`` never."""
    result = regret(noisy(tmp_path, 0.0), NET, "high")
    found = {policy.policy: policy for policy in result.policies}
    assert found["a"].best + found["b"].best == pytest.approx(1.0)
    assert all((found[name].best_or_untold or 0) > 0.8 for name in "ab") and found["c"].best_or_untold == 0.0
    pair = next(p for p in result.pairs if (p.one, p.other) == ("a", "b"))
    assert not pair.told and pair.low is not None and pair.high is not None and pair.low < 0 < pair.high
    assert set(result.maximin[:2]) == set(result.minimax_regret[:2]) == {"a", "b"}


def test_policies_apart_are_told(tmp_path: Path) -> None:
    result = regret(noisy(tmp_path, 6.0), NET, "high")
    pair = next(p for p in result.pairs if (p.one, p.other) == ("a", "b"))
    assert pair.told and pair.chance > 0.95 and result.minimax_regret == ("a",)


def test_a_dominated_policy_is_found_and_the_others_stay(tmp_path: Path) -> None:
    """``c`` costs as much as ``b`` and does half of it; ``a`` is cheaper and does less than ``b``."""
    cost = {"": None, "a": 1e6, "b": 2e6, "c": 2e6}
    effect = {"": None, "a": 10.0, "b": 30.0, "c": 15.0}

    def outputs(point: Any, policy: str, replicate: int) -> dict[str, float | None]:
        if not policy:
            return {COST: None, NET: None}
        return {COST: cost[policy], NET: effect[policy] * (1 + 0.2 * point[FACTORS[0]])}

    result = frontier(study_of(tmp_path, outputs, 40), COST, NET)
    assert result.frontier == ("", "a", "b")
    places = {place.policy: place for place in result.places}
    assert places["c"].dominated_by == ("b",) and places["b"].cost == 2e6
    low, high = places["b"].effect_low, places["b"].effect_high
    assert low is not None and high is not None and 30.0 <= low < 33.0 < high <= 36.0


def test_policies_not_told_apart_dominate_nobody(tmp_path: Path) -> None:
    stream = np.random.Generator(np.random.Philox(7))

    def outputs(point: Any, policy: str, replicate: int) -> dict[str, float | None]:
        return {COST: 1e6 if policy else None, NET: 10 + float(stream.normal()) if policy else None}

    assert frontier(study_of(tmp_path, outputs, 60, "ab"), COST, NET).frontier == ("", "a", "b")


def test_shares_split_what_is_chosen_from_what_is_not_known(tmp_path: Path) -> None:
    """Two policies, +-3; a future, uniform over 12 (variance 12); together +-(future - 6) / 2 (variance 3);
    chance of variance 2: of 26 in all.  200 futures, 2 replicates: standard deviations under 0.02."""
    stream = np.random.Generator(np.random.Philox(2))

    def outputs(point: Any, policy: str, replicate: int) -> dict[str, float | None]:
        sign, future = (1 if policy == "a" else -1), 12 * point[FACTORS[0]] - 6
        value = 3 * sign + future + 0.5 * sign * future + 2**0.5 * float(stream.normal())
        return {NET: value if policy else None}

    found = shares(study_of(tmp_path, outputs, 200, "ab", replicates=2), NET)
    # Chance of cells of two replicates also enters the parts that are means of cells, by half.
    assert found.policy == pytest.approx(9 / 26, abs=0.05)
    assert found.future == pytest.approx(12.5 / 26, abs=0.07)
    assert found.both == pytest.approx(3.5 / 26, abs=0.05)
    assert found.chance == pytest.approx(1 / 26, abs=0.02)
    assert found.policy + found.future + found.both + (found.chance or 0) == pytest.approx(1.0)


def test_one_policy_has_nobody_to_regret(tmp_path: Path) -> None:
    output = "funded_net_per_million_eur"
    study = study_of(tmp_path, lambda _, policy, __: {output: 1.0 if policy else None}, 30, "a")
    with pytest.raises(NothingToAnalyse):
        regret(study, output, "high")
