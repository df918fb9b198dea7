"""What a figure of the documents measures in a world that has lived its years."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

import numpy as np

from sim.calendar import FIRST_YEAR
from sim.kernels import Array
from sim.moves import PRIVATE
from sim.population.columns import Sex
from sim.schemes.files import Project, Stage
from sim.schemes.rules import schemes, with_envelopes
from sim.telling.scheme_account import EVER_FUNDED, SchemeYear, account
from sim.telling.scheme_figures import Figure, Where
from sim.world import World

Measured = tuple[float | None, int]
"""The model's value, None where not defined, and the files of the sample behind it."""


def _selected(world: World, figure: Figure, of: str = "") -> Array:
    """Files that a figure counts, bool by file."""
    files, month = world.files, "month_filed" if (of or figure.of) == "received" else "month_decided"
    years = FIRST_YEAR + files[month].astype(int) // 12
    kept = np.isin(years, figure.years)
    if (of or figure.of) == "funded":
        kept &= np.isin(files["outcome"], EVER_FUNDED)
    if figure.scheme:
        counted = (figure.scheme, *figure.besides)
        kept &= np.isin(files["scheme"], [s.code for s in schemes() if s.name in counted])
    for name, codes in (("target", figure.target_trades), ("origin", figure.origin_trades)):
        if codes:
            wanted = [world.occupations.codes.index(code) for code in codes]
            kept &= np.isin(files[f"{name}_occupation"], wanted)
    return np.asarray(kept)


def _meets(world: World, where: Where) -> Array:
    """Files whose person meets the conditions, bool by file."""
    files, age = world.files, world.files["age_years"]
    met = (age >= where.age_from) & (age < where.age_below) & (files["education"] <= where.education_at_most)
    if where.sex is not None:
        met &= files["sex"] == Sex[where.sex.upper()]
    if where.pcs:
        pcs = np.append(world.occupations.pcs, np.zeros(256 - world.occupations.count, int))
        met &= np.isin(pcs[files["origin_occupation"]], where.pcs)
    if where.business is not None:
        met &= (files["project"] == Project.BUSINESS) == where.business
    return np.asarray(met)


def _accounts(world: World, figure: Figure) -> list[SchemeYear]:
    """The accounts of the figure's schemes, one a year each."""
    counted = (figure.scheme, *figure.besides)
    return [one for year in figure.years for one in account(world, year) if one.scheme in counted]


def _heads(world: World, figure: Figure) -> Measured:
    """Files a year (of all years where ``together``); schemes without files are counted by the month."""
    count = int(_selected(world, figure).sum())
    if figure.scheme and figure.scheme not in {scheme.name for scheme in with_envelopes()}:
        years = _accounts(world, figure)
        count = round(math.fsum(getattr(one, figure.of) for one in years) * world.scale)
    return count / world.scale / (1 if figure.together else len(figure.years)), count


def _share(world: World, figure: Figure) -> Measured:
    chosen = _selected(world, figure)
    count = int(chosen.sum())
    return (float(_meets(world, figure.where)[chosen].mean()) if count else None), count


def _count_where(world: World, figure: Figure) -> Measured:
    """Files that meet the conditions, all years together."""
    count = int((_selected(world, figure) & _meets(world, figure.where)).sum())
    return count / world.scale, count


def _mean_cost(world: World, figure: Figure) -> Measured:
    """Euros committed per funded file, as decided."""
    years = _accounts(world, figure)
    funded, euros = (math.fsum(getattr(one, name) for one in years) for name in ("funded", "committed_eur"))
    return (euros / funded if funded else None), sum(one.simulated for one in years)


def _euros(of_year: Callable[[SchemeYear], float]) -> Callable[[World, Figure], Measured]:
    """Euros a year of the scheme's accounts (of all years where ``together``)."""

    def measured(world: World, figure: Figure) -> Measured:
        years = _accounts(world, figure)
        euros = math.fsum(of_year(one) for one in years)
        return euros / (1 if figure.together else len(years)), sum(one.simulated for one in years)

    return measured


