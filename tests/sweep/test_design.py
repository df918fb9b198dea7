"""Design files: what they may say, and every fault at once with its line, its code and the nearest word."""

from __future__ import annotations

import random
import re
from pathlib import Path

import pytest
from designs import design_of

from sim.errors import Errors, PasserellesError
from sim.sweep.design import beside, load_design, loads_design, shipped_designs
from sim.sweep.plan import Plan

HEAD = "schema_version = 1\nhorizon_months = 24\nscale = 0.01\n"
BUDGET, SHARE, SENIORS = (
    "schemes.ptp.budget_eur_per_year",
    "ai.displacement_share",
    "schemes.ptp.points_55_plus",
)


DRAWN = HEAD + f'[assumptions]\nmethod = "{{}}"\nsamples = 2\nfactors.{SHARE} = [0.1, 0.3]\n'


def faults_of(text: str, folder: Path = Path()) -> list[PasserellesError]:
    with pytest.raises(PasserellesError) as caught:
        loads_design(text.encode(), "d", beside(folder))
    return list(caught.value) if isinstance(caught.value, Errors) else [caught.value]


def test_every_shipped_design_is_read_and_has_its_words() -> None:
    assert "first-steps" in shipped_designs()
    for name in shipped_designs():
        design = load_design(name)
        assert set(design.title) == {"fr", "en"} and design.title["fr"] != design.title["en"]
        assert Plan(design).jobs > 1 and design.policies


def test_all_faults_are_told_at_once_each_with_its_line_code_and_nearest_word() -> None:
    text = f"""schema_version = 1
horizon_months = 24
scale = 0.01
outputs = ["layofs"]

[assumptions]
method = "grid"

[assumptions.factors]
"ai.displacement_shar" = [0.1, 0.3]
"{BUDGET}" = [0, 1]
"ai.adjustment_months" = [3, 99]

[policies.more]
"{BUDGET}" = "many"
"{SHARE}" = 0.3

[policy_grid]
"{SENIORS}" = [2, 2]
"""
    found = {(fault.code, fault.place, fault.nearest) for fault in faults_of(text)}
    assert found == {
        ("E19", "d.toml:10: assumptions.factors.ai.displacement_shar", SHARE),
        ("E54", f"d.toml:11: assumptions.factors.{BUDGET}", None),
        ("E15", "d.toml:12: assumptions.factors.ai.adjustment_months", None),
        ("E14", f"d.toml:15: policies.more.{BUDGET}", None),
        ("E54", f"d.toml:16: policies.more.{SHARE}", None),
        ("E55", f"d.toml:19: policy_grid.{SENIORS}", None),
        ("E21", "d.toml:4: outputs", "layoffs"),
    }
    for fault in faults_of(text):
        assert fault.message("fr") != fault.message("en")


def test_faults_of_shape_do_not_hide_the_others() -> None:
    text = f"""schema_version = 1
horizon_months = "many"
outptus = []

[limits]
minutes = -1

[assumptions]
method = "prior"
samples = 0
levels = 4

[policies.a]
"{SHARE}" = 0.3
"{BUDGET}" = -1
"""
    assert sorted((fault.code, fault.place.split()[0]) for fault in faults_of(text)) == [
        ("E14", "d.toml:2:"), ("E15", "d.toml:10:"), ("E15", "d.toml:15:"), ("E15", "d.toml:6:"),
        ("E19", "d.toml:11:"), ("E19", "d.toml:3:"), ("E20", "d.toml:1:"),
        ("E54", "d.toml:14:"),
    ]  # fmt: skip


