"""Whom money reaches: the people funded in a policy's world and not in its comparator."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from sim.calendar import OPENING
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


def funded_files(world: World) -> dict[str, Array]:
    """Files funded since the opening, the columns that say who and where to."""
    files = world.files
    kept = np.isin(files["outcome"], EVER_FUNDED) & (files["month_decided"] >= OPENING)
    names = ("person", "scheme", "sex", "education", "origin_occupation", "target_occupation")
    return {name: files[name][kept].copy() for name in names}


def reached_only(base: Mapping[str, Array], policy: Mapping[str, Array], code: int) -> dict[str, Array]:
    """Files of a scheme whose person is funded in the policy's world and not in the comparator."""
    new = (policy["scheme"] == code) & ~np.isin(policy["person"], base["person"])
    return {name: values[new] for name, values in policy.items()}


def shares(files: Mapping[str, Array]) -> dict[str, float | None]:
    """Who the people of some files are and where they go, by the names of :data:`SHARES`."""
    known = trades()
    if not files["person"].size:
        return dict.fromkeys(SHARES)
    ends = files["origin_occupation"].astype(int), files["target_occupation"].astype(int)
    both = (ends[0] < known.count) & (ends[1] < known.count)
    left, aimed = (end[both] for end in ends)
    exposure = known.exposure("ilo_2025")[0]
    pcs = np.append(known.pcs, np.zeros(256 - known.count, int))[ends[0]]

    def share(met: Array) -> float | None:
        return float(met.mean()) if met.size else None

    return {
        "women": share(files["sex"] == Sex.WOMAN),
        "bac_at_most": share(files["education"] <= Education.BAC),
        "clerical_or_manual": share(pcs >= 5),
        "to_less_exposed": share(exposure[aimed] < exposure[left]),
        "to_shortage": share(known.shortage[aimed] == 1),
    }
