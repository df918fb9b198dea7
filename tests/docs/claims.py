"""What the white paper says of AI and work (its chapters 3 and 4.5), and how the model measures it.

A claim is a row of ``calibration/statistics.csv``; each measure says between which bounds the claim holds.
``tests/docs/claims_table.py`` runs the pairs and writes ``docs/claims.md``.
"""

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

INF = math.inf
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


@dataclass(frozen=True)
class Claim:
    """One measure of one claim: it holds when the measure lies between ``low`` and ``high``, bounds apart."""

    statistic: str
    says: str
    measured: str
    unit: str
    low: float
    high: float
    measure: Callable[[Evidence], float]
    why: str


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
    kept = filed(evidence.other) & aims
    origin = files["origin_occupation"][kept].astype(np.int64)
    return float(100 * (evidence.automatable[origin] < EXPOSED_FROM).mean()) if kept.any() else math.nan


def leaving_digital_to_less_exposed(evidence: Evidence) -> float:
    files, digital = evidence.other.files, rows_of(DIGITAL)
    leaves = origin_in(evidence.other, digital) & ~np.isin(files["target_occupation"], digital)
    kept = filed(evidence.other) & leaves
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


OTHER_SECTORS = tuple(sector for sector in SECTORS if sector != "industrie")

NOT_MEASURED = {
    "q_value_added": "the model counts posts, not what remains of the work inside them",
    "q_low_skill_double": "two opposed readings in one sentence; preparation for change is not in the model",
    "q_social_dialogue": "no mechanism represents social dialogue",
    "q_girls_services": "who studies what is given, not chosen, in the model",
    "q_ai_dev_level": "the model has forty groups of trades and no developers of AI apart",
    "q_psych": "people leave jobs at observed rates; the cost of displacement is not represented",
}
"""Claims of chapters 3 and 4.5 that no quantity of the model speaks of, and why."""

