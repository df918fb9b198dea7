"""What the pages of ``docs/`` share that modules write again: tables in Markdown, and parts between marks."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from datetime import date

from sim.cli.numbers import SMALL_SCALE


def line(cells: Sequence[str]) -> str:
    """A row of a table; a cell of several lines becomes one."""
    return "| " + " | ".join(cell.replace("|", "/").replace("\n", " ") for cell in cells) + " |"


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table with its head."""
    return "\n".join([line(head), line(["---"] * len(head)), *(line(row) for row in rows)])


def mark(name: str, by: str) -> str:
    """Where a part begins, and which module of this folder writes it."""
    return f"<!-- {name}: written by python -m tests.docs.{by} -->"


def with_part(text: str, name: str, by: str, content: str) -> str:
    """The page with one of its parts anew; raises ValueError where its marks are missing."""
    before, rest = text.split(mark(name, by))
    _, after = rest.split(f"<!-- end of {name} -->")
    return f"{before}{mark(name, by)}\n\n{content}\n\n<!-- end of {name} -->{after}"


def sized(description: str) -> argparse.ArgumentParser:
    """Options of a module that lives pairs of worlds: 19 of the whole region unless asked otherwise."""
    asking = argparse.ArgumentParser(description=description)
    asking.add_argument("--scale", type=float, default=1.0)
    asking.add_argument("--pairs", type=int, default=19)
    asking.add_argument("--months", type=int, default=72)
    return asking


def conditions(scale: float, pairs: int, months: int) -> str:
    """What a table rests on, and when it was made."""
    small = "" if scale >= SMALL_SCALE else " (**too small a sample to judge a scheme**)"
    return f"scale {scale:g}{small}, {pairs} pairs, {months} months, written on {date.today().isoformat()}"
