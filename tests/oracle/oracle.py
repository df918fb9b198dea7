"""The month, as a contents page: what ``sim.world.World.step`` does, one Mesa agent a worker."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import mesa

from sim.moves import Reason
from sim.schemes.rules import of_behaviour, with_files

from .advice import Counsellors
from .applications import ApplicationFile, Call, RouteValues
from .books import Ledger, Record
from .chance import Chance
from .closures import Closures, Signs
from .demand import Demand, chances_of_adoption
from .employer import Adjustment, Team, Unit
from .enrolment import CourseCall
from .entrants import Entrants
from .experience import ask_for_titles, hold_juries
from .founders import Founders
from .institutions import Commission
from .market import Market
from .pay import open_right, pay_benefits, release_benefits, set_wage
from .redundancy import support
from .seats import Provider
from .short_courses import accompany, train_in_short_courses
from .tables import Rules, Tables
from .training import Projects, observe_outcomes
from .worker import Worker

if TYPE_CHECKING:
    from sim.schemes.routes import Routes
    from sim.trades import Trades
    from sim.world import World


class OracleMarket(mesa.Model):  # type: ignore[misc]
    """One region, month after month; :meth:`from_world` copies where a world of the engine stands."""

    record: Record
    demand: Demand
    entrants: Entrants
    signs: Signs
    closures: Closures
    open_and_filled: tuple[list[int], list[int]]

    def __init__(self, rules_of: Callable[[int], Rules], occupations: Trades, routes: Routes,
                 scale: float, seed: int, month: int) -> None:
        super().__init__(seed=seed)
        self.occupations, self.routes = occupations, routes
        self.exposed: list[bool] = (occupations.exposed == 1).tolist()
        self.scale, self.month = scale, month
        self.chance = Chance(seed, lambda: self.month)
        self._rules_of, self.rules = rules_of, dict(rules_of(month))
        self.tables = Tables(self.rules, occupations, routes)
        self.reference_wages = self.tables.reference_wages
        self.people: list[Worker] = []
        self.units: list[Unit] = []
        self.teams: list[Team] = []
        self.files: list[ApplicationFile] = []
        self.commissions: list[Commission] = []
        self.providers: list[Provider] = []
        self.ledger = Ledger()
        self.hired: list[Worker] = []
        self.founded: list[Worker] = []
        self.lost_post: list[tuple[Worker, Reason, Unit | None]] = []

    @staticmethod
    def from_world(world: World) -> OracleMarket:
        """The same region between two months, as objects."""
        from .opening import market_of

        return market_of(world)

    @property
    def workers(self) -> Any:
        """Everybody who has not left, in the order of their rows (an AgentSet)."""
        return self.agents_by_type[Worker]

    def step(self) -> None:
        """One month."""
        self.open_month()
        self.adopt_ai()
        self.demand.set_posts()
        self.workers.do("retire")
        self.entrants.welcome()
        self.workers.do("participate")
        self.workers.do("separate")
        Adjustment(self).adjust_units()
        self.give_advice()
        self.apply_for_schemes()
        ask_for_titles(self)
        self.hold_commissions()
        self.train()
        hold_juries(self)
        accompany(self)
        Market(self).match()
        self.keep_accounts()
        observe_outcomes(self)
        self.signs.observe(*self.open_and_filled)
        self.record.close_month()
        self.month += 1

    def rules_at(self, month: int) -> Rules:
        """The rules of another month."""
        return dict(self._rules_of(month))

    def open_month(self) -> None:
        """The rules in force, and a new page in the books."""
        rules = dict(self._rules_of(self.month))
        if rules != self.rules:
            self.rules, self.tables = rules, Tables(rules, self.occupations, self.routes)
        self.hired, self.founded, self.lost_post = [], [], []
        self.closures = Closures(self)
        self.record.open_month()

    def adopt_ai(self) -> None:
        """Process 1."""
        chances = chances_of_adoption(self.rules, self.month)
        for unit in self.units:
            unit.adopt_ai(chances, self.month)

    def give_advice(self) -> None:
        """Process 5, before anybody asks."""
        for commission in self.commissions:
            if commission.scheme.behaviour == "advice":
                commission.open_month()
                Counsellors(self, commission).advise()

    def apply_for_schemes(self) -> None:
        """Process 5: scheme after scheme, so that who has filed under one is out of the next."""
        values = RouteValues(self)
        for scheme in of_behaviour("leave", "resign"):
            if self.rules[scheme.key("budget_eur_per_year")] != 0:
                call = Call(self, scheme, values)
                self.workers.do("apply_for_scheme", call)
                for worker in call.refused_lately():
                    worker.try_again(call)
        calls = [CourseCall(self, scheme, values) for scheme in of_behaviour("enrol")
                 if self.rules[scheme.key("budget_eur_per_year")] != 0]
        for call in calls:
            if not call.scheme.who.within:
                self.workers.do("ask_for_course", call)
        for call in calls:
            if call.scheme.who.within:
                call.ask_within_support()

    def hold_commissions(self) -> None:
        """Process 6."""
        for provider in self.providers:
            provider.open_month(self.month, self.rules, self.scale)
        deciding = [one for one in self.commissions if one.scheme in with_files()]
        for commission in deciding:
            commission.hear_appeals()
        for commission in deciding:
            commission.decide()

    def train(self) -> None:
        """Process 7."""
        for commission in self.commissions:
            if commission.scheme in with_files():
                Projects(self, commission).live()
        for commission in self.commissions:
            if commission.scheme.behaviour == "short":
                train_in_short_courses(self, commission)

    def keep_accounts(self) -> None:
        """Process 9."""
        for worker in self.hired:
            set_wage(worker)
        for worker, reason, _ in self.lost_post:
            open_right(worker, reason)
        support(self)
        pay_benefits(self)
        Founders(self).pay()
        release_benefits(self)
