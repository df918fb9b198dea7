"""The account of a calendar year, scheme by scheme: files, money, profile, destinations.

Read from a world that has lived the year: its files, its monthly counts, its ledger.  Heads and euros are
those of the region (the sample's divided by its scale).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from sim.calendar import FIRST_YEAR, MONTHS_PER_YEAR, OPENING, year_of
from sim.counting.destinations import moves
from sim.kernels import Array
from sim.population.columns import Education, Sex
from sim.run import Progress, history, scenario_world
from sim.scenario import Scenario
from sim.schemes.files import Files, Outcome
from sim.schemes.rules import Scheme, schemes
from sim.world import World

AGES = {"under_25": (0, 25), "25_34": (25, 35), "35_44": (35, 45), "45_54": (45, 55), "55_plus": (55, 200)}
"""Age bands of a profile: first year, first year after."""

EVER_FUNDED = (int(Outcome.FUNDED), int(Outcome.LAPSED))
"""A project that lapses before it starts was funded at its decision."""

GIVEN_UP = tuple(int(outcome) for outcome in Outcome if outcome.name.startswith("WITHDRAWN"))
"""Files that their person has taken back."""

TOP = 5
"""Destinations that an account names."""

Shares = Mapping[str, float]


@dataclass(frozen=True)
class Profile:
    """Who the people of some files are: shares of heads, by PCS 1 to 6 of the trade left, age, education."""

    heads: float
    women: float
    ages: Shares
    pcs: Shares
    education: Shares


@dataclass(frozen=True)
class Destinations:
    """Where funded files lead: the most frequent courses, and the trades aimed at against the trades left.

    Exposure: mean automatable share of tasks under the source in force.  Shortage: share of files.
    """

    courses: Shares
    exposure_left: float | None
    exposure_aimed: float | None
    to_less_exposed: float | None
    shortage_left: float | None
    shortage_aimed: float | None


@dataclass(frozen=True)
class SchemeYear:
    """One scheme in one calendar year.

    ``refused``: by reason; ``waiting``: on 31 December; ``budget_eur``: None without limit;
    ``released_eur``: given back by projects that lapse or stop, and committed again.  ``profiles``:
    of those ``received`` and ``funded``, None where nobody is; schemes without files have neither profiles
    nor destinations.  ``simulated``: funded heads of the sample, on which all shares rest.
    """

    scheme: str
    label: Mapping[str, str]
    year: int
    received: float
    funded: float
    refused: Shares
    withdrawn: float
    lapsed: float
    waiting: float
    budget_eur: float | None
    committed_eur: float
    released_eur: float
    paid_eur: Mapping[str, float]
    mean_cost_eur: float | None
    profiles: Mapping[str, Profile | None]
    destinations: Destinations | None
    simulated: int

    def as_object(self) -> dict[str, Any]:
        """The account as plain data."""
        return asdict(self)


def lived_through(
    scenario: Scenario, year: int, scale: float, seed: int, progress: Progress | None = None
) -> World:
    """A world that has lived the whole of ``year``: history until 2023, the scenario's world from 2024 on."""
    last = (year - FIRST_YEAR + 1) * MONTHS_PER_YEAR
    if last <= OPENING:
        return history(scale, seed, progress=progress)
    world = scenario_world(scenario, scale, seed, progress=progress)
    for done in range(OPENING, last):
        world.step()
        if progress is not None:
            progress(done + 1 - OPENING, last - OPENING, scenario.name)
    return world


def account(world: World, year: int) -> tuple[SchemeYear, ...]:
    """Every scheme in a year that the world has lived, in the order of the schemes."""
    return tuple(_of_scheme(world, scheme, year) for scheme in schemes())


def idle(one: SchemeYear) -> bool:
    """Whether a scheme had neither money nor files in the year."""
    return one.budget_eur == 0 and not (one.received or one.funded or one.paid_eur)


def years_of(world: World) -> tuple[int, ...]:
    """Calendar years that the world's record holds whole."""
    months = world.record.months
    found = sorted({year_of(month) for month in months})
    return tuple(year for year in found if sum(year_of(m) == year for m in months) == MONTHS_PER_YEAR)


