"""Random draws as pure functions of (seed, decision, month, person).

No generator carries a state: adding a policy, a process or a person changes nobody else's draws,
so a scenario and its comparator are the same world with one thing changed.  Probabilities are
turned into integers before any comparison, in one place (:func:`threshold`), because floating
point differs between processors and a threshold on floats is where "same bytes" dies.
"""

from __future__ import annotations

from enum import IntEnum
from functools import lru_cache

import numpy as np

from sim.groups import NO_STRATUM, STRATUM_OF_GROUP
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
    COMMISSION = 50
    PROJECT = 51
    FILE_TRAIT = 52
    WITHDRAWAL = 53
    APPEAL = 54
    POSTPONEMENT = 55
    RETURN = 56
    KNOWLEDGE = 57
    ADVICE = 58
    DROP_OUT = 60
    CERTIFICATE = 61
    COVER = 62
    CREATION = 63
    SHORT_TRAINING = 64
    RESIGNATION = 65
    GIVING_UP = 66
    ARDUOUS_WORK = 45
    SEARCH = 70
    DESTINATION = 71
    PRIORITY = 72
    FILLED = 73
    VACANCY = 74
    CONTRACT = 75
    CIVIL_SERVANT = 76
    AIM = 77
    REDUNDANCY = 78
    LARGE_FIRM = 79
    TITLE_BY_EXPERIENCE = 80
    ENTRY_HIRING = 81
    JURY = 82
    COURSE_ON_AI = 83
    CAPITAL = 84
    SWAP = 90


@kernel
def mix(value: np.uint64) -> np.uint64:
    """The finaliser of splitmix64: every bit of the result depends on every bit of ``value``."""
    value = (value ^ (value >> _S30)) * _MIX_1
    value = (value ^ (value >> _S27)) * _MIX_2
    return value ^ (value >> _S31)


@kernel
def draw(key: np.uint64, person: int | np.uint64) -> np.int64:
    """Whole number in [0, 2**32) for one person under one :func:`stream_key`."""
    return np.int64(mix(key + _GOLDEN * np.uint64(person)) >> _S32)


@kernel
def draw_many(key: np.uint64, persons: Array) -> Array:
    """:func:`draw` for an array of persons; int64 of the same length."""
    out = np.empty(persons.size, np.int64)
    for i in range(persons.size):
        out[i] = draw(key, persons[i])
    return out


BLOCK = 64
LEADING = 8
"""Leading binary digits that a sieved draw takes from words shared by a block of 64 persons."""

_BLOCKS_AT_ONCE = 256
_U1, _U8, _S58 = np.uint64(1), np.uint64(LEADING), np.uint64(58)
_REST = np.uint64(32 - LEADING)
_DE_BRUIJN = np.uint64(0x03F79D71B4CB0A89)
"""Multiplying a single bit by it brings a different six-bit number to the top for each of the 64 places."""


def _places_of_bits() -> Array:
    places = np.zeros(64, np.uint64)
    for place in range(64):
        places[((int(_DE_BRUIJN) << place) & _MASK) >> 58] = place
    return places


_PLACE_OF_BIT = _places_of_bits()


@kernel
def next_person(block: int, left: np.uint64) -> tuple[int, np.uint64]:
    """The first person whose bit is set in the word ``left`` of a block, and the word without her."""
    lowest = left & (~left + _U1)
    return block * BLOCK + int(_PLACE_OF_BIT[(lowest * _DE_BRUIJN) >> _S58]), left ^ lowest


@kernel
def _first_word(key: np.uint64, digit: int) -> np.uint64:
    """Where the words of a leading digit begin: those of the blocks follow in steps of the golden ratio."""
    return key + _GOLDEN * (np.uint64(digit + 1) << np.uint64(40))


@kernel
def _rest(key: np.uint64, person: int) -> np.uint64:
    """The digits of a sieved draw that are the person's own."""
    return mix((key ^ _MIX_2) + _GOLDEN * np.uint64(person)) >> _S32 >> _U8


@kernel
def sieved_draw(key: np.uint64, person: int) -> np.int64:
    """The draw that :func:`below` compares: eight digits from the block's words, the others her own."""
    block, place = person // BLOCK, np.uint64(person % BLOCK)
    top = np.uint64(0)
    for digit in range(LEADING):
        word = mix(_first_word(key, digit) + _GOLDEN * np.uint64(block))
        top = (top << _U1) | ((word >> place) & _U1)
    return np.int64((top << _REST) | _rest(key, person))


@kernel
def _zeros_below(ceiling: int) -> int:
    """Leading zeros, at most ``LEADING``, of every draw under ``ceiling``."""
    zeros = 0
    while zeros < LEADING and ceiling <= np.int64(ONE) >> (zeros + 1):
        zeros += 1
    return zeros


@kernel
def _depths(strata_count: int, ceilings: Array) -> tuple[Array, Array, Array]:
    """Strata with somebody to look at, the zeros that a draw must start with there, and by group."""
    highest = np.zeros(strata_count, np.int64)
    zeros = np.zeros(ceilings.size, np.int64)
    for g in range(ceilings.size):
        zeros[g] = _zeros_below(ceilings[g])
        s = STRATUM_OF_GROUP[g]
        if s != NO_STRATUM:
            highest[s] = max(highest[s], ceilings[g])
    used = np.flatnonzero(highest)
    depths = np.array([_zeros_below(highest[s]) for s in used])
    return used, depths, zeros


