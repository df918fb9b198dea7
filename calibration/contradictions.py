"""Where the founding documents contradict themselves, and the arithmetic that settles it.

Each function is pure: it reads the statistics (`n`) or the population's tables (`t`) and returns what is
printed, what is kept, and the steps.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from calibration.exposure_of_jobs import Table, exposure_by_age, exposure_by_sector
from sim.population.tables import rows
from sim.provenance import Statistic, statistic

SECTORS = ("agriculture", "industrie", "construction", "tertiaire_marchand", "tertiaire_non_marchand")
PCS = ("agriculteurs", "artisans_commercants_chefs", "cadres", "prof_intermediaires", "employes", "ouvriers")

Number = Callable[[str], float]


@dataclass(frozen=True)
class Settlement:
    """`printed` stands in the document (`None` when words alone make the claim), `settled` enters the
    model; `steps` are the figures that decide."""

    about: str
    unit: str
    printed: float | None
    settled: float
    steps: Mapping[str, float]


def documented(key: str) -> float:
    """A statistic's value as a number."""
    row: Statistic = statistic(key)
    return row.number()


def industry_women(n: Number = documented) -> Settlement:
    """A mistyped digit: the men's share says so."""
    men = n("men_share_salaried_industrie")
    printed = n("women_share_salaried_industrie")
    return Settlement(
        "women among industry's salaried", "%", printed, round(100 - men, 2), {"sum_printed": printed + men}
    )


def non_market_women(n: Number = documented) -> Settlement:
    """Both shares are rounded down: the middle of what each allows."""
    women = n("women_share_salaried_tertiaire_non_marchand")
    from_men = 100 - n("men_share_salaried_tertiaire_non_marchand")
    steps = {"from_women": women, "from_men": round(from_men, 2)}
    return Settlement("women among non-market salaried", "%", women, round((women + from_men) / 2, 3), steps)


def sex_share_base(n: Number = documented) -> Settlement:
    """The shares are of salaried employment: only then do sectors, total and regional weights agree."""
    women = {s: n(f"women_share_salaried_{s}") for s in SECTORS}
    women["industrie"] = industry_women(n).settled
    women["tertiaire_non_marchand"] = non_market_women(n).settled
    on_salaried = sum(women[s] * n(f"salaried_{s}") for s in SECTORS) / n("salaried_total_occ_2021")
    on_totals = sum(women[s] * n(f"total_{s}") for s in SECTORS) / n("total_emp_occ_2021")
    region, france = n("salaried_total_occ_2021"), n("salaried_total_fr_2021")
    steps = {
        "on_salaried": on_salaried,
        "on_totals": on_totals,
        "women_region_over_france": 100
        * n("women_share_salaried_total_occ")
        * region
        / (n("women_share_salaried_total_fr") * france),
        "men_region_over_france": 100
        * n("men_share_salaried_total_occ")
        * region
        / (n("men_share_salaried_total_fr") * france),
    }
    printed = n("women_share_salaried_total_occ")
    return Settlement("women among salaried, all sectors", "%", printed, round(on_salaried, 2), steps)


def non_market_self_employed(n: Number = documented) -> Settlement:
    """A mistyped digit: the row's total, the column's total and the growth rates say so."""
    key = "nonsalaried_tertiaire_non_marchand"
    by_row = n("total_tertiaire_non_marchand") - n("salaried_tertiaire_non_marchand")
    by_column = n("nonsalaried_total_occ_2021") - sum(n(f"nonsalaried_{s}") for s in SECTORS[:-1])
    before = n("total_tertiaire_non_marchand") / (1 + n("evol1121_total_tertiaire_non_marchand") / 100)
    before -= n("salaried_tertiaire_non_marchand") / (1 + n("evol1121_salaried_tertiaire_non_marchand") / 100)
    by_growth = before * (1 + n("evol1121_nonsalaried_tertiaire_non_marchand") / 100)
    steps = {"by_row": by_row, "by_column": by_column, "by_growth": by_growth}
    return Settlement("non-market self-employed", "persons", n(key), by_row, steps)


