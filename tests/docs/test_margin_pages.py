"""The tables of the marginal euro and of the taste for moving: what they say, from worlds made by hand."""

from __future__ import annotations

from pathlib import Path

import marginal_table
import pytest
import taste_table
from marginal_table import asked
from pages import mark

from sim.cli.terminal import spoken
from sim.parameters import Registry


def test_the_taste_is_shown_over_its_whole_range() -> None:
    taste = Registry.load()[taste_table.KEY]
    found = [float(value) for value in taste_table.values()]
    assert found == sorted(found) and (found[0], found[-1]) == (taste.low, taste.high)
    assert taste.value in found
    text = taste_table.PAGE.read_text(encoding="utf-8")
    assert text.count(mark(taste_table.PART, taste_table.BY)) == text.count("<!-- end of taste -->") == 1


def test_what_a_value_of_the_taste_gives_is_kept_and_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    size = {"scale": 0.01, "replicates": 1, "months": 2}
    first = taste_table.kept(tmp_path, "0", size)
    monkeypatch.setattr(taste_table, "over", None)
    assert taste_table.kept(tmp_path, "0", size) == first
    with spoken("en"):
        text = taste_table.content({"0": first}, **size)
    assert "too small a sample" in text and "1 pairs, 2 months" in text and "\n| 0 | " in text
    assert text.count("not defined") >= 2  # one pair tells no interval, hence no cost


def test_the_marginal_table_states_its_conditions(monkeypatch: pytest.MonkeyPatch) -> None:
    from concurrent.futures import ThreadPoolExecutor

    from sim.scenario import load

    monkeypatch.setattr("sim.sweep.running.executor_named", lambda *_, **__: ThreadPoolExecutor(1))
    size = {"scale": 0.01, "pairs": 1, "months": 2}
    with spoken("en"):
        found = asked(load("reference"), {**size, "only": ["ptp", "csp"]}, None, "local", 1, quiet=True)
        text = marginal_table.content(found, **size)
    assert "`reference`, scale 0.01 (**too small" in text and "1 pairs, 2 months" in text
    assert "\n| ptp | 2,900,000 | " in text and "| csp |" not in text
    assert "- csp: an entitlement without limit" in text
