"""`passerelles person`: one worker's story, in two worlds, in plain words."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from importlib.resources import files

import numpy as np
import pytest
from pinned import object_of

from sim.api import story
from sim.errors import OutOfRange, UnknownCode
from sim.moves import EMPLOYED
from sim.run import opening_world, under
from sim.scenario import load, with_overrides
from sim.schemes.file_reasons import explain_file, file_row
from sim.schemes.files import Outcome, Stage
from sim.schemes.rules import schemes
from sim.telling.life import Event, live_watching, of_files
from sim.telling.story import (
    NEITHER_PARTS,
    NOT_THE_EFFECT,
    OF_FILES,
    NobodyFound,
    find_person,
    without_schemes,
)
from sim.telling.words import sentence, sentences

Ended = Callable[..., tuple[int, str, str]]
SCALE, MONTHS = 0.01, 24


def test_two_worlds_alike_are_one_life() -> None:
    told = story(12, "reference", "reference", scale=SCALE, months=MONTHS)
    assert told.parted is None and told.lives[0] == told.lives[1]
    assert told.differences("en") == [NEITHER_PARTS["en"], NOT_THE_EFFECT["en"]]


def test_somebody_funded_is_told_so_and_is_not_where_nothing_is_funded() -> None:
    told = story(find="funded:demissionnaire", scale=SCALE, months=MONTHS)
    kinds = [[event.kind for event in life.events] for life in told.lives]
    assert {"applied", "funded"} <= set(kinds[0]) and "funded" not in kinds[1]
    assert told.parted is not None and told.against == "reference-without-schemes"
    assert NOT_THE_EFFECT["fr"] in told.differences("fr")
    assert all(life.lines[0] is not None and len(life.lines) == MONTHS + 1 for life in told.lives)
    assert told.alone(0) and told.alone(0).isdisjoint(told.told(1))


def test_watching_changes_nothing() -> None:
    opening, scenario = opening_world(SCALE, 0), load("reference")
    watched, left = (under(opening.twin(), scenario, 0) for _ in range(2))
    live_watching(watched, 7, 6, lambda done: None)
    for _ in range(6):
        left.step()
    assert (watched.lines[: watched.rows] == left.lines[: left.rows]).all()
    assert (watched.record.flows == left.record.flows).all()


def test_hires_told_are_those_of_her_columns() -> None:
    told, counted = {"hired", "changes_job", "redeployed", "own_business"}, 0
    for number in range(1, 5):
        life = story(find="funded", number=number, scale=SCALE, months=MONTHS).lives[0]
        hires = [
            life.opening + n
            for n, line in enumerate(life.lines[1:])
            if line and line["state"] == EMPLOYED and line["hired"] == life.opening + n
        ]
        assert [event.month for event in life.events if event.kind in told] == hires
        counted += len(hires)
    assert counted


def test_refused_for_her_rank_is_told_as_the_commission_says_it() -> None:
    """What the file keeps of its list is told, whatever others were decided in that month."""
    world = under(opening_world(SCALE, 0), load("reference"), 0)
    world.files.add(
        person=np.array([3, 4, 5]),
        scheme=np.zeros(3, int),
        month_filed=np.full(3, 40),
        month_decided=np.full(3, 41),
        outcome=np.array([Outcome.FUNDED, Outcome.FUNDED, Outcome.REFUSED_RANK]),
        points=np.array([70, 63, 61]),
        rank=np.array([1, 2, 3]),
        last_points=np.full(3, 64),
        last_filed=np.full(3, 40),
    )
    (event,) = [event for event in of_files(world, 5, 36) if event.kind == "refused_rank"]
    she = {"sex": 1, "birth_month": -400}
    for language in ("fr", "en"):
        said = sentence(event, she, language)  # type: ignore[arg-type]
        assert explain_file(file_row(world.files, world.files.count - 1), language) in said  # type: ignore[arg-type]
        assert "61 points" in said and "64 points" in said and "63" not in said
    nobody = Event(41, event.kind, {**event.facts, "last_points": -1})
    assert "nobody funded on that list" in sentence(nobody, she, "en")
    unranked = Event(41, "refused_project", {**event.facts, "outcome": 3, "points": 0, "rank": 0})
    assert "points" not in sentence(unranked, she, "en")


def test_sentences_are_in_both_languages_and_agree() -> None:
    text = files("calibration").joinpath("life_events.toml").read_text(encoding="utf-8")
    for kind, both in tomllib.loads(text).items():
        assert both["fr"] and both["en"] and both["fr"] != both["en"], kind
    line = {"occupation": 0, "sector": 0, "status": 0, "contract": 0, "wage": 200_000}
    event = Event(40, "laid_off", line)
    assert sentence(event, {"sex": 1, "birth_month": 0}, "fr").startswith("licenciée")
    assert sentence(event, {"sex": 0, "birth_month": 0}, "fr").startswith("licencié ")
    ends = Event(40, "contract_ends", line)
    assert sentence(ends, {"sex": 0, "birth_month": 0}, "en").startswith("his temporary")
    unnamed = Event(40, "nobody_has_named_it")
    assert sentence(unnamed, {"sex": 0, "birth_month": 0}, "en") == "nobody has named it"


def test_every_outcome_has_a_sentence_and_can_be_looked_for() -> None:
    for outcome in Outcome:
        assert outcome.name.lower() in OF_FILES
        told = outcome == Outcome.WAITING or outcome.name.lower() in sentences()
        assert told, f"calibration/life_events.toml has no sentence for {outcome.name.lower()}"
    for stage in Stage:
        if stage > Stage.IN_TRAINING:
            assert stage.name.lower() in OF_FILES and stage.name.lower() in sentences()


def test_what_cannot_be_found_is_a_named_fault() -> None:
    with pytest.raises(UnknownCode) as caught:
        story(find="fundd:ptp", scale=SCALE, months=1)
    assert caught.value.nearest == "funded"
    with pytest.raises(UnknownCode) as caught:
        story(find="funded:ptpp", scale=SCALE, months=1)
    assert caught.value.nearest == "ptp"
    with pytest.raises(NobodyFound, match="E47"):
        story(find="certified:ptp", scale=SCALE, months=1)
    with pytest.raises(OutOfRange):
        story(10**7, scale=SCALE, months=1)


def test_the_nth_of_those_found_is_somebody_else() -> None:
    world = under(opening_world(SCALE, 0), load("reference"), 0)
    for _ in range(12):
        world.step()
    first, second = (find_person(world, "funded", number) for number in (1, 2))
    assert first != second and {first, second} <= set(world.files["person"].tolist())
    world.persons["laid_off"][[8, 3]] = 40
    out = np.flatnonzero(world.persons["laid_off"][: world.rows] >= 36)
    assert find_person(world, "laid-off", 1) == out[0] and find_person(world, "laid-off", 2) == out[1]


def test_without_schemes_every_envelope_is_empty() -> None:
    bare = without_schemes(with_overrides(load("reference"), {"schemes.ptp.budget_eur_per_year": "58000000"}))
    for scheme in schemes():
        assert bare.overrides[scheme.key("budget_eur_per_year")] == ((36, 0),)


def test_the_command_tells_and_its_object_is_pinned(ended: Ended) -> None:
    size = ("--scale", str(SCALE), "--months", "12")
    code, out, err = ended("person", "--find", "funded", *size, "--lang", "fr")
    assert code == 0 and "dossier accepté" in out and "jamais « l'effet »" in " ".join(out.split())
    code, out, err = ended("person", "5", "eu-2030", "--against", "reference", *size, "--json")
    assert (code, err) == (0, "")
    found = object_of(out, "person")
    assert [world["scenario"] for world in found["worlds"]] == ["eu-2030", "reference"]
    assert ended("person", *size)[2].startswith("E20")
    assert ended("person", "me", *size)[2].startswith("E14")
    assert ended("person", "5", "--number", "0", *size)[2].startswith("E15")
