"""Process 7: places sold at one price: short courses beside the post, mentors, follow-up to hiring."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.population.columns import Education
from sim.schemes.files import Outcome, Project, Stage
from sim.streams import Decision

from .tables import chance_of, chances_of
from .words import EMPLOYED

if TYPE_CHECKING:
    from sim.schemes.rules import Scheme

    from .applications import ApplicationFile
    from .institutions import Commission
    from .oracle import OracleMarket
    from .worker import Worker


class Shop:
    """One month of a scheme that pays for places while its money lasts."""

    def __init__(self, model: OracleMarket, commission: Commission) -> None:
        self._model, self._scheme, self._envelope = model, commission.scheme, commission.envelope
        commission.open_month()

    def sell(self, asking: list, payee: str, kind: str) -> list:  # type: ignore[type-arg]
        """The first of those who ask, as many as the month's money pays for."""
        model, scheme, envelope = self._model, self._scheme, self._envelope
        price = round(model.rules[scheme.key("cost_eur_per_file")] * 100)
        limited = envelope.yearly_cents is not None and price > 0
        served = asking[: max(envelope.left_cents, 0) // price] if limited else asking
        envelope.commit(price * len(served))
        model.ledger.pay(model.month, scheme.name, scheme.payer, payee, kind, price * len(served))
        model.record.count(f"files_received_{scheme.name}", len(asking))
        model.record.count(f"files_funded_{scheme.name}", len(served))
        model.record.count(f"committed_eur_cents_{scheme.name}", price * len(served))
        return served


def asking_chances(model: OracleMarket, scheme: Scheme) -> list[int]:
    """Chance of asking this month by education; nobody asks for what she does not know."""
    rate = model.rules[scheme.key("demand_rate")]
    return chances_of([rate * knows * (Education(level) in scheme.who.educations)
                       for level, knows in enumerate(model.tables.knows())])


def train_in_short_courses(model: OracleMarket, commission: Commission) -> None:
    """A draw says who comes first; trainees hold what the course gives."""
    scheme, shop, chance = commission.scheme, Shop(model, commission), model.chance
    if commission.envelope.yearly_cents == 0:
        return
    chances, salt = asking_chances(model, scheme), int(scheme.salt)
    asking = [worker for worker in model.workers if _may_ask(worker, scheme)
              and chance.of_everyone(Decision.SHORT_TRAINING, worker.row, salt) < chances[worker.education]]
    asking.sort(key=lambda worker: (chance.of(Decision.SCHEME, worker.row, salt=salt), worker.row))
    about_ai = chance_of(model.rules.get(scheme.key("literacy_share"), 1.0))
    for worker in shop.sell(asking, "training_provider", "teaching"):
        if scheme.gives.literacy and chance.of(Decision.COURSE_ON_AI, worker.row, salt=salt) < about_ai:
            worker.literacy = 1
        if scheme.gives.basics:
            worker.basics = 1


def _may_ask(worker: Worker, scheme: Scheme) -> bool:
    if worker.state is not EMPLOYED or worker.status not in scheme.who.statuses:
        return False
    if worker.contract not in scheme.who.contracts:
        return False
    if (scheme.gives.literacy and worker.literacy) or (scheme.gives.basics and worker.basics):
        return False
    return scheme.who.units == "any" or worker.team.surplus_since >= 0 or worker.unit.adopted >= 0


def accompany(model: OracleMarket) -> None:
    """Mentors for those who have started a course this month, advisers for those who hold its title."""
    courses = [file for file in model.files
               if file.outcome is Outcome.FUNDED and file.project is Project.COURSE]
    started = [file for file in courses if file.stage is Stage.IN_TRAINING and file.starts == model.month]
    titled = [file for file in courses if file.stage is Stage.CERTIFIED and file.ends == model.month]
    for commission in _commissions(model, "mentoring"):
        shop = Shop(model, commission)
        if commission.envelope.yearly_cents != 0:
            rows = [file for file in started if _leads_there(file, commission.scheme) and not file.mentored]
            for file in shop.sell(rows, "adviser", "mentoring"):
                file.mentored = 1
    for commission in _commissions(model, "follow_up"):
        shop, scheme = Shop(model, commission), commission.scheme
        if commission.envelope.yearly_cents != 0:
            rows = [file for file in titled if _leads_there(file, scheme)
                    and file.worker.followed_until < model.month]
            for file in shop.sell(rows, "adviser", "follow_up"):
                months = int(model.rules[scheme.key("followed_months")])
                file.worker.followed_until = model.month + months


def _commissions(model: OracleMarket, behaviour: str) -> list[Commission]:
    return [commission for commission in model.commissions if commission.scheme.behaviour == behaviour]


def _leads_there(file: ApplicationFile, scheme: Scheme) -> bool:
    """Toward a trade that the scheme is for."""
    model = file.worker.model
    return scheme.project.target == "any" or bool(model.occupations.porteur[file.target_occupation])
