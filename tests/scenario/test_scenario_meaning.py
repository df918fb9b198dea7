"""What scenarios say: every fault at once with its line, and a canonical form that loads back."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.calendar import OPENING
from sim.errors import Errors, PasserellesError
from sim.parameters import Registry
from sim.scenario import Scenario, digest, dump, load, loads, results_digest, shipped, with_overrides

HEAD = """\
schema_version = 1
horizon_months = 24

[title]
fr = "Essai"
en = "Trial"

[narrative]
fr = "Un essai."
en = "A trial."

"""
BUDGET = '"schemes.ptp.budget_eur_per_year"'


def codes(text: str) -> list[str]:
    with pytest.raises(PasserellesError) as caught:
        loads(text, "trial")
    fault = caught.value
    return [one.code for one in (fault.errors if isinstance(fault, Errors) else (fault,))]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (f"[policy]\n{BUDGET} = nan", "E13"),
        (f"[policy]\n{BUDGET} = inf", "E13"),
        (f"[policy]\n{BUDGET} = 1e999", "E13"),
        (f"[policy]\n{BUDGET} = '1e6'", "E14"),
        (f"[policy]\n{BUDGET} = true", "E14"),
        (f"[policy]\n{BUDGET} = '١٢٣'", "E14"),
        (f"[policy]\n{BUDGET} = '1 000'", "E14"),
        (f"[policy]\n{BUDGET} = -1", "E15"),
        (f"[policy]\n{BUDGET} = 0x{'f' * 6000}", "E15"),
        (f"[policy]\n{BUDGET} = 1{'0' * 4000}", "E15"),
        (f"[policy]\n{BUDGET} = -0.0", "E16"),
        (f"[policy]\n{BUDGET} = 1e-320", "E16"),
        (f"[policy]\n{BUDGET} = 0.30000000000000004", "E16"),
        ('[policy]\n"schemes.ptp.budgett_eur_per_year" = 1', "E19"),
        ('[policy]\n"law.are_cap_share" = 0.7', "E19"),
        (f"[assumptions]\n{BUDGET} = 1", "E19"),
        ("[polici]\nx = 1", "E19"),
        (f"[policy]\n{BUDGET} = []", "E20"),
        (f"[policy]\n{BUDGET} = [1]", "E20"),
        (f"[policy]\n{BUDGET} = [{{ from = 2025-01-01 }}]", "E20"),
        (f"[policy]\n{BUDGET} = [{{ from = 2025-01-01, value = 1, until = 2 }}]", "E20"),
        (f"[policy]\n{BUDGET} = [{{ from = 2025-01-15, value = 1 }}]", "E22"),
        (f"[policy]\n{BUDGET} = [{{ from = 2023-12-01, value = 1 }}]", "E22"),
        (f"[policy]\n{BUDGET} = [{{ from = 2026-01-01, value = 1 }}]", "E22"),
        (f"[policy]\n{BUDGET} = [{{ from = '2025-01-01', value = 1 }}]", "E22"),
        (f"[policy]\n{BUDGET} = [{{ from = 2025-01-01T00:00:00, value = 1 }}]", "E22"),
        (f"[policy]\n{BUDGET} = [{{from=2025-02-01, value=1}}, {{from=2025-01-01, value=2}}]", "E22"),
        (f"[policy]\n{BUDGET} = [{{from=2025-02-01, value=1}}, {{from=2025-02-01, value=2}}]", "E22"),
        ('[policy]\n"schemes.ptp.points_55_plus" = "unlimited"', "E14"),
        ('[policy]\n"schemes.ptp.points_55_plus" = 2.5', "E14"),
        ('[policy]\n"schemes.ptp.points_55_plus" = 1000000', "E15"),
        ('[assumptions]\n"ai.adoption_path" = "fastest"', "E15"),
    ],
)
def test_an_override_that_cannot_be_has_its_code(body: str, code: str) -> None:
    assert codes(HEAD + body + "\n") == [code]


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("schema_version = 1\n", "", "E25"),
        ("schema_version = 1", "schema_version = 1.0", "E25"),
        ("schema_version = 1", "schema_version = 2", "E25"),
        ("schema_version = 1", "schema_version = true", "E25"),
        ("horizon_months = 24\n", "", "E20"),
        ("horizon_months = 24", "horizon_months = 0", "E15"),
        ("horizon_months = 24", "horizon_months = 1_000_000", "E15"),
        ("horizon_months = 24", "horizon_months = true", "E14"),
        ("horizon_months = 24", "horizon_months = 24.0", "E14"),
        ("horizon_months = 24", 'horizon_months = 24\nlaw = "constnt"', "E15"),
        ("horizon_months = 24", "horizon_months = 24\nhorizon = 3", "E19"),
        ('en = "Trial"\n', "", "E20"),
        ('"Trial"', '"![x](http://example.org/a.png)"', "E26"),
        ('"Trial"', '"<img src=x onerror=alert(1)>"', "E26"),
        ('"Trial"', '"=HYPERLINK(1)"', "E26"),
        ('"Trial"', '"{{7*7}}"', "E26"),
        ('"Trial"', '"a\\u202eb"', "E26"),
        ('"Trial"', '"a\\u200bb"', "E26"),
        ('"Trial"', '""', "E26"),
        ('"Trial"', '"' + "x" * 10_000 + '"', "E26"),
        ('"Trial"', "12", "E26"),
        ('"A trial."', '"see www.example.org"', "E26"),
        ('"A trial."', '"a\\u202eb"', "E26"),
    ],
)
def test_a_faulty_frame_has_its_code(old: str, new: str, code: str) -> None:
    assert codes((HEAD + f"[policy]\n{BUDGET} = 1\n").replace(old, new, 1)) == [code]


def test_all_faults_are_told_at_once_with_their_lines() -> None:
    text = (
        HEAD
        + f"""\
