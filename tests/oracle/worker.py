"""A worker: who she is, where she is, and what she decides in a month."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

import mesa

from sim.moves import Reason
from sim.schemes.rules import of_behaviour, resign_code
from sim.streams import Decision

from .tables import BAND_OF_MONTHS
from .words import (
    AGE_GROUP_STARTS_MONTHS,
    CDD,
    CDI,
    EMPLOYED,
    FIRST_RETIREMENT_MONTHS,
    INACTIVE,
    INTERIM,
    LAST_AGE_MONTHS,
    LEFT,
    NEVER,
    NO_CONTRACT,
    NO_STATUS,
    SELF_EMPLOYED,
    TRAINING,
    UNEMPLOYED,
    WORKING_AGE_MONTHS,
    kind_of_post,
    row_of,
)

if TYPE_CHECKING:
    from sim.population.columns import Contract, State, Status

    from .applications import Call
    from .employer import Team, Unit
    from .enrolment import CourseCall
    from .market import Market
    from .oracle import OracleMarket


class Worker(mesa.Agent):  # type: ignore[misc]
    """One person; ``row`` is her number for life.  Months count from January 2021, None is 'nothing'."""

    model: OracleMarket

    def __init__(self, model: OracleMarket, row: int, sex: int, birth_month: int, state: State) -> None:
        super().__init__(model)
        self.row, self.sex, self.birth_month, self.state = row, sex, birth_month, state
        self.education = self.talent = self.taste = self.distant = self.literacy = self.sector = 0
        self.titles: set[int] = set()
        self.occupation: int | None = None
        self.team: Team | None = None
        self.contract: Contract = NO_CONTRACT
        self.status: Status = NO_STATUS
        self.since = self.hired = self.occupation_since = model.month
        self.laid_off = self.advised_until = self.stopped = self.followed_until = self.ends = NEVER
        self.basics = 0
        self.wage = self.are_cents_a_day = self.are_days = self.are_paid = self.worked_earlier = 0
        self.worked_months = [False] * 32
        self.scheme: int | None = None
        self.aim: int | None = None
        self.aim_until = -1
        self.founder_days = 0

    # What others ask of her

    @property
    def unit(self) -> Unit | None:
        """Her employer."""
        return None if self.team is None else self.team.unit

    @property
    def age_months(self) -> int:
        """Age today."""
        return self.model.month - self.birth_month

    @property
    def age_group(self) -> int:
        """15-24, 25-49, 50-59, 60 and over."""
        return bisect_right(AGE_GROUP_STARTS_MONTHS, self.age_months)

    @property
    def kind_of_post(self) -> int:
        """CDI, CDD, interim, public contract, civil servant, self-employed."""
        return kind_of_post(self.status, self.contract)

    @property
    def cell(self) -> tuple[int, int, int, int]:
        """Cell in which the value of a route is computed."""
        return row_of(self.occupation), self.sex, self.education, BAND_OF_MONTHS[self.age_months]

    @property
    def is_paid_benefit(self) -> bool:
        """Without a post, at search or on a course, with a right that still runs."""
        without_post = self.state is UNEMPLOYED or (self.state is TRAINING and self.team is None)
        return without_post and self.benefit_days_left > 0

    @property
    def benefit_days_left(self) -> int:
        """Days of her right that are still to be paid."""
        return max(self.are_days - max(self.are_paid, 0), 0)

    @property
    def prepares_business(self) -> bool:
        """She has resigned to found one, and has not yet."""
        return self.state is UNEMPLOYED and self.ends >= self.model.month

    @property
    def runs_her_business(self) -> bool:
        """Founded from no post, and she has moved nowhere since."""
        return self.state is EMPLOYED and self.status is SELF_EMPLOYED and self.hired == self.since

    def works_at(self, unit: Unit) -> bool:
        """Whether she is at work there."""
        return self.state is EMPLOYED and self.unit is unit

    def can_be_redeployed_to(self, occupation: int) -> bool:
        """At most one PCS step away, and no licence that she lacks."""
        trades = self.model.occupations
        near = abs(int(trades.pcs[occupation]) - int(trades.pcs[self.occupation])) <= 1
        return near and (trades.regulated[occupation] == 0 or occupation in self.titles)

    # How she moves: the only places where state and post change

    def leave_post(self, reason: Reason, state: State) -> None:
        """Out of her post, or between states without a post."""
        self.model.record.flow(self.occupation, self.occupation, reason)
        self.note_end_of_post()
        if self.team is not None:
            del self.team.members[self.row]
            self.team, self.contract, self.status = None, NO_CONTRACT, NO_STATUS
        self.state, self.since = state, self.model.month
        if state is LEFT:
            self.remove()

    def take_post(self, team: Team, reason: Reason, contract: Contract, status: Status) -> None:
        """Into a post, from another one or from none."""
        self.model.record.flow(self.occupation, team.occupation, reason)
        if reason is not Reason.REDEPLOYMENT:
            self.look_back()
            self.hired = self.model.month
        if self.team is not None:
            del self.team.members[self.row]
        if self.state is not EMPLOYED:
            self.since = self.model.month
        if self.state is not EMPLOYED or self.occupation != team.occupation:
            self.occupation_since = self.model.month
        self.state, self.occupation = EMPLOYED, team.occupation
        self.team, self.sector, self.contract, self.status = team, team.unit.sector, contract, status
        team.members[self.row] = self

    def note_end_of_post(self) -> None:
        """A salaried post ends."""
        if self.team is not None and self.status is not SELF_EMPLOYED:
            self.stopped = self.model.month

    def look_back(self) -> None:
        """The last post joins the months that were before it: 32 one by one, the 28 before as a number."""
        self.note_end_of_post()
        tenure, gap = max(self.stopped - self.hired, 0), self.model.month - max(self.stopped, self.hired)
        months = ([False] * gap + [True] * tenure + self.worked_months + [False] * 60)[:60]
        still_seen = max(28 - gap - tenure, 0)
        self.worked_earlier = sum(months[32:]) + min(self.worked_earlier, still_seen)
        self.worked_months = months[:32]

    def work_behind(self, window: int) -> tuple[int, int]:
        """Months of work and idle months between posts, of the last ``window``."""
        tenure = min(max(self.model.month - self.hired, 0), window)
        months = self.worked_months[: window - tenure]
        while months and not months[-1]:
            months = months[:-1]
        return tenure + sum(months), len(months) - sum(months)

    @property
    def work_of_five_years(self) -> int:
        """Months of salaried work over the last five years, of somebody at work."""
        tenure = min(self.model.month - self.hired, 60)
        before = sum(self.worked_months[: 60 - tenure])
        return tenure + before + max(min(self.worked_earlier, 60 - tenure - 32), 0)

    def start_training(self) -> None:
        """Off to a course; a post, if any, is kept."""
        self._change_state(Reason.TRAINING_START, TRAINING)

    def end_training(self) -> None:
        """Back to the post, or to search; who resigned stays under the scheme until she is hired, who is in
        support under that of the support."""
        self._change_state(Reason.TRAINING_END, UNEMPLOYED if self.team is None else EMPLOYED)
        if self.scheme not in (resign_code(), *(scheme.code for scheme in of_behaviour("support"))):
            self.scheme = None
        self.ends = NEVER

    def _change_state(self, reason: Reason, state: State) -> None:
        self.model.record.flow(self.occupation, self.occupation, reason)
        self.state, self.since = state, self.model.month

    # What she does in a month

    def retire(self) -> None:
        """The end of a career, from 55 on; without work nobody stays beyond 65, at work beyond 70."""
        in_market = self.state in (EMPLOYED, UNEMPLOYED) and not self.prepares_business
        if in_market and self.age_months >= FIRST_RETIREMENT_MONTHS:
            hazards = self.model.tables.retirement[row_of(self.occupation)]
            years = min((self.age_months - FIRST_RETIREMENT_MONTHS) // 12, len(hazards) - 1)
            if self.model.chance.of_everyone(Decision.RETIREMENT, self.row) < hazards[years]:
                if self.team is not None:
                    self.model.record.count("retirements_employed")
                    self.model.record.count("ends_of_career")
                self.stop_working(Reason.RETIREMENT)
        too_old = self.age_months >= LAST_AGE_MONTHS and self.state in (EMPLOYED, UNEMPLOYED)
        if too_old or (self.age_months == WORKING_AGE_MONTHS and self.state is INACTIVE):
            self.stop_working(Reason.RETIREMENT)

    def stop_working(self, reason: Reason) -> None:
        """Into inactivity below 65, out of the world from then on."""
        gone = self.age_months >= WORKING_AGE_MONTHS
        self.model.record.count("exits", gone)
        self.leave_post(reason, LEFT if gone else INACTIVE)

    def participate(self) -> None:
        """Leave the labour force, or start to search."""
        if self.state not in (EMPLOYED, UNEMPLOYED, INACTIVE) or self.prepares_business:
            return
        tables, closures = self.model.tables, self.model.closures
        luck = self.model.chance.of_everyone(Decision.PARTICIPATION, self.row)
        if self.state is EMPLOYED:
            if luck < tables.employed_leave[self.kind_of_post][self.age_group]:
                self.leave_labour_force()
        elif self.state is UNEMPLOYED:
            if luck < closures.more_search(tables.unemployed_leave[self.age_group][self.distant], -1):
                self.stop_working(Reason.GIVES_UP_SEARCH)
        elif luck < closures.more_search(tables.starts_search[self.age_group][self.occupation is None], 1):
            self.start_search()

    def leave_labour_force(self) -> None:
        """From work to inactivity: past 55, an end of career like a retirement."""
        self.model.record.count("ends_of_career", self.age_months >= FIRST_RETIREMENT_MONTHS)
        self.stop_working(Reason.LEAVES_LABOUR_FORCE)

    def start_search(self) -> None:
        """From inactivity to unemployment."""
        self.leave_post(Reason.STARTS_SEARCH, UNEMPLOYED)

    def separate(self) -> None:
        """A temporary contract may become a CDI; then the post may end."""
        if self.state is not EMPLOYED:
            return
        self.convert_contract()
        hazard = self.model.tables.separation[row_of(self.occupation)][self.kind_of_post][self.age_group]
        if self.model.chance.of_everyone(Decision.SEPARATION, self.row) < hazard:
            reason = self.reason_of_separation()
            if reason is Reason.RESIGNATION:
                self.are_days = 0
            elif reason is not Reason.BUSINESS_CLOSURE:
                self.model.lost_post.append((self, reason, self.unit))
            self.leave_post(reason, UNEMPLOYED)

    def convert_contract(self) -> None:
        """From temporary to permanent in the same post."""
        if self.contract in (CDD, INTERIM):
            tables = self.model.tables
            chance = tables.cdd_to_cdi if self.contract is CDD else tables.interim_to_cdi
            if self.model.chance.of_everyone(Decision.CONVERSION, self.row) < chance:
                self.contract = CDI

    def reason_of_separation(self) -> Reason:
        """Why her post ends."""
        if self.status is SELF_EMPLOYED:
            return Reason.BUSINESS_CLOSURE
        if self.contract is not CDI:
            return Reason.END_OF_CONTRACT
        luck = self.model.chance.of(Decision.SEPARATION_REASON, self.row)
        if luck < self.model.tables.resignation:
            return Reason.RESIGNATION
        agreed = luck < self.model.tables.resignation + self.model.tables.agreed
        return Reason.AGREED_TERMINATION if agreed else Reason.DISMISSAL

    @property
    def knows_schemes(self) -> bool:
        """Of her own, for life, or from advice that lasts."""
        luck = self.model.chance.for_life(Decision.KNOWLEDGE, self.row)
        return self.advised_until > self.model.month or luck < self.model.tables.informed[self.education]

    def may_file(self, call: Call) -> bool:
        """At work, under no scheme, and admitted: one file at a time."""
        return self.state is EMPLOYED and self.scheme is None and call.admits(self)

    def apply_for_scheme(self, call: Call) -> None:
        """File a project, if she may, knows of it and wants to."""
        if not self.may_file(call):
            return
        luck = self.model.chance.of_everyone(Decision.APPLICATION, self.row, int(call.scheme.salt))
        if luck < call.chance_of_filing(self.cell, self.taste) and self.knows_schemes:
            call.receive(self)

    def try_again(self, call: Call) -> None:
        """File after a refusal."""
        luck = self.model.chance.of_scheme(Decision.RETURN, self.row, int(call.scheme.salt))
        if self.may_file(call) and call.is_open_to(self) and luck < call.chance_of_return:
            call.receive(self)

    def ask_for_course(self, call: CourseCall) -> None:
        """Without a post: file a project, if she may and wants to."""
        if call.admits(self):
            luck = self.model.chance.of_everyone(Decision.APPLICATION, self.row, int(call.scheme.salt))
            if luck < call.chance_of_filing(self.cell, self.taste) and self.knows_schemes:
                call.receive(self)

    def search(self, market: Market) -> None:
        """Send one suitable application, or none.  Who became unemployed this month starts with the next."""
        if self.state not in (EMPLOYED, UNEMPLOYED, INACTIVE) or self.prepares_business:
            return
        if self.state is UNEMPLOYED and self.since == self.model.month:
            return
        chance = self.chance_of_application()
        if self.has_aim:
            tables = self.model.tables
            followed = self.followed_until >= self.model.month
            after = tables.search_followed if followed else tables.search_certified
            chance = max(chance, after[self.state])
        chance += market.gain(self, chance)
        if self.model.chance.of_everyone(Decision.SEARCH, self.row) < chance:
            trade = self.choose_trade(market)
            if trade is not None:
                market.receive(self, trade, self.is_passed_over(market, trade))

    def is_passed_over(self, market: Market, trade: int) -> bool:
        """Whether an employer prefers experience, because AI does the work of beginners."""
        if self.age_group > 0:
            return False
        passed = self.model.chance.of(Decision.ENTRY_HIRING, self.row) >= market.beginners_kept[trade]
        self.model.record.count("beginners_turned_away", passed)
        return passed

    @property
    def has_aim(self) -> bool:
        """Whether she aims at the trade of a certificate."""
        return self.aim is not None and self.aim_until >= self.model.month

    def chance_of_application(self) -> int:
        """Chance of a suitable application, by where she is."""
        tables = self.model.tables
        if self.state is EMPLOYED:
            return tables.search_employed[self.kind_of_post][self.age_group][self.taste + 96]
        first_job = self.occupation is None
        if self.state is UNEMPLOYED:
            return tables.search_unemployed[self.age_group][self.distant][first_job]
        return tables.search_inactive[self.age_group][first_job]

    def choose_trade(self, market: Market) -> int | None:
        """Where her application goes; None when no post is open within her reach."""
        tables, chance = self.model.tables, self.model.chance
        if self.has_aim and chance.of(Decision.AIM, self.row) < tables.certified_aim:
            return self.aim
        origin = row_of(self.occupation)
        licences = [trade for trade in sorted(self.titles) if self.model.occupations.regulated[trade]]
        outside = bool(licences) and origin not in licences
        if outside and chance.of(Decision.AIM, self.row) < tables.licence_return:
            origin = licences[0]
        cumulated = market.cumulated_weights(origin, self.sex, self.education)
        point = (chance.of(Decision.DESTINATION, self.row) >> 10) * cumulated[-1] >> 22
        return next((trade for trade, reached in enumerate(cumulated) if reached > point), None)
