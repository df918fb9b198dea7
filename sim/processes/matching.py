"""Process 8: open posts, search, suitability, and how many are hired; :mod:`sim.processes.hiring` hires them.

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
from sim.moves import EMPLOYED, INACTIVE, UNEMPLOYED
from sim.processes.closures import appeal
from sim.processes.entry_hiring import beginners, turn_beginners_away
from sim.processes.hazards import by_group
from sim.processes.hiring import hire
from sim.processes.ranking import first_in_line, open_post_keys
from sim.processes.search import cumulated_weights, fixed_attraction, search_thresholds
from sim.processes.search_help import with_help
from sim.streams import ONE, Decision, below, draw, draw_many, threshold, thresholds

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
    group: Array,
    strata: Array,
    since: Array,
    taste: Array,
    aim_until: Array,
    month: int,
    employed: Array,
    ceilings: Array,
    graduates: Array,
    followed: Array,
    followed_until: Array,
    key: np.uint64,
) -> tuple[Array, int]:
    """Rows of those who send a suitable application this month.

    ``employed`` [group of the employed, taste]; ``ceilings`` [group] are the chances themselves for those
    without a post; ``graduates`` [group] the chances, if higher, of whoever aims at the trade of a
    certificate, and ``followed`` [group] of those whom somebody accompanies until they are hired.
    As in the published model, who became unemployed this month searches from the next one on.
    """
    likely, draws = below(group, strata, key, ceilings)
    n = 0
    for k in range(likely.size):
        i = np.uint64(likely[k])
        g = group[i] % BASIC_GROUPS
        bar = employed[g, taste[i] + 96] if g < UNEMPLOYED_GROUPS else ceilings[g]
        if group[i] >= AIMING and aim_until[i] >= month:
            bar = max(bar, followed[g] if followed_until[i] >= month else graduates[g])
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


def applicants_by_trade(trades: Array, count: int) -> Array:
    """Applications by trade, int64 [count]; -1 is none."""
    return np.bincount(trades + 1, minlength=count + 1)[1:]


@dataclass(frozen=True, eq=False)
class Chances:
    """Fixed point: of a suitable application from a post [group of the employed, taste], the ceilings of all
    [group], of graduates and of those among them who are followed [group]; of aiming at the trade of a
    certificate, of returning to a licence's."""

    employed: Array
    ceilings: Array
    graduates: Array
    followed: Array
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
    followed = more_often(graduates, known.rules["matching.followed_search_ratio"])
    ceilings[AIMING:] = np.maximum(ceilings[AIMING:], np.maximum(graduates, followed)[AIMING:])
    return Chances(
        employed.reshape(UNEMPLOYED_GROUPS, -1),
        ceilings,
        graduates,
        followed,
        threshold(known.rules["matching.certified_aim_share"]),
        threshold(known.rules["matching.licence_return_share"]),
    )


def more_often(chances: Array, ratio: float) -> Array:
    """Chances in fixed point times a ratio, at most one."""
    return np.asarray(np.minimum(np.rint(np.round(chances * ratio, 4)), ONE).astype(np.int64))


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
        chances.followed,
        p["followed_until"],
        world.key(Decision.SEARCH),
    )
    idx = with_help(world, idx, chances.ceilings, chances.graduates, chances.followed)
    trades, _ = choose_trades(
        idx,
        p["occupation"],
        p["sex"],
        p["education"],
        p["titles"],
        p["aim"],
        p["aim_until"],
        world.month,
        cumulated_weights(derived(world, fixed_attraction), appeal(world, vacancies)),
        world.occupations.licensed,
        chances.aiming,
        chances.returning,
        world.key(Decision.DESTINATION),
        world.key(Decision.AIM),
    )
    draws = draw_many(world.key(Decision.FILLED), np.arange(vacancies.size))
    # A post that its employer leaves open rather than to a beginner was not hard to fill.
    world.memory["matched"] = (
        vacancies,
        hires(vacancies, applicants_by_trade(trades, vacancies.size), draws),
    )
    turn_beginners_away(world, idx, trades)
    quota = hires(vacancies, applicants_by_trade(trades, vacancies.size), draws)
    keys = draw_many(world.key(Decision.PRIORITY), idx)
    winners = idx[first_in_line(trades, keys, quota)]
    team, key = open_post_keys(by_team, int(vacancies.sum()), world.key(Decision.VACANCY))
    posts = first_in_line(t["occupation"][team], key, quota)
    hire(world, winners, team[posts])
    young, _ = beginners(world.memory["hired_rows"], p["birth_month"], world.month)
    world.record.count("hires_15_24", young)
