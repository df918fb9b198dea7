"""Process 2: the posts that teams want this month."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from sim.calendar import OPENING
from sim.population.columns import SECTORS

from .tables import PostsWanted, fixed_point, fixed_points, growth_of_posts

if TYPE_CHECKING:
    from .oracle import OracleMarket

FAVOURED = ("C03", "D10", "D03", "E09", "E10", "D05")
"""Digital and care occupations, where new tasks may go."""


class Demand:
    """Posts wanted, and the memory of what AI displaced."""

    def __init__(self, model: OracleMarket, wanted: PostsWanted, displaced: dict[int, list[float]]) -> None:
        self._model, self._wanted, self._displaced = model, wanted, displaced
        self._opening_posts = [0] * model.occupations.count
        for team in model.teams:
            self._opening_posts[team.occupation] += team.base
        self._gaps: dict[str, int] = {}

    def set_posts(self) -> None:
        """Write the posts of every team; remember what AI removed."""
        model = self._model
        self._gaps = self._gaps or model.tables.open_posts_at_rest
        growth = growth_of_posts(model.rules, model.month)
        new = self._new_tasks()
        units, own = self._wanted.factors(model.tables, model.month, self._mean_reaches)
        extra = 1.0 + np.array(new)
        by_sector = np.array(growth)
        salaried = fixed_points(units * by_sector[:, None, None] * extra[None, :, None]).tolist()
        alone = fixed_points(own * by_sector[:, None] * extra[None, :]).tolist()
        without_ai = [fixed_point(level) for level in growth]
        removed, wanted = [0] * len(new), [0] * len(new)
        for team in model.teams:
            unit, trade = team.unit, team.occupation
            kind = "own_account" if unit.own_account else "public" if unit.public else "private"
            factor = alone[unit.sector][trade] if unit.own_account else salaried[unit.sector][trade][unit.cohort]
            team.posts = team.posts_at(factor, self._gaps[kind])
            removed[trade] += team.posts_at(without_ai[unit.sector], self._gaps[kind]) - team.posts
            wanted[trade] += team.posts
        # Displaced before new tasks: what they gave back is not displaced a second time.
        self._displaced[model.month] = [
            max(gone + posts * (1.0 + more - 1.0) / (1.0 + more), 0.0)
            for gone, posts, more in zip(removed, wanted, new, strict=True)]
        model.record.posts_removed_by_ai(sum(removed))

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

    def _mean_reaches(self, reach: Sequence[float]) -> tuple[list[float], list[float]]:
        """Reach by sector weighted by heads: over all units with employees, and over those below ten."""
        heads, small_heads = [0] * len(SECTORS), [0] * len(SECTORS)
        reached, small_reached = [0.0] * len(SECTORS), [0.0] * len(SECTORS)
        for unit in self._model.units:
            if unit.own_account:
                continue
            heads[unit.sector] += unit.size
            reached[unit.sector] += unit.size * reach[unit.cohort]
            if unit.size_class == 0:
                small_heads[unit.sector] += unit.size
                small_reached[unit.sector] += unit.size * reach[unit.cohort]
        return ([value / max(number, 1) for value, number in zip(reached, heads, strict=True)],
                [value / max(number, 1) for value, number in zip(small_reached, small_heads, strict=True)])
