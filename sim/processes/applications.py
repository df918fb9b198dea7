"""Process 5: who asks for a reconversion, under which scheme, for which trade, knowing what.

    P(apply) = kappa * Logit(delta + tau * ln sum_r exp(V_hr / tau) + b_acc * ln acceptance + rho * zeta)

The value of a route is computed by cell (occupation, sex, education, age band); the taste for moving is the
person's own.  Nothing here favours a sex, an age or a PCS: profiles are outcomes.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from sim.groups import AIMING, GROUPS, PRIVATE_GROUPS
from sim.kernels import Array, kernel
from sim.moves import PRIVATE
from sim.population.columns import AGE_BAND_OF_MONTHS, NONE, Contract
from sim.processes.route_value import TASTE_STEP, TASTES, cells_of, route_values
from sim.schemes.files import Outcome
from sim.schemes.grid import points_of
from sim.schemes.rules import Scheme, with_files
from sim.streams import Decision, below, draw_many, thresholds

if TYPE_CHECKING:
    from sim.world import World

CREATION = NONE
"""Route code of a project to create or take over a business."""


@kernel
def select_applicants(
    group: Array,
    strata: Array,
    status: Array,
    contract: Array,
    scheme: Array,
    hired: Array,
    occupation: Array,
    sex: Array,
    education: Array,
    birth_month: Array,
    taste: Array,
    band_of_months: Array,
    month: int,
    allowed: Array,
    tenure_months: Array,
    bars: Array,
    taste_step: int,
    key: np.uint64,
) -> Array:
    """Rows of those who file; ``bars`` [occupation, sex, education, band, taste], ``allowed`` [contract]."""
    ceilings = np.zeros(GROUPS, np.int64)
    ceilings[:PRIVATE_GROUPS] = ceilings[AIMING : AIMING + PRIVATE_GROUPS] = bars.max()
    likely, draws = below(group, strata, key, ceilings)
    n = 0
    for k in range(likely.size):
        i = likely[k]
        if status[i] != PRIVATE or scheme[i] != 255 or allowed[contract[i]] == 0:
            continue
        if month - hired[i] < tenure_months[contract[i]]:
            continue
        band = band_of_months[month - birth_month[i]]
        if draws[k] < bars[occupation[i], sex[i], education[i], band, (taste[i] + 96) // taste_step]:
            likely[n] = i
            n += 1
    return likely[:n].copy()


def seniority_by_contract(world: World, scheme: Scheme) -> Array:
    """Months in the unit before one may file, int64 [contract]; temporary contracts have their own rule,
    if any."""
    permanent = int(world.rules[scheme.key("seniority_in_firm_months")])
    temporary = int(world.rules.get(scheme.key("seniority_fixed_term_months"), permanent))
    return np.array([permanent if c in (Contract.CDI, Contract.NO_CONTRACT) else temporary for c in Contract])


def acceptance(world: World, scheme: Scheme) -> float:
    """Share of decided files that were funded over the last twelve months; the prior share before that."""
    files = world.files
    recent = (
        (files["scheme"] == scheme.code)
        & (files["outcome"] != Outcome.WAITING)
        & (files["month_decided"] >= world.month - 12)
    )
    decided = int(recent.sum())
    funded = int((files["outcome"][recent] == Outcome.FUNDED).sum())
    prior = world.rules[scheme.key("prior_acceptance_share")]
    return float((funded + 20 * prior) / (decided + 20))


def application_bars(world: World, scheme: Scheme, values: Array) -> Array:
    """Chance of filing this month by cell and taste, fixed point; ``values`` [cell..., route]."""
    rules = world.rules
    tau, rho = rules["applications.route_similarity"], rules["applications.taste_weight"]
    best = values.max(axis=-1, keepdims=True)
    inclusive = best[..., 0] + tau * np.log(np.exp((values - best) / tau).sum(axis=-1))
    level = (
        rules[scheme.key("application_intercept")]
        + inclusive
        + rules["applications.acceptance_weight"] * math.log(max(acceptance(world, scheme), 0.02))
    )
    zeta = (np.arange(TASTES) * TASTE_STEP + TASTE_STEP / 2 - 96) / 32
    utility = level[..., None] + rho * zeta
    knowledge = np.array([rules[f"applications.knowledge_{n}_share"] for n in range(5)])
    reach = np.minimum(knowledge * rules["applications.advice_reach_ratio"], 1.0)
    return thresholds(reach[None, None, :, None, None] / (1.0 + np.exp(-utility)))


def apply_for_schemes(world: World) -> None:
    """File the applications of the month."""
    p, rules = world.persons, world.rules
    values = route_values(world)
    for scheme in with_files():
        budget = rules[scheme.key("budget_eur_per_year")]
        if budget == 0:
            continue
        available = scheme_values(world, scheme, values)
        bars = application_bars(world, scheme, available)
        allowed = np.array([int(c in scheme.contracts) for c in Contract], np.uint8)
        key = np.uint64(
            int(world.key(Decision.APPLICATION)) ^ (scheme.code * 0x9E3779B97F4A7C15 & (2**64 - 1))
        )
        idx = select_applicants(
            p["group"],
            world.strata,
            p["status"],
            p["contract"],
            p["scheme"],
            p["hired"],
            p["occupation"],
            p["sex"],
            p["education"],
            p["birth_month"],
            p["taste"],
            AGE_BAND_OF_MONTHS,
            world.month,
            allowed,
            seniority_by_contract(world, scheme),
            bars,
            TASTE_STEP,
            key,
        )
        _file(world, scheme, idx, available)


def scheme_values(world: World, scheme: Scheme, values: Array) -> Array:
    """Route values under one scheme: the routes it does not fund are worth nothing (-30)."""
    occ, routes = world.occupations, world.routes
    out = values.copy()
    if scheme.target == "porteur":
        out[..., occ.porteur[routes.target] == 0] = -30.0
    if scheme.origin == "exposed":
        out[occ.exposed == 0] = -30.0
    loss = world.rules[scheme.key("income_loss_share")]
    return np.asarray(out - world.rules["applications.income_loss_weight"] * loss)


def _file(world: World, scheme: Scheme, idx: Array, values: Array) -> None:
    """Choose a route for each applicant, score the file and put it before the commission."""
    p, rules, routes, month = world.persons, world.rules, world.routes, world.month
    cells = cells_of(world, idx)
    tau = rules["applications.route_similarity"]
    table = values[cells]
    weights = np.exp((table - table.max(axis=1, keepdims=True)) / tau) if idx.size else table
    weights[table < -20.0] = 0.0
    usable = weights.sum(axis=1) > 0
    idx, weights = idx[usable], weights[usable]
    cumulative = thresholds(np.minimum(np.cumsum(weights, axis=1) / weights.sum(axis=1, keepdims=True), 1.0))
    draws = draw_many(world.key(Decision.ROUTE), idx)
    route = np.minimum((cumulative <= draws[:, None]).sum(axis=1), routes.count - 1)
    creates = np.zeros(idx.size, bool)
    if scheme.creation:
        bar = thresholds(np.array([rules[scheme.key("creation_share")]]))[0]
        creates = draw_many(world.key(Decision.CREATION), idx) < bar
    p["scheme"][idx] = scheme.code
    target = np.where(creates, world.occupations.business_of[p["occupation"][idx]], routes.target[route])
    world.files.add(
        person=idx,
        scheme=np.full(idx.size, scheme.code),
        route=np.where(creates, CREATION, route),
        month_filed=np.full(idx.size, month),
        points=points_of(world, idx, route, scheme),
        unit=p["unit"][idx],
        origin_occupation=p["occupation"][idx],
        target_occupation=target,
        tie_draw=draw_many(world.key(Decision.COMMISSION), idx),
        project_draw=draw_many(world.key(Decision.PROJECT), idx),
        sex=p["sex"][idx],
        age_years=(month - p["birth_month"][idx]) // 12,
        education=p["education"][idx],
    )
    world.record.count(f"files_received_{scheme.name}", idx.size)
