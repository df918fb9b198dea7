"""Training providers and their seats: what opens, what is taken, what comes back, what demand makes of it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from .applications import ApplicationFile
    from .oracle import OracleMarket

EPOCH_MONTHS = 1200
"""Seats are cumulated from a hundred years before January 2021, so that small samples get theirs some day."""


@dataclass
class Provider:
    """Those who teach one route; ``past`` is the demand of five years, the last one first."""

    route: int
    seats_per_year: float
    quota: bool
    seats: float
    given: int = 0
    waiting: int = 0
    past: list[int] = field(default_factory=lambda: [0] * 5)

    def open_month(self, month: int, rules: Mapping[str, Any], scale: float) -> None:
        """A twelfth of the year's seats, in whole seats; unused ones last until December."""
        if month % 12 == 0:
            self.past = [self.given + self.waiting, *self.past[:-1]]
            self.given = self.seats = 0
        self.waiting = 0
        ratio = (rules["training.quota_seats_ratio"] if self.quota else 1.0) * rules["training.seats_ratio"]
        today = float(np.round(self.seats_per_year * ratio * scale / 12, 9))
        monthly = float(np.round(today * self._growth(12 * today, rules), 9))
        count = month + EPOCH_MONTHS
        self.seats += math.floor(monthly * (count + 1)) - math.floor(monthly * count)

    def _growth(self, seats_today: float, rules: Mapping[str, Any]) -> float:
        """How the demand of a past year has changed the seats; a quota does not answer."""
        elasticity = 0.0 if self.quota else rules["training.capacity_elasticity"]
        asked = self.past[int(rules["training.capacity_delay_years"]) - 1]
        if seats_today <= 0.0 or asked <= seats_today:
            return 1.0
        return float(round(min((asked / seats_today) ** elasticity,
                               rules["training.capacity_maximum_ratio"]), 6))

    def give(self, model: OracleMarket, number: int = 1) -> None:
        """Hand out a seat, or take it back; in a quota, it is one less for others."""
        self.seats -= number
        self.given += number
        if self.quota:
            model.record.count(f"seats_taken_{model.routes.codes[self.route]}", number)
            model.record.count("seats_taken_from_others", number)

    def refuse(self, model: OracleMarket) -> None:
        """A file waits for a seat."""
        self.waiting += 1
        model.record.count(f"places_needed_{model.routes.codes[self.route]}")
        model.record.count("places_needed")


def seat_needed(model: OracleMarket, file: ApplicationFile) -> Provider | None:
    """Who would teach her, unless the scheme opens the course by its own money."""
    if file.route is None:
        return None
    provider = model.providers[file.route]
    return None if file.scheme.project.opens_courses and not provider.quota else provider


def leave_seat(model: OracleMarket, file: ApplicationFile) -> None:
    """A seat of this year is given again."""
    provider = seat_needed(model, file)
    if provider is not None and file.month_decided // 12 == model.month // 12:
        provider.give(model, -1)
