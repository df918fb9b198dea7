"""Process 3, the middle: who enters the world."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

from sim.calendar import OPENING
from sim.moves import Reason
from sim.population.columns import Education
from sim.streams import ONE, Decision

from .closures import Trend
from .tables import chance_of
from .words import INACTIVE, LASTS, WORKING_AGE_MONTHS
from .worker import Worker

if TYPE_CHECKING:
    from .oracle import OracleMarket

FIRST_AGE_MONTHS, YOUNG_SPREAD_MONTHS = 16 * 12, 12
MIGRANT_AGE_MONTHS, MIGRANT_SPREAD_MONTHS = 25 * 12, 15 * 12


class Entrants:
    """As many enter as reach 65, whatever people do, plus growth; what is owed is carried over."""

    def __init__(self, model: OracleMarket, owed: float, of_working_age: int) -> None:
        self._model, self._owed, self._of_working_age = model, owed, of_working_age

    def welcome(self) -> None:
        """This month's new persons."""
        shares = [self._model.rules[f"labour_supply.entrants_{level.name.lower()}_share"]
                  for level in Education]
        total = sum(shares)
        ends = [chance_of(min(sum(shares[: n + 1]) / total, 1.0)) for n in range(len(shares))]
        ends[-1] = ONE
        for _ in range(self._due()):
            self._enter(ends)

    def _due(self) -> int:
        model, rules = self._model, self._model.rules
        yearly = 0.0
        if model.month >= OPENING:
            yearly = Trend(model).of_working_age()
        elif model.month >= 0:
            yearly = rules["labour_supply.history_growth_share_per_year"]
        reach_last_age = sum(person.age_months == WORKING_AGE_MONTHS for person in model.people)
        growth = self._owed + round(self._of_working_age * yearly / 12, 6)
        due = max(reach_last_age + int(growth), 0)
        self._owed = round(growth - (due - reach_last_age), 6)
        self._of_working_age += due - reach_last_age
        return due

    def _enter(self, education_ends: list[int]) -> None:
        model, row = self._model, len(self._model.people)
        chance, rules = model.chance, model.rules
        woman = chance.of(Decision.ENTRY_SEX, row) < chance_of(rules["labour_supply.entrants_women_share"])
        person = Worker(model, row, int(woman), model.month - self._age_months(row), INACTIVE)
        model.people.append(person)
        person.education = bisect_right(education_ends, chance.of(Decision.ENTRY_EDUCATION, row))
        licence = bisect_right(model.tables.licence_of_entrants, chance.of(Decision.ENTRY_TITLE, row))
        if licence < model.occupations.count:
            person.titles = {licence}
            person.education = max(person.education, int(model.occupations.title_education[licence]))
            person.aim, person.aim_until = licence, LASTS
        person.distant = int(chance.of(Decision.DISTANT, row, 0)
                             < chance_of(rules["labour_supply.entrants_distant_share"]))
        person.taste = self._trait(Decision.TASTE, row, 32)
        person.talent = self._trait(Decision.TALENT, row, 250)
        model.record.flow(None, None, Reason.ENTRY)
        model.record.count("entries")

    def _age_months(self, row: int) -> int:
        """The end of compulsory school, or between 25 and 40 for those who move into the region."""
        luck = self._model.chance.of(Decision.ENTRY_AGE, row)
        spread = (luck * 0x9E3779B97F4A7C15 & (1 << 64) - 1) >> 33
        if luck < chance_of(1.0 - self._model.rules["labour_supply.migrants_share"]):
            return FIRST_AGE_MONTHS + spread % YOUNG_SPREAD_MONTHS
        return MIGRANT_AGE_MONTHS + spread % MIGRANT_SPREAD_MONTHS

    def _trait(self, decision: Decision, row: int, deviation: int) -> int:
        """The sum of twelve bytes (mean 1530, standard deviation 256), cut at three deviations."""
        words = [self._model.chance.of(decision, row, part) for part in range(3)]
        total = sum(word >> shift & 255 for word in words for shift in (0, 8, 16, 24))
        return min(max((total - 1530) * deviation // 256, -3 * deviation), 3 * deviation)
