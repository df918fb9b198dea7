"""A factor of a design: a parameter, the values it may take, and its value at a point of [0, 1]."""

from __future__ import annotations

from dataclasses import dataclass

from sim.parameters import Scalar

SIGNIFICANT_DIGITS = 9
"""Of a drawn number: few enough to be the same on every processor, and to be read."""


@dataclass(frozen=True)
class Factor:
    """One parameter that a design varies: either over ``values`` or over [``low``, ``high``].

    whole: the parameter counts things, so that its range has ``high - low + 1`` values.
    log: the range is even in ratios rather than in differences.
    steps: values of the range where a method asks for a few (0: its two ends).
    """

    key: str
    values: tuple[Scalar, ...] = ()
    low: float = 0.0
    high: float = 0.0
    whole: bool = False
    log: bool = False
    steps: int = 0

    def at(self, u: float) -> Scalar:
        """The value at ``u`` in [0, 1]: values, and whole numbers, have slices of equal length."""
        if self.values:
            return self.values[min(int(u * len(self.values)), len(self.values) - 1)]
        if self.whole:
            return min(int(self._along(u, self.low, self.high + 1)), int(self.high))
        return self._rounded(self._along(u, self.low, self.high))

    def levels(self) -> tuple[Scalar, ...]:
        """The values, or ``steps`` values from low to high, each once."""
        if self.values:
            return self.values
        last = max(self.steps, 2) - 1
        found = [self._along(k / last, self.low, self.high) for k in range(last + 1)]
        return tuple(dict.fromkeys(round(v) if self.whole else self._rounded(v) for v in found))

    def _along(self, u: float, low: float, high: float) -> float:
        return low * (high / low) ** u if self.log else low + u * (high - low)

    def _rounded(self, value: float) -> float:
        return min(max(float(f"{value:.{SIGNIFICANT_DIGITS}g}"), self.low), self.high)
