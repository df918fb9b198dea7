"""The model from Python: load a future, run it, compare two, tell one life, sweep over many, open a sweep.

``import passerelles`` gives them.  Heavy imports wait for the first call.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from concurrent.futures import Executor

    import pandas as pd
    import pyarrow as pa

    from sim.counting.by_scheme import Contribution
    from sim.counting.ranges import Ranged
    from sim.effects import Comparison
    from sim.results import Results
    from sim.scenario import Scenario
    from sim.sweep.design import Design
    from sim.sweep.driver import SweepProgress
    from sim.sweep.fault_log import Fault
    from sim.telling.story import Story

__all__ = [
    "Sweep",
    "compare",
    "compare_by_scheme",
    "compare_over",
    "load",
    "open_sweep",
    "run",
    "story",
    "sweep",
]

Changes = Mapping[str, Any]
"""Levers moved, by dotted key: a number, a word, or dated values.

Dated: ``[{"from": date(2025, 1, 1), "value": 2}]``, first of a month, each held until the next.
"""


def load(scenario: str | Path | Scenario, changes: Changes | None = None) -> Scenario:
    """A future: a shipped scenario by its name, a file by its path, or one at hand; with levers moved.

    Raises:
        PasserellesError: every fault of the file or of the changes, each with its code and place.
    """
    from sim.scenario import Scenario, with_overrides
    from sim.scenario import load as loaded
    from sim.sweep.design import toml_value

    found = scenario if isinstance(scenario, Scenario) else loaded(scenario)
    if not changes:
        return found
    return with_overrides(found, {key: toml_value(value) for key, value in changes.items()})


def run(
    scenario: str | Path | Scenario,
    changes: Changes | None = None,
    *,
    scale: float = 1.0,
    seed: int = 0,
    months: int | None = None,
    check: bool = False,
) -> Results:
    """One world, from January 2024: ``scale`` is the share of the region that is simulated.

    ``check`` tests the model's identities on the way.
    """
    from sim.run import simulate

    return simulate(load(scenario, changes), scale=scale, seed=seed, months=months, check=check)


def compare(
    base: str | Path | Scenario,
    other: str | Path | Scenario,
    *,
    scale: float = 1.0,
    seed: int = 0,
    months: int | None = None,
    replicates: int = 1,
    kind: Literal["total", "chance"] = "total",
    swaps: int = 0,
) -> Comparison:
    """Two futures on the same draws: differences with their 90 % intervals, over ``replicates`` pairs.

    ``kind``: what intervals cover, chance and parameters (``total``) or chance alone.  ``account`` of the
    result says what the money changed (``docs/counting.md``); ``swaps`` more worlds measure its churn floor.
    """
    from sim.comparison import compare as compared

    return compared(
        load(base),
        load(other),
        scale=scale,
        seed=seed,
        months=months,
        replicates=replicates,
        kind=kind,
        swaps=swaps,
    )


def compare_by_scheme(
    base: str | Path | Scenario, other: str | Path | Scenario, **options: Any
) -> tuple[Comparison, tuple[Contribution, ...]]:
    """:func:`compare`, and what each scheme that the policy changes adds to it; same options."""
    from sim.counting.studies import by_scheme

    first, second = load(base), load(other)
    whole = compare(first, second, **options)
    return whole, by_scheme(first, second, whole, options)


def compare_over(
    base: str | Path | Scenario,
    other: str | Path | Scenario,
    key: str,
    values: Sequence[object],
    **options: Any,
) -> tuple[Ranged, ...]:
    """:func:`compare` under each value of an assumption, side by side; same options."""
    from sim.counting.ranges import side_by_side
    from sim.counting.studies import over

    return side_by_side(over(load(base), load(other), key, [str(value) for value in values], options))


def story(
    person: int | None = None,
    scenario: str | Path | Scenario = "reference",
    against: str | Path | Scenario | None = None,
    *,
    find: str = "",
    number: int = 1,
    scale: float = 0.05,
    seed: int = 0,
    months: int | None = None,
) -> Story:
    """One worker's story in two worlds: the row ``person``, or the ``number``-th to whom ``find`` happens.

    ``find``: such as ``funded:ptp`` or ``refused``.  ``against``: by default the same scenario without any
    scheme.  A single twin life is a story, never the effect.

    Raises:
        PasserellesError: for a row, a word or a scenario that does not exist, or when nobody is found.
    """
    from sim.telling.story import Sought
    from sim.telling.story import story as told

    sought = Sought(person, find, number, scale, seed, months)
    return told(sought, load(scenario), None if against is None else load(against))


@dataclass(frozen=True)
class Sweep:
    """A sweep's folder: how many jobs it has, how many are done, and the last fault of those given up."""

    folder: Path
    jobs: int
    done: int
    given_up: tuple[Fault, ...] = ()

    @property
    def complete(self) -> bool:
        """Whether every job has its rows."""
        return self.done >= self.jobs

    def table(self) -> pa.Table:
        """One row a world, from ``runs.parquet``; written anew from what is done where it is not sound.

        Columns are described in ``docs/sweeps.md``.
        """
        import pyarrow.parquet as pq

        from sim.sweep.final_table import table_is_sound
        from sim.sweep.store import Store
        from sim.sweep.verification import RUNS

        store = Store.open(self.folder)
        path = store.folder / RUNS
        return pq.read_table(path if table_is_sound(path) else store.collect())

    def to_pandas(self) -> pd.DataFrame:
        """:meth:`table` as a data frame."""
        frame: pd.DataFrame = self.table().to_pandas()
        return frame


def sweep(
    design: str | Path | Mapping[str, Any] | Design,
    out: str | Path,
    *,
    workers: int | None = None,
    executor: str | Executor = "local",
    progress: Callable[[SweepProgress], None] | None = None,
) -> Sweep:
    """Run the worlds of a design into the folder ``out``, or go on with what is there.

    ``design``: a shipped design by its name, a file by its path, or the content of one.  ``executor``:
    ``local``, ``dask://HOST:PORT``, ``slurm:…``, or any executor of your own.  Interrupted, it keeps what is
    done, and the same call goes on.

    Raises:
        PasserellesError: every fault of the design; a folder that holds another sweep, or another engine's.
        KeyboardInterrupt: stopped; what was done is kept.
    """
    from sim.sweep.running import begin, go_on, processors
    from sim.sweep.stopping import stop_on_signals

    begun = begin(_design(design), out)
    main = threading.current_thread() is threading.main_thread()
    with stop_on_signals() if main else nullcontext() as stopped:
        outcome = go_on(
            begun,
            executor=executor,
            workers=workers or processors(),
            progress=progress,
            stopped=stopped or (lambda: False),
        )
    if outcome.stopped:
        raise KeyboardInterrupt
    return Sweep(begun.store.folder, outcome.total, outcome.done, outcome.given_up)


def open_sweep(folder: str | Path) -> Sweep:
    """The sweep in a folder, finished or not.

    Raises:
        NotASweep: there is none.
    """
    from sim.sweep.store import Store

    store = Store.open(folder)
    done = store.done()
    given_up = tuple(fault for _, fault in sorted(store.quarantined(done=done).items()))
    return Sweep(store.folder, store.jobs, len(done), given_up)


def _design(design: str | Path | Mapping[str, Any] | Design) -> Design:
    from sim.sweep.design import beside, design_bytes, load_design, loads_design

    if isinstance(design, Mapping):
        return loads_design(design_bytes(design), "design", beside(Path()))
    return load_design(design) if isinstance(design, str | Path) else design
