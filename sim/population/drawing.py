"""Draws of the synthesis: keyed by use and row, turned into whole-number quantities.

Normal and logarithmic shapes come from tables made once with :mod:`math` and :mod:`statistics` and
rounded to whole numbers, so the population does not depend on the processor.
"""

from __future__ import annotations

import math
from enum import IntEnum
from functools import cache
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from sim.streams import Decision, draw_many, stream_key

Integers = NDArray[np.int64]
_BITS = 12


class Use(IntEnum):
    """What a draw of the synthesis is for: its "month" in the key.  Numbers are never reused."""

    SIZE_CLASS = 1
    ACTIVITY = 2
    UNIT_ORDER = 3
    SEAT = 4
    AGE_BAND = 5
    AGE_YEAR = 6
    BIRTH_MONTH = 7
    CONTRACT = 8
    SHORT_CONTRACT = 9
    TENURE = 10
    TENURE_MONTH = 11
    OCCUPATION_START = 12
    OCCUPATION_MONTHS = 13
    EDUCATION = 14
    TITLE = 15
    JOBLESS_SECTOR = 16
    LONG_SPELL = 17
    SPELL_MONTHS = 18
    LAST_OCCUPATION = 19


def draws(seed: int, use: Use, ids: Integers) -> Integers:
    """Whole numbers in [0, 2**32), one for each row number."""
    return draw_many(stream_key(seed, Decision.SYNTHESIS, int(use)), ids)


def trait_draws(seed: int, decision: Decision, ids: Integers) -> Integers:
    """Draws of a personal trait (talent, taste, distance), in [0, 2**32)."""
    return draw_many(stream_key(seed, decision, 0), ids)


@cache
def _normal_quantiles(scale: int, limit: int) -> Integers:
    count = 1 << _BITS
    values = [NormalDist().inv_cdf((i + 0.5) / count) * scale for i in range(count)]
    return np.array([max(-limit, min(limit, round(v))) for v in values], np.int64)


def normal(draw: Integers, scale: int, limit: int) -> Integers:
    """Whole numbers of a normal law of mean 0 and deviation ``scale``, clipped at ``limit``."""
    return np.take(_normal_quantiles(scale, limit), draw >> (32 - _BITS))


def below(draw: Integers, count: Integers | int) -> Integers:
    """Whole numbers in [0, count), uniform; ``count`` below 2**31."""
    return (draw * np.asarray(count, np.int64)) >> 32


def early(draw: Integers) -> Integers:
    """The draw bent towards zero (its square, in the same range): for spells that thin out."""
    half = draw >> 1
    return (half * half) >> 30


@cache
def exponentials(limit: int) -> Integers:
    """``exp(k / 1000)`` in units of 2**-20 for k from -limit to limit."""
    return np.array([round(math.exp(k / 1000) * (1 << 20)) for k in range(-limit, limit + 1)], np.int64)


def by_quota(group: Integers, score: Integers, quota: Integers) -> NDArray[np.uint8]:
    """Category of each row: the lowest scores of a group take the first category, and so on.

    ``quota`` has shape (groups, categories) and sums by row to the heads of the group; ``score`` lies
    in [0, 2**32).  Ties go to the lower row.
    """
    order = np.argsort((group << 32) + score, kind="stable")
    categories = np.tile(np.arange(quota.shape[1], dtype=np.uint8), quota.shape[0])
    out = np.empty(group.size, np.uint8)
    out[order] = np.repeat(categories, quota.ravel())
    return out
