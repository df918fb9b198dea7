"""Process 6: envelopes, training providers with their seats, and each funder's commission."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sim.schemes.files import Outcome
from sim.schemes.rules import Scheme

from .tables import chance_of

if TYPE_CHECKING:
    from .applications import ApplicationFile
    from .oracle import OracleMarket

EPOCH_MONTHS = 1200
"""Seats are cumulated from a hundred years before January 2021, so that small samples get theirs some day."""
ARE_DAYS_A_MONTH = 30


@dataclass
class Envelope:
    """A funder's money in cents; ``yearly_cents`` is None for an entitlement without a limit."""

    yearly_cents: int | None = 0
    left_cents: int = 0
    committed_cents: int = 0
    forfeited_cents: int = 0

    def open_month(self, month: int, budget_eur: float, scale: float) -> None:
        """A twelfth more; in January what is left of the year before is lost."""
        done = month % 12
        if done == 0:
            self.forfeited_cents += self.left_cents
            self.left_cents = 0
        if math.isinf(budget_eur):
            self.yearly_cents = None
            return
        year = self.yearly_cents = round(float(budget_eur) * 100 * scale)
        twelfth = year * (done + 1) // 12 - year * done // 12
        self.left_cents = min(self.left_cents + twelfth, year)

    def has(self, cents: int) -> bool:
        """Whether it can pay."""
        return self.yearly_cents is None or cents <= self.left_cents

    def commit(self, cents: int) -> None:
        """Debit."""
        self.committed_cents += cents
        if self.yearly_cents is not None:
            self.left_cents -= cents

    def release(self, cents: int, same_year: bool) -> None:
        """Give back what will not be spent; what an earlier year committed is lost."""
        self.committed_cents -= cents
        if not same_year:
            self.forfeited_cents += cents
        elif self.yearly_cents is not None:
            self.left_cents += cents


@dataclass
class Provider:
    """Those who teach one route."""

    route: int
    seats_per_year: float
    seats: float

    def open_month(self, month: int, ratio: float, scale: float) -> None:
        """A twelfth of the year's seats, in whole seats; unused ones last until December."""
        monthly = float(np.round(self.seats_per_year * ratio * scale / 12, 9))
        count = month + EPOCH_MONTHS
        granted = float(math.floor(monthly * (count + 1)) - math.floor(monthly * count))
        self.seats = granted if month % 12 == 0 else self.seats + granted


class Commission:
    """The funder of one scheme."""

    def __init__(self, model: OracleMarket, scheme: Scheme, envelope: Envelope) -> None:
        self._model, self.scheme, self.envelope = model, scheme, envelope

    def open_month(self) -> None:
        """The month's twelfth."""
        budget = self._model.rules[self.scheme.key("budget_eur_per_year")]
        self.envelope.open_month(self._model.month, budget, self._model.scale)

    def decide(self) -> None:
        """Withdraw, test, rank, pay down the list, refuse who has waited for too long."""
        self.open_month()
        if not self.waiting():
            return
        self.withdraw_the_absent()
        self.refuse_weak_projects()
        self.pay_down(sorted(self.waiting(), key=self.place))
        self.grow_tired()

    def waiting(self) -> list[ApplicationFile]:
        """Files without a decision."""
        return [file for file in self._model.files
                if file.scheme is self.scheme and file.outcome is Outcome.WAITING]

    @staticmethod
    def place(file: ApplicationFile) -> tuple[int, int, int, int]:
        """Most points first, then the oldest, then a draw, then the number of the file."""
        return -file.points, file.month_filed, file.tie_draw, file.number

    def withdraw_the_absent(self) -> None:
        """Who has left the post she filed from."""
        for file in self.waiting():
            if not file.applicant_is_there:
                file.close(Outcome.WITHDRAWN, self._model.month)

    def refuse_weak_projects(self) -> None:
        """New projects that do not hold."""
        sound = chance_of(self._model.rules[self.scheme.key("sound_project_share")])
        for file in self.waiting():
            if file.month_filed == self._model.month and file.project_draw >= sound:
                file.close(Outcome.REFUSED_PROJECT, self._model.month)

    def pay_down(self, ranked: list[ApplicationFile]) -> None:
        """Fund in order; the first file that cannot be paid cuts the list."""
        for file in ranked:
            cost, teaching, kept = self.commitment(file)
            if self.envelope.yearly_cents is not None and cost > self.envelope.yearly_cents:
                file.close(Outcome.REFUSED_TOO_DEAR, self._model.month)
                continue
            provider = None if file.route is None else self._model.providers[file.route]
            if provider is not None and provider.seats < 1:
                continue
            if not self.envelope.has(cost):
                return
            if provider is not None:
                provider.seats -= 1
            self.fund(file, cost, teaching, kept)

    def fund(self, file: ApplicationFile, cost: int, teaching: int, kept: int) -> None:
        """Commit the whole cost; the project starts some months later."""
        model, name = self._model, self.scheme.name
        self.envelope.commit(cost)
        file.outcome, file.month_decided = Outcome.FUNDED, model.month
        file.cost_eur_cents, file.teaching_eur_cents = cost, teaching
        file.kept_wage_eur_cents = kept
        file.starts = model.month + int(model.rules[self.scheme.key("start_delay_months")])
        model.record.count(f"files_funded_{name}")
        model.record.count(f"committed_eur_cents_{name}", cost)

    def commitment(self, file: ApplicationFile) -> tuple[int, int, int]:
        """(whole cost, teaching part, wages left to the employer) in cents; who resigns costs the benefit at
        its longest."""
        tables, worker, rules = self._model.tables, file.worker, self._model.rules
        if self.scheme.behaviour == "resign":
            months = tables.are_months(worker.age_months // 12)
            return tables.are_cents_a_day(worker.wage) * ARE_DAYS_A_MONTH * months, 0, 0
        route = 0 if file.route is None else file.route
        teaching = tables.teaching_cents(self.scheme, route)
        wages = tables.wage_cover_cents(worker.wage, route)
        if self.scheme.money.cover == "employer":
            return teaching, teaching, wages
        cost, a_year = teaching + wages, rules.get(self.scheme.key("account_eur_per_year"), 0)
        if a_year:
            years = (self._model.month - max(worker.occupation_since, -72)) // 12
            cost = min(cost, years * round(a_year * 100))
        return cost, min(teaching, cost), 0

    def grow_tired(self) -> None:
        """Files that have waited for too long."""
        patience = int(self._model.rules[self.scheme.key("waiting_months")])
        for file in self.waiting():
            if self._model.month - file.month_filed >= patience:
                file.close(Outcome.REFUSED_RANK, self._model.month)
