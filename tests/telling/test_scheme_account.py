"""`passerelles account`: a year scheme by scheme, and the figures of the documents beside the model's."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
from pinned import object_of

from sim.calendar import year_of
from sim.provenance import statistic
from sim.run import opening_world, under
from sim.scenario import load
from sim.schemes.files import Outcome
from sim.schemes.rules import schemes
from sim.telling.figure_measures import MEASURES
from sim.telling.scheme_account import account, lived_through, years_of
from sim.telling.scheme_figures import (
    Figure,
    bounds,
    compare_figures,
    compared,
    figures,
    verdict,
    worlds_by_year,
)
from sim.world import World

Ended = Callable[..., tuple[int, str, str]]
SCALE = 0.01
ROLES = {"calibration": "calibrated", "input": "input", "hold_out": "held out"}
BARE = {"id": "x", "fr": "x", "en": "x"}


@pytest.fixture(scope="module")
def lived() -> World:
    return lived_through(load("reference"), 2024, SCALE, 0)


@pytest.fixture(scope="module")
def made() -> World:
    """A world of ten files made by hand, all of the first scheme, decided in 2024."""
    world = under(opening_world(SCALE, 0), load("reference"), 0)
    world.files = type(world.files)()
    F, R, W = Outcome.FUNDED, Outcome.REFUSED_RANK, Outcome.WITHDRAWN
    world.files.add(
        person=np.arange(10),
        scheme=np.zeros(10, int),
        route=np.array([0, 0, 0, 1, 1, 2, 3, 4, 4, 4]),
        month_filed=np.array([36, 36, 36, 37, 37, 37, 38, 38, 47, 34]),
        month_decided=np.array([36, 36, 36, 37, 37, 37, 38, 38, -1, 36]),
        outcome=np.array([F, F, F, F, F, R, W, Outcome.REFUSED_PROJECT, Outcome.WAITING, Outcome.LAPSED]),
        starts=np.array([39, 39, 39, 40, 40, -1, -1, -1, -1, 39]),
        sex=np.array([1, 1, 0, 1, 0, 0, 1, 1, 0, 0]),
        age_years=np.array([24, 25, 44, 45, 55, 30, 30, 30, 30, 30]),
        education=np.zeros(10, int),
        origin_occupation=np.full(10, 22),
        target_occupation=np.full(10, 30),
        cost_eur_cents=np.full(10, 100),
        teaching_eur_cents=np.full(10, 30),
    )
    world.record.months = list(range(36, 48))
    return world


def test_files_made_by_hand_are_counted_where_they_belong(made: World) -> None:
    one = account(made, 2024)[0]
    assert one.received == 9 / SCALE and one.funded == 6 / SCALE and one.lapsed == 1 / SCALE
    refused = dict.fromkeys(one.refused, 0.0) | {"refused_rank": 1 / SCALE, "refused_project": 1 / SCALE}
    assert dict(one.refused) == refused and one.withdrawn == 1 / SCALE and one.waiting == 1 / SCALE
    funded = one.profiles["funded"]
    assert funded is not None and funded.women == 0.5
    assert math.isclose(funded.ages["25_34"], 2 / 6) and math.isclose(funded.ages["55_plus"], 1 / 6)
    assert one.destinations is not None
    assert next(iter(one.destinations.courses)) == made.routes.codes[0]
    assert one.simulated == 6


def test_a_year_agrees_with_the_record_and_the_ledger(lived: World) -> None:
    for scheme, one in zip(schemes(), account(lived, 2024), strict=True):
        series = lived.record.series
        for name in ("received", "funded"):
            counted = sum(series.get(f"files_{name}_{scheme.name}", [0])) / SCALE
            assert math.isclose(getattr(one, name), counted), (scheme.name, name)
        paid = sum(row[4] for row in lived.ledger.rows() if row[1] == scheme.name)
        assert math.isclose(sum(one.paid_eur.values()), paid / 100 / SCALE, abs_tol=0.01)
        committed = sum(series.get(f"committed_eur_cents_{scheme.name}", [0])) / 100 / SCALE
        assert math.isclose(one.committed_eur, committed)
        for profile in one.profiles.values():
            if profile is not None:
                for shares in (profile.ages, profile.pcs, profile.education):
                    assert math.isclose(math.fsum(shares.values()), 1.0)


def test_no_scheme_commits_more_than_its_budget_and_what_was_given_back(lived: World) -> None:
    for one in account(lived, 2024):
        if one.budget_eur is not None:
            assert one.committed_eur <= one.budget_eur + one.released_eur + 0.01


def test_years_are_whole(lived: World) -> None:
    assert years_of(lived) == (2024,) and {year_of(m) for m in lived.record.months} == {2024}


@pytest.mark.parametrize("figure", figures(), ids=lambda figure: figure.id)
def test_a_figure_has_its_statistic_its_bounds_and_a_measure(figure: Figure) -> None:
    row = statistic(figure.statistic)
    value, low, high = bounds(figure)
    assert low is not None and high is not None
    if figure.measure:
        assert low <= high and (value is None or low - abs(value) <= value <= high + abs(value))
        assert figure.measure in MEASURES and figure.years
    else:
        assert figure.why
    one = compared(figure, None)
    assert one.kind == ROLES.get(row.role, "comparison")


def test_every_documented_figure_on_digital_files_and_ranks_is_there() -> None:
    cited = {figure.statistic for figure in figures()}
    from sim.provenance import documented_statistics

    for key, row in documented_statistics().items():
        if key.startswith(("digital_ptp_", "top10_")) and row.role in ("calibration", "hold_out"):
            assert key in cited, key


@pytest.mark.parametrize(
    ("model", "low", "high", "reach", "word"),
    [
        (105.0, 90.0, 100.0, 5.0, "hit"),
        (105.1, 90.0, 100.0, 5.0, "miss"),
        (84.9, 90.0, 100.0, 5.0, "miss"),
        (None, 90.0, 100.0, 5.0, "not measured"),
        (1.0, None, None, 0.0, "not measured"),
    ],
)
def test_a_hit_lies_within_the_bounds_and_the_tolerance(
    model: float | None, low: float | None, high: float | None, reach: float, word: str
) -> None:
    assert verdict(model, low, high, reach) == word


def test_measures_of_files_made_by_hand(made: World) -> None:
    asked = {**BARE, "statistic": "tpo_ptp_received_2021", "scheme": schemes()[0].name}

    def measured(measure: str, **fields: object) -> tuple[float | None, int]:
        figure = Figure.model_validate({**asked, "measure": measure, "years": (2024,), **fields})
        return MEASURES[measure](made, figure)

    codes = made.routes.codes
    assert measured("heads") == (9 / SCALE, 9)
    assert measured("rank", of="funded", route=codes[0]) == (1.0, 3)
    assert measured("rank", of="funded", route=codes[1]) == (2.0, 2)
    assert measured("rank", of="funded", route=codes[3]) == (None, 0)
    assert measured("share", of="funded", where={"sex": "woman"}) == (0.5, 6)
    assert measured("count_where", of="funded", where={"age_from": 25, "age_below": 45}) == (3 / SCALE, 3)
    share, heads = measured("wage_share", of="funded")
    assert share is not None and math.isclose(share, 0.7) and heads == 6


def test_a_figure_of_a_scheme_that_is_not_there_says_so() -> None:
    asked = {**BARE, "statistic": "csp_fr_2023", "scheme": "nowhere", "measure": "heads", "years": (2024,)}
    one = compared(Figure.model_validate(asked), None)
    assert one.verdict == "not measured" and one.why == "no such scheme in the model"


def test_figures_of_years_that_nobody_has_lived_are_left_out(lived: World) -> None:
    shown = compare_figures(worlds_by_year(lived))
    assert shown and all(set(one.years) == {2024} for one in shown)


def test_the_command_shows_misses_and_its_object_is_pinned(ended: Ended) -> None:
    size = ("--scale", str(SCALE), "--year", "2024")
    code, out, _ = ended("account", *size)
    assert code == 0 and "MISS" in out and "committed (EUR)" in out and "proves nothing" in out
    code, out, err = ended("account", *size, "--json")
    assert (code, err) == (0, "")
    assert [one["scheme"] for one in object_of(out, "account")["schemes"]] == [s.name for s in schemes()]
    assert ended("account", "--year", "2020")[2].startswith("E15")
    assert "MANQUÉ" in ended("account", *size, "--lang", "fr")[1]
