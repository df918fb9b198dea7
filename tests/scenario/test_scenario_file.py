"""Files that claim to be scenarios: each bad one gives its own fault and place, never a traceback."""

import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.errors import Errors, PasserellesError
from sim.scenario import Scenario, load, loads, loads_bytes
from sim.scenario_file import MAXIMUM_BYTES
from sim.scenario_text import positions

GOOD = """\
schema_version = 1
horizon_months = 60

[title]
fr = "Essai"
en = "Trial"

[narrative]
fr = "Un essai."
en = "A trial."

[policy]
"schemes.ptp.budget_eur_per_year" = [
  { from = 2025-01-01, value = 58_000_000 },
  { from = 2026-01-01, value = "unlimited" },
]
"""


def fault_of(raw: bytes | str) -> PasserellesError:
    raw = raw.encode() if isinstance(raw, str) else raw
    with pytest.raises(PasserellesError) as caught:
        loads_bytes(raw, "trial", "trial.toml")
    return caught.value


def test_a_good_file_gives_months_from_january_2021() -> None:
    scenario = loads(GOOD, "trial")
    assert scenario.overrides == {"schemes.ptp.budget_eur_per_year": ((48, 58_000_000), (60, "unlimited"))}
    assert (scenario.horizon_months, scenario.law, scenario.name) == (60, "constant", "trial")


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"", "E01"),
        (b"  \n\t ", "E01"),
        (b"\xef\xbb\xbf", "E01"),
        (b"a: &a [*a]\n", "E02"),
        (b"base: &b {x: 1}\nscenario:\n  <<: *b\n", "E02"),
        (b"x = " + b"[" * 10_000, "E03"),
        (b"[" + b".".join([b"a"] * 20_000) + b"]\n", "E03"),
        (b".".join([b"a"] * 20_000) + b" = 1\n", "E03"),
        (b"x: !!python/object/apply:os.system ['true']\n", "E04"),
        (GOOD.replace("horizon_months = 60", "horizon_months = 60\nhorizon_months = 6").encode(), "E05"),
        (b"---\na: 1\n---\nb: 2\n", "E06"),
        (GOOD.encode("utf-16"), "E07"),
        (GOOD.replace("Essai", "Été").encode("latin-1"), "E07"),
        (GOOD.replace("Essai", "Es\0sai").encode(), "E07"),
        (b"a = '" + b"x" * 10_000_000 + b"'", "E08"),
        (b"PK\x03\x04rest", "E09"),
        (b"\x1f\x8brest", "E09"),
        (b"%PDF-1.7", "E09"),
        (b"\x89PNG\r\n", "E09"),
        (b"PAR1....PAR1", "E09"),
        (b'{"scenario": "reference", "seed": 1}', "E09"),
        (b"[project]\nname = 'x'\n", "E09"),
        (GOOD.replace("60", "9" * 5_000, 1).encode(), "E15"),
        (GOOD.replace("2025-01-01", "2025-13-01").encode(), "E22"),
        (GOOD.replace("2025-01-01", "2027-02-29").encode(), "E22"),
    ],
)
def test_a_bad_file_has_its_code(raw: bytes, code: str) -> None:
    started = time.monotonic()
    assert fault_of(raw).code == code
    assert time.monotonic() - started < 3.0


def test_a_duplicate_key_names_both_lines() -> None:
    fault = fault_of(GOOD + '"schemes.ptp.budget_eur_per_year" = 1\n')
    assert fault.code == "E05"
    assert "trial.toml:13, trial.toml:17: policy.schemes.ptp.budget_eur_per_year" in fault.message("en")


def test_a_key_written_in_two_ways_is_a_duplicate() -> None:
    assert fault_of(GOOD + "schemes.ptp.budget_eur_per_year = 1\n").code == "E05"


def test_a_large_file_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "large.toml"
    with path.open("wb") as file:
        file.truncate(MAXIMUM_BYTES + 1)
    with pytest.raises(PasserellesError, match="E08"):
        load(path)


@pytest.mark.parametrize("name", ["CON", "a.toml:$stream", "x" * 300, "a\u202etoml", "nul.toml"])
def test_a_hostile_file_name_is_refused(name: str) -> None:
    with pytest.raises(PasserellesError, match="E10"):
        load(Path(name))


def test_an_unknown_scenario_names_the_nearest() -> None:
    with pytest.raises(PasserellesError, match="did you mean reference"):
        load("referense")


def test_windows_line_ends_and_a_byte_order_mark_change_nothing() -> None:
    other = loads_bytes(b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode(), "trial")
    assert other == loads(GOOD, "trial")


@pytest.mark.parametrize(
    "text",
    [
        '"\\' * 60_000,
        '"""' * 40_000,
        "['" * 60_000,
        "a" * 250_000,
        "a." * 120_000,
        " " * 250_000,
        "[[a" * 80_000,
        '"a".' * 60_000,
        "\t." * 120_000,
    ],
    ids=lambda text: text[:4],
)
def test_scanning_takes_time_in_proportion_to_the_text(text: str) -> None:
    started = time.monotonic()
    positions(text)
    assert time.monotonic() - started < 3.0


def test_keys_inside_strings_and_comments_are_not_keys() -> None:
    found = positions('# a = 1\nx = """\ny = 2\n"""\nz = \'[#\'\nlist = [\n  { q = 1 },\n\n  { q = 2 },\n]\n')
    assert set(found.keys) == {("x",), ("z",), ("list",)}
    assert found.items[("list",)] == [7, 9]


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_any_mutation_gives_a_scenario_or_named_faults(data: st.DataObject) -> None:
    """A single character replaced, dropped or inserted anywhere: never another exception."""
    at = data.draw(st.integers(0, len(GOOD) - 1))
    character = data.draw(
        st.sampled_from([*"[]{}\"'=.,#\n-_ 019aé", "\u202e", "nan", "inf", "true", "e999", '"""'])
    )
    dropped = data.draw(st.integers(0, 3))
    text = GOOD[:at] + character + GOOD[at + dropped :]
    try:
        assert isinstance(loads(text, "trial"), Scenario)
    except PasserellesError as fault:
        for one in fault.errors if isinstance(fault, Errors) else (fault,):
            assert one.code != "E00" and one.message("fr") and one.message("en")


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_give_named_faults(raw: bytes) -> None:
    with pytest.raises(PasserellesError):
        loads_bytes(raw, "trial")