SHAPES: list[tuple[str, str, str, str | None]] = [
    ("", "E01", "d.toml", None),
    ("a = 1", "E52", "d.toml", None),
    ("schema_version = ", "E52", "d.toml:1", None),
    (HEAD.replace("1", "2", 1), "E25", "d.toml:1: schema_version", None),
    (HEAD + "outpts = []", "E19", "d.toml:4: outpts", "outputs"),
    (HEAD.replace("24", "0"), "E15", "d.toml:2: horizon_months", None),
    (HEAD.replace("24", "true"), "E14", "d.toml:2: horizon_months", None),
    (HEAD.replace("24", "24.0"), "E14", "d.toml:2: horizon_months", None),
    (HEAD.replace("0.01", "nan"), "E13", "d.toml:3: scale", None),
    (HEAD.replace("0.01", "1.5"), "E15", "d.toml:3: scale", None),
    (HEAD + "replicates = 0", "E15", "d.toml:4: replicates", None),
    (HEAD + "outputs = 3", "E55", "d.toml:4: outputs", None),
    (HEAD + "outputs = [3]", "E55", "d.toml:4: outputs", None),
    (HEAD + "scenario = 3", "E55", "d.toml:4: scenario", None),
    (HEAD + "limits = 3", "E55", "d.toml:4: limits", None),
    (HEAD + "assumptions = [3]", "E55", "d.toml:4: assumptions", None),
    (HEAD + "policies = { a = 3 }", "E55", "d.toml:4: policies.a", None),
    (DRAWN.format("sobol") + "second_order = 1", "E55", "d.toml:8: assumptions.second_order", None),
    (DRAWN.format("morris") + "levels = 3", "E15", "d.toml:8: assumptions.levels", None),
    (HEAD + 'scenario = "ai-fats"', "E51", "d.toml:4: scenario", "ai-fast"),
    (HEAD + "[limits]\nminuts = 3", "E19", "d.toml:5: limits.minuts", "minutes"),
    (HEAD + "[limits]\nminutes = 0", "E15", "d.toml:5: limits.minutes", None),
    (HEAD + '[title]\nfr = "a"', "E20", "d.toml:4: title.en", None),
    (HEAD + '[assumptions]\nmethod = "sobool"', "E21", "d.toml:5: assumptions.method", "sobol"),
    (HEAD + "[assumptions]\nsamples = 3", "E20", "d.toml:4: assumptions.method", None),
    (HEAD + '[assumptions]\nmethod = "prior"', "E20", "d.toml:4: assumptions", None),
    (
        HEAD + '[assumptions]\nmethod = "prior"\nsamples = 2\nlevels = 4',
        "E19",
        "d.toml:7: assumptions.levels",
        None,
    ),
    (HEAD + '[assumptions]\nmethod = "ensemble"\nfile = "no.csv"', "E56", "d.toml:6: assumptions.file", None),
    (HEAD + '[policies."a/../b!"]', "E26", "d.toml:4: policies.a/../b!", None),
    (
        HEAD + '[policies.a]\n"ai.displacement_share" = 2',
        "E54",
        "d.toml:5: policies.a.ai.displacement_share",
        None,
    ),
    (HEAD + '[policies.a]\n"matching.floor" = 2', "E19", "d.toml:5: policies.a.matching.floor", None),
    (
        HEAD + f'[policies.a]\n"{BUDGET}" = [{{ from = 2027-01-01, value = 1 }}]',
        "E22",
        f"d.toml:5: policies.a.{BUDGET}",
        None,
    ),
    (
        HEAD + f'[policies.a]\n"{SENIORS}" = 1\n[policy_grid]\n"{SENIORS}" = [1, 2]',
        "E24",
        f"d.toml:5: policies.a.{SENIORS}",
        None,
    ),
]


@pytest.mark.parametrize(("text", "code", "place", "near"), SHAPES, ids=range(len(SHAPES)))
def test_a_fault_of_shape_is_named(text: str, code: str, place: str, near: str | None) -> None:
    (fault,) = faults_of(text)
    assert (fault.code, fault.place, fault.nearest) == (code, place, near), fault.message()


