"""Process 8: open posts, search, suitability, hires.

The published labour-flow model, extended: the unemployed, the inactive and the employed apply; a searcher
sends at most one suitable application a month; regulated trades are closed without the licence.  Urn and
balls decide how many a trade hires, the smallest keys decide who and which post.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sim.derived import Known, derived
from sim.groups import (
    AGE_GROUPS,
    AIMING,
    BASIC_GROUPS,
    GROUPS,
    INACTIVE_GROUPS,
    KINDS,
    RESTLESS,
    RESTLESS_FROM,
    UNEMPLOYED_GROUPS,
)
from sim.kernels import Array, kernel
from sim.layout import CHUNK, fetch
from sim.moves import (
    CDD,
    CDI,
    CIVIL_SERVANT,
    EMPLOYED,
    INACTIVE,
    INTERIM,
    NO_CONTRACT,
    PRIVATE,
    PUBLIC,
    SELF_EMPLOYED,
    UNEMPLOYED,
    Reason,
    take_post,
)
from sim.processes.hazards import by_group
from sim.processes.ranking import first_in_line, open_post_keys
from sim.processes.search import cumulated_weights, fixed_attraction, search_thresholds
from sim.streams import ONE, Decision, below, draw, draw_many, threshold, thresholds

if TYPE_CHECKING:
    from sim.world import World

_FROM_UNEMPLOYMENT, _FROM_INACTIVITY = int(Reason.HIRE_FROM_UNEMPLOYMENT), int(Reason.HIRE_FROM_INACTIVITY)
_JOB_TO_JOB = int(Reason.JOB_TO_JOB)


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
    group: Array,
    strata: Array,
    since: Array,
    taste: Array,
    aim_until: Array,
    month: int,
    employed: Array,
    ceilings: Array,
    graduates: Array,
    key: np.uint64,
) -> tuple[Array, int]:
    """Rows of those who send a suitable application this month.

    ``employed`` [group of the employed, taste]; ``ceilings`` [group] are the chances themselves for those
    without a post; ``graduates`` [group] the chances, if higher, of whoever aims at the trade of a
    certificate.
    As in the published model, who became unemployed this month searches from the next one on.
    """
    likely, draws = below(group, strata, key, ceilings)
    n = 0
    for k in range(likely.size):
        i = np.uint64(likely[k])
        g = group[i] % BASIC_GROUPS
        bar = employed[g, taste[i] + 96] if g < UNEMPLOYED_GROUPS else ceilings[g]
        if group[i] >= AIMING and aim_until[i] >= month:
            bar = max(bar, graduates[g])
        likely[n] = likely[k]
        n += int(draws[k] < bar)
    return _searching(likely[:n], group, since, month)


@kernel
def _searching(idx: Array, group: Array, since: Array, month: int) -> tuple[Array, int]:
    """Those of ``idx`` who have not become unemployed this month."""
    n = fetched = 0
    for k in range(idx.size):
        if k % CHUNK == 0:
            fetched += fetch(idx, k, since)
        i = np.uint64(idx[k])
        g = group[i] % BASIC_GROUPS
        if not (UNEMPLOYED_GROUPS <= g < INACTIVE_GROUPS and since[i] == month):
            idx[n] = idx[k]
            n += 1
    return idx[:n], fetched


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
) -> tuple[Array, int]:
    """Occupation applied to by each row; ``cumulative`` [41, sex, education, 40] of whole weights.

    Graduates aim at their trade; whoever works outside the regulated trade of her licence (bits of
    ``licensed``)
    sometimes searches from it.
    """
    out = np.empty(idx.size, np.int64)
    last = cumulative.shape[3] - 1
    fetched = 0
    for n in range(idx.size):
        if n % CHUNK == 0:
            fetched += fetch(idx, n, occupation)
        i = np.uint64(idx[n])
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
        low, high = 0, last  # the first trade whose cumulated weight is above the point
        while low < high:
            middle = (low + high) // 2
            if row[middle] > point:
                high = middle
            else:
                low = middle + 1
        out[n] = low
    return out, fetched


def hires_expected(vacancies: Array, applicants: Array) -> Array:
    """Urn and balls: v (1 - exp(-n / v)) posts get at least one suitable applicant; 0 without posts."""
    posts = np.maximum(vacancies, 1)
    filled = np.round(posts * (1.0 - np.exp(-np.asarray(applicants) / posts)), 6)
    return np.where(np.asarray(vacancies) > 0, filled, 0.0)


def hires(vacancies: Array, applicants: Array, draws: Array) -> Array:
    """Whole number of hires by occupation, int64: the expectation, rounded by one draw a trade."""
    expected = hires_expected(vacancies, applicants)
    whole = expected.astype(np.int64)
    whole += draws < thresholds(np.round(expected - whole, 6))
    return np.asarray(np.minimum(whole, np.minimum(vacancies, applicants)))


@dataclass(frozen=True, eq=False)
class Chances:
    """Fixed point: of a suitable application from a post [group of the employed, taste], the ceilings of all
    [group], of graduates [group]; of aiming at the trade of a certificate, of returning to a licence's."""

    employed: Array
    ceilings: Array
    graduates: Array
    aiming: int
    returning: int


