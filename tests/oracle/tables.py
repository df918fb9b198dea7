"""Every call of the engine's pure formulas: tables of thresholds, values, weights and amounts.

Nothing here looks at a person.  What the engine's formulas read of a world is handed to them in a small
object.  Tables come out as nested lists of whole numbers, so that everything after them is plain Python.  The
formulas of adoption, posts wanted, routes and hires are not called but written again, beside their use.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import SimpleNamespace
from typing import Any

import numpy as np

from sim import benefits
from sim.population.columns import AGE_BAND_OF_MONTHS
from sim.processes import accounts, entrants, hazards, search
from sim.schemes import costs
from sim.schemes.routes import Routes
from sim.schemes.rules import Scheme
from sim.streams import ONE, threshold, thresholds
from sim.trades import Trades

Rules = Mapping[str, Any]

BAND_OF_MONTHS: list[int] = AGE_BAND_OF_MONTHS.tolist()
EDUCATION_LEVELS = 5


def chance_of(probability: float) -> int:
    """Fixed point of one probability."""
    return int(threshold(probability))


def chances_of(probabilities: Sequence[float]) -> list[int]:
    """Fixed point of some probabilities, cut at one."""
    return [int(value) for value in thresholds(np.minimum(np.array(probabilities, float), 1.0))]


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
        self.licence_of_entrants: list[int] = entrants.initial_training_thresholds(seen).tolist()
        self._of_search(seen)
        self._of_hires()
        talent, by_age = accounts.wage_factors(rules)
        self.talent_factor, self.age_factor = talent.tolist(), by_age.tolist()
        self.layoff_kept = chances_of([1.0 - rules["wages.layoff_penalty_share"]])[0]
        self.are = benefits.are_law(rules)
        wider = rules["applications.advice_reach_ratio"]
        self.informed = chances_of([known * wider for known in self.knows()])
        self.minimum_wage_cents = round(rules["law.smic_gross_eur_per_month"] * 100)

    def _seen(self) -> Any:
        """The part of a world that the engine's formulas read."""
        return SimpleNamespace(rules=self.rules, occupations=self.occupations, routes=self.routes,
                               memory={})

    def _of_search(self, seen: Any) -> None:
        found = search.search_thresholds(self.rules)
        self.search_employed, self.search_unemployed, self.search_inactive, self.search_certified = (
            table.tolist() for table in found)
        ratio = self.rules["matching.followed_search_ratio"]
        self.search_followed = [min(round(round(chance * ratio, 4)), ONE) for chance in self.search_certified]
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

    def distances(self) -> list[list[float]]:
        """Distance between occupations, [origin][destination]."""
        trades = self.occupations
        found: list[list[float]] = search.distances(
            self.rules, trades.pcs, trades.sector_shares, trades.net_wage_eur).tolist()
        return found

    def knows(self) -> list[float]:
        """Share that knows the schemes by level of education, before promotion."""
        return [self.rules[f"applications.knowledge_{n}_share"] for n in range(EDUCATION_LEVELS)]

    @property
    def cover(self) -> Any:
        """The law's cover of wages."""
        return costs.cover_law(self.rules)

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

    def longest_days(self, age_years: int) -> int:
        """Longest entitlement at an age."""
        return int(benefits.longest_days(age_years, self.are))


def fixed_point(value: float) -> int:
    """Fixed point with 20 bits."""
    return int(fixed_points(np.array([value]))[0])


def fixed_points(values: Any) -> Any:
    """Fixed point with 20 bits, int64 of the same shape."""
    return np.rint(np.round(values, 10) * (1 << 20)).astype(np.int64)
