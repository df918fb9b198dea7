"""The population as a table for others: words for codes, dates for months, a dictionary inside."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from sim.population.columns import NONE, SECTORS, Contract, Education, Population, Sex, State, Status
from sim.population.tables import occupations

Integers = NDArray[np.int64]
Mask = NDArray[np.bool_]

DICTIONARY: dict[str, tuple[str, str]] = {
    "person": ("identifier", "row of the person, never reused"),
    "sex": ("word", "man or woman"),
    "age_years": ("years", "completed years of age on 1 January 2021"),
    "occupation": ("code", "one of 40 groups, the last one without a job, empty if none"),
    "pcs": ("code 1 to 6", "socio-professional group of the occupation"),
    "sector": ("word", "sector of the unit, the last one without a job"),
    "status": ("word", "private, public agent, civil servant, self-employed; empty without a job"),
    "contract": ("word", "CDI, CDD, interim; empty for the self-employed and without a job"),
    "unit": ("identifier", "establishment; the self-employed of a trade and sector share one number"),
    "unit_size": ("heads", "heads of the establishment at opening; 1 for the self-employed"),
    "state": ("word", "employed, unemployed or inactive"),
    "education": ("word", "highest level of education held"),
    "titles": ("list of codes", "occupations whose title or licence is held"),
    "hired": ("date", "first of the month of hire in the present unit"),
    "since": ("date", "first of the month in which the state began"),
    "occupation_since": ("date", "first of the month since which the occupation is exercised"),
    "wage_eur_cents": ("euro cents a month", "gross full-time equivalent, the last one without a job"),
    "talent_log_thousandths": ("thousandths of a log point", "personal component of the wage"),
    "distant": ("0 or 1", "hidden trait: far from employment"),
    "taste_deviation_32": ("thirty-seconds of a standard deviation", "hidden trait: inclined to move"),
}
"""Unit and meaning of each column."""


def _words(codes: NDArray[Any], words: list[str], absent: Mask | None = None) -> pa.Array:
    """Words for codes; nothing where ``absent``."""
    values = codes if absent is None else np.where(absent, 0, codes)
    return pa.DictionaryArray.from_arrays(pa.array(values.astype(np.int8), mask=absent), words)


def _dates(months: NDArray[Any], absent: Mask | None = None) -> pa.Array:
    """First days of months counted from January 2021."""
    first = np.datetime64("2021-01", "M") + months.astype(np.int64)
    return pa.array(first.astype("datetime64[D]"), type=pa.date32(), mask=absent)


def _titles(bits: NDArray[np.uint64]) -> pa.Array:
    """Lists of codes of the bits set."""
    found = [np.flatnonzero((bits >> np.uint64(j)) & np.uint64(1)) for j in range(occupations().count)]
    row = np.concatenate(found)
    code = np.repeat(np.arange(len(found), dtype=np.int8), [f.size for f in found])
    order = np.argsort(row, kind="stable")
    offsets = np.append(0, np.cumsum(np.bincount(row, minlength=bits.size))).astype(np.int32)
    words = pa.DictionaryArray.from_arrays(pa.array(code[order]), list(occupations().code))
    return pa.ListArray.from_arrays(pa.array(offsets), words)


def population_table(population: Population) -> pa.Table:
    """One row a person; units and meanings in the metadata of each column, the whole in the schema's."""
    p = population.persons
    trades = occupations()
    jobless, new = p["state"] != State.EMPLOYED, p["occupation"] == NONE
    size = np.where(population.units["own_account"] == 1, 1, population.units["size"])
    pcs = np.append(trades.pcs, np.zeros(NONE + 1 - trades.count, np.int64))[p["occupation"]]
    columns: dict[str, pa.Array] = {
        "person": pa.array(p["person"]),
        "sex": _words(p["sex"], [s.name.lower() for s in Sex]),
        "age_years": pa.array((-p["birth_month"].astype(np.int64) // 12).astype(np.int8)),
        "occupation": _words(p["occupation"], list(trades.code), new),
        "pcs": pa.array(pcs.astype(np.int8), mask=new),
        "sector": _words(p["sector"], list(SECTORS), p["sector"] == NONE),
        "status": _words(p["status"], [s.name.lower() for s in Status if s != Status.NO_STATUS], jobless),
        "contract": _words(
            p["contract"],
            [c.name.lower() for c in Contract if c != Contract.NO_CONTRACT],
            p["contract"] == Contract.NO_CONTRACT,
        ),
        "unit": pa.array(p["unit"], mask=jobless),
        "unit_size": pa.array(size[np.where(jobless, 0, p["unit"])].astype(np.int32), mask=jobless),
        "state": _words(p["state"], [s.name.lower() for s in State]),
        "education": _words(p["education"], [e.name.lower() for e in Education]),
        "titles": _titles(p["titles"]),
        "hired": _dates(p["hired"], jobless),
        "since": _dates(p["since"]),
        "occupation_since": _dates(p["occupation_since"], jobless | new),
        "wage_eur_cents": pa.array(p["wage"]),
        "talent_log_thousandths": pa.array(p["talent"]),
        "distant": pa.array(p["distant"]),
        "taste_deviation_32": pa.array(p["taste"]),
    }
    return pa.Table.from_arrays(list(columns.values()), schema=_schema(columns, population))


def _schema(columns: dict[str, pa.Array], population: Population) -> pa.Schema:
    """Types, with unit and meaning of each column and the whole dictionary as metadata."""
    fields = [
        pa.field(name, values.type, metadata={"unit": DICTIONARY[name][0], "meaning": DICTIONARY[name][1]})
        for name, values in columns.items()
    ]
    about = {
        "scale": population.scale,
        "seed": population.seed,
        "opening": "2021-01-01",
        "columns": {name: {"unit": unit, "meaning": text} for name, (unit, text) in DICTIONARY.items()},
    }
    return pa.schema(fields, metadata={"passerelles.population": json.dumps(about)})


def write_population(population: Population, path: Path) -> None:
    """Write :func:`population_table` as Parquet; the file appears whole or not at all."""
    work = path.with_name(path.name + ".writing")
    pq.write_table(population_table(population), work, compression="zstd")
    work.replace(path)