def chances_of(known: Known) -> Chances:
    """The chances of searchers under the rules in force."""
    employed, unemployed, inactive, certified = search_thresholds(known.rules)
    ceilings = by_group(employed.max(axis=2), unemployed, inactive)
    calm = by_group(employed[:, :, : 96 + RESTLESS_FROM].max(axis=2), unemployed, inactive)
    not_restless = np.arange(GROUPS) & RESTLESS == 0
    ceilings[not_restless] = calm[not_restless]
    graduates = by_group(
        np.full((len(KINDS), len(AGE_GROUPS)), certified[EMPLOYED]),
        np.full(unemployed.shape, certified[UNEMPLOYED]),
        np.full(inactive.shape, certified[INACTIVE]),
    )
    ceilings[AIMING:] = np.maximum(ceilings[AIMING:], graduates[AIMING:])
    return Chances(
        employed.reshape(UNEMPLOYED_GROUPS, -1),
        ceilings,
        graduates,
        threshold(known.rules["matching.certified_aim_share"]),
        threshold(known.rules["matching.licence_return_share"]),
    )


def match(world: World) -> None:
    """Open posts meet suitable applicants; the hired take their posts."""
    p, t, chances = world.persons, world.teams, derived(world, chances_of)
    by_team, vacancies = open_posts(
        t["filled"], t["covered"], t["posts"], t["occupation"], world.occupations.count
    )
    idx, _ = select_suitable(
        p["group"],
        world.strata,
        p["since"],
        p["taste"],
        p["aim_until"],
        world.month,
        chances.employed,
        chances.ceilings,
        chances.graduates,
        world.key(Decision.SEARCH),
    )
    trades, _ = choose_trades(
        idx,
        p["occupation"],
        p["sex"],
        p["education"],
        p["titles"],
        p["aim"],
        p["aim_until"],
        world.month,
        cumulated_weights(derived(world, fixed_attraction), vacancies),
        world.occupations.licensed,
        chances.aiming,
        chances.returning,
        world.key(Decision.DESTINATION),
        world.key(Decision.AIM),
    )
    applicants = np.bincount(trades + 1, minlength=vacancies.size + 1)[1:]
    draws = draw_many(world.key(Decision.FILLED), np.arange(vacancies.size))
    quota = hires(vacancies, applicants, draws)
    keys = draw_many(world.key(Decision.PRIORITY), idx)
    winners = idx[first_in_line(trades, keys, quota)]
    team, key = open_post_keys(by_team, int(vacancies.sum()), world.key(Decision.VACANCY))
    posts = first_in_line(t["occupation"][team], key, quota)
    _hire(world, winners, team[posts])


@kernel
def _terms(
    idx: Array,
    teams: Array,
    state: Array,
    team_unit: Array,
    team_occupation: Array,
    own_account: Array,
    public: Array,
    pcs: Array,
    temporary: Array,
    interim: int,
    servant: int,
    contract_key: np.uint64,
    servant_key: np.uint64,
) -> tuple[Array, Array, Array, int]:
    """Reason, contract and status of each hire (int64).

    Drawn by PCS, employer, and whether a post is left for it; ``temporary`` [0 or 1 from a post, PCS],
    ``interim`` the share of agency work among temporary contracts, ``servant`` that of civil servants among
    permanent public hires.
    """
    reasons, contracts = np.empty(idx.size, np.int64), np.empty(idx.size, np.int64)
    statuses = np.empty(idx.size, np.int64)
    fetched = 0
    for n in range(idx.size):
        if n % CHUNK == 0:
            fetched += fetch(idx, n, state) + fetch(teams, n, team_unit)
        i, t = np.uint64(idx[n]), np.uint64(teams[n])
        u = np.uint64(team_unit[t])
        was = state[i]
        if was == UNEMPLOYED:
            reasons[n] = _FROM_UNEMPLOYMENT
        elif was == INACTIVE:
            reasons[n] = _FROM_INACTIVITY
        else:
            reasons[n] = _JOB_TO_JOB
        if own_account[u] == 1:
            contracts[n], statuses[n] = NO_CONTRACT, SELF_EMPLOYED
            continue
        bar = temporary[1 if reasons[n] == _JOB_TO_JOB else 0, pcs[team_occupation[t]] - 1]
        d = draw(contract_key, i)
        if public[u] == 0 and d < bar * interim // ONE:
            contracts[n] = INTERIM
        else:
            contracts[n] = CDD if d < bar else CDI
        if public[u] == 0:
            statuses[n] = PRIVATE
        elif contracts[n] == CDI and draw(servant_key, i) < servant:
            statuses[n] = CIVIL_SERVANT
        else:
            statuses[n] = PUBLIC
    return reasons, contracts, statuses, fetched


