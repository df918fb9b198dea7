"""The page on adoption shows what the code gives, for every path."""

from __future__ import annotations

from adoption_table import PAGE, by_size, by_year, in_jobs

from sim.adoption_paths import path_names

TEXT = PAGE.read_text(encoding="utf-8")


def test_the_tables_are_those_of_the_code() -> None:
    """When it fails: `make docs`."""
    for table in (by_size(), by_year(), in_jobs()):
        assert table in TEXT


def test_every_path_is_said_in_words() -> None:
    told = TEXT.split("| path | what it says |")[1].split("\n\n")[0]
    assert all(f"| `{path}` |" in told for path in path_names())
