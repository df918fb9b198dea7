"""Who applies, with each mechanism of the choice model switched off in turn: a table of ``docs/schemes.md``.

``python -m tests.docs.applicants_table`` writes it again, in some minutes.  Each column is the reference from
January 2024 on, from the same opening and on the same draws, under rules of which one is set to nothing: what
a row loses or gains there is what that mechanism does to who applies.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from sim.calendar import OPENING
from sim.kernels import Array
from sim.population.columns import Education, Sex
from sim.provenance import statistic
from sim.run import scenario_world
from sim.scenario import load
from sim.schemes.routes import FAMILIES
from sim.schemes.rules import schemes
from sim.telling.scheme_account import AGES
from sim.telling.scheme_figures import bounds, figures
from sim.world import Rules, World

# The tests of the documents import each other as neighbours.
sys.path.insert(0, str(Path(__file__).parent))

from pages import table, with_part
from schemes_table import PAGE

SCALE, SEEDS, MONTHS = 0.25, (0, 1), 36
DIGITAL = ("C03", "D10")
"""Trades that the documents call digital, as their figures do."""

OFF: Mapping[str, Mapping[str, Any]] = {
    "information": {f"applications.knowledge_{int(level)}_share": 1.0 for level in Education},
    "taste for moving": {"applications.taste_weight": 0.0},
    "wage of the trade": {"applications.wage_weight": 0.0},
    "pay lost meanwhile": {"applications.income_loss_weight": 0.0},
    "cost that grows with age": {"applications.age_weight": 0.0},
    "distance of the trade": {"applications.distance_weight": 0.0},
    "share of the own sex": {"applications.own_sex_weight": 0.0},
    "length": {"applications.length_weight": 0.0},
    "chances": {"applications.placement_weight": 0.0, "applications.acceptance_weight": 0.0},
    "taste for families": {f"applications.taste_{name}": 0.0 for name in FAMILIES},
}
"""Mechanism to the rules that switch it off; the level of entry of the courses comes on top."""
ENTRY = "level of entry"


class Group(NamedTuple):
    """Files that are looked at: of a scheme, toward the digital trades alone or any."""

    title: str
    scheme: str
    digital: bool


GROUPS = (
    Group("PTP", "ptp", False),
    Group("PTP toward digital trades", "ptp", True),
    Group("Resignation scheme", "demissionnaire", False),
)
ROWS = (
    "files a year",
    "women",
    *AGES,
    *(f"PCS {code}" for code in (3, 4, 5, 6)),
    "baccalaureate at most",
    "two years of higher education at most",
)

LABELS = {"under_25": "under 25", **{name: name.replace("_", " to ") for name in AGES if name[0].isdigit()},
          "55_plus": "55 and over"}

_AGES_OF_FIGURES = {
    "under_25": ("digital_under_25",),
    "25_34": ("digital_25_30", "digital_30_35"),
    "35_44": ("digital_35_40", "digital_40_45"),
    "45_54": ("digital_45_50", "digital_50_55"),
    "55_plus": ("digital_55_plus",),
}


def world_without(rules: Mapping[str, Any], seed: int, any_level: bool = False) -> World:
    """The reference at its opening, under its rules with some set anew; courses open to all levels or not."""
    world = scenario_world(load("reference"), SCALE, seed)
    shipped, kept = world.rules_of, {}

    def rules_of(month: int) -> Rules:
        found = shipped(month)
        if id(found) not in kept:
            kept[id(found)] = found, {**found, **rules}
        return kept[id(found)][1]

    world.rules_of = rules_of
    if any_level:
        world.routes = replace(world.routes, entry_education=np.zeros_like(world.routes.entry_education))
    return world


def applicants(world: World) -> dict[str, Array]:
    """Files of the months lived since the opening: the columns that the rows read."""
    names = ("scheme", "sex", "age_years", "education", "origin_occupation", "target_occupation")
    since = world.files["month_filed"] >= OPENING
    return {name: world.files[name][since].astype(int) for name in names}


def measured(files: Mapping[str, Array], world: World, group: Group) -> dict[str, float]:
    """Every row of a group: files a year of the region, then shares of its applicants."""
    mine = files["scheme"] == next(scheme.code for scheme in schemes() if scheme.name == group.scheme)
    if group.digital:
        mine &= np.isin(files["target_occupation"], [world.occupations.codes.index(one) for one in DIGITAL])
    sex, age, level, origin = (
        files[name][mine] for name in ("sex", "age_years", "education", "origin_occupation"))
    pcs = np.append(world.occupations.pcs, np.zeros(256 - world.occupations.count, int))[origin]
    kept = {
        "women": sex == Sex.WOMAN,
        **{name: (age >= low) & (age < high) for name, (low, high) in AGES.items()},
        **{f"PCS {code}": pcs == code for code in (3, 4, 5, 6)},
        "baccalaureate at most": level <= Education.BAC,
        "two years of higher education at most": level <= Education.BAC2,
    }
    files_a_year = mine.sum() / len(SEEDS) / SCALE / (MONTHS / 12)
    return {"files a year": files_a_year, **{name: float(met.mean()) for name, met in kept.items()}}


def documents(group: Group, row: str) -> str:
    """The documents' figure for a row, with its role; empty where they have none."""
    ids = {
        ("PTP", "women"): ("ptp_women",),
        ("PTP", "baccalaureate at most"): ("ptp_bac_at_most",),
        ("PTP toward digital trades", "women"): ("digital_men",),
        ("PTP toward digital trades", "PCS 5"): ("digital_employes",),
        ("PTP toward digital trades", "baccalaureate at most"): ("digital_bac_at_most",),
        ("Resignation scheme", "two years of higher education at most"): ("dd_bac3",),
        **{("PTP toward digital trades", name): wanted for name, wanted in _AGES_OF_FIGURES.items()},
    }.get((group.title, row), ())
    known = {figure.id: figure for figure in figures()}
    if not ids:
        return ""
    value, low, high = bounds(known[ids[0]])
    if ids == ("digital_men",):
        assert value is not None
        value = 1 - value
    elif row in AGES:
        total = sum(bounds(known[one])[0] or 0 for of_age in _AGES_OF_FIGURES.values() for one in of_age)
        value = sum(bounds(known[one])[0] or 0 for one in ids) / total
    said = f"{low:.0%} to {high:.0%}" if value is None else f"{value:.0%}"
    roles = {"hold_out": "held out", "calibration": "calibrated", "input": "input"}
    return f"{said} ({roles.get(statistic(known[ids[0]].statistic).role, 'comparison')})"


