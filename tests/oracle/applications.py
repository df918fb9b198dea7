"""Process 5: files, and who asks for a reconversion under which scheme, for which trade."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sim.population.columns import NONE
from sim.schemes.files import Appeal, Outcome, Project, Stage
from sim.schemes.routes import FAMILIES
from sim.schemes.rules import Scheme, of_behaviour
from sim.streams import ONE, Decision

from .grid import scored
from .tables import chance_of, chances_of
from .words import CDI, CIVIL_SERVANT, NO_OCCUPATION, PUBLIC, UNEMPLOYED, WOMAN

if TYPE_CHECKING:
    from .employer import Unit
    from .oracle import OracleMarket
    from .worker import Worker

CLOSED = -30.0
"""Value of a route that a scheme does not fund, or that a person may not take."""
UNUSABLE = -20.0
"""A route worth less than this is not filed for."""
TASTE_STEP = 8
MIDDLE_OF_BAND_YEARS = (21, 30, 40, 47.5, 52.5, 57.5, 62)


@dataclass(eq=False)
class ApplicationFile:
    """One application for funding; ``route`` is None without a course, dates are -1 until they are known."""

    number: int
    worker: Worker
    scheme: Scheme
    project: Project
    route: int | None
    month_filed: int
    points: int
    criteria: int
    unit: Unit | None
    origin_occupation: int
    target_occupation: int
    sex: int
    age_years: int
    education: int
    tie_draw: int
    project_draw: int
    outcome: Outcome = Outcome.WAITING
    stage: Stage = Stage.NOT_STARTED
    rank: int = 0
    last_points: int = -1
    last_filed: int = -1
    appeal: Appeal = Appeal.NONE
    postponed: int = 0
    month_decided: int = -1
    cost_eur_cents: int = 0
    teaching_eur_cents: int = 0
    kept_wage_eur_cents: int = 0
    paid_eur_cents: int = 0
    starts: int = -1
    ends: int = -1
    cover: int = 0
    daily_eur_cents: int = 0
    mentored: int = 0
    asked: int = 0
    placed_6: int = -1
    durable_24: int = -1
    in_aim_24: int = -1
    in_work_24: int = -1

    def column(self, name: str) -> int:
        """What the engine keeps of the file under that name."""
        if name == "person":
            return self.worker.row
        if name == "scheme":
            return self.scheme.code
        if name == "unit":
            return -1 if self.unit is None else self.unit.number
        if name == "route":
            return NONE if self.route is None else self.route
        return int(getattr(self, name))

    @property
    def runs(self) -> bool:
        """Funded, and neither ended nor given up."""
        return self.outcome is Outcome.FUNDED and self.stage <= Stage.IN_TRAINING

    @property
    def applicant_is_there(self) -> bool:
        """Whether she is still at work where she filed, or still at search."""
        return self.worker.state is UNEMPLOYED if self.unit is None else self.worker.works_at(self.unit)

    @property
    def holds(self) -> bool:
        """Whether she is where she filed, and in support still where she filed within it."""
        support = {scheme.code for scheme in of_behaviour("support")}
        return self.applicant_is_there and (not self.scheme.who.within or self.worker.scheme in support)

    def close(self, outcome: Outcome, month: int) -> None:
        """A refusal or a withdrawal: she may apply again."""
        self.outcome, self.month_decided = outcome, month
        self.free_worker()

    def free_worker(self) -> None:
        """She is under this scheme no longer; within support she is under another anyway."""
        if self.worker.scheme == self.scheme.code:
            self.worker.scheme = None

    def win_appeal(self, points: int) -> None:
        """Back on the list, with more points."""
        self.appeal, self.points = Appeal.UPHELD, self.points + points
        self.outcome, self.month_decided, self.worker.scheme = Outcome.WAITING, -1, self.scheme.code


class RouteValues:
    """What each route is worth to a person, by cell, before the rules of a scheme."""

    def __init__(self, model: OracleMarket) -> None:
        self._model, self._rules, self._distances = model, model.rules, model.tables.distances()
        self._placement = [self.placement(route) for route in range(model.routes.count)]
        self._known: dict[tuple[int, ...], list[float]] = {}

    def placement(self, route: int) -> float:
        """Share of past graduates in the trade after six months, weighed with 50 of the prior share.

        Published each January, from those asked before it.
        """
        january = self._model.month - self._model.month % 12
        known = [file.placed_6 for file in self._model.files
                 if file.route == route and file.placed_6 >= 0 and file.ends + 6 < january]
        prior = self._rules["applications.prior_placement_share"]
        return float((sum(known) + 50 * prior) / (len(known) + 50))

    def of_cell(self, cell: tuple[int, int, int, int]) -> list[float]:
        """Values of all routes for (occupation, sex, education, age band)."""
        if cell not in self._known:
            self._known[cell] = [self._value(route, *cell) for route in range(self._model.routes.count)]
        return self._known[cell]

    def _value(self, route: int, origin: int, sex: int, education: int, band: int) -> float:
        trades, routes, rules = self._model.occupations, self._model.routes, self._rules
        target = routes.target[route]
        if education < routes.entry_education[route]:
            return CLOSED
        if target == NONE:  # no trade: only her age and the months
            return float(
                rules["applications.placement_weight"] * math.log(max(self._placement[route], 0.05))
                - rules["applications.length_weight"] * routes.months[route] / 12
                - rules["applications.age_weight"] * (MIDDLE_OF_BAND_YEARS[band] - 40) / 10)
        if target == origin:
            return CLOSED
        wages = trades.net_wage_women_eur if sex == WOMAN else trades.net_wage_men_eur
        years_left = rules["applications.career_end_age_years"] - MIDDLE_OF_BAND_YEARS[band]
        women = float(trades.women_share[target])
        worked = origin != NO_OCCUPATION
        before, distance = (wages[origin], self._distances[origin][target]) if worked else (min(wages), 0.0)
        return float(
            rules["applications.wage_weight"] * math.log(wages[target] / before)
            * min(max(years_left / 10, 0.0), 1.0)
            + rules["applications.placement_weight"] * math.log(max(self._placement[route], 0.05))
            - rules["applications.length_weight"] * routes.months[route] / 12
            - rules["applications.distance_weight"] * distance
            + rules["applications.own_sex_weight"] * (women if sex == WOMAN else 1.0 - women)
            + rules[f"applications.taste_{FAMILIES[routes.family[route]]}"]
            - rules["applications.age_weight"] * (MIDDLE_OF_BAND_YEARS[band] - 40) / 10)


class Call:
    """One month of one scheme's call for applications."""

    def __init__(self, model: OracleMarket, scheme: Scheme, values: RouteValues) -> None:
        self._model, self.scheme, self._values = model, scheme, values
        rules = model.rules
        self.seniority_months = {contract: self._seniority(contract) for contract in scheme.who.contracts}
        self._similarity = rules["applications.route_similarity"]
        self._taste_weight = rules["applications.taste_weight"]
        self._level = rules[scheme.key("application_intercept")] + (
            rules["applications.acceptance_weight"] * math.log(max(self.acceptance(), 0.02)))
        self.chance_of_return = chance_of(1.0 - (1.0 - rules["applications.return_share"]) ** (1 / 12))
        self._courses = [self._pays_for(route) for route in range(model.routes.count)]
        self._chances: dict[tuple[int, ...], int] = {}
        self._worth: dict[tuple[int, ...], float] = {}

    def has_worked(self, worker: Worker) -> bool:
        """The days of work of five years that some schemes ask for, in months of 21.75 days."""
        asked = self._model.rules.get(self.scheme.key("worked_days"), 0)
        return worker.work_of_five_years >= int(asked * 12 / 261)

    def _seniority(self, contract: object) -> int:
        """Months in the unit before one may file; temporary contracts have their own rule, if any."""
        rules, permanent = self._model.rules, "seniority_in_firm_months"
        temporary = self.scheme.key("seniority_fixed_term_months")
        return int(rules[temporary if contract is not CDI and temporary in rules
                         else self.scheme.key(permanent)])

    def values(self, cell: tuple[int, int, int, int]) -> list[float]:
        """Values of the routes under the scheme, less what its trainees lose of their pay."""
        if cell[2] not in self.scheme.who.educations:
            return [CLOSED] * self._model.routes.count
        if self.scheme.behaviour == "enrol":  # no pay to lose
            return [value if self._courses[route] else CLOSED
                    for route, value in enumerate(self._values.of_cell(cell))]
        shut = self.scheme.who.origin == "exposed" and not self._model.exposed[cell[0]]
        weight, wage = self._model.rules["applications.income_loss_weight"], self._model.reference_wages
        hours = self._model.routes.hours
        return [
            CLOSED if shut or not self._courses[route]
            else value - weight * self._pay_lost(wage[cell[0]][cell[1]], hours[route])
            for route, value in enumerate(self._values.of_cell(cell))]

    def _pay_lost(self, wage_cents: int, hours: float) -> float:
        """Share of pay lost on a course: the scheme's own number, or what ARE or the cover leaves out."""
        rules, tables = self._model.rules, self._model.tables
        if self.scheme.key("income_loss_share") in rules:
            return float(rules[self.scheme.key("income_loss_share")])
        if self.scheme.behaviour == "resign":
            return 1.0 - min(tables.are_cents_a_day(wage_cents) * 30 / wage_cents, 1.0)
        law = tables.cover
        early = min(hours, law.first_year_hours)
        paid = (max(law.first_year_share * wage_cents, law.full_up_to_cents) * early
                + max(law.after_share * wage_cents, law.full_up_to_cents) * (hours - early))
        return float(1.0 - min(paid / (wage_cents * hours), 1.0))

    def is_open_to(self, worker: Worker) -> bool:
        """Whether a route is."""
        return max(self.values(worker.cell)) >= UNUSABLE

    def refused_lately(self) -> list[Worker]:
        """Who was refused under the scheme over the last twelve months, oldest file first."""
        month = self._model.month
        return [file.worker for file in self._model.files
                if file.scheme is self.scheme and file.outcome.name.startswith("REFUSED")
                and month - 12 <= file.month_decided < month]

    def _pays_for(self, route: int) -> bool:
        """Whether the scheme pays for a course: by where it leads, and by its length."""
        model, scheme = self._model, self.scheme
        trades, routes, rules = model.occupations, model.routes, model.rules
        if not routes.open_under(scheme.name)[route]:
            return False
        target = routes.target[route]
        if scheme.project.target == "porteur" and (target == NONE or not trades.porteur[target]):
            return False
        if scheme.project.target == "numerique" and routes.family[route] != FAMILIES.index("numerique"):
            return False
        return bool(routes.months[route] <= rules.get(scheme.key("maximum_months"), math.inf)
                    and routes.hours[route] <= rules.get(scheme.key("maximum_hours"), math.inf))

    def admits(self, worker: Worker) -> bool:
        """Whether she may file: status, contract, seniority, arduous work."""
        rules, who = self._model.rules, self.scheme.who
        statuses = {*who.statuses}
        if rules.get(self.scheme.key("public_servants")) == "open":
            statuses |= {PUBLIC, CIVIL_SERVANT}
        if worker.status not in statuses or worker.contract not in self.seniority_months:
            return False
        if self._model.month - worker.hired < self.seniority_months[worker.contract]:
            return False
        if not self.has_worked(worker):
            return False
        return who.origin not in ("c2p", "ergonomic") or self._works_hard(worker)

    def _works_hard(self, worker: Worker) -> bool:
        model, rules, scheme = self._model, self._model.rules, self.scheme
        pcs = model.occupations.pcs[worker.occupation]
        share = chance_of(rules[f"arduous.{scheme.who.origin}_pcs{pcs}_share"])
        long_enough = model.month - worker.occupation_since >= rules.get(scheme.key("exposure_months"), 0)
        return share == ONE or bool(
            long_enough and model.chance.for_life(Decision.ARDUOUS_WORK, worker.row) < share)

    def acceptance(self) -> float:
        """Share funded of the files decided over twelve months, weighed with 20 files of the prior share."""
        decided = [file.outcome for file in self._model.files
                   if file.scheme is self.scheme and file.outcome is not Outcome.WAITING
                   and file.month_decided >= self._model.month - 12]
        prior = self._model.rules[self.scheme.key("prior_acceptance_share")]
        funded = decided.count(Outcome.FUNDED) + decided.count(Outcome.LAPSED)
        return float((funded + 20 * prior) / (len(decided) + 20))

    def chance_of_filing(self, cell: tuple[int, int, int, int], taste: int) -> int:
        """Finds the best of its routes worth it, if she knows of it."""
        known = (*cell, (taste + 96) // TASTE_STEP)
        if known not in self._chances:
            zeta = (known[-1] * TASTE_STEP + TASTE_STEP / 2 - 96) / 32
            utility = self._level + self._inclusive_value(cell) + self._taste_weight * zeta
            self._chances[known] = chance_of(1.0 / (1.0 + math.exp(-utility)))
        return self._chances[known]

    def _inclusive_value(self, cell: tuple[int, int, int, int]) -> float:
        if cell not in self._worth:
            values, tau = self.values(cell), self._similarity
            best = max(values)
            total = sum(math.exp((value - best) / tau) for value in values)
            self._worth[cell] = best + tau * math.log(total)
        return self._worth[cell]

    def receive(self, worker: Worker) -> None:
        """Her file: a route, points, and the draws that the commission will use."""
        model, scheme = self._model, self.scheme
        route = self._choose_route(worker)
        if route is None:
            return
        creates = scheme.project.creation and (
            model.chance.of(Decision.CREATION, worker.row)
            < chances_of([model.rules[scheme.key("creation_share")]])[0])
        assert worker.unit is not None and worker.occupation is not None
        target = model.occupations.business_of[worker.occupation] if creates else model.routes.target[route]
        worker.scheme = scheme.code
        points, criteria = scored(worker, route, scheme)
        model.files.append(ApplicationFile(
            number=len(model.files), worker=worker, scheme=scheme,
            project=Project.BUSINESS if creates else Project.COURSE, route=None if creates else route,
            month_filed=model.month, points=points, criteria=criteria, unit=worker.unit,
            origin_occupation=worker.occupation, target_occupation=int(target), sex=worker.sex,
            age_years=worker.age_months // 12, education=worker.education,
            tie_draw=model.chance.of(Decision.COMMISSION, worker.row),
            project_draw=model.chance.of(Decision.PROJECT, worker.row)))
        model.record.count(f"files_received_{scheme.name}")

    def _choose_route(self, worker: Worker) -> int | None:
        """A route with weight exp(value / tau); None when all are closed to her."""
        values = self.values(worker.cell)
        best, tau = max(values), self._similarity
        weights = [0.0 if value < UNUSABLE else math.exp((value - best) / tau) for value in values]
        total = float(np.sum(weights))
        if total <= 0.0:
            return None
        luck = self._model.chance.of(Decision.ROUTE, worker.row)
        cumulated = 0.0
        for route, weight in enumerate(weights):
            cumulated += weight
            if luck < chance_of(min(cumulated / total, 1.0)):
                return route
        return len(weights) - 1
