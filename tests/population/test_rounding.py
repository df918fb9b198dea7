"""Controlled rounding: every cell and every group ends next to its exact value."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.population.rounding import controlled_rounding, largest_remainder, quotas


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 7), st.integers(1, 6), st.integers(2, 1000), st.integers(0, 2**31))
def test_cells_and_nested_groups_are_rounded_to_a_neighbour(
    rows: int, columns: int, one: int, seed: int
) -> None:
    numerators = np.random.Generator(np.random.PCG64(seed)).integers(0, 5 * one, rows * columns)
    row, column = np.divmod(np.arange(rows * columns), columns)
    families = [[row, row // 2], [column, column // 3, column * 0]]
    whole = controlled_rounding(numerators, one, *families)
    for labels in [np.arange(rows * columns), *families[0], *families[1]]:
        exact = np.bincount(labels, weights=numerators)
        found = np.bincount(labels, weights=whole)
        assert (np.abs(found * one - exact) < one).all()


def test_whole_cells_stay_as_they_are() -> None:
    cells = np.array([3, 0, 7, 11]) * 10
    labels = np.array([0, 0, 1, 1])
    assert controlled_rounding(cells, 10, [labels], [1 - labels]).tolist() == [3, 0, 7, 11]


def test_groups_that_are_not_nested_and_cannot_be_met_are_refused() -> None:
    half = np.array([1, 1, 1])
    first, second = np.array([0, 0, 1]), np.array([1, 0, 0])
    with pytest.raises(ValueError, match="nested"):
        controlled_rounding(half, 2, [first, second], [np.array([0, 1, 0])])


@given(st.integers(0, 10_000), st.lists(st.integers(0, 50), min_size=1, max_size=9).filter(any))
def test_largest_remainders_add_up(total: int, weights: list[int]) -> None:
    parts = largest_remainder(total, np.array(weights))
    assert parts.sum() == total and (parts >= 0).all()
    assert (np.abs(parts * sum(weights) - np.array(weights) * total) < sum(weights)).all()


@given(st.lists(st.integers(0, 30), min_size=1, max_size=8), st.integers(0, 2**31))
def test_quotas_share_every_row_out(counts: list[int], seed: int) -> None:
    weights = np.random.Generator(np.random.PCG64(seed)).integers(0, 4, (len(counts), 4))
    weights[:, 0] += 1
    found = quotas(np.array(counts), weights)
    assert found.sum(axis=1).tolist() == counts
    assert (found >= 0).all() and (found[weights == 0] == 0).all()
