"""The synthetic population of the region: one row a person, whole heads, same bytes for a seed."""

from __future__ import annotations

import hashlib

import numpy as np
from numpy.typing import NDArray

from sim.population import ages, careers, jobless, stock, units, wages
from sim.population.columns import (
    PERSON_COLUMNS,
    TEAM_COLUMNS,
    UNIT_COLUMNS,
    Columns,
    Contract,
    Population,
    State,
    Status,
    empty,
)
from sim.population.drawing import normal, trait_draws
from sim.population.tables import whole_assumption
from sim.streams import Decision

Integers = NDArray[np.int64]


def synthesise(scale: float = 1.0, seed: int = 0) -> Population:
    """The population at a scale in (0, 1]: employed, unemployed and inactive of working age.

    Margins are kept in whole heads at every scale; units keep their real sizes, so a small scale has
    fewer of them.  Persons of a unit, and of a team, are contiguous rows; the unemployed follow the
    employed, the inactive come last.  Raises :class:`sim.errors.OutOfRange` for a scale outside (0, 1].
    """
    parts = stock.millionths(scale)
    persons, unit_table, team_table = _employed(parts, seed)
    seekers = stock.unemployed(parts)
    years, sexes, heads = stock.inactive(parts)
    persons = _with_jobless(persons, seekers, (years, sexes, heads), seed)
    _describe(persons, seed)
    columns = {c.name: persons[c.name].astype(c.dtype) for c in PERSON_COLUMNS}
    return Population(columns, unit_table, team_table, scale, seed)


def digest(population: Population) -> str:
    """Digest of every column of the three tables, in their declared order: 64 hexadecimal digits."""
    found = hashlib.sha256()
    for table, columns in (
        (population.persons, PERSON_COLUMNS),
        (population.units, UNIT_COLUMNS),
        (population.teams, TEAM_COLUMNS),
    ):
        for column in columns:
            found.update(column.name.encode())
            found.update(
                np.ascontiguousarray(table[column.name])
                .astype(np.dtype(column.dtype).newbyteorder("<"))
                .tobytes()
            )
    return found.hexdigest()


def _employed(parts: int, seed: int) -> tuple[dict[str, Integers], Columns, Columns]:
    """Employed persons in rows sorted by unit and occupation, units and teams."""
    cells = stock.employed(parts)
    who = np.repeat(np.arange(cells.heads.size), cells.heads)
    occupation, sector, status = cells.occupation[who], cells.sector[who], cells.status[who]
    seats = units.seat(seed, np.arange(who.size), occupation, sector, status)
    order = np.argsort((seats.unit << 8) + occupation, kind="stable")
    unit, occupation = seats.unit[order], occupation[order]
    new_team = np.ones(order.size, np.bool_)
    new_team[1:] = (unit[1:] != unit[:-1]) | (occupation[1:] != occupation[:-1])
    team = np.cumsum(new_team) - 1
    unit_table = empty(UNIT_COLUMNS, seats.size.size)
    for name in ("sector", "size_class", "size", "public", "own_account"):
        unit_table[name][:] = getattr(seats, name)
    first = np.flatnonzero(new_team)
    team_table = empty(TEAM_COLUMNS, first.size)
    team_table["unit"][:] = unit[first]
    team_table["occupation"][:] = occupation[first]
    team_table["base"][:] = np.bincount(team)
    persons = {
        "occupation": occupation,
        "sector": sector[order],
        "sex": cells.sex[who][order],
        "status": status[order],
        "unit": unit,
        "team": team,
    }
    return persons, unit_table, team_table


