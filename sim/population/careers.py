"""Contracts, tenure, education and titles of the people of the opening population.

The shares come from the profiles of the families of occupations; who gets what leans on age (the
young hold the short contracts, the old the long tenures), through a score of age and chance.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.population.columns import NONE, Contract, Education, Status
from sim.population.drawing import Use, below, by_quota, draws
from sim.population.rounding import quotas
from sim.population.stock import MILLION, profile
from sim.population.tables import occupations
from sim.streams import thresholds

Integers = NDArray[np.int64]

AGE_NOISE_MONTHS = {"contract": 240, "tenure": 300, "education": 480}
"""Spread of chance against age in who holds what (assumed): the wider, the weaker the link with age."""
CDD_SHARE_OF_PUBLIC_AGENTS = 350_000
"""Fixed-term share of public agents who are not civil servants, in millionths (assumed, 0.25 to 0.45)."""
SAME_OCCUPATION_BEFORE_SHARE = 0.45
"""Chance that the occupation was exercised before the present unit (assumed, 0.3 to 0.6)."""
SHORT_MONTHS = {Contract.CDD: 18, Contract.INTERIM: 12}
TENURES = ("lt1y", "1_5y", "5_10y", "ge10y")
_TENURE_FROM = np.array([0, 12, 60, 120])
_TENURE_UNTIL = np.array([12, 60, 120, 480])
WORKING_FROM_MONTHS = 16 * 12
_EDUCATION = ("none", "cap", "bac", "bac2", "bac3plus")
_AGE_OF_LEVEL = np.array([0, 16, 17, 19, 20])
"""Least age in years at which each level of education is held."""


def _score(seed: int, use: Use, ids: Integers, age_months: Integers, noise: int, old_first: bool) -> Integers:
    """A score in [0, 2**32) that grows (or falls) with age, blurred by ``noise`` months of chance."""
    blurred = (age_months << 20) + noise * (draws(seed, use, ids) >> 12)
    return (2000 << 20) - blurred if old_first else blurred


def contracts(
    seed: int, ids: Integers, occupation: Integers, status: Integers, age_months: Integers
) -> Integers:
    """Contract of each employed person: CDI for civil servants, none for the self-employed."""
    out = np.where(status == Status.CIVIL_SERVANT, int(Contract.CDI), int(Contract.NO_CONTRACT))
    shares = profile("contract", ("cdi", "cdd", "interim", "apprentice"))[:, 0, :]
    score = _score(seed, Use.CONTRACT, ids, age_months, AGE_NOISE_MONTHS["contract"], old_first=False)
    chance = draws(seed, Use.SHORT_CONTRACT, ids)
    for kind in (Status.PUBLIC, Status.PRIVATE):
        who = np.flatnonzero(status == kind)
        heads = np.bincount(occupation[who], minlength=occupations().count)
        public = np.bincount(
            occupation[np.isin(status, (Status.PUBLIC, Status.CIVIL_SERVANT))], minlength=occupations().count
        )
        agents = np.bincount(occupation[status == Status.PUBLIC], minlength=occupations().count)
        if kind == Status.PUBLIC:
            cdd, interim = heads * CDD_SHARE_OF_PUBLIC_AGENTS // MILLION, heads * 0
        else:
            everyone = heads + public
            cdd = (
                everyone * (shares[:, 1] + shares[:, 3]) // MILLION
                - agents * CDD_SHARE_OF_PUBLIC_AGENTS // MILLION
            )
            interim = everyone * shares[:, 2] // MILLION
            cdd = np.clip(cdd, heads * 4 // 100, heads * 70 // 100)
            interim = np.minimum(interim, heads * 25 // 100)
        short = (
            by_quota(occupation[who], score[who], np.stack([cdd + interim, heads - cdd - interim], axis=1))
            == 0
        )
        out[who] = int(Contract.CDI)
        brief = who[short]
        kinds = by_quota(occupation[brief], chance[brief], np.stack([cdd, interim], axis=1))
        out[brief] = np.where(kinds == 0, int(Contract.CDD), int(Contract.INTERIM))
    return out


def tenure_months(
    seed: int, ids: Integers, occupation: Integers, own: Integers, contract: Integers, age_months: Integers
) -> Integers:
    """Months since the hire in the present unit, at least 1, never before 16 years of age."""
    chance = draws(seed, Use.TENURE_MONTH, ids)
    short = np.isin(contract, (Contract.CDD, Contract.INTERIM))
    cell = occupation * 2 + own
    count = 2 * occupations().count
    stable = np.flatnonzero(~short)
    heads, brief = np.bincount(cell[stable], minlength=count), np.bincount(cell[short], minlength=count)
    weights = profile("tenure", TENURES).reshape(count, 4)
    exact = (heads + brief)[:, None] * weights
    exact[:, 0] = np.maximum(exact[:, 0] - brief * MILLION * 8 // 10, exact[:, 0] // 5)
    quota = quotas(heads, exact // 1000)
    score = _score(
        seed, Use.TENURE, ids[stable], age_months[stable], AGE_NOISE_MONTHS["tenure"], old_first=False
    )
    band = np.zeros(occupation.size, np.int64)
    band[stable] = by_quota(cell[stable], score, quota)
    worked = np.maximum(age_months - WORKING_FROM_MONTHS, 1)
    low = np.minimum(_TENURE_FROM[band], worked - 1)
    high = np.minimum(_TENURE_UNTIL[band], np.maximum(worked, low + 1))
    high = np.where(
        short,
        np.minimum(
            np.where(contract == Contract.CDD, SHORT_MONTHS[Contract.CDD], SHORT_MONTHS[Contract.INTERIM]),
            worked,
        ),
        high,
    )
    low = np.where(short, 0, low)
    return 1 + low + below(chance, np.maximum(high - low, 1))


def occupation_months(seed: int, ids: Integers, tenure: Integers, age_months: Integers) -> Integers:
    """Months since which the occupation has been exercised, at least the tenure in the unit."""
    longer = draws(seed, Use.OCCUPATION_START, ids) < int(
        thresholds(np.array([SAME_OCCUPATION_BEFORE_SHARE]))[0]
    )
    room = np.maximum(age_months - WORKING_FROM_MONTHS - 24 - tenure, 0)
    return tenure + np.where(longer, below(draws(seed, Use.OCCUPATION_MONTHS, ids), room + 1), 0)


def education_levels(
    seed: int, ids: Integers, occupation: Integers, own: Integers, age_months: Integers
) -> Integers:
    """Highest level held, by the profile of the (last) occupation; those without one, by age alone."""
    known = occupation != NONE
    cell = np.where(known, occupation * 2 + own, 2 * occupations().count)
    shares = profile("education", _EDUCATION).reshape(-1, 5)
    shares = np.concatenate([shares, np.array([[250_000, 200_000, 330_000, 90_000, 130_000]])])
    heads = np.bincount(cell, minlength=shares.shape[0])
    score = _score(seed, Use.EDUCATION, ids, age_months, AGE_NOISE_MONTHS["education"], old_first=True)
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
