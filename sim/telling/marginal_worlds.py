"""The work of one pair of the marginal euro: a reference world, and each scheme's policy beside it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sim.calendar import MONTHS_PER_YEAR
from sim.counting.counts import net, nothing
from sim.counting.funded import FundedTally
from sim.effects import committed_eur
from sim.run import fingerprint, results_of
from sim.scenario import Scenario
from sim.schemes.rules import Scheme, schemes
from sim.sweep.family import live_beside, scenario_of
from sim.sweep.jobs import Row, Spec
from sim.telling.reached import MOVES, PEOPLE, SHARES, reached
from sim.world import World

WORK = "sim.telling.marginal_worlds:live"
"""How a pair's work is told to other processes."""

AT_ONCE = 6
"""Policies beside one life of the reference: half a gigabyte a world of the whole region."""

COUNTED = (
    "funded_per_year",
    "committed_eur_per_year",
    "judged_eur",
    "gross",
    "additional",
    "dead_weight",
    "harmed",
    "net",
    "net_all_schemes",
)
"""Policy minus reference, heads and euros of the region.

``committed_eur_per_year``: less what lapsed projects give back, which is committed again.  ``judged_eur``:
committed to files whose 24 months are over.  Counts of F, and ``net`` of F less X, are of the scheme's files.
"""

REACHED = (PEOPLE, MOVES, *SHARES)


def live(spec: Spec) -> list[Row]:
    """One row a scheme; ``spec`` is that of :meth:`sim.telling.marginal.Question.specs`."""
    base, asked = scenario_of(spec["base"]), spec["policies"]
    known = {scheme.name: scheme for scheme in schemes()}
    rows: list[Row] = []
    for first in range(0, len(asked), AT_ONCE):
        group = asked[first : first + AT_ONCE]
        policies = [scenario_of(spec["base"], one["overrides"]) for one in group]
        world, others = live_beside(spec, base, policies)
        before = _Lived(spec, base, world)
        for one, policy, (other, tally) in zip(group, policies, others, strict=True):
            scheme, after = known[one["name"]], _Lived(spec, policy, other)
            named = {"policy": scheme.name, "policy_point": one["point"], "run": after.run}
            rows.append({**_place(spec), **named, **_row(scheme, before, after, tally)})
    return rows


def _place(spec: Spec) -> Mapping[str, Any]:
    return {name: spec[name] for name in ("sample", "replicate", "seed", "scale", "months")}


class _Lived:
    """A world that has lived, and its results."""

    def __init__(self, spec: Spec, scenario: Scenario, world: World) -> None:
        lives = (spec["scale"], spec["seed"], spec["months"], spec["draw"], spec["replicate"])
        self.world, self.run = world, fingerprint(scenario, *lives)
        self.results = results_of(world, scenario, self.run, 0.0)

    def yearly(self, name: str) -> float:
        """A monthly count of the sample, of the region and a year."""
        total = sum(self.world.record.series.get(name, []))
        return total / self.world.scale / (len(self.results.months) / MONTHS_PER_YEAR)


def _row(scheme: Scheme, before: _Lived, after: _Lived, tally: FundedTally) -> dict[str, float | None]:
    scale, own = after.world.scale, {**nothing(), **tally.by_scheme.get(scheme.name, {})}

    def more(name: str) -> float:
        series = f"{name}_{scheme.name}"
        return after.yearly(series) - before.yearly(series)

    judged = [committed_eur(one.results, scheme.name) for one in (before, after)]
    return {
        "funded_per_year": more("files_funded"),
        "committed_eur_per_year": (more("committed_eur_cents") - more("released_eur_cents")) / 100,
        "judged_eur": judged[1] - judged[0],
        **{name: own[name] / scale for name in ("gross", "additional", "dead_weight", "harmed")},
        "net": net(own) / scale,
        "net_all_schemes": net(tally.counts) / scale,
        **reached(before.world, after.world, scheme.code),
    }