@kernel
def below(group: Array, strata: Array, key: np.uint64, ceilings: Array) -> tuple[Array, Array]:
    """Rows whose :func:`sieved_draw` lies under the ceiling of their group, and the draws (int64 both).

    ``ceilings`` [group] bound every threshold that the caller will apply; ``strata`` [stratum, block] hold
    one bit a person (:mod:`sim.groups`).  A draw below 2**-k starts with k zeros: the words of a block pass
    over most persons 64 at a time, without a look at any column.
    """
    used, depths, zeros = _depths(strata.shape[0], ceilings)
    room = 4096
    out, draws = np.empty(room, np.int64), np.empty(room, np.int64)
    words = np.empty((LEADING, _BLOCKS_AT_ONCE), np.uint64)
    passing = np.empty((LEADING + 1, _BLOCKS_AT_ONCE), np.uint64)
    left, looks = np.empty(_BLOCKS_AT_ONCE, np.uint64), np.empty(BLOCK, np.int64)
    n = 0
    for start in range(0, strata.shape[1], _BLOCKS_AT_ONCE):
        count = min(_BLOCKS_AT_ONCE, strata.shape[1] - start)
        if not _anybody(strata, used, start, count):
            continue
        _write_words(words, passing, key, start)
        left[:] = 0
        for k in range(used.size):
            _add_stratum(left, strata[used[k], start : start + count], passing[depths[k]])
        for b in range(count):
            if left[b] == 0:
                continue
            # Both lists grow by adding a truth: a branch taken one time in two would cost more than the work.
            m, rest = 0, left[b]
            while rest != 0:
                i, rest = next_person(start + b, rest)
                looks[m] = i
                g = group[np.uint64(i)]
                m += int((passing[zeros[g], b] >> np.uint64(i % BLOCK)) & _U1)
            if n + m > room:
                room *= 2
                out, draws = _longer(out, n, room), _longer(draws, n, room)
            for k in range(m):
                i = looks[k]
                out[n] = i
                draws[n] = _assembled(words, b, key, i)
                n += int(draws[n] < ceilings[group[np.uint64(i)]])
    return out[:n], draws[:n]


@kernel
def _anybody(strata: Array, used: Array, start: int, count: int) -> bool:
    """Whether the blocks hold somebody of the strata in use; spare rows hold nobody."""
    for s in used:
        for b in range(start, start + count):
            if strata[s, b] != 0:
                return True
    return False


@kernel
def _write_words(words: Array, passing: Array, key: np.uint64, start: int) -> None:
    """Words [digit, block] from block ``start`` on; ``passing[k]``: whose draws start with k zeros."""
    passing[0] = ~np.uint64(0)
    for digit in range(LEADING):
        first = _first_word(key, digit) + _GOLDEN * np.uint64(start)
        _write_digit(words[digit], passing[digit], passing[digit + 1], first)


@kernel
def _write_digit(words: Array, before: Array, after: Array, first: np.uint64) -> None:
    """Plain loops over neighbours, which the compiler turns into several blocks at a time."""
    for b in range(words.size):
        words[b] = mix(first + _GOLDEN * np.uint64(b))
    for b in range(words.size):
        after[b] = before[b] & ~words[b]


@kernel
def _add_stratum(left: Array, present: Array, passing: Array) -> None:
    for b in range(present.size):
        left[b] |= present[b] & passing[b]


@kernel
def _assembled(words: Array, b: int, key: np.uint64, person: int) -> np.int64:
    """The sieved draw of a person from the words [digit, ``b``] of her block."""
    place = np.uint64(person % BLOCK)
    top = np.uint64(0)
    for digit in range(LEADING):
        top = (top << _U1) | ((words[digit, b] >> place) & _U1)
    return np.int64((top << _REST) | _rest(key, person))


@kernel
def _longer(values: Array, used: int, size: int) -> Array:
    out = np.empty(size, np.int64)
    out[:used] = values[:used]
    return out


def _mix_python(value: int) -> int:
    value = ((value ^ (value >> 30)) * int(_MIX_1)) & _MASK
    value = ((value ^ (value >> 27)) * int(_MIX_2)) & _MASK
    return value ^ (value >> 31)


@lru_cache(maxsize=1 << 14)
def stream_key(seed: int, decision: Decision, month: int) -> np.uint64:
    """Key of one decision in one month of one seed; ``month`` counts from January 2021, may be negative.

    The worlds of a pair ask for the same keys: they are kept.
    """
    return np.uint64(_mix_python((_seeded(seed, decision) + (month + 100_000) * 0xA0761D6478BD642F) & _MASK))


@lru_cache(maxsize=4096)
def _seeded(seed: int, decision: Decision) -> int:
    value = _mix_python((seed * 0x9E3779B97F4A7C15 + 0x632BE59BD9B4E019) & _MASK)
    return _mix_python((value ^ (int(decision) * 0xD1342543DE82EF95)) & _MASK)


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
