"""Process 9: pay in the new post, then jobseekers' benefit (:mod:`sim.processes.entitlements`,
:mod:`sim.processes.benefit_payments`, :mod:`sim.processes.founders`).

The writer of wages.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sim.derived import Known, derived
from sim.kernels import Array, kernel
from sim.layout import CHUNK, fetch
from sim.processes import benefit_payments, entitlements, founders, redundancy
from sim.processes.closures import offered
from sim.streams import threshold

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
    entitlements.open_rights(world)
    redundancy.accompany(world)
    law = derived(world, entitlements.law_of)
    for paid in (benefit_payments.pay_benefits(world, law), founders.pay_founders(world, law)):
        benefit_payments.write_on_files(world, paid)
    benefit_payments.release_benefits(world)


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
