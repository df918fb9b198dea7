"""What became of the refused, beside the funded, in one world: no effect, for the funded were chosen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from sim.dictionary import FUNDED
from sim.results import Results

OBSERVED: Mapping[str, str] = {
    "durable": "durable_24",
    "in_trade_aimed_at": "in_aim_24",
    "in_work": "in_work_24",
}
"""What is looked at 24 months after the decision, and the column of the files that says it."""


@dataclass(frozen=True)
class Fate:
    """Files decided in the run and old enough to know: heads of the region and shares of them."""

    who: str
    files: float
    durable: float | None
    in_trade_aimed_at: float | None
    in_work: float | None


def fates(results: Results) -> tuple[Fate, ...]:
    """The funded, and the refused together and by reason."""
    outcomes = results.files["outcome"].astype(np.str_)
    refused = [name for name in np.unique(outcomes).tolist() if name.startswith("refused")]
    groups: dict[str, list[str]] = {"funded": [FUNDED], "refused": refused, **{r: [r] for r in refused}}
    return tuple(_fate(results, who, np.isin(outcomes, names)) for who, names in groups.items())


def _fate(results: Results, who: str, these: np.ndarray) -> Fate:
    files = results.files
    known = these & (files["month_decided"] >= results.months[0]) & (files["durable_24"] >= 0)
    number = int(known.sum())
    shares = {
        name: float((files[column][known] == 1).mean()) if number else None
        for name, column in OBSERVED.items()
    }
    return Fate(who, number / results.scale, **shares)
