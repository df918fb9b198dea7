"""No number without unit, range, source and reason; and values in force as a pure function."""

from __future__ import annotations

import math
import re
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

import sim
from sim.calendar import OPENING, date_of, month_of_text
from sim.errors import (
    BadDate,
    DuplicateKey,
    Errors,
    MalformedParameter,
    NotFinite,
    NumberExpected,
    NumberWithoutRange,
    NumberWithoutReason,
    NumberWithoutSource,
    NumberWithoutStatus,
    NumberWithoutUnit,
    OutOfRange,
    PasserellesError,
    UnknownKey,
    UnknownSource,
    WholeCents,
)
from sim.law_notice import last_known_month, law_notice
from sim.parameters import Registry, parameters_in_force, rules_by_month
from sim.provenance import source_of
from sim.schemes.rules import schemes

GOOD = {
    "value": "0.3",
    "low": "0.1",
    "high": "0.9",
    "unit": '"share"',
    "source": '"a_source"',
    "reason": '"because"',
    "status": '"assumed"',
}


def text(key: str = "ai.part_share", **changes: str | None) -> str:
    fields = {k: v for k, v in {**GOOD, **changes}.items() if v is not None}
    return f'["{key}"]\n' + "".join(f"{name} = {value}\n" for name, value in fields.items())


def registry(parameters: str, fitted: str = "") -> Registry:
    return Registry.from_text(parameters, fitted, ["a_source"])


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"unit": None}, NumberWithoutUnit),
        ({"unit": '" "'}, NumberWithoutUnit),
        ({"low": None}, NumberWithoutRange),
        ({"low": "0.95"}, NumberWithoutRange),
        ({"source": None}, NumberWithoutSource),
        ({"reason": '""'}, NumberWithoutReason),
        ({"status": None}, NumberWithoutStatus),
        ({"status": '"guessed"'}, MalformedParameter),
        ({"source": '"a_sorce"'}, UnknownSource),
        ({"value": "0.95"}, OutOfRange),
        ({"value": "nan"}, NotFinite),
        ({"value": "true"}, PasserellesError),
        ({"value": '"unlimited"'}, NumberExpected),
        ({"colour": '"red"'}, MalformedParameter),
        ({"levels": '[{ value = 2.0, fr = "a", en = "a" }]'}, OutOfRange),
        ({"dated": "[{ from = 2021-01-15, value = 0.3 }]"}, BadDate),
        ({"dated": "[{ from = 2022-01-01, value = 0.2 }, { from = 2021-01-01, value = 0.3 }]"}, BadDate),
        ({"dated": "[{ from = 2021-01-01, value = 0.2 }]"}, MalformedParameter),
        ({"kind": '"choice"'}, NumberWithoutRange),
        ({"kind": '"int"'}, NumberExpected),
    ],
)
def test_a_faulty_number_does_not_load(changes: dict[str, str | None], fault: type[PasserellesError]) -> None:
    with pytest.raises(PasserellesError) as caught:
        registry(text(**changes))
    faults = caught.value.errors if isinstance(caught.value, Errors) else (caught.value,)
    assert any(isinstance(one, fault) for one in faults)
    assert "parameters.toml:1" in str(caught.value)


def test_all_faults_are_told_at_once_and_the_nearest_source_is_named() -> None:
    with pytest.raises(Errors) as caught:
        registry(text(source='"a_sorce"', value="2.0"))
    assert {error.code for error in caught.value} == {"E35", "E15"}
    assert "a_source" in caught.value.message("fr")


def test_a_key_ends_in_its_unit_and_stands_once() -> None:
    with pytest.raises(NumberWithoutUnit, match="_share"):
        registry(text("ai.part"))
    with pytest.raises(DuplicateKey, match=r"parameters\.toml:1"):
        registry(text() + text())


def test_fitted_values_replace_only_fitted_numbers() -> None:
    fitted = '[values]\n"ai.part_share" = 0.5\n'
    assert registry(text(status='"fitted"'), fitted)["ai.part_share"].value == 0.5
    with pytest.raises(NumberWithoutStatus):
        registry(text(), fitted)
    with pytest.raises(OutOfRange):
        registry(text(status='"fitted"'), fitted.replace("0.5", "5.0"))
    with pytest.raises(UnknownKey, match=r"ai\.part_share"):
        registry(text(status='"fitted"'), fitted.replace("part_share", "part_shar"))


def test_history_law_and_overrides_in_force() -> None:
    steps = (("2021", 0.2), ("2024", 0.3), ("2026", 0.4))
    dated = ", ".join(f"{{ from = {year}-01-01, value = {value} }}" for year, value in steps)
    numbers = registry(text(dated=f"[{dated}]"))
    key = "ai.part_share"
    opening, later = OPENING, month_of_text("2026-06")
    assert [parameters_in_force(numbers, {}, m).number(key) for m in (-60, 0, 35, opening)] == [
        0.2,
        0.2,
        0.2,
        0.3,
    ]
    assert parameters_in_force(numbers, {}, later).number(key) == 0.3
    assert parameters_in_force(numbers, {}, later, "effective").number(key) == 0.4
    overrides = {key: [(opening, 0.8), (opening + 12, 0.9)]}
    assert [parameters_in_force(numbers, overrides, m).number(key) for m in (35, 36, 47, 48, 100)] == [
        0.2, 0.8, 0.8, 0.9, 0.9,
    ]  # fmt: skip


