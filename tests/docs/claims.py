"""What the white paper says of AI and work (its chapters 3 and 4.5), and how the model measures it.

A claim is a row of ``calibration/statistics.csv``; each measure says between which bounds the claim holds.
``tests/docs/claims_table.py`` runs the pairs and writes ``docs/claims.md``.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from sim.population.columns import SECTORS

# The tests of the documents import each other as neighbours.
sys.path.insert(0, str(Path(__file__).parent))

from claim_measures import (
    ADMINISTRATIVE,
    OFFICE,
    SALES,
    SENIOR_BANDS,
    TECHNICIANS,
    YOUNGER_BANDS,
    Evidence,
    by_sex,
    change_of_posts,
    displaced_of_women,
    exposed_trades,
    hardest,
    industry_exposure,
    layoffs_per_post,
    leaving_digital_to_less_exposed,
    loss_of,
    more_files,
    non_market_against_market,
    non_market_trades,
    origin_in,
    pcs_rows,
    rows_of,
    services_against_the_rest,
    skills_gained,
    task_ratio,
    to_digital_from_little_exposed,
    women_of_exposed_trades,
)

INF = math.inf


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
        "services hold most of the exposed tasks; new tasks in care and cheaper services give part of it "
        "back",
    ),
    Claim(
        "q_services_first", "non-market services above all",
        "posts of non-market less market services, differences to the reference", "points", -INF, 0.0,
        non_market_against_market,
        "market services hold more exposed tasks and adopt earlier, and new tasks go to care trades, which "
        "are non-market; that cheaper public work sells no more (its budget is set) weighs less",
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
        "over the jobs of 2021 the ratios are 2.4, 2.0 and 2.8; the model's clerical trades grow more "
        "feminine in its years of burn-in and history, since hiring follows the sex of those in place",
    ),
    Claim(
        "women_automation_ratio", "women two to three times as touched",
        "posts displaced per post held, women's over men's", "ratio", 2.0, 3.0, displaced_of_women,
        "as for tasks: clerical trades grow more feminine in the model",
    ),
    Claim(
        "q_women_augment_lower", "augmentation slightly lower for women's jobs",
        "augmentable tasks of women's jobs over men's", "ratio", 0.0, 1.0, by_sex(lambda e: e.augmentable),
        "men work more in manual trades, which AI hardly assists; the document's order is of occupations "
        "with a potential for augmentation in the world, not of tasks in the region",
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
        "posts of employés less those of the worst other PCS", "points", -INF, 0.0,
        lambda e: hardest(e, 5),
        "clerks hold half to two thirds of the automatable tasks, but care trades, employés too, gain the "
        "new tasks: in some draws cadres lose more",
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
