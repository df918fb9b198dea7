"""Double-entry ledger in integer euro cents.

Every posting debits a payer and credits a payee by the same amount, so the books close by
construction; :meth:`Ledger.balance` says so and is checked every month in tests.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field


@dataclass
class Ledger:
    """Postings summed by (month, scheme, payer, payee, kind); amounts are whole euro cents."""

    entries: dict[tuple[int, str, str, str, str], int] = field(default_factory=lambda: defaultdict(int))

    def post(self, month: int, scheme: str, payer: str, payee: str, kind: str, amount_eur_cents: int) -> None:
        """Book one amount; zero is not booked, negative amounts are refused (book the reverse)."""
        if amount_eur_cents < 0:
            raise ValueError(f"a posting is not negative: {amount_eur_cents} cents for {kind}")
        if amount_eur_cents:
            self.entries[month, scheme, payer, payee, kind] += int(amount_eur_cents)

    def balance(self) -> dict[str, int]:
        """Net position of each account in cents; the positions sum to zero."""
        net: dict[str, int] = defaultdict(int)
        for (_, _, payer, payee, _), amount in self.entries.items():
            net[payer] -= amount
            net[payee] += amount
        return dict(net)

    def rows(self) -> list[tuple[int, str, str, str, int]]:
        """(month, scheme, payer, kind, amount_eur_cents), summed over payees, in sorted order."""
        totals: dict[tuple[int, str, str, str], int] = defaultdict(int)
        for (month, scheme, payer, _, kind), amount in self.entries.items():
            totals[month, scheme, payer, kind] += amount
        return [(*key, totals[key]) for key in sorted(totals)]
