"""Lives in plain French and English: one sentence an event, one paragraph a person."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from sim.calendar import date_of
from sim.errors import Language
from sim.population.columns import NONE, Sex
from sim.schemes.file_reasons import explain_file, standing_of
from sim.schemes.routes import routes
from sim.schemes.rules import schemes
from sim.telling.life import Event, Line
from sim.trades import trades

MONTHS: Mapping[Language, tuple[str, ...]] = {
    "fr": (
        "janvier", "février", "mars", "avril", "mai", "juin",
        "juillet", "août", "septembre", "octobre", "novembre", "décembre",
    ),
    "en": (
        "January", "February", "March", "April", "May", "June",
        "July", "August", "September", "October", "November", "December",
    ),
}  # fmt: skip
EDUCATIONS: Mapping[Language, tuple[str, ...]] = {
    "fr": ("sans diplôme", "niveau CAP ou BEP", "niveau bac", "niveau bac + 2", "niveau bac + 3 ou plus"),
    "en": ("no diploma", "vocational certificate", "baccalaureate", "two years after it", "three or more"),
}
SECTORS: Mapping[Language, tuple[str, ...]] = {
    "fr": (
        "dans l'agriculture",
        "dans l'industrie",
        "dans la construction",
        "dans le tertiaire marchand",
        "dans le tertiaire non marchand",
    ),
    "en": ("in farming", "in industry", "in construction", "in market services", "in non-market services"),
}
STATES: Mapping[Language, tuple[str, ...]] = {
    "fr": ("en emploi", "au chômage", "en formation", "sans activité", "hors de l'âge de travailler"),
    "en": ("employed", "unemployed", "in training", "out of the labour force", "past working age"),
}
CONTRACTS: Mapping[Language, tuple[str, ...]] = {
    "fr": ("CDI", "CDD", "intérim", "à son compte"),
    "en": ("permanent contract", "fixed-term contract", "agency contract", "self-employed"),
}
STATUSES: Mapping[Language, tuple[str, ...]] = {
    "fr": ("", "contrat public", "fonctionnaire", "à son compte", ""),
    "en": ("", "public contract", "civil servant", "self-employed", ""),
}
PROJECTS: Mapping[Language, tuple[str, ...]] = {
    "fr": ("formation", "création d'entreprise", "allocation et accompagnement", "validation des acquis"),
    "en": ("a course", "a business of her own", "allowance and follow-up", "validation of experience"),
}


@cache
def sentences() -> Mapping[str, Mapping[str, str]]:
    """Sentences by kind of event and language (``calibration/life_events.toml``)."""
    return tomllib.loads(files("calibration").joinpath("life_events.toml").read_text(encoding="utf-8"))


def month_text(month: int, tongue: Language) -> str:
    """``mars 2026`` or ``March 2026``."""
    day = date_of(month)
    return f"{MONTHS[tongue][day.month - 1]} {day.year}"


def trade_text(code: int, tongue: Language) -> str:
    """What an occupation group is called."""
    if not 0 <= code < trades().count:
        return {"fr": "sans métier encore", "en": "no trade yet"}[tongue]
    labels: tuple[str, ...] = trades().labels_fr if tongue == "fr" else trades().labels_en
    return labels[code]


def euros(cents: int, tongue: Language) -> str:
    """Whole euros above a hundred, cents below."""
    text = f"{cents / 100:,.0f}" if abs(cents) >= 10_000 else f"{cents / 100:,.2f}"
    return text.replace(",", "\u202f").replace(".", ",") + " €" if tongue == "fr" else f"€{text}"


def contract_text(line: Mapping[str, Any], tongue: Language) -> str:
    """Her contract, or her status where it says more."""
    return STATUSES[tongue][int(line["status"])] or CONTRACTS[tongue][int(line["contract"])]


def sentence(event: Event, she: Line, tongue: Language) -> str:
    """One event in words, without its date."""
    told = sentences().get(event.kind)
    if told is None:
        plain = event.kind.replace("_", " ")
        scheme = event.facts.get("scheme")
        return f"{plain} ({_scheme(str(scheme), tongue)})" if scheme else plain
    return _hers(told[tongue], she, tongue).format(**_facts(event, she, tongue))


def _hers(text: str, she: Line, tongue: Language) -> str:
    if tongue == "en" and she["sex"] == Sex.MAN:
        return text.replace("she ", "he ").replace("her ", "his ").replace(" herself", " himself")
    return text


def _facts(event: Event, she: Line, tongue: Language) -> dict[str, str]:
    known, french = event.facts, tongue == "fr"
    out = {
        "e": "e" if she["sex"] == Sex.WOMAN else "",
        "age": str((event.month - she["birth_month"]) // 12),
    }
    if "wage" in known:
        out |= {
            "trade": trade_text(known["occupation"], tongue),
            "sector": SECTORS[tongue][known["sector"]] if known["sector"] != NONE else "",
            "contract": contract_text(known, tongue),
            "wage": euros(known["wage"], tongue),
        }
    if "cents_a_day" in known:
        out |= {"amount": euros(known["cents_a_day"], tongue), "months": str(known["months"])}
    if "post_kept" in known:
        kept = ", poste gardé" if french else ", post kept"
        out["post"] = kept if known["post_kept"] else ""
    if "back_in_post" in known:
        words = ("retour au poste", "recherche d'emploi") if french else ("back to the post", "search")
        out["back"] = words[0] if known["back_in_post"] else words[1]
    return out | (_file_facts(known, tongue) if "points" in known else {})


def _file_facts(file: Mapping[str, Any], tongue: Language) -> dict[str, str]:
    standing = standing_of(file, tongue)
    return {
        "scheme": _scheme(file["scheme"], tongue),
        "project": project_text(file, tongue),
        "cost": euros(file["cost_eur_cents"], tongue),
        "points": f" ({file['points']} points)" if file["points"] else "",
        "standing": f" ({standing})" if standing else "",
        "explained": explain_file(file, tongue),
    }


def _scheme(name: str, tongue: Language) -> str:
    return next(scheme.fr if tongue == "fr" else scheme.en for scheme in schemes() if scheme.name == name)


def project_text(file: Mapping[str, Any], tongue: Language) -> str:
    """What a file asks for: its course, or what it is where there is none."""
    known, target = routes(), trade_text(file["target_occupation"], tongue)
    if file["route"] < known.count:
        labels: tuple[str, ...] = known.labels_fr if tongue == "fr" else known.labels_en
        return labels[int(file["route"])]
    words = PROJECTS[tongue][int(file["project"])]
    return f"{words} ({target})" if file["target_occupation"] < trades().count else words


def portrait(line: Line, month: int, tongue: Language) -> str:
    """Who she is, in two sentences."""
    woman, french = line["sex"] == Sex.WOMAN, tongue == "fr"
    sex = ("Femme" if woman else "Homme") if french else ("Woman" if woman else "Man")
    age, education = (month - line["birth_month"]) // 12, EDUCATIONS[tongue][line["education"]]
    now, trade = situation(line, tongue), trade_text(line["occupation"], tongue)
    aged = f"{sex}, {age} ans, {education}." if french else f"{sex}, aged {age}, education: {education}."
    return f"{aged} {now[0].upper()}{now[1:]}{' :' if french else ':'} {trade}."


def situation(line: Line, tongue: Language) -> str:
    """Her state, with post and pay where she has one."""
    state = STATES[tongue][line["state"]]
    if line["unit"] < 0:
        return state
    sector = SECTORS[tongue][line["sector"]] if line["sector"] != NONE else ""
    pay = euros(line["wage"], tongue) + (" brut par mois" if tongue == "fr" else " gross a month")
    return ", ".join(part for part in (f"{state} {sector}".strip(), contract_text(line, tongue), pay) if part)
