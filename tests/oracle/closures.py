"""What the market shows, and how posts, wages, participation and labour supply answer, in plain Python."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.calendar import OPENING
from sim.population.columns import SECTORS
from sim.streams import ONE

from .tables import fixed_point
from .words import EMPLOYED, TRAINING, UNEMPLOYED

if TYPE_CHECKING:
    from .oracle import OracleMarket

    Shown = list[list[float]]

BITS = 20
DIGITAL = ("C03", "D10")
PACES = {"none": 0.0, "region_2011_2021": 1.0}
HIRES_OF_THE_OPENING, PEOPLE_OF_THE_OPENING = 2.0, 20.0


class Signs:
    """Posts open, posts filled, people at search, labour force by trade, smoothed twice over six months."""

    def __init__(self, model: OracleMarket, recent: list[Shown], opening: Shown | None) -> None:
        self._model, self.recent, self.opening = model, recent, opening

    def observe(self, open_posts: list[int], filled: list[int]) -> None:
        """Add the month that ends."""
        trades = self._model.occupations.count
        searching, force = [0] * (trades + 1), [0] * (trades + 1)
        for worker in self._model.workers:
            place = trades if worker.occupation is None else worker.occupation
            searching[place] += worker.state is UNEMPLOYED
            force[place] += worker.state in (EMPLOYED, UNEMPLOYED, TRAINING)
        now = [[float(number) for number in row]
               for row in ([*open_posts, 0], [*filled, 0], searching, force)]
        if not self.recent:
            self.recent = [[list(row) for row in now] for _ in range(2)]
        for shown, stage in zip((now, self.recent[0]), self.recent, strict=True):
            for row, numbers in zip(shown, stage, strict=True):
                numbers[:] = [old + (new - old) / 6 for old, new in zip(numbers, row, strict=True)]
        if self._model.month == OPENING - 1:
            self.opening = [list(row) for row in self.recent[1]]

    def ease(self, trade: int) -> float:
        """How easily posts of a trade are filled, relative to the opening."""
        return self._relative(1, 0, trade, HIRES_OF_THE_OPENING)

    def unemployment(self, trade: int) -> float:
        """The trade's share of people at search, relative to the opening."""
        return self._relative(2, 3, trade, PEOPLE_OF_THE_OPENING)

    def tightness(self) -> float:
        """Open posts a person at search, relative to the opening."""
        if self.opening is None:
            return 1.0
        now, then = (sum(shown[0]) / max(sum(shown[2]), 1e-9) for shown in (self.recent[1], self.opening))
        return now / then if then > 0.0 else 1.0

    def _relative(self, part: int, whole: int, trade: int, weight: float) -> float:
        if self.opening is None:
            return 1.0
        now, then = self.recent[1], self.opening
        usual = now[whole][trade] * then[part][trade] / max(then[whole][trade], 1e-9)
        return (now[part][trade] + weight) / (usual + weight)


class Closures:
    """Answers of the month, each one at the opening."""

    def __init__(self, model: OracleMarket) -> None:
        self._model, self._rules, self._signs = model, model.rules, model.signs

    def posts(self, trade: int) -> float:
        """Posts wanted relative to those of production, pay included."""
        return self._by_ease(trade) * self.pay(trade) ** self._rules["closure.own_wage_elasticity"]

    def _by_ease(self, trade: int) -> float:
        if self._rules["closure.posts"] == "fixed":
            return 1.0
        ease = self._signs.ease(trade)
        held_back = self._rules["closure.latent_posts_share"] * int(self._model.occupations.shortage[trade])
        return ease ** self._rules["closure.fill_elasticity"] * (1.0 + held_back * max(1.0 - 1.0 / ease, 0.0))

    def pay(self, trade: int) -> float:
        """Pay of new hires relative to the opening."""
        if self._rules["closure.wages"] == "constant":
            return 1.0
        return self._signs.unemployment(trade) ** self._rules["closure.wage_curve_elasticity"]

    def offer(self, trade: int, reference_cents: int) -> int:
        """A reference wage as it is offered this month."""
        return reference_cents * fixed_point(self.pay(trade)) >> BITS

    def appeal(self, trade: int, open_posts: int) -> int:
        """How much the open posts of a trade weigh with searchers."""
        if self._rules["closure.wages"] == "constant":
            return open_posts
        weight = open_posts * self.pay(trade) ** self._rules["matching.wage_weight"]
        return round(round(weight, 10) * 256)

    def more_search(self, hazard: int, sign: int) -> int:
        """A hazard that rises (1) or falls (-1) with tightness."""
        psi = self._rules["closure.participation_elasticity"]
        if psi == 0.0:
            return hazard
        more = self._signs.tightness() ** psi
        return min(hazard * fixed_point(more if sign > 0 else 1.0 / more) >> BITS, ONE)


