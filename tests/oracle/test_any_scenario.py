"""Any scenario that the registry allows: engine and oracle agree on a tiny world, month by month."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from sim.calendar import OPENING
from sim.parameters import Law, Parameter, Registry

from .worlds import CROWDED, SHAKEN, TINY, lived_together, with_levers, world_of

MONTHS = 9
FAR_FROM_TODAY: dict[str, Any] = {**CROWDED, "training.seats_ratio": 200.0}
"""On a tiny world somebody must file, and seats must be there to be given."""


def values_of(parameter: Parameter) -> st.SearchStrategy[Any]:
    """Values that a scenario may give a lever, its bounds among them."""
    if parameter.kind == "choice":
        return st.sampled_from(parameter.choices)
    low, high = parameter.low, parameter.high
    assert low is not None and high is not None
    if parameter.kind == "float":
        return st.sampled_from([low, high]) | st.floats(low, high, allow_subnormal=False)
    whole = st.sampled_from([low, high]) | st.integers(int(low), int(high))
    return whole | st.just("unlimited") if parameter.unlimited else whole


@st.composite
def levers(draw: st.DrawFn) -> dict[str, Any]:
    """Some levers moved, some of them at a date within the months lived."""
    registry = Registry.load()
    moved: dict[str, Any] = {}
    for key in draw(st.lists(st.sampled_from(registry.levers()), min_size=3, max_size=20, unique=True)):
        first = draw(values_of(registry[key]))
        later = OPENING + draw(st.integers(1, MONTHS - 1))
        moved[key] = draw(st.sampled_from([
            [(OPENING, first)],
            [(later, first)],
            [(OPENING, first), (later, draw(values_of(registry[key])))]]))
    return moved


LAW = st.sampled_from(["constant", "effective"])
GIVEN = st.sampled_from([{}, CROWDED, FAR_FROM_TODAY, {**FAR_FROM_TODAY, **SHAKEN}])


def agree(moved: dict[str, Any], given: dict[str, Any], law: Law, replicate: int) -> None:
    """Live a tiny world under the levers in both writings."""
    world = world_of(with_levers("ai-fast", moved, law), TINY, replicate=replicate, given=given)
    for _ in lived_together(world, MONTHS):
        pass


DOSE: dict[str, Any] = {
    "derandomize": True, "deadline": None, "database": None, "phases": [Phase.generate],
    "suppress_health_check": [HealthCheck.too_slow]}
"""An example that fails is not made smaller: the first difference says enough, and a search takes minutes."""


@settings(max_examples=12, **DOSE)
@given(levers(), GIVEN, LAW, st.integers(0, 3))
def test_any_scenario_is_the_same_in_both_writings(
        moved: dict[str, Any], given: dict[str, Any], law: Law, replicate: int) -> None:
    agree(moved, given, law, replicate)


@pytest.mark.full
@settings(max_examples=300, **DOSE)
@given(levers(), GIVEN, LAW, st.integers(0, 99))
def test_many_scenarios_are_the_same_in_both_writings(
        moved: dict[str, Any], given: dict[str, Any], law: Law, replicate: int) -> None:
    agree(moved, given, law, replicate)
