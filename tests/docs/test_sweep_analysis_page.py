"""What the page on analysis and the notebook show is run, on a small sweep whose worlds are made up."""

from __future__ import annotations

import json
import re
import shlex
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import numpy as np
import pytest

from sim.cli.main import main
from sim.sweep.analysis.estimators import FEW_VALUES
from sim.sweep.analysis.sensitivity import FEWEST
from sim.sweep.design_file import Method

DOCS = Path(__file__).parents[2] / "docs"
sys.path.insert(0, str(DOCS.parent / "tests" / "sweep" / "analysis"))

from made_sweeps import as_points, cloud, factor_table, made_sweep  # noqa: E402

PAGE = (DOCS / "sweep-analysis.md").read_text(encoding="utf-8")
PYTHON = re.findall(r"```python\n(.*?)```", PAGE, flags=re.DOTALL)
COMMANDS = re.findall(r"^    passerelles (.*?)$", PAGE, flags=re.MULTILINE)
NOTEBOOK = json.loads((DOCS / "notebooks" / "open-a-sweep.ipynb").read_text(encoding="utf-8"))
CELLS = [cell for cell in NOTEBOOK["cells"] if cell["cell_type"] == "code"]
WRITTEN = {10: "ten"}
FACTORS = ("ai.displacement_share", "ai.augmentation_gain_share")


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Holds ``results/study`` and ``results/first-steps``: the same sweep of 70 futures, two draws."""
    stream = np.random.Generator(np.random.Philox(9))

    def outputs(point: Any, policy: str, replicate: int) -> dict[str, float | None]:
        share, _ = point.values()
        gain = {"": 0.0, "doubled": 1.0, "women and seniors": 0.1}[policy]
        made: dict[str, float | None] = {
            "layoffs": 1000 * share - 100 * gain,
            "difference_layoffs": 100 * gain * (share - 0.5) + float(stream.normal()),
            "difference_unemployment_rate": -1e-4 * gain,
            "difference_committed_eur_per_year": 29e6 * gain,
            "funded_net": 900 * gain * (1 - share) + float(stream.normal()),
            "funded_net_per_million_eur": 25 * (1 - share) + float(stream.normal()) if gain else None,
        }
        return made if policy else {"layoffs": made["layoffs"], **dict.fromkeys(list(made)[1:])}

    folder = tmp_path_factory.mktemp("results")
    for name in ("study", "first-steps"):
        made_sweep(
            folder / "results" / name,
            as_points(cloud(70, 2), FACTORS),
            outputs,
            assumptions=f'method = "latin_hypercube"\n{factor_table(FACTORS)}',
            policies={"doubled": 58e6, "women and seniors": 29e6},
            replicates=2,
        )
    return folder


@pytest.fixture(autouse=True)
def there(results: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.chdir(results)
    yield


@pytest.mark.parametrize("command", COMMANDS, ids=["words", "where", "json"])
def test_commands_run(command: str, results: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(shlex.split(command))
    told = capsys.readouterr()
    assert not ended.value.code, told.err
    assert told.out
    for made in re.findall(r"--out (\S+)", command):
        assert (results / made / "report.md").is_file()


@pytest.mark.parametrize("block", PYTHON, ids=["sql and cube", "numbers"])
def test_python_examples_run(block: str, capsys: pytest.CaptureFixture[str]) -> None:
    exec(compile(block, "sweep-analysis.md", "exec"), {"__name__": "page"})
    assert "doubled" in capsys.readouterr().out


def test_every_method_of_a_design_has_its_analysis() -> None:
    table = PAGE.split("| `method` of the design |")[1].split("\n\n")[0]
    heads = " ".join(line.split("|")[1] for line in table.splitlines()[2:])
    assert set(re.findall(r"`(\w+)`", heads)) == set(get_args(Method))


def test_the_fewest_points_are_those_of_the_code() -> None:
    words = " ".join(PAGE.split())
    assert f"from {FEWEST['sobol']} whole blocks" in words
    assert f"from {FEWEST['morris']} trajectories" in words
    assert f"as they are, from {FEWEST['given']} on" in words
    assert f"of {WRITTEN[FEW_VALUES]} values" in words


def test_the_notebook_runs_and_is_kept_without_outputs(capsys: pytest.CaptureFixture[str]) -> None:
    assert not any(cell["outputs"] or cell["execution_count"] for cell in CELLS)
    space: dict[str, Any] = {"__name__": "notebook"}
    for cell in CELLS:
        exec(compile("".join(cell["source"]), "open-a-sweep.ipynb", "exec"), space)
    out = capsys.readouterr().out
    assert "140 of 140 families are done" in out and "## Which assumption matters most" in out
    assert space["figures"] and set(space["data"].dims) == {"sample", "replicate", "policy"}
