"""Levers and scenarios: what the controls show, and the scenario that their values make.  Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from sim.parameters import Parameter, Registry, Scalar
from sim.scenario import Scenario, with_overrides

POLICY_FROM = "2025-01-01"
"""First day of a policy moved on the page: the budgets of 2024 are spent as they were."""

AI_PACE, DISPLACEMENT, ADVICE = "ai.adoption_path", "ai.displacement_share", "applications.advice_reach_ratio"
BUDGETS = tuple(
    f"schemes.{name}.budget_eur_per_year" for name in ("ptp", "transco", "demissionnaire", "opco_ai_training")
)
POINTS = tuple(
    f"schemes.ptp.points_{name}"
    for name in ("women_in_male_trade", "men_in_female_trade", "55_plus", "exposed_origin")
)
FIRST = (AI_PACE, DISPLACEMENT, *BUDGETS, *POINTS, ADVICE)
"""Levers always in sight, in their order; the others are under "other assumptions"."""


def others() -> dict[str, list[str]]:
    """The remaining levers by group, in the order of the registry."""
    found: dict[str, list[str]] = {}
    registry = Registry.load()
    for key in registry.levers():
        if key not in FIRST:
            found.setdefault(registry[key].group, []).append(key)
    return found


def settings(scenario: Scenario) -> dict[str, Scalar]:
    """Every lever's value at the end of the scenario, ``unlimited`` in words."""
    registry = Registry.load()
    return {
        key: scenario.overrides[key][-1][1] if scenario.overrides.get(key) else registry[key].value
        for key in registry.levers()
    }


def changed(start: Scenario, values: Mapping[str, Scalar]) -> dict[str, Scalar]:
    """The values that differ from the start."""
    return {
        key: values[key] for key, given in settings(start).items() if key in values and values[key] != given
    }


def moved(start: Scenario, values: Mapping[str, Scalar]) -> Scenario:
    """The start with the levers moved: assumptions from the opening, policies from January 2025.

    A lever put back to today's value is not an override.  Raises the fault of a value out of its range.
    """
    registry = Registry.load()
    news = changed(start, values)
    if not news:
        return start
    back = {key for key, value in news.items() if value == registry[key].value}
    kept = {key: entries for key, entries in start.overrides.items() if key not in back}
    texts = {key: _text(registry[key], value) for key, value in news.items() if key not in back}
    return replace(with_overrides(replace(start, overrides=kept), texts), name="atelier")


def _text(parameter: Parameter, value: Scalar) -> str:
    word = f'"{value}"' if isinstance(value, str) else repr(value)
    return f"[{{ from = {POLICY_FROM}, value = {word} }}]" if parameter.lever == "policy" else word


def without_policies(scenario: Scenario) -> Scenario:
    """The same assumptions with today's schemes: the world that isolates what the policies do."""
    registry = Registry.load()
    kept = {key: given for key, given in scenario.overrides.items() if registry[key].lever == "assumption"}
    return replace(scenario, name="sans-mesures", overrides=kept)


def differs(base: Scenario, other: Scenario, lever: str) -> bool:
    """Whether two scenarios differ in their ``policy`` or in their ``assumption`` levers."""
    registry = Registry.load()
    first, second = settings(base), settings(other)
    return any(first[key] != second[key] for key in registry.levers(lever))