FACTORS: list[tuple[str, str, str]] = [
    ("grid", f'"{SHARE}" = {{ low = 0.1, high = 0.3 }}', "E55"),
    ("grid", f'"{SHARE}" = []', "E55"),
    ("grid", f'"{SHARE}" = {{ low = 0.1, high = 0.3, steps = 1 }}', "E14"),
    ("grid", f'"{SHARE}" = {{ low = 0.3, high = 0.1, steps = 3 }}', "E55"),
    ("grid", f'"{SHARE}" = 0.3', "E55"),
    ("grid", '"ai.adoption_path" = { low = 0, high = 1, steps = 2 }', "E55"),
    ("grid", '"ai.adoption_path" = ["fast", "fats"]', "E15"),
    ("sobol", f'"{SHARE}" = [0.1]', "E55"),
    ("sobol", f'"{SHARE}" = {{ low = 0.1, high = 0.3, steps = 3 }}', "E19"),
    ("sobol", f'"{SHARE}" = {{ low = 0.1, high = 0.3, scale = "lgo" }}', "E21"),
    ("sobol", f'"{SHARE}" = {{ low = 0.05, high = 0.3 }}', "E15"),
    ("sobol", f'"{SHARE}" = {{ high = 0.3 }}', "E14"),
    ("sobol", '"ai.new_tasks_share" = { low = 0.0, high = 0.3, scale = "log" }', "E55"),
    ("sobol", f'"{SHARE}" = [0.1, 0.2]\nai.displacement_share = [0.3, 0.4]', "E05"),
    ("sobol", '"matching.floor" = [0.1, 0.2]', "E19"),
]


@pytest.mark.parametrize(("method", "line", "code"), FACTORS)
def test_a_badly_described_factor_is_named(method: str, line: str, code: str) -> None:
    samples = "samples = 8\n" if method == "sobol" else ""
    text = HEAD + f'[assumptions]\nmethod = "{method}"\n{samples}[assumptions.factors]\n{line}'
    (fault,) = faults_of(text)
    assert fault.code == code, fault.message()


def test_saltellis_base_sample_is_a_power_of_two() -> None:
    text = (
        HEAD + f'[assumptions]\nmethod = "sobol"\nsamples = 24\n[assumptions.factors]\n"{SHARE}" = [0.1, 0.3]'
    )
    (fault,) = faults_of(text)
    assert (fault.code, fault.nearest, fault.place) == ("E55", "32", "d.toml:6: assumptions.samples")


def test_keys_may_be_nested_or_quoted() -> None:
    quoted = f'"{SHARE}" = [0.1, 0.3]\n[policies.a]\n"{SENIORS}" = 5'
    nested = "ai.displacement_share = [0.1, 0.3]\n[policies.a.schemes.ptp]\npoints_55_plus = 5"
    start = HEAD + '[assumptions]\nmethod = "grid"\n[assumptions.factors]\n'
    one, other = (loads_design((start + text).encode(), "d", beside(Path())) for text in (quoted, nested))
    assert list(Plan(one)) == list(Plan(other))


def test_named_policies_are_crossed_with_the_grid() -> None:
    design = design_of(
        policies={"as published": {}, "seniors": {SENIORS: 5}}, policy_grid={BUDGET: [14_500_000, 58_000_000]}
    )
    assert [policy.name for policy in design.policies] == [
        "as published, budget_eur_per_year=14500000",
        "as published, budget_eur_per_year=58000000",
        "seniors, budget_eur_per_year=14500000",
        "seniors, budget_eur_per_year=58000000",
    ]
    assert [set(policy.overrides) for policy in design.policies] == [
        {BUDGET},
        {BUDGET},
        {BUDGET, SENIORS},
        {BUDGET, SENIORS},
    ]


def test_grid_points_that_end_alike_are_told_apart() -> None:
    other = "schemes.transco.budget_eur_per_year"
    names = [p.name for p in design_of(policy_grid={BUDGET: [0, 1], other: [0, 1]}).policies]
    assert names[1] == f"{BUDGET}=0, {other}=1" and len(set(names)) == 4


def test_outputs_are_all_or_those_asked_for_in_the_registrys_order() -> None:
    assert design_of(outputs=["funded_net", "layoffs"]).outputs == ("layoffs", "funded_net")
    assert {"layoffs", "funded_net", "unemployment_rate"} < set(design_of().outputs)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("ai.displacement_share\n0.05\n", "E15"),
        ("ai.displacement_share\n\n0.3\n", None),
        ("ai.displacement_shar\n0.3\n", "E19"),
        (f"{BUDGET}\n3\n", "E54"),
        ("weight\n1\n", "E11"),
        ("ai.displacement_share,weight\n0.3,-1\n", "E15"),
        ("ai.displacement_share,weight\n0.3,0\n", "E15"),
        ("ai.displacement_share,weight\n0.3,x\n", "E13"),
        ("ai.displacement_share\n0.3,4\n", "E11"),
        ("", "E11"),
    ],
)
def test_a_table_of_parameter_sets_is_checked(tmp_path: Path, content: str, code: str | None) -> None:
    (tmp_path / "sets.csv").write_text(content)
    text = HEAD + '[assumptions]\nmethod = "ensemble"\nfile = "sets.csv"\nsamples = 3'
    if code is None:
        assert len(loads_design(text.encode(), "d", beside(tmp_path)).points) == 1
        return
    (fault,) = faults_of(text, tmp_path)
    assert (fault.code == code and "sets.csv" in fault.place) or "file" in fault.place, fault.message()


