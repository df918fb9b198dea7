"""The page of the scoreboard shows every statistic of the project, and tells what its misses mean."""

from __future__ import annotations

from pathlib import Path

from calibration.scoring.scoreboard import load_misses
from calibration.targets import load_observations

PAGE = (Path(__file__).parents[2] / "docs" / "scoreboard.md").read_text(encoding="utf-8")
ROWS = {line.split(" | ")[0].removeprefix("| "): line for line in PAGE.splitlines() if line.startswith("| ")}


def test_every_statistic_has_its_row() -> None:
    """When it fails: `passerelles validate --markdown > docs/scoreboard.md`."""
    assert {one.en for one in load_observations().values()} == set(ROWS) - {"statistic"}


def test_every_miss_is_told() -> None:
    """When it fails: an entry in calibration/misses.toml."""
    missed = [name for name, one in load_observations().items() if "| miss |" in ROWS[one.en]]
    assert missed
    for name in missed:
        assert f"**{load_observations()[name].en}.** {load_misses()[name].en}" in PAGE
