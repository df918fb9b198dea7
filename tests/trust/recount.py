"""A month added up again from who everybody was before and is after it, without the engine's own counts."""

from __future__ import annotations

import numpy as np

from sim.moves import Reason
from sim.population.columns import NONE, State
from sim.world import World

FOR_LIFE = ("person", "sex", "birth_month", "education", "talent", "taste", "distant")
HIRES = [int(reason) for reason in (Reason.HIRE_FROM_UNEMPLOYMENT, Reason.HIRE_FROM_INACTIVITY,
                                    Reason.JOB_TO_JOB, Reason.BUSINESS_CREATION)]
LOSSES = [int(reason) for reason in (Reason.RESIGNATION, Reason.END_OF_CONTRACT, Reason.AGREED_TERMINATION,
                                     Reason.DISMISSAL, Reason.LAYOFF, Reason.BUSINESS_CLOSURE)]


def persons_of(world: World) -> dict[str, np.ndarray]:
    """Copies of the rows in use."""
    return {name: values[: world.rows].copy() for name, values in world.persons.items()}


def recount(before: dict[str, np.ndarray], world: World) -> None:
    """Assert that ``before`` can have become what the world is one month later, and how often each thing
    happened."""
    rows = before["state"].size
    p = {name: values[:rows] for name, values in world.persons.items()}
    for name in FOR_LIFE:
        assert np.array_equal(before[name], p[name]), name
    _dates(before, p, world.month - 1)
    entered = world.rows - rows
    assert entered == world.record.flows[-1][..., Reason.ENTRY].sum()
    assert entered == world.record.series.get("entries", [0])[-1]
    outside = {"state": State.INACTIVE, "occupation": NONE, "hired": -32768, "team": -1}
    _flows({name: np.append(before[name], np.full(entered, value, before[name].dtype))
            for name, value in outside.items()}, persons_of(world), world)


def _dates(before: dict[str, np.ndarray], p: dict[str, np.ndarray], month: int) -> None:
    def moved(name: str) -> np.ndarray:
        return before[name] != p[name]

    gone = before["state"] == State.LEFT
    assert (p["state"][gone] == State.LEFT).all() and not moved("since")[gone].any()
    # A state that changes begins now; one that does not goes on, or ended and began again within the month.
    assert (p["since"][moved("state")] == month).all()
    assert (p["since"][moved("since")] == month).all()
    assert (p["hired"][moved("hired")] == month).all()
    again = p["since"] == month
    assert (moved("team") | again)[moved("hired")].all()
    assert (p["hired"] == month)[moved("wage")].all()
    assert ((p["team"] >= 0) | again)[moved("occupation")].all()
    assert (p["occupation_since"] == month)[moved("occupation")].all()
    assert (before["titles"] & ~p["titles"] == 0).all()
    assert (p["literacy"] >= before["literacy"]).all()
    assert (p["laid_off"][moved("laid_off")] == month).all()
    # A right to benefit opens or grows for those who have just lost a post, and for nobody else.
    left, left_before = (now["are_days"] - np.maximum(now["are_paid"], 0) for now in (p, before))
    grown = left > left_before
    assert ((before["team"] >= 0) & (p["team"] < 0))[grown].all()


def _flows(before: dict[str, np.ndarray], p: dict[str, np.ndarray], world: World) -> None:
    """Heads that moved, counted from the rows, against the flows; founders may be hired in their month."""
    month, flows = world.month - 1, world.record.flows[-1].astype(np.int64)
    by = flows.sum(axis=(0, 1))
    founded = int(by[Reason.BUSINESS_CREATION])
    new = (p["hired"] == month) & (p["team"] >= 0) & (before["hired"] != month)
    assert 0 <= by[HIRES].sum() - new.sum() <= founded
    origin = np.minimum(before["occupation"][new].astype(int), 40)
    matrix = np.zeros(flows.shape[:2], np.int64)
    np.add.at(matrix, (origin, p["occupation"][new].astype(int)), 1)
    # Who is redeployed and hired elsewhere in the same month leaves from a trade that rows no longer show.
    redeployed = int(by[Reason.REDEPLOYMENT])
    assert np.abs(flows[..., HIRES].sum(axis=2) - matrix).sum() <= 3 * founded + 2 * redeployed
    lost = (before["state"] == State.EMPLOYED) & (
        (p["state"] == State.UNEMPLOYED) | ((p["state"] == State.TRAINING) & (p["team"] < 0)))
    searching = (before["state"] == State.INACTIVE) & (p["state"] == State.UNEMPLOYED)
    # Together: whoever retires before the last age may search at once, from a post to unemployment.
    out = by[LOSSES].sum() + by[Reason.STARTS_SEARCH]
    assert 0 <= out - lost.sum() - searching.sum() <= founded + by[Reason.RETIREMENT]
    gone = (before["state"] != State.LEFT) & (p["state"] == State.LEFT)
    assert gone.sum() == world.record.series.get("exits", [0])[-1]
    begun = (before["state"] != State.TRAINING) & (p["state"] == State.TRAINING)
    ended = (before["state"] == State.TRAINING) & (p["state"] != State.TRAINING)
    assert by[Reason.TRAINING_START] - by[Reason.TRAINING_END] == begun.sum() - ended.sum()
    laid_off = (p["laid_off"] == month).sum()
    assert laid_off == by[Reason.LAYOFF] == world.record.series.get("layoffs", [0])[-1]
