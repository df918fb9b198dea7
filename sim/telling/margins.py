"""What the pairs of the marginal euro say of a scheme, and the words that go with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sim.counting.cost import UnitCost, unit_cost
from sim.effects import CLOCK_MONTHS, Effect, Kind, paired_effect
from sim.errors import Language
from sim.schemes.rules import Scheme, with_envelopes
from sim.telling.reached import PEOPLE, SHARES, pooled

SPENT_FROM = 0.95
"""Share of the additional money below which it is said that the scheme cannot spend it."""

Words = Mapping[Language, str]

NOT_A_RANKING: Words = {
    "fr": "Les dispositifs servent des publics différents, à des moments différents : ces lignes ne sont pas "
    "un classement.",
    "en": "Schemes serve different people at different moments of their lives: these rows are not a ranking.",
}
OWN_EUROS: Words = {
    "fr": "Euros du dispositif seul, sans le salaire que l'employeur continue de payer, ni l'allocation, ni "
    "les restes à charge ; passerelles compare les compte, par payeur.",
    "en": "Euros of the scheme alone, without wages that employers go on paying, benefits, or what others "
    "pay; passerelles compare counts those, by payer.",
}
NO_LIMIT: Words = {
    "fr": "un droit sans limite : un million de plus n'y change rien",
    "en": "an entitlement without limit: one more million changes nothing",
}
NO_FILES: Words = {
    "fr": "sans dossiers individuels : rien à suivre 24 mois ; passerelles compare compte toute la région",
    "en": "without individual files: nobody to follow for 24 months; passerelles compare counts the region",
}
TOO_SHORT: Words = {
    "fr": "aucune décision n'a 24 mois : rien à juger encore",
    "en": "no decision is 24 months old: nothing to judge yet",
}
UNSPENT: Words = {
    "fr": "l'argent n'est pas tout dépensé : trop peu de demandes, de projets recevables ou de places",
    "en": "the money is not all spent: too few applicants, sound projects or seats",
}

EFFECTS: Mapping[str, tuple[str, Words]] = {
    "funded_per_year": ("heads", {"fr": "dossiers de plus par an", "en": "more files a year"}),
    "committed_eur_per_year": (
        "EUR",
        {"fr": "engagé de plus, net des abandons (€ par an)", "en": "more committed, net (EUR a year)"},
    ),
    "additional": ("heads", {"fr": "additionnelles", "en": "additional"}),
    "net": ("heads", {"fr": "moins contrariées (net)", "en": "less prevented (net)"}),
    "net_all_schemes": (
        "heads",
        {"fr": "net, tous dispositifs", "en": "net, files of all schemes"},
    ),
}
"""Effects of a margin over the run: unit and label."""

OF_PEOPLE = ("additional", "net", "net_all_schemes")
"""Effects that need files of persons."""


@dataclass(frozen=True)
class Margin:
    """One scheme with ``step_eur`` more a year: effects over the pairs, and whom the money reached.

    ``effects`` by the names of :data:`EFFECTS`; ``net`` is on the files of the scheme, F less X, 24 months
    after the decision; ``net_all_schemes`` on all files, those that other schemes win or lose by it included.
    ``cost``: euros committed to the scheme's files that are judged, for one conversion of ``net``, and the
    reverse per million.  ``shares`` are of the people funded in the policy's world and not in the comparator,
    pooled over pairs; None where there are none.  ``people``: how many of the samples these are.
    """

    scheme: str
    label: Mapping[str, str]
    step_eur: float
    effects: Mapping[str, Effect]
    cost: UnitCost
    shares: Mapping[str, float | None]
    people: int
    spent_share: float | None
    notes: tuple[Words, ...]

    def as_object(self) -> dict[str, Any]:
        """As plain data."""
        return {**asdict(self), "notes": [dict(note) for note in self.notes]}


def margin_of(scheme: Scheme, rows: Sequence[Mapping[str, Any]], step: float, kind: Kind) -> Margin:
    """A scheme's row, from those of its pairs."""
    followed = scheme in with_envelopes()
    nothing = [0.0] * len(rows)
    effects = {
        name: paired_effect(name, unit, nothing, [row[name] for row in rows], kind)
        for name, (unit, _) in EFFECTS.items()
        if followed or name not in OF_PEOPLE
    }
    judged = [row["judged_eur"] for row in rows]
    cost = UnitCost(scheme.payer, "funded")
    if followed:
        cost = unit_cost(scheme.payer, "funded", judged, [row["net"] for row in rows], effects["net"])
    spent = (effects["committed_eur_per_year"].difference or 0.0) / step
    notes = [
        note
        for note, said in (
            (NO_FILES, not followed),
            (TOO_SHORT, followed and rows[0]["months"] <= CLOCK_MONTHS),
            (UNSPENT, spent < SPENT_FROM),
        )
        if said
    ]
    return Margin(
        scheme=scheme.name,
        label={"fr": scheme.fr, "en": scheme.en},
        step_eur=step,
        effects=effects,
        cost=cost,
        shares=pooled(rows),
        people=int(sum(row[PEOPLE] for row in rows)),
        spent_share=spent,
        notes=tuple(notes),
    )


def without_limit(scheme: Scheme) -> Margin:
    """The row of an entitlement: no step can be added to what has no limit."""
    label, cost = {"fr": scheme.fr, "en": scheme.en}, UnitCost(scheme.payer, "funded")
    return Margin(scheme.name, label, 0.0, {}, cost, dict.fromkeys(SHARES), 0, None, (NO_LIMIT,))