def employment_base(n: Number = documented) -> Settlement:
    """2021 is the base; the 1,132,000 salaried of the identity card match no scope of the same document."""
    total = n("salaried_total_occ_2021") + n("nonsalaried_total_occ_2021")
    steps = {
        "sum_of_sectors": sum(n(f"total_{s}") for s in SECTORS),
        "end_of_2022": n("salaried_private_occ_2022q4") + n("salaried_public_occ_2022q4"),
        "card_over_salaried": n("salaried_carte_identite") / n("salaried_total_occ_2021"),
    }
    return Settlement("jobs", "persons", n("salaried_carte_identite"), total, steps)


def sum_by_pcs(n: Number = documented) -> float:
    """Sum of the region's shares by PCS, in per cent."""
    return sum(n(f"pcs_share_{p}_occ") for p in PCS)


def pcs_shares(n: Number = documented) -> Settlement:
    """Shares by PCS pass 100 in the region and miss it in France: renormalise."""
    region = sum_by_pcs(n)
    france = sum(n(f"pcs_share_{p}_fr") for p in PCS)
    salaried = sum(n(f"salaried_share_{s}_fr") for s in SECTORS)
    steps = {"france": round(france, 2), "france_by_sector": round(salaried, 2)}
    return Settlement("sum of shares by PCS", "%", round(region, 2), 100.0, steps)


def farmers(n: Number = documented) -> Settlement:
    """Two censuses disagree on farmers: both are kept, salaried farm jobs bend by 20 %."""
    total = n("total_emp_occ_2021")
    by_pcs = n("pcs_share_agriculteurs_occ") / round(sum_by_pcs(n), 2) * total
    steps = {"gap": by_pcs - n("nonsalaried_agriculture"), "tolerance": 0.2 * n("salaried_agriculture")}
    return Settlement("farmers", "persons", n("nonsalaried_agriculture"), round(by_pcs), steps)


def self_employed_share(n: Number = documented) -> Settlement:
    """PCS 1 and 2 are fewer than the self-employed: status is a column of its own."""
    by_pcs = n("pcs_share_agriculteurs_occ") + n("pcs_share_artisans_commercants_chefs_occ")
    by_status = 100 * n("nonsalaried_total_occ_2021") / n("total_emp_occ_2021")
    return Settlement(
        "self-employed", "%", round(by_pcs, 2), round(by_status, 2), {"gap": by_status - by_pcs}
    )


def digital_jobs(n: Number = documented) -> Settlement:
    """65,000 counts the salaried of the sector's firms, 110,000 the jobs: two scopes, the wider one kept."""
    return Settlement(
        "digital jobs",
        "jobs",
        n("digital_salaried"),
        n("digital_jobs_postface"),
        {"found_2022": n("digital_occ_2022")},
    )


def opco_actions(n: Number = documented) -> Settlement:
    """172,000 is once 2024 and once both years: 2024 lies between the two readings; the middle."""
    both = n("opco_actions_2023_2024")
    low = both - n("opco_actions_2023")
    return Settlement(
        "OPCO digital actions in 2024",
        "actions",
        n("opco_actions_2024"),
        (low + both) / 2,
        {"low": low, "high": both},
    )


def second_wave(n: Number = documented) -> Settlement:
    """Of the 87,000 students of the second wave, 68,000 are adults reskilled by one project."""
    adults = n("cma_trained_adoptia")
    parts = sum(n(f"cma_trained_{name}") for name in ("adoptia", "normanthiia", "tiare", "cap_ia"))
    steps = {"adults": adults, "sum_of_projects": parts}
    return Settlement("students of the second wave", "persons", n("cma2_trained"), parts - adults, steps)


def labour_supply(n: Number = documented) -> Settlement:
    """Entries and migration less exits fall short of the growth of posts: participation carries the rest."""
    years, migration = 11, 4.0
    supply = (n("entrants_2030") + migration - n("retire_share_2030")) / years
    posts = n("netjobs_2030") / years
    steps = {
        "entries": n("entrants_2030") / years,
        "migration": migration / years,
        "exits": n("retire_share_2030") / years,
        "missing": posts - supply,
    }
    return Settlement("yearly growth of labour supply", "% of jobs", round(supply, 2), round(posts, 2), steps)


