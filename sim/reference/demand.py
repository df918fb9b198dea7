"""Target demand by occupation and step: the shift that automation makes, and a business cycle."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Final

import numpy as np

from sim.errors import OutOfRange
from sim.kernels import Array
from sim.reference.parameters import WEEKS_PER_YEAR, Parameters

Demand = Callable[[int], Array]
"""Target demand of a step: posts by occupation, float64[n]."""

REACHED: Final = 0.9999
"""Part of the shift done when its years are over; as much is missing at its start."""
CYCLE_AMPLITUDE: Final = 0.065
"""Swing of demand in the business cycle, as a share."""
CYCLE_STEPS: Final = 103
"""Length of the business cycle."""


def final_demand(initial: Array, auto_prob: Array) -> Array:
    """Demand after the shift, float64[n]: each occupation loses its share, the total is kept.

    Raises:
        OutOfRange: when every occupation in demand would vanish, so that nothing could keep the total.
    """
    left = initial * (1.0 - auto_prob)
    if not left.sum() > 0.0:
        if initial.sum() > 0.0:
            raise OutOfRange("auto_prob", 1, "below 1 in at least one occupation with employment")
        return initial.copy()
    return np.asarray(left * (initial.sum() / left.sum()))


def automation_demand(initial: Array, auto_prob: Array, parameters: Parameters) -> Demand:
    """Demand that goes from ``initial`` to :func:`final_demand` along a logistic curve."""
    change = final_demand(initial, auto_prob) - initial
    half = parameters.shock_years * WEEKS_PER_YEAR / parameters.weeks_per_step / 2.0
    steepness = -math.log(1.0 / REACHED - 1.0) / half
    middle = parameters.shock_step + half

    def demand(step: int) -> Array:
        if step < parameters.shock_step:
            return initial
        return np.asarray(initial + change / (1.0 + math.exp(-steepness * (step - middle))))

    return demand


def cyclical_demand(
    initial: Array,
    parameters: Parameters,
    amplitude: float = CYCLE_AMPLITUDE,
    period: int = CYCLE_STEPS,
) -> Demand:
    """Demand of every occupation swinging together; its phase at step 0 is that of ``shock_step``."""

    def demand(step: int) -> Array:
        phase = 2.0 * math.pi * (step + parameters.shock_step) / period
        return np.asarray(initial * (1.0 - amplitude * math.sin(phase)))

    return demand
