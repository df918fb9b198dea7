"""Every call of the engine's pure formulas: tables of thresholds, values, weights and amounts.

Nothing here looks at a person.  What the engine's formulas read of a world is handed to them in a small object.
Tables come out as nested lists of whole numbers, so that everything after them is plain Python.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import SimpleNamespace
from typing import Any

import numpy as np

from sim import benefits
from sim.calendar import OPENING
from sim.population.columns import AGE_BAND_OF_MONTHS, SECTORS
from sim.processes import accounts, adoption, ageing, demand, hazards, matching, route_value, search
from sim.schemes import costs
from sim.schemes.routes import Routes
from sim.schemes.rules import Scheme
from sim.streams import threshold, thresholds
from sim.trades import Trades

Rules = Mapping[str, Any]

AGE_GROUP_OF_MONTHS: list[int] = hazards.AGE_GROUP_OF_MONTHS.tolist()
BAND_OF_MONTHS: list[int] = AGE_BAND_OF_MONTHS.tolist()
KIND_OF_POST: list[list[int]] = hazards.post_kinds().tolist()
EDUCATION_LEVELS = 5


def chance_of(probability: float) -> int:
    """Fixed point of one probability."""
    return int(threshold(probability))


def chances_of(probabilities: Sequence[float]) -> list[int]:
    """Fixed point of some probabilities, cut at one."""
    return [int(value) for value in thresholds(np.minimum(np.array(probabilities, float), 1.0))]


def hires_expected(vacancies: int, applicants: int) -> float:
    """Posts that get at least one suitable applicant."""
    return float(matching.hires_expected(vacancies, applicants))


class Tables:
    """What the rules in force say to people, whatever the month."""

    def __init__(self, rules: Rules, occupations: Trades, routes: Routes) -> None:
        self.rules, self.occupations, self.routes = rules, occupations, routes
        seen = self._seen()
        self.retirement: list[list[int]] = hazards.retirement_thresholds(seen).tolist()
        leaves = hazards.participation_thresholds(rules)
        self.employed_leave, self.unemployed_leave, self.starts_search = (table.tolist() for table in leaves)
        separation = hazards.to_unemployment_thresholds(rules, occupations.pcs)
        self.separation: list[list[list[int]]] = separation.tolist()
        self.cdd_to_cdi, self.interim_to_cdi = hazards.conversion_thresholds(rules)
        self.resignation = chance_of(rules["separations.resignation_of_cdi_to_unemployment_share"])
        self.agreed = chance_of(rules["separations.agreed_of_cdi_to_unemployment_share"])
        self.redeployment = chance_of(rules["separations.redeployment_share"])
        self.licence_of_entrants: list[int] = ageing.initial_training_thresholds(seen).tolist()
        self._of_search(seen)
        self._of_hires()
        talent, by_age = accounts.wage_factors(rules)
        self.talent_factor, self.age_factor = talent.tolist(), by_age.tolist()
        self.layoff_kept = chances_of([1.0 - rules["wages.layoff_penalty_share"]])[0]
        self.minimum_wage_cents = round(rules["law.smic_gross_eur_per_month"] * 100)

    def _seen(self, **more: object) -> Any:
        """The part of a world that the engine's formulas read."""
        return SimpleNamespace(rules=self.rules, occupations=self.occupations, routes=self.routes,
                               memory={}, **more)

    def _of_search(self, seen: Any) -> None:
        found = search.search_thresholds(self.rules)
        self.search_employed, self.search_unemployed, self.search_inactive, self.search_certified = (
            table.tolist() for table in found)
        attraction = np.round(search.attraction(seen), 8) * (1 << 12)
        self.attraction: list[list[list[list[int]]]] = np.rint(attraction).astype(np.int64).tolist()
        self.certified_aim = chance_of(self.rules["matching.certified_aim_share"])
        self.licence_return = chance_of(self.rules["matching.licence_return_share"])

    def _of_hires(self) -> None:
        rules = self.rules
        shares = [rules[f"matching.temporary_at_hire_pcs{n}_share"] for n in range(1, 7)]
        self.temporary = chances_of(shares)
        ratio = rules["matching.temporary_job_to_job_ratio"]
        self.temporary_from_job = chances_of([share * ratio for share in shares])
        self.interim_of_temporary = chance_of(rules["matching.interim_of_temporary_share"])
        self.civil_servant = chance_of(rules["matching.civil_servant_of_public_hires_share"])

    @property
    def open_posts_at_rest(self) -> dict[str, int]:
        """Open posts at rest relative to the heads of opening, in fixed point, by kind of employer."""
        return {kind: fixed_point(self.rules[f"demand.open_posts_{kind}_share"])
                for kind in ("private", "public", "own_account")}

    @property
    def reference_wages(self) -> list[list[int]]:
        """Gross monthly wage in cents by occupation and sex."""
        found: list[list[int]] = accounts.reference_wages(self._seen()).tolist()
        return found

    def adoption(self, month: int) -> list[list[int]]:
        """Share of units that use AI by sector and size class, as a threshold."""
        found: list[list[int]] = thresholds(adoption.adoption_shares(self.rules, month)).tolist()
        return found

    def route_values(self, month: int, files: Mapping[str, Any]) -> Any:
        """Value of each route, float64 [occupation, sex, education, age band, route]; ``files`` by column."""
        return route_value.route_values(self._seen(files=files, month=month))

    def knows(self) -> list[float]:
        """Share that knows the schemes by level of education, before advice."""
        return [self.rules[f"applications.knowledge_{n}_share"] for n in range(EDUCATION_LEVELS)]

    def teaching_cents(self, scheme: Scheme, route: int) -> int:
        """What the scheme pays for a course."""
        fee, hours = self.routes.fee_eur[route : route + 1], self.routes.hours[route : route + 1]
        return int(costs.teaching_cents(self.rules, scheme, fee, hours)[0])

    def wage_cover_cents(self, wage_cents: int, route: int) -> int:
        """What the scheme pays for the hours of a course."""
        hours = self.routes.hours[route : route + 1]
        return int(costs.wage_cover_cents(self.rules, np.array([float(wage_cents)]), hours)[0])

    def are_cents_a_day(self, wage_cents: int) -> int:
        """Daily ARE after a wage."""
        return int(benefits.are_cents_a_day(self.rules, np.array([wage_cents], np.int64))[0])

    def are_months(self, age_years: int) -> int:
        """Longest entitlement at an age."""
        return int(benefits.are_months(self.rules, np.array([age_years]))[0])


