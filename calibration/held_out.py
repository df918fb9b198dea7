"""The moments that are held out: measured for the scoreboard alone; nothing of the fit imports this.

Most are read in history; what AI does, in a second world that leaves the first in January 2024.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np

from calibration.file_moments import course_ranks, of_ptp, year_filed
from calibration.moments import Moments
from calibration.targets import load_hold_outs
from sim.adjustment_indicators import WAYS
from sim.calendar import MONTHS_PER_YEAR, OPENING
from sim.kernels import Array
from sim.moves import EMPLOYED, SELF_EMPLOYED
from sim.population.columns import NONE, Sex, State
from sim.schemes.routes import FAMILIES
from sim.telling.figure_measures import MEASURES
from sim.telling.scheme_figures import Figure, Where, figures
from sim.world import Rules, World

AI_SCENARIO: Final = "ai-2024-pace"
"""AI as firms adopt it at the time of the documents that speak of its effects."""
AI_MONTHS: Final = 84
"""Months lived under it: until the end of 2030."""

PCS: Final = (1, 2, 3, 4, 5, 6)
CLERICAL, MANUAL = 5, 6
_END_2021, _END_2022 = MONTHS_PER_YEAR, 2 * MONTHS_PER_YEAR
_OFFICE_FAMILIES = ("gestion", "numerique")
"""Courses that lead neither to a manual nor to a relational trade."""


class HeldOut:
    """Watches a world's history month by month; the rules of AI come with the scenario."""

    def __init__(self, ai_rules: Callable[[int], Rules]) -> None:
        self.ai_rules = ai_rules
        self.with_ai: World | None = None
        self.once: Moments = {}

    def note(self, world: World) -> None:
        """Look at the world at the end of a month."""
        if world.month == _END_2021:
            salaried = _salaried(world)
            women = world.persons["sex"][: world.rows][salaried] == Sex.WOMAN
            self.once["women_salaried"] = float(women.mean())
        if world.month == _END_2022:
            self.once["salaried_2022"] = float(_salaried(world).sum()) / world.scale
        if world.month == OPENING:
            self.once |= _exposure(world) | _profiles(world) | _of_digital(world)
            order = load_hold_outs()["ptp_ranks_2023"].order
            self.once["ptp_ranks_2023"] = course_ranks(world, 2023, order)
            self.with_ai = world.twin()
            self.with_ai.rules_of = self.ai_rules
        elif self.with_ai is not None and world.month <= OPENING + AI_MONTHS:
            self.with_ai.step()
            if world.month == OPENING + AI_MONTHS:
                self.once |= _under_ai(world, self.with_ai)
                self.with_ai = None

    def moments(self) -> Moments:
        """All held-out moments, once history is lived; what a small sample does not hold is left out."""
        return {name: value for name, value in self.once.items() if np.isfinite(value)}


def _salaried(world: World) -> Array:
    p, n = world.persons, world.rows
    at_work = (p["state"][:n] == EMPLOYED) | ((p["state"][:n] == State.TRAINING) & (p["team"][:n] >= 0))
    return np.asarray(at_work & (p["status"][:n] != SELF_EMPLOYED))


def _exposure(world: World) -> Moments:
    """Shares of tasks in the work of women and of men, and assisted over automatable."""
    automatable, augmentable = world.occupations.exposure_in_force(world.rules_of(world.month))
    held = world.stocks[: world.occupations.count, :, :, State.EMPLOYED].sum(axis=2)
    by_sex = (held * automatable[:, None]).sum(axis=0) / held.sum(axis=0)
    everyone = held.sum(axis=1)
    return {
        "women_over_men_automation": float(by_sex[Sex.WOMAN] / by_sex[Sex.MAN]),
        "augmentation_over_automation": float(
            (everyone * augmentable).sum() / (everyone * automatable).sum()
        ),
    }


def _figure(world: World, name: str, **changed: object) -> float:
    """A figure of the documents (``scheme_figures.toml``) as the model has it; NaN where nothing is."""
    found: Figure = next(one for one in figures() if one.id == name).model_copy(update=changed)
    value, _ = MEASURES[found.measure](world, found)
    return float("nan") if value is None else value


def _profiles(world: World) -> Moments:
    """Who files for a PTP, towards digital trades and in all."""
    first, last = _figure_years("ptp_acceptance_falls")
    return {
        "digital_under_45": _figure(world, "digital_under_45"),
        "digital_50_plus": _figure(world, "digital_men", where=Where(age_from=50)),
        "digital_men": _figure(world, "digital_men"),
        "digital_clerical": _figure(world, "digital_employes"),
        "digital_bac_at_most": _figure(world, "digital_bac_at_most"),
        "ptp_women": _figure(world, "ptp_women"),
        "acceptance_trend": _figure(world, "ptp_acceptance_falls") / (last - first),
        "manual_over_clerical": _uptake(world, MANUAL) / max(_uptake(world, CLERICAL), 1e-9),
    }


def _figure_years(name: str) -> tuple[int, int]:
    years = next(one for one in figures() if one.id == name).years
    return years[0], years[-1]


def _uptake(world: World, pcs: int) -> float:
    """Funded PTP files of a PCS over its private employees."""
    return _figure(world, "ptp_ouvriers_under", where=Where(pcs=(pcs,)))


def _of_digital(world: World) -> Moments:
    """Files that leave digital trades: how many a year, whose, to what."""
    first, last = _figure_years("ptp_from_digital")
    files, codes = world.files, world.occupations.codes
    figure = next(one for one in figures() if one.id == "ptp_from_digital")
    digital = [codes.index(code) for code in figure.origin_trades]
    years = np.arange(first, last + 1)
    leaving = of_ptp(world) & np.isin(year_filed(world), years) & np.isin(files["origin_occupation"], digital)
    courses = files["route"][leaving & (files["route"] != NONE)]
    office = np.isin(world.routes.family, [FAMILIES.index(name) for name in _OFFICE_FAMILIES])
    manual = float(np.mean(~office[courses])) if courses.size else float("nan")
    return {
        "leaving_digital": float(leaving.sum()) / world.scale / (last - first + 1),
        "leaving_digital_managers": _figure(world, "ptp_from_digital_cadres"),
        "leaving_digital_manual": manual,
    }


def _under_ai(base: World, other: World) -> Moments:
    """Lay-offs among the posts that AI has removed, and which PCS it hits hardest, at the end of 2030."""
    series = other.record.series
    gone = {
        way: series[way][-1] if way == "closed_ai" else sum(series.get(way, [0])[-AI_MONTHS:]) for way in WAYS
    }
    before, after = (_posts_by_pcs(one) for one in (base, other))
    change = after / np.maximum(before, 1) - 1.0
    out = {"clerical_rank": float((change < change[CLERICAL - 1]).sum() + 1)}
    if sum(gone.values()):
        out["layoffs_of_removed"] = gone["layoffs_ai"] / sum(gone.values())
    return out


def _posts_by_pcs(world: World) -> Array:
    """Posts wanted by PCS, [6]."""
    teams = world.teams
    posts = np.bincount(teams["occupation"], weights=teams["posts"], minlength=world.occupations.count)
    return np.array([posts[world.occupations.pcs == code].sum() for code in PCS])