def _by_unedic(one: SchemeYear) -> float:
    return one.paid_eur.get("unedic", 0.0)


def _mean_teaching(world: World, figure: Figure) -> Measured:
    """Euros of teaching per funded file, as decided."""
    cents = world.files["teaching_eur_cents"][_selected(world, figure)]
    return (float(cents.mean()) / 100 if cents.size else None), int(cents.size)


def _wage_share(world: World, figure: Figure) -> Measured:
    """Share of the commitment that covers wages."""
    files, chosen = world.files, _selected(world, figure)
    cost = float(files["cost_eur_cents"][chosen].sum())
    wages = cost - float(files["teaching_eur_cents"][chosen].sum())
    return (wages / cost if cost else None), int(chosen.sum())


def _rank(world: World, figure: Figure) -> Measured:
    """Place of a course among those of the chosen files, 1 for the most frequent; ties share the better."""
    files, chosen = world.files, _selected(world, figure)
    counts = np.bincount(files["route"][chosen], minlength=256)[: world.routes.count]
    mine = int(counts[world.routes.codes.index(figure.route)])
    return (float((counts > mine).sum() + 1) if mine else None), mine


def _of_observed(column: str) -> Callable[[World, Figure], Measured]:
    """Share of ones among the files where an outcome is known."""

    def measured(world: World, figure: Figure) -> Measured:
        found = world.files[column][_selected(world, figure)]
        known = found[found >= 0]
        return (float((known == 1).mean()) if known.size else None), int(known.size)

    return measured


def _of_courses(stages: tuple[Stage, ...], among: tuple[Stage, ...]) -> Callable[[World, Figure], Measured]:
    """Share of some ends among projects that are over."""

    def measured(world: World, figure: Figure) -> Measured:
        stage = world.files["stage"][_selected(world, figure)]
        over = np.isin(stage, among)
        return (float(np.isin(stage[over], stages).mean()) if over.any() else None), int(over.sum())

    return measured


def _acceptance_change(world: World, figure: Figure) -> Measured:
    """Change of the share funded between the first and the last year, files funded over files received."""
    shares, heads = [], 0
    for year in (figure.years[0], figure.years[-1]):
        one = next(one for one in _accounts(world, figure) if one.year == year)
        shares.append(one.funded / one.received if one.received else None)
        heads += one.simulated
    first, last = shares
    return (None if first is None or last is None else last - first), heads


def _over_representation(world: World, figure: Figure) -> Measured:
    """Share of some PCS among the files over their share among private employees today."""
    share, heads = _share(world, figure)
    p, n = world.persons, world.rows
    private = p["status"][:n] == PRIVATE
    pcs = np.append(world.occupations.pcs, np.zeros(256 - world.occupations.count, int))[p["occupation"][:n]]
    usual = float(np.isin(pcs[private], figure.where.pcs).mean())
    return (share / usual if share is not None and usual else None), heads


_ENDED = (Stage.CERTIFIED, Stage.NOT_CERTIFIED)
MEASURES: Mapping[str, Callable[[World, Figure], Measured]] = {
    "heads": _heads,
    "count_where": _count_where,
    "share": _share,
    "mean_cost_eur": _mean_cost,
    "mean_teaching_eur": _mean_teaching,
    "committed_eur": _euros(lambda one: one.committed_eur),
    "paid_by_unedic_eur": _euros(_by_unedic),
    "wage_share": _wage_share,
    "rank": _rank,
    "placed_6_share": _of_observed("placed_6"),
    "durable_24_share": _of_observed("durable_24"),
    "certified_share": _of_courses((Stage.CERTIFIED,), _ENDED),
    "dropped_out_share": _of_courses((Stage.DROPPED_OUT,), (*_ENDED, Stage.DROPPED_OUT)),
    "given_up_share": _of_courses((Stage.DROPPED_OUT,), (*_ENDED, Stage.BUSINESS, Stage.DROPPED_OUT)),
    "acceptance_change": _acceptance_change,
    "over_representation": _over_representation,
}
"""What a figure may measure: name to (model's value, files of the sample behind it)."""
