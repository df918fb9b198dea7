"""What the fit looks at: moments of a world at rest, measured as the statistics are.

The rest state is measured over the ten years of the reference, files in the calendar years that sources
count, occupational change between January 2021 and January 2026 on people employed at both ends.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from sim.kernels import Array
from sim.moves import EMPLOYED, INACTIVE, LEFT, TRAINING, UNEMPLOYED, Reason
from sim.population.columns import NONE, Contract, Population, State, Status
from sim.schemes.files import Outcome
from sim.schemes.routes import FAMILIES
from sim.schemes.rules import with_files
from sim.world import Rules, World, open_world

START = -60
END = 156
"""Five years of burn-in, history from January 2021, ten years of the reference: until January 2034."""
REST_FROM = 36
"""The rest state is measured over the ten years that it must hold."""
PANEL_MONTHS = 60
QUARTER_MONTHS = 3

Moments = dict[str, float]


def observed_state(world: World) -> Array:
    """State as a survey of people aged 15 to 64 sees it, uint8: trainees with a post work, leavers are
    inactive."""
    p = world.persons
    state = p["state"][: world.rows].copy()
    training = state == TRAINING
    state[training] = np.where(p["team"][: world.rows][training] >= 0, EMPLOYED, UNEMPLOYED)
    state[state == LEFT] = INACTIVE
    return np.asarray(state)


def quarterly_transitions(before: Array, after: Array, surveyed: Array) -> Array:
    """Counts [from, to] over employed, unemployed, inactive of the surveyed rows."""
    index = np.array([0, 1, 9, 2])
    pairs = index[before[surveyed]] * 3 + index[after[: before.size][surveyed]]
    return np.bincount(pairs, minlength=9).reshape(3, 3)


def measure(population: Population, rules_of: Callable[[int], Rules]) -> Moments:
    """Live from the synthesis to January 2034 under the reference and measure as the statistics do."""
    world = open_world(population, rules_of, START)
    transitions = np.zeros((3, 3))
    before: Array | None = None
    was = first_state = first_trade = world.persons["state"][: world.rows]
    levels: list[Moments] = []
    employed_2021: list[float] = []
    change = 0.0
    for _ in range(START, END):
        world.step()
        if world.month == 0:
            # Those who are there: rows beyond wait for people who enter.
            first_state, first_trade = (
                world.persons[name][: world.rows].copy() for name in ("state", "occupation")
            )
        if world.month == PANEL_MONTHS:
            change = _occupational_change(world, first_state, first_trade)
        if world.month % QUARTER_MONTHS:
            continue
        if 0 < world.month <= 12:
            employed_2021.append(_levels(world)["employed"])
        if world.month > REST_FROM:
            now = observed_state(world)
            if before is not None:
                age = world.month - world.persons["birth_month"][: before.size].astype(int)
                surveyed = (was < LEFT) & (age < 65 * 12) & (age >= 15 * 12)
                transitions += quarterly_transitions(before, now, surveyed)
            before, was = now, world.persons["state"][: world.rows].copy()
            levels.append(_levels(world))
    out = {name: float(np.mean([level[name] for level in levels])) for name in levels[0]}
    out["employed_2021"] = float(np.mean(employed_2021))
    shares = transitions / transitions.sum(axis=1, keepdims=True)
    for i, origin in enumerate("EUN"):
        for j, target in enumerate("EUN"):
            out[f"quarterly_{origin}{target}"] = float(shares[i, j])
    out.update(_flows(world))
    out.update(_files(world))
    out["five_year_change"] = change
    return out


def _levels(world: World) -> Moments:
    """Stocks at the end of a quarter, heads of the region and shares."""
    p, occ = world.persons, world.occupations
    state, trade = observed_state(world), p["occupation"][: world.rows]
    present = p["state"][: world.rows] != LEFT
    employed, unemployed = present & (state == EMPLOYED), present & (state == UNEMPLOYED)
    out: Moments = {"employed": employed.sum() / world.scale, "unemployed": unemployed.sum() / world.scale}
    out["unemployment"] = out["unemployed"] / (out["employed"] + out["unemployed"])
    out["first_job_seekers"] = float((unemployed & (trade == NONE)).sum()) / world.scale
    pcs = np.append(occ.pcs, np.zeros(256 - occ.count, int))[trade]
    contract = p["contract"][: world.rows]
    salaried = employed & (p["status"][: world.rows] != Status.SELF_EMPLOYED)
    for code in range(1, 7):
        u, e = int((unemployed & (pcs == code)).sum()), int((employed & (pcs == code)).sum())
        out[f"unemployment_pcs{code}"] = u / max(u + e, 1)
        mine = salaried & (pcs == code)
        out[f"temporary_pcs{code}"] = float((mine & (contract != Contract.CDI)).sum()) / max(
            int(mine.sum()), 1
        )
    spell = world.month - p["since"][: world.rows].astype(int)
    out["long_term"] = float((unemployed & (spell > 12)).sum()) / max(int(unemployed.sum()), 1)
    private = salaried & (p["status"][: world.rows] == Status.PRIVATE)
    vacancies = world.record.series["vacancies_private"][-1]
    out["vacancies_private"] = vacancies / (vacancies + int(private.sum()))
    teams = world.teams
    regulated = world.occupations.regulated[teams["occupation"]] == 1
    open_now = np.maximum(teams["posts"] - teams["filled"], 0)[regulated].sum()
    out["vacancies_regulated"] = float(open_now) / float(teams["filled"][regulated].sum() + open_now)
    young = (world.month - p["birth_month"][: world.rows].astype(int)) < 300
    out["unemployment_15_24"] = int((unemployed & young).sum()) / max(
        int(((unemployed | employed) & young).sum()), 1
    )
    return out


def _flows(world: World) -> Moments:
    """Yearly flows of the rest state, heads of the region."""
    series, window = world.record.series, END - REST_FROM
    years = window / 12

    def yearly(name: str) -> float:
        return sum(series.get(name, [0])[-window:]) / years / world.scale

    employed = world.record.stocks[-1][..., [State.EMPLOYED, State.TRAINING]].sum() / world.scale
    flows = world.record.flows[-window:].sum(axis=0)
    return {
        "hires": yearly("hires"),
        "job_to_job": yearly("hires_job_to_job") / 12 / employed,
        "occupation_changes": yearly("occupation_changes"),
        "ends_of_career": yearly("ends_of_career") / employed,
        "first_jobs": float(flows[40, :40, Reason.HIRE_FROM_INACTIVITY].sum()) / years / world.scale,
    }


def _files(world: World) -> Moments:
    """Files of the calendar years that the sources count, routes of 2021 and 2022, placement, mean cost."""
    files, out = world.files, {}
    year = files["month_filed"] // 12 + 2021
    for scheme in with_files():
        for counted in (2021, 2022, 2023):
            mine = (files["scheme"] == scheme.code) & (year == counted)
            out[f"received_{scheme.name}_{counted}"] = float(mine.sum()) / world.scale
            funded = mine & (files["outcome"] == Outcome.FUNDED)
            out[f"funded_{scheme.name}_{counted}"] = float(funded.sum()) / world.scale
    ptp = files["scheme"] == 0
    mine = ptp & ((year == 2021) | (year == 2022))
    family = np.bincount(world.routes.family[files["route"][mine]], minlength=len(FAMILIES))
    for position, name in enumerate(FAMILIES):
        out[f"family_{name}"] = float(family[position]) / max(int(mine.sum()), 1)
    known = (files["placed_6"] >= 0) & ptp
    out["placed_6"] = float((files["placed_6"][known] == 1).sum() + 5) / (int(known.sum()) + 10)
    paid = (files["outcome"] == Outcome.FUNDED) & ptp & (year >= 2021)
    out["cost_ptp_eur"] = float(files["cost_eur_cents"][paid].mean()) / 100 if paid.any() else 0.0
    return out


def _occupational_change(world: World, first_state: Array, first_trade: Array) -> float:
    """Share of people employed at both ends whose occupation group has changed."""
    n = first_state.size
    both = (first_state == EMPLOYED) & (world.persons["state"][:n] == EMPLOYED)
    return float((world.persons["occupation"][:n][both] != first_trade[both]).mean())
