"""The commands run, compare, scenarios and app: what is printed where, and how they end."""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from fake_results import fake_results
from jsonschema import Draft202012Validator

from sim.cli.app_command import command
from sim.cli.main import main
from sim.effects import Comparison, FundedIdentity, paired_effects
from sim.errors import BooksDoNotClose
from sim.results import load

SCHEMAS = Path(__file__).parent.parent / "results" / "schemas"

Called = list[dict[str, Any]]
Ended = Callable[..., tuple[int, str, str]]


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> Called:
    """Engines that only note how they were called and give made-up results."""
    made: Called = []

    def simulate(scenario: Any, **options: Any) -> Any:
        made.append({"scenario": scenario, **options})
        return fake_results(options["seed"], scenario.name, options["scale"])

    def compare(base: Any, other: Any, **options: Any) -> Comparison:
        made.append({"base": base, "other": other, **options})
        seeds = range(options["seed"], options["seed"] + options["replicates"])
        bases = tuple(fake_results(seed, base.name, options["scale"]) for seed in seeds)
        others = tuple(fake_results(seed, other.name, options["scale"], layoffs=4) for seed in seeds)
        identity = FundedIdentity(10.0, 6.0, 4.0, 2.0, 1.0, -0.5)
        return Comparison(bases, others, paired_effects(bases, others, options["kind"]), identity)

    monkeypatch.setattr("sim.compilation.compiled", lambda: True)
    monkeypatch.setitem(sys.modules, "sim.run", SimpleNamespace(simulate=simulate))
    monkeypatch.setitem(sys.modules, "sim.comparison", SimpleNamespace(compare=compare))
    return made


@pytest.fixture
def ended(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Ended:
    """Run the command line; exit code, stdout, stderr."""
    monkeypatch.setenv("PASSERELLES_LANGUAGE", "en")
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.delenv("PASSERELLES_DEBUG", raising=False)

    def run(*arguments: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as caught:
            main(list(arguments))
        out, err = capsys.readouterr()
        return int(caught.value.code or 0), out, err

    return run


def object_of(out: str, schema: str) -> dict[str, Any]:
    """The one object of stdout, checked against its pinned schema."""
    found: dict[str, Any] = json.loads(out)
    Draft202012Validator(json.loads((SCHEMAS / f"{schema}.schema.json").read_text())).validate(found)
    return found


def test_run_prints_indicators_and_saves_whole(calls: Called, ended: Ended, tmp_path: Path) -> None:
    code, out, err = ended("run", "reference", "--out", str(tmp_path / "r"), "--scale", "0.5", "--seed", "3")
    assert code == 0
    assert "lay-offs" in out and "results: " in err
    assert load(tmp_path / "r").digest == fake_results(3, scale=0.5).digest
    assert (calls[0]["scale"], calls[0]["seed"], calls[0]["months"]) == (0.5, 3, None)


def test_run_in_french(calls: Called, ended: Ended, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PASSERELLES_LANGUAGE", "fr")
    assert "licenciements" in ended("run", "reference")[1]
    assert "scénario introuvable" in ended("run", "nowhere")[2]


def test_run_json_is_one_object_and_stderr_is_silent(calls: Called, ended: Ended, tmp_path: Path) -> None:
    code, out, err = ended("run", "reference", "--json", "--replicates", "2", "--out", str(tmp_path))
    assert (code, err) == (0, "")
    runs = object_of(out, "run")["runs"]
    assert [entry["seed"] for entry in runs] == [0, 1]
    assert load(runs[1]["folder"]).seed == 1
    assert calls[0]["progress"] is None


def test_set_moves_levers(calls: Called, ended: Ended) -> None:
    code, _, _ = ended(
        "run",
        "reference",
        "--set",
        "ai.adoption_path=fast",
        "--set",
        "schemes.ptp.points_55_plus = 2",
        "--json",
    )
    assert code == 0
    overrides = calls[0]["scenario"].overrides
    assert overrides["ai.adoption_path"] == ((36, "fast"),)
    assert overrides["schemes.ptp.points_55_plus"] == ((36, 2),)


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("nowhere",), "E51"),
        (("reference", "--set", "ai.adoption_path"), "E20"),
        (("reference", "--set", "ai.adoption_pat=fast"), "E19"),
        (("reference", "--set", "ai.adoption_path=quick"), "E15"),
        (("reference", "--scale", "0"), "E15"),
        (("reference", "--scale", "1.5"), "E15"),
        (("reference", "--scale", "nan"), "E15"),
        (("reference", "--months", "0"), "E15"),
        (("reference", "--months", "121"), "E15"),
        (("reference", "--seed", "-1"), "E15"),
        (("reference", "--replicates", "0"), "E15"),
    ],
)
def test_bad_input_ends_with_two_and_a_named_fault(
    calls: Called, ended: Ended, arguments: tuple[str, ...], code: str
) -> None:
    status, out, err = ended("run", *arguments)
    assert (status, out) == (2, "") and err.startswith(code)
    status, out, _ = ended("run", *arguments, "--json")
    assert status == 2 and object_of(out, "errors")["errors"][0]["code"] == code
    assert not calls


def test_an_unknown_option_ends_with_two(calls: Called, ended: Ended) -> None:
    assert ended("run", "reference", "--sede", "1")[0] == 2


