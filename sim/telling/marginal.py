"""The marginal euro: what one more million a year does in each scheme.

Each scheme's policy is the scenario with a step more in its envelope from the opening on, no more.  The step
is a tenth of its budget, a million at least: a margin, and yet more than chance.  Chance grows as the root of
the files that differ between two worlds, hence with the scheme; so does the step, and everything is divided
back by the money.

A pair is one job of a store (:mod:`sim.sweep`): its reference world is lived once for all schemes, or for as
many as memory allows, and its row of each scheme stays on disk.

Schemes serve different people, at different moments of their lives: their rows are not a ranking.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

import sim
from sim.cache_folders import mark_used, prune
from sim.calendar import OPENING
from sim.comparison import draw_of_parameters
from sim.effects import Kind
from sim.errors import RunFailed
from sim.kernels import cache_root
from sim.parameters import Registry, law_until
from sim.run import Progress, engine_digest
from sim.scenario import Scenario
from sim.schemes.rules import Scheme, schemes
from sim.sweep.driver import SweepProgress
from sim.sweep.jobs import Job, canonical, job_of
from sim.sweep.plan import NAMED_COLUMNS, written
from sim.sweep.running import carry_out
from sim.sweep.store import Store
from sim.sweep.supervision import Limits
from sim.telling.marginal_worlds import COUNTED, REACHED, WORK
from sim.telling.margins import Margin, margin_of, without_limit

SCHEMA_VERSION = 2
BUDGET_SHARE = 0.1
"""Part of a scheme's own budget that makes the step."""


def step_of(scenario: Scenario, scheme: Scheme, eur: float, share: float) -> float:
    """Euros a year that a scheme is given: ``share`` of its budget at the opening, at least ``eur``."""
    budgets = _budgets(scenario, scheme)
    return eur if not budgets else max(eur, round(share * float(budgets[OPENING])))


def richer(scenario: Scenario, scheme: Scheme, eur: float) -> Scenario | None:
    """The scenario with ``eur`` more a year in a scheme's envelope from the opening on; None without limit.

    Dated budgets of the scenario and of the law keep their dates, each with as much more.
    """
    budgets = _budgets(scenario, scheme)
    if not budgets:
        return None
    more = tuple((month, value + eur) for month, value in sorted(budgets.items()))
    overrides = {**scenario.overrides, scheme.key("budget_eur_per_year"): more}
    return replace(scenario, name=f"{scenario.name}+{scheme.name}", overrides=dict(sorted(overrides.items())))


def _budgets(scenario: Scenario, scheme: Scheme) -> dict[int, float]:
    """Euros a year by month from which they hold, the opening first; nothing without limit or envelope."""
    key = scheme.key("budget_eur_per_year")
    known = Registry.load()
    if key not in known:
        return {}
    entries = dict(scenario.overrides.get(key, ()))
    entries.setdefault(OPENING, known[key].at(OPENING))
    if key not in scenario.overrides:
        until = law_until(scenario.law)
        entries |= {dated.month: dated.value for dated in known[key].dated if OPENING < dated.month <= until}
    if any(isinstance(value, str) or np.isinf(value) for value in entries.values()):
        return {}
    return {month: float(value) for month, value in entries.items()}


@dataclass(frozen=True)
class Question:
    """What is asked: the scenario, euros a year by scheme, and the pairs of worlds that answer."""

    scenario: Scenario
    steps: Mapping[str, float]
    scale: float
    seed: int
    months: int
    pairs: int
    kind: Kind

    def specs(self) -> Iterator[dict[str, Any]]:
        """What each pair is asked: the reference world and every scheme's policy, on the pair's draws."""
        base = {
            "horizon_months": self.scenario.horizon_months,
            "law": self.scenario.law,
            "overrides": written(self.scenario.overrides),
        }
        policies = [
            {"name": scheme.name, "point": scheme.code, "overrides": written({key: policy.overrides[key]})}
            for scheme in schemes()
            if scheme.name in self.steps
            and (policy := richer(self.scenario, scheme, self.steps[scheme.name])) is not None
            for key in (scheme.key("budget_eur_per_year"),)
        ]
        for pair in range(self.pairs):
            yield {
                "sample": pair,
                "replicate": pair,
                "seed": self.seed,
                "scale": self.scale,
                "months": self.months,
                "base": base,
                "draw": draw_of_parameters(self.seed, pair) if self.kind == "total" else {},
                "policies": policies,
                "counted_by": counting_digest(),
            }

    def jobs(self) -> Iterator[Job]:
        """One job a pair, under the engine at hand."""
        return (job_of(spec, WORK, engine_digest()) for spec in self.specs())

    def design(self) -> bytes:
        """The question in one writing: what tells its folder from another's."""
        return canonical({"schema_version": SCHEMA_VERSION, "pairs": list(self.specs())})


