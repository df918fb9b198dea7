"""Process 8: open posts meet suitable applications; urn and balls say how many are hired, draws say who."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from sim.moves import Reason
from sim.schemes.rules import resign_code
from sim.streams import ONE, Decision

from .redundancy import search_gain, search_ratios
from .tables import chance_of
from .words import (
    CDD,
    CDI,
    CIVIL_SERVANT,
    INACTIVE,
    INTERIM,
    NO_CONTRACT,
    PRIVATE,
    PUBLIC,
    SELF_EMPLOYED,
    UNEMPLOYED,
)

if TYPE_CHECKING:
    from sim.population.columns import Contract, Status

    from .employer import Team
    from .oracle import OracleMarket
    from .worker import Worker

POSTS_PER_TEAM = 4096
"""Open posts are numbered by team and place in the team."""


class Market:
    """One month of matching."""

    def __init__(self, model: OracleMarket) -> None:
        self._model = model
        self._open: dict[int, list[Team]] = {trade: [] for trade in range(model.occupations.count)}
        for team in model.teams:
            self._open[team.occupation] += [team] * team.open_posts
        self._applicants: dict[int, list[Worker]] = {trade: [] for trade in self._open}
        self._suitable = dict.fromkeys(self._open, 0)
        self.beginners_kept = [self._kept(trade) for trade in self._open]
        self._weights: dict[tuple[int, int, int], list[int]] = {}
        self._search_ratios = search_ratios(model)

    def match(self) -> None:
        """Search, then choose for every trade, then hire."""
        self._model.workers.do("search", self)
        pairs = [self._pairs(trade) for trade in self._open]
        vacancies = [len(posts) for posts in self._open.values()]
        easily = [self._hires(trade, vacancies[trade], number) for trade, number in self._suitable.items()]
        self._model.open_and_filled = vacancies, easily
        hired = [pair for of_trade in pairs for pair in of_trade]
        for worker, team in hired:
            if worker.team is not team:
                self.hire(worker, team)

    def _kept(self, trade: int) -> int:
        """Chance that an application under 25 counts: less where AI has reached automatable work."""
        model = self._model
        automatable, _ = model.occupations.exposure_in_force(model.rules)
        reached = sum(share * gained for share, gained in zip(
            model.occupations.sector_shares[trade].tolist(), model.demand.reach_gained, strict=True))
        weight = model.rules["margins.youth_hiring_weight"]
        return chance_of(math.exp(-weight * float(automatable[trade]) * reached))

    def gain(self, worker: Worker, chance: int) -> int:
        """What support, or a course, adds to her chance of a suitable application."""
        ratio = self._search_ratios.get(worker.row)
        return 0 if ratio is None or worker.state is not UNEMPLOYED else search_gain(ratio, chance)

    def receive(self, worker: Worker, trade: int, passed_over: bool) -> None:
        """Her application; where employers pass it over, it still says that the post was not hard to fill."""
        self._suitable[trade] += 1
        if not passed_over:
            self._applicants[trade].append(worker)

    def cumulated_weights(self, origin: int, sex: int, education: int) -> list[int]:
        """Weights of the open posts of each trade, added up, for searchers of one kind."""
        kind = origin, sex, education
        if kind not in self._weights:
            total, out = 0, []
            for trade, pull in enumerate(self._model.tables.attraction[origin][sex][education]):
                total += pull * self._model.closures.appeal(trade, len(self._open[trade]))
                out.append(total)
            self._weights[kind] = out
        return self._weights[kind]

    def _pairs(self, trade: int) -> list[tuple[Worker, Team]]:
        """The first applicants of a trade and the first of its posts."""
        posts, applicants = self._open[trade], self._applicants[trade]
        number = self._hires(trade, len(posts), len(applicants))
        chosen = sorted(applicants, key=self._priority)[:number]
        teams = [team for _, _, team in sorted(self._slots(posts), key=lambda slot: slot[:2])][:number]
        return list(zip(chosen, teams, strict=True))

    def _priority(self, worker: Worker) -> tuple[int, int]:
        return self._model.chance.of(Decision.PRIORITY, worker.row), worker.row

    def _slots(self, posts: list[Team]) -> list[tuple[int, int, Team]]:
        """(draw, place, team) of each open post; posts of one team follow each other."""
        out: list[tuple[int, int, Team]] = []
        nth = 0
        for place, team in enumerate(posts):
            nth = nth + 1 if place and posts[place - 1] is team else 0
            draw = self._model.chance.of(Decision.VACANCY, team.number * POSTS_PER_TEAM + nth)
            out.append((draw, place, team))
        return out

    def _hires(self, trade: int, vacancies: int, applicants: int) -> int:
        """Urn and balls, v (1 - exp(-n / v)), rounded by one draw a trade."""
        if not vacancies:
            return 0
        expected = round(vacancies * (1.0 - math.exp(-applicants / vacancies)), 6)
        whole = int(expected)
        one_more = self._model.chance.of(Decision.FILLED, trade) < chance_of(round(expected - whole, 6))
        return min(whole + one_more, vacancies, applicants)

    def hire(self, worker: Worker, team: Team) -> None:
        """She takes the post."""
        record, before, was = self._model.record, worker.occupation, worker.state
        reason = {UNEMPLOYED: Reason.HIRE_FROM_UNEMPLOYMENT, INACTIVE: Reason.HIRE_FROM_INACTIVITY}.get(
            was, Reason.JOB_TO_JOB)
        contract, status = self._terms(worker, team, reason is Reason.JOB_TO_JOB)
        worker.take_post(team, reason, contract, status)
        if was in (UNEMPLOYED, INACTIVE) and worker.scheme == resign_code():
            worker.scheme = None
        if worker.aim == worker.occupation:
            worker.aim = None
        self._model.hired.append(worker)
        record.count("hires")
        record.count("hires_15_24", worker.age_group == 0)
        record.count("hires_job_to_job", reason is Reason.JOB_TO_JOB)
        record.count("occupation_changes", before is not None and before != worker.occupation)

    def _terms(self, worker: Worker, team: Team, from_job: bool) -> tuple[Contract, Status]:
        """Contract and status of the hire."""
        if team.unit.own_account:
            return NO_CONTRACT, SELF_EMPLOYED
        tables, chance = self._model.tables, self._model.chance
        shares = tables.temporary_from_job if from_job else tables.temporary
        temporary = shares[self._model.occupations.pcs[team.occupation] - 1]
        luck = chance.of(Decision.CONTRACT, worker.row)
        contract = CDI
        if luck < temporary:
            agency = luck < temporary * tables.interim_of_temporary // ONE
            contract = INTERIM if agency and not team.unit.public else CDD
        if not team.unit.public:
            return contract, PRIVATE
        tenured = chance.of(Decision.CIVIL_SERVANT, worker.row) < tables.civil_servant
        return contract, CIVIL_SERVANT if tenured and contract is CDI else PUBLIC
