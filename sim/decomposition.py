"""Why posts change: an exact account by factor, in any order, with logarithmic means.

Posts of a team are a product of factors, so the logarithm of posts is a sum.  Between two worlds with posts
``a`` and ``b`` and factors whose logarithms differ by ``d_f``, factor ``f`` contributes

    d_f x Lambda(a, b)        Lambda(a, b) = (a - b) / ln(a / b), the logarithmic mean

and the contributions add up to ``a - b`` whatever the order in which the factors are listed.  ``a`` and ``b``
are posts before rounding to whole ones.  The other world is another scenario, or the same one without AI.

Inside ``h = 1 - R (x_1 + x_2 + ...)``, what a unit of reach R saves is a sum of parts (automated work that
leaves, assisted work), which act together: part ``n`` gets the share ``x_n / (x_1 + x_2 + ...)`` of ``ln h``.
That is what the parts get when all of them grow from nothing at the same pace (the Aumann-Shapley value): the
one split that hangs neither on their order nor on how finely they are listed.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sim.calendar import OPENING
from sim.derived import derived
from sim.kernels import Array
from sim.population.columns import AGE_BANDS, State
from sim.processes.ai_factors import Demand, demand_of, mean_reach, of_literacy
from sim.processes.demand import new_tasks
from sim.processes.literacy import literate_gain
from sim.processes.post_factors import ONE_POST, adopters_of
from sim.processes.trend import digital_growth, rooms, trend
from sim.trades import trades

if TYPE_CHECKING:
    from sim.world import World


@dataclass(frozen=True)
class Factor:
    """One factor of posts; ``of_ai`` when a world without AI lacks it."""

    name: str
    of_ai: bool
    label: Mapping[str, str]


def _factor(name: str, of_ai: bool, fr: str, en: str) -> Factor:
    return Factor(name, of_ai, {"fr": fr, "en": en})


FACTORS: tuple[Factor, ...] = (
    _factor("trend", False, "tendance des secteurs", "trend of the sectors"),
    _factor("open_posts", False, "postes ouverts et emploi public", "open posts and public employment"),
    _factor("digital_posts", False, "nouveaux postes du numérique", "new digital posts"),
    _factor("market", False, "réponse des postes et des salaires", "answer of posts and wages"),
    _factor("history", True, "IA d'avant 2024", "AI before 2024"),
    _factor("displacement", True, "automatisation", "displacement"),
    _factor("augmentation", True, "assistance", "augmentation"),
    _factor("literacy", True, "formation courte à l'IA", "AI literacy"),
    _factor("saving", True, "économies passées dans les prix", "saving through prices"),
    _factor("substitution", True, "substitution entre métiers", "substitution"),
    _factor("new_tasks", True, "tâches nouvelles", "new tasks"),
)
"""Every factor of posts, in the order in which they are shown; :func:`log_factors` gives each."""


def labour_parts(world: World) -> dict[str, Array]:
    """What a unit of reach saves of labour, part by part, [sector or 1, occupation].

    Their sum is ``Demand.saved``.
    """
    rules, occupations = world.rules, world.occupations
    automatable, augmentable = occupations.exposure_in_force(rules)
    gain = float(rules["ai.augmentation_gain_share"])
    parts = {
        "displacement": rules["ai.displacement_share"] * automatable,
        "augmentation": augmentable * gain / (1.0 + gain),
        "literacy": derived(world, of_literacy)[0] * literate_gain(world),
    }
    return {name: np.atleast_2d(part) for name, part in parts.items()}


def log_of_parts(parts: Mapping[str, Array], reach: Array) -> dict[str, Array]:
    """ln h = ln(1 - reach x sum of the parts), shared out in proportion to the parts.

    Parts [sector or 1, occupation] and reach [sector, cohort] give [sector, cohort, occupation].
    """
    saved, reach = sum(parts.values(), np.zeros((1, 1)))[:, None, :], reach[:, :, None]
    per_unit = np.where(saved == 0.0, -reach, np.log1p(-saved * reach) / np.where(saved == 0.0, 1.0, saved))
    return {name: part[:, None, :] * per_unit for name, part in parts.items()}


def reach_gained(world: World) -> tuple[Array, Array]:
    """Reach gained since the opening: [sector, cohort of adoption, the self-employed last], mean [sector].

    ``world`` stands in the month whose posts are looked at, as :func:`sim.processes.post_factors.factors_of`.
    """
    _, reach, _, heads, small = adopters_of(world)
    alone = mean_reach(small, reach)
    of_units = np.broadcast_to(np.maximum(reach, 0.0), (alone.size, reach.size))
    return np.concatenate([of_units, alone[:, None]], axis=1), mean_reach(heads, reach)


def _costs(demand: Demand, reach: Array, mean: Array) -> dict[str, Array]:
    """Logarithms of what costs do, [sector, cohort, occupation]: substitution, and prices of the sector."""
    cheaper = np.atleast_2d(demand.cheaper)
    own_cost = np.log(1.0 - cheaper[:, None, :] * reach[:, :, None])
    log_c = (demand.wage_bill_share * np.log(1.0 - cheaper * mean[:, None])).sum(axis=1)
    log_p = demand.pass_through * demand.labour_cost_share * log_c
    return {
        "substitution": -demand.substitution * (own_cost - log_c[:, None, None]),
        "saving": np.broadcast_to((-demand.demand_elasticity * log_p)[:, None, None], own_cost.shape),
    }


def _history(world: World, cohorts: int) -> Array:
    """Logarithm of what AI had done before the opening, [sector, cohort, occupation]."""
    opening = world.memory["opening"]
    units = opening["units"].transpose(0, 2, 1)
    later = np.repeat(units[:, :1], cohorts - units.shape[1], axis=1)
    return np.asarray(np.log(np.concatenate([units, later, opening["own"][:, None, :]], axis=1)))


def log_factors(world: World) -> dict[str, Array]:
    """Logarithm of each factor by team, in the month before ``world.month`` (the last one lived).

    Raises:
        ValueError: before the opening: history has no scenario to explain.
    """
    if world.month <= OPENING:
        raise ValueError("a world that has lived a month of its scenario")
    then = copy.copy(world)
    then.month = world.month - 1
    units, teams = world.units, world.teams
    reach, mean = reach_gained(then)
    by_cell = {
        **log_of_parts(labour_parts(then), reach),
        **_costs(demand_of(then), reach, mean),
        "history": _history(world, reach.shape[1] - 1),
    }
    unit = teams["unit"].astype(np.int64)
    sector, occupation = units["sector"][unit], teams["occupation"]
    alone = units["own_account"][unit] == 1
    cohort = np.where(alone, reach.shape[1] - 1, units["adopted"][unit].astype(np.int64) + 1)
    found = {name: values[sector, cohort, occupation] for name, values in by_cell.items()}
    kind = np.where(alone, 2, units["public"][unit])
    found["trend"] = np.log(trend(then.rules, then.month))[sector]
    found["open_posts"] = np.log(rooms(then, then.month) / ONE_POST)[kind]
    digital = np.log(digital_growth(then, then.month))
    found["digital_posts"] = digital[occupation]
    found["market"] = (np.log(world.memory["others"] / ONE_POST) - digital)[occupation]
    found["new_tasks"] = np.log1p(new_tasks(then))[occupation]
    return found


def contributions(base: Array, logs: Mapping[str, Array], others: Mapping[str, Array]) -> dict[str, Array]:
    """What each factor adds to posts, by team: ``base exp(sum of logs)`` against that of ``others``."""
    before = base * np.exp(_sum(others))
    change = {name: logs[name] - others[name] for name in logs}
    whole = _sum(change)
    # (a - b) / ln(a / b) = b (e^x - 1) / x, with its limit b where nothing changes.
    mean = before * np.where(whole == 0.0, 1.0, np.expm1(whole) / np.where(whole == 0.0, 1.0, whole))
    return {name: mean * part for name, part in change.items()}


def _sum(logs: Mapping[str, Array]) -> Array:
    return np.asarray(sum((logs[factor.name] for factor in FACTORS), np.zeros(1)))


@dataclass(frozen=True)
class Decomposition:
    """Posts of the region by occupation before rounding: ``before`` in the other world, ``after`` in this.

    ``parts`` [factor of :data:`FACTORS`, occupation] add up to ``after - before``; ``holders`` [occupation,
    sex, age band] are the shares of those who hold the posts of an occupation in this world at that date.
    """

    month: int
    before: Array
    after: Array
    parts: Array
    holders: Array

    def by_cell(self, values: Array) -> Array:
        """Posts [..., occupation] spread over their holders, [..., PCS 1 to 6, sex, age band]."""
        spread, pcs = values[..., :, None, None] * self.holders, trades().pcs
        return np.stack([spread[..., pcs == q, :, :].sum(axis=-3) for q in range(1, 7)], axis=-3)


def decompose(world: World, against: World | None = None) -> Decomposition:
    """The posts of the last month lived, against another world of the same opening or the one without AI.

    A world without AI has the same trend and, team by team, the same draw: posts removed by AI
    (:func:`sim.processes.demand.set_posts`) are counted against it.
    """
    logs = log_factors(world)
    if against is None:
        without = {f.name: np.zeros_like(logs[f.name]) if f.of_ai else logs[f.name] for f in FACTORS}
    else:
        without = log_factors(against)
    base = world.teams["base"].astype(np.float64)
    parts = contributions(base, logs, without)
    occupation, count = world.teams["occupation"], world.occupations.count

    def summed(posts: Array) -> Array:
        return np.bincount(occupation, weights=posts, minlength=count) / world.scale

    return Decomposition(
        world.month - 1,
        summed(base * np.exp(_sum(without))),
        summed(base * np.exp(_sum(logs))),
        np.stack([summed(parts[factor.name]) for factor in FACTORS]),
        _holders(world),
    )


def _holders(world: World) -> Array:
    """Shares by sex and age band of the employed of each occupation; all alike where it has none."""
    held = world.stocks[: world.occupations.count, :, :, int(State.EMPLOYED)].astype(np.float64)
    whole = held.sum(axis=(1, 2), keepdims=True)
    even = np.full_like(held, 1.0 / (2 * len(AGE_BANDS)))
    return np.where(whole > 0, held / np.maximum(whole, 1.0), even)
