"""The arithmetic that settles the documents' contradictions, repeated from the statistics and the tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from calibration.contradictions import SETTLEMENTS, non_market_exposure, public_servants, senior_exposure
from calibration.population_cells import TABLES
from sim.calendar import OPENING
from sim.groups import POST_KINDS, STRATA, STRATUM_OF_GROUP, at_work_in
from sim.parameters import Registry
from sim.population.columns import Contract, Status
from sim.population.tables import rows
from sim.processes.applicants import select_applicants
from sim.processes.terms import Terms, admitted
from sim.schemes.routes import routes
from sim.schemes.rules import Scheme, with_files
from sim.streams import ONE
from sim.trades import EXPOSURE_SOURCES, trades

SETTLED: list[tuple[str, float | None, float]] = [
    ("industry_women", 18.1, 28.1),
    ("non_market_women", 67.8, 67.85),
    ("sex_share_base", 50.2, 50.08),
    ("non_market_self_employed", 63_310, 67_310),
    ("employment_base", 1_132_000, 2_497_290),
    ("pcs_shares", 100.1, 100.0),
    ("farmers", 48_748, 62_370),
    ("self_employed_share", 11.1, 14.51),
    ("digital_jobs", 65_000, 110_000),
    ("opco_actions", 172_000, 147_000),
    ("second_wave", 87_000, 18_945),
    ("labour_supply", -0.09, 0.73),
    ("public_servants", 0.0, 23.98),
    ("non_market_exposure", 1, 2),
    ("senior_exposure", None, 0.98),
]


@pytest.mark.parametrize(("name", "printed", "settled"), SETTLED)
def test_each_contradiction_is_settled(name: str, printed: float | None, settled: float) -> None:
    found = SETTLEMENTS[name]()
    assert found.printed == (None if printed is None else pytest.approx(printed))
    assert found.settled == pytest.approx(settled)


def test_no_settlement_is_left_out_of_the_test_above() -> None:
    assert [name for name, *_ in SETTLED] == list(SETTLEMENTS)


def test_the_steps_agree_with_one_another() -> None:
    self_employed = SETTLEMENTS["non_market_self_employed"]().steps
    assert self_employed["by_row"] == self_employed["by_column"] == 67_310
    assert abs(self_employed["by_growth"] - 67_310) < 500 < abs(self_employed["by_growth"] - 63_310)
    sexes = SETTLEMENTS["sex_share_base"]().steps
    assert sexes["on_totals"] == pytest.approx(49.0, abs=0.05)
    assert sexes["women_region_over_france"] == pytest.approx(8.34, abs=0.01)
    assert sexes["men_region_over_france"] == pytest.approx(8.10, abs=0.01)
    assert SETTLEMENTS["employment_base"]().steps["sum_of_sectors"] == 2_497_290
    assert SETTLEMENTS["employment_base"]().steps["end_of_2022"] == 2_183_212
    assert SETTLEMENTS["labour_supply"]().steps["missing"] == pytest.approx(0.82, abs=0.01)


def exposed_cells(measure: str) -> pd.DataFrame:
    """Cells of the population with their exposed heads, worked out apart from the settlements."""
    shares = pd.read_csv(TABLES / "occupations.csv").set_index("code")[measure]
    cells = pd.read_csv(TABLES / "population_cells.csv")
    return cells.assign(exposed=cells["heads"] * cells["occupation"].map(shares))


def sector_means(cells: pd.DataFrame) -> pd.Series:
    sums = cells.groupby("sector")[["exposed", "heads"]].sum()
    return 100 * sums["exposed"] / sums["heads"]


@pytest.mark.parametrize(
    ("name", "measure", "non_market", "market", "leads"),
    [
        ("occupations_2025", "gradient_4_share_2025", 7.07, 6.89, True),
        ("occupations_2023", "automation_occupation_share_2023", 3.88, 7.33, False),
        ("tasks_2025", "automation_share_2025", 7.50, 12.60, False),
        ("tasks_2023", "automation_share_2023", 4.73, 6.35, False),
        ("tasks_white_paper", "automation_share_white_paper", 5.17, 7.11, False),
    ],
)
def test_non_market_services_lead_in_one_count_only(
    name: str, measure: str, non_market: float, market: float, leads: bool
) -> None:
    steps = non_market_exposure().steps
    cells = exposed_cells(measure)
    means = sector_means(cells)
    assert steps[f"{name}_non_market"] == pytest.approx(means["tertiaire_non_marchand"])
    assert steps[f"{name}_all"] == pytest.approx(100 * cells["exposed"].sum() / cells["heads"].sum())
    assert steps[f"{name}_non_market"] == pytest.approx(non_market, abs=0.005)
    assert steps[f"{name}_market"] == pytest.approx(market, abs=0.005)
    assert (means.idxmax() == "tertiaire_non_marchand") is leads
    assert (steps[f"{name}_rank"] == 1) is leads


def test_the_lead_of_non_market_services_rests_on_the_self_employed() -> None:
    salaried = exposed_cells("gradient_4_share_2025").query("status != 'self_employed'")
    assert sector_means(salaried).idxmax() == "tertiaire_marchand"
    assert non_market_exposure().steps["occupations_2025_rank_among_salaried"] == 2


def test_the_rank_of_non_market_services_follows_the_table() -> None:
    swap = {
        "tertiaire_marchand": "tertiaire_non_marchand",
        "tertiaire_non_marchand": "tertiaire_marchand",
    }

    def swapped(name: str) -> Sequence[Mapping[str, str]]:
        if name != "population_cells":
            return rows(name)
        return [{**row, "sector": swap.get(row["sector"], row["sector"])} for row in rows(name)]

    assert non_market_exposure(swapped).settled == 1


def test_the_source_of_exposure_is_an_uncertain_switch() -> None:
    switch = Registry.load()["ai.exposure_source"]
    assert switch.uncertain and set(switch.choices) == set(EXPOSURE_SOURCES)


@pytest.mark.parametrize(
    ("vintage", "senior", "younger"), [("2023", 4.87, 4.96), ("2025", 9.20, 9.39)], ids=["2023", "2025"]
)
def test_exposed_tasks_are_flat_by_age(vintage: str, senior: float, younger: float) -> None:
    cells = exposed_cells(f"automation_share_{vintage}")
    cells["self_employed"] = (cells["status"] == "self_employed").astype(int)
    jobs = cells.groupby(["occupation", "self_employed"])[["heads", "exposed"]].sum()
    ages = pd.read_csv(TABLES / "occupation_profiles.csv").set_index(["occupation", "self_employed"])
    old = ages[["age_50_54", "age_55_59", "age_60p"]].sum(axis=1) / ages.filter(like="age_").sum(axis=1)
    found = jobs.mul(old, axis=0).sum()
    rest = jobs.sum() - found
    steps = senior_exposure().steps
    assert steps[f"senior_{vintage}"] == pytest.approx(100 * found["exposed"] / found["heads"], rel=1e-4)
    assert steps[f"younger_{vintage}"] == pytest.approx(100 * rest["exposed"] / rest["heads"], rel=1e-4)
    assert steps[f"senior_{vintage}"] == pytest.approx(senior, abs=0.006)
    assert steps[f"younger_{vintage}"] == pytest.approx(younger, abs=0.006)


def test_seniors_are_told_apart_by_hiring_and_training() -> None:
    numbers = Registry.load()
    assert float(numbers["matching.jobless_50_59_ratio"].at(OPENING)) < 1
    assert "applications.career_end_age_years" in numbers


def test_the_population_holds_the_public_servants_without_a_scheme() -> None:
    cells = pd.read_csv(TABLES / "population_cells.csv").groupby("status")["heads"].sum()
    public = cells["public"] + cells["civil_servant"]
    share = 100 * public / (public + cells["private"])
    assert public_servants().steps["in_population"] == pytest.approx(share)
    assert share == pytest.approx(public_servants().settled, abs=0.05)


RULES = {key: parameter.value for key, parameter in Registry.load().items()}


@pytest.mark.parametrize("scheme", with_files(), ids=lambda scheme: scheme.name)
def test_only_private_salaried_people_may_file(scheme: Scheme) -> None:
    """Everybody is certain to ask, whatever the status and the contract: the rule alone decides."""
    pairs = [(status, contract) for status in Status for contract in Contract]
    status, contract = np.array(pairs, np.uint8).T
    count = len(pairs)
    group = 4 * POST_KINDS[status, contract] + 1  # from 25 to 49
    strata = np.zeros((STRATA, 1), np.uint64)
    for row in range(count):
        strata[STRATUM_OF_GROUP[group[row]], 0] |= np.uint64(1 << row)
    codes = ("status", "contract", "occupation", "sex", "education", "state", "aim")
    months = ("hired", "birth_month", "occupation_since", "since", "aim_until", "advised_until",
              "worked_months", "worked_earlier")
    lines = np.zeros(count, [(name, np.uint8) for name in codes] + [(name, np.int32) for name in months])
    lines["status"], lines["contract"], lines["hired"], lines["birth_month"] = status, contract, -600, -480
    nobody = np.zeros(len(Contract), np.int64)
    known = SimpleNamespace(rules=RULES, occupations=trades(), routes=routes())
    everyone = np.full(6, ONE)
    terms = Terms(
        posted=True, groups=at_work_in(admitted(known, scheme)), allowed=admitted(known, scheme),
        tenure_months=nobody, worked_months=0, exposed=everyone,
        exposure_months=0, knows=np.full(1, ONE), returns=0, level=100.0, acceptance_weight=0.0,
        taste_weight=0.0, creation=0)
    found, _ = select_applicants(
        group, strata, lines, np.full(count, 255, np.uint8), np.zeros(count, np.int8), 0, terms, terms.level,
        np.zeros(9), 0.0, np.ones(1, np.int64), np.uint64(7), np.uint64(8), np.uint64(9))
    assert {pairs[row] for row in found} == {(Status.PRIVATE, c) for c in scheme.who.contracts}


def test_the_three_schemes_of_the_white_paper_are_among_them() -> None:
    assert {"ptp", "transco", "demissionnaire"} <= {scheme.name for scheme in with_files()}
