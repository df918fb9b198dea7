"""How the claims of the white paper are measured: pure functions of one pair of worlds."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.decomposition import FACTORS, Decomposition
from sim.population.columns import SECTORS, State
from sim.results import Results
from sim.trades import EXPOSED_FROM, trades

Array = NDArray[np.float64]

SENIOR_BANDS = (4, 5, 6)
YOUNGER_BANDS = (0, 1, 2, 3)
OFFICE = ("E01", "E02", "E03", "E04")
ADMINISTRATIVE = ("E01", "E02", "E04", "D06", "D08")
SALES = ("D09", "E06")
TECHNICIANS = ("D10", "D11", "D12", "D04")
DIGITAL = ("C03", "D10")
NON_MARKET_FROM = 0.5
"""A trade belongs to non-market services when half of its jobs are there."""


@dataclass(frozen=True)
class Evidence:
    """One pair of worlds: the reference, the scenario under one source of exposure, their posts compared.

    ``automatable`` and ``augmentable`` [occupation] are the source's at the level of the draw; ``posts`` and
    ``other_posts`` [sector] posts wanted at the end in the reference and in the scenario.
    """

    base: Results
    other: Results
    found: Decomposition
    automatable: Array
    augmentable: Array
    posts: Array
    other_posts: Array


def rows_of(codes: tuple[str, ...]) -> NDArray[np.int64]:
    return np.array([trades().codes.index(code) for code in codes])


def change_of_posts(evidence: Evidence, rows: NDArray[np.int64]) -> float:
    """Difference of posts wanted to the reference, % of the trades' posts there."""
    found = evidence.found
    return float(100 * (found.after[rows].sum() / found.before[rows].sum() - 1.0))


def pcs_rows(pcs: int) -> NDArray[np.int64]:
    return np.flatnonzero(trades().pcs == pcs)


def employed(results: Results) -> Array:
    """Mean of the last twelve months, [occupation, sex, age band]."""
    return np.asarray(results.stocks[-12:, :-1, :, :, int(State.EMPLOYED)].mean(axis=0))


def loss_of(evidence: Evidence, bands: tuple[int, ...], sexes: tuple[int, ...] = (0, 1)) -> float:
    """Difference of people employed to the reference, % of those of the reference."""
    who = np.ix_(range(40), sexes, bands)
    base, other = (employed(results)[who].sum() for results in (evidence.base, evidence.other))
    return float(100 * (other / base - 1.0))


def exposed_share(evidence: Evidence, sex: int, shares: Array) -> float:
    held = employed(evidence.base)[:, sex, :].sum(axis=1)
    return float((held * shares).sum() / held.sum())


def by_sex(shares: Callable[[Evidence], Array]) -> Callable[[Evidence], float]:
    """Women's mean over men's."""
    return lambda e: exposed_share(e, 1, shares(e)) / exposed_share(e, 0, shares(e))


def part(evidence: Evidence, *names: str) -> Array:
    """Contributions of some factors, [occupation]."""
    return sum((evidence.found.parts[n] for n, f in enumerate(FACTORS) if f.name in names), np.zeros(40))


def displaced_of_women(evidence: Evidence) -> float:
    """Posts displaced per post held, women's over men's."""
    found = evidence.found
    lost = found.by_cell(part(evidence, "displacement")).sum(axis=(0, 2))
    held = found.by_cell(found.after).sum(axis=(0, 2))
    return float((lost[1] / held[1]) / (lost[0] / held[0]))


def layoffs_per_post(evidence: Evidence) -> float:
    """Lay-offs more than in the reference, per 100 posts that AI makes superfluous before any response."""
    more = sum(int(r.series["layoffs"].sum()) * s for r, s in ((evidence.other, 1), (evidence.base, -1)))
    return float(-100 * more / evidence.base.scale / part(evidence, "displacement", "augmentation").sum())


def task_ratio(evidence: Evidence) -> float:
    held = employed(evidence.base).sum(axis=(1, 2))
    return float((held * evidence.augmentable).sum() / (held * evidence.automatable).sum())


def sector_change(evidence: Evidence, sector: str) -> float:
    k = SECTORS.index(sector)
    return float(100 * (evidence.other_posts[k] / evidence.posts[k] - 1.0))


