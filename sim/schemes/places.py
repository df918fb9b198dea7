"""Schemes that sell places at one price: how many the month's money pays for, and the booking.

First come, first served: who comes first is the caller's to say.  The place is paid when it is taken.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.kernels import Array
from sim.schemes.commission import envelope

if TYPE_CHECKING:
    from sim.schemes.envelope import Envelope
    from sim.schemes.rules import Scheme
    from sim.world import World


def has_money(world: World, scheme: Scheme) -> bool:
    """Open the scheme's month; False under a zero budget, and then nothing else happens."""
    account = envelope(world, scheme)
    account.open_month(world.month, world.rules[scheme.key("budget_eur_per_year")], world.scale)
    return account.yearly_cents != 0


def price_cents(world: World, scheme: Scheme) -> int:
    """Price of a place, whole cents."""
    cents: int = round(world.rules[scheme.key("cost_eur_per_file")] * 100)
    return cents


def places_paid(account: Envelope, price: int, asking: int) -> int:
    """How many of ``asking`` the money left this month pays for."""
    if account.yearly_cents is None or price == 0:
        return asking
    return min(max(account.left_cents, 0) // price, asking)


def sell_places(world: World, scheme: Scheme, asking: Array, payee: str, kind: str) -> Array:
    """The first of ``asking`` that the money pays for, booked and counted; the scheme's month is open."""
    account, price = envelope(world, scheme), price_cents(world, scheme)
    served = asking[: places_paid(account, price, asking.size)]
    cents = price * served.size
    account.commit(cents)
    world.ledger.post(world.month, scheme.name, scheme.payer, payee, kind, cents)
    world.record.count(f"files_received_{scheme.name}", asking.size)
    world.record.count(f"files_funded_{scheme.name}", served.size)
    world.record.count(f"committed_eur_cents_{scheme.name}", cents)
    return served
