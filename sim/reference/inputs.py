"""What the published model may be given, whoever gives it: shapes, ranges, rows of the matrix."""

from __future__ import annotations

from typing import Final

import numpy as np

from sim.errors import BadSum, BadTable, NotFinite, OutOfRange, PasserellesError, raise_all
from sim.kernels import Array

ROW_TOLERANCE: Final = 1e-9
"""How far from 1 the sum of a row of the mobility matrix may be."""
LARGEST: Final = 1e15
"""Most heads in one occupation: beyond, a float no longer tells one head from the next."""


def complete_mobility(count: int) -> Array:
    """Every occupation leads to every one alike, its own included; float64[count, count]."""
    return np.full((count, count), 1.0 / count)


def check_inputs(employment: Array, auto_prob: Array, mobility: Array) -> None:
    """Raise unless the three arrays describe one network.

    Raises:
        PasserellesError: :class:`BadTable` for shapes; :class:`NotFinite`, :class:`OutOfRange` for values;
            :class:`BadSum` for a row of ``mobility`` that does not sum to 1.
    """
    n = employment.size
    shapes = (
        ("employment", employment, (n,)),
        ("auto_prob", auto_prob, (n,)),
        ("mobility", mobility, (n, n)),
    )
    if n == 0:
        raise BadTable("employment", "no value", "one value an occupation")
    raise_all([BadTable(a, b.shape, str(c)) for a, b, c in shapes if b.shape != c])
    faults = _values("employment", employment, LARGEST)
    faults += _values("auto_prob", auto_prob, 1.0) + _values("mobility", mobility, 1.0 + ROW_TOLERANCE)
    raise_all(faults)
    sums = mobility.sum(axis=1)
    wrong = np.flatnonzero(np.abs(sums - 1.0) > ROW_TOLERANCE)
    if wrong.size:
        raise BadSum(f"mobility, row {wrong[0]}", float(sums[wrong[0]]), f"1 ± {ROW_TOLERANCE:g}")


def _values(name: str, values: Array, ceiling: float) -> list[PasserellesError]:
    expected = f"0 … {ceiling:g}"
    odd = np.flatnonzero(~np.isfinite(values))
    if odd.size:
        return [NotFinite(f"{name}[{odd[0]}]", float(values.flat[odd[0]]), expected)]
    out = np.flatnonzero((values < 0.0) | (values > ceiling))
    return [OutOfRange(f"{name}[{out[0]}]", float(values.flat[out[0]]), expected)] if out.size else []
