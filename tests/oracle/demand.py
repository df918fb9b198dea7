"""Processes 1 and 2: who takes AI up, and the posts that teams want, in the words of ``docs/odd.md``."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from sim.adoption_paths import share_in_force
from sim.calendar import OPENING
from sim.population.columns import SECTORS, SIZE_CLASSES

from .closures import Closures, Trend
from .tables import Rules, chances_of, fixed_point

if TYPE_CHECKING:
    from .employer import Team
    from .oracle import OracleMarket

FAVOURED = ("C03", "D10", "D03", "E09", "E10", "D05")
"""Digital and care occupations, where new tasks may go."""
BISECTIONS = 60


def logistic(value: float) -> float:
    """Share of which ``value`` is the logit."""
    return 1.0 / (1.0 + math.exp(-value))


def chances_of_adoption(rules: Rules, month: int) -> list[list[int]]:
    """Share of units that use AI by sector and size class, as a threshold: one shift on the logit scale."""
    path = share_in_force(rules, month)
    surveyed = [rules[f"ai.adoption_2024_{size}_share"] for size in SIZE_CLASSES]
    base = [math.log(share / (1.0 - share)) for share in surveyed]
    weights = [rules[f"ai.firms_{size}_share"] for size in SIZE_CLASSES[1:]]
    low, high = -12.0, 12.0
    for _ in range(BISECTIONS):
        shift = (low + high) / 2
        reached = sum(w * logistic(b + shift) for w, b in zip(weights, base[1:], strict=True))
        if reached < path:
            low = shift
        else:
            high = shift
    constants = [rules[f"ai.adoption_{sector}_logit"] for sector in SECTORS]
    return [chances_of([logistic(b + shift + constant) for b in base]) for constant in constants]


class UseOfAI:
    """How deep units use AI in a month, by cohort of adoption (0 not adopted, a + 1 adopted in month a)."""

    def __init__(self, rules: Rules, month: int) -> None:
        self._months = int(rules["ai.use_depth_months"])
        self._first, self._last = rules["ai.use_depth_first_share"], rules["ai.use_depth_final_share"]
        # Without further AI, nothing of it acts after history.
        self._until = min(month, OPENING - 1) if rules["ai.adoption_path"] == "none" else month
        self._cohorts = max(month, 0) + 2

    def reach(self, cohort: int) -> float:
        """Share of the exposed work done with AI; nothing for a cohort still to come, or that came after."""
        if not 0 < cohort < self._cohorts or self._until < cohort - 1:
            return 0.0
        age = min(self._until - (cohort - 1), self._months)
        return float(self._first + (self._last - self._first) * age / self._months)


class Formula:
    """f = h (c / C)^-eta P^-epsilon under the rules in force, at given mean reaches of the sectors."""

    def __init__(self, model: OracleMarket, bill: list[list[float]], mean_reach: list[float],
                 literate: list[list[float]]) -> None:
        """``literate``: gain in the share of workers trained in AI, [sector][trade]."""
        rules = model.rules
        automatable, augmentable = model.occupations.exposure_in_force(rules)
        gain = rules["ai.augmentation_gain_share"] / (1.0 + rules["ai.augmentation_gain_share"])
        phi, sigma = rules["ai.displacement_share"], rules["ai.cost_saving_share"]
        kappa = rules["margins.literacy_shift_share"]
        # Trained workers are assisted where AI would have replaced them: tasks of each sector and trade.
        both = automatable.tolist(), augmentable.tolist()
        tasks = [[(alpha * (1.0 - kappa * share), beta + alpha * kappa * share)
                  for alpha, beta, share in zip(*both, shares, strict=True)] for shares in literate]
        self._saved = [[phi * alpha + beta * gain for alpha, beta in trades] for trades in tasks]
        self._cheaper = [[phi * alpha * sigma + beta * gain for alpha, beta in trades] for trades in tasks]
        self._eta = rules["ai.substitution_elasticity"]
        self._log_cost, self._demand = [], []
        for sector, (name, wages) in enumerate(zip(SECTORS, bill, strict=True)):
            total = max(sum(wages), 1.0)
            log_c = sum(wage / total * math.log(1.0 - cheaper * mean_reach[sector])
                        for wage, cheaper in zip(wages, self._cheaper[sector], strict=True))
            log_p = rules["ai.price_pass_through_share"] * rules[f"demand.labour_cost_{name}_share"] * log_c
            self._log_cost.append(log_c)
            self._demand.append(rules[f"demand.price_elasticity_{name}"] * log_p)

    def factor(self, sector: int, trade: int, reach: float) -> float:
        """Posts relative to no AI where AI does a share ``reach`` of the exposed work."""
        labour = 1.0 - reach * self._saved[sector][trade]
        log_cost = math.log(1.0 - reach * self._cheaper[sector][trade])
        return labour * math.exp(-self._eta * (log_cost - self._log_cost[sector]) - self._demand[sector])


class Demand:
    """Posts wanted, and the memory of what AI displaced and of what it had reached at the opening."""

    def __init__(
            self, model: OracleMarket, reached: dict[str, Any], displaced: dict[int, list[float]],
            literate_gain: list[list[float]], before: dict[tuple[int, ...], tuple[float, float]]) -> None:
        """``reached``: factors of December 2023, ``units`` [sector][trade][cohort] and ``own`` without it,
        and the share of workers trained in AI; ``literate_gain``: what January has seen of it since;
        ``before``: demand relative to no AI, and one and new tasks, a month ago, by kind of team (on own
        account, sector, trade, cohort of adoption)."""
        self._literate_gain, self._before = literate_gain, before
        self.reach_gained = [0.0] * len(SECTORS)
        self._model, self._reached, self._displaced = model, reached, displaced
        trades = model.occupations.count
        self._opening_posts = [0] * trades
        self._bill = [[0.0] * trades for _ in SECTORS]
        wages = model.occupations.net_wage_eur.tolist()
        for team in model.teams:
            self._opening_posts[team.occupation] += team.base
            self._bill[team.unit.sector][team.occupation] += team.base * wages[team.occupation]

    def set_posts(self) -> None:
        """Write the posts of every team; remember what AI removed."""
        model = self._model
        if model.month > OPENING and model.month % 12 == 0:
            self._see_who_is_trained()
        trend, closures = Trend(model), Closures(model)
        growth = [trend.growth(sector, model.month) for sector in range(len(SECTORS))]
        new, relative_to_none = self._new_tasks(), self._relative_to_none()
        others = [fixed_point(trend.digital(trade) * closures.posts(trade)) for trade in range(len(new))]
        rooms = {kind: (1 << 20) + gap for kind, gap in model.tables.open_posts_at_rest.items()}
        rooms["public"] = rooms["public"] * fixed_point(trend.public(model.month)) >> 20
        ai: dict[tuple[int, ...], tuple[float, float]] = {}
        factors: dict[tuple[int, ...], int] = {}
        as_it_was: dict[tuple[int, ...], int] = {}
        removed, wanted = [0] * len(new), [0] * len(new)
        for team in model.teams:
            unit, trade = team.unit, team.occupation
            kind = unit.own_account, unit.sector, trade, unit.cohort
            if kind not in factors:
                ai[kind] = relative_to_none(team), 1.0 + new[trade]
                # Who has adopted this month had not a month ago.
                was = self._before.get(kind) or self._before.get((*kind[:3], 0)) or ai[kind]
                factors[kind], as_it_was[kind] = (
                    fixed_point(relative * growth[unit.sector] * more) for relative, more in (ai[kind], was))
            room = rooms["own_account" if unit.own_account else "public" if unit.public else "private"]
            posts = team.posts_at(factors[kind], others[trade], room)
            cut = team.posts_at(as_it_was[kind], others[trade], room) - posts
            freed, opened = team.change_posts(posts, cut)
            # What AI removes is told without the others: what the market answers is not its doing.
            produced = team.posts_at(factors[kind], 1 << 20, room)
            gone = team.posts_at(fixed_point(growth[unit.sector]), 1 << 20, room) - produced
            model.record.count("unfilled_departures", freed)
            model.record.count("posts_opened_ai", opened)
            model.record.count("posts_cut_ai", cut)
            removed[trade] += gone
            wanted[trade] += produced
        self._before = ai
        # Displaced before new tasks: what they gave back is not displaced a second time.
        self._displaced[model.month] = [
            max(gone + posts * more / (1.0 + more), 0.0)
            for gone, posts, more in zip(removed, wanted, new, strict=True)]
        model.record.posts_removed_by_ai(sum(removed))

    def _see_who_is_trained(self) -> None:
        """Share of the trained among those who hold a post, above what it was at the opening."""
        held: dict[tuple[int, int], list[int]] = {}
        for team in self._model.teams:
            trained = [worker.literacy for worker in team.members.values()]
            held.setdefault((team.unit.sector, team.occupation), []).extend(trained)
        self._literate_gain = [
            [max(sum(found) / max(len(found), 1) - before, 0.0)
             for trade, before in enumerate(shares) for found in [held.get((sector, trade), [])]]
            for sector, shares in enumerate(self._reached["literate"])]

    def _relative_to_none(self) -> Callable[[Team], float]:
        """The month's factor of a team.

        The assumptions in force act on the reach gained since the opening; what was reached before stays as
        it was under the assumptions of history.
        """
        model = self._model
        assert model.month >= OPENING, "history is not written again"
        now, before = UseOfAI(model.rules, model.month), UseOfAI(model.rules, OPENING - 1)
        everywhere, small = self._mean_reaches(now)
        had, small_had = self._mean_reaches(before)
        self.reach_gained = [a - b for a, b in zip(everywhere, had, strict=True)]
        formula = Formula(model, self._bill, self.reach_gained, self._literate_gain)
        own_reach = [a - b for a, b in zip(small, small_had, strict=True)]

        def relative(team: Team) -> float:
            sector, trade, cohort = team.unit.sector, team.occupation, team.unit.cohort
            if team.unit.own_account:
                return float(formula.factor(sector, trade, own_reach[sector])
                             * self._reached["own"][sector][trade])
            reached = self._reached["units"][sector][trade]
            gained = max(now.reach(cohort) - before.reach(cohort), 0.0)
            return float(formula.factor(sector, trade, gained)
                         * reached[cohort if cohort < len(reached) else 0])

        return relative

    def _new_tasks(self) -> list[float]:
        """Posts of new tasks relative to the opening's, by occupation."""
        rules, codes = self._model.rules, self._model.occupations.codes
        then = self._model.month - int(rules["ai.new_tasks_lag_months"])
        share = rules["ai.new_tasks_share"]
        if then < OPENING or then not in self._displaced or share == 0.0:
            return [0.0] * len(codes)
        already = self._displaced.get(OPENING - 1, [0.0] * len(codes))
        gone = [max(now - before, 0.0) for now, before in zip(self._displaced[then], already, strict=True)]
        opening = [max(posts, 1) for posts in self._opening_posts]
        if rules["ai.new_tasks_allocation"] == "same_occupation":
            return [share * lost / posts for lost, posts in zip(gone, opening, strict=True)]
        room = sum(posts for code, posts in zip(codes, opening, strict=True) if code in FAVOURED)
        return [share * sum(gone) / room if code in FAVOURED else 0.0 for code in codes]

    def _mean_reaches(self, use: UseOfAI) -> tuple[list[float], list[float]]:
        """Reach by sector weighted by heads: over all units with employees, and over those below ten."""
        heads, small_heads = [0] * len(SECTORS), [0] * len(SECTORS)
        reached, small_reached = [0.0] * len(SECTORS), [0.0] * len(SECTORS)
        for unit in self._model.units:
            if unit.own_account:
                continue
            heads[unit.sector] += unit.size
            reached[unit.sector] += unit.size * use.reach(unit.cohort)
            if unit.size_class == 0:
                small_heads[unit.sector] += unit.size
                small_reached[unit.sector] += unit.size * use.reach(unit.cohort)
        return ([value / max(number, 1) for value, number in zip(reached, heads, strict=True)],
                [value / max(number, 1) for value, number in zip(small_reached, small_heads, strict=True)])
