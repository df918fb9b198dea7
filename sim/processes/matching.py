"""Process 8: open posts, search, suitability, hires.

The published labour-flow model, extended: the unemployed, the inactive and the employed apply; a searcher
sends at most one suitable application a month; regulated trades are closed without the licence.  Urn and
balls decide how many a trade hires, the smallest keys decide who and which post.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from sim.kernels import Array, kernel
from sim.moves import (
    CDD,
    CDI,
    CIVIL_SERVANT,
    EMPLOYED,
    INACTIVE,
    INTERIM,
    LEFT,
    NO_CONTRACT,
    PRIVATE,
    PUBLIC,
    SELF_EMPLOYED,
    UNEMPLOYED,
    Reason,
    take_post,
)
from sim.population.columns import NONE
from sim.processes.hazards import AGE_GROUP_OF_MONTHS, post_kinds
from sim.processes.ranking import heads_of_groups, ranked, slots
from sim.processes.search import destination_weights, search_thresholds
from sim.streams import ONE, Decision, below, draw, draw_many, sieved_draws, threshold, thresholds

if TYPE_CHECKING:
    from sim.world import World


@kernel
def open_posts(
    filled: Array, covered: Array, posts: Array, occupation: Array, count: int
) -> tuple[Array, Array]:
    """Open posts by team (int32) and by occupation (int64[count]); a covered absence opens the post."""
    by_team = np.empty(posts.size, np.int32)
    by_occupation = np.zeros(count, np.int64)
    for t in range(posts.size):
        v = posts[t] - (filled[t] - covered[t])
        by_team[t] = v if v > 0 else 0
        by_occupation[occupation[t]] += by_team[t]
    return by_team, by_occupation


@kernel
def select_suitable(
    rows: int,
    state: Array,
    since: Array,
    contract: Array,
    status: Array,
    birth_month: Array,
    occupation: Array,
    distant: Array,
    taste: Array,
    kinds: Array,
    month: int,
    age_group: Array,
    from_employment: Array,
    from_unemployment: Array,
    from_inactivity: Array,
    key: np.uint64,
) -> Array:
    """Rows of those who send a suitable application this month.

    As in the published model, who became unemployed this month searches from the next one on.
    """
    ceilings = np.zeros(LEFT + 1, np.int64)
    ceilings[EMPLOYED], ceilings[UNEMPLOYED] = from_employment.max(), from_unemployment.max()
    ceilings[INACTIVE] = from_inactivity.max()
    likely, draws = below(rows, state, key, ceilings)
    highest = np.zeros(from_employment.shape[2], np.int64)
    for step in range(highest.size):
        highest[step] = from_employment[:, :, step].max()
    n = 0
    for k in range(likely.size):
        i = likely[k]
        s = state[i]
        if s == EMPLOYED and draws[k] >= highest[taste[i] + 96]:
            continue  # whatever her post and age
        g = age_group[month - birth_month[i]]
        if s == EMPLOYED:
            bar = from_employment[kinds[status[i], contract[i]], g, taste[i] + 96]
        elif s == UNEMPLOYED:
            if since[i] == month:
                continue
            bar = from_unemployment[g, distant[i], 1 if occupation[i] == 255 else 0]
        else:
            bar = from_inactivity[g, 1 if occupation[i] == 255 else 0]
        if draws[k] < bar:
            likely[n] = i
            n += 1
    return likely[:n].copy()


@kernel
def choose_trades(
    idx: Array,
    occupation: Array,
    sex: Array,
    education: Array,
    titles: Array,
    aim: Array,
    aim_until: Array,
    month: int,
    cumulative: Array,
    licensed: np.uint64,
    aim_bar: int,
    return_bar: int,
    key: np.uint64,
    aim_key: np.uint64,
) -> Array:
    """Occupation applied to by each row; ``cumulative`` [41, sex, education, 40] of whole weights.

    Graduates aim at their trade; whoever works outside the regulated trade of her licence (bits of
    ``licensed``)
    sometimes searches from it.
    """
    out = np.empty(idx.size, np.int64)
    last = cumulative.shape[3] - 1
    for n in range(idx.size):
        i = idx[n]
        if aim[i] != 255 and aim_until[i] >= month and draw(aim_key, i) < aim_bar:
            out[n] = aim[i]
            continue
        origin = 40 if occupation[i] == 255 else occupation[i]
        held = titles[i] & licensed
        outside = held != 0 and (origin == 40 or (held >> np.uint64(origin)) & np.uint64(1) == 0)
        if outside and draw(aim_key, i) < return_bar:
            origin = 0
            while (held >> np.uint64(origin)) & np.uint64(1) == 0:
                origin += 1
        row = cumulative[origin, sex[i], education[i]]
        if row[last] == 0:
            out[n] = -1  # no open post within reach
            continue
        point = (draw(key, i) >> np.int64(10)) * row[last] >> np.int64(22)
        j = 0
        while row[j] <= point and j < last:
            j += 1
        out[n] = j
    return out


def hires_expected(vacancies: int, applicants: int) -> float:
    """Urn and balls: v (1 - exp(-n / v)) posts get at least one suitable applicant; 0 without posts."""
    if vacancies == 0 or applicants == 0:
        return 0.0
    return round(vacancies * (1.0 - math.exp(-applicants / vacancies)), 6)


def hires(vacancies: Array, applicants: Array, draws: Array) -> Array:
    """Whole number of hires by occupation, int64: the expectation, rounded by one draw a trade."""
    out = np.zeros(vacancies.size, np.int64)
    for j in range(vacancies.size):
        expected = hires_expected(int(vacancies[j]), int(applicants[j]))
        whole = int(expected)
        whole += int(draws[j] < threshold(round(expected - whole, 6)))
        out[j] = min(whole, int(vacancies[j]), int(applicants[j]))
    return out


def match(world: World) -> None:
    """Open posts meet suitable applicants; the hired take their posts."""
    p, t = world.persons, world.teams
    by_team, vacancies = open_posts(
        t["filled"], t["covered"], t["posts"], t["occupation"], world.occupations.count
    )
    employed, unemployed, inactive, graduates = search_thresholds(world.rules)
    idx = select_suitable(
        world.rows,
        p["state"],
        p["since"],
        p["contract"],
        p["status"],
        p["birth_month"],
        p["occupation"],
        p["distant"],
        p["taste"],
        post_kinds(),
        world.month,
        AGE_GROUP_OF_MONTHS,
        employed,
        unemployed,
        inactive,
        world.key(Decision.SEARCH),
    )
    idx = np.concatenate([idx, _suitable_graduates(world, idx, graduates)])
    trades = choose_trades(
        idx,
        p["occupation"],
        p["sex"],
        p["education"],
        p["titles"],
        p["aim"],
        p["aim_until"],
        world.month,
        np.cumsum(destination_weights(world, vacancies), axis=3),
        world.occupations.licensed,
        threshold(world.rules["matching.certified_aim_share"]),
        threshold(world.rules["matching.licence_return_share"]),
        world.key(Decision.DESTINATION),
        world.key(Decision.AIM),
    )
    idx, trades = idx[trades >= 0], trades[trades >= 0]
    applicants = np.bincount(trades, minlength=vacancies.size)
    draws = draw_many(world.key(Decision.FILLED), np.arange(vacancies.size))
    quota = hires(vacancies, applicants, draws)

    keys = draw_many(world.key(Decision.PRIORITY), idx)
    chosen = heads_of_groups(ranked(trades, keys), trades, quota)
    slot_team, slot_number = slots(by_team, int(vacancies.sum()))
    slot_keys = draw_many(world.key(Decision.VACANCY), slot_team * 4096 + slot_number)
    slot_trade = t["occupation"][slot_team].astype(np.int64)
    posts = heads_of_groups(ranked(slot_trade, slot_keys), slot_trade, quota)
    _hire(world, idx[chosen], slot_team[posts])


def _suitable_graduates(world: World, found: Array, chances: Array) -> Array:
    """Rows, not yet in ``found``, of graduates whose aim raises the chance of a suitable application.

    They are few: kept apart, they do not make everybody's draw worth a look.
    """
    p, rows = world.persons, world.rows
    graduates = np.flatnonzero((p["aim"][:rows] != NONE) & (p["aim_until"][:rows] >= world.month))
    graduates = np.setdiff1d(graduates, found, assume_unique=True)
    bars = chances[p["state"][graduates]]
    waits = (p["state"][graduates] == UNEMPLOYED) & (p["since"][graduates] == world.month)
    draws = sieved_draws(world.key(Decision.SEARCH), graduates)
    return np.asarray(graduates[(draws < bars) & ~waits])


def _hire(world: World, idx: Array, teams: Array) -> None:
    """The hired take their posts; who would only change desks stays where she is."""
    p = world.persons
    stays = p["team"][idx] == teams
    idx, teams = idx[~stays], teams[~stays]
    was, before = p["state"][idx], p["occupation"][idx].copy()
    reasons = np.select(
        [was == UNEMPLOYED, was == INACTIVE],
        [int(Reason.HIRE_FROM_UNEMPLOYMENT), int(Reason.HIRE_FROM_INACTIVITY)],
        int(Reason.JOB_TO_JOB),
    ).astype(np.int64)
    from_job = reasons == int(Reason.JOB_TO_JOB)
    contracts, statuses = _terms(world, idx, teams, from_job)
    world.memory["hired_rows"] = idx
    take_post(world, idx, reasons, teams, contracts, statuses)
    p["scheme"][idx[(was == UNEMPLOYED) & (p["scheme"][idx] == world.memory["resign_code"])]] = NONE
    p["aim"][idx[p["aim"][idx] == p["occupation"][idx]]] = NONE
    changed = (before != p["occupation"][idx]) & (before != NONE)
    world.record.count("hires", idx.size)
    world.record.count("hires_job_to_job", int(from_job.sum()))
    world.record.count("occupation_changes", int(changed.sum()))


def _terms(world: World, idx: Array, teams: Array, from_job: Array) -> tuple[Array, Array]:
    """Contract and status of each hire (int64): drawn by PCS, employer, and whether a post is left for it."""
    rules = world.rules
    units = world.teams["unit"][teams]
    own = world.units["own_account"][units] == 1
    public = world.units["public"][units] == 1
    pcs = world.occupations.pcs[world.teams["occupation"][teams]]
    share = np.array([rules[f"matching.temporary_at_hire_pcs{n}_share"] for n in range(1, 7)])
    bars = thresholds(np.stack([share, share * rules["matching.temporary_job_to_job_ratio"]]))
    bar = bars[from_job.astype(np.int64), pcs - 1]
    draws = draw_many(world.key(Decision.CONTRACT), idx)
    agency = draws < bar * threshold(rules["matching.interim_of_temporary_share"]) // ONE
    contracts = np.where(agency & ~public, INTERIM, np.where(draws < bar, CDD, CDI))
    contracts = np.where(own, NO_CONTRACT, contracts)
    tenured = draw_many(world.key(Decision.CIVIL_SERVANT), idx) < threshold(
        rules["matching.civil_servant_of_public_hires_share"]
    )
    statuses = np.select(
        [own, public & tenured & (contracts == CDI), public], [SELF_EMPLOYED, CIVIL_SERVANT, PUBLIC], PRIVATE
    )
    return contracts.astype(np.int64), statuses.astype(np.int64)
