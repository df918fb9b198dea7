"""The eight numbers of the published model, with the values of its authors."""

from __future__ import annotations

import math
from dataclasses import dataclass, fields
from typing import Final

from sim.errors import NotFinite, NumberExpected, OutOfRange, PasserellesError, raise_all

WEEKS_PER_YEAR: Final = 52

_BOUNDS: Final[dict[str, tuple[float, float]]] = {
    "delta_u": (0.0, 1.0),
    "delta_v": (0.0, 1.0),
    "gamma": (0.0, 1.0),
    "tau": (0, 1_000),
    "steps": (1, 100_000),
    "shock_step": (0, 1_000_000),
    "shock_years": (1e-6, 1e6),
    "weeks_per_step": (1e-6, 1e6),
}
_WHOLE: Final = ("tau", "steps", "shock_step")


@dataclass(frozen=True)
class Parameters:
    """Parameters of one run; the defaults are those of del Rio-Chanona et al. (2021).

    Raises:
        PasserellesError: :class:`NotFinite`, :class:`NumberExpected` or :class:`OutOfRange`, all at once.
    """

    delta_u: float = 0.016
    """Share of the employed separated each step whatever the demand."""
    delta_v: float = 0.012
    """Posts opened each step whatever the demand, as a share of the employed."""
    gamma: float = 0.16
    """Share of the gap to the target demand that is closed in one step."""
    tau: int = 3
    """Steps after the first from which a spell of unemployment is long."""
    steps: int = 600
    """States of the path, numbered from 0."""
    shock_step: int = 100
    """First step whose target demand moves."""
    shock_years: float = 30.0
    """Years that the shift of demand takes."""
    weeks_per_step: float = 6.75

    def __post_init__(self) -> None:
        raise_all(
            [fault for field in fields(self) for fault in _faults(field.name, getattr(self, field.name))]
        )


def _faults(name: str, value: object) -> list[PasserellesError]:
    low, high = _BOUNDS[name]
    kinds = int if name in _WHOLE else (int, float)
    if isinstance(value, bool) or not isinstance(value, kinds):
        return [NumberExpected(name, value, "a whole number" if name in _WHOLE else "a number")]
    if not math.isfinite(value):
        return [NotFinite(name, value, f"{low:g} … {high:g}")]
    return [] if low <= value <= high else [OutOfRange(name, value, f"{low:g} … {high:g}")]
