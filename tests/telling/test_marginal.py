"""`passerelles marginal`: what one more million does in each scheme."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from pinned import object_of

from sim.scenario import load, with_overrides
from sim.schemes.rules import schemes
from sim.telling.marginal import NO_FILES, NO_LIMIT, NOT_A_RANKING, Margin, marginal, richer
from sim.telling.reached import shares
from sim.telling.rule_sheet import scheme_named

Ended = Callable[..., tuple[int, str, str]]
SCALE, MONTHS = 0.01, 27
PTP = "schemes.ptp.budget_eur_per_year"


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
    found = marginal(load("reference"), only=["demissionnaire"], scale=SCALE, months=1, pairs=1)
    assert found[0].effects == {} and found[0].notes == (NO_LIMIT,)


@pytest.fixture(scope="module")
def found() -> dict[str, Margin]:
    """Forty million more a year, at one hundredth: some fifteen people a year of the sample."""
    rows = marginal(
        load("reference"),
        eur=40e6,
        scale=SCALE,
        months=MONTHS,
        pairs=1,
        kind="chance",
        only=["ptp", "opco_ai_training"],
    )
    return {one.scheme: one for one in rows}


def test_more_money_funds_more_people_who_are_followed(found: dict[str, Margin]) -> None:
    ptp = found["ptp"]
    assert ptp.effects["funded_per_year"].difference > 0  # type: ignore[operator]
    assert ptp.spent_share is not None and 0 < ptp.spent_share < 1.5
    assert ptp.people > 0 and all(0 <= share <= 1 for share in ptp.shares.values() if share is not None)  # type: ignore[operator]
    assert "net" in ptp.effects


def test_a_scheme_without_files_follows_nobody(found: dict[str, Margin]) -> None:
    opco = found["opco_ai_training"]
    assert NO_FILES in opco.notes and "net" not in opco.effects and opco.people == 0
    assert opco.effects["committed_eur_per_year"].difference > 0  # type: ignore[operator]


def test_no_more_money_changes_nothing() -> None:
    one = marginal(load("reference"), eur=0.0 + 1e-9, only=["ptp"], scale=SCALE, months=3, pairs=2)[0]
    assert one.effects["funded_per_year"].difference == 0.0 and one.people == 0


def test_shares_of_files_made_by_hand() -> None:
    files = {
        "person": np.arange(4),
        "scheme": np.zeros(4, int),
        "sex": np.array([1, 1, 1, 0]),
        "education": np.array([0, 2, 3, 4]),
        "origin_occupation": np.array([22, 22, 0, 255]),
        "target_occupation": np.array([30, 30, 30, 30]),
    }
    known = shares(files)
    assert known["women"] == 0.75 and known["bac_at_most"] == 0.5 and known["clerical_or_manual"] == 0.5
    nobody = shares({name: values[:0] for name, values in files.items()})
    assert set(nobody.values()) == {None}


def test_the_command_ranks_nothing_and_its_object_is_pinned(ended: Ended) -> None:
    size = ("--scale", str(SCALE), "--months", "2", "--pairs", "1", "--scheme", "ptp")
    code, out, _ = ended("marginal", *size)
    assert code == 0 and NOT_A_RANKING["en"] in " ".join(out.split())
    code, out, err = ended("marginal", *size, "--json")
    assert (code, err) == (0, "")
    assert [one["scheme"] for one in object_of(out, "marginal")["schemes"]] == ["ptp"]
    assert ended("marginal", "--scheme", "ptpp")[2].startswith("E21")
    assert ended("marginal", "--eur", "0")[2].startswith("E15")


def test_every_scheme_has_its_row(ended: Ended) -> None:
    out = ended("marginal", "--scale", "0.003", "--months", "1", "--pairs", "1", "--json")[1]
    rows = object_of(out, "marginal")["schemes"]
    assert [one["scheme"] for one in rows] == [scheme.name for scheme in schemes()]
