"""Process 9: pay in the new post, jobseekers' benefit (ARE), and the ledger of the month.

The writer of wages and of ARE rights.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.benefits import DAYS_A_MONTH, are_cents_a_day, are_months
from sim.derived import Known, derived
from sim.groups import (
    AIMING,
    AIMING_STRATUM,
    DISTANT_STRATUM,
    INACTIVE_GROUPS,
    TRAINING_GROUP,
    TRAINING_STRATUM,
    UNEMPLOYED_GROUPS,
    UNEMPLOYED_STRATUM,
)
from sim.kernels import Array, kernel
from sim.layout import CHUNK, fetch
from sim.moves import TRAINING, UNEMPLOYED
from sim.streams import next_person, threshold

if TYPE_CHECKING:
    from sim.world import Rules, World


def reference_wages(known: Known) -> Array:
    """Gross monthly wage in cents at average experience and talent, [occupation, sex], int64."""
    occ = known.occupations
    net = np.stack([occ.net_wage_men_eur, occ.net_wage_women_eur], axis=1)
    return np.rint(net / known.rules["law.net_to_gross_ratio"] * 100).astype(np.int64)


def wage_factors(rules: Rules) -> tuple[Array, Array]:
    """exp(talent) for talent -750..750 thousandths, and exp(b (experience - 20)) by age, in 1/65536."""
    talent = np.exp(np.arange(-750, 751) / 1000)
    experience = np.clip(np.arange(100) - 18, 0, 35)
    by_age = np.exp(rules["wages.experience_per_year"] * (experience - 20))
    return (
        np.rint(np.round(talent, 8) * 65536).astype(np.int64),
        np.rint(np.round(by_age, 8) * 65536).astype(np.int64),
    )


@dataclass(frozen=True, eq=False)
class Pay:
    """Reference wages in cents [occupation, sex], factors of talent and of age in 1/65536, share kept after a
    lay-off in fixed point and for how long, monthly minimum wage in cents."""

    reference: Array
    talent: Array
    by_age: Array
    kept: int
    penalty_months: int
    smic_cents: int


def pay_of(known: Known) -> Pay:
    """What decides pay under the rules in force."""
    rules = known.rules
    return Pay(
        reference_wages(known),
        *wage_factors(rules),
        threshold(1.0 - rules["wages.layoff_penalty_share"]),
        int(rules["wages.layoff_penalty_months"]),
        round(rules["law.smic_gross_eur_per_month"] * 100),
    )


def keep(world: World) -> None:
    """Set the wages of the hired, open the rights of those who lost a post, pay the month's benefits."""
    _pay_wages(world)
    _open_rights(world)
    _pay_benefits(world)


@kernel
def _wages(
    idx: Array,
    month: int,
    occupation: Array,
    sex: Array,
    birth_month: Array,
    talent: Array,
    laid_off: Array,
    base: Array,
    talents: Array,
    by_age: Array,
    penalty_months: int,
    kept: int,
    smic_cents: int,
    wage: Array,
) -> int:
    fetched = 0
    for n in range(idx.size):
        if n % CHUNK == 0:
            fetched += fetch(idx, n, wage)
        i = idx[n]
        years = min((month - birth_month[i]) // 12, 99)
        pay = base[occupation[i], sex[i]] * talents[talent[i] + 750] >> 16
        pay = pay * by_age[years] >> 16
        if month - laid_off[i] < penalty_months:
            pay = pay * kept >> 32
        wage[i] = max(pay, smic_cents)
    return fetched


def _pay_wages(world: World) -> None:
    p, pay = world.persons, derived(world, pay_of)
    _wages(
        world.memory["hired_rows"],
        world.month,
        p["occupation"],
        p["sex"],
        p["birth_month"],
        p["talent"],
        p["laid_off"],
        pay.reference,
        pay.talent,
        pay.by_age,
        pay.penalty_months,
        pay.kept,
        pay.smic_cents,
        p["wage"],
    )


def _open_rights(world: World) -> None:
    """ARE for those who lost a post after six months or more in it."""
    p, rules = world.persons, world.rules
    idx = np.concatenate(world.memory["lost_post"])
    # Whoever found a new post in the same month needs no benefit.
    idx = idx[(p["state"][idx] == UNEMPLOYED) | (p["state"][idx] == TRAINING)]
    worked = world.month - p["hired"][idx].astype(np.int64)
    idx = idx[worked >= int(rules["law.are_affiliation_months"])]
    if idx.size == 0:
        return
    years = (world.month - p["birth_month"][idx].astype(np.int64)) // 12
    p["are_cents_a_day"][idx] = are_cents_a_day(rules, p["wage"][idx].astype(np.int64))
    senior = years >= rules["law.are_first_senior_age_years"]
    window = np.where(senior, int(rules["law.are_senior_window_months"]), int(rules["law.are_window_months"]))
    worked = np.minimum(world.month - p["hired"][idx].astype(np.int64), window)
    ends = world.month + np.minimum(worked, are_months(rules, years))
    # An older right that runs longer is kept.
    p["are_until"][idx] = np.maximum(p["are_until"][idx], ends)


@kernel
def _benefits(
    strata: Array,
    group: Array,
    team: Array,
    scheme: Array,
    are_cents: Array,
    are_until: Array,
    month: int,
    resigned: int,
) -> tuple[Any, Any, int]:
    """Daily benefits of all recipients without and with the resigned one's scheme, cents, and their number."""
    total = of_scheme = np.int64(0)
    people = 0
    for stratum in (UNEMPLOYED_STRATUM, DISTANT_STRATUM, AIMING_STRATUM, TRAINING_STRATUM):
        for block in range(strata.shape[1]):
            left = strata[stratum, block]
            while left != 0:
                i, left = next_person(block, left)
                g = group[i] % AIMING
                jobless = (g >= UNEMPLOYED_GROUPS) & (g < INACTIVE_GROUPS)
                paid = (are_until[i] > month) & (jobless | ((g == TRAINING_GROUP) & (team[i] < 0)))
                # Added as zero, not stepped over: a branch that few foresee costs more than the sum.
                cents = np.int64(paid) * are_cents[i]
                people += paid
                total += cents
                of_scheme += cents * np.int64(scheme[i] == resigned)
    return total - of_scheme, of_scheme, people


def _pay_benefits(world: World) -> None:
    p, month = world.persons, world.month
    total, of_scheme, people = _benefits(
        world.strata,
        p["group"],
        p["team"],
        p["scheme"],
        p["are_cents_a_day"],
        p["are_until"],
        month,
        world.memory["resign_code"],
    )
    world.ledger.post(month, "are", "unedic", "person", "are", DAYS_A_MONTH * int(total))
    world.ledger.post(month, "demissionnaire", "unedic", "person", "are", DAYS_A_MONTH * int(of_scheme))
    world.record.count("are_recipients", int(people))
