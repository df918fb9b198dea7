"""What a scheme pays to trainees without a post while they have no benefit.

Paid by the Region under the decree of April 2021.  ARE goes on as any other day; pay begins where it ends.
"""

from __future__ import annotations

import numpy as np

from sim.derived import Known
from sim.kernels import Array, kernel
from sim.layout import Line
from sim.population.columns import NONE
from sim.schemes.rules import schemes

BEGINNER_UNTIL_MONTHS = 26 * 12
_NONE = int(NONE)


def trainee_pay_cents(known: Known) -> Array:
    """Whole cents a month by [scheme; trained worker, beginner], int64; nothing where the scheme does not
    pay."""
    amounts = [round(known.rules[f"law.trainee_pay{who}_eur_per_month"] * 100) for who in ("", "_beginner")]
    return np.array([amounts if s.money.trainee_pay else [0, 0] for s in schemes()], np.int64)


@kernel
def is_beginner(person: Line, month: int) -> bool:
    """Under 26 and never at work: paid less."""
    return bool(person.occupation == _NONE and month - person.birth_month < BEGINNER_UNTIL_MONTHS)


@kernel
def months_without_benefit(starts: int, ends: int, are_until: int) -> int:
    """Months of a course from the month ``starts`` to before the month ``ends`` after a right to ARE ends."""
    return max(ends - max(starts, are_until), 0)