def services_against_the_rest(evidence: Evidence) -> float:
    services = [SECTORS.index(name) for name in ("tertiaire_marchand", "tertiaire_non_marchand")]
    rest = [k for k in range(len(SECTORS)) if k not in services]
    change = [evidence.other_posts[k].sum() / evidence.posts[k].sum() - 1.0 for k in (services, rest)]
    return float(100 * (change[0] - change[1]))


def non_market_against_market(evidence: Evidence) -> float:
    return sector_change(evidence, "tertiaire_non_marchand") - sector_change(evidence, "tertiaire_marchand")


def hardest(evidence: Evidence, pcs: int, besides: tuple[int, ...] = ()) -> float:
    """Change of one PCS less that of the hardest hit of the others, in points."""
    others = [q for q in range(1, 7) if q != pcs and q not in besides]
    worst = min(change_of_posts(evidence, pcs_rows(q)) for q in others)
    return change_of_posts(evidence, pcs_rows(pcs)) - worst


def women_of_exposed_trades(evidence: Evidence) -> float:
    held = employed(evidence.base).sum(axis=2)[evidence.automatable >= EXPOSED_FROM].sum(axis=0)
    return float(100 * held[1] / held.sum())


def industry_exposure(evidence: Evidence) -> float:
    known = trades()
    held = employed(evidence.base).sum(axis=(1, 2))
    weights = held[:, None] * known.sector_shares
    by_sector = (weights * evidence.automatable[:, None]).sum(axis=0) / weights.sum(axis=0)
    region = (held * evidence.automatable).sum() / held.sum()
    return float(100 * (by_sector[SECTORS.index("industrie")] - region))


def filed(results: Results) -> NDArray[np.bool_]:
    month = results.files["month_filed"]
    return np.asarray((month >= results.months[0]) & (month <= results.months[-1]))


def more_files(evidence: Evidence, who: Callable[[Results], NDArray[np.bool_]]) -> float:
    """Files of some people, change to the reference in %, less the change of all files, in points."""

    def change(chosen: Callable[[Results], NDArray[np.bool_]]) -> float:
        base, other = (
            int((filed(results) & chosen(results)).sum()) for results in (evidence.base, evidence.other)
        )
        return 100 * (other / max(base, 1) - 1.0)

    return change(who) - change(lambda results: np.ones(results.files["sex"].size, bool))


def origin_in(results: Results, rows: NDArray[np.int64]) -> NDArray[np.bool_]:
    return np.isin(results.files["origin_occupation"], rows)


def non_market_trades() -> NDArray[np.int64]:
    shares = trades().sector_shares[:, SECTORS.index("tertiaire_non_marchand")]
    return np.flatnonzero(shares >= NON_MARKET_FROM)


def exposed_trades(evidence: Evidence) -> NDArray[np.int64]:
    return np.flatnonzero(evidence.automatable >= EXPOSED_FROM)


def to_digital_from_little_exposed(evidence: Evidence) -> float:
    files, digital = evidence.other.files, rows_of(DIGITAL)
    aims = np.isin(files["target_occupation"], digital) & ~origin_in(evidence.other, digital)
    worked = files["origin_occupation"] < evidence.automatable.size
    kept = filed(evidence.other) & aims & worked
    origin = files["origin_occupation"][kept].astype(np.int64)
    return float(100 * (evidence.automatable[origin] < EXPOSED_FROM).mean()) if kept.any() else math.nan


def leaving_digital_to_less_exposed(evidence: Evidence) -> float:
    files, digital = evidence.other.files, rows_of(DIGITAL)
    leaves = origin_in(evidence.other, digital) & ~np.isin(files["target_occupation"], digital)
    aims = files["target_occupation"] < evidence.automatable.size
    kept = filed(evidence.other) & leaves & aims
    if not kept.any():
        return math.nan
    ends = [files[f"{end}_occupation"][kept].astype(np.int64) for end in ("origin", "target")]
    return float(100 * (evidence.automatable[ends[1]] < evidence.automatable[ends[0]]).mean())


def skills_gained(evidence: Evidence, sectors: tuple[str, ...]) -> float:
    """Posts of units with AI that ask for more skills less those that ask for fewer, % of theirs."""

    def posts(change: str) -> float:
        found = [evidence.other.series[f"skills_{change}_{sector}"] for sector in sectors]
        return float(np.sum([values[np.flatnonzero(values)[-1]] if values.any() else 0 for values in found]))

    up, down, same = (posts(change) for change in ("up", "down", "same"))
    return 100 * (up - down) / max(up + down + same, 1.0)