def _of_scheme(world: World, scheme: Scheme, year: int) -> SchemeYear:
    files, scale = world.files, world.scale
    first = (year - FIRST_YEAR) * MONTHS_PER_YEAR
    mine = files["scheme"] == scheme.code
    received = mine & _within(files["month_filed"], first)
    decided = mine & _within(files["month_decided"], first)
    funded = decided & np.isin(files["outcome"], EVER_FUNDED)
    counted = {name: _counted(world, f"files_{name}_{scheme.name}", year) for name in ("received", "funded")}
    heads = {
        "received": int(received.sum()) or counted["received"],
        "funded": int(funded.sum()) or counted["funded"],
    }
    committed = _counted(world, f"committed_eur_cents_{scheme.name}", year) / 100
    return SchemeYear(
        scheme=scheme.name,
        label={"fr": scheme.fr, "en": scheme.en},
        year=year,
        received=heads["received"] / scale,
        funded=heads["funded"] / scale,
        refused=_refused(files, decided, scale),
        withdrawn=_heads(decided & np.isin(files["outcome"], GIVEN_UP), scale),
        lapsed=_heads(mine & (files["outcome"] == Outcome.LAPSED) & _within(files["starts"], first), scale),
        waiting=_heads(mine & _waiting(files, first + MONTHS_PER_YEAR), scale),
        budget_eur=_budget(world, scheme, first),
        committed_eur=committed / scale,
        released_eur=_counted(world, f"released_eur_cents_{scheme.name}", year) / 100 / scale,
        paid_eur=_paid(world, scheme, year),
        mean_cost_eur=committed / heads["funded"] if heads["funded"] and committed else None,
        profiles={"received": profile(world, received), "funded": profile(world, funded)},
        destinations=destinations(world, funded),
        simulated=heads["funded"],
    )


def _within(month: Array, first: int) -> Array:
    return np.asarray((month >= first) & (month < first + MONTHS_PER_YEAR))


def _heads(met: Array, scale: float) -> float:
    return float(met.sum()) / scale


def _waiting(files: Files, end: int) -> Array:
    """Filed before a month and not decided by then."""
    return np.asarray(
        (files["month_filed"] < end)
        & ((files["month_decided"] >= end) | (files["outcome"] == Outcome.WAITING))
    )


def _refused(files: Files, decided: Array, scale: float) -> dict[str, float]:
    return {
        outcome.name.lower(): _heads(decided & (files["outcome"] == outcome), scale)
        for outcome in Outcome
        if outcome.name.startswith("REFUSED")
    }


def _counted(world: World, name: str, year: int) -> int:
    """A monthly count over a year, heads or cents of the sample."""
    series = world.record.series.get(name, [])
    return sum(n for month, n in zip(world.record.months, series, strict=False) if year_of(month) == year)


def _budget(world: World, scheme: Scheme, first: int) -> float | None:
    """Euros of the year: twelfths of what is in force each month; None without limit."""
    key = scheme.key("budget_eur_per_year")
    monthly = [float(world.rules_of(first + n).get(key, 0.0)) / 12 for n in range(MONTHS_PER_YEAR)]
    return None if any(math.isinf(amount) for amount in monthly) else round(math.fsum(monthly), 2)


def _paid(world: World, scheme: Scheme, year: int) -> dict[str, float]:
    """Euros paid in a year, by payer."""
    out: dict[str, float] = {}
    for month, name, payer, _, cents in world.ledger.rows():
        if name == scheme.name and year_of(month) == year:
            out[payer] = out.get(payer, 0.0) + cents / 100 / world.scale
    return out


def profile(world: World, who: Array) -> Profile | None:
    """Who filed some files (bool by file); None where there are none."""
    count = int(who.sum())
    if not count:
        return None
    files, ages = world.files, world.files["age_years"][who].astype(int)
    known = world.occupations
    pcs = np.append(known.pcs, np.zeros(256 - known.count, int))[files["origin_occupation"][who]]
    levels = files["education"][who]
    return Profile(
        heads=count / world.scale,
        women=float((files["sex"][who] == Sex.WOMAN).mean()),
        ages={name: float(((ages >= low) & (ages < high)).mean()) for name, (low, high) in AGES.items()},
        pcs={str(code) if code else "none": float((pcs == code).mean()) for code in range(7)},
        education={level.name.lower(): float((levels == level).mean()) for level in Education},
    )


def destinations(world: World, who: Array) -> Destinations | None:
    """Where some files lead, among those that name a trade at both ends; None where none does."""
    files = world.files
    exposure = world.occupations.exposure_in_force(world.rules_of(world.month))[0]
    ends = files["origin_occupation"], files["target_occupation"]
    found = moves(ends[0][who], ends[1][who], exposure)
    if not found.heads:
        return None
    known = who & (ends[0] < exposure.size) & (ends[1] < exposure.size)
    codes = np.array([*world.routes.codes, *["no_course"] * (256 - world.routes.count)])
    names, counts = np.unique(codes[files["route"][known]], return_counts=True)
    order = np.lexsort((names, -counts))[:TOP]
    return Destinations(
        courses={str(names[n]): float(counts[n]) / found.heads for n in order},
        exposure_left=found.exposure_left,
        exposure_aimed=found.exposure_entered,
        to_less_exposed=found.to_less_exposed,
        shortage_left=found.from_shortage,
        shortage_aimed=found.to_shortage,
    )