@pytest.mark.parametrize("law", ["constant", "effective"])
@pytest.mark.parametrize("overrides", [
    {},
    {"ai.adoption_path": [(20, "fast"), (50, "none")], "schemes.ptp.budget_eur_per_year": [(60, 1000)]},
])
def test_rules_are_one_object_until_a_value_changes(law: Any, overrides: Any) -> None:
    numbers = Registry.load()
    rules_of, objects = rules_by_month(numbers, overrides, law), []
    for month in range(-3, 160):
        rules = rules_of(month)
        assert rules == dict(parameters_in_force(numbers, overrides, max(month, 0), law))
        assert rules_of(month) is rules
        if not objects or objects[-1] is not rules:
            objects.append(rules)
    assert all(one != other for one, other in pairwise(objects))
    assert len(objects) < 40


def test_unknown_keys_name_the_nearest_and_are_key_errors() -> None:
    numbers = registry(text())
    with pytest.raises(UnknownKey, match=r"did you mean ai\.part_share"):
        parameters_in_force(numbers, {"ai.part_shar": [(36, 0.5)]}, 40)
    assert numbers.get("nothing") is None


def test_amounts_become_whole_cents_and_unlimited_is_explicit() -> None:
    amount = text(
        "a.budget_eur",
        unit='"EUR"',
        kind='"amount_eur"',
        value="27.45",
        low="0",
        high="100",
        unlimited="true",
    )
    numbers = registry(amount)
    assert parameters_in_force(numbers, {}, 36).cents("a.budget_eur") == 2745
    free = parameters_in_force(numbers, {"a.budget_eur": [(36, "unlimited")]}, 36)
    assert free.cents("a.budget_eur") is None and math.isinf(free.number("a.budget_eur"))
    with pytest.raises(WholeCents):
        parameters_in_force(numbers, {"a.budget_eur": [(36, 0.123)]}, 36).cents("a.budget_eur")


def test_digests_follow_values_not_words() -> None:
    assert registry(text()).digest() == registry(text(reason='"another"')).digest()
    assert registry(text()).digest() != registry(text(value="0.4")).digest()
    numbers = Registry.load()
    assert parameters_in_force(numbers, {}, 40).digest() == parameters_in_force(numbers, {}, 41).digest()


def test_labels_are_words_not_codes() -> None:
    for key, parameter in Registry.load().items():
        for words in (parameter.fr, parameter.en):
            label = words.label if words else ""
            assert not re.search(r"[a-z0-9]_[a-z0-9]", label), key
            assert not re.search(rf"\((?:{'|'.join(one.name for one in schemes())})\)", label), key


def test_the_projects_numbers_load_with_their_origin_and_words() -> None:
    numbers = Registry.load()
    assert len(numbers) > 60
    for key, parameter in numbers.items():
        assert source_of(parameter.source).title, key
        if parameter.lever:
            assert parameter.fr and parameter.en, f"{key} is a lever without a label"
    opening = parameters_in_force(numbers, {}, OPENING)
    assert opening.cents("law.smic_gross_eur_per_month") == 176_692
    assert opening.cents("schemes.ptp.fee_cap_eur") == 1_800_000
    assert opening.cents("schemes.demissionnaire.budget_eur_per_year") is None
    in_2021 = parameters_in_force(numbers, {}, 0)
    assert in_2021.cents("schemes.ptp.budget_eur_per_year") == 1_062 * 2_700_000
    closed = parameters_in_force(numbers, {}, month_of_text("2026-01"), "effective")
    assert closed.cents("schemes.transco.budget_eur_per_year") == 0


def test_a_number_that_nothing_reads_is_no_lever() -> None:
    with pytest.raises(MalformedParameter, match="no lever"):
        registry(text(lever='"policy"', unused='"no process reads it"'))


def test_every_lever_of_law_and_schemes_is_read_by_the_model() -> None:
    code = "\n".join(path.read_text(encoding="utf-8") for path in Path(sim.__file__).parent.rglob("*.py"))
    for key in (k for k in Registry.load().levers() if k.startswith(("law.", "schemes."))):
        name = key.rsplit(".", 1)[1]
        shorter = name.removeprefix("points_")
        assert key in code or f'"{name}"' in code or (shorter != name and shorter in code), (
            f"nothing reads {key}"
        )


def test_law_at_a_date_follows_the_rules_until_then() -> None:
    registry = Registry.load()
    budget, smic = "schemes.transco.budget_eur_per_year", "law.smic_gross_eur_per_month"
    january_2026 = 60

    def at(key: str, month: int, law: str) -> Any:
        return parameters_in_force(registry, {}, month, law)[key]

    assert at(budget, 120, "constant") == at(budget, 120, "2025-01-01") == 640_000
    assert at(budget, january_2026 - 1, "2026-01-01") == 640_000
    assert at(budget, january_2026, "2026-01-01") == at(budget, 120, "effective") == 0
    # The minimum wage of June 2026 is not reached by a law that stops in January.
    assert at(smic, 120, "constant") < at(smic, 120, "2026-01-01") < at(smic, 120, "effective")
    for wrong in ("2026-01-15", "2023-06-01", "tomorrow"):
        with pytest.raises(BadDate):
            parameters_in_force(registry, {}, 120, wrong)


def test_a_run_beyond_the_rules_known_says_so() -> None:
    known = last_known_month()
    assert law_notice("constant", 600) is None and law_notice("effective", known) is None
    for law in ("effective", "2035-01-01"):
        notice = law_notice(law, known + 1)
        assert notice is not None and all(date_of(known).isoformat() in said for said in notice.values())
    stopped = law_notice("2025-01-01", 600)
    assert stopped is not None and "2025-01-01" in stopped["en"] and law_notice("2025-01-01", 48) is None
