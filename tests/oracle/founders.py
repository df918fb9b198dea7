"""Process 9: those who found a business with a right to benefit left."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from sim.schemes.rules import of_behaviour, resign_code
from sim.streams import Decision

from .institutions import ARE_DAYS_A_MONTH
from .pay import month_of_benefit, write_on_file
from .tables import chance_of
from .words import EMPLOYED

if TYPE_CHECKING:
    from sim.scenario import Scalar

    from .oracle import OracleMarket
    from .worker import Worker


def part(share: Scalar, whole: int) -> int:
    """A share of days or cents, down; shares are exact decimals."""
    return int(Fraction(str(float(share))) * whole)


class Founders:
    """The founders of one month."""

    def __init__(self, model: OracleMarket) -> None:
        self._model, self._rules = model, model.rules
        self._wait = int(self._rules["law.arce_second_half_months"])

    def pay(self) -> None:
        """Those of the month choose how; then each is paid, in the month and as long as it lasts."""
        for worker in self._model.founded + self._model.hired:
            if worker.runs_her_business and worker.hired == self._model.month and worker.benefit_days_left:
                self.choose(worker)
        paid = {"are": 0, "arce": 0}
        for worker in self._model.workers:
            if worker.founder_days:
                kind = "arce" if worker.founder_days < 0 else "are"
                cents, goes_on = self.draw(worker) if worker.runs_her_business else (0, False)
                self.book(worker, kind, cents)
                paid[kind] += cents > 0
                if not goes_on:
                    self.end(worker)
        for kind, heads in paid.items():
            self._model.record.count(f"founders_paid_{kind}", heads)

    def choose(self, worker: Worker) -> None:
        """The capital, or part of the benefit month by month."""
        left = worker.benefit_days_left
        luck = self._model.chance.of(Decision.CAPITAL, worker.row)
        if luck < chance_of(self._rules["founders.capital_share"]):
            worker.founder_days = -left
        else:
            worker.founder_days = part(self._rules["law.are_creator_cap_share"], left)

    def draw(self, worker: Worker) -> tuple[int, bool]:
        """(cents of the month, whether anything may follow)."""
        if worker.founder_days < 0:
            return self.draw_capital(worker)
        before = max(worker.are_paid, 0)
        most = part(self._rules["law.are_creator_monthly_share"], ARE_DAYS_A_MONTH)
        cents = month_of_benefit(worker, spared=False, most=min(most, worker.founder_days))
        worker.founder_days -= max(worker.are_paid, 0) - before
        return cents, worker.founder_days > 0 and worker.benefit_days_left > 0

    def draw_capital(self, worker: Worker) -> tuple[int, bool]:
        """Half at once, half after some months, under the law of the founding."""
        since = self._model.month - worker.hired
        if 0 < since < self._wait:
            return 0, True
        rules = self._rules if since == 0 else self._model.rules_at(worker.hired)
        daily = worker.are_cents_a_day
        whole = part(rules["law.arce_share"], -worker.founder_days * daily)
        before, after = (0, whole // 2) if since == 0 else (whole // 2, whole)
        worker.are_paid = max(worker.are_paid, 0) + after // daily - before // daily
        return after - before, since == 0

    def book(self, worker: Worker, kind: str, cents: int) -> None:
        """In the ledger, under the scheme that she resigned for if there is one, and on its file."""
        names = {one.code: one.name for one in of_behaviour("resign", "support") if one.payer == "unedic"}
        name = "are" if worker.scheme is None else names.get(worker.scheme, "are")
        self._model.ledger.pay(self._model.month, name, "unedic", "person", kind, cents)
        write_on_file(worker, cents)

    def end(self, worker: Worker) -> None:
        """Nothing more is paid meanwhile; at work, she leaves the scheme that she resigned for."""
        worker.founder_days = 0
        if worker.state is EMPLOYED and worker.scheme == resign_code():
            worker.scheme = None
