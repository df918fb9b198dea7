"""Monthly hazards as tables of fixed-point thresholds: pure functions of the parameters in force.

Axes: kind of post, age group and group of persons (:mod:`sim.groups`), PCS.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from sim.groups import (
    AGE_GROUPS,
    BASIC_GROUPS,
    GROUPS,
    INACTIVE_GROUPS,
    KINDS,
    TRAINING_GROUP,
    UNEMPLOYED_GROUPS,
)
from sim.kernels import Array
from sim.streams import threshold, thresholds

if TYPE_CHECKING:
    from sim.derived import Known
    from sim.world import Rules

PCS_COUNT = 6


def by_group(employed: Array, unemployed: Array, inactive: Array) -> Array:
    """Values by group, [256]: ``employed`` [kind, age], ``unemployed`` [age, distant, first job],
    ``inactive`` [age, first job]; whatever else is known of the person; zero in training."""
    out = np.zeros(BASIC_GROUPS, employed.dtype)
    out[:UNEMPLOYED_GROUPS] = employed.ravel()
    out[UNEMPLOYED_GROUPS:INACTIVE_GROUPS] = unemployed.ravel()
    out[INACTIVE_GROUPS:TRAINING_GROUP] = inactive.ravel()
    return np.tile(out, GROUPS // BASIC_GROUPS)


def _by_kind(rules: Rules, name: str) -> Array:
    return np.array([rules[f"{name}_{kind}_ratio"] for kind in KINDS])


def _by_age(rules: Rules, name: str) -> Array:
    return np.array([rules[f"{name}_{group}_ratio"] for group in AGE_GROUPS])


def to_unemployment_thresholds(rules: Rules, pcs_of_occupation: Array) -> Array:
    """Hazard of losing or leaving a post for unemployment, [occupation, kind, age group]."""
    by_pcs = np.array([rules[f"separations.to_unemployment_pcs{n}_rate"] for n in range(1, PCS_COUNT + 1)])
    hazard = (
        by_pcs[pcs_of_occupation - 1][:, None, None]
        * _by_kind(rules, "separations.to_unemployment")[None, :, None]
        * _by_age(rules, "separations.to_unemployment")[None, None, :]
    )
    return thresholds(np.minimum(hazard, 1.0))


def conversion_thresholds(rules: Rules) -> tuple[int, int]:
    """Hazards of a CDD, and of an agency contract, becoming a CDI in the same post."""
    return (
        threshold(rules["separations.cdd_to_cdi_rate"]),
        threshold(rules["separations.interim_to_cdi_rate"]),
    )


def employed_only(employed: Array) -> Array:
    """``employed`` [kind, age] (or flat) by group, zero for everybody else, [256]."""
    out = np.zeros(BASIC_GROUPS, employed.dtype)
    out[:UNEMPLOYED_GROUPS] = employed.ravel()
    return np.tile(out, GROUPS // BASIC_GROUPS)


def participation_thresholds(rules: Rules) -> tuple[Array, Array, Array]:
    """Employment to inactivity [kind, age], unemployment to inactivity [age, distant], inactivity to
    search [age, first]."""
    leave_e = rules["participation.employed_leave_rate"] * np.outer(
        _by_kind(rules, "participation.employed_leave"), _by_age(rules, "participation.employed_leave")
    )
    leave_u = rules["participation.unemployed_leave_rate"] * np.outer(
        _by_age(rules, "participation.unemployed_leave"),
        [1.0, rules["participation.unemployed_leave_distant_ratio"]],
    )
    start = rules["participation.inactive_search_rate"] * np.outer(
        _by_age(rules, "participation.inactive_search"),
        [1.0, rules["participation.inactive_search_first_job_ratio"]],
    )
    return (
        thresholds(np.minimum(leave_e, 1)),
        thresholds(np.minimum(leave_u, 1)),
        thresholds(np.minimum(start, 1)),
    )


def participation_by_group(known: Known) -> Array:
    """The hazards of :func:`participation_thresholds` by group, fixed point [256]."""
    leave_e, leave_u, start = participation_thresholds(known.rules)
    return by_group(leave_e, np.repeat(leave_u[:, :, None], 2, axis=2), start)


def retirement_thresholds(known: Known) -> Array:
    """Hazard of leaving for good, [41 occupations, years of age from 55 to 70], fixed point.

    The hazard rises as a logistic around the age of the occupation's PCS; the last age stands for later ones.
    """
    rules, occ = known.rules, known.occupations
    pcs = np.append(occ.pcs, 0)
    ages = np.arange(55, 71)
    peak = rules["retirement.peak_yearly_share"]
    table = np.zeros((pcs.size, ages.size))
    for row, code in enumerate(pcs):
        centre = rules["retirement.centre_age_years"] + (
            rules[f"retirement.pcs{code}_shift_years"] if code else 0.0
        )
        yearly = np.array(
            [peak / (1.0 + math.exp(-(age - centre) / rules["retirement.spread_years"])) for age in ages]
        )
        table[row] = 1.0 - (1.0 - yearly) ** (1 / 12)
    return thresholds(table)