[policy]
{BUDGET} = [
  {{ from = 2025-01-01, value = -5 }},
  {{ from = 2025-02-15, value = 5 }},
]
"schemes.ptp.points_55_pluss" = 1

[assumptions]
"ai.adoption_path" = "quick"
"""
    )
    with pytest.raises(Errors) as caught:
        loads(text.replace("schema_version = 1", "schema_version = 9"), "trial")
    told = caught.value.message("en")
    for part in (
        "trial.toml:1: schema_version",
        "trial.toml:14: policy.schemes.ptp.budget_eur_per_year (-5)",
        "trial.toml:15: ",
        "trial.toml:17: ",
        "did you mean schemes.ptp.points_55_plus?",
        "trial.toml:20: assumptions.ai.adoption_path (quick)",
    ):
        assert part in told
    assert len(caught.value.errors) == 5
    assert all(one.message("fr") != one.message("en") for one in caught.value)


def test_values_are_shortened_in_messages() -> None:
    with pytest.raises(PasserellesError) as caught:
        loads(HEAD + f"[policy]\n{BUDGET} = '{'x' * 5000}'\n", "trial")
    assert caught.value.value is not None and len(caught.value.value) <= 40


def test_zero_is_zero_and_unlimited_is_said() -> None:
    assert loads(HEAD + f"[policy]\n{BUDGET} = 0\n").overrides == {BUDGET.strip('"'): ((OPENING, 0),)}
    assert loads(HEAD + f'[policy]\n{BUDGET} = "unlimited"\n').overrides == {
        BUDGET.strip('"'): ((OPENING, "unlimited"),)
    }


@pytest.mark.parametrize(
    "body",
    [
        "[policy]\nschemes.ptp.points_55_plus = 2",
        "[policy.schemes.ptp]\npoints_55_plus = 2",
        '[policy]\n"schemes.ptp.points_55_plus" = [{ from = 2024-01-01, value = 2 }]',
    ],
)
def test_the_same_thing_may_be_written_in_several_ways(body: str) -> None:
    plain = loads(HEAD + '[policy]\n"schemes.ptp.points_55_plus" = 2\n', "trial")
    assert loads(HEAD + body + "\n", "trial") == plain


@pytest.mark.parametrize("name", shipped())
def test_shipped_scenarios_are_whole_and_canonical(name: str) -> None:
    scenario = load(name)
    assert scenario.horizon_months == 120 and set(scenario.title) == set(scenario.narrative) == {"fr", "en"}
    assert loads(dump(scenario), name) == scenario
    assert dump(loads(dump(scenario), name)) == dump(scenario)


def test_the_promised_scenarios_are_shipped_and_reference_comes_first() -> None:
    assert shipped()[0] == "reference"
    assert {"reference", "ai-2024-pace", "eu-2030", "ai-fast-ptp-doubled", "ai-fast-women-seniors"} <= set(
        shipped()
    )
    assert len({results_digest(load(name)) for name in shipped()}) == len(shipped())


def test_words_order_and_defaults_do_not_change_the_digest_of_results() -> None:
    body = f'[policy]\n"schemes.ptp.points_55_plus" = 2\n{BUDGET} = 1\n'
    turned = f'[policy]\n{BUDGET} = 1\n# a comment\n"schemes.ptp.points_55_plus" = 2\n'
    first, other = loads(HEAD + body, "one"), loads(HEAD.replace("Trial", "Other") + turned, "two")
    assert digest(first) != digest(other)
    assert results_digest(first) == results_digest(other)
    default = Registry.load()["schemes.ptp.points_55_plus"].value
    bare = loads(HEAD, "bare")
    assert results_digest(
        with_overrides(bare, {"schemes.ptp.points_55_plus": str(default)})
    ) == results_digest(bare)
    assert results_digest(first) != results_digest(bare)


def test_a_value_repeated_is_no_change() -> None:
    once = loads(HEAD + f"[policy]\n{BUDGET} = 5\n")
    twice = loads(
        HEAD + f"[policy]\n{BUDGET} = [{{from=2024-01-01, value=5}}, {{from=2025-01-01, value=5.0}}]\n"
    )
    assert results_digest(once) == results_digest(twice)


def test_levers_moved_from_the_command_line() -> None:
    moved = with_overrides(
        load("reference"),
        {
            "ai.adoption_path": "fast",
            "schemes.ptp.points_55_plus": "2",
            "schemes.ptp.budget_eur_per_year": "unlimited",
        },
    )
    assert moved.overrides["ai.adoption_path"] == ((OPENING, "fast"),)
    assert moved.overrides["schemes.ptp.points_55_plus"] == ((OPENING, 2),)
    assert moved.overrides["schemes.ptp.budget_eur_per_year"] == ((OPENING, "unlimited"),)
    dated = with_overrides(
        load("reference"), {"schemes.ptp.points_55_plus": "[{from = 2026-01-01, value = 1}]"}
    )
    assert dated.overrides["schemes.ptp.points_55_plus"] == ((60, 1),)


def test_levers_that_cannot_move_are_all_told() -> None:
    with pytest.raises(Errors) as caught:
        with_overrides(load("reference"), {"ai.adoption_pth": "fast", "schemes.ptp.points_55_plus": "lots"})
    assert [one.code for one in caught.value] == ["E19", "E14"]
    assert caught.value.errors[0].nearest == "ai.adoption_path"


_LEVERS = sorted(Registry.load().levers())


@st.composite
def scenarios(draw: st.DrawFn) -> Scenario:
    """Valid scenarios over every lever of the registry."""
    horizon = draw(st.integers(1, 600))
    overrides = {}
    for key in draw(st.lists(st.sampled_from(_LEVERS), unique=True, max_size=6)):
        parameter = Registry.load()[key]
        months = sorted(draw(st.sets(st.integers(OPENING, OPENING + horizon - 1), min_size=1, max_size=4)))
        if parameter.kind == "choice":
            value = st.sampled_from(parameter.choices)
        elif parameter.kind == "float":
            value = st.floats(float(parameter.low), float(parameter.high)).map(lambda number: number + 0.0)
        else:
            value = st.integers(int(parameter.low), int(parameter.high))
        if parameter.unlimited:
            value = st.one_of(value, st.just("unlimited"))
        overrides[key] = tuple((month, draw(value)) for month in months)
    word = st.text(st.sampled_from("abcÉœ Z09,;'’%"), min_size=1, max_size=30).map(lambda text: f"a{text}b")
    words = st.fixed_dictionaries({"fr": word, "en": word})
    prose = st.fixed_dictionaries({"fr": word.map(lambda text: f'"{text}"\n\\ # <b>'), "en": word})
    return Scenario(
        "trial",
        draw(words),
        draw(prose),
        horizon,
        dict(sorted(overrides.items())),
        draw(st.sampled_from(["constant", "effective"])),
    )


@settings(max_examples=150, deadline=None)
@given(scenarios())
def test_every_scenario_survives_its_own_text(scenario: Scenario) -> None:
    again = loads(dump(scenario), "trial")
    assert again == scenario
    assert digest(again) == digest(scenario) and results_digest(again) == results_digest(scenario)


def test_the_example_of_the_document_is_a_scenario() -> None:
    document = Path(__file__).parents[2] / "docs" / "scenario-files.md"
    example = document.read_text(encoding="utf-8").split("```toml\n")[1].split("```")[0]
    assert loads(example, "example").overrides["schemes.ptp.budget_eur_per_year"] == (
        (48, 58_000_000),
        (72, "unlimited"),
    )
