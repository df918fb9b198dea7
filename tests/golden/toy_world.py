"""A toy country: sixty persons, three trades, six units, and what becomes of it in two years.

    python -m tests.golden

writes the life of the toy world down (``months.csv``, ``flows.csv``, ``digest.txt``).  Do so when the model
is meant to change, look at the difference, and commit it with the change.
"""

from __future__ import annotations

import csv
import hashlib
import io
from pathlib import Path

import numpy as np
from built_worlds import built, code

from sim.calendar import text_of_month
from sim.moves import REASONS
from sim.population.columns import (
    PERSON_COLUMNS,
    STATES,
    TEAM_COLUMNS,
    UNIT_COLUMNS,
    Contract,
    State,
    Status,
)
from sim.schemes.files import FILE_COLUMNS
from sim.world import World

FOLDER = Path(__file__).parent
TRADES = ("C03", "D10", "E09")
MONTHS = 24
SEED = 4

UNITS = ((3, 0, 0, 0), (3, 1, 0, 0), (3, 2, 0, 0), (4, 1, 1, 0), (4, 2, 0, 0), (3, 0, 0, 1))
"""Sector, size class, public, own account: a shop, two firms, a town hall, a clinic, the self-employed."""

TEAMS = ((0, "C03", 3), (1, "C03", 8), (1, "D10", 3), (2, "C03", 7), (2, "D10", 6), (3, "C03", 4),
         (3, "E09", 3), (4, "D10", 3), (4, "E09", 7), (5, "D10", 3))
"""Unit, trade, posts."""

RULES = {
    "ai.adoption_path": "fast", "ai.displacement_share": 0.9, "ai.adjustment_months": 3,
    "ai.use_depth_months": 12, "ai.use_depth_first_share": 0.8, "ai.cost_saving_share": 0.0,
    "ai.price_pass_through_share": 0.0, "demand.growth_share_per_year": -0.12,
    "separations.to_unemployment_cdi_ratio": 4.0, "separations.redeployment_share": 0.8,
    "matching.other_trade_share": 0.5, "closure.labour_supply": "own",
    "labour_supply.growth_share_per_year": 0.02,
    "schemes.ptp.application_intercept": -4.0, "schemes.ptp.budget_eur_per_year": 150_000,
    "schemes.transco.application_intercept": -4.0, "schemes.transco.budget_eur_per_year": 600_000,
    "schemes.demissionnaire.application_intercept": -3.8, "schemes.demissionnaire.worked_days": 200,
    "schemes.opco_ai_training.budget_eur_per_year": 6_220, "schemes.opco_ai_training.demand_rate": 0.05,
    "training.drop_out_share": 0.3,
}
"""Assumptions of much change, so that two years of sixty persons hold every kind of event."""

SERIES = ("hires", "separations", "layoffs", "redeployed", "vacancies", "training_starts", "entries", "exits",
          "files_received_ptp", "files_funded_ptp", "files_funded_transco", "files_funded_demissionnaire",
          "files_funded_opco_ai_training", "committed_eur_cents_ptp", "are_recipients")
KEPT = {"persons": PERSON_COLUMNS, "units": UNIT_COLUMNS, "teams": TEAM_COLUMNS}


def toy_world() -> World:
    """Forty-seven people in work, seven without, six outside; ages of 18 to 64, every level of education."""
    seats = [team for team, (_, _, posts) in enumerate(TEAMS) for _ in range(posts)]
    rows, posted = 60, len(seats)
    row = np.arange(rows)
    team = np.full(rows, -1)
    team[:posted] = seats
    state = np.full(rows, int(State.INACTIVE))
    state[posted : posted + 7] = State.UNEMPLOYED
    occupation = np.full(rows, 255)
    occupation[posted : posted + 6] = [code(TRADES[n % 3]) for n in range(6)]
    status, contract = np.full(rows, int(Status.NO_STATUS)), np.full(rows, int(Contract.NO_CONTRACT))
    unit = np.array([TEAMS[t][0] for t in seats])
    own = unit == 5
    status[:posted] = np.select([own, unit == 3], [Status.SELF_EMPLOYED, Status.PUBLIC], Status.PRIVATE)
    contract[:posted] = np.where(own, Contract.NO_CONTRACT,
                                 np.where(row[:posted] % 5 == 4, Contract.CDD, Contract.CDI))
    return built(
        {"team": team, "state": state, "occupation": occupation, "status": status, "contract": contract,
         "sex": row % 2, "education": row * 7 % 5, "birth_month": -(18 * 12 + row * 19 * 12 % (47 * 12)),
         "since": -(row % 30), "hired": -(12 + row * 5 % 90), "occupation_since": -(12 + row * 5 % 90),
         "wage": 190_000 + row * 1_500, "talent": row % 9 * 50 - 200, "taste": row * 11 % 97 - 48,
         "distant": row % 10 == 9, "titles": np.uint64(1) << np.uint64(code("E09")) * (row % 4 == 0)},
        UNITS, TEAMS, RULES, rows=rows, seed=SEED)


def lived() -> World:
    """The toy world two years later."""
    world = toy_world()
    for _ in range(MONTHS):
        world.step()
    return world


def months_table(world: World) -> str:
    """One line a month: heads by state, heads in each trade's posts, and the month's counts."""
    out = io.StringIO()
    write = csv.writer(out, lineterminator="\n").writerow
    write(["month", *STATES, *(f"in_work_{trade}" for trade in TRADES), *SERIES])
    for n, month in enumerate(world.record.months):
        stocks = world.record.stocks[n]
        work = stocks[..., State.EMPLOYED].sum(axis=(1, 2))
        write([text_of_month(month), *stocks.sum(axis=(0, 1, 2)), *(work[code(trade)] for trade in TRADES),
               *(world.record.series.get(name, [0] * MONTHS)[n] for name in SERIES)])
    return out.getvalue()


def flows_table(world: World) -> str:
    """One line a month, origin, destination and reason that somebody had."""
    out = io.StringIO()
    write = csv.writer(out, lineterminator="\n").writerow
    write(["month", "from", "to", "reason", "heads"])
    names = [*world.occupations.codes, "none"]
    for month, flows in zip(world.record.months, world.record.flows, strict=True):
        for origin, to, reason in np.argwhere(flows):
            heads = flows[origin, to, reason]
            write([text_of_month(month), names[origin], names[to], REASONS[reason], heads])
    return out.getvalue()


def digest_text(world: World) -> str:
    """One line a column that the model documents: its SHA-256, over whole numbers of 64 bits."""
    columns = {f"{table}.{column.name}": getattr(world, table)[column.name]
               for table, listed in KEPT.items() for column in listed}
    columns |= {f"files.{name}": world.files[name] for name in FILE_COLUMNS}
    lines = []
    for name in sorted(columns):
        values = columns[name][: world.rows] if name.startswith("persons.") else columns[name]
        lines.append(f"{name} {hashlib.sha256(values.astype('<i8').tobytes()).hexdigest()}")
    ledger = "\n".join(" ".join(map(str, row)) for row in world.ledger.rows())
    return "\n".join([*lines, f"ledger {hashlib.sha256(ledger.encode()).hexdigest()}", ""])


def golden(world: World) -> dict[str, str]:
    """The files that say what became of it."""
    return {"months.csv": months_table(world), "flows.csv": flows_table(world),
            "digest.txt": digest_text(world)}
