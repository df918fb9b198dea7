"""``passerelles analyse``: what it prints, writes and refuses; figures are valid and say the findings."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import altair as alt
import jsonschema
import numpy as np
import pandas as pd
import pytest
from made_sweeps import FACTORS, as_points, cloud, factor_table, made_sweep

from sim.cli.main import main
from sim.effects import FUNDED_EFFECTS
from sim.sweep.analysis import opened
from sim.sweep.analysis.findings import Asked, findings
from sim.views.charts import BETTER, WORSE
from sim.views.sweep_charts import charts
from sim.views.sweep_labels import joined, output_label, share
from sim.views.sweep_report import report
from sim.views.text import words

NET, PER, COST = "funded_net", "funded_net_per_million_eur", "difference_committed_eur_per_year"
GROSS = "difference_durable_conversions_gross"
RATE = "difference_unemployment_rate"
SCHEMA = Path(__file__).parents[2] / "results" / "schemas" / "analyse.schema.json"
POLICIES = {"half": 14.5e6, "double": 58e6, "double-women": 58e6}
EFFECTS = {"half": -500.0, "double": 800.0, "double-women": 800.0}
DESIGN = f'method = "latin_hypercube"\nsamples = 100\n{factor_table()}'
QUESTION = "difference_durable_conversions_gross > 660"


def outputs(stream: Any) -> Any:
    """Twice the budget does 800 where displacement is low, less where it is high; half of it, the reverse."""

    def world(point: Any, policy: str, replicate: int) -> dict[str, float | None]:
        if not policy:
            nothing = dict.fromkeys((GROSS, NET, PER, COST, RATE))
            return {**nothing, "layoffs": 100 * point[FACTORS[1]]}
        net = EFFECTS[policy] * (1.2 - point[FACTORS[0]]) + 10 * float(stream.normal())
        cost = POLICIES[policy] - 29e6
        levels = {COST: cost, RATE: 1e-4 * float(stream.normal()), "layoffs": 100 * point[FACTORS[1]]}
        return {GROSS: 1.1 * net, NET: abs(net), PER: abs(net / cost) * 1e6, **levels}

    return world


def made(tmp_path: Path, name: str = "s", **more: Any) -> Path:
    stream = np.random.Generator(np.random.Philox(4))
    options = {"policies": POLICIES, "replicates": 2, "assumptions": DESIGN, **more}
    return made_sweep(tmp_path / name, as_points(cloud(100)), outputs(stream), **options)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made(tmp_path_factory.mktemp("sweep"))


def ended(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as end:
        main(["analyse", *arguments])
    told = capsys.readouterr()
    return int(end.value.code or 0), told.out, told.err


def test_the_report_says_the_findings(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asked = ("--policy", "half", "--policy", "double", "--where", QUESTION)
    code, out, _ = ended(capsys, str(folder), *asked)
    assert code == 0 and out.startswith("# Trial\n")
    assert "- “double”: Share of automatable work that leaves the posts matters most: 100%" in out
    assert "holds above all where** Share of automatable work that leaves the posts is" in out
    assert "Under “half”, it holds in 0 of 100 futures (0%). It fails in all of them." in out
    assert "Not told apart from it: “double-women”." in out
    assert "“double” does better than “half”" in out
    assert "“double” does better than “double-women”" not in out
    assert "unfinished" not in out.casefold()
    # Half the budget costs less: whom it funds alone says nothing of it, and this is said.
    assert f"s half ({NET}); expected: a policy told to cost more" in out
    assert "“half” is dominated" not in out


def test_the_report_in_french(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PASSERELLES_LANGUAGE", "fr")
    code, out, _ = ended(capsys, str(folder), "--output", GROSS)
    assert code == 0 and out.startswith("# Essai\n")
    assert "- « double » : Part du travail automatisable qui quitte les postes compte le plus : 100" in out


def test_json_is_one_object_with_the_same_numbers(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asked = ("--output", GROSS, "--policy", "double", "--where", QUESTION)
    code, out, _ = ended(capsys, str(folder), *asked, "--json")
    found = json.loads(out)
    jsonschema.validate(found, json.loads(SCHEMA.read_text(encoding="utf-8")))
    assert code == 0 and (found["jobs"], found["done"], found["points"]) == (200, 200, 100)
    (sensitivity,) = found["sensitivities"]
    assert sensitivity["leaders"] == [FACTORS[0]] and sensitivity["policy"] == "double"
    (discovery,) = found["discoveries"]
    box = discovery["boxes"]["holds"]
    assert [limit["factor"] for limit in box["limits"]] == [FACTORS[0]]
    # Where the planted effect passes 660: 880 (1.2 - x) > 660.
    assert box["limits"][0]["high"] == pytest.approx(0.45, abs=0.05)
    assert found["frontier"]["places"][1]["policy"] == "half"


def test_files_hold_every_number_and_figure(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ("--policy", "half", "--policy", "double", "--where", QUESTION)
    code, out, _ = ended(capsys, str(folder), *asked, "--out", str(tmp_path / "out"))
    written = {path.name for path in (tmp_path / "out").iterdir()}
    tables = ("sensitivity", "chance", "shares", "boxes", "questions", "regret", "pairs", "frontier")
    assert {f"{name}.csv" for name in tables} <= written
    figures = {name for name in written if name.endswith(".vl.json")}
    assert {f"sensitivity-{NET}.vl.json", f"regret-{NET}.vl.json", "frontier.vl.json"} <= figures
    assert "where-1-double.vl.json" in figures and "where-1-half.vl.json" not in figures
    text = (tmp_path / "out" / "report.md").read_text(encoding="utf-8")
    assert code == 0 and text.startswith(out.rstrip())
    assert all(f"`{name}`" in text for name in written - {"report.md"})
    regret = pd.read_csv(tmp_path / "out" / "regret.csv", keep_default_na=False)
    assert set(regret.loc[regret["output"] == GROSS, "policy"]) == {"", *POLICIES}


def test_figures_are_valid_and_say_the_finding(folder: Path) -> None:
    found = findings(opened(folder), Asked(policies=("double",), questions=(QUESTION,)))
    for language in ("fr", "en"):
        t = words(language)
        for name, spec in charts(found, t).items():
            alt.Chart.from_dict(spec)
            assert spec["title"]["text"], name
            assert spec["config"]["locale"]["number"]["decimal"] == ("," if language == "fr" else ".")
    drawn = charts(found, words("en"))["where-1-double"]
    points = next(layer for layer in drawn["layer"] if layer["mark"]["type"] == "point")
    assert points["encoding"]["color"]["scale"]["range"] == [BETTER, WORSE]
    assert points["encoding"]["shape"]["field"] == points["encoding"]["color"]["field"]
    assert any(layer["mark"]["type"] == "rect" for layer in drawn["layer"])


def test_an_unfinished_sweep_says_how_far_it_is(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = made(tmp_path, missing=range(150, 200))
    code, out, _ = ended(capsys, str(folder), "--output", NET)
    assert code == 0 and "**Unfinished: 150 of 200 families are done (75%)." in out


def test_the_table_and_the_shards_say_the_same(tmp_path: Path) -> None:
    one, other = made(tmp_path, "one"), made(tmp_path, "other", collected=False)
    t = words("en")
    texts = [report(findings(opened(folder), Asked((GROSS,))), t) for folder in (one, other)]
    assert texts[0] == texts[1]
    data = bytearray((one / "runs.parquet").read_bytes())
    data[len(data) // 2] ^= 1
    (one / "runs.parquet").write_bytes(data)
    assert report(findings(opened(one), Asked((GROSS,))), t) == texts[0]


@pytest.mark.parametrize(
    ("arguments", "code", "near"),
    [
        (("--output", "funded_nett"), "E76", "funded_net"),
        (("--policy", "doubel"), "E76", "double"),
        (("--where", "funded_nett > 1"), "E76", "funded_net"),
        (("--where", "funded_net >"), "E77", ""),
        (("--cost", "difference_commited_eur_per_year"), "E76", COST),
    ],
)
def test_what_cannot_be_read_is_refused(
    folder: Path, capsys: pytest.CaptureFixture[str], arguments: tuple[str, str], code: str, near: str
) -> None:
    exit_code, out, err = ended(capsys, str(folder), *arguments)
    assert exit_code == 2 and not out and code in err and near in err


def test_what_is_no_sweep_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert ended(capsys, str(tmp_path))[0] == 2
    exit_code, out, _ = ended(capsys, str(tmp_path), "--json")
    assert exit_code == 2 and json.loads(out)["errors"][0]["code"] == "E81"


def test_a_sweep_without_rows_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = made(tmp_path, missing=range(200))
    exit_code, _, err = ended(capsys, str(folder))
    assert exit_code == 2 and "E78" in err and "resume" in err


def test_a_missing_extra_says_how_to_install_it(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "ema_workbench.analysis.prim", None)
    exit_code, _, err = ended(capsys, str(folder), "--where", QUESTION)
    assert exit_code == 3 and 'pip install "passerelles[analysis]"' in err


def test_a_level_is_looked_at_where_it_is_asked_and_what_cannot_be_said_is_listed(folder: Path) -> None:
    study = opened(folder)
    assert [one.policy for one in findings(study, Asked(("layoffs",))).sensitivities] == [""]
    found = findings(study, Asked(("layoffs", PER), ("half",)))
    assert [(one.output, one.policy) for one in found.sensitivities] == [("layoffs", "half")]
    assert [fault.expected for fault in found.refused] == ["a policy told to cost more"]


def test_an_output_that_is_better_in_neither_way_is_not_judged(tmp_path: Path) -> None:
    def hires(point: Any, policy: str, replicate: int) -> dict[str, float | None]:
        return {"difference_hires_per_year": point[FACTORS[0]] * len(policy) if policy else None}

    options: dict[str, Any] = {"assumptions": DESIGN, "policies": POLICIES}
    study = opened(made_sweep(tmp_path / "s", as_points(cloud(70)), hires, **options))
    found = findings(study)
    assert not found.regrets and "--best high | low" in {fault.expected for fault in found.refused}
    (regret,) = findings(study, Asked(best="low")).regrets
    assert regret.better == "low" and regret.maximin[0] == ""


def test_every_output_of_a_policy_has_a_name_in_both_languages() -> None:
    for language in ("fr", "en"):
        t = words(language)
        labels = {output_label(name, t) for name in (*FUNDED_EFFECTS, RATE, "layoffs")}
        assert len(labels) == len(FUNDED_EFFECTS) + 2
        assert joined(["a", "b", "c"], t) == ("a, b et c" if language == "fr" else "a, b and c")
    assert share(0.004, words("en")) == "< 1%" and share(0.0, words("en")) == "0%"
