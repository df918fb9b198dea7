"""What a path of adoption means in the region's jobs: published sizes of units over the formula of process 1.

The paths are of *firms*.  A unit of a sector and size class has adopted with the chance of its class, so the
share in jobs follows from the heads of the classes: expected values, the whole region, no run.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from sim.adoption_paths import path_in_force
from sim.kernels import Array
from sim.population.columns import SECTORS, SIZE_CLASSES, Status
from sim.population.stock import employed_table, size_quotas
from sim.population.units import size_quantiles
from sim.processes.adoption import adoption_shares
from sim.provenance import statistic

FARMING = SECTORS.index("agriculture")


@cache
def salaried_heads() -> Array:
    """Salaried heads of the region by [sector, public or not, size class of the unit], float64."""
    cells = employed_table()
    salaried = np.flatnonzero(cells.status != Status.SELF_EMPLOYED)
    groups: dict[tuple[int, int, int], int] = {}
    for n in salaried.tolist():
        public = int(cells.status[n] in (Status.PUBLIC, Status.CIVIL_SERVANT))
        key = (int(cells.occupation[n]), int(cells.sector[n]), public)
        groups[key] = groups.get(key, 0) + int(cells.heads[n])
    heads = np.zeros((len(SECTORS), 2, len(SIZE_CLASSES)))
    for (_, sector, public), by_size in size_quotas(groups).items():
        heads[sector, public] += by_size
    return heads


@cache
def mean_sizes() -> Array:
    """Mean heads of a unit by size class."""
    grids = [size_quantiles(size) for size in range(len(SIZE_CLASSES))]
    return np.array([(grid[1:] + grid[:-1]).mean() / 2 for grid in grids])


@dataclass(frozen=True)
class Adoption:
    """Shares of one month: of units of ten and more (private), by size class, and of salaried jobs.

    ``surveyed_jobs`` are those that the survey covers: private units of ten and more outside farming.
    """

    path: float
    firms: float
    by_size: Array
    jobs: float
    surveyed_jobs: float


def adoption(rules: Mapping[str, Any], month: int) -> Adoption:
    """Expected adoption of the region in ``month`` under the parameters in force."""
    first, path = path_in_force(rules)
    firms = path[min(max(month - first, 0), len(path) - 1)]
    share = adoption_shares(rules, np.array([firms]))[0]
    heads = salaried_heads()
    units = heads[:, 0] / mean_sizes()
    surveyed = heads[1:, 0, 1:]
    return Adoption(
        float(firms),
        float((units * share)[:, 1:].sum() / units[:, 1:].sum()),
        (units * share)[1:].sum(axis=0) / units[1:].sum(axis=0),
        float((heads * share[:, None, :]).sum() / heads.sum()),
        float((surveyed * share[1:, 1:]).sum() / surveyed.sum()),
    )


@dataclass(frozen=True)
class Reweighted:
    """The national share of employment in adopting firms of ten and more, brought to the region (2024).

    National: 40 % = small x 9 % + middle x 15 % + large x ``large_adopters``, with ``small`` and ``middle``
    the shares of 10-49 and 50-249 in the employment of firms of ten and more (``national``, remembered).
    Inside the class of 250 and more the largest adopt most: its share in jobs stands above the 33 % of its
    firms.
    Regional: the same shares by class, over the region's: 16.85 % of employment is in large firms, the rest
    of the employment of units of ten and more is split as the region's units are.
    """

    national: tuple[float, float, float]
    large_adopters: float
    regional: tuple[float, float, float]
    share: float


NATIONAL_EMPLOYMENT = (0.22, 0.18, 0.60)
"""Share of 10-49, 50-249, 250 and more in the employment of firms of ten and more in the survey's scope,
France: remembered (Insee, Ésane), each +/- 0.05."""


def reweighted() -> Reweighted:
    """The arithmetic of :class:`Reweighted`."""
    keys = ("ai_adoption_insee_10_49", "ai_adoption_insee_50_249")
    small, middle = (statistic(key).number() / 100 for key in keys)
    whole = statistic("ai_adoption_emp_weighted").number() / 100
    n = NATIONAL_EMPLOYMENT
    large = (whole - n[0] * small - n[1] * middle) / n[2]
    classes = salaried_heads()[:, 0].sum(axis=0)
    large_share = 1.0 - statistic("sme_share_employment").number() / 100
    ten_and_more = 1.0 - classes[0] / classes.sum()
    in_large = large_share / ten_and_more
    rest = (1.0 - in_large) * classes[1:3] / classes[1:3].sum()
    regional = (float(rest[0]), float(rest[1]), float(in_large))
    share = regional[0] * small + regional[1] * middle + regional[2] * large
    return Reweighted(n, large, regional, share)
