"""Limit cases of the engine that are solved by hand, and worlds of which one knows what they must do."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from built_worlds import STILL, built, code, settle
from digest import columns_of
from scipy import stats
from toy_world import toy_world

from sim.checks import check_world
from sim.moves import REASONS, Reason
from sim.parameters import Registry
from sim.population.columns import State, Status
from sim.population.synthesis import synthesise
from sim.run import rules_by_month
from sim.world import World, open_world

FALSE_ALARM = 1e-6
SIGMAS = float(stats.norm.isf(FALSE_ALARM / 2))

AGES = ("15_24", "25_49", "50_59", "60_plus")
KINDS = ("cdi", "cdd", "interim", "public_contract", "civil_servant", "self_employed")


def flat(s: float, f: float) -> dict[str, Any]:
    """Everyone in work loses it with chance s a month, everyone without finds some with chance f."""
    ratios = {f"separations.to_unemployment_{name}_ratio": 1.0 for name in (*KINDS, *AGES)}
    ratios |= {f"matching.jobless_{name}_ratio": 1.0 for name in AGES}
    ratios |= {"matching.distant_ratio": 1.0, "matching.first_job_ratio": 1.0}
    rates = {"separations.to_unemployment_pcs4_rate": s, "matching.unemployed_suitable_rate": f}
    return STILL | ratios | rates


def one_trade(s: float, f: float, people: int, jobless: int) -> World:
    """One trade, one unit, forty posts a head: every suitable application is a hire, but f u / 80 of them."""
    state = np.full(people, int(State.EMPLOYED))
    team = np.zeros(people, np.int64)
    state[:jobless], team[:jobless] = State.UNEMPLOYED, -1
    persons = {"team": team, "state": state, "occupation": code("D10"), "birth_month": -(28 * 12),
               "since": -6,
               "hired": -36, "distant": np.arange(people) % 2}
    world = built(persons, [(3, 3, 0, 0)], [(0, "D10", 40 * people)], flat(s, f), rows=people)
    world.persons["occupation"][:] = world.teams["occupation"][0]
    return world


PEOPLE, MONTHS = 4_000, 120
PAIRS = ((0.02, 0.3), (0.1, 0.1), (0.3, 0.6), (0.005, 0.95), (0.05, 1.0), (0.0, 0.3), (0.02, 0.0))


@pytest.mark.parametrize(("s", "f"), PAIRS)
def test_constant_rates_give_the_unemployment_of_the_formula(s: float, f: float) -> None:
    """u = s / (s + f), as a mean over months whose correlation is 1 - s - f; false alarm 1e-6.

    At (0.02, 0.3) it catches an error of 0.5 points in 6.25 %: a rate s or f that is wrong by 8 %.
    """
    due = s / (s + f)
    world = one_trade(s, f, PEOPLE, round(PEOPLE * due))
    jobless = []
    for _ in range(MONTHS):
        world.step()
        jobless.append(int(world.record.stocks[-1][..., State.UNEMPLOYED].sum()))
    rho = 1.0 - s - f
    spread = np.sqrt(due * (1 - due) / PEOPLE * (1 + abs(rho)) / (1 - abs(rho)) / MONTHS) if s * f else 0.0
    # Urn and balls leave unfilled n / 2v of what n applications would fill: that share of f is lost.
    lost = due * (1 - due) * (f * due * PEOPLE + 1) / (2 * 39 * PEOPLE)
    assert abs(np.mean(jobless) / PEOPLE - due) <= SIGMAS * spread + lost
    if s == 0.0 or f == 0.0:
        assert set(jobless) == {round(PEOPLE * due)}


def spells(world: World, months: int) -> tuple[np.ndarray, np.ndarray]:
    """Lengths of completed spells without work and in work that began in the first part of the run."""
    out: dict[int, list[np.ndarray]] = {int(State.UNEMPLOYED): [], int(State.EMPLOYED): []}
    p = world.persons
    for _ in range(months):
        state, since = p["state"].copy(), p["since"].copy()
        world.step()
        moved = (p["state"] != state) & (since >= 36)
        for kind in out:
            over = moved & (state == kind) & (since < 36 + months // 3)
            out[kind].append(world.month - 1 - since[over])
    return np.concatenate(out[int(State.UNEMPLOYED)]), np.concatenate(out[int(State.EMPLOYED)])


@pytest.mark.parametrize(("s", "f"), [(0.12, 0.3), (0.2, 0.15)])
def test_constant_rates_give_geometric_spells(s: float, f: float) -> None:
    """Chi-square against the geometric law at 1e-6; a dependence on duration of 10 % is seen almost surely.

    Nobody searches in the month in which the post was lost, so that spells last a month or more.
    """
    months = 180
    for lengths, rate in zip(spells(one_trade(s, f, PEOPLE, 1_000), months), (f, s), strict=True):
        bins = np.arange(1, int(np.log(0.01) / np.log(1 - rate)) + 1)
        seen = np.array([*((lengths == k).sum() for k in bins), (lengths > bins[-1]).sum()])
        due = np.append(stats.geom.pmf(bins, rate), stats.geom.sf(bins[-1], rate)) * lengths.size
        assert lengths.min() == 1 and lengths.size > 5_000
        assert stats.chisquare(seen, due).pvalue > FALSE_ALARM
        wrong = rate * 1.1
        other = np.append(stats.geom.pmf(bins, wrong), stats.geom.sf(bins[-1], wrong)) * lengths.size
        assert stats.chisquare(seen, other).pvalue < FALSE_ALARM  # what it would catch


def still_region() -> World:
    """The synthetic region at rest: nobody near 65, no hazard, as many posts as heads."""
    shipped = rules_by_month(Registry.load(), {})
    world = open_world(synthesise(0.003, 0), lambda month: {**shipped(month), **STILL}, 35)
    born = world.persons["birth_month"]
    born[:] = np.maximum(born, 35 - 60 * 12)
    return settle(world)


def still_toy() -> World:
    """The toy world at rest."""
    world = toy_world()
    shipped = world.rules_of
    world.rules_of = lambda month: {**shipped(month), **STILL}
    world.persons["birth_month"][:] = np.maximum(world.persons["birth_month"], -50 * 12)
    return settle(world)


@pytest.mark.parametrize("opened", [still_region, still_toy])
def test_without_hazards_nothing_ever_happens(opened: Any) -> None:
    world = opened()
    persons = {name: values.copy() for name, values in world.persons.items()}
    for _ in range(24):  # until the last units that had begun with AI have done so
        world.step()
    units, teams = ({name: values.copy() for name, values in table.items()}
                    for table in (world.units, world.teams))
    for _ in range(36):
        world.step()
        check_world(world)
    for before, after in ((persons, world.persons), (units, world.units), (teams, world.teams)):
        # Birthdays alone go on: a group of hazards holds an age.
        moved = {name for name in before if before[name].tobytes() != after[name].tobytes()}
        assert moved <= {"group"}
    assert np.array(world.record.flows).sum() == 0 and world.files.count == 0
    heads = np.array([stocks.sum(axis=(0, 1, 2)) for stocks in (world.record.opening, *world.record.stocks)])
    assert (heads == heads[0]).all()
    paid = {kind for _, _, _, _, kind in world.ledger.entries}
    assert paid <= {"are"}


HALVES = {"C": ("C03", "D10"), "E": ("E09", "F05")}
ALIVE = STILL | {
    "ai.adoption_path": "fast", "ai.displacement_share": 0.9, "ai.adjustment_months": 3,
    "ai.augmentation_gain_share": 0.1, "ai.new_tasks_allocation": "same_occupation",
    "ai.use_depth_months": 6, "matching.other_trade_share": 0.0,
    **{f"separations.to_unemployment_pcs{n}_rate": 0.02 for n in range(1, 7)},
    "separations.cdd_to_cdi_rate": 0.05, "participation.employed_leave_rate": 0.01,
    "participation.unemployed_leave_rate": 0.05, "participation.inactive_search_rate": 0.1,
    "matching.employed_suitable_rate": 0.02, "matching.unemployed_suitable_rate": 0.3,
    "matching.inactive_suitable_rate": 0.03, "retirement.peak_yearly_share": 0.9,
    "demand.open_posts_private_share": 0.05, "demand.growth_share_per_year": -0.15,
}


def halves(present: str) -> World:
    """Two half worlds, in two sectors and four trades; an absent half has left and has no post."""
    units = [(3, n % 3, 0, 0) for n in range(12)] + [(4, n % 3, 0, 0) for n in range(12)]
    teams = [(u, trade, 9) for u in range(24) for trade in HALVES["C" if u < 12 else "E"]]
    people = 2 * 450
    half = np.arange(people) // 450
    seat = np.arange(people) % 450
    team = np.where(seat < 330, seat % 24 + 24 * half, -1)
    state = np.select([team >= 0, seat < 400], [State.EMPLOYED, State.UNEMPLOYED], State.INACTIVE)
    world = built({"team": team, "state": state, "since": -15, "hired": -(1 + seat % 30), "sex": seat % 2,
                   "birth_month": -(20 + seat % 41) * 12, "education": seat % 5, "taste": seat % 50 - 25},
                  units, teams, ALIVE, rows=people, seed=5)
    p, codes = {name: values[:people] for name, values in world.persons.items()}, world.occupations.codes
    for h, trades in enumerate(HALVES.values()):
        own = np.array([codes.index(trade) for trade in trades])
        free = (half == h) & (team < 0)
        p["occupation"][free], p["sector"][free] = own[seat[free] % 2], 3 + h
    for h, name in enumerate(HALVES):
        if name not in present:
            gone, theirs = half == h, world.units["sector"][world.teams["unit"]] == 3 + h
            p["state"][gone], p["status"][gone], p["contract"][gone] = State.LEFT, Status.NO_STATUS, 3
            p["unit"][gone] = p["team"][gone] = -1
            world.teams["base"][theirs] = world.teams["filled"][theirs] = world.teams["posts"][theirs] = 0
            world.units["size"][world.units["sector"] == 3 + h] = 0
    return settle(world)


def test_two_halves_that_never_meet_live_as_two_worlds() -> None:
    worlds = {present: halves(present) for present in ("CE", "C", "E")}
    for world in worlds.values():
        for _ in range(40):
            world.step()
            check_world(world)
    joint = worlds["CE"]
    row_half, team_half = np.arange(900) // 450, joint.units["sector"][joint.teams["unit"]] - 3
    for h, name in enumerate(HALVES):
        one, both = columns_of(worlds[name]), columns_of(joint)
        for column in one:
            if column.startswith("persons."):
                assert np.array_equal(one[column][row_half == h], both[column][row_half == h]), column
            if column.startswith("teams."):
                assert np.array_equal(one[column][team_half == h], both[column][team_half == h]), column
    flows = {present: np.array(world.record.flows, int) for present, world in worlds.items()}
    assert np.array_equal(flows["CE"], flows["C"] + flows["E"])
    by = dict(zip(REASONS, flows["CE"].sum(axis=(0, 1, 2)), strict=True))
    assert min(flows[name].sum() for name in HALVES) > 300
    assert by["job_to_job"] > 10 and by["hire_from_unemployment"] > 200 and by["retirement"] > 0
    assert by[REASONS[Reason.LAYOFF]] + by[REASONS[Reason.REDEPLOYMENT]] > 0


def test_twice_the_same_half_has_other_draws() -> None:
    # Otherwise the equality above would only say that both halves do the same.
    world = halves("CE")
    for _ in range(12):
        world.step()
    states = world.persons["state"][:900]
    assert (states[:450] != states[450:]).mean() > 0.1
