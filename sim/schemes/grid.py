"""The points grid of a commission: what each file is worth when money is short.

A grid is a file of ``calibration/grids``: the points of each criterion with their source, or "lever" where
they are the scheme's own (``schemes.<name>.points_*``).  A scheme names its grid (``schemes.<name>.grid``);
without one its own points count.  Four criteria of the national grid hang on what the world does not carry
(unfitness for the post, blocks of competence alone, design of the course, co-funding): they are drawn for
each file at an assumed share.  Left out they would make ranks more certain than they are, and every other
point worth more.
"""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sim.derived import Known, derived
from sim.errors import UnknownCode, nearest
from sim.kernels import Array, kernel
from sim.population.columns import Contract, Education, Sex
from sim.schemes.rules import Scheme, schemes
from sim.streams import Decision, draw, mix, thresholds

if TYPE_CHECKING:
    from sim.world import World

CRITERIA = (
    "low_level",
    "firm_under_50",
    "short_course",
    "short_contract",
    "declining_sector",
    "women_in_male_trade",
    "men_in_female_trade",
    "55_plus",
    "exposed_origin",
    "growing_trade",
    "unfit",
    "blocks",
    "engineering",
    "cofunding",
)
"""Names of the criteria, in the order of :func:`criteria_met`; the last four are drawn."""
SEEN = 10
"""Criteria that the world carries."""
OWN_POINTS = "occitanie_2024"
"""Grid of the scheme's own points."""
_LEVER = "lever"

_WOMAN, _CDI, _CAP = int(Sex.WOMAN), int(Contract.CDI), int(Education.CAP)


@cache
def grids() -> dict[str, dict[str, int | str]]:
    """Points by criterion, or "lever", of each grid by the name of its file.

    Raises:
        UnknownCode: for a criterion that no process scores.
    """
    found = {}
    for file in sorted(files("calibration").joinpath("grids").iterdir(), key=lambda file: file.name):
        if file.name.endswith(".toml"):
            criteria = tomllib.loads(file.read_text(encoding="utf-8"))["criteria"]
            for name in criteria:
                if name not in CRITERIA:
                    place = f"calibration/grids/{file.name}"
                    raise UnknownCode(place, name, " | ".join(CRITERIA), nearest(name, CRITERIA))
            found[file.name.removesuffix(".toml")] = {n: entry["points"] for n, entry in criteria.items()}
    return found


def points_by_criterion(known: Known, scheme: Scheme) -> list[int]:
    """Points of each criterion under the scheme's grid, in the order of ``CRITERIA``."""
    own = [int(known.rules.get(scheme.key(f"points_{name}"), 0)) for name in CRITERIA]
    given = grids()[str(known.rules.get(scheme.key("grid"), OWN_POINTS))]
    return [
        mine if given.get(n, 0) == _LEVER else int(given.get(n, 0))
        for n, mine in zip(CRITERIA, own, strict=True)
    ]


class Grid(NamedTuple):
    """Points by [scheme, criterion], int64; what the criteria ask: of a trade its PCS, exposed, growing,
    share of women [occupation]; of a route its trade and whether it is long [route]; and the shares of the
    criteria that are drawn, fixed point."""

    weight: Array
    pcs: Array
    exposed: Array
    growing: Array
    women_share: Array
    target: Array
    long_course: Array
    drawn: Array


def grid(known: Known) -> Grid:
    """The grids in force."""
    occ, routes = known.occupations, known.routes
    growing = ((occ.shortage == 1) | (occ.porteur == 1)).astype(np.uint8)
    shares = np.array([known.rules[f"applications.{name}_share"] for name in CRITERIA[SEEN:]])
    return Grid(
        np.array([points_by_criterion(known, scheme) for scheme in schemes()]),
        occ.pcs,
        occ.exposed,
        growing,
        occ.women_share,
        routes.target,
        routes.long_course,
        thresholds(shares),
    )


@kernel
def criteria_met(
    idx: Array, route: Array, month: int, lines: Array, size_class: Array, key: np.uint64, grid: Grid
) -> Array:
    """Which criteria each file meets, bool [file, criterion]."""
    met = np.zeros((idx.size, grid.weight.shape[1]), np.bool_)
    for n in range(idx.size):
        person, target = lines[idx[n]], grid.target[route[n]]
        origin, woman = person.occupation, person.sex == _WOMAN
        met[n, 0] = grid.pcs[origin] >= 5 and person.education <= _CAP
        met[n, 1] = person.unit >= 0 and size_class[person.unit] <= 1
        met[n, 2] = not grid.long_course[route[n]]
        met[n, 3] = person.contract != _CDI
        met[n, 4] = person.sector == 0
        met[n, 5] = woman and grid.women_share[target] < 0.35
        met[n, 6] = not woman and grid.women_share[target] > 0.65
        met[n, 7] = (month - person.birth_month) // 12 >= 55
        met[n, 8] = grid.exposed[origin] == 1
        met[n, 9] = grid.growing[target] == 1
        for k in range(grid.drawn.size):
            met[n, SEEN + k] = draw(mix(key + np.uint64(k)), idx[n]) < grid.drawn[k]
    return met


@kernel
def weighed(met: Array, scheme: Array, weight: Array) -> tuple[Array, Array]:
    """Points of each file, and the criteria that gave some as bits, int64 both."""
    points, bits = np.zeros(scheme.size, np.int64), np.zeros(scheme.size, np.int64)
    for n in range(scheme.size):
        for c in range(met.shape[1]):
            gained = met[n, c] * weight[scheme[n], c]
            points[n] += gained
            bits[n] |= np.int64(gained > 0) << c
    return points, bits


def points_of(world: World, idx: Array, route: Array, scheme: Array) -> tuple[Array, Array]:
    """Points of the file of each person for the route she asks for under the scheme of this code, and the
    criteria that gave them as bits in the order of ``CRITERIA``; int64 both."""
    size_class, rules = world.units["size_class"], derived(world, grid)
    key = world.key(Decision.FILE_TRAIT)
    met = criteria_met(idx, route, world.month, world.lines, size_class, key, rules)
    found: tuple[Array, Array] = weighed(met, scheme, rules.weight)
    return found
