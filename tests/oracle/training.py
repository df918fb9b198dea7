"""Process 7: projects under way, and short AI courses beside the post; then what became of the projects."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.moves import Reason
from sim.schemes.files import Outcome, Stage
from sim.streams import Decision

from .applications import ApplicationFile
from .tables import chance_of, chances_of
from .words import CDI, EMPLOYED, NO_CONTRACT, PRIVATE, SELF_EMPLOYED, TRAINING, UNEMPLOYED

if TYPE_CHECKING:
    from .employer import Team
    from .institutions import Commission
    from .oracle import OracleMarket
    from .worker import Worker


class Projects:
    """The funded projects of one scheme in one month."""

    def __init__(self, model: OracleMarket, commission: Commission) -> None:
        self._model, self._commission, self._scheme = model, commission, commission.scheme
        self._files = [file for file in model.files if file.scheme is self._scheme and file.runs]

    def live(self) -> None:
        """Start, found a business, pay, give up, finish: each for everybody before the next."""
        month = self._model.month
        starting = [(file, file.applicant_is_there) for file in self._files if file.starts == month]
        for file, there in starting:
            self.start(file) if there else self.lapse(file)
        if self._scheme.project.creation:
            for file in [file for file in self._files if self._founds_now(file)]:
                self.found_business(file)
        on_course = [file for file in self._files if file.stage is Stage.IN_TRAINING]
        for file in on_course:
            self.pay_course_of_resigned(file) if self._scheme.behaviour == "resign" else self.pay(file)
        for file in on_course:
            if file.ends > month and self._gives_up(file):
                self.drop_out(file)
        for file in on_course:
            if file.stage is Stage.IN_TRAINING and file.ends == month:
                self.finish(file)

    def lapse(self, file: ApplicationFile) -> None:
        """She is no longer in the post of the file."""
        file.outcome = Outcome.LAPSED
        file.worker.scheme = None
        self.release(file)

    def release(self, file: ApplicationFile) -> None:
        """What has not been paid goes back."""
        rest = file.cost_eur_cents - file.paid_eur_cents
        self._commission.envelope.release(rest, file.month_decided // 12 == self._model.month // 12)
        file.cost_eur_cents = file.paid_eur_cents
        self._model.record.count(f"released_eur_cents_{self._scheme.name}", rest)

    def start(self, file: ApplicationFile) -> None:
        """On leave, with the post covered or not; or out of the post, to a course or to a business."""
        model, worker = self._model, file.worker
        if file.route is None:
            months = int(model.rules["training.business_creation_months"])
        else:
            months = int(model.routes.months[file.route])
            file.stage = Stage.IN_TRAINING
        file.ends = worker.ends = model.month + months
        if self._scheme.behaviour == "resign":
            worker.leave_post(Reason.RESIGNATION, UNEMPLOYED)
            model.lost_post.append(worker)
        elif model.chance.of(Decision.COVER, worker.row) < chance_of(
                model.rules["training.post_refilled_share"]):
            file.cover = 1
            worker.team.covered += 1
        if file.route is not None:
            worker.start_training()
            model.record.count("training_starts")

    def _founds_now(self, file: ApplicationFile) -> bool:
        return file.route is None and file.starts < file.ends == self._model.month

    def found_business(self, file: ApplicationFile) -> None:
        """A place in the largest own-account team of the trade, if she is still without a post."""
        worker = file.worker
        worker.scheme = None
        team = largest_own_account_team(self._model, file.target_occupation)
        if worker.state is not UNEMPLOYED or team is None:
            file.stage = Stage.DROPPED_OUT
            return
        file.stage = Stage.BUSINESS
        worker.take_post(team, Reason.BUSINESS_CREATION, NO_CONTRACT, SELF_EMPLOYED)
        self._model.record.count("businesses_created")

    def pay(self, file: ApplicationFile) -> None:
        """Equal months in whole cents, the rest with the last: fees to the school, wages to the employer."""
        length = max(file.ends - file.starts, 1)
        done = min(self._model.month - file.starts + 1, length)
        teaching, wages = file.teaching_eur_cents, file.cost_eur_cents - file.teaching_eur_cents
        taught_before = 0 if done == 1 else teaching * (done - 1) // length
        taught, paid = teaching * done // length, teaching * done // length + wages * done // length
        amount = paid - file.paid_eur_cents
        file.paid_eur_cents = paid
        to_body = min(taught - taught_before, amount)
        self._book(self._scheme.payer, "training_provider", "teaching", to_body)
        self._book(self._scheme.payer, "employer", "wage_cover", amount - to_body)
        fee = int(np.rint(np.round(self._model.routes.fee_eur[file.route] * 100, 6)))
        for payer, payee, kind, whole in (
            (self._scheme.money.rest, "training_provider", "teaching", max(fee - teaching, 0)),
            ("employer", "person", "wage", file.kept_wage_eur_cents),
        ):
            self._book(payer, payee, kind, whole * done // length - whole * (done - 1) // length)

    def pay_course_of_resigned(self, file: ApplicationFile) -> None:
        """France Travail pays the course; the benefit is paid as any other."""
        month = self._model.month
        if file.ends <= month:
            return
        length = max(file.ends - file.starts, 1)
        done = min(month - file.starts + 1, length)
        fee = int(np.rint(np.round(self._model.routes.fee_eur[file.route] * 100, 6)))
        self._book("france_travail", "training_provider", "teaching",
                   fee * done // length - fee * (done - 1) // length)

    def _book(self, payer: str, payee: str, kind: str, cents: int) -> None:
        self._model.ledger.pay(self._model.month, self._scheme.name, payer, payee, kind, cents)

    def _gives_up(self, file: ApplicationFile) -> bool:
        """Each month a share, such that ``training.drop_out_share`` does over the course."""
        length = max(file.ends - file.starts, 1)
        monthly = 1.0 - (1.0 - self._model.rules["training.drop_out_share"]) ** (1.0 / length)
        return self._model.chance.of(Decision.DROP_OUT, file.worker.row) < chances_of([monthly])[0]

    def drop_out(self, file: ApplicationFile) -> None:
        """She gives up; on leave, what is not spent goes back."""
        file.stage, file.ends = Stage.DROPPED_OUT, self._model.month
        self.go_back(file)
        if self._scheme.behaviour == "leave":
            self.release(file)

    def go_back(self, file: ApplicationFile) -> None:
        """To her post, or to search."""
        if file.worker.state is TRAINING:
            if file.cover:
                file.worker.team.covered -= 1
            file.worker.end_training()

    def finish(self, file: ApplicationFile) -> None:
        """Who passes holds the title and aims at its trade for some months."""
        model, worker = self._model, file.worker
        passes = chance_of(float(model.routes.certification_share[file.route]))
        passed = model.chance.of(Decision.CERTIFICATE, worker.row) < passes
        file.stage = Stage.CERTIFIED if passed else Stage.NOT_CERTIFIED
        self.go_back(file)
        if passed:
            worker.titles.add(file.target_occupation)
            worker.aim = file.target_occupation
            worker.aim_until = model.month + int(model.rules["matching.certified_aim_months"])


def largest_own_account_team(model: OracleMarket, occupation: int) -> Team | None:
    """Where founders of a trade go; the last of equals.  A small sample may hold none."""
    teams = [team for team in model.teams if team.unit.own_account and team.occupation == occupation]
    return max(teams, key=lambda team: (team.base, team.number), default=None)


def train_in_short_courses(model: OracleMarket, commission: Commission) -> None:
    """Private employees ask; a draw serves them until the month's money ends."""
    scheme, envelope = commission.scheme, commission.envelope
    commission.open_month()
    if envelope.yearly_cents == 0:
        return
    price = round(model.rules[scheme.key("cost_eur_per_file")] * 100)
    demand = model.rules[scheme.key("demand_rate")]
    chances = chances_of([demand * known for known in model.tables.knows()])
    asking = [worker for worker in model.workers
              if worker.state is EMPLOYED and worker.status is PRIVATE
              and worker.contract in scheme.who.contracts
              and not worker.literacy and model.chance.of_everyone(Decision.SHORT_TRAINING, worker.row)
              < chances[worker.education]]
    served = sorted(asking, key=lambda worker: (model.chance.of(Decision.SCHEME, worker.row), worker.row))
    if envelope.yearly_cents is not None:
        served = served[: envelope.left_cents // price]
    for worker in served:
        worker.literacy = 1
    cost = price * len(served)
    envelope.commit(cost)
    model.ledger.pay(model.month, scheme.name, scheme.payer, "training_provider", "teaching", cost)
    model.record.count(f"files_received_{scheme.name}", len(asking))
    model.record.count(f"files_funded_{scheme.name}", len(served))
    model.record.count(f"committed_eur_cents_{scheme.name}", cost)


def observe_outcomes(model: OracleMarket) -> None:
    """Six months after a course: in its trade?  24 months after the decision: durably converted?"""
    for file in model.files:
        if file.outcome is not Outcome.FUNDED:
            continue
        worker = file.worker
        at_work = worker.state is EMPLOYED
        taught = file.stage in (Stage.CERTIFIED, Stage.NOT_CERTIFIED)
        if taught and file.ends + 6 == model.month and file.placed_6 < 0:
            file.placed_6 = int(at_work and worker.occupation == file.target_occupation)
        if file.month_decided + 24 == model.month:
            file.durable_24 = int(at_work and durably_converted(worker, file.origin_occupation))


def durably_converted(worker: Worker, origin: int) -> bool:
    """Outside the origin trade for six months, on a CDI, an own business, or in a post of six months."""
    month = worker.model.month
    lasting = worker.contract is CDI or worker.status is SELF_EMPLOYED or month - worker.hired >= 6
    return worker.occupation != origin and month - worker.occupation_since >= 6 and lasting
