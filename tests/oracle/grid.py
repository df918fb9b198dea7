"""The points of a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.population.columns import Education
from sim.schemes.grid import CRITERIA, grids
from sim.schemes.rules import Scheme

from .tables import chance_of
from .words import CDI, WOMAN

if TYPE_CHECKING:
    from .worker import Worker


def scored(worker: Worker, route: int, scheme: Scheme) -> tuple[int, int]:
    """Points on the scheme's grid, and the criteria that gave some as bits."""
    model = worker.model
    met = criteria_met(worker, route)
    grid = grids()[model.rules.get(scheme.key("grid"), "occitanie_2024")]
    points = criteria = 0
    for place, name in enumerate(CRITERIA):
        weight = grid.get(name, 0)
        if weight == "lever":
            weight = model.rules.get(scheme.key(f"points_{name}"), 0)
        if met[name] and int(weight) > 0:
            points += int(weight)
            criteria += 1 << place
    return points, criteria


def criteria_met(worker: Worker, route: int) -> dict[str, bool]:
    """Which criteria of a grid her project meets; what the world does not carry is drawn."""
    model = worker.model
    trades, routes = model.occupations, model.routes
    assert worker.occupation is not None and worker.unit is not None
    target, women = routes.target[route], trades.women_share[routes.target[route]]
    drawn = ("unfit", "blocks", "engineering", "cofunding")
    return {
        "low_level": trades.pcs[worker.occupation] >= 5 and worker.education <= Education.CAP,
        "firm_under_50": worker.unit.size_class <= 1,
        "short_course": not routes.long_course[route],
        "short_contract": worker.contract is not CDI,
        "declining_sector": worker.sector == 0,
        "women_in_male_trade": worker.sex == WOMAN and women < 0.35,
        "men_in_female_trade": worker.sex != WOMAN and women > 0.65,
        "55_plus": worker.age_months // 12 >= 55,
        "exposed_origin": model.exposed[worker.occupation],
        "growing_trade": trades.shortage[target] == 1 or trades.porteur[target] == 1,
        **{name: model.chance.of_trait(worker.row, n) < chance_of(model.rules[f"applications.{name}_share"])
           for n, name in enumerate(drawn)},
    }
