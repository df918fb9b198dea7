"""The data dictionary: every table that a run writes, every column, every monthly series, said once.

Tables, loaders, ``dictionary.json`` and ``dictionary.md`` all come from :data:`TABLES` and
:data:`SERIES`.  ``kind`` says how a column is held in memory and how it is written:

    month       months since January 2021 (-1: none)      -> date32, first of the month
    occupation  index into the occupations of the results -> code such as ``E02``, or ``none``
    sex, age_band, state, education   code                -> word
    text, count, cents, flag, number                      -> as they are
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from sim.monthly_series import SERIES, Series

__all__ = [
    "FILES",
    "FLOWS",
    "FUNDED",
    "MONEY",
    "MONTHLY",
    "NOT_PAYMENTS",
    "SCHEMA_VERSION",
    "SERIES",
    "STOCKS",
    "TABLES",
    "Field",
    "Series",
    "Table",
    "as_dict",
    "as_json",
    "as_markdown",
]

SCHEMA_VERSION = 1


@dataclass(frozen=True)
class Field:
    """One column of a table: how it is held and written, its unit, its meaning in both languages."""

    name: str
    kind: str
    dtype: str
    unit: str
    fr: str
    en: str


@dataclass(frozen=True)
class Table:
    """One table of a run; ``fields`` in the order of its columns."""

    name: str
    fr: str
    en: str
    fields: tuple[Field, ...]

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(field.name for field in self.fields)


_HEADS_FR = "personnes simulées ; diviser par l'échelle pour la région"
_HEADS_EN = "simulated heads; divide by the scale for the region"

STOCKS = Table(
    "stocks",
    "Effectifs au premier jour du mois ; les cases vides sont omises",
    "Heads on the first day of the month; empty cells are left out",
    (
        Field("month", "month", "date32", "month", "premier jour du mois", "first day of the month"),
        Field(
            "occupation",
            "occupation",
            "string",
            "code",
            "groupe de métiers, le dernier exercé quand la personne est sans emploi",
            "occupation group, the last one held when without a job",
        ),
        Field("sex", "sex", "string", "code", "sexe", "sex"),
        Field("age_band", "age_band", "string", "code", "tranche d'âge", "age band"),
        Field("state", "state", "string", "code", "situation", "state"),
        Field("heads", "count", "int32", "heads", _HEADS_FR, _HEADS_EN),
    ),
)
FLOWS = Table(
    "flows",
    "Passages d'un groupe de métiers à un autre pendant le mois ; les cases vides sont omises",
    "Moves from one occupation group to another during the month; empty cells are left out",
    (
        Field("month", "month", "date32", "month", "mois du passage", "month of the move"),
        Field("from_occupation", "occupation", "string", "code", "métier de départ", "occupation left"),
        Field("to_occupation", "occupation", "string", "code", "métier d'arrivée", "occupation entered"),
        Field("reason", "text", "string", "code", "motif du passage", "reason of the move"),
        Field("heads", "count", "int32", "heads", _HEADS_FR, _HEADS_EN),
    ),
)
MONEY = Table(
    "money",
    "Écritures du mois, en centimes d'euro, à l'échelle simulée",
    "Entries of the month in euro cents, at the simulated scale",
    (
        Field("month", "month", "date32", "month", "mois de l'écriture", "month of the entry"),
        Field("scheme", "text", "string", "code", "dispositif", "scheme"),
        Field("payer", "text", "string", "code", "payeur", "payer"),
        Field(
            "kind",
            "text",
            "string",
            "code",
            "nature : envelope, committed, released, forfeited ou carried_over ; toute autre nature est un "
            "paiement",
            "kind: envelope, committed, released, forfeited or carried_over; any other kind is a payment",
        ),
        Field("amount_eur_cents", "cents", "int64", "euro cents", "montant", "amount"),
    ),
)
FILES = Table(
    "files",
    "Une ligne par dossier de reconversion",
    "One row per application to a scheme",
    (
        Field("person", "count", "uint32", "identifier", "personne", "person"),
        Field("scheme", "text", "string", "code", "dispositif", "scheme"),
        Field("route", "text", "string", "code", "parcours de formation visé", "training route aimed at"),
        Field("month_filed", "month", "date32", "month", "mois du dépôt", "month of filing"),
        Field(
            "month_decided",
            "month",
            "date32",
            "month",
            "mois de la décision, vide si en attente",
            "month of the decision, empty while waiting",
        ),
        Field("outcome", "text", "string", "code", "issue du dossier", "outcome of the file"),
        Field(
            "stage",
            "text",
            "string",
            "code",
            "avancement du projet financé",
            "how far the funded project has come",
        ),
        Field("points", "count", "int32", "points", "points obtenus dans la grille", "points in the grid"),
        Field("cost_eur_cents", "cents", "int64", "euro cents", "engagement du dossier", "commitment"),
        Field("origin_occupation", "occupation", "string", "code", "métier d'origine", "origin occupation"),
        Field("target_occupation", "occupation", "string", "code", "métier visé", "occupation aimed at"),
        Field("sex", "sex", "string", "code", "sexe", "sex"),
        Field("age_years", "count", "int16", "years", "âge au dépôt", "age at filing"),
        Field(
            "education", "education", "string", "code", "niveau de diplôme au dépôt", "education at filing"
        ),
        Field(
            "starts",
            "month",
            "date32",
            "month",
            "début de la formation ou du projet",
            "start of the training or project",
        ),
        Field(
            "ends",
            "month",
            "date32",
            "month",
            "fin de la formation ou du projet",
            "end of the training or project",
        ),
        Field(
            "placed_6",
            "flag",
            "int8",
            "code",
            "1 dans le métier visé six mois après la fin, 0 non, -1 pas encore connu",
            "1 in the trade aimed at six months after the end, 0 not, -1 not known yet",
        ),
        Field(
            "durable_24",
            "flag",
            "int8",
            "code",
            "1 reconversion durable 24 mois après la décision, financée ou non, 0 non, -1 pas encore connu",
            "1 durable conversion 24 months after the decision, funded or not, 0 not, -1 not known yet",
        ),
        Field(
            "in_aim_24",
            "flag",
            "int8",
            "code",
            "1 au travail dans le métier visé 24 mois après la décision, 0 non, -1 pas encore connu",
            "1 at work in the trade aimed at 24 months after the decision, 0 not, -1 not known yet",
        ),
        Field(
            "in_work_24",
            "flag",
            "int8",
            "code",
            "1 au travail 24 mois après la décision, 0 non, -1 pas encore connu",
            "1 at work 24 months after the decision, 0 not, -1 not known yet",
        ),
    ),
)
MONTHLY = Table(
    "series",
    "Totaux du mois pour toute la simulation",
    "Totals of the month for the whole run",
    (
        Field("month", "month", "date32", "month", "mois", "month"),
        Field("series", "text", "string", "code", "nom de la série", "name of the series"),
        Field(
            "value",
            "number",
            "double",
            "see series",
            "valeur, à l'échelle simulée",
            "value, at the simulated scale",
        ),
    ),
)
TABLES: Mapping[str, Table] = {t.name: t for t in (STOCKS, FLOWS, MONEY, FILES, MONTHLY)}

NOT_PAYMENTS = ("envelope", "committed", "released", "forfeited", "carried_over")
"""Kinds of ``money`` that move no money; every other kind is a payment."""

FUNDED = "funded"
"""The ``outcome`` of a file that is paid for."""


def as_dict() -> dict[str, object]:
    """The dictionary as plain data, the content of ``dictionary.json``."""
    return {
        "schema_version": SCHEMA_VERSION,
        "tables": {
            table.name: {
                "fr": table.fr,
                "en": table.en,
                "columns": [
                    {"name": f.name, "type": f.dtype, "unit": f.unit, "fr": f.fr, "en": f.en}
                    for f in table.fields
                ],
            }
            for table in TABLES.values()
        },
        "series": [{"name": s.name, "type": s.dtype, "unit": s.unit, "fr": s.fr, "en": s.en} for s in SERIES],
    }


def as_json() -> str:
    return json.dumps(as_dict(), ensure_ascii=False, indent=2, sort_keys=True) + "\n"


def as_markdown() -> str:
    """The dictionary for reading, both languages side by side."""
    lines = ["# Dictionnaire des données / Data dictionary", ""]
    for table in TABLES.values():
        lines += [
            f"## {table.name}",
            "",
            f"{table.fr}. / {table.en}.",
            "",
            "| colonne / column | type | unité / unit | sens | meaning |",
            "|---|---|---|---|---|",
        ]
        lines += [f"| `{f.name}` | {f.dtype} | {f.unit} | {f.fr} | {f.en} |" for f in table.fields]
        lines.append("")
    lines += [
        "## Séries mensuelles / Monthly series",
        "",
        "| série / series | unité / unit | sens | meaning |",
        "|---|---|---|---|",
    ]
    lines += [f"| `{s.name}` | {s.unit} | {s.fr} | {s.en} |" for s in SERIES]
    return "\n".join(lines) + "\n"