@dataclass(frozen=True, eq=False)
class Terms:
    """Fixed point: temporary contracts [without a post, from a post; PCS], agency work among them, civil
    servants among permanent public hires."""

    temporary: Array
    interim: int
    servant: int


def terms_of(known: Known) -> Terms:
    """What hires are offered under the rules in force."""
    rules = known.rules
    share = np.array([rules[f"matching.temporary_at_hire_pcs{n}_share"] for n in range(1, 7)])
    return Terms(
        thresholds(np.stack([share, share * rules["matching.temporary_job_to_job_ratio"]])),
        threshold(rules["matching.interim_of_temporary_share"]),
        threshold(rules["matching.civil_servant_of_public_hires_share"]),
    )


@kernel
def _who_moves(idx: Array, teams: Array, team: Array) -> tuple[Array, Array]:
    """The hired and their teams, without those who would only change desks."""
    who, where = np.empty(idx.size, np.int64), np.empty(idx.size, np.int64)
    n = 0
    for k in range(idx.size):
        who[n], where[n] = idx[k], teams[k]
        n += int(team[idx[k]] != teams[k])
    return who[:n], where[:n]


@kernel
def _arrive(
    idx: Array,
    teams: Array,
    state: Array,
    occupation: Array,
    team_occupation: Array,
    aim: Array,
    scheme: Array,
    resigned: int,
) -> tuple[int, int]:
    """Close what a hire brings to an end; returns how many change occupation.

    An aim that is reached, and the scheme of those who resigned for a project.
    """
    changes = fetched = 0
    for n in range(idx.size):
        if n % CHUNK == 0:
            fetched += fetch(idx, n, occupation) + fetch(idx, n, scheme)
        i, new = np.uint64(idx[n]), team_occupation[np.uint64(teams[n])]
        if occupation[i] != 255 and occupation[i] != new:
            changes += 1
        if aim[i] == new:
            aim[i] = 255
        if scheme[i] == resigned and (state[i] == UNEMPLOYED or state[i] == INACTIVE):
            scheme[i] = 255
    return changes, fetched


AT_ONCE = 4096
"""Hires made together: what belongs to them stays close to the processor from one step to the next."""


def _hire(world: World, idx: Array, teams: Array) -> None:
    """The hired take their posts; who would only change desks stays where she is."""
    hired = [np.zeros(0, np.int64)]
    from_post = changes = 0
    for first in range(0, idx.size, AT_ONCE):
        some = slice(first, first + AT_ONCE)
        who, where = _who_moves(idx[some], teams[some], world.persons["team"])
        of_these = _hire_some(world, who, where)
        from_post, changes = from_post + of_these[0], changes + of_these[1]
        hired.append(who)
    world.memory["hired_rows"] = np.concatenate(hired)
    world.record.count("hires", world.memory["hired_rows"].size)
    world.record.count("hires_job_to_job", from_post)
    world.record.count("occupation_changes", changes)


def _hire_some(world: World, idx: Array, teams: Array) -> tuple[int, int]:
    """Hire; returns how many leave a post for it, and how many change occupation."""
    p, t, units, terms = world.persons, world.teams, world.units, derived(world, terms_of)
    reasons, contracts, statuses, _ = _terms(
        idx,
        teams,
        p["state"],
        t["unit"],
        t["occupation"],
        units["own_account"],
        units["public"],
        world.occupations.pcs,
        terms.temporary,
        terms.interim,
        terms.servant,
        world.key(Decision.CONTRACT),
        world.key(Decision.CIVIL_SERVANT),
    )
    changes, _ = _arrive(
        idx,
        teams,
        p["state"],
        p["occupation"],
        t["occupation"],
        p["aim"],
        p["scheme"],
        world.memory["resign_code"],
    )
    take_post(world, idx, reasons, teams, contracts, statuses)
    return int((reasons == _JOB_TO_JOB).sum()), changes
