"""The cost of a conversion over the taste for moving: `python -m tests.docs.taste_table` writes it.

A table of ``docs/counting.md``, from the whole region and 19 pairs unless asked otherwise.  What a value of
the taste gives is kept in a folder: stopped, the same command goes on.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from sim.cli.account_tables import euros, per_million
from sim.cli.marginal import effect_cell
from sim.cli.terminal import progress_on, say, spoken
from sim.closure_ends import at
from sim.counting.cost import ALL, UnitCost, unit_cost
from sim.counting.ranges import range_report
from sim.counting.studies import over
from sim.effects import Comparison, Effect, committed_eur
from sim.kernels import cache_root
from sim.parameters import Registry
from sim.run import engine_digest
from sim.scenario import load
from sim.sweep.disk import write_whole
from sim.telling.marginal import counting_digest

# The tests of the documents import each other as neighbours.
sys.path.insert(0, str(Path(__file__).parent))

from pages import conditions, sized, table, with_part

PAGE = Path(__file__).parents[2] / "docs" / "counting.md"
PART, BY = "taste", "taste_table"
BASE, POLICY = "ai-fast", "ai-fast-ptp-doubled"
KEY = "applications.taste_weight"
SHOWN = {
    "funded_additional": "additional",
    "funded_dead_weight": "dead-weight",
    "funded_harmed": "harmed",
    "funded_net": "net",
}
"""Effects 24 months after the decision: name and head."""

JUDGED = "judged"
COSTS = ("per million EUR", "EUR for one", "EUR for one, all payers, funded", "the same, region")
"""Heads: by what was committed to the files judged; then by what all payers had paid at the end."""


def values() -> list[str]:
    """The ends of the range, the value in force, and what lies between."""
    taste = Registry.load()[KEY]
    low, middle, high = (float(v) for v in (taste.low or 0.0, taste.value, taste.high or 0.0))  # type: ignore[arg-type]
    return [f"{v:g}" for v in (low, (low + middle) / 2, middle, (middle + high) / 2, high)]


def kept(folder: Path, value: str, size: dict[str, Any]) -> dict[str, Any]:
    """What one value of the taste gives: read where it is kept, lived otherwise."""
    code = (engine_digest(), counting_digest())
    question = json.dumps([BASE, POLICY, KEY, value, sorted(size.items()), code])
    path = folder / f"{hashlib.sha256(question.encode()).hexdigest()[:16]}.json"
    if not path.is_file():
        pair = [at(load(name), "fixed") for name in (BASE, POLICY)]
        with progress_on(False) as progress:
            found = over(*pair, KEY, [value], {**size, "progress": progress})
        (_, comparison) = found[0]
        report = range_report(KEY, found)
        effects = {e.indicator: vars(e) for e in comparison.effects if e.indicator in SHOWN}
        costs = {cost["over"]: cost for cost in report["unit_costs"][0] if cost["payer"] == ALL}
        costs[JUDGED] = asdict(cost_of_the_judged(comparison))
        write_whole(path, json.dumps({"effects": effects, "costs": costs}).encode())
        say(f"{KEY} = {value}: {path}")
    found_before: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found_before


def cost_of_the_judged(comparison: Comparison) -> UnitCost:
    """Euros committed to the files whose 24 months are over, for one conversion of theirs."""
    runs = zip(comparison.bases, comparison.others, strict=True)
    more = [committed_eur(other) - committed_eur(base) for base, other in runs]
    net = next(effect for effect in comparison.effects if effect.indicator == "funded_net")
    return unit_cost(ALL, "funded", more, comparison.by_pair("funded_net"), net)


def row(value: str, found: dict[str, Any]) -> list[str]:
    """One value's row."""
    effects = [Effect(**found["effects"][name]) for name in SHOWN]
    judged, funded, region = (UnitCost(**found["costs"][whose]) for whose in (JUDGED, "funded", "region"))
    costs = (per_million(judged), euros(judged), euros(funded), euros(region))
    return [value, *(effect_cell(effect, french=False) for effect in effects), *costs]


def content(found: dict[str, dict[str, Any]], scale: float, replicates: int, months: int) -> str:
    """The conditions and the table."""
    central = Registry.load()[KEY].value
    said = (
        f"`{POLICY}` against `{BASE}`, posts fixed, {conditions(scale, replicates, months)}; intervals at "
        f"90 %, chance and all other uncertain parameters. Elsewhere the taste is {central}, or drawn over "
        "this range."
    )
    head = ("taste", *SHOWN.values(), *COSTS)
    return f"{said}\n\n{table(head, [row(value, one) for value, one in found.items()])}"


def main(arguments: Sequence[str] | None = None) -> None:
    """Live what is not kept yet and write the page again."""
    asking = sized(__doc__ or "")
    asking.add_argument("--out", type=Path, default=cache_root() / "taste", help="folder of what is kept")
    given = asking.parse_args(arguments)
    size = {"scale": given.scale, "replicates": given.pairs, "months": given.months}
    given.out.mkdir(parents=True, exist_ok=True)
    with spoken("en"):
        found = {value: kept(given.out, value, size) for value in values()}
        text = with_part(PAGE.read_text(encoding="utf-8"), PART, BY, content(found, **size))
    PAGE.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
