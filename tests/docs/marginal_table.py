"""The table of the marginal euro in ``docs/schemes.md``: `python -m tests.docs.marginal_table` writes it.

The whole region and 19 pairs, unless asked otherwise.  Finished pairs are kept: stopped, the same command
goes on.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from sim.cli.marginal import asked, notes_of, rows_of_effects, rows_of_people
from sim.cli.terminal import spoken
from sim.scenario import load
from sim.sweep.running import processors
from sim.telling.margins import Margin

# The tests of the documents import each other as neighbours.
sys.path.insert(0, str(Path(__file__).parent))

from pages import conditions, sized, table, with_part

PAGE = Path(__file__).parents[2] / "docs" / "schemes.md"
PART, BY = "marginal", "marginal_table"
SCENARIO = "reference"


def content(found: Sequence[Margin], scale: float, pairs: int, months: int) -> str:
    """The conditions, what a million does, whom it reaches, and what has to be said beside."""
    said = f"`{SCENARIO}`, {conditions(scale, pairs, months)}; intervals at 90 %, chance and parameters."
    tables = [table(*rows) for rows in (rows_of_effects(found, "en"), rows_of_people(found, "en"))]
    notes = "\n".join(f"- {note}" for note in notes_of(found, "en"))
    return "\n\n".join([said, *tables, notes])


def main(arguments: Sequence[str] | None = None) -> None:
    """Live what is not kept yet and write the page again."""
    asking = sized(__doc__ or "")
    asking.add_argument("--workers", type=int, default=processors())
    asking.add_argument("--out", type=Path, help="folder of the finished pairs; by default one of the cache")
    given = asking.parse_args(arguments)
    size = {"scale": given.scale, "pairs": given.pairs, "months": given.months}
    with spoken("en"):
        found = asked(load(SCENARIO), size, given.out, "local", given.workers, quiet=False)
        text = with_part(PAGE.read_text(encoding="utf-8"), PART, BY, content(found, **size))
    PAGE.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