def public_servants(n: Number = documented, t: Table = rows) -> Settlement:
    """The first flow announced has no scheme: PTP, TransCo and the resignation scheme are private.

    A public employee may hold a CDI or a CDD, so the contracts of ``schemes.toml`` do not shut him out:
    the engine's rule on status does.  Opening a scheme to the public service is a matter of law.
    """
    share = 100 * n("salaried_public_occ_2022q4") / n("salaried_total_occ_2022q4")
    heads: defaultdict[str, int] = defaultdict(int)
    for cell in t("population_cells"):
        heads[cell["status"]] += int(cell["heads"])
    public = heads["public"] + heads["civil_servant"]
    steps = {
        "printed_public_share": n("public_share_occ"),
        "in_population": 100 * public / (public + heads["private"]),
    }
    return Settlement("salaried without a scheme", "%", 0.0, round(share, 2), steps)


def rank_of_non_market(exposure: Mapping[str, float]) -> int:
    """1 when no sector is more exposed than non-market services."""
    return 1 + sum(exposure[s] > exposure["tertiaire_non_marchand"] for s in SECTORS)


def non_market_exposure(t: Table = rows) -> Settlement:
    """ "The most exposed" depends on the study and on what is counted: the source is a switch.

    Counted in occupations of the highest gradient (ILO 2025) non-market services lead, by 0.2 point and no
    longer among salaried alone; counted in occupations by ILO 2023 they come after market services.  The
    model counts tasks, which leave them second under the three values of ``ai.exposure_source``, the
    document's own list among them: they differ in level (twice as much in ILO 2025) and in their distance to
    market services, hence a dimension of uncertainty.
    """
    measures = {
        "occupations_2025": "gradient_4_share_2025",
        "occupations_2023": "automation_occupation_share_2023",
        "tasks_2025": "automation_share_2025",
        "tasks_2023": "automation_share_2023",
        "tasks_white_paper": "automation_share_white_paper",
    }
    steps: dict[str, float] = {}
    for name, measure in measures.items():
        exposure = exposure_by_sector(measure, t)
        steps[f"{name}_non_market"] = exposure["tertiaire_non_marchand"]
        steps[f"{name}_market"] = exposure["tertiaire_marchand"]
        steps[f"{name}_all"] = exposure["all"]
        steps[f"{name}_rank"] = rank_of_non_market(exposure)
    salaried = exposure_by_sector(measures["occupations_2025"], t, salaried_only=True)
    steps["occupations_2025_rank_among_salaried"] = rank_of_non_market(salaried)
    settled = max(rank for name, rank in steps.items() if name.startswith("tasks") and name.endswith("rank"))
    return Settlement("exposure of non-market services", "rank of five sectors", 1.0, settled, steps)


def senior_exposure(t: Table = rows) -> Settlement:
    """Tasks do not single seniors out: they are hit through hiring, training and reassignment.

    The document writes "disproportionate" without a figure.  Jobs hold as many exposed tasks at 50 and over
    as below, so exposure has no age.  What the engine weighs by age: the return to work
    (``matching.jobless_50_59_ratio``) and the years left for a training to pay
    (``applications.career_end_age_years``).  Reassignment inside the firm has no age there either.
    """
    steps: dict[str, float] = {}
    for vintage in ("2023", "2025", "white_paper"):
        exposure = exposure_by_age(f"automation_share_{vintage}", t)
        steps[f"senior_{vintage}"] = exposure["senior"]
        steps[f"younger_{vintage}"] = exposure["younger"]
        steps[f"ratio_{vintage}"] = exposure["senior"] / exposure["younger"]
    return Settlement(
        "exposed tasks at 50 and over, against below", "ratio", None, round(steps["ratio_2023"], 2), steps
    )


SETTLEMENTS: Mapping[str, Callable[[], Settlement]] = {
    function.__name__: function
    for function in (
        industry_women,
        non_market_women,
        sex_share_base,
        non_market_self_employed,
        employment_base,
        pcs_shares,
        farmers,
        self_employed_share,
        digital_jobs,
        opco_actions,
        second_wave,
        labour_supply,
        public_servants,
        non_market_exposure,
        senior_exposure,
    )
}
