"""Draws whose first digits 64 neighbours take from shared words: uniform, each person's own, all found."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from sim.groups import GROUPS, NO_STRATUM, STRATA, STRATUM_OF_GROUP
from sim.kernels import Array
from sim.streams import BLOCK, LEADING, ONE, Decision, below, draw_many, sieved_draw, stream_key

FALSE_ALARM = 1e-6
"""Chance that a statistical test of this file fails although the draws are uniform."""

PERSONS = 64_000


def sieved(decision: Decision, month: int, persons: int = PERSONS) -> Array:
    key = stream_key(5, decision, month)
    return np.array([sieved_draw(key, person) for person in range(persons)], np.int64)


@pytest.mark.parametrize("decision", [Decision.SEARCH, Decision.RETIREMENT])
def test_sieved_draws_are_uniform_in_all_their_digits(decision: Decision) -> None:
    draws = sieved(decision, 40)
    assert draws.min() >= 0 and draws.max() < ONE
    # Digits of the words, digits across the seam, digits of her own: one test of 256 cells each.
    for shift in (32 - LEADING, 28 - LEADING, 24 - LEADING, 0):
        counts = np.bincount((draws >> shift) & 255, minlength=256)
        assert stats.chisquare(counts).pvalue > FALSE_ALARM / 8, shift


def test_neighbours_of_a_block_share_nothing() -> None:
    # Bits of one word would be alike if the mixing were weak: correlations of all places, 2,016 pairs.
    months = np.stack([sieved(Decision.SEPARATION, month, 20 * BLOCK) for month in range(300)])
    by_place = months.reshape(-1, BLOCK).astype(np.float64)
    found = np.corrcoef(by_place, rowvar=False)[np.triu_indices(BLOCK, 1)]
    bar = stats.norm.isf(FALSE_ALARM / 2 / found.size) / np.sqrt(by_place.shape[0])
    assert np.abs(found).max() < bar
    # How many of a block start with three zeros is binomial: a shared digit would spread it.
    low = (months < ONE >> 3).reshape(-1, BLOCK).sum(axis=1)
    expected = stats.binom.pmf(np.arange(BLOCK + 1), BLOCK, 1 / 8) * low.size
    kept = expected > 5
    seen = np.bincount(low, minlength=BLOCK + 1)
    observed, wanted = [np.append(of[kept], of[~kept].sum()) for of in (seen, expected)]
    assert stats.chisquare(observed, wanted).pvalue > FALSE_ALARM


def test_sieved_draws_and_plain_ones_of_a_decision_are_apart() -> None:
    plain = draw_many(stream_key(5, Decision.SEARCH, 40), np.arange(PERSONS))
    found = np.corrcoef(sieved(Decision.SEARCH, 40), plain)[0, 1]
    assert abs(found) < stats.norm.isf(FALSE_ALARM / 2) / np.sqrt(PERSONS)


@pytest.mark.parametrize("top", [1 / 4000, 1 / 257, 1 / 100, 0.3, 1.0])
def test_everybody_under_her_ceiling_is_found_and_nobody_else(top: float) -> None:
    # 700 blocks: more than are looked at at a time; people of all groups, some of them with no chance.
    chance = np.random.Generator(np.random.Philox(3))
    held = np.array([g for g in range(GROUPS) if STRATUM_OF_GROUP[g] != NO_STRATUM])
    group = chance.choice(held, 700 * BLOCK + 17).astype(np.uint8)
    ceilings = np.zeros(GROUPS, np.int64)
    ceilings[held] = chance.integers(0, round(top * ONE) + 1, held.size)
    ceilings[held[::7]] = 0
    strata = np.zeros((STRATA, group.size // BLOCK + 1), np.uint64)
    for i, g in enumerate(group):
        strata[STRATUM_OF_GROUP[g], i // BLOCK] |= np.uint64(1) << np.uint64(i % BLOCK)
    key = stream_key(1, Decision.PARTICIPATION, 50)
    found, draws = below(group, strata, key, ceilings)
    own = np.array([sieved_draw(key, i) for i in range(group.size)], np.int64)
    assert np.array_equal(found, np.flatnonzero(own < ceilings[group]))
    assert np.array_equal(draws, own[found])