def lived() -> dict[str, tuple[dict[str, Array], World]]:
    """Column to the applicants of all seeds, and one of its worlds."""
    columns: dict[str, tuple[Mapping[str, Any], bool]] = {
        "reference": ({}, False), **{name: (rules, False) for name, rules in OFF.items()}, ENTRY: ({}, True)}
    out = {}
    for name, (rules, any_level) in columns.items():
        found = []
        for seed in SEEDS:
            world = world_without(rules, seed, any_level)
            for _ in range(MONTHS):
                world.step()
            found.append(applicants(world))
        out[name] = {key: np.concatenate([one[key] for one in found]) for key in found[0]}, world
        print(name, flush=True)
    return out


def table_of_applicants() -> str:
    """The part of the page."""
    worlds = lived()
    heads = ["", "documents", "reference", *(f"without: {name}" for name in list(worlds)[1:])]
    parts = []
    for group in GROUPS:
        by_column = [measured(files, world, group) for files, world in worlds.values()]
        rows = [
            [LABELS.get(row, row), documents(group, row),
             *(f"{one[row]:,.0f}" if row == "files a year" else f"{one[row]:.0%}" for one in by_column)]
            for row in ROWS
        ]
        parts.append(f"#### {group.title}\n\n{table(heads, rows)}")
    seeds = " and ".join(map(str, SEEDS))
    kept = [measured(*worlds["reference"], group)["files a year"] for group in GROUPS]
    heads_of_sample = ", ".join(f"{files * len(SEEDS) * SCALE * MONTHS / 12:,.0f}" for files in kept)
    stated = (f"Files of {MONTHS} months from January 2024 on, scale {SCALE}, seeds {seeds} together,"
              " the same opening and draws in every column; the reference's shares are those of "
              f"{heads_of_sample} files of the sample.")
    return stated + "\n\n" + "\n\n".join(parts)


def main() -> None:
    """Write the page again."""
    text = PAGE.read_text(encoding="utf-8")
    text = with_part(text, "applicants", "applicants_table", table_of_applicants())
    PAGE.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