def _with_jobless(
    persons: dict[str, Integers], seekers: stock.Cells, idle: tuple[Integers, Integers, Integers], seed: int
) -> dict[str, Integers]:
    """Append the unemployed and the inactive, with ages, sectors and months without a job."""
    working = persons["occupation"].size
    own = (persons["status"] == Status.SELF_EMPLOYED).astype(np.int64)
    band = ages.employed_bands(seed, np.arange(working), persons["occupation"], own)
    who = np.repeat(np.arange(seekers.heads.size), seekers.heads)
    seeking = np.arange(working, working + who.size)
    bands = np.concatenate([band, seekers.status[who]])
    active_years = ages.years_in_band(seed, np.arange(bands.size), bands)
    idle_row = np.repeat(np.arange(idle[2].size), idle[2])
    idle_ids = np.arange(bands.size, bands.size + idle_row.size)
    idle_years, idle_sex = idle[0][idle_row], idle[1][idle_row]
    last = jobless.last_occupations(seed, idle_ids, idle_years, idle_sex, seekers)
    occupation = np.concatenate([persons["occupation"], seekers.occupation[who], last])
    sex = np.concatenate([persons["sex"], seekers.sex[who], idle_sex])
    out_of_work = np.arange(working, occupation.size)
    sector = jobless.last_sectors(seed, out_of_work, occupation[working:], sex[working:])
    years = np.concatenate([active_years, idle_years])
    birth = ages.birth_months(seed, np.arange(years.size), years)
    spell, long = jobless.spell_months(seed, seeking, -birth[seeking])
    idle_spell = jobless.inactive_months(seed, idle_ids, idle_years, last)
    rest = out_of_work.size
    return {
        "occupation": occupation,
        "sex": sex,
        "birth_month": birth,
        "sector": np.append(persons["sector"], sector),
        "status": np.append(persons["status"], np.full(rest, int(Status.NO_STATUS))),
        "unit": np.append(persons["unit"], np.full(rest, -1)),
        "team": np.append(persons["team"], np.full(rest, -1)),
        "state": np.repeat(
            np.array([State.EMPLOYED, State.UNEMPLOYED, State.INACTIVE], np.int64),
            [working, who.size, idle_row.size],
        ),
        "spell": np.concatenate([np.zeros(working, np.int64), spell, idle_spell]),
        "long": np.concatenate([np.zeros(working, np.int64), long, np.zeros(idle_row.size, np.int64)]),
    }


def _normal_trait(seed: int, decision: Decision, ids: Integers, deviation: str, limit: str) -> Integers:
    """A hidden trait of a normal law, its deviation and limit named in the table of assumptions."""
    return normal(trait_draws(seed, decision, ids), whole_assumption(deviation), whole_assumption(limit))


def _describe(persons: dict[str, Integers], seed: int) -> None:
    """Write contracts, dates, education, titles, wages and hidden traits."""
    ids = np.arange(persons["occupation"].size)
    occupation, status, age = persons["occupation"], persons["status"], -persons["birth_month"]
    employed = persons["state"] == State.EMPLOYED
    at_work = np.flatnonzero(employed)
    own = (status == Status.SELF_EMPLOYED).astype(np.int64)
    contract = np.full(ids.size, int(Contract.NO_CONTRACT))
    contract[at_work] = careers.contracts(
        seed, ids[at_work], occupation[at_work], status[at_work], age[at_work]
    )
    tenure = np.zeros(ids.size, np.int64)
    tenure[at_work] = careers.tenure_months(
        seed, ids[at_work], occupation[at_work], own[at_work], contract[at_work], age[at_work]
    )
    practice = careers.occupation_months(seed, ids, tenure, age)
    education = careers.education_levels(seed, ids, occupation, own, age)
    talent = _normal_trait(
        seed, Decision.TALENT, ids, "talent_deviation_thousandths", "talent_limit_thousandths"
    )
    points = wages.log_points(occupation, age, education, tenure, talent)
    spell = persons["spell"]
    far = jobless.distant_thresholds(employed, persons["state"] == State.UNEMPLOYED, persons["long"] == 1)
    persons |= {
        "person": ids,
        "contract": contract,
        "education": education,
        "hired": np.where(employed, -tenure, -spell),
        "occupation_since": np.where(employed, -practice, -spell),
        "since": np.where(employed, -practice, -spell),
        "wage": wages.wages(occupation, persons["sex"], points, employed),
        "talent": talent,
        "literacy": np.zeros(ids.size, np.int64),
        "distant": (trait_draws(seed, Decision.DISTANT, ids) < far).astype(np.int64),
        "taste": _normal_trait(seed, Decision.TASTE, ids, "taste_deviation", "taste_limit"),
        "titles": careers.titles(seed, ids, occupation).astype(np.uint64),
    }
