"""The published labour-flow model in expected numbers: del Rio-Chanona et al. (2021), equation by equation.

Stocks are heads and posts by occupation, float64[n].  A step reads the stocks at its start and the target
demand of the next one.  Source: J. R. Soc. Interface 18, 20200898.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.kernels import Array
from sim.reference.demand import Demand, automation_demand
from sim.reference.inputs import check_inputs
from sim.reference.parameters import Parameters


@dataclass(frozen=True)
class Stocks:
    """What one step starts from, by occupation."""

    employed: Array
    unemployed: Array
    vacancies: Array
    spells: Array
    """Unemployed by steps since that of separation, float64[tau + 1, n]; last row: all longer."""


@dataclass(frozen=True)
class Path:
    """States 0 to steps - 1; each array is [steps, n], in heads or posts."""

    employed: Array
    unemployed: Array
    vacancies: Array
    long_term: Array
    """Unemployed for ``tau`` steps or more after the first."""

    @property
    def unemployment_rate(self) -> Array:
        """Unemployed over the labour force, per cent, [steps]; 0 where there is nobody."""
        return _percent(self.unemployed, self.employed)

    @property
    def vacancy_rate(self) -> Array:
        """Vacancies over all posts, per cent, [steps]; 0 where there is none."""
        return _percent(self.vacancies, self.employed)

    @property
    def long_term_rate(self) -> Array:
        """Long-term unemployed over the labour force, per cent, [steps]."""
        return _percent(self.long_term, self.unemployed - self.long_term + self.employed)


def _percent(part: Array, rest: Array) -> Array:
    count = part.sum(axis=1, dtype=np.float64)
    whole = count + rest.sum(axis=1, dtype=np.float64)
    return 100.0 * ratio(count, whole)


def ratio(part: Array, whole: Array) -> Array:
    """``part / whole``, 0 where the whole is 0."""
    return np.divide(part, whole, out=np.zeros(np.shape(whole)), where=whole > 0.0)


def gap(employed: Array, vacancies: Array, demand: Array) -> Array:
    """Posts, filled and open, above the target demand (negative: below)."""
    return np.asarray(employed + vacancies - demand)


def separations(employed: Array, excess: Array, parameters: Parameters) -> Array:
    """Heads separated: the spontaneous ones, then some of the others where there are posts in excess."""
    adjusted = np.minimum(employed, parameters.gamma * np.maximum(0.0, excess))
    return np.asarray(parameters.delta_u * employed + (1.0 - parameters.delta_u) * adjusted)


def openings(employed: Array, excess: Array, parameters: Parameters) -> Array:
    """Posts opened: the spontaneous ones, then more where posts are lacking."""
    adjusted = np.minimum(employed, parameters.gamma * np.maximum(0.0, -excess))
    return np.asarray(parameters.delta_v * employed + (1.0 - parameters.delta_v) * adjusted)


def search(vacancies: Array, mobility: Array) -> Array:
    """Where an unemployed worker applies, float64[n, n]: row = her occupation, column = that of the post.

    Rows sum to 1, or to 0 where no vacancy is within reach.
    """
    weights = mobility * vacancies
    reach = np.broadcast_to(weights.sum(axis=1, keepdims=True), weights.shape)
    return ratio(weights, reach)


def success(vacancies: Array, applicants: Array) -> Array:
    """Chance that an application ends in a hire: urn and balls, float64[n], 0 where nothing is open.

    With tightness ``theta`` = vacancies / applicants it is ``theta (1 - exp(-1 / theta))``; it tends to 1
    when nobody else applies.
    """
    crowd = np.minimum(ratio(applicants, vacancies), 1e300)
    taken = -np.expm1(-crowd)
    alone = np.where(vacancies > 0.0, 1.0, 0.0)
    return np.divide(taken, crowd, out=alone, where=crowd > 0.0)


def step(stocks: Stocks, demand: Array, mobility: Array, parameters: Parameters) -> Stocks:
    """The next stocks, given the target demand of the next step."""
    e, u, v = stocks.employed, stocks.unemployed, stocks.vacancies
    excess = gap(e, v, demand)
    separated = separations(e, excess, parameters)
    opened = openings(e, excess, parameters)
    applications = search(v, mobility)
    applicants = u @ applications
    chance = success(v, applicants)
    found = np.minimum(applications @ chance, 1.0)
    hires = applicants * chance
    # Leaving before entering, so that the last bit of a sum never leaves a stock below zero.
    staying = stocks.spells * (1.0 - found)
    spells = np.concatenate([separated[np.newaxis], staying[:-1]])
    spells[-1] += staying[-1]
    return Stocks(
        np.maximum(e - separated, 0.0) + hires,
        u * (1.0 - found) + separated,
        np.maximum(v - hires, 0.0) + opened,
        spells,
    )


def opening(employment: Array, parameters: Parameters) -> Stocks:
    """Stocks at step 0: unemployed and vacancies in proportion to employment, all spells new."""
    unemployed = parameters.delta_u * employment
    spells = np.zeros((parameters.tau + 1, employment.size))
    spells[0] = unemployed
    return Stocks(employment.copy(), unemployed, parameters.delta_v * employment, spells)


def initial_demand(employment: Array, parameters: Parameters) -> Array:
    """Target demand before any shock: a post for everybody, float64[n]."""
    return np.asarray((1.0 + parameters.delta_u) * employment)


def follow(employment: Array, demand: Demand, mobility: Array, parameters: Parameters) -> Path:
    """The path under any target demand.

    Raises:
        PasserellesError: as :func:`sim.reference.inputs.check_inputs`.
    """
    employment = np.asarray(employment, dtype=np.float64)
    mobility = np.asarray(mobility, dtype=np.float64)
    check_inputs(employment, np.zeros(employment.shape), mobility)
    stocks = opening(employment, parameters)
    states = [stocks]
    for now in range(parameters.steps - 1):
        stocks = step(stocks, demand(now + 1), mobility, parameters)
        states.append(stocks)
    return Path(
        np.array([s.employed for s in states]),
        np.array([s.unemployed for s in states]),
        np.array([s.vacancies for s in states]),
        np.array([s.spells[-1] for s in states]),
    )


def run(employment: Array, auto_prob: Array, mobility: Array, parameters: Parameters) -> Path:
    """The path under automation: ``employment`` [n] in heads, ``auto_prob`` [n], ``mobility`` [n, n].

    Raises:
        PasserellesError: as :func:`sim.reference.inputs.check_inputs`.
    """
    employment = np.asarray(employment, dtype=np.float64)
    auto_prob = np.asarray(auto_prob, dtype=np.float64)
    check_inputs(employment, auto_prob, np.asarray(mobility, dtype=np.float64))
    initial = initial_demand(employment, parameters)
    return follow(employment, automation_demand(initial, auto_prob, parameters), mobility, parameters)
