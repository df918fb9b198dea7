"""The worlds of a scoreboard: pairs of a seed and a draw of parameters, lived and kept as a sweep's jobs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from calibration import worlds
from calibration.fitting.problem import Moments
from sim.comparison import draw_of_parameters
from sim.errors import MissingKey
from sim.parameters import Scalar
from sim.run import engine_digest
from sim.sweep.design import design_bytes, loads_design
from sim.sweep.driver import SweepOutcome, SweepProgress, drive
from sim.sweep.jobs import Job, canonical
from sim.sweep.sampling import Points, points_of
from sim.sweep.store import Store

SHIPPED = "ensemble.csv"


@dataclass(frozen=True)
class Sample:
    """``count`` worlds at a scale: the first is that of the shipped values, the others draw everything.

    World ``n`` has seed ``seed + n``, a set of the ensemble (None: the shipped fitted values), and a draw of
    what total intervals draw.
    """

    count: int
    scale: float
    seed: int
    sets: Points | None = None

    def values(self, number: int) -> dict[str, Scalar]:
        """Values by key of one world; empty for the first."""
        if number == 0:
            return {}
        fitted = {} if self.sets is None else self.sets.at(number)
        return {**draw_of_parameters(self.seed, number), **fitted}

    def jobs(self) -> Iterator[Job]:
        """What is asked of the workers."""
        for number in range(self.count):
            yield worlds.job(number, self.scale, self.seed + number, self.values(number), held_out=True)


def ensemble_sets(path: Path | None, count: int, seed: int) -> Points | None:
    """Sets of a file (CSV or Parquet, columns by key), or of the shipped one; None where there is neither.

    Raises:
        MissingKey: there is no such file; the faults of a design's ensemble.
    """
    if path is None:
        shipped = files("calibration").joinpath(SHIPPED)
        if not shipped.is_file():
            return None
        return _read(shipped.read_bytes(), SHIPPED, count, seed)
    if not path.is_file():
        raise MissingKey("--ensemble", str(path), "*.csv | *.parquet")
    return _read(path.read_bytes(), path.name, count, seed)


def _read(raw: bytes, name: str, count: int, seed: int) -> Points:
    """As a design of method ``ensemble`` reads it, so that its faults are told in the same words."""
    content: dict[str, object] = {"schema_version": 1, "horizon_months": 1, "scale": 1.0, "seed": seed}
    content["assumptions"] = {"method": "ensemble", "file": name, "samples": count}
    scenario = files("scenarios").joinpath("reference.toml").read_bytes()
    opened = {name: raw, "reference": scenario}
    return points_of(loads_design(design_bytes(content), "ensemble", opened.__getitem__))


def store_of(folder: Path, sample: Sample) -> Store:
    """The folder of a sample, made or found again.

    Raises:
        AnotherSweep: it holds another sample; EngineChanged: or one of another engine.
    """
    asked = {
        "measures": worlds.measuring_digest(),
        "scale": sample.scale,
        "seed": sample.seed,
        "values": [sample.values(number) for number in range(sample.count)],
    }
    return Store.create(
        folder,
        design=canonical(asked) + b"\n",
        work=worlds.WORK,
        engine=engine_digest(),
        schema=worlds.schema(held_out=True),
        jobs=sample.count,
        files={},
    )


def live(
    store: Store,
    sample: Sample,
    executor: Executor,
    workers: int,
    progress: Callable[[SweepProgress], None] | None = None,
    stopped: Callable[[], bool] = lambda: False,
) -> SweepOutcome:
    """Live the worlds that are not lived yet.

    Raises:
        SweepLocked, DiskRefuses, WorkersLost: what was done is kept.
    """
    return drive(
        store,
        sample.jobs(),
        executor=executor,
        in_flight=2 * workers,
        progress=progress,
        stopped=stopped,
    )


def moments_in(store: Store) -> list[Moments]:
    """Moments of the worlds in a folder, by number; a moment that a world could not measure is left out."""
    found: dict[int, Mapping[str, float]] = {}
    for table in store.tables():
        for row in table.to_pylist():
            found[row["sample"]] = {name: v for name, v in row.items() if isinstance(v, float)}
    return [found[number] for number in sorted(found)]
