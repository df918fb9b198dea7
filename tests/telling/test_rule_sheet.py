"""`passerelles schemes`: every rule of the files, at its date, under its law, with its source."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from importlib.resources import files

import pytest
from pinned import object_of

from sim.calendar import month_of_text
from sim.errors import UnknownCode
from sim.parameters import Registry
from sim.schemes.rules import read_schemes, schemes
from sim.telling import rule_sheet
from sim.telling.rule_sheet import group_of, groups, scheme_named, sheet, vocabulary

Ended = Callable[..., tuple[int, str, str]]


@pytest.mark.parametrize("scheme", schemes(), ids=lambda scheme: scheme.name)
def test_a_sheet_holds_every_rule_of_its_scheme_once(scheme: rule_sheet.Scheme) -> None:
    keys = [rule.key for rule in sheet(scheme).rules]
    own = [key for key in Registry.load() if key.startswith(scheme.key(""))]
    assert len(keys) == len(set(keys)) and set(own) <= set(keys)
    assert {"who.statuses", "who.contracts", "project.target", "payer", "behaviour"} <= set(keys)
    assert {rule.group for rule in sheet(scheme).rules} <= set(groups())
    assert all(rule.source_title and rule.status and rule.label["fr"] for rule in sheet(scheme).rules)


def test_a_dated_rule_holds_from_its_date_and_the_constant_law_stops_it() -> None:
    transco = scheme_named("transco")

    def budget(text: str, law: rule_sheet.Law) -> rule_sheet.Rule:
        found = sheet(transco, month_of_text(text), law).rule("budget_eur_per_year")
        assert found is not None
        return found

    open_, closed = budget("2025-12", "effective"), budget("2026-01", "effective")
    frozen = budget("2026-01", "constant")
    assert (open_.value, open_.until) == (640000, "2025-12")
    assert (closed.value, closed.since, closed.until) == (0, "2026-01", None)
    assert (frozen.value, frozen.until) == (640000, None)
    assert sheet(scheme_named("demissionnaire")).rule("budget_eur_per_year").value == "unlimited"  # type: ignore[union-attr]


def test_a_date_after_the_last_verification_is_said(ended: Ended) -> None:
    verified = vocabulary()["verified"]["default"]
    late = f"{verified.year + 1}-01"
    assert "verified up to" in ended("schemes", "ptp", "--at", late)[2]
    assert "vérifiées jusqu'au" in ended("schemes", "ptp", "--at", late, "--lang", "fr")[2]
    assert "verified" not in ended("schemes", "ptp", "--at", late, "--law", "constant")[2]
    assert "verified" not in ended("schemes", "ptp", "--at", verified.isoformat())[2]


def test_an_unknown_scheme_or_date_is_a_named_fault(ended: Ended) -> None:
    with pytest.raises(UnknownCode) as caught:
        scheme_named("demisionnaire")
    assert caught.value.nearest == "demissionnaire"
    code, out, err = ended("schemes", "tranco")
    assert (code, out) == (2, "") and err.startswith("E21") and "did you mean transco" in err
    for wrong in ("2026-13", "2026", "2026-01-32", "soon"):
        assert ended("schemes", "--at", wrong)[2].startswith("E22")


def test_a_new_file_appears_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    text = files("calibration").joinpath("schemes/transco.toml").read_text(encoding="utf-8")
    text = text.replace("schemes.transco.", "schemes.mairie.")
    text = text.replace('payer = "etat"', 'payer = "mairie_de_muret"')
    added = read_schemes({"mairie": text})[0]
    numbers = {key: value for key, value in tomllib.loads(text).items() if key.startswith("schemes.")}
    base = Registry.load()
    renamed = {
        key: base[key.replace("mairie", "transco")].model_copy(update={"key": key}) for key in numbers
    }
    monkeypatch.setattr(rule_sheet.Registry, "load", lambda: Registry({**dict(base), **renamed}))
    one = sheet(added)
    assert one.rule("budget_eur_per_year").value == 640000  # type: ignore[union-attr]
    payer = one.rule("payer")
    assert payer is not None and payer.value == {"fr": "mairie de muret", "en": "mairie de muret"}


@pytest.mark.parametrize(
    ("rule", "group"),
    [
        ("fee_cap_eur", "money"),
        ("seniority_in_firm_months", "who"),
        ("waiting_months", "commission"),
        ("start_delay_months", "months"),
        ("budget_eur_per_year", "budget"),
        ("points_55_plus", "commission"),
        ("something_nobody_has_named", "applicants"),
    ],
)
def test_rules_are_grouped_by_their_name(rule: str, group: str) -> None:
    assert group_of(rule) == group


def test_shared_rules_exist_and_follow_the_cover() -> None:
    for entry in vocabulary()["shared"]:
        assert set(entry["keys"]) <= set(Registry.load()) and entry["group"] in groups()
    for scheme in schemes():
        kept = scheme.behaviour == "leave" and scheme.money.cover == "scheme"
        assert (sheet(scheme).rule("cover_after_share") is not None) == (kept or scheme.name == "ptp")


def test_the_object_of_schemes_is_pinned(ended: Ended) -> None:
    code, out, err = ended("schemes", "--json", "--at", "2026-01")
    found = object_of(out, "schemes")
    assert (code, err) == (0, "")
    assert [one["name"] for one in found["schemes"]] == [scheme.name for scheme in schemes()]


def test_words_are_those_of_the_language(ended: Ended) -> None:
    french, english = ended("schemes", "ptp", "--lang", "fr")[1], ended("schemes", "ptp")[1]
    assert "Qui peut demander" in french and "18 000 EUR" in french.replace("\u202f", " ")
    assert "Who may apply" in english and "18,000 EUR" in english
