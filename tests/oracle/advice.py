"""Process 5, first: advice that is paid for tells those who do not know of the schemes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.streams import ONE, Decision

from .words import EMPLOYED

if TYPE_CHECKING:
    from .institutions import Commission
    from .oracle import OracleMarket
    from .worker import Worker

RESTLESS_FROM = 24
LOOKED_AT = 16


class Counsellors:
    """One month of a scheme of advice."""

    def __init__(self, model: OracleMarket, commission: Commission) -> None:
        self._model, self._scheme, self._envelope = model, commission.scheme, commission.envelope
        self._often = int(model.rules[self._scheme.key("restless_ratio")])

    def advise(self) -> None:
        """The talks that the money buys, in the order of their turns."""
        model, scheme = self._model, self._scheme
        price = round(model.rules[scheme.key("cost_eur_per_file")] * 100)
        talks = self._envelope.left_cents // price
        if self._envelope.yearly_cents == 0:
            return
        most = min(LOOKED_AT * talks * ONE // len(model.people), ONE)
        coming = sorted((self._turn(worker), worker.row, worker) for worker in model.workers
                        if self._luck(worker) < self._bar(worker, most) and self._may_come(worker))[:talks]
        for _, _, worker in coming:
            worker.advised_until = model.month + int(model.rules[scheme.key("memory_months")])
        cost = price * len(coming)
        self._envelope.commit(cost)
        model.ledger.pay(model.month, scheme.name, scheme.payer, "advice_body", "advice", cost)
        model.record.count(f"files_received_{scheme.name}", len(coming))
        model.record.count(f"files_funded_{scheme.name}", len(coming))
        model.record.count(f"committed_eur_cents_{scheme.name}", cost)

    def _may_come(self, worker: Worker) -> bool:
        who = self._scheme.who
        at_work = worker.state is EMPLOYED and worker.status in who.statuses
        return at_work and worker.contract in who.contracts and not worker.knows_schemes

    def _luck(self, worker: Worker) -> int:
        return self._model.chance.of_everyone(Decision.ADVICE, worker.row, int(self._scheme.salt))

    def _bar(self, worker: Worker, most: int) -> int:
        return min(most * self._often, ONE) if worker.taste >= RESTLESS_FROM else most

    def _turn(self, worker: Worker) -> int:
        """The restless come more often."""
        return self._luck(worker) // (self._often if worker.taste >= RESTLESS_FROM else 1)