@cache
def counting_digest() -> str:
    """Digest of the code that counts: an engine alone does not tell what is kept from what is asked."""
    package, digest = Path(sim.__file__).parent, hashlib.sha256()
    for folder in ("counting", "telling"):
        for path in sorted((package / folder).glob("*.py")):
            digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def schema() -> pa.Schema:
    """A row a pair and scheme: its place, what is counted of the region, whom the money reached."""
    return pa.schema([*NAMED_COLUMNS, *((name, pa.float64()) for name in (*COUNTED, *REACHED))])


def marginal(
    scenario: Scenario,
    *,
    eur: float = 1_000_000.0,
    share: float = BUDGET_SHARE,
    scale: float = 1.0,
    seed: int = 0,
    months: int = 72,
    pairs: int = 4,
    kind: Kind = "total",
    only: Sequence[str] = (),
    out: Path | None = None,
    executor: str | Executor = "local",
    workers: int = 1,
    begun: Callable[[Store, int], None] | None = None,
    progress: Callable[[SweepProgress], None] | None = None,
    opening: Progress | None = None,
    stopped: Callable[[], bool] = lambda: False,
) -> tuple[Margin, ...]:
    """A step more a year in each scheme (or in those of ``only``), over ``pairs`` of worlds.

    ``out``: where finished pairs are kept, by default a folder of the cache; the same question goes on with
    what is there.  ``begun`` is told of that folder and of the number of worlds.

    Raises:
        AnotherSweep, EngineChanged: ``out`` holds another question, or another engine's answers.
        KeyboardInterrupt: stopped; finished pairs are kept.
        RunFailed: a pair failed every attempt.
    """
    chosen = [scheme for scheme in schemes() if not only or scheme.name in only]
    limited = [scheme for scheme in chosen if richer(scenario, scheme, eur) is not None]
    steps = {scheme.name: step_of(scenario, scheme, eur, share) for scheme in limited}
    rows: list[dict[str, Any]] = []
    if steps:
        question = Question(scenario, steps, scale, seed, months, pairs, kind)
        store = _store(question, out)
        if begun is not None:
            begun(store, pairs * (1 + len(steps)))
        outcome = carry_out(
            store,
            question.jobs(),
            scale=scale,
            seed=seed,
            limits=Limits(),
            executor=executor,
            workers=workers,
            progress=progress,
            opening=opening,
            stopped=stopped,
        )
        if outcome.stopped:
            raise KeyboardInterrupt
        if not outcome.complete:
            raise RunFailed("marginal", outcome.given_up[0].words.strip().splitlines()[-1], str(store.folder))
        rows = pq.read_table(store.collect()).to_pylist()
    return tuple(
        margin_of(scheme, [row for row in rows if row["policy"] == scheme.name], steps[scheme.name], kind)
        if scheme.name in steps
        else without_limit(scheme)
        for scheme in chosen
    )


def _store(question: Question, out: Path | None) -> Store:
    """The folder of a question, made or found."""
    design = question.design()
    if out is None:
        cached = cache_root() / f"marginal-{engine_digest()}"
        out = cached / hashlib.sha256(design).hexdigest()[:16]
        out.mkdir(parents=True, exist_ok=True)
        mark_used(cached)
        prune(cache_root(), "marginal", cached)
    return Store.create(
        out,
        design=design,
        work=WORK,
        engine=engine_digest(),
        schema=schema(),
        jobs=question.pairs,
        files={},
    )
