"""Worlds on disk: the opening snapshot of January 2024, and stop and go on.

A snapshot is a folder of NumPy arrays and one JSON file; no pickle, so that a file from elsewhere can never
run code.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from collections import defaultdict
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from sim.kernels import Array
from sim.layout import SCANNED, Stored
from sim.ledger import Ledger
from sim.population.columns import State
from sim.processes.demand import prepare_posts
from sim.processes.literacy import literate_gain
from sim.record import Record
from sim.schemes.envelope import Envelope
from sim.schemes.files import FILE_COLUMNS, Files
from sim.schemes.rules import resign_code
from sim.world import Rules, World

_KEPT_MEMORY = ("entrants_owed", "of_working_age", "removed_before")
_KEPT_TABLES = ("opening", "ai", "market", "seat_demand")
"""Tables of arrays that a world remembers."""

_STATE = "state.json"


def is_kept(folder: Path) -> bool:
    """Whether the folder holds a world."""
    return (folder / _STATE).is_file()


def save_world(world: World, folder: Path) -> None:
    """Write a world between two months; the folder appears whole or not at all."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(dir=folder.parent, prefix=".writing-"))
    np.save(work / "lines.npy", world.lines[: world.rows], allow_pickle=False)
    for table, columns in _tables(world).items():
        for name, values in columns.items():
            np.save(work / f"{table}.{name}.npy", values, allow_pickle=False)
    displaced = world.memory.get("displaced", {})
    np.save(work / "displaced.npy", np.array([displaced[m] for m in sorted(displaced)]), allow_pickle=False)
    np.save(work / "seats.npy", world.memory.get("seats", np.zeros(world.routes.count)), allow_pickle=False)
    np.save(work / "literate.npy", literate_gain(world), allow_pickle=False)
    state: dict[str, Any] = {
        "rows": world.rows,
        "scale": world.scale,
        "seed": world.seed,
        "month": world.month,
        "memory": {name: world.memory[name] for name in _KEPT_MEMORY if name in world.memory},
        "displaced_months": sorted(displaced),
        "envelopes": {str(code): vars(e) for code, e in world.memory.get("envelopes", {}).items()},
    }
    (work / _STATE).write_text(json.dumps(state), encoding="utf-8")
    try:
        work.replace(folder)
    except OSError:
        # Another process has just written the same world: its copy is as good, and may be in use.
        if not is_kept(folder):
            raise
        shutil.rmtree(work)


def _tables(world: World) -> dict[str, Mapping[str, Array]]:
    """What is written array by array; a person's group follows from her other columns."""
    return {
        "persons": {name: world.persons[name][: world.rows] for name in SCANNED if name != "group"},
        "units": world.units,
        "teams": world.teams,
        "files": {name: world.files[name] for name in FILE_COLUMNS},
        **{table: world.memory.get(table, {}) for table in _KEPT_TABLES},
    }


def load_world(folder: Path, rules_of: Callable[[int], Rules]) -> World:
    """A world as it was saved; raises ``FileNotFoundError`` when the folder holds none."""
    state = json.loads((folder / _STATE).read_text(encoding="utf-8"))
    tables: dict[str, dict[str, Array]] = defaultdict(dict)
    for path in sorted(folder.glob("*.*.npy")):
        table, name = path.name.removesuffix(".npy").split(".")
        tables[table][name] = np.load(path, allow_pickle=False)
    lines = np.load(folder / "lines.npy", mmap_mode="r", allow_pickle=False)
    world = World(
        Stored(lines, tables["persons"]),
        tables["units"],
        tables["teams"],
        state["rows"],
        state["scale"],
        state["seed"],
        state["month"],
        rules_of,
    )
    world.files.add(**tables["files"])
    world.memory.update(state["memory"])
    world.memory.update({table: tables[table] for table in _KEPT_TABLES if table in tables})
    displaced = np.load(folder / "displaced.npy", allow_pickle=False)
    world.memory["seats"] = np.load(folder / "seats.npy", allow_pickle=False)
    world.memory["literate_gain"] = np.load(folder / "literate.npy", allow_pickle=False)
    world.memory["envelopes"] = {int(code): Envelope(**e) for code, e in state["envelopes"].items()}
    world.memory["resign_code"] = resign_code()
    prepare_posts(world)
    world.memory["displaced"] = dict(zip(state["displaced_months"], displaced, strict=True))
    return world


def compact(world: World) -> World:
    """The same world without the rows of those who left; persons are renumbered, record and ledger start
    anew.

    Used once, at the end of the burn-in: nobody's past before 2021 is reported.
    """
    keep = np.flatnonzero(world.persons["state"][: world.rows] != State.LEFT)
    row_of = np.full(world.rows, -1, np.int64)
    row_of[keep] = np.arange(keep.size)
    persons = {name: values[keep] for name, values in world.persons.items()}
    persons["person"] = np.arange(keep.size, dtype=np.uint32)
    world.rows = keep.size
    world.hold(persons)
    files, old = Files(), world.files
    present = np.flatnonzero(row_of[old["person"]] >= 0)
    columns = {name: old[name][present] for name in FILE_COLUMNS}
    columns["person"] = row_of[columns["person"]]
    files.add(**columns)
    world.files, world.record, world.ledger = files, Record(), Ledger()
    return world