CLAIMS: tuple[Claim, ...] = (
    Claim(
        "q_no_mass_destruction", "no massive destruction of jobs",
        "posts wanted, difference to the reference", "%", -5.0, INF,
        lambda e: change_of_posts(e, np.arange(40)),
        "a great displacement share, deep use and rigid demand together pass 5 %: no figure excludes them",
    ),
    Claim(
        "q_no_mass_destruction", "few lay-offs: posts go by departures and reassignment",
        "lay-offs more than in the reference, per 100 posts displaced or saved", "", -INF, 25.0,
        layoffs_per_post,
        "a short delay before lay-offs (`ai.adjustment_months`) leaves departures no time",
    ),
    Claim(
        "ilo_augment_jobs", "augmentation above automation",
        "augmentable over automatable tasks of the region's jobs", "ratio", 1.0, INF, task_ratio,
        "the scores of 2025 rate fewer tasks in the middle: about as many are automatable as augmentable",
    ),
    Claim(
        "q_manual_grow", "maintenance, logistics and manual jobs grow",
        "posts of ouvriers, difference to the reference", "%", 0.0, INF,
        lambda e: change_of_posts(e, pcs_rows(6)),
        "cheaper work lets their sectors sell more, but those of their own tasks that AI helps with need "
        "fewer hands; which prevails turns on the price elasticity",
    ),
    Claim(
        "q_seniors_disproportionate", "seniors hit disproportionately",
        "employment at 50 and over less that below, differences to the reference", "points", -INF, 0.0,
        lambda e: loss_of(e, SENIOR_BANDS) - loss_of(e, YOUNGER_BANDS),
        "exposed tasks are flat by age, lay-offs spare tenure and closed openings hit those who look for a "
        "first post; the document argues from prejudice, which enters through the return to work alone",
    ),
    Claim(
        "q_services_first", "services most transformed",
        "posts of services less the other sectors, differences to the reference", "points", -INF, 0.0,
        services_against_the_rest,
        "services hold most of the exposed tasks; new tasks in care and cheaper services give part of it back",
    ),
    Claim(
        "q_services_first", "non-market services above all",
        "posts of non-market less market services, differences to the reference", "points", -INF, 0.0,
        non_market_against_market,
        "market services hold more exposed tasks and adopt earlier, and new tasks go to care trades, which are "
        "non-market; that cheaper public work sells no more (its budget is set) weighs less",
    ),
    Claim(
        "q_services_first", "office workers first, technicians after",
        "posts of clerks (E01 to E04) less technicians, differences to the reference", "points", -INF, 0.0,
        lambda e: change_of_posts(e, rows_of(OFFICE)) - change_of_posts(e, rows_of(TECHNICIANS)),
        "clerks lead under every source",
    ),
    Claim(
        "q_services_first", "office workers first, sales after",
        "posts of clerks (E01 to E04) less sales (D09, E06), differences to the reference", "points",
        -INF, 0.0,
        lambda e: change_of_posts(e, rows_of(OFFICE)) - change_of_posts(e, rows_of(SALES)),
        "clerks lead under every source",
    ),
    Claim(
        "q_admin_headcount_fall", "administrative headcount falls",
        "posts of E01, E02, E04, D06, D08, difference to the reference", "%", -INF, 0.0,
        lambda e: change_of_posts(e, rows_of(ADMINISTRATIVE)),
        "their tasks are the most exposed and their sectors' demand little elastic",
    ),
    Claim(
        "women_automation_ratio", "women two to three times as touched",
        "automatable tasks of women's jobs over men's", "ratio", 2.0, 3.0, by_sex(lambda e: e.automatable),
        "over the jobs of 2021 the ratios are 2.4, 2.0 and 2.8; the model's clerical trades grow more feminine "
        "in its years of burn-in and history, since hiring follows the sex of those in place",
    ),
    Claim(
        "women_automation_ratio", "women two to three times as touched",
        "posts displaced per post held, women's over men's", "ratio", 2.0, 3.0, displaced_of_women,
        "as for tasks: clerical trades grow more feminine in the model",
    ),
    Claim(
        "q_women_augment_lower", "augmentation slightly lower for women's jobs",
        "augmentable tasks of women's jobs over men's", "ratio", 0.0, 1.0, by_sex(lambda e: e.augmentable),
        "men work more in manual trades, which AI hardly assists; the document's order is of occupations with "
        "a potential for augmentation in the world, not of tasks in the region",
    ),
    Claim(
        "q_upskill_except_manuf", "skill demand rises outside manufacturing",
        "posts of adopters that ask for more skills less those that ask for fewer, outside industry", "%",
        0.0, INF, lambda e: skills_gained(e, OTHER_SECTORS),
        "where AI automates more than it assists, what is left of a post asks for less",
    ),
    Claim(
        "q_upskill_except_manuf", "and falls in manufacturing",
        "posts of adopters that ask for more skills less those that ask for fewer, industry", "%",
        -INF, 0.0, lambda e: skills_gained(e, ("industrie",)),
        "the sources rate generative AI, which assists industry's office trades; robots and vision are "
        "outside",
    ),
    Claim(
        "q_limited_obsolescence", "manufacturing among the most affected by automation",
        "automatable tasks of industry less the region's mean", "points", 0.0, INF, industry_exposure,
        "the OECD's case studies count all AI, vision and robots included; these sources rate generative AI",
    ),
    Claim(
        "q_threat_feminised", "the trades most hit are very feminised",
        "women in trades with a tenth of tasks automatable or more", "%", 60.0, 100.0,
        women_of_exposed_trades,
        "the scores of 2025 bring in engineers, brokers and drivers",
    ),
    Claim(
        "q_pcs_hardest", "employés hit hardest",
        "posts of employés less those of the worst other PCS", "points", -INF, 0.0, lambda e: hardest(e, 5),
        "clerks hold half to two thirds of the automatable tasks, but care trades, employés too, gain the new "
        "tasks: in some draws cadres lose more",
    ),
    Claim(
        "q_pcs_hardest", "professions intermédiaires second",
        "posts of intermediate professions less those of the worst other PCS but employés", "points",
        -INF, 0.0, lambda e: hardest(e, 4, besides=(5,)),
        "cadres (ILO 2025, the list) or shop owners (ILO 2023) come second; nurses, social workers and "
        "computer technicians, intermediate too, gain the new tasks",
    ),
    Claim(
        "q_flow1", "a flow of reconversions from non-market services",
        "files from trades mostly of non-market services, change beyond that of all files", "points",
        0.0, INF,
        lambda e: more_files(e, lambda r: origin_in(r, non_market_trades())),
        "public servants cannot use these schemes, and people ask for other reasons than AI (pay, placement)",
    ),
    Claim(
        "q_flow2", "a flow of reconversions of women",
        "files of women, change beyond that of all files", "points", 0.0, INF,
        lambda e: more_files(e, lambda r: r.files["sex"] == 1),
        "applications answer pay, placement and acceptance, which AI moves little; no fear of AI is modelled",
    ),
    Claim(
        "q_flow3", "a flow of reconversions of seniors",
        "files at 50 and over, change beyond that of all files", "points", 0.0, INF,
        lambda e: more_files(e, lambda r: r.files["age_years"] >= 50),
        "few years are left for a training to pay, and no prejudice pushes seniors out",
    ),
    Claim(
        "q_flow4", "a flow of reconversions from repetitive jobs",
        "files from exposed trades, change beyond that of all files", "points", 0.0, INF,
        lambda e: more_files(e, lambda r: origin_in(r, exposed_trades(e))),
        "exposed trades hold fewer people when posts go, so fewer can file",
    ),
    Claim(
        "q_digital_origin_low_impact", "candidates to digital trades come mainly from little exposed ones",
        "files to C03 and D10 from trades with under a tenth of tasks automatable", "%", 50.0, 100.0,
        to_digital_from_little_exposed,
        "in the model digital trades draw on clerks and intermediate professions, by distance and pay",
    ),
    Claim(
        "q_from_digital_manual", "those who leave digital trades go to manual or relational ones",
        "files from C03 and D10 to a less exposed trade", "%", 50.0, 100.0, leaving_digital_to_less_exposed,
        "only where digital trades are counted as exposed can a move be away from exposure",
    ),
)  # fmt: skip
