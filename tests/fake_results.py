"""A tiny finished run, made by hand, for tests that need results and not a simulation."""

from typing import Any

import numpy as np

from sim.results import Results
from sim.scenario import load

OCCUPATIONS = ("C03", "E02", "F01", "none")
REASONS = ("hire_from_unemployment", "layoff")
MONTHS = tuple(range(36, 48))


def fake_results(seed: int = 0, scenario: str = "reference", scale: float = 0.5, layoffs: int = 2) -> Results:
    """Twelve months, three occupations; numbers small enough to check in the head."""
    random = np.random.default_rng(seed)
    stocks = np.zeros((13, 4, 2, 7, 4), np.int32)
    stocks[:, 0, 0, 1, 0] = 90
    stocks[:, 0, 0, 1, 1] = 10
    stocks[:, 2, 1, 4, 0] = 40
    stocks[:, 3, 1, 0, 1] = 10
    flows = np.zeros((12, 4, 4, 2), np.int32)
    flows[:, 1, 0, 0] = 3
    flows[0, 2, 2, 1] = layoffs
    series = {
        "hires": np.full(12, 3, np.int64) + random.integers(0, 2, 12),
        "layoffs": np.array([layoffs, *[0] * 11], np.int64),
        "jobs_salaried": np.full(12, 200, np.int64),
        "jobs_in_units_with_ai": np.arange(12, dtype=np.int64) * 10,
    }
    return Results(
        scenario=load(scenario),
        scale=scale,
        seed=seed,
        months=MONTHS,
        fingerprint="f" * 16,
        wall_seconds=0.25,
        versions={"passerelles": "0.1.0"},
        occupations=OCCUPATIONS,
        stocks=stocks,
        flows=flows,
        reasons=REASONS,
        money=_money(),
        series=series,
        files=_files(),
    )


def _money() -> dict[str, Any]:
    return {
        "month": np.array([36, 37, 47]),
        "scheme": np.array(["ptp", "ptp", "demissionnaire"]),
        "payer": np.array(["transitions_pro", "transitions_pro", "unedic"]),
        "kind": np.array(["envelope", "teaching", "are_benefit"]),
        "amount_eur_cents": np.array([100_000_00, 2_500_00, 1_000_01], np.int64),
    }


def _files() -> dict[str, Any]:
    return {
        "person": np.array([7, 8, 9], np.uint32),
        "scheme": np.array(["ptp", "ptp", "demissionnaire"]),
        "route": np.array(["nurse", "payroll", ""]),
        "month_filed": np.array([36, 36, 40]),
        "month_decided": np.array([37, 38, -1]),
        "outcome": np.array(["funded", "refused_rank", "waiting"]),
        "stage": np.array(["in_training", "not_started", "not_started"]),
        "points": np.array([9, 2, 0]),
        "cost_eur_cents": np.array([27_000_00, 0, 0], np.int64),
        "origin_occupation": np.array([1, 1, 255]),
        "target_occupation": np.array([0, 2, 0]),
        "sex": np.array([1, 0, 1]),
        "age_years": np.array([41, 56, 30]),
        "education": np.array([2, 0, 4]),
        "starts": np.array([40, -1, -1]),
        "ends": np.array([52, -1, -1]),
        "placed_6": np.array([-1, -1, -1]),
        "durable_24": np.array([1, -1, -1]),
        "in_aim_24": np.array([1, -1, -1]),
        "in_work_24": np.array([1, -1, -1]),
    }
