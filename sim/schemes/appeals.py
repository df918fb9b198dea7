"""Gracious appeals: who was refused for her rank may ask once that her file be looked at again.

Heard at the next sitting.  One that is upheld wins the points of a criterion that had not been recognised and
goes back on the list: money still decides, down the same list.  Nothing else can be won, and nothing outside
the budget.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sim.derived import Known, derived
from sim.kernels import Array, kernel
from sim.moves import where_she_filed
from sim.population.columns import NONE
from sim.schemes.files import WAITING, Appeal, Outcome
from sim.schemes.rules import schemes, with_files
from sim.streams import Decision, draw, threshold

if TYPE_CHECKING:
    from sim.world import World

_NO_SCHEME = int(NONE)
_RANK, _NO_APPEAL = int(Outcome.REFUSED_RANK), int(Appeal.NONE)
_REJECTED, _UPHELD = int(Appeal.REJECTED), int(Appeal.UPHELD)


class AppealRules(NamedTuple):
    """Chances that a refused applicant appeals and wins, and that she appeals, fixed point; points won; and
    which schemes have money, bool [scheme]."""

    upheld: int
    appealed: int
    points: int
    open: Array


def appeal_rules(known: Known) -> AppealRules:
    """The rules in force."""
    rules, funds = known.rules, np.zeros(len(schemes()), np.bool_)
    for scheme in with_files():
        funds[scheme.code] = rules[scheme.key("budget_eur_per_year")] != 0
    share = rules["applications.appeal_share"]
    return AppealRules(
        threshold(share * rules["applications.appeal_success_share"]),
        threshold(share),
        int(rules["applications.appeal_points"]),
        funds,
    )


@kernel
def appeals_heard(
    first: int,
    month: int,
    rules: AppealRules,
    key: np.uint64,
    person: Array,
    scheme: Array,
    file_unit: Array,
    outcome: Array,
    decided: Array,
    appeal: Array,
    points: Array,
    lines: Array,
    person_scheme: Array,
) -> None:
    """Write the appeals against last month's refusals, and put the files of those upheld back on the list.

    Only who is still where she filed from, without another project, appeals.
    """
    for row in range(first, outcome.size):
        if outcome[row] != _RANK or decided[row] != month - 1 or appeal[row] != _NO_APPEAL:
            continue
        i, applicant = person[row], lines[person[row]]
        there = where_she_filed(applicant, file_unit[row])
        if not there or person_scheme[i] != _NO_SCHEME or not rules.open[scheme[row]]:
            continue
        luck = draw(key, i)
        if luck < rules.upheld:
            appeal[row] = _UPHELD
            points[row] += rules.points
            outcome[row], decided[row] = WAITING, -1
            person_scheme[i] = scheme[row]
        elif luck < rules.appealed:
            appeal[row] = _REJECTED


def hear_appeals(world: World) -> None:
    """The month's appeals; the writer of ``appeal``."""
    files, rules = world.files, derived(world, appeal_rules)
    if rules.appealed == 0:
        return
    appeals_heard(
        files.live_from(world.month),
        world.month,
        rules,
        world.key(Decision.APPEAL),
        files["person"],
        files["scheme"],
        files["unit"],
        files["outcome"],
        files["month_decided"],
        files["appeal"],
        files["points"],
        world.lines,
        world.persons["scheme"],
    )
