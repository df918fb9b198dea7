"""Double-entry ledger in integer euro cents.

Every posting debits a payer and credits a payee by the same amount, so the books close by
construction, month by month; :meth:`Ledger.balance` says so.  Accounts and kinds stand in one list each:
the checks of a run refuse any other (:func:`sim.check_files.check_books`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

ACCOUNTS: Mapping[str, tuple[str, str]] = {
    "transitions_pro": ("Transitions Pro", "Transitions Pro"),
    "unedic": ("Unédic", "Unédic (unemployment insurance)"),
    "opco": ("OPCO", "OPCO (branch training funds)"),
    "region": ("Région", "Regional council"),
    "etat": ("État", "State"),
    "employer": ("employeur", "employer"),
    "person": ("personne", "person"),
    "france_travail": ("France Travail", "France Travail (employment service)"),
    "cnav_c2p": ("fonds du C2P", "C2P fund (arduous work)"),
    "fipu": ("FIPU", "FIPU (fund against wear at work)"),
    "france_competences": ("France compétences", "France compétences"),
    "cpf": ("compte personnel de formation (CPF)", "personal training account (CPF)"),
    "training_provider": ("organisme de formation", "training provider"),
    "advice_body": ("opérateur de conseil", "advice body"),
    "adviser": ("mentor ou accompagnateur", "mentor or adviser"),
}
"""Who pays or is paid, with labels in French and English."""

KINDS: Mapping[str, tuple[str, str]] = {
    "teaching": ("frais pédagogiques", "teaching"),
    "wage_cover": ("prise en charge du salaire", "wage cover"),
    "wage": ("salaire maintenu", "wage kept up"),
    "are": ("allocation chômage (ARE)", "unemployment benefit (ARE)"),
    "arce": ("capital des créateurs d'entreprise (ARCE)", "capital of founders (ARCE)"),
    "allowance": ("allocation d'accompagnement", "allowance while supported"),
    "notice": ("préavis", "notice"),
    "bonus": ("prime de reclassement", "bonus for a post found early"),
    "trainee_pay": ("rémunération de stagiaire", "trainee pay"),
    "validation": ("accompagnement et jury de VAE", "validation of experience"),
    "advice": ("conseil", "advice"),
    "mentoring": ("mentorat", "mentoring"),
    "follow_up": ("suivi vers l'emploi", "follow-up to hiring"),
}
"""What a payment is for, with labels in French and English."""

PAID_ON_FILES = ("teaching", "wage_cover", "allowance", "notice", "bonus")
"""Kinds that a scheme's payer pays file by file."""


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

    def balance(self, month: int | None = None) -> dict[str, int]:
        """Net position of each account in cents, of one month or of all; the positions sum to zero."""
        net: dict[str, int] = defaultdict(int)
        for (when, _, payer, payee, _), amount in self.entries.items():
            if month is None or when == month:
                net[payer] -= amount
                net[payee] += amount
        return dict(net)

    def rows(self) -> list[tuple[int, str, str, str, int]]:
        """(month, scheme, payer, kind, amount_eur_cents), summed over payees, in sorted order."""
        totals: dict[tuple[int, str, str, str], int] = defaultdict(int)
        for (month, scheme, payer, _, kind), amount in self.entries.items():
            totals[month, scheme, payer, kind] += amount
        return [(*key, totals[key]) for key in sorted(totals)]