def fixed_point(value: float) -> int:
    """Fixed point with 20 bits."""
    return int(fixed_points(np.array([value]))[0])


def fixed_points(values: Any) -> Any:
    """Fixed point with 20 bits, int64 of the same shape."""
    return np.rint(np.round(values, 10) * (1 << 20)).astype(np.int64)


Reaches = Callable[[Sequence[float]], tuple[list[float], list[float]]]
"""From reach by cohort to its mean by sector: over all units, and over those below ten."""


class PostsWanted:
    """Factors on posts; keeps what AI had reached at the opening of the scenario."""

    def __init__(self, opening: Mapping[str, Any], bill: list[list[float]]) -> None:
        """``opening``: factors of December 2023, ``bill``: wages of the opening's posts by sector and trade."""
        self.opening = {name: values.copy() for name, values in opening.items()}
        total = np.array([max(sum(row), 1.0) for row in bill])
        self._shares = np.array(bill) / total[:, None]

    def factors(self, tables: Tables, month: int, means: Reaches) -> tuple[Any, Any]:
        """Demand relative to no AI: [sector, occupation, cohort], and [sector, occupation] of own account."""
        assumptions = self._assumptions(tables)
        reach = demand.reach_of_cohorts(tables.rules, month)
        everywhere, small = means(reach.tolist())
        if month < OPENING:
            units, own = self._computed(assumptions, reach, everywhere, small)
            self.opening = {"units": units, "own": own}
            return units, own
        # Under the assumptions now in force, only the reach gained since the opening acts.
        before = demand.reach_of_cohorts(tables.rules, OPENING - 1)
        had, small_had = means([*before.tolist(), *[0.0] * (reach.size - before.size)])
        gained = reach - np.append(before, np.zeros(reach.size - before.size))
        units, own = self._computed(
            assumptions, gained.clip(0.0), np.subtract(everywhere, had), np.subtract(small, small_had))
        late = np.repeat(self.opening["units"][..., :1], reach.size - before.size, axis=2)
        return units * np.concatenate([self.opening["units"], late], axis=2), own * self.opening["own"]

    def _computed(self, assumptions: demand.Demand, reach: Any, everywhere: Any, small: Any) -> tuple[Any, Any]:
        everywhere = np.array(everywhere)
        own = [demand.factors(assumptions, np.array([small[k]]), everywhere)[k, :, 0]
               for k in range(len(SECTORS))]
        return demand.factors(assumptions, reach, everywhere), np.stack(own)

    def _assumptions(self, tables: Tables) -> demand.Demand:
        # The engine keeps the shares of the wage bill in its memory: hand it ours.
        return demand.demand_of(SimpleNamespace(  # type: ignore[arg-type]
            rules=tables.rules, occupations=tables.occupations, memory={"wage_bill": self._shares}))


def growth_of_posts(rules: Rules, month: int) -> list[float]:
    """Posts by sector relative to January 2021, without AI."""
    found: list[float] = demand.trend(rules, month).tolist()
    return found
