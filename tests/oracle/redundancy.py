"""After a lay-off: who joins a scheme of support, what it pays, and its end."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from sim import benefits
from sim.moves import Reason
from sim.population.columns import SIZE_CLASSES
from sim.schemes.files import Outcome, Project, Stage
from sim.streams import Decision

from .applications import ApplicationFile
from .institutions import ARE_DAYS_A_MONTH, Commission
from .tables import chance_of
from .words import CDI, EMPLOYED, TRAINING, UNEMPLOYED

if TYPE_CHECKING:
    from .employer import Unit
    from .oracle import OracleMarket
    from .worker import Worker


def support(model: OracleMarket) -> None:
    """Support that is over ends, then each scheme is offered, then employers pay their leaves."""
    schemes = [Support(model, one) for one in model.commissions if one.scheme.behaviour == "support"]
    for support in schemes:
        support.end()
    for support in schemes:
        support.offer()
    for support in schemes:
        support.pay_leaves()


def whole(cents: float) -> int:
    """Whole cents, down, whatever the last bits say."""
    return math.floor(round(cents, 4))


def search_ratios(model: OracleMarket) -> dict[int, float]:
    """By how much support, or a course without a title that ended lately, multiplies search; by person."""
    out: dict[int, float] = {}
    for file in model.files:
        lately = file.stage is Stage.COMPLETED and (
            file.ends + model.rules.get(file.scheme.key("search_months"), 0) >= model.month)
        if lately or file.stage is Stage.SUPPORTED:
            ratio = model.rules.get(file.scheme.key("search_ratio"), 1.0)
            out[file.worker.row] = max(ratio, out.get(file.worker.row, 1.0))
    return out


def search_gain(ratio: float, chance: int) -> int:
    """What such help adds to a chance of a suitable application."""
    return chance * (chance_of(ratio - 1.0) >> 16) >> 16


class Support:
    """One scheme of support in one month."""

    def __init__(self, model: OracleMarket, commission: Commission) -> None:
        self._model, self._commission, self._scheme = model, commission, commission.scheme
        self.by_employer = self._scheme.payer == "employer"

    def rule(self, name: str) -> float:
        """One of its parameters."""
        return float(self._model.rules[self._scheme.key(name)])

    @property
    def files(self) -> list[ApplicationFile]:
        """Its support under way."""
        return [file for file in self._model.files
                if file.scheme is self._scheme and file.stage is Stage.SUPPORTED]

    def book(self, payer: str, payee: str, kind: str, cents: int) -> None:
        """Into the ledger."""
        self._model.ledger.pay(self._model.month, self._scheme.name, payer, payee, kind, cents)

    # The end

    def end(self) -> None:
        """For whoever is no longer at search, or has had the months."""
        for file in self.files:
            at_search = file.worker.state in (UNEMPLOYED, TRAINING) and file.worker.team is None
            if not at_search or file.ends <= self._model.month:
                self.close(file)

    def close(self, file: ApplicationFile) -> None:
        """A lasting post found early brings a bonus; what is not spent goes back."""
        worker, month = file.worker, self._model.month
        early = month - file.starts < self.rule("bonus_months") and file.ends > month
        if early and worker.state is EMPLOYED and worker.contract is CDI:
            left = worker.are_cents_a_day * ARE_DAYS_A_MONTH * (file.ends - month)
            bonus = whole(self.rule("bonus_share") * left)
            file.paid_eur_cents += bonus
            self.book(self._scheme.payer, "person", "bonus", bonus)
        if self.by_employer:
            worker.are_paid = max(worker.are_paid, -self._model.tables.are.waiting_days)
        else:
            worker.are_cents_a_day = file.daily_eur_cents
        if worker.scheme == self._scheme.code:
            worker.scheme = None
        file.stage, file.ends = Stage.SUPPORT_OVER, month
        self._commission.give_back(file)

    # The offer

    def offer(self) -> None:
        """In the order of a draw, as far as the money goes."""
        model, budget = self._model, self.rule("budget_eur_per_year")
        self._commission.open_month()
        if budget == 0:
            return
        joining = [(worker, unit) for worker, reason, unit in model.lost_post
                   if self.is_joined(worker, reason, unit)]
        joining.sort(key=lambda loss: (self.join_draw(loss[0]), loss[0].row))
        prices = [self.price(worker) for worker, _ in joining]
        committed = funded = 0
        limit = self._commission.envelope.left_cents
        for (worker, unit), (cost, daily, notice) in zip(joining, prices, strict=True):
            if self._commission.envelope.yearly_cents is not None and committed + cost > limit:
                break
            committed, funded = committed + cost, funded + 1
            self.begin(worker, unit, cost, daily, notice)
        self._commission.envelope.commit(committed)
        model.record.count(f"files_received_{self._scheme.name}", len(joining))
        model.record.count(f"files_funded_{self._scheme.name}", funded)
        model.record.count(f"committed_eur_cents_{self._scheme.name}", committed)

    def join_draw(self, worker: Worker) -> int:
        """Whether she joins, and her place in the line."""
        return self._model.chance.of(Decision.REDUNDANCY, worker.row, salt=int(self._scheme.salt))

    def is_joined(self, worker: Worker, reason: Reason, unit: Unit | None) -> bool:
        """Her loss and her firm are those of the scheme, she is there for it, and wants it."""
        rules, who = self._model.rules, self._scheme.who
        grounds = {Reason.LAYOFF: 1.0, Reason.DISMISSAL: rules["redundancy.economic_of_dismissals_share"]}
        if who.loss == "agreed":
            grounds = {Reason.AGREED_TERMINATION: rules["redundancy.mobility_leave_of_agreed_share"]}
        if reason not in grounds or unit is None or unit.public:
            return False
        if self._model.chance.of(Decision.REDUNDANCY, worker.row) >= chance_of(grounds[reason]):
            return False
        share = rules[f"redundancy.large_firm_{SIZE_CLASSES[unit.size_class]}_share"]
        large = self._model.chance.for_life(Decision.LARGE_FIRM, unit.number) < chance_of(share)
        if who.firm != "any" and large != (who.firm == "from_1000"):
            return False
        if worker.state is not UNEMPLOYED or worker.scheme is not None:
            return False
        ready = worker.are_paid <= 0 if self.by_employer else worker.benefit_days_left > 0
        long_enough = self._model.month - worker.hired >= self.rule("seniority_months")
        return ready and long_enough and self.join_draw(worker) < chance_of(self.rule("take_up_share"))

    def price(self, worker: Worker) -> tuple[int, int, int]:
        """(whole cost, allowance a day or a month, notice) in cents."""
        months, notice_months = int(self.rule("support_months")), int(self.rule("notice_months"))
        notice = self.month_of_notice(worker) * notice_months
        if self.by_employer:
            monthly = whole(worker.wage * self.rule("allowance_share"))
            return monthly * (months - notice_months) + notice, monthly, notice
        daily = worker.are_cents_a_day
        if self.has_full_rate(worker):
            wage = min(worker.wage, self._model.tables.are.wage_cap_cents)
            daily = max(daily, benefits.share_of_wage(wage, self.rule("allowance_share")))
        return daily * ARE_DAYS_A_MONTH * months, daily, notice if self.has_full_rate(worker) else 0

    def has_full_rate(self, worker: Worker) -> bool:
        """Long enough in the post that she lost."""
        return self._model.month - worker.hired >= self.rule("full_rate_months")

    def month_of_notice(self, worker: Worker) -> int:
        """What it costs the employer."""
        return whole(worker.wage * self._model.rules["law.employer_cost_ratio"])

    def begin(self, worker: Worker, unit: Unit, cost: int, daily: int, notice: int) -> None:
        """Unedic's allowance replaces the benefit, the employer's puts it off."""
        model, months = self._model, int(self.rule("support_months"))
        assert worker.occupation is not None
        model.files.append(ApplicationFile(
            number=len(model.files), worker=worker, scheme=self._scheme, project=Project.SUPPORT, route=None,
            month_filed=model.month, points=0, criteria=0, unit=unit, origin_occupation=worker.occupation,
            target_occupation=worker.occupation, sex=worker.sex, age_years=worker.age_months // 12,
            education=worker.education, tie_draw=0, project_draw=0, outcome=Outcome.FUNDED,
            stage=Stage.SUPPORTED, month_decided=model.month, cost_eur_cents=cost, starts=model.month,
            ends=model.month + months, daily_eur_cents=worker.are_cents_a_day))
        worker.scheme = self._scheme.code
        if self.by_employer:
            worker.are_paid = min(worker.are_paid, 0) - months * ARE_DAYS_A_MONTH
            return
        worker.are_paid, worker.are_cents_a_day = max(worker.are_paid, 0), daily
        if self.has_full_rate(worker):
            worker.are_days = max(worker.are_days, worker.are_paid + months * ARE_DAYS_A_MONTH)
        self.book("employer", "unedic", "notice", notice)

    # The employer's leave

    def pay_leaves(self) -> None:
        """Notice at full cost first, then a share of the wage."""
        for file in self.files if self.by_employer else []:
            in_notice = self._model.month - file.starts < self.rule("notice_months")
            due = (self.month_of_notice(file.worker) if in_notice
                   else whole(file.worker.wage * self.rule("allowance_share")))
            due = min(due, file.cost_eur_cents - file.paid_eur_cents)
            file.paid_eur_cents += due
            self.book("employer", "person", "notice" if in_notice else "allowance", due)
