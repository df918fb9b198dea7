"""What a user of Mesa relies on."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest
from engine_worlds import TINY, scenario_with

mesa = pytest.importorskip("mesa")

from sim.mesa_model import CareerAdvice, Funder, LabourMarket, SectorEmployers, TrainingProvider  # noqa: E402
from sim.population.columns import SECTORS, State  # noqa: E402
from sim.results import Results  # noqa: E402
from sim.run import simulate  # noqa: E402
from sim.schemes.rules import schemes, with_files  # noqa: E402


@pytest.fixture(scope="module")
def model() -> LabourMarket:
    built = LabourMarket("ai-fast", scale=TINY, seed=0)
    for _ in range(6):
        built.step()
    return built


@pytest.fixture(scope="module")
def results() -> Results:
    return simulate(scenario_with("ai-fast"), scale=TINY, seed=0, months=6)


def test_a_step_is_a_month_of_the_same_world(model: LabourMarket, results: Results) -> None:
    assert model.steps == 6
    table = model.datacollector.get_model_vars_dataframe()
    assert list(table["hires"]) == list(results.series["hires"])
    assert list(table["vacancies"]) == list(results.series["vacancies"])
    unemployed = results.stocks[1:, ..., int(State.UNEMPLOYED)].sum(axis=(1, 2, 3))
    assert list(table["unemployed"]) == list(unemployed)
    assert table["unemployment_share"].between(0.02, 0.2).all()
    funded = sum(results.series[f"files_funded_{scheme.name}"] for scheme in with_files())
    assert list(table["files_funded"]) == list(funded)


def test_institutions_are_agents(model: LabourMarket) -> None:
    kinds = {kind: list(agents) for kind, agents in model.agents_by_type.items()}
    assert [funder.scheme for funder in kinds[Funder]] == [scheme.name for scheme in schemes()]
    assert {provider.route for provider in kinds[TrainingProvider]} == set(model.world.routes.codes)
    assert len(kinds[CareerAdvice]) == 1
    assert [employers.sector for employers in kinds[SectorEmployers]] == list(SECTORS)


def test_institutions_show_the_world_as_it_is(model: LabourMarket) -> None:
    employers = model.agents_by_type[SectorEmployers]
    assert employers.agg("posts", sum) == model.world.teams["posts"].sum()
    in_post = (model.world.persons["team"][: model.world.rows] >= 0).sum()
    assert employers.agg("filled", sum) == in_post
    funders = {funder.scheme: funder for funder in model.agents_by_type[Funder]}
    ptp = funders["ptp"]
    assert ptp.payer == "transitions_pro"
    assert 0 <= ptp.money_left_eur <= model.world.rules["schemes.ptp.budget_eur_per_year"] * TINY
    assert ptp.files_waiting >= 0
    assert model.agents_by_type[TrainingProvider].agg("trainees", sum) == model.heads(State.TRAINING)
    assert all(provider.seats_left >= 0 for provider in model.agents_by_type[TrainingProvider])


def test_institutions_cannot_be_written(model: LabourMarket) -> None:
    (advice,) = model.agents_by_type[CareerAdvice]
    assert advice.reach_ratio == 1.0
    with pytest.raises(AttributeError):
        advice.reach_ratio = 2.0


def test_a_person_in_words(model: LabourMarket) -> None:
    states = model.world.persons["state"]
    employed = model.person(int((states == State.EMPLOYED).argmax()))
    assert employed.state == "employed" and employed.wage_eur > 1500 and employed.unit is not None
    assert employed.occupation in model.world.occupations.codes and employed.sector in SECTORS
    jobless = model.person(int((states == State.UNEMPLOYED).argmax()))
    assert (jobless.unit, jobless.status, jobless.contract) == (None, None, None)
    with pytest.raises(IndexError, match="rows run from 0"):
        model.person(10**9)


def test_every_person_can_be_shown_and_adds_up_to_the_world(model: LabourMarket) -> None:
    shown = pd.DataFrame([vars(model.person(row)) for row in range(model.world.rows)])
    for state in (State.EMPLOYED, State.UNEMPLOYED, State.TRAINING):
        assert (shown["state"] == state.name.lower()).sum() == model.heads(state)
    here = shown[shown["state"] != "left"]
    assert here["age_years"].between(15, 71).all() and (here["state_since_months"] >= 0).all()
    posted = shown["unit"].notna()
    assert posted.sum() == model.world.teams["filled"].sum()
    for name in ("status", "contract", "tenure_months", "unit_size_at_opening"):
        assert (shown[name].notna() == posted).all(), name
    assert shown.loc[posted, "wage_eur"].median() > 1_800
    paid = shown["benefit_eur_per_day"].notna()
    paid_up = (model.world.persons["are_paid"] == model.world.persons["are_days"])[: model.world.rows].sum()
    assert -paid_up <= paid.sum() - model.last("are_recipients") <= paid.sum() / 5
    assert (shown.loc[paid, "benefit_months_left"] > 0).all()
    assert shown.loc[paid, "benefit_eur_per_day"].between(10, 400).all()
    assert set(shown["sex"]) == {"man", "woman"}
    assert set(here["occupation"].dropna()) == set(model.world.occupations.codes)
    assert shown["aim"].notna().any() and shown["trained_in_ai"].any()


def test_a_person_cannot_be_written(model: LabourMarket) -> None:
    with pytest.raises(AttributeError):
        model.person(0).wage_eur = 1.0  # type: ignore[misc]


def test_institutions_are_collected_month_by_month(model: LabourMarket) -> None:
    funders = model.datacollector.get_agenttype_vars_dataframe(Funder)
    assert funders.groupby("Step").size().to_dict() == dict.fromkeys(range(1, 7), len(schemes()))
    ptp = funders[funders["scheme"] == "ptp"]
    assert ptp["money_left_eur"].between(0, model.world.rules["schemes.ptp.budget_eur_per_year"] * TINY).all()
    employers = model.datacollector.get_agenttype_vars_dataframe(SectorEmployers)
    assert set(employers["sector"]) == set(SECTORS)
    last = employers.xs(6, level="Step")
    assert last["filled"].sum() == model.world.teams["filled"].sum()
    trainees = model.datacollector.get_agenttype_vars_dataframe(TrainingProvider)["trainees"]
    table = model.datacollector.get_model_vars_dataframe()
    assert (trainees.groupby("Step").sum() >= 0).all() and len(table) == 6


def test_chance_is_the_worlds_and_not_that_of_mesa() -> None:
    plain, stirred = LabourMarket("ai-fast", TINY, 0), LabourMarket("ai-fast", TINY, 0)
    for number in range(4):
        plain.step()
        stirred.random.seed(number)
        stirred.random.random()
        stirred.agents.shuffle(inplace=True)
        stirred.step()
    one, other = (model.datacollector.get_model_vars_dataframe() for model in (plain, stirred))
    assert one.equals(other)
    assert all((values == stirred.world.persons[name]).all() for name, values in plain.world.persons.items())


def test_a_batch_varies_scenario_and_seed() -> None:
    rows = pd.DataFrame(mesa.batch_run(
        LabourMarket, {"scenario": ["reference", "ai-fast"], "scale": TINY, "seed": [0, 1]},
        max_steps=2, number_processes=1, display_progress=False))
    assert len(rows) == 4
    assert rows.groupby(["scenario", "seed"]).ngroups == 4
    assert rows[["hires", "unemployed", "vacancies"]].drop_duplicates().shape[0] > 1
    row = rows[(rows["scenario"] == "ai-fast") & (rows["seed"] == 1)].iloc[0]
    alone = simulate(scenario_with("ai-fast"), scale=TINY, seed=1, months=int(row["Step"]) + 1).series
    assert (row["hires"], row["vacancies"]) == (alone["hires"][-1], alone["vacancies"][-1])


def test_it_stops_at_the_horizon() -> None:
    short = LabourMarket(replace(scenario_with("reference"), horizon_months=2), scale=TINY)
    short.step()
    assert short.running
    short.step()
    assert not short.running
    again = LabourMarket(replace(scenario_with("reference"), horizon_months=2), scale=TINY)
    again.run_model()
    assert again.steps == 2