class Trend:
    """Posts without AI: sectors, public employers, digital trades; and the people who follow them."""

    def __init__(self, model: OracleMarket) -> None:
        self._model, self._rules = model, model.rules
        self._past = [self._rules[f"demand.history_growth_{name}_share_per_year"] for name in SECTORS]
        pace = PACES.get(self._rules["demand.trend"], self._rules["demand.projection_2030_ratio"])
        self._ahead = [pace * past + self._rules["demand.growth_share_per_year"] for past in self._past]

    def growth(self, sector: int, month: int) -> float:
        """Posts of a sector relative to January 2021."""
        lived, ahead = min(max(month, 0), OPENING), max(month - OPENING, 0)
        return float((1.0 + self._past[sector]) ** (lived / 12) * (1.0 + self._ahead[sector]) ** (ahead / 12))

    def public(self, month: int) -> float:
        """Public posts beyond their sector, relative to the opening."""
        yearly = self._rules["demand.public_growth_share_per_year"]
        return float((1.0 + yearly) ** (max(month - OPENING, 0) / 12))

    def digital(self, trade: int) -> float:
        """New posts of the digital trades."""
        codes = self._model.occupations.codes
        new = self._new_digital(self._model.month)
        if codes[trade] not in DIGITAL or new == 0.0:
            return 1.0
        opening = [0.0] * len(SECTORS)
        for team in self._model.teams:
            if codes[team.occupation] in DIGITAL:
                opening[team.unit.sector] += team.base
        posts = sum(heads * self.growth(sector, OPENING) for sector, heads in enumerate(opening))
        return 1.0 + new / max(posts, 1.0)

    def _new_digital(self, month: int) -> float:
        yearly = self._rules["demand.new_digital_posts_per_year"]
        return float(yearly * self._model.scale * max(month - OPENING, 0) / 12)

    def _all_posts(self, month: int) -> float:
        private, public = [0] * len(SECTORS), [0] * len(SECTORS)
        for team in self._model.teams:
            (public if team.unit.public else private)[team.unit.sector] += team.base
        grown = [self.growth(sector, month) for sector in range(len(SECTORS))]
        of_private, of_public = (sum(heads * more for heads, more in zip(some, grown, strict=True))
                                 for some in (private, public))
        return of_private + of_public * self.public(month) + self._new_digital(month)

    def of_working_age(self) -> float:
        """Growth a year of the people of working age, from the opening on."""
        own = self._rules["labour_supply.growth_share_per_year"]
        closure = self._rules["closure.labour_supply"]
        if closure == "own":
            return float(own)
        now, before = (self._all_posts(max(month, OPENING))
                       for month in (self._model.month, self._model.month - 1))
        with_posts = 12 * (now / before - 1.0) if before > 0.0 else 0.0
        apart = {"with_posts": 0, "tightening": -1, "loosening": 1}[closure]
        return float(with_posts + own + apart * self._rules["closure.labour_supply_gap_share_per_year"])

