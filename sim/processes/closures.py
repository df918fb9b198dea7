"""How posts, wages and participation answer the market: the closures that a scenario chooses between.

Each answer is a level, read off what the market shows today relative to the opening, never a step added to
yesterday's: at rest nothing drifts, and at the opening each is one.  Under the default closures all are one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.groups import BASIC_GROUPS, INACTIVE_GROUPS, TRAINING_GROUP, UNEMPLOYED_GROUPS
from sim.kernels import Array
from sim.processes.tightness import ease_of_filling, relative_tightness, relative_unemployment
from sim.streams import ONE

if TYPE_CHECKING:
    from sim.world import World

BITS = 20
FIXED_ONE = 1 << BITS
PULL = 256
"""Whole weights that one open post has in the eyes of searchers where pay moves."""


def fixed(values: Array) -> Array:
    """Fixed point with 20 bits, after rounding to ten decimals, int64."""
    return np.rint(np.round(values, 10) * FIXED_ONE).astype(np.int64)


def response_of_posts(world: World) -> Array:
    """Posts wanted relative to what production alone asks for, [occupation].

    (ease)^chi (1 + gap (1 - 1 / ease)⁺), ease the share of open posts filled relative to the opening.  A
    post costs until it is filled, so more are wanted where they fill; where a trade has been in shortage
    employers hold ``gap`` posts back, and open them as filling becomes easier.
    """
    rules = world.rules
    if rules["closure.posts"] == "fixed":
        return np.ones(world.occupations.count)
    ease = ease_of_filling(world)
    held_back = rules["closure.latent_posts_share"] * world.occupations.shortage
    return np.asarray(ease ** rules["closure.fill_elasticity"] * _opened(ease, held_back))


def _opened(ease: Array, held_back: Array) -> Array:
    return np.asarray(1.0 + held_back * np.maximum(1.0 - 1.0 / ease, 0.0))


def response_of_wages(world: World) -> Array:
    """Pay of the newly hired relative to the opening, [occupation]: a wage curve by trade."""
    rules = world.rules
    if rules["closure.wages"] == "constant":
        return np.ones(world.occupations.count)
    return np.asarray(relative_unemployment(world) ** rules["closure.wage_curve_elasticity"])


def response_of_demand(world: World) -> Array:
    """What the closures of posts and of wages do to the posts wanted, [occupation]."""
    costs = response_of_wages(world) ** world.rules["closure.own_wage_elasticity"]
    return np.asarray(response_of_posts(world) * costs)


def offered(world: World, reference_cents: Array) -> Array:
    """Reference wages [occupation, sex] in cents as the newly hired are offered them this month, int64."""
    if world.rules["closure.wages"] == "constant":
        return reference_cents
    return np.asarray(reference_cents * fixed(response_of_wages(world))[:, None] >> BITS)


def appeal(world: World, vacancies: Array) -> Array:
    """Open posts as searchers weigh them, int64 [occupation]: as they are, or by what they now pay."""
    if world.rules["closure.wages"] == "constant":
        return vacancies
    pull = response_of_wages(world) ** world.rules["matching.wage_weight"]
    weights: Array = np.rint(np.round(vacancies * pull, 10) * PULL).astype(np.int64)
    return weights


def participating(world: World, hazards: Array) -> Array:
    """Hazards of participation [group], fixed point, as they answer tightness.

    Starting to search carries (theta / theta_0)^psi, giving up its inverse; leaving a post does not answer,
    and those hired straight from inactivity answer through the posts that are open to them.
    """
    psi = world.rules["closure.participation_elasticity"]
    if psi == 0.0:
        return hazards
    more = relative_tightness(world) ** float(psi)
    start, give_up = (int(bar) for bar in fixed(np.array([more, 1.0 / more])))
    basic = np.arange(hazards.size) % BASIC_GROUPS
    factor = np.full(hazards.size, FIXED_ONE)
    factor[(basic >= UNEMPLOYED_GROUPS) & (basic < INACTIVE_GROUPS)] = give_up
    factor[(basic >= INACTIVE_GROUPS) & (basic < TRAINING_GROUP)] = start
    answered: Array = np.minimum(hazards * factor >> BITS, ONE)
    return answered
