"""Who may file under a scheme, who knows of it, and what moves her to: process 5, before anybody asks."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.derived import Known
from sim.groups import UNEMPLOYED, at_work_in
from sim.kernels import Array, kernel
from sim.layout import Line
from sim.population.columns import NONE, Contract, Education, State, Status
from sim.schemes.arduous_work import arduous_shares, works_hard
from sim.schemes.files import ACCEPTANCE_MONTHS
from sim.schemes.rules import Scheme
from sim.streams import draw, threshold, thresholds
from sim.work_history import WORKING_DAYS_A_YEAR, work_of_five_years

_NO_SCHEME = _NO_AIM = int(NONE)
_UNEMPLOYED = int(State.UNEMPLOYED)


class Terms(NamedTuple):
    """Who may file under one scheme, and what moves her to.

    ``posted``: whether it is for people with a post, or for the unemployed, whom no rule on posts concerns;
    ``groups`` bool [group], where they are found; ``allowed`` uint8 [status, contract]; ``tenure_months``
    int64 [contract]; ``worked_months`` of the last five years, whatever the employers; ``exposed`` int64
    [PCS], the share in fixed point of those whose work is arduous enough for the scheme, and
    ``exposure_months`` how long she must have done it; ``knows`` int64 [education], the share that knows the
    schemes without advice, ``creation`` the share of the projects to create a business, ``returns`` the
    chance a month that who was refused files again, fixed point; ``level`` is delta.
    """

    posted: bool
    groups: Array
    allowed: Array
    tenure_months: Array
    worked_months: int
    exposed: Array
    exposure_months: int
    knows: Array
    returns: int
    level: float
    acceptance_weight: float
    taste_weight: float
    creation: int


def terms_of(known: Known, scheme: Scheme) -> Terms:
    """The terms of a scheme under the rules in force."""
    rules = known.rules
    comes_back = 1.0 - (1.0 - rules["applications.return_share"]) ** (1 / ACCEPTANCE_MONTHS)
    allowed, posted = admitted(known, scheme), State.EMPLOYED in scheme.who.states
    return Terms(
        posted=posted,
        groups=at_work_in(allowed) if posted else UNEMPLOYED,
        allowed=allowed,
        tenure_months=seniority_by_contract(known, scheme) if posted else np.zeros(len(Contract), np.int64),
        worked_months=int(rules.get(scheme.key("worked_days"), 0) * 12 / WORKING_DAYS_A_YEAR),
        exposed=arduous_shares(known, scheme),
        exposure_months=int(rules.get(scheme.key("exposure_months"), 0)),
        knows=known_bars(known),
        returns=threshold(comes_back),
        level=float(rules[scheme.key("application_intercept")]),
        acceptance_weight=float(rules["applications.acceptance_weight"]),
        taste_weight=float(rules["applications.taste_weight"]),
        creation=threshold(rules[scheme.key("creation_share")]) if scheme.project.creation else 0,
    )


class Demand(NamedTuple):
    """How often those whom a scheme admits ask, whatever they would gain.

    ``allowed`` uint8 [status, contract]; ``asked`` int64 [education], a chance a month in fixed point;
    ``ceilings`` int64 [group], chances that nobody exceeds.
    """

    allowed: Array
    asked: Array
    ceilings: Array


def demand_of(known: Known, scheme: Scheme) -> Demand:
    """The demand for a scheme under the rules in force: nobody asks for what she does not know."""
    shares = [known.rules[f"applications.knowledge_{int(e)}_share"] for e in Education]
    asks = np.array(shares) * [e in scheme.who.educations for e in Education]
    allowed = admitted(known, scheme)
    asked = thresholds(np.minimum(known.rules[scheme.key("demand_rate")] * asks, 1.0))
    return Demand(allowed, asked, at_work_in(allowed) * asked.max())


def admitted(known: Known, scheme: Scheme) -> Array:
    """Who may file, uint8 [status, contract]: the scheme's own people, and public servants where it is open
    to them."""
    statuses = set(scheme.who.statuses)
    if known.rules.get(scheme.key("public_servants"), "closed") == "open":
        statuses |= {Status.PUBLIC, Status.CIVIL_SERVANT}
    return np.array(
        [[s in statuses and c in scheme.who.contracts for c in Contract] for s in Status], np.uint8
    )


def known_bars(known: Known) -> Array:
    """Share that knows the schemes without advice by education, fixed point, int64."""
    rules = known.rules
    shares = np.array([rules[f"applications.knowledge_{n}_share"] for n in range(len(Education))])
    return thresholds(np.minimum(shares * rules["applications.advice_reach_ratio"], 1.0))


def seniority_by_contract(known: Known, scheme: Scheme) -> Array:
    """Months in the unit before one may file, int64 [contract]; temporary contracts have their own rule,
    if any."""
    permanent = int(known.rules[scheme.key("seniority_in_firm_months")])
    temporary = int(known.rules.get(scheme.key("seniority_fixed_term_months"), permanent))
    return np.array([permanent if c in (Contract.CDI, Contract.NO_CONTRACT) else temporary for c in Contract])


@kernel
def knows(i: int, person: Line, month: int, bars: Array, key: np.uint64) -> bool:
    """Whether the person of row ``i`` knows the schemes: of her own, for life, or from advice that lasts."""
    return bool(person.advised_until > month or draw(key, i) < bars[person.education])


@kernel
def may_study(person: Line, month: int) -> bool:
    """Whether somebody at search may ask for a course.

    Not whoever became unemployed this month, nor whoever aims at the trade of a fresh certificate.
    """
    aims = person.aim != _NO_AIM and person.aim_until >= month
    return bool(person.state == _UNEMPLOYED and person.since != month and not aims)


@kernel
def may_file(
    i: int, person: Line, under: int, month: int, terms: Terms, pcs: Array, arduous_key: np.uint64
) -> bool:
    """Whether the rules let somebody file who is ``under`` a scheme or none."""
    if under != _NO_SCHEME:
        return False
    if not terms.posted:
        return bool(may_study(person, month))
    if terms.allowed[person.status, person.contract] == 0:
        return False
    if month - person.hired < terms.tenure_months[person.contract]:
        return False
    if terms.worked_months > 0 and work_of_five_years(person, month) < terms.worked_months:
        return False
    return bool(works_hard(i, person, month, terms.exposed, terms.exposure_months, pcs, arduous_key))
