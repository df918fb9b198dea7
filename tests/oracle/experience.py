"""Titles by experience (VAE): who asks, and what the jury says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.schemes.files import Outcome, Project, Stage
from sim.schemes.rules import Scheme, of_behaviour
from sim.streams import Decision

from .applications import ApplicationFile
from .short_courses import asking_chances
from .tables import chance_of
from .words import EMPLOYED, LEFT

if TYPE_CHECKING:
    from .oracle import OracleMarket
    from .worker import Worker


def ask_for_titles(model: OracleMarket) -> None:
    """The month's requests, scheme by scheme."""
    for scheme in of_behaviour("validation"):
        if model.rules[scheme.key("budget_eur_per_year")] == 0:
            continue
        chances = asking_chances(model, scheme)
        for worker in model.workers:
            if not _may_ask(worker, scheme):
                continue
            luck = model.chance.of_everyone(Decision.TITLE_BY_EXPERIENCE, worker.row, int(scheme.salt))
            title = title_of(model, scheme, worker.occupation)
            if luck < chances[worker.education] and title is not None and title not in worker.titles:
                _file(model, scheme, worker, title)


def _may_ask(worker: Worker, scheme: Scheme) -> bool:
    experience = worker.model.month - worker.occupation_since
    return (worker.state is EMPLOYED and worker.scheme is None and worker.status in scheme.who.statuses
            and worker.contract in scheme.who.contracts
            and experience >= worker.model.rules[scheme.key("experience_months")])


def title_of(model: OracleMarket, scheme: Scheme, trade: int | None) -> int | None:
    """The trade whose title her experience counts for."""
    trades = model.occupations
    near = scheme.project.near.get(trades.codes[trade])
    if near is not None:
        return trades.codes.index(near)
    return trade if trades.titled[trade] and not trades.regulated[trade] else None


def _file(model: OracleMarket, scheme: Scheme, worker: Worker, title: int) -> None:
    assert worker.unit is not None and worker.occupation is not None
    worker.scheme = scheme.code
    model.files.append(ApplicationFile(
        number=len(model.files), worker=worker, scheme=scheme, project=Project.VALIDATION, route=None,
        month_filed=model.month, points=0, criteria=0, unit=worker.unit,
        origin_occupation=worker.occupation,
        target_occupation=title, sex=worker.sex, age_years=worker.age_months // 12,
        education=worker.education, tie_draw=model.chance.of(Decision.COMMISSION, worker.row),
        project_draw=model.chance.of(Decision.PROJECT, worker.row)))
    model.record.count(f"files_received_{scheme.name}")


def hold_juries(model: OracleMarket) -> None:
    """Requests are taken up; some months later a jury sits, and everything is paid."""
    month = model.month
    pending = [file for file in model.files if file.outcome is Outcome.FUNDED
               and file.project is Project.VALIDATION and file.stage is Stage.NOT_STARTED]
    for file in pending:
        if file.starts == month:
            file.ends = month + int(model.rules[file.scheme.key("validation_months")])
        elif file.starts < month and file.ends == month:
            _hear(model, file)


def _hear(model: OracleMarket, file: ApplicationFile) -> None:
    worker, scheme, title = file.worker, file.scheme, file.target_occupation
    model.ledger.pay(model.month, scheme.name, scheme.payer, "training_provider", "validation",
                     file.cost_eur_cents)
    file.paid_eur_cents, worker.scheme = file.cost_eur_cents, None
    luck = model.chance.of(Decision.JURY, worker.row, salt=int(scheme.salt))
    passed = luck < chance_of(model.rules[scheme.key("success_share")]) and worker.state is not LEFT
    file.stage = Stage.CERTIFIED if passed else Stage.NOT_CERTIFIED
    if passed:
        model.record.count("titles_by_experience")
        worker.titles.add(title)
        if worker.occupation != title:
            worker.aim = title
            worker.aim_until = model.month + int(model.rules["matching.certified_aim_months"])
