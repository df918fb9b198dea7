"""A canonical digest of everything that a run leaves behind, and a program that prints it.

    python tests/trust/digest.py '{"scenario": "ai-fast", "scale": 0.003, "months": 12}'

prints one JSON object: column to SHA-256 of its values.  Columns are sorted, numbers are little-endian
and 64 bits wide, words are UTF-8: the digest depends on values, not on how they are kept.
"""

from __future__ import annotations

import hashlib
import json
import multiprocessing
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np

from sim.parameters import Registry
from sim.run import history, rules_by_month
from sim.scenario import Scenario, load, with_overrides
from sim.snapshot import load_world, save_world
from sim.world import World


def column_digest(values: np.ndarray) -> str:
    """SHA-256 of a column's shape and values."""
    total = hashlib.sha256(repr(values.shape).encode())
    if values.dtype.kind in "US":
        total.update("\0".join(str(value) for value in values.ravel()).encode())
    elif values.dtype == np.uint64:
        total.update(np.ascontiguousarray(values, "<u8").tobytes())
    else:
        wide = "<f8" if values.dtype.kind == "f" else "<i8"
        total.update(np.ascontiguousarray(values, wide).tobytes())
    return total.hexdigest()


def columns_of(world: World, since: int = 0) -> dict[str, np.ndarray]:
    """Every column of a world: rows, record and ledger, the latter two from month ``since`` on."""
    out = {f"persons.{name}": values[: world.rows] for name, values in world.persons.items()}
    out |= {f"units.{name}": values for name, values in world.units.items()}
    out |= {f"teams.{name}": values for name, values in world.teams.items()}
    out |= {f"files.{name}": values for name, values in world.files.table().items()}
    record = world.record
    kept = [n for n, month in enumerate(record.months) if month >= since]
    out["record.stocks"] = np.array([record.stocks[n] for n in kept])
    out["record.flows"] = np.array([record.flows[n] for n in kept])
    for name, values in record.series.items():
        column = np.array([values[n] for n in kept], np.int64)
        if column.any():  # a series that nothing was counted in may be there or not
            out[f"series.{name}"] = column
    booked = [row for row in world.ledger.rows() if row[0] >= since]
    out["ledger"] = np.array([" ".join(map(str, row)) for row in booked], np.str_)
    return out


def digests(world: World, since: int = 0) -> dict[str, str]:
    """Digest by column, in sorted order."""
    columns = columns_of(world, since)
    return {name: column_digest(columns[name]) for name in sorted(columns)}


def digest(world: World, since: int = 0) -> str:
    """One digest for all columns."""
    return hashlib.sha256(json.dumps(digests(world, since)).encode()).hexdigest()


def opened(scenario: Scenario, scale: float, seed: int, rules: dict[str, Any]) -> World:
    """A world in January 2024, lived anew from the synthesis: no snapshot stands between."""
    return under(history(scale, seed), scenario, rules)


def under(world: World, scenario: Scenario, rules: dict[str, Any]) -> World:
    """The world under the rules of a scenario and some given directly."""
    shipped = rules_by_month(Registry.load(), scenario.overrides, scenario.law)
    world.rules_of = lambda month: {**shipped(month), **rules}
    return world


def lived(request: dict[str, Any]) -> dict[str, str]:
    """What a request leaves behind.

    scenario, levers, rules, scale, seed; ``folder`` goes on from a saved world; ``save`` saves in the end;
    ``threads`` lives that many copies at once and gives the last; months are counted from where it starts.
    """
    scenario = with_overrides(load(request.get("scenario", "ai-fast")), request.get("levers", {}))
    rules = request.get("rules", {})

    def one(_: int = 0) -> World:
        if "folder" in request:
            world = under(load_world(Path(request["folder"]), lambda month: {}), scenario, rules)
        else:
            world = opened(scenario, request.get("scale", 0.003), request.get("seed", 0), rules)
        for _month in range(request.get("months", 12)):
            world.step()
        return world

    threads = request.get("threads", 0)
    if threads:
        with ThreadPoolExecutor(threads) as pool:
            world = list(pool.map(one, range(threads)))[-1]
    else:
        world = one()
    if "save" in request:
        save_world(world, Path(request["save"]))
    return digests(world, request.get("since", 0))


def main() -> None:
    """Answer the request of the command line, in a child started as it asks, if it does."""
    request = json.loads(sys.argv[1])
    if "start" in request:
        with multiprocessing.get_context(request["start"]).Pool(1) as pool:
            found = pool.apply(lived, (request,))
    else:
        found = lived(request)
    print(json.dumps(found))


if __name__ == "__main__":
    main()
