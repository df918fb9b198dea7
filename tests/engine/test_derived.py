"""Tables derived from rules: computed once, never stale."""

from __future__ import annotations

from typing import Any

import pytest
from engine_worlds import live, with_rules, world_of

from sim.derived import Known, derived

WEIGHT = "matching.distance_weight"


class Doubled:
    """A table that counts how often it is computed."""

    def __init__(self) -> None:
        self.calls = 0

    def __call__(self, known: Known, extra: float = 0.0) -> float:
        self.calls += 1
        return 2.0 * float(known.rules[WEIGHT]) + extra


class Rules:
    """Something with rules and a memory, as a world has."""

    def __init__(self, **rules: Any) -> None:
        self.rules, self.memory, self.occupations, self.routes = dict(rules), {}, None, None


def test_a_table_is_computed_once_while_values_stay() -> None:
    table, world = Doubled(), Rules(**{WEIGHT: 3.0})
    assert derived(world, table) == derived(world, table) == 6.0  # type: ignore[arg-type]
    world.rules = dict(world.rules)  # another object, equal
    assert derived(world, table) == 6.0  # type: ignore[arg-type]
    assert table.calls == 1
    assert derived(world, table, 0.5) == 6.5  # type: ignore[arg-type]
    assert table.calls == 2


def test_a_changed_value_is_seen_and_the_old_one_again_when_it_comes_back() -> None:
    table, world = Doubled(), Rules(**{WEIGHT: 3.0})
    seen = []
    for value in (3.0, 4.0, 3.0, 5.0):
        world.rules = {WEIGHT: value}
        seen.append(derived(world, table))  # type: ignore[arg-type]
    assert seen == [6.0, 8.0, 6.0, 10.0]


def test_worlds_under_equal_rules_share_and_others_do_not() -> None:
    table = Doubled()
    one, same, other = Rules(**{WEIGHT: 3.5}), Rules(**{WEIGHT: 3.5}), Rules(**{WEIGHT: 4.5})
    assert [derived(w, table) for w in (one, same, other, one)] == [7.0, 7.0, 9.0, 7.0]  # type: ignore[arg-type]
    assert table.calls == 2


def test_a_value_that_the_table_does_not_read_changes_nothing_and_one_it_looks_for_does() -> None:
    table, world = Doubled(), Rules(**{WEIGHT: 3.25, "other": 1})
    first = derived(world, table)  # type: ignore[arg-type]
    world.rules = {WEIGHT: 3.25, "other": 2}
    assert derived(world, table) == first and table.calls == 1  # type: ignore[arg-type]

    def optional(known: Known) -> float:
        return float(known.rules.get("absent", 7.0))

    assert derived(world, optional) == 7.0  # type: ignore[arg-type]
    world.rules = {**world.rules, "absent": 8.0}
    assert derived(world, optional) == 8.0  # type: ignore[arg-type]

    def whole(known: Known) -> int:
        return sum(int(value) for value in known.rules.values())  # 3 + 2 + 8

    assert derived(world, whole) == 13  # type: ignore[arg-type]
    world.rules = {**world.rules, "other": 3}
    assert derived(world, whole) == 14  # type: ignore[arg-type]


def test_one_object_stands_for_one_set_of_values() -> None:
    world = Rules(**{WEIGHT: 3.0})
    one = derived(world, as_list)  # type: ignore[arg-type]
    world.rules = {WEIGHT: 3.0, "other": 1}
    assert derived(world, as_list) is one  # type: ignore[arg-type]
    world.rules = {WEIGHT: 3.5}
    assert derived(world, as_list) is not one  # type: ignore[arg-type]


def as_list(known: Known) -> list[float]:
    return [float(known.rules[WEIGHT])]


def test_many_values_do_not_pile_up() -> None:
    table = Doubled()
    for n in range(100):
        assert derived(Rules(**{WEIGHT: float(n)}), table) == 2.0 * n  # type: ignore[arg-type]
    assert derived(Rules(**{WEIGHT: 0.0}), table) == 0.0  # type: ignore[arg-type]
    assert table.calls == 101  # the first one was let go


def test_a_table_cannot_read_the_run() -> None:
    world = world_of()
    world.rules = world.rules_of(world.month)
    with pytest.raises(AttributeError):
        derived(world, lambda known: known.month)  # type: ignore[attr-defined]


def test_a_world_whose_rules_are_written_anew_each_month_lives_as_one_whose_are_not() -> None:
    shipped, anew = live(world_of(), 4), live(with_rules(world_of()), 4)
    assert shipped.record.series == anew.record.series
