"""`passerelles marginal`: what one more million does in each scheme."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from pinned import object_of

from sim.scenario import load, with_overrides
from sim.schemes.rules import schemes
from sim.sweep.store import Store
from sim.telling.marginal import marginal, richer, step_of
from sim.telling.marginal_worlds import COUNTED, REACHED
from sim.telling.margins import NO_FILES, NO_LIMIT, NOT_A_RANKING, TOO_SHORT, UNSPENT, Margin
from sim.telling.reached import MOVES, PEOPLE, of_files, pooled
from sim.telling.rule_sheet import scheme_named

Ended = Callable[..., tuple[int, str, str]]
SCALE, MONTHS = 0.01, 27
PTP = "schemes.ptp.budget_eur_per_year"


def asked(eur: float, **options: object) -> dict[str, Margin]:
    """Margins lived in this process, by scheme."""
    with ThreadPoolExecutor(1) as here:
        found = marginal(load("reference"), eur=eur, share=0.0, executor=here, scale=SCALE, **options)  # type: ignore[arg-type]
    return {one.scheme: one for one in found}


def test_a_budget_is_raised_at_each_of_its_dates() -> None:
    ptp, base = scheme_named("ptp"), load("reference")
    assert richer(base, ptp, 1e6).overrides[PTP] == ((36, 30e6),)  # type: ignore[union-attr]
    dated = with_overrides(base, {PTP: "[{ from = 2025-01-01, value = 58000000 }]"})
    assert richer(dated, ptp, 1e6).overrides[PTP] == ((36, 30e6), (48, 59e6))  # type: ignore[union-attr]
    transco = scheme_named("transco")
    effective = richer(replace(base, law="effective"), transco, 1e6)
    assert effective is not None
    assert effective.overrides[transco.key("budget_eur_per_year")] == ((36, 1.64e6), (60, 1e6))


def test_a_right_without_limit_has_no_margin() -> None:
    resign = scheme_named("demissionnaire")
    assert richer(load("reference"), resign, 1e6) is None
    one = asked(1e6, only=["demissionnaire"], months=1, pairs=1)["demissionnaire"]
    assert one.effects == {} and one.notes == (NO_LIMIT,) and one.spent_share is None


def test_a_step_is_a_tenth_of_the_budget_and_a_million_at_least() -> None:
    base = load("reference")
    steps = {name: step_of(base, scheme_named(name), 1e6, 0.1) for name in ("ptp", "transco", "ptp_fipu")}
    assert steps == {"ptp": 2.9e6, "transco": 1e6, "ptp_fipu": 1e6}


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the pairs of these tests are kept."""
    return tmp_path_factory.mktemp("pairs")


@pytest.fixture(scope="module")
def found(kept: Path) -> dict[str, Margin]:
    """Forty million more a year, at one hundredth: some fifteen people a year of the sample."""
    return asked(40e6, months=MONTHS, pairs=2, kind="chance", only=["ptp", "opco_ai_training"], out=kept)


def test_finished_pairs_are_not_lived_again(found: dict[str, Margin], kept: Path) -> None:
    def nobody(*_: object) -> None:
        raise AssertionError("a pair that is kept was asked again")

    with ThreadPoolExecutor(1) as here:
        here.submit = nobody  # type: ignore[assignment]
        again = marginal(
            load("reference"), eur=40e6, share=0.0, executor=here, scale=SCALE, months=MONTHS, pairs=2,
            kind="chance", only=["ptp", "opco_ai_training"], out=kept,
        )  # fmt: skip
    assert {one.scheme: one for one in again} == found


def test_the_parts_of_a_row_fit_together(found: dict[str, Margin], kept: Path) -> None:
    rows = [row for table in Store.open(kept).tables() for row in table.to_pylist()]
    assert {(row["policy"], row["replicate"]) for row in rows} == {
        (scheme, pair) for scheme in found for pair in (0, 1)
    }
    for row in rows:
        assert all(row[name] is not None for name in (*COUNTED, PEOPLE, MOVES)) and set(REACHED) <= set(row)
        assert row["gross"] == row["additional"] + row["dead_weight"]
    ptp = [row for row in rows if row["policy"] == "ptp"]
    mean = sum(row["committed_eur_per_year"] for row in ptp) / 2
    assert found["ptp"].effects["committed_eur_per_year"].difference == pytest.approx(mean)
    assert found["ptp"].spent_share == pytest.approx(mean / 40e6)


