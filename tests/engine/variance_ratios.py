"""How much sharper a difference of paired worlds is than one of independent worlds, by policy and output.

`python -m tests.engine.variance_ratios` writes the table of docs/engine.md again.  Replicates share the
opening region and draw new chance from it on, as those of ``compare`` do.  With values B of the base and O of
the policy, one pair a replicate, the ratio is that of var(O) + var(B), which is what independent worlds would
give, to var(O - B).
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy import stats

from sim.kernels import Array
from sim.population.columns import State
from sim.run import scenario_world
from sim.scenario import Scenario, load, with_overrides
from sim.schemes.files import FUNDED
from sim.world import World

PAGE = Path(__file__).parents[2] / "docs" / "engine.md"
BEGIN = "<!-- variance: written by python -m tests.engine.variance_ratios -->"
END = "<!-- end of variance -->"

BASE = "ai-fast"
SCALE, MONTHS, REPLICATES = 0.02, 36, 60
CONFIDENCE = 0.95
PROMISED = 5.0
"""Ratio that is promised for unemployment."""

POLICIES: Mapping[str, Mapping[str, str]] = {
    "PTP budget doubled": {"schemes.ptp.budget_eur_per_year": "58_000_000"},
    "three points to women, to 55 and over": {
        "schemes.ptp.points_women_in_male_trade": "3", "schemes.ptp.points_55_plus": "3"},
    "advice reaches twice as many": {"applications.advice_reach_ratio": "2.0"},
    "short AI courses, money x 3": {"schemes.opco_ai_training.budget_eur_per_year": "12_900_000"},
    "seats doubled": {"training.seats_ratio": "2.0"},
}
OUTPUTS = ("unemployed, month 24", "unemployed, month 36", "employed, month 36", "hires of the third year",
           "files funded", "durable conversions")


def outputs(world: World) -> list[int]:
    """Values of :data:`OUTPUTS` for a world that has lived :data:`MONTHS`, in sampled heads."""
    record, files = world.record, world.files
    since = record.months[0]

    def heads(month: int, state: State) -> int:
        return int(record.stocks[month - 1][..., state].sum())

    funded = sum(sum(values) for name, values in record.series.items() if name.startswith("files_funded_"))
    durable = int(((files["durable_24"] == 1) & (files["outcome"] == FUNDED)
                   & (files["month_decided"] >= since)).sum())
    return [heads(24, State.UNEMPLOYED), heads(36, State.UNEMPLOYED), heads(36, State.EMPLOYED),
            sum(record.series["hires"][24:36]), funded, durable]


def scenarios(policies: Sequence[str]) -> list[Scenario]:
    """The base, then it with each policy."""
    base = load(BASE)
    return [base, *(with_overrides(base, dict(POLICIES[name])) for name in policies)]


def lived(policies: Sequence[str], scale: float, replicates: int, *, told: bool = False) -> Array:
    """Outputs [replicate, base and policies, output], int64."""

    def run(given: tuple[int, Scenario]) -> list[int]:
        world = scenario_world(given[1], scale, 0, replicate=given[0])
        for _ in range(MONTHS):
            world.step()
        return outputs(world)

    found = []
    wanted = scenarios(policies)
    with ThreadPoolExecutor(2) as threads:
        # The first replicate of a comparison is number 0; here too.
        for number in range(replicates):
            found.append(list(threads.map(run, [(number, scenario) for scenario in wanted])))
            if told and (number + 1) % 10 == 0:
                print(f"{number + 1} of {replicates} replicates", file=sys.stderr, flush=True)
    return np.array(found, np.int64)


@dataclass(frozen=True)
class Ratio:
    """A ratio of variances and its interval at :data:`CONFIDENCE`; infinite where no pair differs."""

    value: float
    low: float
    high: float


def ratio(base: Array, other: Array) -> Ratio:
    """Variance of the difference of independent worlds over that of pairs.

    2 (var O + var B) = var(O + B) + var(O - B), so 2 R - 1 is the ratio of the variances of the sums and of
    the differences of the same pairs: its interval is Pitman's (1939), exact for normal values whatever their
    correlation.  With none, which is where both worlds vary alike, 2 R - 1 follows an F law.
    """
    differences, sums = other - base, other + base
    if differences.var() == 0.0:
        return Ratio(np.inf, np.inf, np.inf)
    of_sums = float(sums.var() / differences.var())
    freedom = base.size - 2
    t = float(stats.t.ppf(0.5 + CONFIDENCE / 2, freedom))
    correlation = float(np.corrcoef(differences, sums)[0, 1])
    middle = 1.0 + 2.0 * (1.0 - correlation**2) * t**2 / freedom
    reach = middle + np.sqrt(middle**2 - 1.0)
    return Ratio(*((1.0 + values) / 2.0 for values in (of_sums, of_sums / reach, of_sums * reach)))


def false_alarm(true: float, bar: float, replicates: int) -> float:
    """Chance that the ratio found stays under ``bar`` where it is ``true`` and both worlds vary alike."""
    return float(stats.f.cdf((2.0 * bar - 1.0) / (2.0 * true - 1.0), replicates - 1, replicates - 1))


def _cell(found: Ratio) -> str:
    if np.isinf(found.value):
        return "no difference"
    digits = 0 if found.low >= 10 else 1
    return f"**{found.value:,.{digits}f}** ({found.low:,.{digits}f} to {found.high:,.{digits}f})"


def table(values: Array) -> str:
    """One row a policy, one column an output."""
    rows = [f"Base `{BASE}`, scale {SCALE:g}, {MONTHS} months, {REPLICATES} pairs of each; in brackets the"
            " 95 % interval.", "",
            " | ".join(["| policy", *OUTPUTS]) + " |", "|---" * (len(OUTPUTS) + 1) + "|"]
    for k, name in enumerate(POLICIES):
        cells = [_cell(ratio(values[:, 0, n], values[:, k + 1, n])) for n in range(len(OUTPUTS))]
        rows.append(" | ".join([f"| {name}", *cells]) + " |")
    return "\n".join(rows)


def write() -> None:
    """Put the table between the marks of the page."""
    text = PAGE.read_text(encoding="utf-8")
    before, rest = text.split(BEGIN)
    _, after = rest.split(END)
    found = table(lived(list(POLICIES), SCALE, REPLICATES, told=True))
    PAGE.write_text(f"{before}{BEGIN}\n\n{found}\n\n{END}{after}", encoding="utf-8")
    print(found)


if __name__ == "__main__":
    write()
