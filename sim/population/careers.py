"""Contracts, tenure, education and titles of the people of the opening population.

The shares come from the profiles of the families of occupations; who gets what leans on age (the
young hold the short contracts, the old the long tenures), through a score of age and chance.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.population.columns import NONE, Contract, Education, Status
from sim.population.drawing import Use, below, by_quota, draws, early
from sim.population.rounding import quotas
from sim.population.stock import MILLION, profile
from sim.population.tables import assumption, occupations, whole_assumption
from sim.streams import thresholds

Integers = NDArray[np.int64]

TENURES = ("lt1y", "1_5y", "5_10y", "ge10y")
_TENURE_FROM = np.array([0, 12, 60, 120])
_TENURE_UNTIL = np.array([12, 60, 120, 480])
WORKING_FROM_MONTHS = 16 * 12
OLDEST_SCORE = 4000 << 20
"""Above every score of age and chance."""
_EDUCATION = ("none", "cap", "bac", "bac2", "bac3plus")
_AGE_OF_LEVEL = np.array([0, 16, 18, 20, 21])
"""Least age in years at which each level of education is held."""


def _score(seed: int, use: Use, ids: Integers, age_months: Integers, noise: str) -> Integers:
    """A score in [0, 2**32) that grows with age, blurred by some months of chance (an assumption)."""
    return (age_months << 20) + whole_assumption(noise) * (draws(seed, use, ids) >> 12)


def _contract_score(seed: int, ids: Integers, age_months: Integers) -> Integers:
    """Age that counts little after a knee, blurred: short contracts crowd below it and go on above it."""
    knee = whole_assumption("contract_age_knee_months")
    slope = whole_assumption("contract_age_slope_after_percent")
    counted = np.minimum(age_months, knee) * 100 + np.maximum(age_months - knee, 0) * slope
    late = (1 << 32) - 1 - early(draws(seed, Use.CONTRACT, ids))
    blur = whole_assumption("contract_age_noise_months") * 100 * (late >> 18)
    score: Integers = (counted << 14) + blur
    return score


def short_contracts(
    heads: Integers, public: Integers, agents: Integers
) -> tuple[Integers, Integers, Integers]:
    """By occupation: fixed-term public agents, fixed-term and temporary private salaried.

    ``heads`` are private salaried, ``public`` all public salaried, ``agents`` those who are not civil
    servants.  Apprentices count as fixed-term.  What public agents hold is taken off the private.
    """
    shares = profile("contract", ("cdi", "cdd", "interim", "apprentice"))[:, 0, :]
    public_cdd = agents * round(assumption("cdd_share_of_public_agents") * 1000) // 1000
    everyone = heads + public
    cdd = everyone * (shares[:, 1] + shares[:, 3]) // MILLION - public_cdd
    interim = np.minimum(everyone * shares[:, 2] // MILLION, heads // 4)
    return public_cdd, np.clip(cdd, heads * 4 // 100, heads * 70 // 100), interim


def contracts(
    seed: int, ids: Integers, occupation: Integers, status: Integers, age_months: Integers
) -> Integers:
    """Contract of each employed person: CDI for civil servants, none for the self-employed.

    Within an occupation the youngest, give or take some years, hold the short contracts.
    """
    count = occupations().count
    out = np.where(status == Status.SELF_EMPLOYED, int(Contract.NO_CONTRACT), int(Contract.CDI))
    score = _contract_score(seed, ids, age_months)
    chance = draws(seed, Use.SHORT_CONTRACT, ids)
    heads = {s: np.bincount(occupation[status == s], minlength=count) for s in Status}
    agents = heads[Status.PUBLIC]
    public_cdd, cdd, interim = short_contracts(
        heads[Status.PRIVATE], agents + heads[Status.CIVIL_SERVANT], agents
    )
    for kind, fixed, temporary in ((Status.PUBLIC, public_cdd, 0 * agents), (Status.PRIVATE, cdd, interim)):
        who = np.flatnonzero(status == kind)
        lasting = heads[kind] - fixed - temporary
        short = by_quota(occupation[who], score[who], np.stack([fixed + temporary, lasting], axis=1)) == 0
        brief = who[short]
        kinds = by_quota(occupation[brief], chance[brief], np.stack([fixed, temporary], axis=1))
        out[brief] = np.where(kinds == 0, int(Contract.CDD), int(Contract.INTERIM))
    return out


def tenure_months(
    seed: int, ids: Integers, occupation: Integers, own: Integers, contract: Integers, age_months: Integers
) -> Integers:
    """Months since the hire in the present unit, at least 1, never before 16 years of age.

    Short contracts are recent; the rest of each occupation's tenures goes to the others, long ones to
    the older, give or take some years.
    """
    short = np.isin(contract, (Contract.CDD, Contract.INTERIM))
    longest = np.where(
        contract == Contract.CDD,
        whole_assumption("cdd_longest_months"),
        whole_assumption("interim_longest_months"),
    )
    band = np.zeros(occupation.size, np.int64)
    stable = np.flatnonzero(~short)
    cell = occupation * 2 + own
    score = _score(seed, Use.TENURE, ids[stable], age_months[stable], "tenure_age_noise_months")
    band[stable] = by_quota(cell[stable], score, _tenure_quotas(cell, short))
    worked = np.maximum(age_months - WORKING_FROM_MONTHS, 1)
    low = np.where(short, 0, np.minimum(_TENURE_FROM[band], worked - 1))
    high = np.minimum(np.where(short, longest, _TENURE_UNTIL[band]), worked)
    return 1 + low + below(draws(seed, Use.TENURE_MONTH, ids), np.maximum(high - low, 1))


def _tenure_quotas(cell: Integers, short: NDArray[np.bool_]) -> Integers:
    """Heads on lasting contracts by (occupation, own account) and band of tenure."""
    count = 2 * occupations().count
    lasting, brief = np.bincount(cell[~short], minlength=count), np.bincount(cell[short], minlength=count)
    exact = (lasting + brief)[:, None] * profile("tenure", TENURES).reshape(count, 4)
    recent = brief * round(assumption("short_contracts_under_a_year_share") * MILLION)
    exact[:, 0] = np.maximum(exact[:, 0] - recent, exact[:, 0] // 5)
    return quotas(lasting, exact // 1000)


def occupation_months(seed: int, ids: Integers, tenure: Integers, age_months: Integers) -> Integers:
    """Months since which the occupation has been exercised, at least the tenure in the unit."""
    longer = draws(seed, Use.OCCUPATION_START, ids) < int(
        thresholds(np.array([assumption("same_occupation_before_share")]))[0]
    )
    room = np.maximum(age_months - WORKING_FROM_MONTHS - 24 - tenure, 0)
    return tenure + np.where(longer, below(draws(seed, Use.OCCUPATION_MONTHS, ids), room + 1), 0)


def education_levels(
    seed: int, ids: Integers, occupation: Integers, own: Integers, age_months: Integers
) -> Integers:
    """Highest level held, by the profile of the (last) occupation; the older hold the lower levels."""
    known = occupation != NONE
    cell = np.where(known, occupation * 2 + own, 2 * occupations().count)
    shares = profile("education", _EDUCATION).reshape(-1, 5)
    without = [round(assumption(f"education_without_occupation_{level}") * MILLION) for level in _EDUCATION]
    shares = np.concatenate([shares, np.array([without])])
    heads = np.bincount(cell, minlength=shares.shape[0])
    score = OLDEST_SCORE - _score(seed, Use.EDUCATION, ids, age_months, "education_age_noise_months")
    level = by_quota(cell, score, quotas(heads, shares)).astype(np.int64)
    held = np.searchsorted(_AGE_OF_LEVEL, age_months // 12, side="right") - 1
    return np.clip(np.minimum(level, held), int(Education.NO_DIPLOMA), int(Education.BAC3))


def titles(seed: int, ids: Integers, occupation: Integers) -> NDArray[np.uint64]:
    """Titles held: everyone in a regulated trade holds its licence, a share elsewhere (bit = occupation)."""
    trades = occupations()
    share = np.where(trades.regulated == 1, 1.0, trades.title_holders_share)
    limit = np.append(thresholds(share), np.zeros(NONE + 1 - trades.count, np.int64))[occupation]
    bit = np.append(
        np.left_shift(np.uint64(1), np.arange(trades.count, dtype=np.uint64)),
        np.zeros(NONE + 1 - trades.count, np.uint64),
    )[occupation]
    return np.where(draws(seed, Use.TITLE, ids) < limit, bit, np.uint64(0))
