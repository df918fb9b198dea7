"""Two futures on the same draws: differences, and head by head what the money changed.

The worlds of a pair share the opening and every draw, and live month by month side by side (one thread a
world).  Replicates after the first draw new chance and, for *total* intervals, one draw of each uncertain
parameter, the same in both worlds.
"""

from __future__ import annotations

import hashlib
import math
import time
from collections.abc import Callable

from sim.counting.account import account
from sim.counting.churn import candidates, live_swapped
from sim.counting.counts import COUNTED
from sim.counting.everyone import Standing
from sim.counting.trail import Side
from sim.effects import Comparison, FundedIdentity, Kind, paired_effects
from sim.pair import FundedTally, Pair, Stopped
from sim.parameters import Registry
from sim.results import Results
from sim.run import Cancelled, Draw, Progress, fingerprint, opening_world, results_of, under
from sim.scenario import Scenario


def draw_of_parameters(seed: int, replicate: int) -> Draw:
    """One draw of every uncertain parameter: triangular on [low, high] with its mode at the value; choices
    alike.

    Replicate 0 is the central one: no draw.
    """
    if replicate == 0:
        return {}
    registry = Registry.load()
    out: dict[str, float | int | str] = {}
    for key in registry.uncertain():
        parameter, u = registry[key], uniform_of(seed, replicate, key)
        if parameter.choices:
            out[key] = parameter.choices[int(u * len(parameter.choices))]
            continue
        low, mode, high = float(parameter.low or 0), float(parameter.value), float(parameter.high or 0)
        share = (mode - low) / (high - low) if high > low else 0.0
        value = (
            low + math.sqrt(u * (high - low) * (mode - low))
            if u < share
            else high - math.sqrt((1 - u) * (high - low) * (high - mode))
        )
        out[key] = round(value) if parameter.kind == "int" else round(value, 6)
    return out


def uniform_of(seed: int, replicate: int, key: str) -> float:
    """The draw of one parameter in one replicate, in [0, 1): whatever other parameters there are."""
    digest = hashlib.sha256(f"{seed}/{replicate}/{key}".encode()).digest()
    return (int.from_bytes(digest[:8], "little") >> 11) / 2**53


def run_pair(
    base: Scenario,
    other: Scenario,
    *,
    scale: float,
    seed: int,
    months: int,
    replicate: int = 0,
    kind: Kind = "total",
    swaps: int = 0,
    progress: Progress | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> tuple[Results, Results, FundedTally]:
    """One pair of worlds, and ``swaps`` more that tell the churn floor.

    Raises:
        Cancelled: when ``cancelled()`` turned true between two months.
    """
    start = time.perf_counter()
    draw = draw_of_parameters(seed, replicate) if kind == "total" else {}
    opening = opening_world(scale, seed, progress=progress, cancelled=cancelled)
    worlds = [
        under(world, s, seed, draw, replicate) for world, s in ((opening.twin(), base), (opening, other))
    ]

    def each_month(done: int) -> None:
        if progress is not None:
            progress(done, months, f"{base.name} / {other.name}")

    pair = Pair(*worlds)
    try:
        tally = pair.live(months, each_month, cancelled)
    except Stopped as stop:
        raise Cancelled(other.name) from stop
    if swaps:
        tally.churn = _churn(pair, tally, (base, other), draw, (scale, seed, months, replicate, swaps))
    seconds = time.perf_counter() - start
    first, second = (
        results_of(world, scenario, fingerprint(scenario, scale, seed, months, draw, replicate), seconds)
        for world, scenario in zip(worlds, (base, other), strict=True)
    )
    return first, second, tally


def _churn(
    pair: Pair,
    tally: FundedTally,
    scenarios: tuple[Scenario, Scenario],
    draw: Draw,
    lives: tuple[float, int, int, int, int],
) -> tuple[tuple[Standing, ...], ...]:
    """Worlds with swaps beside the world of the pair that has more files to swap.

    ``lives``: scale, seed, months, replicate, and number of such worlds.
    """
    scale, seed, months, replicate, swaps = lives
    opening = pair.trail.opening
    side = max(Side, key=lambda one: candidates(pair.worlds[one], opening))
    return tuple(
        live_swapped(
            under(opening_world(scale, seed), scenarios[side], seed, draw, replicate),
            pair.worlds[side],
            pair.censuses[side],
            tally.changed,
            months,
            variant,
        )
        for variant in range(swaps)
    )


def compare(
    base: Scenario,
    other: Scenario,
    *,
    scale: float = 1.0,
    seed: int = 0,
    months: int | None = None,
    replicates: int = 1,
    kind: Kind = "total",
    swaps: int = 0,
    progress: Progress | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Comparison:
    """Paired comparison of two scenarios over ``replicates`` pairs; the first pair has the central
    parameters.

    ``swaps``: worlds lived beside the pairs to measure the churn floor of everyone else, shared out among
    the pairs.

    Raises:
        Cancelled: when ``cancelled()`` turned true between two months.
    """
    horizon = months or min(base.horizon_months, other.horizon_months)
    pairs = []
    for replicate in range(replicates):

        def shifted(done: int, total: int, text: str, number: int = replicate) -> None:
            if progress is not None:
                progress(number * total + done, replicates * total, f"{text} ({number + 1}/{replicates})")

        pairs.append(
            run_pair(
                base,
                other,
                scale=scale,
                seed=seed,
                months=horizon,
                replicate=replicate,
                kind=kind,
                swaps=len(range(replicate, swaps, replicates)),
                progress=shifted,
                cancelled=cancelled,
            )
        )
    return assemble(pairs, kind, policies_differ(base, other))


def policies_differ(base: Scenario, other: Scenario) -> bool:
    """Whether two scenarios differ in a policy lever or in the law, and not only in their assumptions."""
    levers = Registry.load().levers("policy")

    def measures(scenario: Scenario) -> dict[str, object]:
        return {key: tuple(scenario.overrides[key]) for key in levers if key in scenario.overrides}

    return base.law != other.law or measures(base) != measures(other)


SAME_POLICIES = {
    "fr": "Mêmes mesures des deux côtés : rien à dire de ce que le financement a changé.",
    "en": "Same policies on both sides: nothing to say of what funding has changed.",
}


def assemble(
    pairs: list[tuple[Results, Results, FundedTally]], kind: Kind, policies: bool = True
) -> Comparison:
    """A comparison from pairs that have been run.

    With the same policies on both sides a few people are funded in one world only because the worlds differ:
    no measure has an effect there, and none is shown.
    """
    bases, others = tuple(pair[0] for pair in pairs), tuple(pair[1] for pair in pairs)
    notes = bases[0].notes + tuple(note for note in others[0].notes if note not in bases[0].notes)
    if not policies:
        effects = paired_effects(bases, others, kind)
        return Comparison(bases, others, effects, notes=(*notes, SAME_POLICIES))
    first, scale = pairs[0][2], bases[0].scale
    central = {name: first.counts[name] / scale for name in COUNTED}
    spillover = first.standing[-1].spillover / scale if first.standing else None
    tallies = tuple(pair[2].counts for pair in pairs)
    effects = paired_effects(bases, others, kind, tallies)
    identity = FundedIdentity(**central, spillover_net=spillover)
    return Comparison(bases, others, effects, identity, notes, account(pairs, kind), tallies)
