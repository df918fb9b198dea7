"""Process 5, person by person: who of those whom a scheme is open to files this month.

The chance is that of :mod:`sim.processes.applications`.  It is worked out only for the few whose draw is
below what anybody with their taste could have.
"""

from __future__ import annotations

import numpy as np

from sim.groups import GROUPS, RESTLESS, RESTLESS_FROM
from sim.kernels import Array, kernel
from sim.layout import CHUNK, Line, fetch
from sim.moves import EMPLOYED, occupation_row
from sim.population.columns import AGE_BAND_OF_MONTHS, AGE_BANDS, Education
from sim.processes.route_value import fixed_chance
from sim.processes.terms import Terms, knows, may_file
from sim.schemes.files import ACCEPTANCE_MONTHS, Outcome
from sim.streams import below, draw

TASTE_STEP = 8
"""Taste counts in steps of a quarter of a standard deviation."""

_LEAST_TASTE, _MOST_TASTE = -96, 96
_EDUCATIONS, _BANDS = len(Education), len(AGE_BANDS)
_REFUSED = tuple(int(outcome) for outcome in Outcome if outcome.name.startswith("REFUSED"))


@kernel
def application_chance(utility: float) -> float:
    """Probability that somebody who knows the scheme files this month: the logistic of the utility."""
    return float(1.0 / (1.0 + np.exp(-utility)))


@kernel
def taste_step(hidden: int) -> int:
    """Step of the hidden trait, which is in thirty-seconds of a standard deviation; from zero."""
    return int((np.int64(hidden) - _LEAST_TASTE) // TASTE_STEP)


@kernel
def taste_of(step: int) -> float:
    """zeta, in standard deviations: the middle of a step."""
    return (step * TASTE_STEP + TASTE_STEP / 2 + _LEAST_TASTE) / 32


@kernel
def cell_of(occupation: int, sex: int, education: int, band: int) -> int:
    """Cell (occupation, sex, education, age band), counted in this order."""
    return int(((np.int64(occupation) * 2 + sex) * _EDUCATIONS + education) * _BANDS + band)


@kernel
def cell_at(person: Line, month: int) -> int:
    """Cell of a person today; whoever never worked has the row after the last trade."""
    band = AGE_BAND_OF_MONTHS[month - person.birth_month]
    return int(cell_of(occupation_row(person.occupation), person.sex, person.education, band))


@kernel
def _best_chances(level: float, taste_weight: float) -> Array:
    """Chance of the cell whose utility is ``level``, by step of taste, fixed point."""
    out = np.empty(taste_step(_MOST_TASTE) + 1, np.int64)
    for step in range(out.size):
        out[step] = fixed_chance(application_chance(level + taste_weight * taste_of(step)))
    return out


@kernel
def _ceilings(groups: Array, chances: Array) -> Array:
    """Chances that nobody of a group exceeds, fixed point; ``chances`` by step of taste."""
    out = np.zeros(GROUPS, np.int64)
    calm = chances[: taste_step(RESTLESS_FROM - 1) + 1].max()
    restless = chances[taste_step(RESTLESS_FROM) :].max()
    for g in range(GROUPS):
        if groups[g]:
            out[g] = restless if g & RESTLESS else calm
    return out


@kernel
def select_applicants(
    group: Array,
    strata: Array,
    lines: Array,
    scheme: Array,
    taste: Array,
    month: int,
    terms: Terms,
    level: float,
    of_cell: Array,
    most: float,
    pcs: Array,
    key: np.uint64,
    arduous_key: np.uint64,
    knows_key: np.uint64,
) -> tuple[Array, Array]:
    """Rows of those who file, and their cells; utility is ``level`` + ``of_cell`` [cell] + taste.

    ``most`` is the largest of ``of_cell``.
    """
    chances = _best_chances(level + most, terms.taste_weight)
    likely, draws = below(group, strata, key, _ceilings(terms.groups, chances))
    n = 0
    for k in range(likely.size):
        if draws[k] < chances[taste_step(taste[likely[k]])]:
            likely[n], draws[n] = likely[k], draws[k]
            n += 1
    likely, cells = likely[:n], np.empty(n, np.int64)
    n = fetched = 0
    for k in range(likely.size):
        if k % CHUNK == 0:
            fetched += fetch(likely, k, lines["state"])
        i = likely[k]
        person = lines[i]
        if not may_file(i, person, scheme[i], month, terms, pcs, arduous_key):
            continue
        cell = cell_at(person, month)
        utility = level + of_cell[cell] + terms.taste_weight * taste_of(taste_step(taste[i]))
        if draws[k] < fixed_chance(application_chance(utility)) and knows(
            i, person, month, terms.knows, knows_key
        ):
            likely[n], cells[n] = i, cell
            n += 1
    return likely[:n].copy(), cells[:n].copy()


@kernel
def select_returning(
    first: int,
    month: int,
    code: int,
    file_person: Array,
    file_scheme: Array,
    outcome: Array,
    decided: Array,
    lines: Array,
    scheme: Array,
    terms: Terms,
    of_cell: Array,
    pcs: Array,
    key: np.uint64,
    arduous_key: np.uint64,
) -> tuple[Array, Array]:
    """Rows of those refused over the last twelve months who file again, and their cells; writes ``scheme``,
    so that nobody files twice."""
    out, cells = np.empty(outcome.size - first, np.int64), np.empty(outcome.size - first, np.int64)
    n = 0
    for row in range(first, outcome.size):
        recent = month - ACCEPTANCE_MONTHS <= decided[row] < month
        if file_scheme[row] != code or not recent or outcome[row] not in _REFUSED:
            continue
        i = file_person[row]
        person = lines[i]
        at_work = person.state == EMPLOYED
        if not at_work or not may_file(i, person, scheme[i], month, terms, pcs, arduous_key):
            continue
        cell = cell_at(person, month)
        if of_cell[cell] > -np.inf and draw(key, i) < terms.returns:
            out[n], cells[n] = i, cell
            scheme[i] = code
            n += 1
    return out[:n].copy(), cells[:n].copy()
