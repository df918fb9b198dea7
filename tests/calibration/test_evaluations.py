"""Worlds of a fit are kept as they come: stopped at any of them, it goes on to the same bytes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from toy_region import coordinates, moments, problem

from calibration import worlds
from calibration.fitting.calibrate import Settings, calibrate
from calibration.fitting.evaluations import STATE, Evaluations, WorldFailed
from calibration.fitting.report import Provenance, write_results
from calibration.targets import Target
from sim.run import Cancelled
from sim.sweep.jobs import Row, Spec
from sim.sweep.store_errors import AnotherSweep

SETTINGS = Settings(budget=5, optimisers=("gauss_newton",), ensemble=3, chance_worlds=2, profiled=0)
START = (0.5, 0.5, 0.5, 0.5)


class Lived:
    """The work of a world as the toy region does it, in this process."""

    def __init__(self) -> None:
        self.worlds = 0
        self.fails = False

    def __call__(self, spec: Spec) -> list[Row]:
        self.worlds += 1
        if self.fails:
            raise RuntimeError("on demand")
        return [{"sample": 0, "seed": spec["seed"], **moments(coordinates(spec["values"]), spec["seed"])}]


@pytest.fixture
def lived(monkeypatch: pytest.MonkeyPatch) -> Lived:
    work = Lived()
    monkeypatch.setattr(worlds, "live", work)
    targets: tuple[Target, ...] = problem().loss.targets
    monkeypatch.setattr(worlds, "_measured", lambda held_out: list(targets))
    return work


@pytest.fixture
def executor() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(1) as found:
        yield found


def fitted(folder: Path, executor: ThreadPoolExecutor, stop_after: int = 10**9) -> dict[str, bytes]:
    """Calibrate in a folder; the result files by name, or Cancelled after so many worlds."""
    simulate = Evaluations(folder, problem(), 0.01, 0, executor=executor, batch=3)
    simulate.stopped = lambda: simulate.lived >= stop_after
    found = calibrate(problem(), simulate, START, SETTINGS)
    paths = write_results(folder, found, Provenance("engine", 0.01, 0, len(simulate.asked)))
    return {path.name: path.read_bytes() for path in [*paths, folder / STATE]}


def test_a_stopped_calibration_goes_on_to_the_same_bytes(
    tmp_path: Path, lived: Lived, executor: ThreadPoolExecutor
) -> None:
    whole = fitted(tmp_path / "whole", executor)
    needed, folder = lived.worlds, tmp_path / "broken"
    lived.worlds = 0
    for _ in range(2):
        with pytest.raises(Cancelled):
            fitted(folder, executor, stop_after=3)
    state = json.loads((folder / STATE).read_text())
    assert state["worlds"] >= 5 and set(state["best"]) == {"p0", "p1", "p2", "p3"}
    assert fitted(folder, executor) == whole
    assert lived.worlds == needed
    assert fitted(folder, executor) == whole and lived.worlds == needed


def test_a_folder_holds_one_calibration(tmp_path: Path, lived: Lived, executor: ThreadPoolExecutor) -> None:
    Evaluations(tmp_path / "one", problem(), 0.01, 0, executor=executor)
    with pytest.raises(AnotherSweep):
        Evaluations(tmp_path / "one", problem(), 0.02, 0, executor=executor)


def test_a_world_that_fails_is_named_and_tried_again(
    tmp_path: Path, lived: Lived, executor: ThreadPoolExecutor
) -> None:
    lived.fails = True
    simulate = Evaluations(tmp_path / "one", problem(), 0.01, 0, executor=executor)
    with pytest.raises(WorldFailed, match="on demand"):
        simulate([(START, 0)])
    lived.fails = False
    again = Evaluations(tmp_path / "one", problem(), 0.01, 0, executor=executor)
    assert again([(START, 0)]) == [moments(coordinates(problem().values(START)), 0)]
