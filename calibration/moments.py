"""What the fit looks at: moments of a world at rest, measured as the statistics are.

The rest state is measured over the ten years of the reference, files in the calendar years that sources
count, occupational change between January 2021 and January 2026 on people employed at both ends.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from calibration.file_moments import files_moments, rank_correlation
from sim.calendar import MONTHS_PER_YEAR, OPENING, year_of
from sim.kernels import Array
from sim.moves import EMPLOYED, INACTIVE, LEFT, TRAINING, UNEMPLOYED
from sim.population.columns import NONE, Contract, Population, State, Status
from sim.population.tables import occupations
from sim.world import Rules, World, open_world

START = -60
END = 156
"""Five years of burn-in, history from January 2021, ten years of the reference: until January 2034."""
REST_FROM = 36
"""The rest state is measured over the ten years that it must hold."""
PANEL_MONTHS = 60
QUARTER_MONTHS = 3
YOUNG = 30
"""First jobs below this age are entries of young people; older ones are migrants' and returns."""
SURVEYED_AGES = (15, 65)
RETURNS_OF_AGES = ((50, 65), (15, 25))
"""Ages whose returns to work are compared, first year and first year after."""

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


class RestState:
    """Watches a world from its burn-in to January 2034, month by month; :meth:`moments` is what it saw."""

    def __init__(self, world: World) -> None:
        self.transitions = np.zeros((3, 3))
        self.of_ages = {ages: np.zeros((3, 3)) for ages in RETURNS_OF_AGES}
        self.before: Array | None = None
        self.was = self.first_state = self.first_trade = world.persons["state"][: world.rows]
        self.never_worked: Array | None = None
        self.first_jobs: list[float] = []
        self.levels: list[Moments] = []
        self.tension: list[Array] = []
        self.employed_2021: list[float] = []
        self.once: Moments = {}

    def note(self, world: World) -> None:
        """Look at the world at the end of a month."""
        if world.month == 0:
            # Those who are there: rows beyond wait for people who enter.
            self.first_state, self.first_trade = (
                world.persons[name][: world.rows].copy() for name in ("state", "occupation")
            )
        if world.month == OPENING:
            self.once |= _adoption(world)
        if world.month == PANEL_MONTHS:
            self.once["five_year_change"] = _occupational_change(world, self.first_state, self.first_trade)
        if world.month % QUARTER_MONTHS:
            return
        if 0 < world.month <= MONTHS_PER_YEAR:
            self.employed_2021.append(_levels(world)["employed"])
        if world.month > REST_FROM:
            self._quarter(world)

    def _quarter(self, world: World) -> None:
        now = observed_state(world)
        if self.before is not None:
            birth = world.persons["birth_month"][: self.before.size].astype(int)
            age = (world.month - birth) // MONTHS_PER_YEAR
            present = self.was < LEFT
            surveyed = present & (age >= SURVEYED_AGES[0]) & (age < SURVEYED_AGES[1])
            self.transitions += quarterly_transitions(self.before, now, surveyed)
            for (low, high), counts in self.of_ages.items():
                counts += quarterly_transitions(self.before, now, present & (age >= low) & (age < high))
            first = self.never_worked & (now[: self.before.size] == EMPLOYED) & (age < YOUNG)
            self.first_jobs.append(float(first.sum()))
        self.before, self.was = now, world.persons["state"][: world.rows].copy()
        self.never_worked = world.persons["occupation"][: world.rows] == NONE
        self.levels.append(_levels(world))
        self.tension.append(_open_and_searching(world))

    def moments(self, world: World) -> Moments:
        """All moments, once the world has lived to the end."""
        out = {name: float(np.mean([level[name] for level in self.levels])) for name in self.levels[0]}
        out["employed_2021"] = float(np.mean(self.employed_2021))
        shares = self.transitions / self.transitions.sum(axis=1, keepdims=True)
        for i, origin in enumerate("EUN"):
            for j, target in enumerate("EUN"):
                out[f"quarterly_{origin}{target}"] = float(shares[i, j])
        senior, young = (
            counts[UNEMPLOYED, 0] / max(counts[UNEMPLOYED].sum(), 1) for counts in self.of_ages.values()
        )
        out["return_50_64_over_15_24"] = float(senior / young) if young else 0.0
        quarters_a_year = MONTHS_PER_YEAR / QUARTER_MONTHS
        out["entries"] = float(np.mean(self.first_jobs)) * quarters_a_year / world.scale / out["employed"]
        out["tension_ranks"] = _tension_ranks(np.sum(self.tension, axis=0))
        return out | self.once | _flows(world) | files_moments(world)


def measure(population: Population, rules_of: Callable[[int], Rules]) -> Moments:
    """Live from the synthesis to January 2034 under the reference and measure as the statistics do."""
    world = open_world(population, rules_of, START)
    rest = RestState(world)
    for _ in range(START, END):
        world.step()
        rest.note(world)
    return rest.moments(world)


def _adoption(world: World) -> Moments:
    """Share of private units of ten and more that use AI, all and by size."""
    units = world.units
    firms = (units["own_account"] == 0) & (units["public"] == 0)
    out: Moments = {}
    for name, sizes in {"10_plus": (1, 2, 3), "10_49": (1,), "50_249": (2,), "250_plus": (3,)}.items():
        mine = firms & np.isin(units["size_class"], sizes)
        out[f"adoption_{name}"] = float((units["adopted"][mine] >= 0).mean()) if mine.any() else 0.0
    return out


def _open_and_searching(world: World) -> Array:
    """Open posts and people at search by trade, [2, 40]."""
    teams, count = world.teams, world.occupations.count
    missing = np.maximum(teams["posts"] - teams["filled"], 0) * (
        world.units["own_account"][teams["unit"]] == 0
    )
    posts = np.bincount(teams["occupation"], weights=missing, minlength=count)
    searching = world.stocks.sum(axis=(1, 2))[:count, State.UNEMPLOYED]
    return np.stack([posts, searching])


def _tension_ranks(counts: Array) -> float:
    """Rank correlation over trades of open posts a searcher with the tension that recruiters report."""
    return rank_correlation(counts[0] / np.maximum(counts[1], 1), occupations().tension_index)


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
    return {
        "hires": yearly("hires"),
        "job_to_job": yearly("hires_job_to_job") / 12 / employed,
        "occupation_changes": yearly("occupation_changes"),
        "ends_of_career": yearly("ends_of_career") / employed,
        "vacancies_private_2023": float(np.mean(_months_of(world, "vacancies_private", 2023))) / world.scale,
    }


def _months_of(world: World, name: str, year: int) -> list[int]:
    """A monthly series over a calendar year."""
    return [
        value
        for month, value in zip(world.record.months, world.record.series[name], strict=True)
        if year_of(month) == year
    ]


def _occupational_change(world: World, first_state: Array, first_trade: Array) -> float:
    """Share of people employed at both ends whose occupation group has changed."""
    n = first_state.size
    both = (first_state == EMPLOYED) & (world.persons["state"][:n] == EMPLOYED)
    return float((world.persons["occupation"][:n][both] != first_trade[both]).mean())
