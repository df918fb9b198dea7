"""Process 9: pay in a new post, jobseekers' benefit, and the benefits of the month."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim import benefits
from sim.moves import Reason
from sim.schemes.files import Outcome
from sim.schemes.rules import of_behaviour

from .institutions import ARE_DAYS_A_MONTH
from .words import NEVER, TRAINING, UNEMPLOYED

if TYPE_CHECKING:
    from .oracle import OracleMarket
    from .worker import Worker


def set_wage(worker: Worker) -> None:
    """Reference of trade and sex, times talent and experience, less after a lay-off, at least the SMIC."""
    model, tables = worker.model, worker.model.tables
    assert worker.occupation is not None
    reference = model.closures.offer(
        worker.occupation, model.reference_wages[worker.occupation][worker.sex])
    wage = reference * tables.talent_factor[worker.talent + 750] >> 16
    wage = wage * tables.age_factor[min(worker.age_months // 12, 99)] >> 16
    if model.month - worker.laid_off < int(model.rules["wages.layoff_penalty_months"]):
        wage = wage * tables.layoff_kept >> 32
    worker.wage = max(wage, tables.minimum_wage_cents)


def open_right(worker: Worker, reason: Reason) -> None:
    """ARE for who lost a post, with enough months of work behind her, and has not found another since."""
    law = worker.model.tables.are
    if worker.state not in (UNEMPLOYED, TRAINING):
        return
    years = worker.age_months // 12
    senior = years >= law.first_senior_age_years
    worked, idle = worker.work_behind(law.senior_window_months if senior else law.window_months)
    if worked < law.affiliation_months:
        return
    idle = benefits.idle_months_counted(worked, idle, law)
    days = benefits.right_days(worked + idle, years, reason is Reason.AGREED_TERMINATION, law)
    if days > worker.benefit_days_left:
        worker.are_days, worker.are_paid = days, -law.waiting_days
        worker.are_cents_a_day = benefits.daily_benefit(worker.wage * worked // (worked + idle), law)
        worker.worked_months, worker.worked_earlier, worker.stopped = [False] * 32, 0, NEVER
        worker.model.record.count("are_rights_opened")


def pay_benefits(model: OracleMarket) -> None:
    """Thirty days to all who have a right; under a scheme it is booked there, and on her file."""
    schemes = {one.code: one for one in of_behaviour("resign", "support") if one.payer == "unedic"}
    paid: dict[Worker, int] = {}
    for worker in model.workers:
        if worker.is_paid_benefit:
            scheme = None if worker.scheme is None else schemes.get(worker.scheme)
            supported = scheme is not None and scheme.behaviour == "support"
            paid[worker] = cents = month_of_benefit(worker, spared=supported)
            name, kind = "are" if scheme is None else scheme.name, "allowance" if supported else "are"
            model.ledger.pay(model.month, name, "unedic", "person", kind, cents)
            model.record.count("are_recipients", cents > 0)
    for worker, cents in paid.items():
        write_on_file(worker, cents)


def write_on_file(worker: Worker, cents: int) -> None:
    """What the month has paid, on the file of the scheme that pays it, while the file is followed."""
    month = worker.model.month
    for file in worker.model.files:
        mine = file.worker is worker and file.outcome is Outcome.FUNDED and file.starts <= month
        followed = month <= file.month_decided + 24 and file.scheme.payer == "unedic"
        if mine and followed and worker.scheme == file.scheme.code:
            file.paid_eur_cents = min(file.paid_eur_cents + cents, file.cost_eur_cents)


def release_benefits(model: OracleMarket) -> None:
    """Who resigned and is paid nothing more costs no more than was paid."""
    for commission in model.commissions:
        for file in model.files if commission.scheme.behaviour == "resign" else []:
            if file.scheme is not commission.scheme or file.outcome is not Outcome.FUNDED:
                continue
            last = file.month_decided + 24
            begun = file.starts <= model.month <= last and file.cost_eur_cents > file.paid_eur_cents
            over = file.worker.scheme != file.scheme.code or file.worker.benefit_days_left <= 0
            if begun and (over or model.month == last):
                commission.give_back(file)


def month_of_benefit(worker: Worker, spared: bool, most: int = ARE_DAYS_A_MONTH) -> int:
    """The month's cents: waiting days are not paid, a high benefit falls after some months, unless spared."""
    law, before = worker.model.tables.are, max(worker.are_paid, 0)
    worker.are_paid = min(worker.are_paid + most, worker.are_days)
    now, full, cents = max(worker.are_paid, 0), law.degressive_after_days, worker.are_cents_a_day
    lost = worker.age_months - full // 30
    young = lost // 12 < law.degressive_below_age_years
    total = cents * (now - before)
    if before <= full < now and young and not spared and cents > law.degressive_floor_cents:
        worker.are_cents_a_day = benefits.degressive_benefit(cents, law)
        total = cents * (full - before) + worker.are_cents_a_day * (now - full)
    if worker.state is TRAINING:
        total = max(total, law.training_minimum_cents * (now - before))
    return total
