"""The published labour-flow model with one row a worker and whole vacancies.

Each chance is a draw keyed by (seed, decision, step, row).  Its means tend to the path of
:mod:`sim.reference.deterministic` as heads grow: the urn and balls are drawn here, expected there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from sim.errors import TooBig
from sim.kernels import Array, kernel
from sim.reference.demand import Demand, automation_demand
from sim.reference.deterministic import Path, gap, openings, ratio, search, separations
from sim.reference.inputs import check_inputs
from sim.reference.parameters import Parameters
from sim.streams import Decision, draw, stream_key, thresholds

MAXIMUM_HEADS: Final = 50_000_000
EMPLOYED: Final = -1
"""Spell of somebody in employment."""


@dataclass
class Workers:
    """One row a worker, and the whole vacancies by occupation."""

    occupation: Array
    """Occupation, the last one for the unemployed, int32[heads]."""
    spell: Array
    """Steps since that of separation, or :data:`EMPLOYED`, int32[heads]."""
    vacancies: Array
    """Open posts, int64[n]."""


@kernel
def count_heads(occupation: Array, spell: Array, tau: int, count: int) -> Array:
    """Employed, unemployed and long-term unemployed by occupation, int64[3, count]."""
    heads = np.zeros((3, count), np.int64)
    for i in range(occupation.size):
        if spell[i] < 0:
            heads[0, occupation[i]] += 1
        else:
            heads[1, occupation[i]] += 1
            if spell[i] >= tau:
                heads[2, occupation[i]] += 1
    return heads


@kernel
def choose_applicants(
    occupation: Array,
    spell: Array,
    cumulative: Array,
    vacancies: Array,
    search_key: np.uint64,
    destination_key: np.uint64,
    priority_key: np.uint64,
) -> Array:
    """Row of the applicant that each vacancy hires, -1 where nobody applies; vacancies stand by occupation.

    Each unemployed worker draws an occupation from her row of ``cumulative``, then one of its vacancies; the
    smallest priority wins, and the first row among equals.
    """
    count = vacancies.size
    first = np.zeros(count + 1, np.int64)
    for j in range(count):
        first[j + 1] = first[j] + vacancies[j]
    winner = np.full(first[count], -1, np.int64)
    best = np.empty(first[count], np.int64)
    for i in range(occupation.size):
        row = occupation[i]
        if spell[i] < 0 or cumulative[row, count - 1] == 0:
            continue
        to = np.searchsorted(cumulative[row], draw(search_key, i), side="right")
        post = first[to] + ((draw(destination_key, i) * vacancies[to]) >> 32)
        priority = draw(priority_key, i)
        if winner[post] < 0 or priority < best[post]:
            winner[post] = i
            best[post] = priority
    return winner


@kernel
def separate_and_open(
    occupation: Array,
    spell: Array,
    vacancies: Array,
    separation: Array,
    opening: Array,
    separation_key: np.uint64,
    vacancy_key: np.uint64,
) -> None:
    """Draw, for each employed worker, the loss of her post and one more post beside it; spells grow."""
    for i in range(occupation.size):
        if spell[i] >= 0:
            spell[i] += 1
            continue
        if draw(vacancy_key, i) < opening[occupation[i]]:
            vacancies[occupation[i]] += 1
        if draw(separation_key, i) < separation[occupation[i]]:
            spell[i] = 0


@kernel
def hire(occupation: Array, spell: Array, vacancies: Array, winner: Array, offered: Array) -> None:
    """Put each winner in the post she won and close it; ``offered`` are the vacancies applied to."""
    post = 0
    for j in range(offered.size):
        for _ in range(offered[j]):
            i = winner[post]
            if i >= 0:
                occupation[i] = j
                spell[i] = -1
                vacancies[j] -= 1
            post += 1


def destination_thresholds(vacancies: Array, mobility: Array) -> Array:
    """Cumulative search probabilities in fixed point, int64[n, n]; a row of zeros reaches no vacancy."""
    cumulative = np.cumsum(search(vacancies, mobility), axis=1)
    last = np.broadcast_to(cumulative[:, -1:], cumulative.shape)
    return thresholds(ratio(cumulative, last))


def opening_workers(employment: Array, parameters: Parameters) -> Workers:
    """Whole heads and posts at step 0, each occupation rounded to the nearest.

    Raises:
        TooBig: beyond :data:`MAXIMUM_HEADS` workers.
    """
    employed = np.rint(employment).astype(np.int64)
    unemployed = np.rint(parameters.delta_u * employed).astype(np.int64)
    heads = int(employed.sum() + unemployed.sum())
    if heads > MAXIMUM_HEADS:
        raise TooBig("employment", heads, f"≤ {MAXIMUM_HEADS} heads")
    rows = np.arange(employed.size, dtype=np.int32)
    occupation = np.concatenate([np.repeat(rows, employed), np.repeat(rows, unemployed)])
    spell = np.zeros(heads, np.int32)
    spell[: employed.sum()] = EMPLOYED
    vacancies = np.rint(parameters.delta_v * employed).astype(np.int64)
    return Workers(occupation, spell, vacancies)


def advance(
    workers: Workers,
    employed: Array,
    demand: Array,
    mobility: Array,
    parameters: Parameters,
    seed: int,
    step: int,
) -> None:
    """Live one step: everybody decides on the stocks at its start, then posts and people change."""
    offered = workers.vacancies.copy()
    excess = gap(employed, offered, demand)
    separation = thresholds(np.minimum(ratio(separations(employed, excess, parameters), employed), 1.0))
    opening = thresholds(np.minimum(ratio(openings(employed, excess, parameters), employed), 1.0))
    winner = choose_applicants(
        workers.occupation,
        workers.spell,
        destination_thresholds(offered, mobility),
        offered,
        stream_key(seed, Decision.SEARCH, step),
        stream_key(seed, Decision.DESTINATION, step),
        stream_key(seed, Decision.PRIORITY, step),
    )
    separate_and_open(
        workers.occupation,
        workers.spell,
        workers.vacancies,
        separation,
        opening,
        stream_key(seed, Decision.SEPARATION, step),
        stream_key(seed, Decision.VACANCY, step),
    )
    hire(workers.occupation, workers.spell, workers.vacancies, winner, offered)


def follow_agents(
    employment: Array, demand: Demand, mobility: Array, parameters: Parameters, seed: int
) -> Path:
    """The drawn path under any target demand, in whole heads and posts.

    Raises:
        PasserellesError: as :func:`sim.reference.inputs.check_inputs`, or :class:`TooBig`.
    """
    employment = np.asarray(employment, dtype=np.float64)
    mobility = np.asarray(mobility, dtype=np.float64)
    check_inputs(employment, np.zeros(employment.shape), mobility)
    workers = opening_workers(employment, parameters)
    n = employment.size
    heads = np.empty((parameters.steps, 3, n), np.int64)
    vacancies = np.empty((parameters.steps, n), np.int64)
    for step in range(parameters.steps):
        heads[step] = count_heads(workers.occupation, workers.spell, parameters.tau, n)
        vacancies[step] = workers.vacancies
        if step + 1 < parameters.steps:
            employed = heads[step, 0].astype(np.float64)
            advance(workers, employed, demand(step + 1), mobility, parameters, seed, step)
    return Path(heads[:, 0], heads[:, 1], vacancies, heads[:, 2])


def run_agents(
    employment: Array, auto_prob: Array, mobility: Array, parameters: Parameters, seed: int
) -> Path:
    """The drawn path under automation; as :func:`sim.reference.deterministic.run`, with heads rounded.

    Raises:
        PasserellesError: as :func:`sim.reference.inputs.check_inputs`, or :class:`TooBig`.
    """
    employment = np.asarray(employment, dtype=np.float64)
    auto_prob = np.asarray(auto_prob, dtype=np.float64)
    check_inputs(employment, auto_prob, np.asarray(mobility, dtype=np.float64))
    opened = opening_workers(employment, parameters)
    initial = np.bincount(opened.occupation, minlength=employment.size).astype(np.float64)
    demand = automation_demand(initial, auto_prob, parameters)
    return follow_agents(employment, demand, mobility, parameters, seed)
