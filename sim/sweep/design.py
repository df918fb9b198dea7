"""A design: what a sweep varies, how, and in which worlds; read from one TOML file, all its faults at once.

Levers of policy and of assumption are told apart: the assumptions of a point hold in the baseline and in all
its policies, so that a difference has one cause.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import Any

from sim.calendar import OPENING
from sim.errors import MissingKey, PasserellesError, TooBig, nearest, raise_all
from sim.parameters import Registry, Scalar, parameters_in_force
from sim.scenario import NoSuchScenario, Scenario, loads_bytes, shipped
from sim.scenario_checks import Entries
from sim.scenario_file import MAXIMUM_BYTES, Source
from sim.sweep.design_checks import DesignChecker
from sim.sweep.design_faults import BadFactor, FileMissing, NoSuchDesign
from sim.sweep.design_file import Assumptions, DesignFile, Limits, shape_of, source_of
from sim.sweep.ensembles import read_ensemble
from sim.sweep.factors import Factor
from sim.sweep.sampling import point_count

MAXIMUM_JOBS = 1_000_000
"""Their keys are held in memory."""

Opener = Callable[[str], bytes]
"""Gives the bytes of a file that a design names, or raises the fault."""


@dataclass(frozen=True)
class Policy:
    """A policy to compare with the baseline: its name, and dated values by key."""

    name: str
    overrides: Mapping[str, Entries]


@dataclass(frozen=True)
class Design:
    """A design that has been checked.

    method: how assumptions are sampled, ``""`` for not at all.  samples: as the method counts them (points,
    Saltelli's base sample, Morris's trajectories, draws; 0 for all rows of an ensemble).  factors: what a
    method with factors varies; points and weights: those of a list or an ensemble.  central: the baseline's
    own value of each factor.  raw and files: the bytes it was read from, and those of the files it names.
    """

    name: str
    title: Mapping[str, str]
    baseline: Scenario
    months: int
    scale: float
    seed: int
    replicates: int
    outputs: tuple[str, ...]
    limits: Limits
    method: str
    samples: int
    sampling_seed: int
    second_order: bool
    levels: int
    factors: tuple[Factor, ...]
    points: tuple[Mapping[str, Scalar], ...]
    weights: tuple[float, ...]
    central: Mapping[str, Scalar]
    policies: tuple[Policy, ...]
    raw: bytes = field(repr=False)
    files: Mapping[str, bytes] = field(repr=False)

    def digests(self) -> dict[str, str]:
        """SHA-256 of every file that the design names, by the name under which a sweep keeps it."""
        return {name: hashlib.sha256(raw).hexdigest() for name, raw in sorted(self.files.items())}


def shipped_designs() -> tuple[str, ...]:
    """Names of the designs that come with the project."""
    folder = files("scenarios").joinpath("sweeps")
    return tuple(sorted(e.name.removesuffix(".toml") for e in folder.iterdir() if e.name.endswith(".toml")))


def load_design(path_or_name: str | Path) -> Design:
    """A shipped design by its name, or a design file by its path; files it names lie beside it.

    Raises the fault, or :class:`sim.errors.Errors` with all of them.
    """
    text = str(path_or_name)
    if isinstance(path_or_name, str) and text in shipped_designs():
        raw = files("scenarios").joinpath("sweeps", f"{text}.toml").read_bytes()
        return loads_design(raw, text, beside(Path()))
    path = Path(path_or_name)
    if not path.is_file():
        known = shipped_designs()
        raise NoSuchDesign(text, None, "*.toml | " + " | ".join(known), nearest(text, known))
    with path.open("rb") as stream:
        return loads_design(stream.read(MAXIMUM_BYTES + 1), path.stem, beside(path.parent), path.name)


def loads_design(raw: bytes, name: str, opener: Opener, file: str = "") -> Design:
    """A design from its bytes; ``opener`` gives the files it names, ``file`` is what messages call it."""
    source = source_of(raw, file or f"{name}.toml")
    shape, faults = shape_of(source)
    if shape is None:
        raise_all(faults)
        raise AssertionError("a design without shape has faults")
    reading = _Reading(source, shape, opener)
    reading.checker.faults += faults
    design = reading.design(raw, name)
    raise_all(reading.checker.faults)
    return design


def beside(folder: Path) -> Opener:
    """Opens shipped scenarios by name, and files in a folder."""

    def opened(name: str) -> bytes:
        if name in shipped():
            return files("scenarios").joinpath(f"{name}.toml").read_bytes()
        path = folder / name
        if not path.is_file():
            known = shipped()
            raise NoSuchScenario(name, None, "*.toml | " + " | ".join(known), nearest(name, known))
        return path.read_bytes()

    return opened


def kept_name(name: str) -> str:
    """Under which name a sweep keeps a file that its design names."""
    path = Path(name)
    return path.name if path.suffix else f"{path.name}.toml"


def design_bytes(content: Mapping[str, Any]) -> bytes:
    """A design file from its content as Python says it: dicts, lists, dates, numbers, words."""
    return "".join(f"{json.dumps(key)} = {toml_value(value)}\n" for key, value in content.items()).encode()


def toml_value(value: Any) -> str:
    """A value of Python as a design or scenario file writes it."""
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{json.dumps(str(k))} = {toml_value(v)}" for k, v in value.items()) + " }"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(toml_value(one) for one in value) + "]"
    if isinstance(value, date):
        return value.isoformat()
    return json.dumps(value, ensure_ascii=False)


class _Reading:
    """One design being read: its shape, the files it names, and a checker that gathers faults."""

    def __init__(self, source: Source, shape: DesignFile, opener: Opener) -> None:
        self.source, self.shape, self.opener = source, shape, opener
        self.checker = DesignChecker(source, Registry.load(), shape)
        self.files: dict[str, bytes] = {}

    def design(self, raw: bytes, name: str) -> Design:
        shape, checker = self.shape, self.checker
        title = checker.words("title")
        baseline = self._baseline()
        chosen = shape.assumptions or Assumptions(method="grid")
        factors, points, weights = self._sampled(chosen)
        self._check_samples(chosen, factors, weights)
        policies = tuple(Policy(*named) for named in checker.policies())
        return Design(
            name=name,
            title=title or {"fr": name, "en": name},
            baseline=baseline,
            months=shape.horizon_months,
            scale=shape.scale,
            seed=shape.seed,
            replicates=shape.replicates,
            outputs=checker.outputs(),
            limits=shape.limits,
            method="" if shape.assumptions is None else chosen.method,
            samples=chosen.samples or 0,
            sampling_seed=shape.seed if chosen.seed is None else chosen.seed,
            second_order=chosen.second_order,
            levels=chosen.levels,
            factors=factors,
            points=points,
            weights=weights,
            central=self._central(baseline, factors),
            policies=policies,
            raw=raw,
            files=self.files,
        )

    def _baseline(self) -> Scenario:
        name = self.shape.scenario
        nothing = Scenario(name, {}, {}, self.shape.horizon_months, {})
        raw = self._opened(name, ("scenario",))
        if raw is None:
            return nothing
        try:
            return loads_bytes(raw, Path(name).stem, kept_name(name))
        except PasserellesError as fault:
            self.checker.faults.append(fault)
            return nothing

    def _opened(self, name: str, where: tuple[str, ...]) -> bytes | None:
        try:
            raw = self.opener(name)
        except NoSuchScenario as fault:
            place = self.source.place(where)
            missing = NoSuchScenario if where == ("scenario",) else FileMissing
            expected = fault.expected if where == ("scenario",) else "*.csv | *.parquet"
            self.checker.faults.append(missing(place, name, expected, fault.nearest))
            return None
        except OSError as fault:
            self.checker.faults.append(FileMissing(self.source.place(where), name, str(fault.strerror)))
            return None
        self.files[kept_name(name)] = raw
        return raw

    def _sampled(
        self, chosen: Assumptions
    ) -> tuple[tuple[Factor, ...], tuple[Mapping[str, Scalar], ...], tuple[float, ...]]:
        if chosen.method == "list":
            return (), self.checker.points(chosen), ()
        if chosen.method == "ensemble":
            raw = self._opened(chosen.file, ("assumptions", "file")) if chosen.file else None
            sets, weights = (
                ((), ()) if raw is None else read_ensemble(raw, kept_name(chosen.file), self.checker)
            )
            return (), sets, weights
        return self.checker.factors(chosen), (), ()

    def _check_samples(
        self, chosen: Assumptions, factors: tuple[Factor, ...], weights: tuple[float, ...]
    ) -> None:
        """Not too many; powers of two for Saltelli's scheme to be balanced; some where rows have weights."""
        count, place = chosen.samples or 1, self.source.place(("assumptions", "samples"))
        if chosen.method == "sobol" and count & (count - 1):
            below = 1 << (count.bit_length() - 1)
            self.checker.faults.append(BadFactor(place, count, f"{below} | {2 * below}", str(2 * below)))
        jobs = self.shape.replicates * point_count(chosen.method, factors, count, chosen.second_order)
        if jobs > MAXIMUM_JOBS:
            self.checker.faults.append(TooBig(place, f"{jobs} jobs", f"≤ {MAXIMUM_JOBS}"))
        if chosen.samples is None and len(set(weights)) > 1:
            self.checker.faults.append(MissingKey(place, None, "assumptions.samples"))

    def _central(self, baseline: Scenario, factors: tuple[Factor, ...]) -> dict[str, Scalar]:
        if self.checker.faults:
            return {}
        last = OPENING + self.shape.horizon_months - 1
        values = parameters_in_force(Registry.load(), baseline.overrides, last, baseline.law)
        return {factor.key: values[factor.key] for factor in factors}
