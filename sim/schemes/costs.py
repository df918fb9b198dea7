"""What a file costs: teaching under both caps, and the wage cover by paid hours."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.benefits import DAYS_A_MONTH, are_cents_a_day, are_months
from sim.derived import Known, derived
from sim.kernels import Array
from sim.population.columns import NONE
from sim.schemes.rules import Scheme, resigning, schemes, with_files

if TYPE_CHECKING:
    from sim.world import Rules, World


def teaching_cents(rules: Rules, scheme: Scheme, fee_eur: Array, hours: Array) -> Array:
    """Fee under the cap of the file and the cap of the hour, in whole cents."""
    capped = np.minimum(fee_eur, rules[scheme.key("fee_cap_eur")])
    capped = np.minimum(capped, rules[scheme.key("fee_cap_eur_per_hour")] * hours)
    return np.asarray(np.rint(np.round(capped * 100, 6)).astype(np.int64))


def wage_cover_cents(rules: Rules, wage_cents: Array, hours: Array) -> Array:
    """Employer cost of the paid hours, in whole cents, under the law's cover.

    Full up to two minimum wages; above, a share in the first year's hours and a lower one after, and never
    less
    than two minimum wages.
    """
    law = "schemes.ptp.cover_"
    bar = rules[law + "full_up_to_smic_ratio"] * rules["law.smic_gross_eur_per_month"] * 100
    first = np.minimum(hours, rules[law + "first_year_hours"])
    early = np.maximum(rules[law + "first_year_share"] * wage_cents, bar) * first
    late = np.maximum(rules[law + "after_share"] * wage_cents, bar) * (hours - first)
    monthly = np.where(wage_cents <= bar, wage_cents * hours, early + late)
    monthly = monthly / rules["law.full_time_hours_per_month"]
    total = monthly * rules["law.employer_cost_ratio"] * rules["training.paid_hours_share"]
    return np.asarray(np.rint(np.round(total, 4)).astype(np.int64))


def longest_benefit_cents(world: World, rows: Array) -> Array:
    """ARE over the longest entitlement of each applicant, whole cents."""
    rules, person = world.rules, world.files["person"][rows]
    daily = are_cents_a_day(rules, world.persons["wage"][person].astype(np.int64))
    years = (world.month - world.persons["birth_month"][person].astype(np.int64)) // 12
    return np.asarray(daily * DAYS_A_MONTH * are_months(rules, years))


def teaching_by_route(known: Known) -> Array:
    """Teaching cost under both caps, whole cents, [scheme, route]; nothing where people resign."""
    routes = known.routes
    table = np.zeros((len(schemes()), routes.count), np.int64)
    for scheme in with_files():
        if scheme.behaviour == "leave":
            table[scheme.code] = teaching_cents(known.rules, scheme, routes.fee_eur, routes.hours)
    return table


def commitments(world: World, rows: Array) -> tuple[Array, Array]:
    """(whole commitment, its teaching part) of each file in cents.

    A scheme under which people resign commits the benefit at its longest.
    """
    files, wage = world.files, world.persons["wage"]
    scheme, route = files["scheme"][rows], files["route"][rows].astype(np.int64)
    resigns = resigning()[scheme]
    known = np.where(route == NONE, 0, route)
    teaching = derived(world, teaching_by_route)[scheme, known]
    cost = teaching.copy()
    if not resigns.all():
        leaves = ~resigns
        wages, hours = wage[files["person"][rows[leaves]]].astype(float), world.routes.hours[known[leaves]]
        cost[leaves] += wage_cover_cents(world.rules, wages, hours)
    if resigns.any():
        cost[resigns] = longest_benefit_cents(world, rows[resigns])
    return cost, teaching
