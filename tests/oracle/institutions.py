"""Process 6: envelopes, training providers with their seats, and each funder's commission."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.schemes.files import Appeal, Outcome, Project
from sim.schemes.rules import Scheme
from sim.streams import Decision

from .seats import seat_needed
from .tables import chance_of

if TYPE_CHECKING:
    from .applications import ApplicationFile
    from .oracle import OracleMarket

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
        self.withdraw()
        self.refuse_weak_projects()
        ranked = sorted(self.waiting(), key=self.place)
        reached = self.pay_down(ranked)
        self.put_off_leaves([file for file in ranked if file.outcome is Outcome.FUNDED])
        self.explain(ranked)
        self.grow_tired(ranked[:reached], Outcome.REFUSED_SEAT)
        self.grow_tired(ranked[reached:], Outcome.REFUSED_RANK)

    def give_back(self, file: ApplicationFile) -> None:
        """What is committed and will not be paid."""
        rest = file.cost_eur_cents - file.paid_eur_cents
        self.envelope.release(rest, file.month_decided // 12 == self._model.month // 12)
        file.cost_eur_cents = file.paid_eur_cents
        self._model.record.count(f"released_eur_cents_{self.scheme.name}", rest)

    def waiting(self) -> list[ApplicationFile]:
        """Files without a decision."""
        return [file for file in self._model.files
                if file.scheme is self.scheme and file.outcome is Outcome.WAITING]

    @staticmethod
    def place(file: ApplicationFile) -> tuple[int, int, int, int]:
        """Most points first, then the oldest, then a draw, then the number of the file."""
        return -file.points, file.month_filed, file.tie_draw, file.number

    def hear_appeals(self) -> None:
        """Some of those refused last month for their rank ask again; some of them are given points."""
        model, rules = self._model, self._model.rules
        share = rules["applications.appeal_share"]
        upheld = chance_of(share * rules["applications.appeal_success_share"])
        if rules[self.scheme.key("budget_eur_per_year")] == 0:
            return
        for file in model.files:
            if (file.scheme is not self.scheme or file.outcome is not Outcome.REFUSED_RANK
                    or file.month_decided != model.month - 1 or file.appeal is not Appeal.NONE
                    or not file.applicant_is_there or file.worker.scheme is not None):
                continue
            luck = model.chance.of(Decision.APPEAL, file.worker.row)
            if luck < upheld:
                file.win_appeal(int(rules["applications.appeal_points"]))
            elif luck < chance_of(share):
                file.appeal = Appeal.REJECTED

    def withdraw(self) -> None:
        """Who has left the post she filed from, and who is tired of waiting."""
        tired = chance_of(self._model.rules["applications.withdrawal_rate"])
        for file in self.waiting():
            waits = file.month_filed < self._model.month
            luck = self._model.chance.of(Decision.WITHDRAWAL, file.worker.row)
            if not file.holds or (waits and luck < tired):
                file.close(Outcome.WITHDRAWN, self._model.month)

    def refuse_weak_projects(self) -> None:
        """New projects that do not hold."""
        sound = chance_of(self._model.rules[self.scheme.key("sound_project_share")])
        for file in self.waiting():
            if file.month_filed == self._model.month and file.project_draw >= sound:
                file.close(Outcome.REFUSED_PROJECT, self._model.month)

    def pay_down(self, ranked: list[ApplicationFile]) -> int:
        """Fund in order; the first file that cannot be paid cuts the list.  How many the money reached."""
        for number, file in enumerate(ranked):
            cost, teaching, kept = self.commitment(file)
            if self.envelope.yearly_cents is not None and cost > self.envelope.yearly_cents:
                file.close(Outcome.REFUSED_TOO_DEAR, self._model.month)
                continue
            provider = seat_needed(self._model, file)
            if provider is not None and provider.seats < 1:
                provider.refuse(self._model)
                continue
            if not self.envelope.has(cost):
                return number
            if provider is not None:
                provider.give(self._model)
            self.fund(file, cost, teaching, kept)
        return len(ranked)

    def explain(self, ranked: list[ApplicationFile]) -> None:
        """Her place, and the last one funded."""
        funded = [file for file in ranked if file.outcome is Outcome.FUNDED]
        for place, file in enumerate(ranked, start=1):
            file.rank = place
            file.last_points, file.last_filed = (
                (funded[-1].points, funded[-1].month_filed) if funded else (-1, -1))

    def put_off_leaves(self, funded: list[ApplicationFile]) -> None:
        """The employer puts some off, and few may be away at once, in the order of the list."""
        rules, months = self._model.rules, self._model.routes.months
        most = int(rules.get(self.scheme.key("postpone_maximum_months"), 0))
        share = rules.get(self.scheme.key("absent_cap_share"), 1.0)
        put_off = chance_of(rules["applications.postponed_share"])
        settled = [file for file in self._model.files
                   if file.runs and file not in funded and self._is_leave(file)]
        for file in funded:
            if most and file.route is not None:
                luck = self._model.chance.of(Decision.POSTPONEMENT, file.worker.row)
                wait = 1 + luck * most // put_off if luck < put_off else 0
                beside = [(one.starts, one.ends if one.ends >= 0 else one.starts + months[one.route])
                          for one in settled if one.unit is file.unit and one.route is not None]
                length, cap = months[file.route], away_at_once(file.unit.size, share)
                while wait < most and cap <= sum(
                        first < file.starts + wait + length and after > file.starts + wait
                        for first, after in beside):
                    wait += 1
                file.starts += int(wait)
                file.postponed = int(wait)
            settled.append(file)

    def _is_leave(self, file: ApplicationFile) -> bool:
        return int(self._model.rules.get(file.scheme.key("postpone_maximum_months"), 0)) > 0

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
            return tables.are_cents_a_day(worker.wage) * tables.longest_days(worker.age_months // 12), 0, 0
        if file.project is Project.VALIDATION:
            price = round(rules[self.scheme.key("cost_eur_per_file")] * 100)
            return price, price, 0
        route = 0 if file.route is None else file.route
        teaching = tables.teaching_cents(self.scheme, route)
        if self.scheme.behaviour == "enrol":
            return teaching + self.trainee_pay_cents(file), teaching, 0
        wages = tables.wage_cover_cents(worker.wage, route)
        if self.scheme.money.cover == "employer":
            return teaching, teaching, wages
        cost, a_year = teaching + wages, rules.get(self.scheme.key("account_eur_per_year"), 0)
        if a_year:
            years = (self._model.month - max(worker.occupation_since, -72)) // 12
            cost = min(cost, years * round(a_year * 100))
        return cost, min(teaching, cost), 0

    def trainee_pay_cents(self, file: ApplicationFile) -> int:
        """What she is paid in the months of the course that her ARE does not reach."""
        rules, worker = self._model.rules, file.worker
        starts = self._model.month + int(rules[self.scheme.key("start_delay_months")])
        ends = starts + int(self._model.routes.months[file.route])
        beginner = worker.occupation is None and worker.age_months < 26 * 12
        a_month = rules[f"law.trainee_pay{'_beginner' if beginner else ''}_eur_per_month"]
        paid = round(a_month * 100) if self.scheme.money.trainee_pay else 0
        are_until = self._model.month + -(-worker.benefit_days_left // ARE_DAYS_A_MONTH)
        return paid * max(ends - max(starts, are_until), 0)

    def grow_tired(self, ranked: list[ApplicationFile], why: Outcome) -> None:
        """Files that have waited for too long, for a seat or below the cut."""
        patience = int(self._model.rules[self.scheme.key("waiting_months")])
        for file in ranked:
            if file.outcome is Outcome.WAITING and self._model.month - file.month_filed >= patience:
                file.close(why, self._model.month)


def away_at_once(heads: int, share: float) -> int:
    """How many may be on leave at the same time."""
    if share >= 1.0:
        return heads
    return max(math.floor(round(heads * share, 6)), 1) if heads >= 100 else 1
