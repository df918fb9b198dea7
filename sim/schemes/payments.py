"""Money that follows a funding decision: instalments, and what lapsed or abandoned files give back.

The writer of ``paid_eur_cents``, and of ``cost_eur_cents`` after the decision.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.derived import Known, derived
from sim.kernels import Array, kernel
from sim.schemes.commission import envelope
from sim.schemes.costs import cpf_cents
from sim.schemes.rules import resigning, schemes, with_envelopes, with_files

if TYPE_CHECKING:
    from sim.world import World


def course_fees(known: Known) -> Array:
    """Fee of each route, whole cents, int64."""
    return np.asarray(np.rint(np.round(known.routes.fee_eur * 100, 6)).astype(np.int64))


@kernel
def pay_instalments(
    rows: Array,
    month: int,
    scheme: Array,
    resigned: Array,
    starts: Array,
    ends: Array,
    cost: Array,
    teaching: Array,
    fee: Array,
    route: Array,
    kept_wage: Array,
    cpf: Array,
    paid: Array,
) -> Array:
    """Pay one instalment of each file: equal months, whole cents, the rest with the last.

    Returns cents [scheme; teaching, wage cover or trainees' pay, fees that scheme and account leave out,
    wages that the employer keeps paying, fees that trainees' accounts pay], int64; ``cpf`` [scheme] bounds
    the last.  Under a scheme that people resign for, the commitment is the benefit at its longest: it is paid
    month by month as ARE, and here only the course.
    """
    out = np.zeros((resigned.size, 5), np.int64)
    for row in rows:
        s = scheme[row]
        length = max(np.int64(ends[row]) - starts[row], 1)
        done = min(month - starts[row] + 1, length)
        if resigned[s]:
            if ends[row] > month:
                out[s, 0] += fee[route[row]] * done // length - fee[route[row]] * (done - 1) // length
            continue
        wages = cost[row] - teaching[row]
        rest = max(fee[route[row]] - teaching[row], 0)
        own = min(rest, cpf[s])
        rest -= own
        before = min(month - starts[row], length)  # all of it in the month after the last
        out[s, 2] += rest * done // length - rest * before // length
        out[s, 4] += own * done // length - own * before // length
        out[s, 3] += kept_wage[row] * done // length - kept_wage[row] * before // length
        now = teaching[row] * done // length + wages * done // length if done < length else cost[row]
        taught = teaching[row] * done // length - teaching[row] * (done - 1) // length
        out[s, 0] += min(taught, now - paid[row])
        out[s, 1] += max(now - paid[row] - taught, 0)
        paid[row] = now
    return out


def pay(world: World, rows: Array) -> None:
    """Book the month's instalments."""
    if not rows.size:
        return
    files, month = world.files, world.month
    paid = pay_instalments(
        rows,
        month,
        files["scheme"],
        resigning(),
        files["starts"],
        files["ends"],
        files["cost_eur_cents"],
        files["teaching_eur_cents"],
        derived(world, course_fees),
        files["route"],
        files["kept_wage_eur_cents"],
        derived(world, cpf_cents),
        files["paid_eur_cents"],
    )
    for scheme in with_files():
        taught, covered, rest, kept, own = paid[scheme.code].tolist()
        payer = "france_travail" if scheme.behaviour == "resign" else scheme.payer
        world.ledger.post(month, scheme.name, payer, "training_provider", "teaching", taught)
        if scheme.behaviour == "enrol":
            world.ledger.post(month, scheme.name, payer, "person", "trainee_pay", covered)
        else:
            world.ledger.post(month, scheme.name, payer, "employer", "wage_cover", covered)
        if scheme.money.rest != "nobody":
            world.ledger.post(month, scheme.name, scheme.money.rest, "training_provider", "teaching", rest)
        world.ledger.post(month, scheme.name, "employer", "person", "wage", kept)
        world.ledger.post(month, scheme.name, "cpf", "training_provider", "teaching", own)


@kernel
def take_back(
    rows: Array, year: int, schemes: int, scheme: Array, decided: Array, paid: Array, cost: Array
) -> Array:
    """Lower the cost of files to what is paid; returns the rest, int64 [scheme, of this year and earlier]."""
    rest = np.zeros((schemes, 2), np.int64)
    for row in rows:
        rest[scheme[row], int(decided[row] // 12 != year)] += cost[row] - paid[row]
        cost[row] = paid[row]
    return rest


def release(world: World, rows: Array) -> None:
    """Give the unpaid rest back to the envelope of the year that committed it, if that year still runs."""
    files, rest = world.files, np.zeros((len(schemes()), 2), np.int64)
    if rows.size:
        rest = take_back(
            rows,
            world.month // 12,
            len(schemes()),
            files["scheme"],
            files["month_decided"],
            files["paid_eur_cents"],
            files["cost_eur_cents"],
        )
    for scheme in with_envelopes():
        this_year, earlier = rest[scheme.code].tolist()
        if this_year or earlier:
            envelope(world, scheme).release(this_year, earlier)
        world.record.count(f"released_eur_cents_{scheme.name}", this_year + earlier)
