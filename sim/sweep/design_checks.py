"""What factors and policies of a design may say, against the registry of parameters; every fault is kept."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from itertools import product
from typing import Any, Final

from sim.calendar import OPENING, date_of
from sim.effects import FUNDED_EFFECTS
from sim.errors import (
    Contradiction,
    DuplicateKey,
    NumberExpected,
    OutOfRange,
    TooBig,
    UnknownCode,
    UnknownKey,
    nearest,
)
from sim.indicators import INDICATORS
from sim.parameters import Parameter, Registry, Scalar
from sim.scenario_checks import Checker, Entries, name_fault
from sim.scenario_file import Source
from sim.scenario_text import Path
from sim.sweep.design_faults import BadFactor, OtherKindOfLever
from sim.sweep.design_file import Assumptions, DesignFile
from sim.sweep.factors import Factor

MAXIMUM_POLICIES: Final = 1_000
MAXIMUM_STEPS: Final = 1_000
_RANGE_KEYS: Final = ("low", "high", "scale", "steps")
_SCALES: Final = ("linear", "log")
_WITH_STEPS: Final = ("grid", "one_at_a_time")

Moved = dict[str, Entries]
Named = tuple[str, Moved]


class DesignChecker(Checker):
    """Reads the factors and policies of one design, gathering faults."""

    def __init__(self, source: Source, registry: Registry, shape: DesignFile) -> None:
        super().__init__(source, registry)
        self.shape = shape
        self.horizon_months = shape.horizon_months

    # --- keys ----------------------------------------------------------------------------------------------

    def assumption(self, key: str, where: Path) -> Parameter | None:
        """The parameter that a sampling may move: a lever of assumption, one that total intervals draw, or a
        fitted one, as the sets of a calibration do."""
        fitted = (key for key, one in self.registry.items() if one.status == "fitted")
        allowed = {*self.registry.levers("assumption"), *self.registry.uncertain(), *fitted}
        return self._allowed(key, where, allowed, "assumptions.factors")

    def policy(self, key: str, where: Path) -> Parameter | None:
        """The parameter that a policy may move."""
        return self._allowed(key, where, self.registry.levers("policy"), "policies")

    def _allowed(self, key: str, where: Path, allowed: Collection[str], table: str) -> Parameter | None:
        place = self.source.place(where)
        if key in allowed:
            return self.registry[key]
        if key in self.registry and self.registry[key].lever:
            kind = self.registry[key].lever
            right = "[assumptions.factors]" if kind == "assumption" else "[policies.NAME], [policy_grid]"
            self.faults.append(OtherKindOfLever(place, f"[{table}]", right))
            return None
        shown = f"{key} (lever = no)" if key in self.registry else key
        expected = "levier / lever" if table == "policies" else "levier ou incertain / lever or uncertain"
        self.faults.append(UnknownKey(place, shown, expected, nearest(key, allowed)))
        return None

    # --- assumptions ---------------------------------------------------------------------------------------

    def factors(self, assumptions: Assumptions) -> tuple[Factor, ...]:
        """The factors, in the order of the file."""
        found: dict[str, Factor] = {}
        for path, value in _leaves(assumptions.factors, self.registry):
            key, where = ".".join(path), ("assumptions", "factors", *path)
            if key in found:
                self.faults.append(DuplicateKey(self.source.place(where), None, f"1 × {key}"))
            elif parameter := self.assumption(key, where):
                found[key] = self._factor(parameter, value, where, assumptions.method)
        return tuple(found.values())

    def _factor(self, parameter: Parameter, value: Any, where: Path, method: str) -> Factor:
        place = self.source.place(where)
        if isinstance(value, list):
            values = tuple(self._value(parameter, one, place) for one in value)
            if len(set(values)) != len(values) or not values:
                self.faults.append(BadFactor(place, value, "[ … ], each value once"))
            elif len(values) == 1 and method != "grid":
                self.faults.append(BadFactor(place, value, "≥ 2 values"))
            return Factor(parameter.key, values=values)
        if not isinstance(value, dict) or parameter.kind == "choice":
            form = " | ".join(parameter.choices) if parameter.choices else "{ low = …, high = … }"
            self.faults.append(BadFactor(place, value, f"[ … ] ({form})" if parameter.choices else form))
            return Factor(parameter.key)
        return self._range(parameter, value, where, method)

    def _range(self, parameter: Parameter, value: dict[str, Any], where: Path, method: str) -> Factor:
        place, before = self.source.place(where), len(self.faults)
        keys = _RANGE_KEYS if method in _WITH_STEPS else _RANGE_KEYS[:3]
        self._known(value, keys, where)
        low, high = (self._value(parameter, value.get(end), place) for end in ("low", "high"))
        scale, steps = value.get("scale", "linear"), value.get("steps", 0)
        if scale not in _SCALES:
            near = nearest(scale, _SCALES) if isinstance(scale, str) else None
            self.faults.append(UnknownCode(place, scale, " | ".join(_SCALES), near))
        if "steps" in value and (type(steps) is not int or not 2 <= steps <= MAXIMUM_STEPS):
            self.faults.append(NumberExpected(place, steps, f"steps: 2 … {MAXIMUM_STEPS}"))
        elif method == "grid" and "steps" not in value:
            self.faults.append(BadFactor(place, value, "[ … ] | { low, high, steps }"))
        if len(self.faults) > before:
            return Factor(parameter.key)
        if not float(low) < float(high) or (scale == "log" and float(low) <= 0):
            self.faults.append(BadFactor(place, value, "0 < low < high" if scale == "log" else "low < high"))
        return Factor(
            parameter.key,
            low=float(low),
            high=float(high),
            whole=parameter.kind == "int",
            log=scale == "log",
            steps=steps,
        )

    def points(self, assumptions: Assumptions) -> tuple[dict[str, Scalar], ...]:
        """The points of a list, key to value; a key that a point lacks keeps the baseline's value."""
        found = []
        for item, table in enumerate(assumptions.points):
            point: dict[str, Scalar] = {}
            for path, value in _leaves(table, self.registry):
                place = self.source.place(("assumptions", "points"), item)
                if parameter := self.assumption(".".join(path), ("assumptions", "points", *path)):
                    point[parameter.key] = self._value(parameter, value, place)
            found.append(point)
        return tuple(found)

    def value_of(self, parameter: Parameter, value: Any, place: str) -> Scalar:
        """A value in the one form of its parameter, its fault noted."""
        return self._value(parameter, value, place)

    # --- policies ------------------------------------------------------------------------------------------

    def policies(self) -> tuple[Named, ...]:
        """Names and moves of the policies: every named one with every point of the grid."""
        named = [self._named(name, table) for name, table in self.shape.policies.items()] or [("", {})]
        grid = self._grid()
        count = len(named) * _product([len(levels) for levels in grid.values()])
        if count > MAXIMUM_POLICIES:
            place = self.source.place(("policy_grid",))
            self.faults.append(TooBig(place, f"{count} policies", f"≤ {MAXIMUM_POLICIES}"))
        if self.faults or (not self.shape.policies and not grid):
            return ()
        found: list[Named] = []
        for name, moved in named:
            for point in product(*grid.values()):
                chosen = dict(zip(grid, point, strict=True))
                self._disjoint(name, moved, chosen)
                words = [name, *(f"{_short(key, grid)}={_words(chosen[key])}" for key in grid)]
                found.append(
                    (", ".join(word for word in words if word), dict(sorted({**moved, **chosen}.items())))
                )
        return tuple(found)

    def _named(self, name: str, table: Mapping[str, Any]) -> Named:
        if fault := name_fault(name, self.source.place(("policies", name))):
            self.faults.append(fault)
        moved: Moved = {}
        for path, value in _leaves(table, self.registry):
            where = ("policies", name, *path)
            if parameter := self.policy(".".join(path), where):
                moved[parameter.key] = self.entries(parameter, value, where)
        return name, moved

    def _grid(self) -> dict[str, list[Entries]]:
        grid: dict[str, list[Entries]] = {}
        for path, value in _leaves(self.shape.policy_grid, self.registry):
            where = ("policy_grid", *path)
            parameter = self.policy(".".join(path), where)
            if parameter is None:
                continue
            levels = value if isinstance(value, list) else []
            grid[parameter.key] = [self.entries(parameter, level, where) for level in levels]
            if not levels or len(set(grid[parameter.key])) != len(levels):
                self.faults.append(BadFactor(self.source.place(where), value, "[ … ], each value once"))
        return grid

    def _disjoint(self, name: str, moved: Moved, chosen: Moved) -> None:
        for key in sorted(set(moved) & set(chosen)):
            place = self.source.place(("policies", name, key))
            fault = Contradiction(place, key, "[policies.NAME] | [policy_grid]")
            if fault.message() not in {known.message() for known in self.faults}:
                self.faults.append(fault)

    # --- outputs -------------------------------------------------------------------------------------------

    def outputs(self) -> tuple[str, ...]:
        """Names of the outputs wanted, in the registry's order; all of them where the file names none."""
        known = (*INDICATORS, *FUNDED_EFFECTS)
        place = self.source.place(("outputs",))
        for name in self.shape.outputs:
            if name not in known:
                self.faults.append(UnknownCode(place, name, "indicateur / indicator", nearest(name, known)))
        if len(set(self.shape.outputs)) < len(self.shape.outputs):
            self.faults.append(OutOfRange(place, self.shape.outputs, "1 ×"))
        return tuple(name for name in known if name in self.shape.outputs or not self.shape.outputs)


def _leaves(table: Mapping[str, Any], registry: Registry, path: Path = ()) -> list[tuple[Path, Any]]:
    """Dotted keys of nested tables: ``a.b = 1`` and ``"a.b" = 1`` say the same; a range is a value."""
    found: list[tuple[Path, Any]] = []
    for key, value in table.items():
        here = (*path, key)
        inside = (
            isinstance(value, dict) and ".".join(here) not in registry and not set(value) & set(_RANGE_KEYS)
        )
        found += _leaves(value, registry, here) if inside else [(here, value)]
    return found


def _product(counts: list[int]) -> int:
    found = 1
    for count in counts:
        found *= count
    return found


def _short(key: str, grid: Mapping[str, Any]) -> str:
    """The last part of a key where no other of the grid ends alike, the whole key otherwise."""
    last = key.rpartition(".")[2]
    return last if [other.rpartition(".")[2] for other in grid].count(last) == 1 else key


def _words(entries: Entries) -> str:
    """The values of a grid's level: one from the opening, or several with their months."""
    if len(entries) == 1 and entries[0][0] == OPENING:
        return str(entries[0][1])
    return " ".join(f"{date_of(month):%Y-%m}:{value}" for month, value in entries)
