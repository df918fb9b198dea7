"""A funder's envelope: twelfths, carry-over within the year, whole cents."""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass
class Envelope:
    """Money left this year.  ``yearly_cents`` is None for an entitlement without a limit; zero is zero."""

    yearly_cents: int | None = 0
    left_cents: int = 0
    committed_cents: int = 0
    forfeited_cents: int = 0

    def open_month(self, month: int, budget_eur_per_year: float, scale: float) -> None:
        """Grant a twelfth; nothing crosses 31 December."""
        position = month % 12
        if position == 0:
            self.forfeited_cents += self.left_cents
            self.left_cents = 0
        if math.isinf(budget_eur_per_year):
            self.yearly_cents = None
            return
        self.yearly_cents = round(float(budget_eur_per_year) * 100 * scale)
        self.left_cents += self.yearly_cents * (position + 1) // 12 - self.yearly_cents * position // 12
        # A budget lowered in mid-year does not go on spending its old carry-over.
        self.left_cents = min(self.left_cents, self.yearly_cents)

    def can_pay(self, cents: int) -> bool:
        """Whether a commitment fits into what is left."""
        return self.yearly_cents is None or cents <= self.left_cents

    def commit(self, cents: int) -> None:
        """Debit a whole commitment at the decision."""
        self.committed_cents += cents
        if self.yearly_cents is not None:
            self.left_cents -= cents

    def release(self, this_year_cents: int, earlier_cents: int) -> None:
        """Give back what lapsed or abandoned files will not cost; what earlier years committed is lost."""
        self.committed_cents -= this_year_cents + earlier_cents
        self.forfeited_cents += earlier_cents
        if self.yearly_cents is not None:
            self.left_cents += this_year_cents
