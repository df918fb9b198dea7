"""Process 9: pay in the new post, jobseekers' benefit (ARE), and the ledger of the month.

The writer of wages and of ARE rights.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from sim.benefits import DAYS_A_MONTH, AreLaw, are_law, benefit_months, daily_benefit
from sim.derived import Known, derived
from sim.groups import (
    AIMING_STRATUM,
    BASIC_GROUPS,
    BLOCK,
    DISTANT_STRATUM,
    ENTITLED,
    INACTIVE_GROUPS,
    TRAINING_GROUP,
    TRAINING_STRATUM,
    UNEMPLOYED_GROUPS,
    UNEMPLOYED_STRATUM,
    mark_entitled,
)
from sim.kernels import Array, kernel
from sim.layout import CHUNK, fetch
from sim.moves import TRAINING, UNEMPLOYED
from sim.processes.closures import offered
from sim.streams import next_person, threshold

if TYPE_CHECKING:
    from sim.world import Rules, World


def reference_wages(known: Known) -> Array:
    """Gross monthly wage in cents at average experience and talent, [occupation, sex], int64."""
    occ = known.occupations
    net = np.stack([occ.net_wage_men_eur, occ.net_wage_women_eur], axis=1)
    return np.asarray(np.rint(net / known.rules["law.net_to_gross_ratio"] * 100).astype(np.int64))


def wage_factors(rules: Rules) -> tuple[Array, Array]:
    """exp(talent) for talent -750..750 thousandths, and exp(b (experience - 20)) by age, in 1/65536."""
    talent = np.exp(np.arange(-750, 751) / 1000)
    experience = np.clip(np.arange(100) - 18, 0, 35)
    by_age = np.exp(rules["wages.experience_per_year"] * (experience - 20))
    return (
        np.rint(np.round(talent, 8) * 65536).astype(np.int64),
        np.rint(np.round(by_age, 8) * 65536).astype(np.int64),
    )


class Pay(NamedTuple):
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
def _wages(idx: Array, month: int, lines: Array, reference: Array, pay: Pay) -> int:
    fetched = 0
    for n in range(idx.size):
        if n % CHUNK == 0:
            fetched += fetch(idx, n, lines["wage"])
        person = lines[np.uint64(idx[n])]
        years = min((month - person.birth_month) // 12, 99)
        cents = reference[person.occupation, person.sex] * pay.talent[person.talent + 750] >> 16
        cents = cents * pay.by_age[years] >> 16
        if month - person.laid_off < pay.penalty_months:
            cents = cents * pay.kept >> 32
        person.wage = max(cents, pay.smic_cents)
    return fetched


def _pay_wages(world: World) -> None:
    pay = derived(world, pay_of)
    _wages(world.memory["hired_rows"], world.month, world.lines, offered(world, pay.reference), pay)


class Rights(NamedTuple):
    """Who may claim and for how long: months in the post, months looked back on by age, the law."""

    affiliation_months: int
    window_months: int
    senior_window_months: int
    law: AreLaw


def rights_of(known: Known) -> Rights:
    """The rights of those who lose a post under the rules in force."""
    rules = known.rules
    return Rights(
        int(rules["law.are_affiliation_months"]),
        int(rules["law.are_window_months"]),
        int(rules["law.are_senior_window_months"]),
        are_law(rules),
    )


@kernel
def _write_rights(
    idx: Array, month: int, lines: Array, rights: Rights, are_cents: Array, are_until: Array, strata: Array
) -> int:
    fetched = 0
    for n in range(idx.size):
        if n % CHUNK == 0:
            fetched += fetch(idx, n, lines["state"])
        i = np.uint64(idx[n])
        person = lines[i]
        worked = month - person.hired
        # Whoever found a new post in the same month needs no benefit.
        if (person.state != UNEMPLOYED and person.state != TRAINING) or worked < rights.affiliation_months:
            continue
        years = (month - person.birth_month) // 12
        senior = years >= rights.law.first_senior_age_years
        longest = rights.senior_window_months if senior else rights.window_months
        ends = month + min(min(worked, longest), benefit_months(years, rights.law))
        # An older right that runs longer is kept, with its amount.
        if ends > are_until[i]:
            are_until[i] = ends
            mark_entitled(idx[n], strata)
            are_cents[i] = daily_benefit(person.wage, rights.law)
    return fetched


def _open_rights(world: World) -> None:
    """ARE for those who lost a salaried post after six months or more in it."""
    p = world.persons
    _write_rights(
        np.concatenate(world.memory["lost_post"]),
        world.month,
        world.lines,
        derived(world, rights_of),
        p["are_cents_a_day"],
        p["are_until"],
        world.strata,
    )


@kernel
def _benefits(
    strata: Array,
    group: Array,
    lines: Array,
    scheme: Array,
    are_cents: Array,
    are_until: Array,
    month: int,
    resigned: int,
) -> tuple[Any, Any, int]:
    """Daily benefits in cents of all recipients outside and under the resigned one's scheme; their number."""
    total = of_scheme = np.int64(0)
    people = 0
    entitled = np.empty(BLOCK, np.int64)
    for block in range(strata.shape[1]):
        left = np.uint64(0)
        for stratum in (UNEMPLOYED_STRATUM, DISTANT_STRATUM, AIMING_STRATUM, TRAINING_STRATUM):
            left |= strata[stratum, block]
        left &= strata[ENTITLED, block]
        m = 0
        while left != 0:
            i, left = next_person(block, left)
            if are_until[i] <= month:
                strata[ENTITLED, block] &= ~(np.uint64(1) << np.uint64(i % BLOCK))
                continue
            entitled[m] = i
            m += 1
        for k in range(m):
            i = entitled[k]
            g = group[i] % BASIC_GROUPS
            if UNEMPLOYED_GROUPS <= g < INACTIVE_GROUPS or (g == TRAINING_GROUP and lines[i].team < 0):
                people += 1
                total += are_cents[i]
                if scheme[i] == resigned:
                    of_scheme += are_cents[i]
    return total - of_scheme, of_scheme, people


def _pay_benefits(world: World) -> None:
    p, month = world.persons, world.month
    total, of_scheme, people = _benefits(
        world.strata,
        p["group"],
        world.lines,
        p["scheme"],
        p["are_cents_a_day"],
        p["are_until"],
        month,
        world.memory["resign_code"],
    )
    world.ledger.post(month, "are", "unedic", "person", "are", DAYS_A_MONTH * int(total))
    world.ledger.post(month, "demissionnaire", "unedic", "person", "are", DAYS_A_MONTH * int(of_scheme))
    world.record.count("are_recipients", int(people))
