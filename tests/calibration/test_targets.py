"""Targets and hold-outs are two things, and the loss can read the first alone."""

from __future__ import annotations

import pytest
from toy_region import EFFECTS, TRUTH, moments, problem

from calibration import worlds
from calibration.family_shares import family_shares
from calibration.fit_targets import links
from calibration.fitting.problem import HeldOutRead, Loss, problem_of
from calibration.targets import load_hold_outs, load_targets, read_observations
from sim.errors import Contradiction, MalformedParameter, UnknownCode
from sim.schemes.routes import FAMILIES

ENTRY = (
    "[t]\nfr = 'x'\nen = 'x'\nmoment = '{moment}'\nvalue = 0.8\nlow = 0.7\nhigh = 0.9\ntolerance = 0.1\n"
    "unit = 'share'\nperiod = '2021'\nrole = '{role}'\nweight = 1.0\nstatistics = ['{statistic}']\n"
)


@pytest.mark.parametrize("name", sorted(load_hold_outs()))
def test_a_hold_out_planted_among_targets_is_refused(name: str) -> None:
    planted = [*load_targets().values(), load_hold_outs()[name]]
    with pytest.raises(HeldOutRead, match=name):
        Loss(planted)  # type: ignore[arg-type]


def test_a_hold_out_dressed_as_a_target_does_not_load() -> None:
    for statistic, moment in (("digital_ptp_men", "m"), ("unemployment_rate_occ", "digital_men")):
        text = ENTRY.format(moment=moment, role="calibration", statistic=statistic)
        held = ENTRY.replace("[t]", "[h]").format(
            moment="digital_men", role="hold_out", statistic="digital_ptp_men"
        )
        with pytest.raises(Contradiction):
            read_observations(text + held)


def test_the_loss_is_the_same_whatever_the_hold_outs_are() -> None:
    loss = problem().loss
    seen = moments(TRUTH, 3)
    held = {one.moment: 1e9 for one in load_hold_outs().values()}
    assert loss.mean_distance(seen) == loss.mean_distance(seen | held)


def test_the_worlds_of_a_fit_keep_no_held_out_moment() -> None:
    held = {one.moment for one in load_hold_outs().values() if one.moment}
    assert held and not held & set(worlds.schema(held_out=False).names)
    assert held <= set(worlds.schema(held_out=True).names)


@pytest.mark.parametrize(
    ("changed", "fault"),
    [
        ({"role": "hold out"}, UnknownCode),
        ({"moment": ""}, MalformedParameter),
    ],
)
def test_an_entry_without_role_or_moment_does_not_load(changed: dict[str, str], fault: type) -> None:
    given = {"moment": "m", "role": "calibration", "statistic": "project", **changed}
    with pytest.raises(fault):
        read_observations(ENTRY.format(**given))


def test_shares_by_family_are_what_the_ranks_give() -> None:
    found = family_shares()
    assert sum(found.values()) == pytest.approx(1.0)
    for family in FAMILIES:
        assert load_targets()[f"ptp_family_{family}_share"].value == pytest.approx(found[family], abs=5e-6)


def test_every_free_parameter_answers_to_a_target_that_is_measured() -> None:
    every = problem_of()
    assert len(every.free) == len({one.key for one in every.free}) == len(links())
    assert {one.link.target.name for one in every.free if one.link} <= {t.name for t in every.loss.targets}
    assert len(every.loss.targets) >= len(every.free) and len(EFFECTS) > len(TRUTH)
