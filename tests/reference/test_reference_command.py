"""`passerelles reference`: the file it writes, its one JSON object, and the place of every fault."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from jsonschema import Draft202012Validator
from reference_cases import DATA, figures, six_occupations

from sim.cli.main import main
from sim.reference.deterministic import run
from sim.reference.files import read_mobility, read_occupations
from sim.reference.inputs import complete_mobility
from sim.reference.parameters import Parameters

IDS = [f"o{i}" for i in range(6)]
Ended = Callable[..., tuple[int, str, str]]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with the six occupations and their matrix, both faultless."""
    six = six_occupations()
    rows = zip(IDS, six.employment.tolist(), six.auto_prob.tolist(), strict=True)
    (tmp_path / "occupations.csv").write_text(
        "id,employment,auto_prob\n" + "".join(f"{one},{heads!r},{share!r}\n" for one, heads, share in rows)
    )
    write_matrix(tmp_path / "mobility.csv", six.mobility.tolist())
    return tmp_path


def write_matrix(file: Path, rows: list[list[object]]) -> None:
    with file.open("w", newline="") as stream:
        csv.writer(stream).writerows(rows)


@pytest.fixture
def ended(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Callable[..., tuple[int, str, str]]:
    """Run the command on the files of the folder; exit code, stdout, stderr."""
    monkeypatch.setenv("PASSERELLES_LANGUAGE", "en")
    monkeypatch.delenv("PASSERELLES_DEBUG", raising=False)

    def command(*options: str) -> tuple[int, str, str]:
        files = {"--occupations": "occupations.csv", "--mobility": "mobility.csv", "--out": "path.csv"}
        given = [part for option, name in files.items() for part in (option, str(folder / name))]
        with pytest.raises(SystemExit) as caught:
            main(["reference", *given, *options])
        out, err = capsys.readouterr()
        return int(caught.value.code or 0), out, err

    return command


def test_the_file_holds_the_path_with_all_its_digits(folder: Path, ended: Ended) -> None:
    code, out, _ = ended()
    assert code == 0 and "4.293 % at step 224" in out
    with (folder / "path.csv").open(newline="") as stream:
        rows = list(csv.reader(stream))
    assert rows[0] == ["step", "unemployment", "vacancies", "long_term"]
    assert [row[0] for row in rows[1:]] == [str(step) for step in range(600)]
    found = figures()
    assert [float(cell) for cell in rows[101][1:]] == pytest.approx(
        [found["u100"], found["v100"], found["ltu100"]], rel=0, abs=1e-8
    )
    six = six_occupations()
    path = run(six.employment, six.auto_prob, six.mobility, Parameters())
    assert [float(row[1]) for row in rows[1:]] == path.unemployment_rate.tolist()
    assert sorted(file.name for file in folder.iterdir()) == ["mobility.csv", "occupations.csv", "path.csv"]


def test_every_parameter_has_its_option(folder: Path, ended: Ended) -> None:
    own = Parameters(0.02, 0.01, 0.1, 5, 90, 10, 8.0, 4.5)
    options = {
        "--delta-u": own.delta_u, "--delta-v": own.delta_v, "--gamma": own.gamma, "--tau": own.tau,
        "--steps": own.steps, "--shock-step": own.shock_step, "--shock-years": own.shock_years,
        "--weeks-per-step": own.weeks_per_step,
    }  # fmt: skip
    assert ended(*(str(part) for pair in options.items() for part in pair))[0] == 0
    six = six_occupations()
    path = run(six.employment, six.auto_prob, six.mobility, own)
    written = np.loadtxt(folder / "path.csv", delimiter=",", skiprows=1)
    assert np.array_equal(written[:, 1], path.unemployment_rate)
    assert np.array_equal(written[:, 2], path.vacancy_rate)
    assert np.array_equal(written[:, 3], path.long_term_rate)


def test_json_is_one_object_of_a_fixed_shape(ended: Ended) -> None:
    code, out, _ = ended("--json", "--mobility", "complete", "--steps", "120")
    schema = json.loads((DATA / "reference.schema.json").read_text(encoding="utf-8"))
    Draft202012Validator(schema).validate(json.loads(out))
    assert code == 0 and json.loads(out)["occupations"] == 6
    code, out, _ = ended("--json", "--gamma", "2")
    assert code == 2 and [fault["code"] for fault in json.loads(out)["errors"]] == ["E15"]


def test_the_version_by_agents(folder: Path, ended: Ended) -> None:
    (folder / "occupations.csv").write_text("id,employment,auto_prob\na,900,0.1\nb,100,0.5\n")
    given = ("--mobility", "complete", "--steps", "30", "--agents-seed", "4")
    assert ended(*given)[0] == 0
    once = (folder / "path.csv").read_bytes()
    assert ended(*given)[0] == 0 and (folder / "path.csv").read_bytes() == once
    assert ended(*given[:-1], "5")[0] == 0 and (folder / "path.csv").read_bytes() != once
    assert ended(*given[:-1], "-1")[0] == 2


@pytest.mark.parametrize("header", [False, True])
@pytest.mark.parametrize("labels", [False, True])
def test_ids_may_stand_on_either_side_in_any_order(tmp_path: Path, header: bool, labels: bool) -> None:
    matrix = six_occupations().mobility
    order = [3, 0, 5, 1, 2, 4] if header or labels else list(range(6))
    rows: list[list[object]] = [
        [*([IDS[i]] if labels else []), *(repr(float(matrix[i, j])) for j in order)] for i in order
    ]
    if header:
        rows.insert(0, [*(["from"] if labels else []), *(IDS[j] for j in order)])
    write_matrix(tmp_path / "mobility.csv", rows)
    assert np.array_equal(read_mobility(tmp_path / "mobility.csv", IDS), matrix)


def test_a_column_of_ids_may_stand_in_another_order_than_the_header(tmp_path: Path) -> None:
    (tmp_path / "m.csv").write_text("\ufeffb,a\r\na,0.25,0.75\r\n\r\nb,0.5,0.5\r\n", encoding="utf-8")
    found = read_mobility(tmp_path / "m.csv", ["a", "b"])
    assert found.tolist() == [[0.75, 0.25], [0.5, 0.5]]


def test_occupations_of_the_complete_network() -> None:
    read = read_occupations(DATA / "complete_network.csv")
    assert len(read.ids) == 464 and read.employment[0] == 1_539_500 and read.auto_prob[1] == 0.16
    assert complete_mobility(464).sum(axis=1) == pytest.approx(1.0, abs=1e-12)


HEADER = "id,employment,auto_prob\n"


@pytest.mark.parametrize(
    ("content", "code", "place"),
    [
        ("", "E01", "occupations.csv"),
        (HEADER, "E01", "occupations.csv"),
        ("id,employment\na,1\n", "E20", "occupations.csv:1 (auto_prob)"),
        ("id,employment,autoprob\na,1,0\n", "E19", "did you mean auto_prob?"),
        ("id,id,employment,auto_prob\na,a,1,0\n", "E05", "occupations.csv:1 (id)"),
        (HEADER + "a,1\n", "E11", "occupations.csv:2 (2 cells)"),
        (HEADER + "a,1,0\nb,-5,0\n", "E15", "occupations.csv:3: employment (-5)"),
        (HEADER + "a,1,1.2\n", "E15", "occupations.csv:2: auto_prob (1.2)"),
        (HEADER + "a,nan,0\n", "E13", "occupations.csv:2: employment (nan)"),
        (HEADER + "a,1,-inf\n", "E13", "occupations.csv:2: auto_prob (-inf)"),
        (HEADER + "a,,0\n", "E14", "occupations.csv:2: employment"),
        (HEADER + "a,1e999,0\n", "E15", "occupations.csv:2: employment (1e999)"),
        (HEADER + 'a,"1,5",0\n', "E14", "occupations.csv:2: employment (1,5)"),
        (HEADER + "a,1_000,0\n", "E14", "occupations.csv:2: employment (1_000)"),
        (HEADER + ",1,0\n", "E20", "occupations.csv:2: id"),
        (HEADER + "a,1,0\n\na,2,0\n", "E05", "occupations.csv:4: id (a)"),
        (HEADER + "a,1,0\nb,1,\xe9\n", "E07", "occupations.csv:3 (e9 0a)"),
        (HEADER + "a,1,\x00\n", "E07", "occupations.csv:2"),
        (HEADER + 'a,1,"0\n', "E11", "occupations.csv:2"),
        (HEADER + "a,1,1\n", "E15", "auto_prob"),
    ],
)
def test_a_faulty_file_of_occupations(
    folder: Path, ended: Ended, content: str, code: str, place: str
) -> None:
    (folder / "occupations.csv").write_bytes(content.encode("latin-1"))
    left, out, err = ended("--mobility", "complete", "--steps", "5")
    assert left == 2 and not out and not (folder / "path.csv").exists()
    assert err.startswith(code) and place in err


@pytest.mark.parametrize(
    ("content", "code", "place"),
    [
        ("", "E01", "mobility.csv"),
        ("1,0\n0,1\n", "E11", "mobility.csv (2 lines × 2 columns); expected: 3 × 3"),
        ("1,0,0\n0,1\n0,0,1\n", "E11", "mobility.csv:2 (2 cells); expected: 3"),
        ("1,0,0\n0,0.5,0.4\n0,0,1\n", "E17", "mobility.csv:2 (0.9)"),
        ("1,0,0\n0,1,0\n0,0,1.000000002\n", "E15", "mobility.csv:3: 3 (1.000000002)"),
        ("1,0,0\n0,0.999999997,0\n0,0,1\n", "E17", "mobility.csv:2 (0.999999997)"),
        ("1,0,0\n0,1.5,-0.5\n0,0,1\n", "E15", "mobility.csv:2: 3 (-0.5)"),
        ("1,0,0\n0,nan,1\n0,0,1\n", "E13", "mobility.csv:2: 2 (nan)"),
        ("1,0,0\n0,,1\n0,0,1\n", "E14", "mobility.csv:2: 2"),
        ("1,0,0\n0,x,1\n0,0,1\n", "E14", "mobility.csv:2: 2 (x)"),
        ("o1,o2,o4\n1,0,0\n0,1,0\n0,0,1\n", "E21", "mobility.csv:1: 3 (o4)"),
        ("o1,o2,o2\n1,0,0\n0,1,0\n0,0,1\n", "E05", "mobility.csv:1: 3 (o2)"),
        ("o1,1,0,0\no2,0,1,0\n,0,0,1\n", "E20", "mobility.csv:3: 1"),
        (",o1,o2,o3\no1,1,0,0\no2,0,0,0\no3,0,0,1\n", "E17", "mobility.csv:3 (0.0)"),
        (",o1,o2,o3\no1,1,0,0\no2,0,?,0\no3,0,0,1\n", "E14", "mobility.csv:3: o2 (?)"),
    ],
)
def test_a_faulty_matrix(folder: Path, ended: Ended, content: str, code: str, place: str) -> None:
    (folder / "occupations.csv").write_text(HEADER + "o1,10,0\no2,20,0.1\no3,30,0.2\n")
    (folder / "mobility.csv").write_text(content)
    left, out, err = ended("--steps", "5")
    assert left == 2 and not out and not (folder / "path.csv").exists()
    lines = err.splitlines()
    assert any(line.startswith(code) and place in line for line in lines), err


def test_all_faults_are_told_at_once_but_not_thousands(folder: Path, ended: Ended) -> None:
    (folder / "occupations.csv").write_text(HEADER + "a,-1,2\na,x,nan\n")
    assert [line[:3] for line in ended()[2].splitlines()] == ["E15", "E15", "E05", "E14", "E13"]
    (folder / "occupations.csv").write_text(HEADER + "".join(f"o{i},-1,2\n" for i in range(500)))
    assert len(ended()[2].splitlines()) == 20


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (("--mobility", "nowhere.csv"), "E10"),
        (("--occupations", "nowhere.csv"), "E10"),
        (("--out", "no/such/folder/path.csv"), "E10"),
        (("--out", "."), "E10"),
        (("--tau", "-1"), "E15"),
        (("--delta-u", "nan"), "E13"),
        (("--steps", "0"), "E15"),
    ],
)
def test_options_that_lead_nowhere(ended: Ended, options: tuple[str, str], code: str) -> None:
    left, out, err = ended(*options)
    assert left == 2 and not out and err.startswith(code)


def test_an_input_is_never_written_over(folder: Path, ended: Ended) -> None:
    before = (folder / "mobility.csv").read_bytes()
    left, _, err = ended("--out", str(folder / "mobility.csv"))
    assert left == 2 and err.startswith("E10") and (folder / "mobility.csv").read_bytes() == before
