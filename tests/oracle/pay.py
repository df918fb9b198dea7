"""Process 9: pay in a new post, jobseekers' benefit, and the benefits of the month."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.schemes.rules import resign_code

from .institutions import ARE_DAYS_A_MONTH
from .words import TRAINING, UNEMPLOYED

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


def open_right(worker: Worker) -> None:
    """ARE for who lost a post after some months in it and has not found another since."""
    model, rules = worker.model, worker.model.rules
    if worker.state not in (UNEMPLOYED, TRAINING):
        return
    worked, years = model.month - worker.hired, worker.age_months // 12
    if worked < int(rules["law.are_affiliation_months"]):
        return
    senior = years >= rules["law.are_first_senior_age_years"]
    window = int(rules["law.are_senior_window_months" if senior else "law.are_window_months"])
    ends = model.month + min(worked, window, model.tables.are_months(years))
    if ends > worker.are_until:
        worker.are_until, worker.are_cents_a_day = ends, model.tables.are_cents_a_day(worker.wage)


def pay_benefits(model: OracleMarket) -> None:
    """Thirty days of ARE to all who have a right; who resigned for a project has hers booked there."""
    for worker in model.workers:
        if worker.is_paid_benefit:
            scheme = "demissionnaire" if worker.scheme == resign_code() else "are"
            cents = ARE_DAYS_A_MONTH * worker.are_cents_a_day
            model.ledger.pay(model.month, scheme, "unedic", "person", "are", cents)
            model.record.count("are_recipients")
