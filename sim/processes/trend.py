"""Demand other than AI's: the trend of each sector, public posts, new digital posts; and who follows it.

The population of working age follows the posts by default: a trend that labour supply does not share is a
scenario of tightening or loosening, never an accident.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.calendar import MONTHS_PER_YEAR, OPENING
from sim.derived import Known, derived
from sim.kernels import Array
from sim.population.columns import SECTORS
from sim.processes.closures import BITS, FIXED_ONE, fixed

if TYPE_CHECKING:
    from sim.world import Rules, World

DIGITAL_TRADES = ("C03", "D10")
"""Trades in which new digital posts open."""


def yearly_trends(rules: Rules) -> Array:
    """Growth of posts a year by sector from the opening on, without AI."""
    past = np.array([rules[f"demand.history_growth_{k}_share_per_year"] for k in SECTORS])
    pace = {"none": 0.0, "region_2011_2021": 1.0, "projection_2030": rules["demand.projection_2030_ratio"]}
    named = pace[rules["demand.trend"]] * past
    return np.asarray(named + float(rules["demand.growth_share_per_year"]))


def trend(rules: Rules, month: int) -> Array:
    """Growth of posts since January 2021 by sector, without AI: compound monthly, 1.0 at month 0 and
    before."""
    history = np.array([rules[f"demand.history_growth_{k}_share_per_year"] for k in SECTORS])
    past, ahead = min(max(month, 0), OPENING), max(month - OPENING, 0)
    result: Array = (1.0 + history) ** (past / MONTHS_PER_YEAR) * (1.0 + yearly_trends(rules)) ** (
        ahead / MONTHS_PER_YEAR
    )
    return result


def trend_in(known: Known, month: int) -> Array:
    """:func:`trend` under the rules in force, for :func:`sim.derived.derived`."""
    return trend(known.rules, month)


def public_growth(rules: Rules, month: int) -> float:
    """Growth of public posts since the opening, beyond that of their sector."""
    ahead = max(month - OPENING, 0)
    return float((1.0 + rules["demand.public_growth_share_per_year"]) ** (ahead / MONTHS_PER_YEAR))


def rooms(known: Known, month: int) -> Array:
    """Posts wanted for a head of January 2021, fixed point with 20 bits [private, public, own account].

    One and the open posts at rest; for the public, times what they have grown beyond their sector.
    """
    kinds = ("private", "public", "own_account")
    open_posts = np.array([known.rules[f"demand.open_posts_{kind}_share"] for kind in kinds])
    grown = fixed(np.array([1.0, public_growth(known.rules, month), 1.0]))
    return np.asarray((FIXED_ONE + fixed(open_posts)) * grown >> BITS)


def base_posts(world: World) -> Array:
    """Heads of January 2021 by [public or not, sector, occupation], float64."""
    if "base_posts" not in world.memory:
        units, teams = world.units, world.teams
        unit = teams["unit"]
        found = np.zeros((2, len(SECTORS), world.occupations.count))
        np.add.at(
            found,
            (units["public"][unit].astype(np.int64), units["sector"][unit], teams["occupation"]),
            teams["base"],
        )
        world.memory["base_posts"] = found
    posts: Array = world.memory["base_posts"]
    return posts


def new_digital_posts(world: World, month: int) -> float:
    """Digital posts that opened since January 2024, in sampled posts: as many each year."""
    ahead = max(month - OPENING, 0)
    return float(world.rules["demand.new_digital_posts_per_year"] * world.scale * ahead / MONTHS_PER_YEAR)


def digital_growth(world: World, month: int) -> Array:
    """Posts relative to those without the new digital ones, [occupation]; shared out among digital trades in
    proportion to their posts."""
    more = new_digital_posts(world, month)
    if more == 0.0:
        return np.ones(world.occupations.count)
    digital = np.array([code in DIGITAL_TRADES for code in world.occupations.codes])
    opening = (base_posts(world)[:, :, digital].sum(axis=(0, 2)) * derived(world, trend_in, OPENING)).sum()
    return np.asarray(1.0 + digital * more / max(opening, 1.0))


def trend_posts(world: World, month: int) -> float:
    """All posts that trend, public growth and new digital posts ask for in a month under the rules in
    force."""
    private, public = base_posts(world).sum(axis=2)
    growth = derived(world, trend_in, month)
    of_sectors = (private * growth).sum() + (public * growth).sum() * public_growth(world.rules, month)
    return float(of_sectors + new_digital_posts(world, month))


def growth_of_posts(world: World) -> float:
    """Growth a year of all posts this month, without AI and without what the market asks for.

    The month of the opening grows by nothing: what history asked for, history's own entrants answered.
    """
    now, before = (trend_posts(world, max(month, OPENING)) for month in (world.month, world.month - 1))
    return MONTHS_PER_YEAR * (now / before - 1.0) if before > 0.0 else 0.0


def growth_of_working_age(world: World) -> float:
    """Growth a year of the population of working age from the opening on, as the scenario closes it."""
    rules = world.rules
    closure, own = rules["closure.labour_supply"], rules["labour_supply.growth_share_per_year"]
    if closure == "own":
        return float(own)
    gap = {"with_posts": 0.0, "tightening": -1.0, "loosening": 1.0}[closure]
    return float(growth_of_posts(world) + own + gap * rules["closure.labour_supply_gap_share_per_year"])
