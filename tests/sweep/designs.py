"""Small designs for tests, from what changes in them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sim.sweep.design import Design, beside, design_bytes, loads_design

RICH_EUR = 1_500_000_000
"""A yearly envelope that funds enough people, in a world of one per cent, to be seen two years on."""


def design_of(folder: Path | None = None, **content: Any) -> Design:
    """A design at one per cent and some months, with these tables and keys; files lie in ``folder``."""
    given = {"schema_version": 1, "scale": 0.01, "horizon_months": 4, **content}
    raw = design_bytes({key: value for key, value in given.items() if value is not None})
    return loads_design(raw, "design", beside(folder or Path()))
