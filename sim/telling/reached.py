"""Whom money reaches: the people funded in a policy's world and not in its comparator."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from sim.calendar import OPENING
from sim.counting.destinations import moves
from sim.errors import Language
from sim.kernels import Array
from sim.population.columns import Education, Sex
from sim.telling.scheme_account import EVER_FUNDED
from sim.trades import trades
from sim.world import World

SHARES: Mapping[str, Mapping[Language, str]] = {
    "women": {"fr": "femmes", "en": "women"},
    "bac_at_most": {"fr": "niveau bac au plus", "en": "baccalaureate at most"},
    "clerical_or_manual": {"fr": "employés et ouvriers", "en": "clerical and manual (PCS 5, 6)"},
    "to_less_exposed": {"fr": "vers moins exposé", "en": "to a less exposed trade"},
    "to_shortage": {"fr": "vers un métier en tension", "en": "to a shortage trade"},
}
"""Shares of the people reached: name to label."""

PEOPLE, MOVES = "people", "moves"
"""Heads that shares rest on: all, and those whose trades are known at both ends."""

_OF_MOVES = ("to_less_exposed", "to_shortage")

Reached = Mapping[str, float | None]
"""The shares by name, and the heads that they rest on."""


def reached(comparator: World, policy: World, code: int) -> dict[str, float | None]:
    """Who the people are that a scheme funds in the policy's world and nobody in the comparator's."""
    files = _funded(policy)
    new = (files["scheme"] == code) & ~np.isin(files["person"], _funded(comparator)["person"])
    exposure = policy.occupations.exposure_in_force(policy.rules_of(policy.month))[0]
    return of_files({name: values[new] for name, values in files.items()}, exposure)


def _funded(world: World) -> dict[str, Array]:
    """Files funded since the opening, the columns that say who and where to."""
    files = world.files
    kept = np.isin(files["outcome"], EVER_FUNDED) & (files["month_decided"] >= OPENING)
    names = ("person", "scheme", "sex", "education", "origin_occupation", "target_occupation")
    return {name: files[name][kept] for name in names}


def of_files(files: Mapping[str, Array], exposure: Array) -> dict[str, float | None]:
    """The shares of the people of some files; ``exposure`` [occupation]."""
    known, people = trades(), files["person"].size
    pcs = np.append(known.pcs, np.zeros(256 - known.count, int))[files["origin_occupation"].astype(int)]
    led = moves(files["origin_occupation"], files["target_occupation"], exposure)

    def share(met: Array) -> float | None:
        return float(met.mean()) if met.size else None

    return {
        PEOPLE: people,
        MOVES: led.heads,
        "women": share(files["sex"] == Sex.WOMAN),
        "bac_at_most": share(files["education"] <= Education.BAC),
        "clerical_or_manual": share(pcs >= 5),
        "to_less_exposed": led.to_less_exposed,
        "to_shortage": led.to_shortage,
    }


def pooled(found: Sequence[Reached]) -> dict[str, float | None]:
    """The shares over the people of several pairs together; None where there are none."""
    shares: dict[str, float | None] = {}
    for name in SHARES:
        heads = MOVES if name in _OF_MOVES else PEOPLE
        parts = [(one[name] or 0.0, one[heads] or 0.0) for one in found]
        whole = sum(weight for _, weight in parts)
        shares[name] = sum(share * weight for share, weight in parts) / whole if whole else None
    return shares
