"""Faults of :mod:`sim.checks`: one class an identity that a world must keep."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import numpy as np

from sim.calendar import text_of_month
from sim.errors import Language, RunFailed

if TYPE_CHECKING:
    from sim.world import World


class BrokenIdentity(RunFailed):
    """An identity of the world does not hold; the place says when and where, ``value`` what was found (or in
    how many cases), ``expected`` which identity and what it asks for."""

    code = "E60"
    title: ClassVar[dict[Language, str]] = {"fr": "identité rompue", "en": "broken identity"}


class HeadsLost(BrokenIdentity):
    """Heads appear or vanish without an entry or an exit."""

    code = "E61"
    title: ClassVar[dict[Language, str]] = {"fr": "personnes perdues", "en": "heads lost"}


class PostMismatch(BrokenIdentity):
    """A person, her post and the team's count of filled posts do not agree."""

    code = "E62"
    title: ClassVar[dict[Language, str]] = {"fr": "poste et personne en désaccord", "en": "post mismatch"}


class FlowMismatch(BrokenIdentity):
    """Flows of the month do not lead from the stocks before to the stocks after."""

    code = "E63"
    title: ClassVar[dict[Language, str]] = {"fr": "flux incohérents", "en": "flow mismatch"}


class BooksOpen(BrokenIdentity):
    """The ledger does not close, or a file is paid more than was committed."""

    code = "E64"
    title: ClassVar[dict[Language, str]] = {"fr": "comptes non soldés", "en": "books open"}


class EnvelopeExceeded(BrokenIdentity):
    """A scheme has committed more than its year allows."""

    code = "E65"
    title: ClassVar[dict[Language, str]] = {"fr": "enveloppe dépassée", "en": "envelope exceeded"}


class RankIgnored(BrokenIdentity):
    """A file that could have been paid waits while one below it is funded."""

    code = "E66"
    title: ClassVar[dict[Language, str]] = {"fr": "classement ignoré", "en": "rank ignored"}


class NotEligible(BrokenIdentity):
    """Somebody is funded, or followed, who may not be."""

    code = "E67"
    title: ClassVar[dict[Language, str]] = {"fr": "bénéficiaire non éligible", "en": "not eligible"}


class DatesOutOfOrder(BrokenIdentity):
    """Something is dated after now, or ends before it begins."""

    code = "E68"
    title: ClassVar[dict[Language, str]] = {"fr": "dates en désordre", "en": "dates out of order"}


class ValueOutOfRange(BrokenIdentity):
    """A column holds a value that means nothing."""

    code = "E69"
    title: ClassVar[dict[Language, str]] = {"fr": "valeur impossible", "en": "value out of range"}


def refuse(world: World, fault: type[BrokenIdentity], wrong: np.ndarray | bool, what: str) -> None:
    """Raise ``fault`` when any case is wrong; names the first one and says how many there are."""
    cases = np.atleast_1d(np.asarray(wrong))
    if cases.any():
        raise fault(where(world, int(np.flatnonzero(cases)[0])), int(cases.sum()), what)


def agree(
    world: World, fault: type[BrokenIdentity], found: np.ndarray | int, due: np.ndarray | int, what: str
) -> None:
    """Raise ``fault`` when two sides of an identity differ anywhere; shows both values of the first case."""
    left, right = np.broadcast_arrays(np.atleast_1d(found), np.atleast_1d(due))
    if np.array_equal(left, right):
        return
    first = int(np.flatnonzero(left != right)[0])
    raise fault(where(world, first), left.flat[first].item(), f"{right.flat[first].item()} ({what})")


def where(world: World, first: int) -> str:
    """The month just lived and the first case, for the place of a fault."""
    month = world.month - 1
    return f"month {month} ({text_of_month(month)}), first at {first}"