@pytest.mark.parametrize(
    ("fault", "status", "word"),
    [
        (BooksDoNotClose("heads", 3, "0"), 3, "E40"),
        (RuntimeError("the engine broke"), 3, "E41"),
        (MemoryError(), 3, "E41"),
        (KeyboardInterrupt(), 130, "interrupted"),
    ],
)
def test_a_run_that_fails_ends_with_its_code(
    monkeypatch: pytest.MonkeyPatch, ended: Ended, fault: BaseException, status: int, word: str
) -> None:
    def simulate(*_: Any, **__: Any) -> None:
        raise fault

    monkeypatch.setattr("sim.compilation.compiled", lambda: True)
    monkeypatch.setitem(sys.modules, "sim.run", SimpleNamespace(simulate=simulate))
    code, out, err = ended("run", "reference")
    assert (code, out) == (status, "") and word in err


def test_compare_prints_differences_with_intervals(calls: Called, ended: Ended) -> None:
    code, out, _ = ended(
        "compare", "reference", "eu-2030", "--scale", "0.5", "--replicates", "2", "--interval", "chance"
    )
    assert code == 0
    line = next(line for line in out.splitlines() if "lay-offs" in line)
    assert "+4" in line and "chance only" in line and "indistinguishable" not in line
    assert "dead-weight" in out and "no difference" in out


def test_compare_json_and_folders(calls: Called, ended: Ended, tmp_path: Path) -> None:
    code, out, err = ended(
        "compare",
        "reference",
        "eu-2030",
        "ai-fast",
        "--json",
        "--out",
        str(tmp_path),
        "--replicates",
        "2",
        "--scale",
        "0.5",
    )
    assert (code, err) == (0, "")
    found = object_of(out, "compare")
    assert [one["other"] for one in found["comparisons"]] == ["eu-2030", "ai-fast"]
    assert load(tmp_path / "ai-fast" / "seed_0001").scenario.name == "ai-fast"
    assert load(tmp_path / "reference" / "seed_0000").seed == 0


def test_compare_of_one_pair_says_so(calls: Called, ended: Ended) -> None:
    assert "one pair only" in ended("compare", "reference", "eu-2030")[1]


def test_compare_shows_both_ends_of_the_closure_of_posts(
    calls: Called, ended: Ended, tmp_path: Path
) -> None:
    code, out, _ = ended("compare", "reference", "eu-2030", "--out", str(tmp_path))
    assert code == 0 and "posts fixed" in out and "posts respond" in out and "one pair only" in out
    given = [(call["base"], call["other"]) for call in calls]
    held = [[scenario.overrides.get("closure.posts") for scenario in pair] for pair in given]
    assert held == [[None, None], [((36, "respond"),)] * 2]
    assert load(tmp_path / "posts-respond" / "eu-2030" / "seed_0000").scenario.name == "eu-2030"
    rows = object_of(ended("compare", "reference", "eu-2030", "--json")[1], "compare")["comparisons"][0]
    assert rows["closure_posts"] == "fixed"
    assert {row["indicator"] for row in rows["ends"]} >= {"employed", "unemployed", "hires_per_year"}


@pytest.mark.parametrize(("closure", "held"), [("posts-fixed", None), ("posts-respond", ((36, "respond"),))])
def test_compare_at_one_end(calls: Called, ended: Ended, closure: str, held: object) -> None:
    code, out, _ = ended("compare", "reference", "eu-2030", "--closure", closure, "--json")
    found = object_of(out, "compare")["comparisons"][0]
    assert code == 0 and found["ends"] == [] and found["closure_posts"] == closure.removeprefix("posts-")
    assert len(calls) == 1 and calls[0]["other"].overrides.get("closure.posts") == held


def test_scenarios_that_differ_in_the_closure_are_shown_as_they_are(
    calls: Called, ended: Ended, tmp_path: Path
) -> None:
    from sim.scenario import dump, with_overrides
    from sim.scenario import load as scenario_of

    path = tmp_path / "eu-2030.toml"
    path.write_text(dump(with_overrides(scenario_of("reference"), {"closure.posts": "respond"})))
    out = ended("compare", "reference", str(path))[1]
    assert len(calls) == 1 and "differ in how posts respond" in out


def test_an_unknown_closure_is_refused(calls: Called, ended: Ended) -> None:
    assert ended("compare", "reference", "eu-2030", "--closure", "posts-free")[0] == 2
    assert not calls


def test_scenarios_are_listed(ended: Ended) -> None:
    code, out, _ = ended("scenarios", "--json")
    listed = [scenario["name"] for scenario in object_of(out, "scenarios")["scenarios"]]
    assert code == 0 and listed[0] == "reference" and "ai-fast-ptp-doubled" in listed
    assert "EU 2030 target" in ended("scenarios")[1]


def test_the_app_stays_on_this_machine_and_tells_nobody() -> None:
    words = command(Path("app.py"), 8600)
    assert "--server.address=127.0.0.1" in words and "--browser.gatherUsageStats=false" in words
    assert "--server.port=8600" in words


def test_an_impossible_port_is_refused(ended: Ended) -> None:
    assert ended("app", "--port", "0")[0] == 2


def test_tables_say_what_a_small_sample_cannot(calls: Called, ended: Ended) -> None:
    words = [" ".join(ended("run", "reference", "--scale", scale)[1].split()) for scale in ("0.01", "0.5")]
    assert ["Too small a sample" in text for text in words] == [True, False]
