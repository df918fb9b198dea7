"""Random draws as pure functions of (seed, decision, month, person).

No generator carries a state: adding a policy, a process or a person changes nobody else's draws,
so a scenario and its comparator are the same world with one thing changed.  Probabilities are
turned into integers before any comparison, in one place (:func:`threshold`), because floating
point differs between processors and a threshold on floats is where "same bytes" dies.
"""

from __future__ import annotations

from enum import IntEnum

import numpy as np

from sim.kernels import Array, kernel

ONE = 1 << 32
"""A probability of one in fixed point: draws are whole numbers in [0, ONE)."""

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_MIX_1 = np.uint64(0xBF58476D1CE4E5B9)
_MIX_2 = np.uint64(0x94D049BB133111EB)
_S30, _S27, _S31, _S32 = np.uint64(30), np.uint64(27), np.uint64(31), np.uint64(32)
_MASK = (1 << 64) - 1


class Decision(IntEnum):
    """What a draw decides.  A new decision takes a new number; numbers are never reused."""

    SYNTHESIS = 1
    TASTE = 2
    DISTANT = 3
    TALENT = 4
    ADOPTION = 10
    POST_ROUNDING = 11
    RETIREMENT = 20
    ENTRY_SEX = 21
    ENTRY_EDUCATION = 22
    ENTRY_TITLE = 23
    ENTRY_AGE = 24
    PARTICIPATION = 25
    SEPARATION = 30
    SEPARATION_REASON = 31
    CONVERSION = 32
    LAYOFF = 33
    REDEPLOYMENT = 34
    APPLICATION = 40
    ROUTE = 41
    SCHEME = 42
    FILE_TRAITS = 43
    COMMISSION = 50
    PROJECT = 51
    DROP_OUT = 60
    CERTIFICATE = 61
    COVER = 62
    CREATION = 63
    SHORT_TRAINING = 64
    SEARCH = 70
    DESTINATION = 71
    PRIORITY = 72
    FILLED = 73
    VACANCY = 74
    CONTRACT = 75
    CIVIL_SERVANT = 76
    AIM = 77


@kernel
def mix(value: np.uint64) -> np.uint64:
    """The finaliser of splitmix64: every bit of the result depends on every bit of ``value``."""
    value = (value ^ (value >> _S30)) * _MIX_1
    value = (value ^ (value >> _S27)) * _MIX_2
    return value ^ (value >> _S31)


@kernel
def draw(key: np.uint64, person: int) -> np.int64:
    """Whole number in [0, 2**32) for one person under one :func:`stream_key`."""
    return np.int64(mix(key + _GOLDEN * np.uint64(person)) >> _S32)


@kernel
def draw_many(key: np.uint64, persons: Array) -> Array:
    """:func:`draw` for an array of persons; int64 of the same length."""
    out = np.empty(persons.size, np.int64)
    for i in range(persons.size):
        out[i] = draw(key, persons[i])
    return out


def _mix_python(value: int) -> int:
    value = ((value ^ (value >> 30)) * int(_MIX_1)) & _MASK
    value = ((value ^ (value >> 27)) * int(_MIX_2)) & _MASK
    return value ^ (value >> 31)


def stream_key(seed: int, decision: Decision, month: int) -> np.uint64:
    """Key of one decision in one month of one seed; ``month`` counts from January 2021, may be negative."""
    value = _mix_python((seed * 0x9E3779B97F4A7C15 + 0x632BE59BD9B4E019) & _MASK)
    value = _mix_python((value ^ (int(decision) * 0xD1342543DE82EF95)) & _MASK)
    value = _mix_python((value + (month + 100_000) * 0xA0761D6478BD642F) & _MASK)
    return np.uint64(value)


def threshold(probability: float) -> int:
    """Fixed-point form of a probability: ``draw < threshold`` happens with that probability.

    Zero gives 0 (never), one gives ``ONE`` (always).  Rounds to 10 decimal digits first, so that the
    last bits of a library's ``exp`` cannot move the result.
    """
    if not 0.0 <= probability <= 1.0:
        raise ValueError(f"a probability lies in [0, 1], not {probability!r}")
    return round(round(probability, 10) * ONE)


def thresholds(probabilities: Array) -> Array:
    """:func:`threshold` for an array; int64 of the same shape."""
    values = np.asarray(probabilities, dtype=np.float64)
    if values.size and not (values.min() >= 0.0 and values.max() <= 1.0):
        raise ValueError("probabilities lie in [0, 1]")
    return np.rint(np.round(values, 10) * ONE).astype(np.int64)
