"""The queue of comparisons: order, cancelling, sharing, limits, and what survives a restart."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from sim.scenario import load, with_overrides
from sim.service import Busy, Request, RunService

Make = Callable[..., RunService]
Until = Callable[[Callable[[], bool]], None]
PTP = "schemes.ptp.budget_eur_per_year"


def request(budget: int = 58_000_000) -> Request:
    reference = load("reference")
    return Request(reference, with_overrides(reference, {PTP: str(budget)}), replicates=4)


def ran(tmp_path: Path) -> list[tuple[str, str]]:
    log = tmp_path / "log"
    lines = log.read_text().splitlines() if log.exists() else []
    return [(line.split()[0], line.split()[1]) for line in lines]


def test_a_sample_comes_first_then_the_region_then_the_interval(
    make_service: Make, until: Until, tmp_path: Path
) -> None:
    service = make_service()
    key = service.submit(request(), "anna")
    until(lambda: not service.state(key).pending)
    assert [stage for _, stage in ran(tmp_path)] == ["provisional", "region", "other_end", "ensemble"]
    assert service.state(key).stored == ("provisional", "region", "other_end", "ensemble")
    answer = service.answer(key, "ensemble")
    assert answer is not None and answer.pairs == 4


def test_first_answers_pass_before_refinements(make_service: Make, until: Until, tmp_path: Path) -> None:
    service = make_service(0.2)
    first = service.submit(request(1_000_000), "anna")
    second = service.submit(request(2_000_000), "bruno")
    until(lambda: not service.state(first).pending and not service.state(second).pending)
    assert [stage for _, stage in ran(tmp_path)][:2] == ["provisional", "provisional"]


def test_a_newer_wish_cancels_the_older_one(make_service: Make, until: Until, tmp_path: Path) -> None:
    service = make_service(5.0)
    older = service.submit(request(1_000_000), "anna")
    until(lambda: service.state(older).status == "running" and bool(ran(tmp_path)))
    newer = service.submit(request(2_000_000), "anna")
    until(lambda: service.state(newer).status == "running")
    assert service.state(older).status == "absent"


def test_a_run_that_two_sessions_want_goes_on(make_service: Make, until: Until, tmp_path: Path) -> None:
    service = make_service(0.3)
    shared = service.submit(request(1_000_000), "anna")
    assert service.submit(request(1_000_000), "bruno") == shared
    until(lambda: bool(ran(tmp_path)))
    service.submit(request(2_000_000), "anna")
    until(lambda: "provisional" in service.state(shared).stored)


def test_going_back_to_a_setting_runs_it_after_all(make_service: Make, until: Until) -> None:
    service = make_service(0.2)
    first = service.submit(request(1_000_000), "anna")
    service.submit(request(2_000_000), "anna")
    service.submit(request(1_000_000), "anna")
    until(lambda: service.state(first).status == "done")
    assert "region" in service.state(first).stored


def test_too_many_comparisons_are_refused(make_service: Make) -> None:
    service = make_service(5.0, queue_limit=2)
    for number in (1, 2):
        service.submit(request(number * 1_000_000), f"session {number}")
    with pytest.raises(Busy):
        service.submit(request(3_000_000), "one too many")


def test_a_failure_is_told_and_can_be_tried_again(make_service: Make, until: Until, tmp_path: Path) -> None:
    service = make_service()
    (tmp_path / "comparisons").mkdir()
    (tmp_path / "comparisons" / "fail").touch()
    key = service.submit(request(), "anna")
    until(lambda: service.state(key).status == "failed")
    assert service.state(key).fault["en"] == "fault"
    (tmp_path / "comparisons" / "fail").unlink()
    service.submit(request(), "anna")
    assert service.state(key).status == "failed"
    service.retry(key)
    service.submit(request(), "anna")
    until(lambda: service.state(key).status == "done")


def test_answers_survive_a_restart(make_service: Make, until: Until, tmp_path: Path) -> None:
    before = make_service()
    key = before.submit(request(), "anna")
    until(lambda: before.state(key).status == "done")
    before.close()
    count = len(ran(tmp_path))
    after = make_service()
    assert after.submit(request(), "anna") == key
    assert after.state(key).status == "done" and len(ran(tmp_path)) == count


def test_a_working_process_that_dies_is_a_failure_and_is_replaced(
    make_service: Make, until: Until, tmp_path: Path
) -> None:
    service = make_service(5.0)
    key = service.submit(request(), "anna")
    until(lambda: bool(ran(tmp_path)))
    assert service._worker is not None
    service._worker.kill()
    until(lambda: service.state(key).status == "failed")
    other = service.submit(request(3_000_000), "anna")
    until(lambda: service.state(other).status == "running")


def test_words_do_not_make_another_comparison() -> None:
    asked = request()
    renamed = replace(asked.other, name="other", title={"fr": "Autre", "en": "Other"})
    assert replace(asked, other=renamed).key == asked.key
    assert request(1_000_000).key != asked.key


def test_worlds_that_differ_in_the_closure_of_posts_have_no_other_end() -> None:
    reference = load("reference")
    asked = Request(reference, with_overrides(reference, {"closure.posts": "respond"}))
    assert asked.stages == ("provisional", "region", "ensemble")


def test_two_equal_worlds_have_no_interval_to_look_for() -> None:
    asked = Request(load("reference"), load("reference"))
    assert asked.unchanged and asked.stages == ("provisional", "region")
