"""The bench measures each line of the step and leaves the engine as it was; the page takes what it finds."""

from __future__ import annotations

import pytest

from sim import world as world_module

from . import page, pair

TINY = 0.002


def test_each_line_of_the_step_is_timed_and_given_back() -> None:
    lines = pair.lines_of_the_step()
    assert lines[:2] == ["rules_of", "record.open_month"] and lines[-1] == "record.close_month"
    before = [getattr(getattr(world_module, line.split(".")[0]), line.split(".")[1]) for line in lines[2:-1]]
    spent = pair.profile(TINY, months=2)
    assert list(spent) == [*lines, "the rest"]
    assert all(spent[line] > 0.0 for line in lines)
    after = [getattr(getattr(world_module, line.split(".")[0]), line.split(".")[1]) for line in lines[2:-1]]
    assert all(one is other for one, other in zip(before, after, strict=True))


def figures() -> dict[str, object]:
    """Figures whose ratios are known."""
    run = {"opening": 1.0, "column_bytes": 10**9, "copied_bytes_a_second": 10**10,
           "pair": {"loading": 0.1, "first_month": 0.2, "half": 3.0, "months": 6.0, "whole": 7.0},
           "memory": {"before": 10**8, "peak": None}}
    return {
        "machine": dict.fromkeys(("date", "processor", "cores", "memory", "system", "versions"), "x"),
        "start_up": {"help": 0.5, "registry": 0.1},
        "oracle": {"month": 0.5, "persons": 10_000, "workers": 7_000},
        "runs": [run | {"scale": 0.1, "persons": 1e5, "world": 12.0},
                 run | {"scale": 1.0, "persons": 1e6, "world": 24.0}],
        "exponents": {"persons": 1.0, "between": [0.1, 1.0], "months": {"0.1": 1.0, "1": 1.0}},
        "profile": {"ageing.retire": 0.3, "the rest": 0.1},
    }


def test_ratios_are_those_of_the_figures() -> None:
    shown = page.shown(figures())
    # 50 us against 1 us and 200 ns a person and month; a month of 0.2 s against copies of 0.1 s.
    assert "50.0 µs a person" in shown and "50 times less at scale 0.1" in shown
    assert "**250 times less** at scale 1" in shown and "the time of 2.0 such copies" in shown
    assert "| `ageing.retire` | 300 ms | 75% |" in shown and "not told" in shown


def test_the_page_changes_between_its_marks_only() -> None:
    text = f"above\n{page.BEGIN}\nold\n{page.END}\nbelow\n"
    found = page.between(text, page.BEGIN, page.END, "new")
    assert found == f"above\n{page.BEGIN}\n\nnew\n\n{page.END}\nbelow\n"
    with pytest.raises(ValueError):
        page.between("no marks", page.BEGIN, page.END, "new")