def test_too_many_policies_are_refused() -> None:
    with pytest.raises(PasserellesError, match="E18"):
        design_of(
            policy_grid={
                BUDGET: list(range(40)),
                SENIORS: list(range(21)),
                "schemes.ptp.points_low_level": [1, 2],
            }
        )


@pytest.mark.parametrize(
    ("replicates", "assumptions"),
    [
        (1, {"method": "grid", "factors": {key: {"low": 0.3, "high": 0.6, "steps": 200} for key in
                                           (SHARE, "ai.use_depth_final_share", "ai.new_tasks_share")}}),
        (1_000, {"method": "sobol", "samples": 512, "factors": {SHARE: [0.1, 0.2]}}),
        (10_000, {"method": "prior", "samples": 101}),
    ],
)  # fmt: skip
def test_more_than_a_million_jobs_are_refused_before_they_are_made(
    replicates: int, assumptions: dict[str, object]
) -> None:
    with pytest.raises(PasserellesError, match="E18"):
        design_of(replicates=replicates, assumptions=assumptions)


def test_the_file_of_a_scenario_lies_beside_the_design(tmp_path: Path) -> None:
    text = (Path(__file__).parents[2] / "scenarios" / "ai-fast.toml").read_text()
    (tmp_path / "mine.toml").write_text(text)
    mine = design_of(tmp_path, scenario="mine.toml")
    assert mine.baseline.overrides == design_of(scenario="ai-fast").baseline.overrides
    assert set(mine.digests()) == {"mine.toml"}
    (tmp_path / "mine.toml").write_text(text.replace('"fast"', '"fats"'))
    with pytest.raises(PasserellesError, match=r"E15 out of range: mine\.toml"):
        design_of(tmp_path, scenario="mine.toml")


def test_a_design_that_python_writes_is_the_one_that_is_read() -> None:
    from datetime import date

    design = design_of(
        title={"fr": "à l’essai", "en": "trial"},
        policies={"p": {BUDGET: [{"from": date(2024, 2, 1), "value": "unlimited"}]}},
    )
    assert design.title == {"fr": "à l’essai", "en": "trial"}
    assert design.policies[0].overrides == {BUDGET: ((37, "unlimited"),)}


WHOLE = (
    DRAWN.format("sobol")
    + f"""
[limits]
minutes = 2.5
[policies.seniors]
"{SENIORS}" = [{{ from = 2024-03-01, value = 5 }}]
[policy_grid]
"{BUDGET}" = [0, "unlimited"]
"""
)


def spoilt(dose: int) -> None:
    """Whatever is written, the answer is a design or faults with codes; nothing else is raised."""
    stream = random.Random(1)
    tokens = re.findall(r"\S+|\s+", WHOLE)
    pieces = [
        *tokens,
        "nan",
        "-1",
        "1e999",
        '""',
        "[]",
        "{}",
        "true",
        "2024-13-01",
        "\u202e",
        "9" * 5000,
        "[[",
    ]
    refused = 0
    for _ in range(dose):
        words = list(tokens)
        for _ in range(stream.randint(1, 3)):
            at = stream.randrange(len(words))
            words[at : at + stream.randint(0, 2)] = [stream.choice(pieces)]
        try:
            Plan(loads_design("".join(words).encode(), "d", beside(Path())))
        except PasserellesError as fault:
            refused += 1
            assert all(one.code != "E00" for one in (fault if isinstance(fault, Errors) else [fault]))
    assert dose > refused > dose // 2


def test_spoilt_designs_are_refused_in_words() -> None:
    spoilt(300)


@pytest.mark.full
def test_many_spoilt_designs_are_refused_in_words() -> None:
    spoilt(20_000)
