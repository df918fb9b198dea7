"""Employers: units, and in each the posts of one occupation (a team).  Processes 1, 2 and the end of 4."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING

from sim.moves import Reason
from sim.streams import Decision

from .words import CDI, CIVIL_SERVANT, EMPLOYED, UNEMPLOYED

if TYPE_CHECKING:
    from .oracle import OracleMarket
    from .worker import Worker

FIXED_POINT_BITS = 20
LONGEST_TENURE_YEARS = 40


@dataclass(eq=False)
class Unit:
    """An establishment; an own-account unit stands for the self-employed of one trade and sector."""

    number: int
    sector: int
    size_class: int
    size: int
    public: bool
    own_account: bool
    adoption_draw: int
    adopted: int
    teams: list[Team] = field(default_factory=list)

    @property
    def uses_ai(self) -> bool:
        """Whether it has adopted."""
        return self.adopted >= 0

    @property
    def cohort(self) -> int:
        """Place in tables by cohort of adoption: 0 not adopted, a + 1 adopted in month a."""
        return max(self.adopted + 1, 0)

    def adopt_ai(self, chances: list[list[int]], month: int) -> None:
        """Take AI up in the month in which the share of its sector and class passes its own draw."""
        its_turn = self.adoption_draw < chances[self.sector][self.size_class]
        if its_turn and not self.uses_ai and not self.own_account:
            self.adopted = max(month, 0)


def in_proportion(number: int, part: int, whole: int) -> int:
    """The share of ``part`` in ``whole`` of some posts, rounded to the nearest, halves up; none of fewer."""
    return math.floor(Fraction(number * part, whole) + Fraction(1, 2)) if whole and number > 0 else 0


@dataclass(eq=False)
class Team:
    """The posts of one occupation in one unit; ``members`` by row, absent trainees on leave among them."""

    number: int
    unit: Unit
    occupation: int
    base: int
    rounding: int
    posts: int
    covered: int
    surplus_since: int
    surplus: int
    surplus_ai: int
    closed_ai: int
    members: dict[int, Worker] = field(default_factory=dict)

    @property
    def present(self) -> int:
        """Posts filled, without the absences that somebody may cover."""
        return len(self.members) - self.covered

    @property
    def open_posts(self) -> int:
        """Posts that wait for somebody."""
        return max(self.posts - self.present, 0)

    @property
    def above(self) -> int:
        """Posts filled above those wanted; ``surplus`` is what they were when last looked at."""
        return max(self.present - self.posts, 0)

    def posts_at(self, factor: int, others: int, room: int) -> int:
        """Posts wanted under a factor, other demand and room for open posts, in fixed point; the team's draw
        rounds."""
        raised = (factor * others >> FIXED_POINT_BITS) * room >> FIXED_POINT_BITS
        return (self.base * raised + self.rounding) >> FIXED_POINT_BITS

    def look(self) -> int:
        """See how far above target it is; how many of AI's posts have gone with those who left meanwhile."""
        gone = in_proportion(self.surplus - self.above, self.surplus_ai, self.surplus)
        self.surplus, self.surplus_ai = self.above, self.surplus_ai - gone
        return gone

    def change_posts(self, posts: int, by_ai: int) -> tuple[int, int]:
        """Posts wanted from now on, AI having removed some: posts of leavers freed, posts that AI opens."""
        trend = posts + by_ai - self.posts
        freed = self.look() if trend or by_ai else 0
        # The trend first: new posts keep people in place, posts lost are open ones as far as there are.
        kept = min(max(trend, 0), self.surplus)
        spared = in_proportion(kept, self.surplus_ai, self.surplus)
        self.surplus_ai, self.closed_ai = self.surplus_ai - spared, self.closed_ai + spared
        vacant = self.open_posts + trend - kept
        self.surplus += max(-vacant, 0) - kept
        vacant = max(vacant, 0)
        self.posts = posts
        if by_ai >= 0:
            hit = max(by_ai - vacant, 0)
            self.surplus, self.surplus_ai = self.surplus + hit, self.surplus_ai + hit
            self.closed_ai += by_ai - hit
            return freed, 0
        called_off = min(-by_ai, self.surplus_ai)
        self.surplus, self.surplus_ai = max(self.surplus + by_ai, 0), self.surplus_ai - called_off
        again = min(-by_ai - called_off, self.closed_ai)
        self.closed_ai -= again
        return freed, -by_ai - called_off - again

    def posts_to_give_up(self, month: int, patience: int) -> int:
        """The whole surplus once it has lasted for the employer's patience; keeps the clock."""
        if self.above == 0 or self.unit.own_account:
            self.surplus_since = -1
            return 0
        if self.surplus_since < 0:
            self.surplus_since = month
        return self.above if month - self.surplus_since >= patience else 0

    def give_up(self, number: int) -> list[bool]:
        """Which of those who go hold a post that AI removed: its share of the surplus, evenly spread."""
        of_ai = [in_proportion(n, self.surplus_ai, self.surplus) for n in range(number + 1)]
        self.surplus, self.surplus_ai = self.surplus - number, self.surplus_ai - of_ai[-1]
        return [after > before for before, after in pairwise(of_ai)]

    def who_goes(self, number: int) -> list[Worker]:
        """Temporary contracts first, then short tenure, AI training counting as two years; then a draw."""
        if number == 0:
            return []

        def place(worker: Worker) -> tuple[int, int, int]:
            years = min(max(worker.model.month - worker.hired, 0) // 12, LONGEST_TENURE_YEARS)
            rank = 10 * years + 20 * worker.literacy + (1000 if worker.contract is CDI else 0)
            return rank, worker.model.chance.of(Decision.LAYOFF, worker.row), worker.row

        may_go = [worker for worker in self.members.values()
                  if worker.state is EMPLOYED and worker.status is not CIVIL_SERVANT]
        return sorted(may_go, key=place)[:number]


class Adjustment:
    """One month of all units above their target."""

    def __init__(self, model: OracleMarket) -> None:
        self._model = model
        self._promised: dict[Team, int] = {}

    def adjust_units(self) -> None:
        """Choose who goes everywhere, then who finds a post inside; only then does anybody move."""
        model = self._model
        patience = int(model.rules["ai.adjustment_months"])
        leaving: list[Worker] = []
        for_ai: list[bool] = []
        for team in model.teams:
            model.record.count("unfilled_departures", team.look())
            out = team.who_goes(team.posts_to_give_up(model.month, patience))
            leaving += out
            for_ai += team.give_up(len(out))
        posts = [self._post_inside(worker) for worker in leaving]
        for worker, inside, by_ai in zip(leaving, posts, for_ai, strict=True):
            if inside is not None:
                self.redeploy(worker, inside)
                model.record.count("redeployed_ai", by_ai)
        for worker, inside, by_ai in zip(leaving, posts, for_ai, strict=True):
            if inside is None:
                model.record.count("layoffs_ai" if worker.contract is CDI else "contracts_ended_ai", by_ai)
                self.lay_off(worker)
        model.record.count("posts_given_up", len(leaving))

    def _post_inside(self, worker: Worker) -> Team | None:
        """The first team of her unit with a post left for her, in units of fifty and more."""
        model = self._model
        willing = model.chance.of(Decision.REDEPLOYMENT, worker.row) < model.tables.redeployment
        if not willing or worker.unit.size_class < 2:
            return None
        for team in worker.unit.teams:
            if team is worker.team or self._promised.get(team, 0) >= team.open_posts:
                continue
            if worker.can_be_redeployed_to(team.occupation):
                self._promised[team] = self._promised.get(team, 0) + 1
                return team
        return None

    def redeploy(self, worker: Worker, team: Team) -> None:
        """Another post, the same employer: contract and tenure run on."""
        worker.take_post(team, Reason.REDEPLOYMENT, worker.contract, worker.status)
        self._model.record.count("redeployed")

    def lay_off(self, worker: Worker) -> None:
        """A CDI is laid off, a temporary contract ends; both may open a right to benefit."""
        model = self._model
        reason = Reason.LAYOFF if worker.contract is CDI else Reason.END_OF_CONTRACT
        model.lost_post.append((worker, reason, worker.unit))
        if worker.contract is CDI:
            worker.laid_off = model.month
            model.record.count("layoffs")
        worker.leave_post(reason, UNEMPLOYED)
