"""The table of ``docs/claims.md``: `python -m tests.docs.claims_table` measures and writes it again."""

from __future__ import annotations

import argparse
import math
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from sim.comparison import draw_of_parameters
from sim.decomposition import decompose
from sim.effects import interval
from sim.population.columns import SECTORS
from sim.run import opening_world, results_of, under
from sim.scenario import load, with_overrides
from sim.trades import EXPOSURE_SOURCES, trades
from sim.world import World

# The tests of the documents import each other as neighbours.
sys.path.insert(0, str(Path(__file__).parent))

from claim_measures import Array, Evidence
from claims import CLAIMS, NOT_MEASURED, Claim

PAGE = Path(__file__).parents[2] / "docs" / "claims.md"
BEGIN, END = "<!-- table: written by python -m tests.docs.claims_table -->", "<!-- end of table -->"
SCENARIO, AGAINST = "eu-2030", "reference"
LABELS = {"ilo_2023": "ILO 2023", "ilo_2025": "ILO 2025", "white_paper": "white paper's list"}

Found = dict[tuple[int, str], list[float]]
"""(number of the claim, source) to one value a pair."""


def _lived(world: World, months: int) -> World:
    for _ in range(months):
        world.step()
    return world


def _posts(world: World) -> Array:
    sector = world.units["sector"][world.teams["unit"].astype(np.int64)]
    return np.bincount(sector, weights=world.teams["posts"], minlength=len(SECTORS)) / world.scale


def evidence(scale: float, seed: int, replicate: int, months: int) -> Iterator[tuple[str, Evidence]]:
    """One pair a source on one draw of everything else; the reference is lived once, no source moves it."""
    draw = draw_of_parameters(seed, replicate)
    reference, opening = load(AGAINST), opening_world(scale, seed)
    base = _lived(under(opening.twin(), reference, seed, draw, replicate), months)
    level = float(draw.get("ai.exposure_level", 0.0))
    for source in EXPOSURE_SOURCES:
        scenario = with_overrides(load(SCENARIO), {"ai.exposure_source": source})
        other = _lived(under(opening.twin(), scenario, seed, draw, replicate), months)
        yield source, Evidence(
            results_of(base, reference, "base", 0.0),
            results_of(other, scenario, "other", 0.0),
            decompose(other, base),
            *trades().exposure(source, level),
            _posts(base),
            _posts(other),
        )


def measured(scale: float, pairs: int, months: int, seed: int = 0) -> Found:
    """Every claim's measure by source and pair; the first pair has the central parameters."""
    found: Found = {(n, source): [] for n in range(len(CLAIMS)) for source in EXPOSURE_SOURCES}
    for replicate in range(pairs):
        for source, pair in evidence(scale, seed, replicate, months):
            for n, claim in enumerate(CLAIMS):
                found[n, source].append(claim.measure(pair))
        print(f"pair {replicate + 1} of {pairs}", file=sys.stderr, flush=True)
    return found


def verdict(claim: Claim, low: float | None, high: float | None) -> str:
    """Met when the whole interval lies inside the claim's bounds, contradicted when it lies outside."""
    if low is None or high is None:
        return "–"
    if claim.low <= low and high <= claim.high:
        return "met"
    return "contradicted" if high < claim.low or low > claim.high else "open"


def cell(claim: Claim, values: list[float]) -> tuple[str, str]:
    """What one source says, and the verdict."""
    known = [value for value in values if math.isfinite(value)]
    if not known:
        return "not defined", "–"
    low, high = interval(known, "total")
    said = verdict(claim, low, high)
    between = "" if low is None or high is None else f" [{low:.3g}, {high:.3g}]"
    return f"{math.fsum(known) / len(known):.3g}{between} **{said}**", said


def bounds(claim: Claim) -> str:
    """Where the claim holds."""
    if math.isinf(claim.low):
        return f"< {claim.high:g}"
    return f"> {claim.low:g}" if math.isinf(claim.high) else f"{claim.low:g} to {claim.high:g}"


def table(found: Found) -> str:
    """One row a measure."""
    names = " | ".join(LABELS[source] for source in EXPOSURE_SOURCES)
    rows = [f"| claim | measured as | holds if | {names} | why, where it is not met |", "|---" * 7 + "|"]
    for n, claim in enumerate(CLAIMS):
        cells = [cell(claim, found[n, source]) for source in EXPOSURE_SOURCES]
        why = "" if all(said == "met" for _, said in cells) else claim.why
        unit = f", {claim.unit}" if claim.unit else ""
        words = (f"{claim.says} (`{claim.statistic}`)", f"{claim.measured}{unit}", bounds(claim))
        rows.append("| " + " | ".join((*words, *(text for text, _ in cells), why)) + " |")
    return "\n".join(rows)


def not_measured() -> str:
    return "\n".join(f"- `{key}`: {why}." for key, why in NOT_MEASURED.items())


def with_table(text: str, found: Found, note: str) -> str:
    """The page with its table; raises ValueError where the marks are missing."""
    before, rest = text.split(BEGIN)
    _, after = rest.split(END)
    silent = "Claims of these chapters that no quantity of the model speaks of:"
    parts = (note, table(found), silent, not_measured())
    return before + BEGIN + "\n\n" + "\n\n".join(parts) + "\n\n" + END + after


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scale", type=float, default=0.1)
    parser.add_argument("--pairs", type=int, default=20)
    parser.add_argument("--months", type=int, default=120)
    asked = parser.parse_args()
    start = time.perf_counter()
    found = measured(asked.scale, asked.pairs, asked.months)
    note = (
        f"Measured at scale {asked.scale:g} over {asked.months} months, {asked.pairs} pairs of "
        f"`{SCENARIO}` and `{AGAINST}` for each source."
    )
    PAGE.write_text(with_table(PAGE.read_text(encoding="utf-8"), found, note), encoding="utf-8")
    print(f"{time.perf_counter() - start:.0f} s", file=sys.stderr)


if __name__ == "__main__":
    main()
