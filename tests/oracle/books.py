"""The ledger and the record: what a month leaves behind."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from sim.moves import Reason
from sim.population.columns import SECTORS

from .demand import UseOfAI
from .tables import BAND_OF_MONTHS
from .words import LEFT, row_of

if TYPE_CHECKING:
    from .oracle import OracleMarket
    from .worker import Worker

ENDS_A_POST = (
    Reason.RESIGNATION, Reason.END_OF_CONTRACT, Reason.AGREED_TERMINATION, Reason.DISMISSAL,
    Reason.LAYOFF, Reason.BUSINESS_CLOSURE, Reason.LEAVES_LABOUR_FORCE)


class Ledger:
    """Payments in cents by (month, scheme, payer, payee, kind)."""

    def __init__(self) -> None:
        self.entries: Counter[tuple[int, str, str, str, str]] = Counter()

    def pay(self, month: int, scheme: str, payer: str, payee: str, kind: str, cents: int) -> None:
        """Book a payment; nothing is booked for nothing."""
        assert cents >= 0
        if cents:
            self.entries[month, scheme, payer, payee, kind] += cents


class Record:
    """Stocks (occupation row, sex, band, state), flows (row, row, reason) and counts, month by month."""

    def __init__(self, model: OracleMarket, removed: int | None) -> None:
        self._model = model
        self.months: list[int] = []
        self.stocks: list[Counter[tuple[int, int, int, int]]] = []
        self.flows: list[Counter[tuple[int, int, int]]] = []
        self.series: list[Counter[str]] = []
        self._removed_before = removed

    def open_month(self) -> None:
        """An empty page."""
        self.months.append(self._model.month)
        self.flows.append(Counter())
        self.series.append(Counter())

    def flow(self, before: int | None, after: int | None, reason: Reason) -> None:
        """Somebody moved."""
        self.flows[-1][row_of(before), row_of(after), int(reason)] += 1

    def count(self, name: str, number: int = 1) -> None:
        """Add to one of the month's counts."""
        self.series[-1][name] += number

    def posts_removed_by_ai(self, level: int) -> None:
        """How many more posts AI has removed than a month ago; the first month has nothing to compare."""
        before = level if self._removed_before is None else self._removed_before
        self.count("posts_removed_ai", level - before)
        self._removed_before = level

    def close_month(self) -> None:
        """Write down the posts, the units and the people of the end of the month."""
        self._write_posts()
        self._write_units()
        if self._model.month % 12 == 11:
            self._write_skills()
        stocks: Counter[tuple[int, int, int, int]] = Counter()
        self._model.workers.do(self._add_to, stocks)
        self.stocks.append(stocks)

    def _add_to(self, worker: Worker, stocks: Counter[tuple[int, int, int, int]]) -> None:
        if worker.state is not LEFT:
            band = BAND_OF_MONTHS[worker.age_months]
            stocks[row_of(worker.occupation), worker.sex, band, int(worker.state)] += 1

    def _write_posts(self) -> None:
        above = 0
        for team in self._model.teams:
            self.count("posts_wanted", team.posts)
            if not team.unit.own_account:
                above += team.above
                self.count("vacancies", team.open_posts)
                self.count("vacancies_private", 0 if team.unit.public else team.open_posts)
        self.count("posts_above_target", above)
        self.count("surplus_ai", sum(team.surplus_ai for team in self._model.teams))
        self.count("closed_ai", sum(team.closed_ai for team in self._model.teams))
        self.count("separations", sum(heads for (_, _, reason), heads in self.flows[-1].items()
                                      if reason in ENDS_A_POST))

    def _write_units(self) -> None:
        for unit in self._model.units:
            if unit.own_account:
                continue
            large = unit.size_class >= 1 and not unit.public
            self.count("units_10_plus", large)
            self.count("units_10_plus_with_ai", large and unit.uses_ai)
            self.count("jobs_salaried", unit.size)
            self.count("jobs_in_units_with_ai", unit.size if unit.uses_ai else 0)

    def _write_skills(self) -> None:
        """What posts of units with AI ask for: the same, more where AI assists, less where it replaces."""
        model = self._model
        use = UseOfAI(model.rules, model.month)
        automatable, augmentable = model.occupations.exposure_in_force(model.rules)
        for team in model.teams:
            if not team.unit.uses_ai:
                continue
            alpha, beta = float(automatable[team.occupation]), float(augmentable[team.occupation])
            sector = SECTORS[team.unit.sector]
            weight = model.rules["margins.skill_loss_industrie_weight"] if sector == "industrie" else 1.0
            balance = round((beta - weight * alpha) * use.reach(team.unit.cohort), 10)
            margin = model.rules["margins.skill_change_share"]
            change = "up" if balance >= margin else "down" if balance <= -margin else "same"
            for part in (sector, f"pcs{model.occupations.pcs[team.occupation]}"):
                self.count(f"skills_{change}_{part}", len(team.members))
