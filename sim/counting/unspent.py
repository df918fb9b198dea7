"""Money that a policy adds and cannot spend: how much of it is committed, and what would change that."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np

from sim.calendar import MONTHS_PER_YEAR, OPENING
from sim.kernels import Array
from sim.parameters import Registry, rules_by_month
from sim.results import Results
from sim.scenario import Scenario
from sim.schemes.rules import schemes

SPENT_SHARE = 0.95
"""A budget of which less is committed is said to be unspent."""

BUDGET = "budget_eur_per_year"
ADVICE = "applications.advice_reach_ratio"
ACCEPTANCE = "sound_project_share"
MORE_ADVICE = 2.0
"""Times as many people reached by advice, in the trial that says what more advice would change."""


@dataclass(frozen=True)
class Unspent:
    """What a scheme does with a budget that the policy has raised in ``since_month``.

    Over the whole years from then on, ``first_month`` to ``last_month``.
    Euros and files of the region; what lapsed projects give back is not counted as committed: it is committed
    again where anybody asks for it.
    """

    scheme: str
    since_month: int
    first_month: int
    last_month: int
    budget_eur: float
    committed_eur: float
    received: float
    funded: float
    share: float

    @property
    def too_few_apply(self) -> bool:
        """Whether money would be left even if every file received were funded, at the mean cost."""
        return not self.funded or self.received * self.committed_eur / self.funded < self.budget_eur

    def as_dict(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return {**asdict(self), "too_few_apply": self.too_few_apply}


def unspent(base: Results, other: Results) -> tuple[Unspent, ...]:
    """Schemes of the policy, with a budget that it has raised, that commit less than 95 % of it."""
    return tuple(
        found
        for scheme in schemes()
        if (found := spending(base.scenario, other, scheme.name)) is not None and found.share < SPENT_SHARE
    )


def spending(base: Scenario, other: Results, scheme: str) -> Unspent | None:
    """What a scheme does with a budget that differs from the comparator's; None where it does not.

    Only whole years after the change are looked at, for money is carried over within the year.
    """
    months = np.array(other.months)
    before, after = (_budgets(scenario, scheme, months) for scenario in (base, other.scenario))
    raised = np.array([_more(a, b) for a, b in zip(after, before, strict=True)])
    if not raised.any():
        return None
    since = months[int(np.argmax(raised))]
    first = int(-(-since // MONTHS_PER_YEAR) * MONTHS_PER_YEAR)
    whole_years = max((int(months[-1]) + 1 - first) // MONTHS_PER_YEAR, 0)
    kept = (months >= first) & (months < first + whole_years * MONTHS_PER_YEAR)
    budget = sum(float(after[n]) for n in np.flatnonzero(kept)) / MONTHS_PER_YEAR
    if budget <= 0.0:
        return None

    def total(name: str) -> float:
        values = other.series.get(f"{name}_{scheme}")
        return 0.0 if values is None else float(values[kept].sum()) / other.scale

    committed = (total("committed_eur_cents") - total("released_eur_cents")) / 100
    return Unspent(
        scheme=scheme,
        since_month=int(since),
        first_month=first,
        last_month=first + whole_years * MONTHS_PER_YEAR - 1,
        budget_eur=budget,
        committed_eur=committed,
        received=total("files_received"),
        funded=total("files_funded"),
        share=committed / budget,
    )


def _more(after: float, before: float) -> bool:
    """Whether a limited budget is larger than a limited one."""
    return math.isfinite(after) and after > before


def _budgets(scenario: Scenario, scheme: str, months: Array) -> list[float]:
    """Budget a year in force in each month; inf where it is unlimited, 0 for a scheme without budget."""
    rules_of = rules_by_month(Registry.load(), scenario.overrides, scenario.law)
    return [float(rules_of(int(month)).get(f"schemes.{scheme}.{BUDGET}", 0.0)) for month in months]


def remedies(other: Scenario, scheme: str) -> Mapping[str, Scenario]:
    """The same policy where advice reaches twice as many, and or as many files are sound as may be."""
    registry, acceptance = Registry.load(), f"schemes.{scheme}.{ACCEPTANCE}"
    in_force = rules_by_month(registry, other.overrides, other.law)(OPENING + other.horizon_months - 1)
    moved = {"advice": (ADVICE, MORE_ADVICE * float(in_force[ADVICE]))}
    if acceptance in registry:
        moved["acceptance"] = (acceptance, float(registry[acceptance].high or 1.0))
    return {
        name: replace(other, overrides={**other.overrides, key: ((OPENING, value),)})
        for name, (key, value) in moved.items()
    }