def test_more_money_funds_more_people_who_are_followed(found: dict[str, Margin]) -> None:
    ptp = found["ptp"]
    assert ptp.effects["funded_per_year"].difference > 0  # type: ignore[operator]
    assert ptp.spent_share is not None and 0 < ptp.spent_share < 1.5
    assert ptp.people > 0 and all(0 <= share <= 1 for share in ptp.shares.values() if share is not None)  # type: ignore[operator]
    assert {"net", "net_all_schemes"} <= set(ptp.effects) and UNSPENT in ptp.notes
    assert ptp.effects["net"].indistinguishable and ptp.cost.eur is None and ptp.cost.per_million is None


def test_a_scheme_without_files_follows_nobody(found: dict[str, Margin]) -> None:
    opco = found["opco_ai_training"]
    assert NO_FILES in opco.notes and "net" not in opco.effects and opco.people == 0
    assert opco.effects["committed_eur_per_year"].difference > 0  # type: ignore[operator]


def test_no_more_money_changes_nothing() -> None:
    one = asked(1e-9, only=["ptp"], months=3, pairs=2)["ptp"]
    assert one.effects["funded_per_year"].difference == 0.0 and one.people == 0 and TOO_SHORT in one.notes


def test_shares_of_files_made_by_hand() -> None:
    files = {
        "person": np.arange(4),
        "sex": np.array([1, 1, 1, 0]),
        "education": np.array([0, 2, 3, 4]),
        "origin_occupation": np.array([22, 22, 0, 255]),
        "target_occupation": np.array([30, 30, 30, 30]),
    }
    exposure = np.where(np.arange(40) == 22, 0.5, 0.1)
    four, nobody = of_files(files, exposure), of_files({k: v[:0] for k, v in files.items()}, exposure)
    assert four["women"] == 0.75 and four["bac_at_most"] == 0.5 and four["clerical_or_manual"] == 0.5
    assert four[MOVES] == 3 and four["to_less_exposed"] == pytest.approx(2 / 3)
    assert set(pooled([nobody]).values()) == {None}
    man = {**four, PEOPLE: 4, MOVES: 1, "women": 0.0, "to_less_exposed": 0.0}
    both = pooled([four, man, nobody])
    assert both["women"] == 0.375 and both["to_less_exposed"] == 0.5


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Commands live their worlds in this process: starting others takes longer than living so few."""
    monkeypatch.setattr("sim.sweep.running.executor_named", lambda *_, **__: ThreadPoolExecutor(1))


def test_the_command_ranks_nothing_and_its_object_is_pinned(ended: Ended, here: None) -> None:
    size = ("--scale", str(SCALE), "--months", "2", "--pairs", "1", "--scheme", "ptp")
    code, out, _ = ended("marginal", *size)
    assert code == 0 and NOT_A_RANKING["en"] in " ".join(out.split())
    code, out, err = ended("marginal", *size, "--json")
    assert (code, err) == (0, "")
    assert [one["scheme"] for one in object_of(out, "marginal")["schemes"]] == ["ptp"]
    assert ended("marginal", "--scheme", "ptpp")[2].startswith("E21")
    assert ended("marginal", "--eur", "0")[2].startswith("E15")
    assert ended("marginal", "--share", "2")[2].startswith("E15")


def test_every_scheme_has_its_row(ended: Ended, here: None) -> None:
    out = ended("marginal", "--scale", "0.003", "--months", "1", "--pairs", "1", "--json")[1]
    rows = object_of(out, "marginal")["schemes"]
    assert [one["scheme"] for one in rows] == [scheme.name for scheme in schemes()]
