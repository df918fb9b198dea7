"""Process 7: projects under way; then what became of them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from sim.moves import Reason
from sim.population.columns import NONE
from sim.schemes.files import Outcome, Project, Stage
from sim.streams import Decision

from .applications import ApplicationFile
from .seats import leave_seat
from .tables import chance_of, chances_of
from .words import CDI, EMPLOYED, NEVER, NO_CONTRACT, SELF_EMPLOYED, TRAINING, UNEMPLOYED

if TYPE_CHECKING:
    from .employer import Team
    from .institutions import Commission
    from .oracle import OracleMarket
    from .worker import Worker


class Projects:
    """The funded projects of one scheme in one month."""

    def __init__(self, model: OracleMarket, commission: Commission) -> None:
        self._model, self._commission, self._scheme = model, commission, commission.scheme
        self._files = [file for file in model.files if file.scheme is self._scheme and file.runs
                       and file.project in (Project.COURSE, Project.BUSINESS)]

    def live(self) -> None:
        """Start, found a business, pay, give up, finish: each for everybody before the next."""
        month = self._model.month
        starting = [(file, file.holds) for file in self._files if file.starts == month]
        for file, there in starting:
            self.resign_or_lapse(file, there)
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
        self._model.record.count("trainees_without_post", sum(
            file.stage is Stage.IN_TRAINING and file.worker.team is None for file in on_course))

    def lapse(self, file: ApplicationFile) -> None:
        """She is no longer in the post of the file."""
        file.outcome = Outcome.LAPSED
        file.free_worker()
        self.release(file)
        leave_seat(self._model, file)

    def resign_or_lapse(self, file: ApplicationFile, there: bool) -> None:
        """Start, lapse, or stay in the post until the last day to resign."""
        model, never, last = self._model, 0, math.inf
        if self._scheme.behaviour == "resign":
            never = chance_of(model.rules[self._scheme.key("never_resigns_share")])
            last = file.month_decided + int(model.rules[self._scheme.key("resign_within_months")])
        if model.month >= last or not there:
            self.lapse(file)
        elif model.chance.of(Decision.RESIGNATION, file.worker.row) < never:
            file.starts = int(last)
        else:
            self.start(file)

    def release(self, file: ApplicationFile) -> None:
        """What has not been paid goes back."""
        self._commission.give_back(file)

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
            model.lost_post.append((worker, Reason.RESIGNATION, worker.unit))
            worker.leave_post(Reason.RESIGNATION, UNEMPLOYED)
        elif worker.team is not None and model.chance.of(Decision.COVER, worker.row) < chance_of(
                model.rules["training.post_refilled_share"]):
            file.cover = 1
            worker.team.covered += 1
        if file.route is not None:
            worker.start_training()
            model.record.count("training_starts")
            model.record.count("jobseekers_enrolled", file.unit is None)

    def _founds_now(self, file: ApplicationFile) -> bool:
        return file.route is None and file.starts < file.ends == self._model.month

    def found_business(self, file: ApplicationFile) -> None:
        """A place in the largest own-account team of the trade, unless she gives up and searches."""
        worker = file.worker
        worker.ends = NEVER
        team = largest_own_account_team(self._model, file.target_occupation)
        bar = chance_of(self._model.rules[self._scheme.key("gives_up_share")])
        gives_up = self._model.chance.of(Decision.GIVING_UP, worker.row) < bar
        if worker.state is not UNEMPLOYED or team is None or gives_up:
            file.stage = Stage.DROPPED_OUT
            return
        file.stage = Stage.BUSINESS
        self._model.founded.append(worker)
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
        enrols = self._scheme.behaviour == "enrol"
        payee, kind = ("person", "trainee_pay") if enrols else ("employer", "wage_cover")
        self._book(self._scheme.payer, payee, kind, amount - to_body)
        fee = int(np.rint(np.round(self._model.routes.fee_eur[file.route] * 100, 6)))
        left = max(fee - teaching, 0)
        own = min(left, round(self._model.rules.get(self._scheme.key("cpf_eur_per_file"), 0) * 100))
        before = min(self._model.month - file.starts, length)
        for payer, payee, kind, whole in (
            ("cpf", "training_provider", "teaching", own),
            (self._scheme.money.rest, "training_provider", "teaching", left - own),
            ("employer", "person", "wage", file.kept_wage_eur_cents),
        ):
            if payer != "nobody":
                self._book(payer, payee, kind, whole * done // length - whole * before // length)

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
        """Each month a share, such that ``training.drop_out_share`` does over the course; fewer with a
        mentor."""
        rules, length = self._model.rules, max(file.ends - file.starts, 1)
        ratio = rules["training.mentored_drop_out_ratio"] if file.mentored else 1.0
        monthly = 1.0 - (1.0 - rules["training.drop_out_share"] * ratio) ** (1.0 / length)
        return self._model.chance.of(Decision.DROP_OUT, file.worker.row) < chances_of([monthly])[0]

    def drop_out(self, file: ApplicationFile) -> None:
        """She gives up; unless she has resigned for it, what is not spent goes back."""
        file.stage, file.ends = Stage.DROPPED_OUT, self._model.month
        self.go_back(file)
        if self._scheme.behaviour != "resign":
            self.release(file)
        if file.starts == self._model.month:
            leave_seat(self._model, file)

    def go_back(self, file: ApplicationFile) -> None:
        """To her post, or to search."""
        if file.worker.state is TRAINING:
            if file.cover:
                file.worker.team.covered -= 1
            file.worker.end_training()

    def finish(self, file: ApplicationFile) -> None:
        """Who passes holds the title and aims at its trade for some months."""
        model, worker = self._model, file.worker
        if file.target_occupation == NONE:
            file.stage = Stage.COMPLETED
            self.go_back(file)
            return
        failing = 1.0
        if file.mentored:
            failing *= model.rules["training.mentored_failure_ratio"]
        if worker.basics:
            failing *= model.rules["training.basics_failure_ratio"]
        passes = chance_of(1.0 - (1.0 - float(model.routes.certification_share[file.route])) * failing)
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


def observe_outcomes(model: OracleMarket) -> None:
    """Six months after a course: in its trade?  24 months after any decision: there, at work, converted?"""
    for file in model.files:
        if file.outcome is Outcome.WAITING:
            continue
        worker = file.worker
        at_work = worker.state is EMPLOYED
        in_aim = int(at_work and file.target_occupation in (worker.occupation, NONE))
        taught = file.outcome is Outcome.FUNDED and file.stage in (
            Stage.CERTIFIED, Stage.NOT_CERTIFIED, Stage.COMPLETED)
        if taught and file.ends + 6 == model.month and file.placed_6 < 0:
            file.placed_6 = in_aim
        if file.month_decided + 24 == model.month:
            file.in_aim_24, file.in_work_24 = in_aim, int(at_work)
            file.durable_24 = int(at_work and durably_converted(worker, file.origin_occupation))


def durably_converted(worker: Worker, origin: int) -> bool:
    """Outside the origin trade for six months, on a CDI, an own business, or in a post of six months."""
    month = worker.model.month
    lasting = worker.contract is CDI or worker.status is SELF_EMPLOYED or month - worker.hired >= 6
    return worker.occupation != origin and month - worker.occupation_since >= 6 and lasting
