"""The figures of a bench as Markdown, and their place in docs/engine.md.

`python -m tests.bench.page figures.json` writes those of `python -m tests.bench --json figures.json`.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

PAGE = Path(__file__).parents[2] / "docs" / "engine.md"
BEGIN, END = "<!-- bench: written by python -m tests.bench --page -->", "<!-- end of bench -->"

Run = dict[str, Any]


def between(text: str, begin: str, end: str, table: str) -> str:
    """The text with ``table`` between two marks; raises ValueError where the marks are missing."""
    before, rest = text.split(begin)
    _, after = rest.split(end)
    return f"{before}{begin}\n\n{table}\n\n{end}{after}"


def _row(label: str, runs: list[Run], cell: Callable[[Run], str]) -> str:
    return " | ".join([f"| {label}", *(cell(run) for run in runs)]) + " |"


def _time(seconds: float) -> str:
    return f"{seconds:.2f} s" if seconds >= 0.995 else f"{seconds * 1000:.3g} ms"


def _megabytes(size: int | None) -> str:
    return "not told" if size is None else f"{size / 1e6:,.0f} MB"


def nanoseconds(run: Run) -> float:
    """One world on one thread, a person and a month."""
    return float(run["world"] / 120 / run["persons"] * 1e9)


def copies(run: Run) -> float:
    """A month of one world over one copy of its person columns."""
    return float(run["world"] / 120 * run["copied_bytes_a_second"] / run["column_bytes"])


def timings(found: dict[str, Any]) -> str:
    """Seconds and memory by scale."""
    runs = found["runs"]
    rows = [_row("scale", runs, lambda run: f"{run['scale']:g}"), "|---" * (len(runs) + 1) + "|"]
    rows += [
        _row("persons, mean of the run", runs, lambda run: f"{run['persons']:,.0f}"),
        _row("opening of January 2024 from nothing (96 months, kept)", runs,
             lambda run: _time(run["opening"])),
        _row("**pair of worlds, 120 months, start to results**", runs,
             lambda run: f"**{_time(run['pair']['whole'])}**"),
        _row("of which loading the openings", runs, lambda run: _time(run["pair"]["loading"])),
        _row("a month of a pair", runs, lambda run: _time(run["pair"]["months"] / 120)),
        _row("first month of a pair, from the start", runs, lambda run: _time(run["pair"]["first_month"])),
        _row("one world, 120 months, one thread", runs, lambda run: _time(run["world"])),
        _row("the same, a person and month", runs, lambda run: f"{nanoseconds(run):.1f} ns"),
        _row("a month over one copy of the person columns", runs, lambda run: f"{copies(run):.1f} x"),
        _row("most memory of a pair's process", runs, lambda run: _megabytes(run["memory"]["peak"])),
        _row("of which code and libraries", runs, lambda run: _megabytes(run["memory"]["before"])),
    ]
    return "\n".join(rows)


def ratios(found: dict[str, Any]) -> str:
    """Against the oracle, memory, and cost in persons and months."""
    oracle, runs, slopes = found["oracle"], found["runs"], found["exponents"]
    theirs = oracle["month"] / oracle["persons"] * 1e9
    largest, smallest = runs[-1], runs[0]
    small, large = slopes["between"]
    months = ", ".join(f"{slope:.2f} at {scale}" for scale, slope in slopes["months"].items())
    return "\n".join([
        "- **Against one Mesa object a worker** (the oracle, equal to the integer, written to be read): a"
        f" month of {oracle['workers']:,} workers among {oracle['persons']:,} persons takes it"
        f" {oracle['month']:.2f} s, {theirs / 1000:.1f} µs a person. Ours takes"
        f" {theirs / nanoseconds(smallest):,.0f} times less at scale {smallest['scale']:g} and"
        f" **{theirs / nanoseconds(largest):,.0f} times less** at scale {largest['scale']:g}, on one thread.",
        f"- **Against memory**: one thread copies {largest['copied_bytes_a_second'] / 1e9:.1f} GB a second of"
        f" a buffer as large as the person columns at scale {largest['scale']:g}"
        f" ({largest['column_bytes'] / 1e6:.0f} MB); a month takes the time of {copies(largest):.1f} such"
        " copies.",
        f"- **Exponent of cost**: {slopes['persons']:.2f} in persons between scales {small:g} and {large:g};"
        f" in months, 120 against 60: {months}.",
        f"- **Start-up**: `passerelles --help` {_time(found['start_up']['help'])}, numbers loaded and checked"
        f" {_time(found['start_up']['registry'])}.",
    ])


def by_process(found: dict[str, Any]) -> str:
    """A month of one world, line by line of the step."""
    spent = found["profile"]
    whole = sum(spent.values())
    scale = found["runs"][-1]["scale"]
    rows = [f"| line of `World.step` at scale {scale:g} | a month | share |", "|---|---|---|"]
    rows += [f"| {line if ' ' in line else f'`{line}`'} | {_time(seconds)} | {seconds / whole:.0%} |"
             for line, seconds in spent.items()]
    return "\n".join([*rows, f"| all | {_time(whole)} | 100% |"])


def shown(found: dict[str, Any]) -> str:
    """Everything, with the machine and the date."""
    of = found["machine"]
    where = (f"Measured on {of['date']}: {of['processor']}, {of['cores']} cores, {of['memory']},"
             f" {of['system']}; {of['versions']}. Each figure is the best of a few runs; worlds `reference`"
             " and `ai-fast`, one thread a world.")
    return "\n\n".join([where, timings(found), ratios(found), by_process(found)])


def write(found: dict[str, Any]) -> None:
    """Put the figures between the marks of the page."""
    text = between(PAGE.read_text(encoding="utf-8"), BEGIN, END, shown(found))
    PAGE.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")))
