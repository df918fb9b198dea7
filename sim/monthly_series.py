"""The monthly series of a run: name, unit and meaning, said once."""

from __future__ import annotations

from dataclasses import dataclass

from sim.population.columns import SECTORS
from sim.schemes.routes import routes
from sim.schemes.rules import schemes


@dataclass(frozen=True)
class Series:
    """One monthly series of the whole run; ``dtype`` is that of its array."""

    name: str
    dtype: str
    unit: str
    fr: str
    en: str


SERIES: tuple[Series, ...] = (
    Series("hires", "int64", "heads", "embauches", "hires"),
    Series("separations", "int64", "heads", "fins d'emploi", "separations"),
    Series(
        "occupation_changes",
        "int64",
        "heads",
        "changements de groupe de métiers",
        "changes of occupation group",
    ),
    Series(
        "hires_job_to_job", "int64", "heads", "embauches de personnes en emploi", "hires of people in a job"
    ),
    Series(
        "retirements_employed",
        "int64",
        "heads",
        "départs à la retraite depuis un emploi",
        "retirements from a job",
    ),
    Series("exits", "int64", "heads", "sorties définitives de la population", "people who leave for good"),
    Series("ends_of_career", "int64", "heads", "fins de carrière", "ends of career"),
    Series("entries", "int64", "heads", "entrées dans la population", "entries into the population"),
    Series(
        "businesses_created",
        "int64",
        "heads",
        "entreprises créées ou reprises",
        "businesses created or taken over",
    ),
    Series("training_starts", "int64", "heads", "entrées en formation", "starts of training"),
    Series(
        "jobseekers_enrolled",
        "int64",
        "heads",
        "entrées en formation de personnes sans emploi",
        "people without a post who start a course",
    ),
    Series(
        "trainees_without_post",
        "int64",
        "heads",
        "personnes sans emploi en formation, en fin de mois",
        "people without a post in a course, end of the month",
    ),
    Series(
        "places_needed",
        "int64",
        "files",
        "dossiers en attente d'une place",
        "files that wait for a seat",
    ),
    Series(
        "seats_taken_from_others",
        "int64",
        "seats",
        "places sous quota données à des stagiaires financés, moins celles rendues",
        "seats of quotas given to funded trainees, less those that came back",
    ),
    *(
        Series(f"{name}_{code}", "int64", unit, f"{fr}, {code}", f"{en}, {code}")
        for code, quota in zip(routes().codes, routes().quota.tolist(), strict=True)
        for name, unit, fr, en, kept in (
            ("places_needed", "files", "dossiers en attente d'une place", "files that wait for a seat", True),
            ("seats_taken", "seats", "places sous quota prises", "seats of a quota taken", quota == 1),
        )
        if kept
    ),
    Series(
        "titles_by_experience", "int64", "heads", "titres obtenus par la VAE", "titles by experience (VAE)"
    ),
    Series("are_rights_opened", "int64", "heads", "ouvertures de droits à l'ARE", "rights to ARE opened"),
    Series("are_recipients", "int64", "heads", "bénéficiaires de l'ARE", "recipients of ARE"),
    Series(
        "founders_paid_are",
        "int64",
        "heads",
        "créateurs d'entreprise qui gardent une part de leur ARE",
        "founders who draw part of their ARE meanwhile",
    ),
    Series(
        "founders_paid_arce",
        "int64",
        "heads",
        "créateurs payés d'une moitié de leur capital (ARCE)",
        "founders paid half of their capital (ARCE)",
    ),
    Series("posts_removed_ai", "int64", "posts", "postes supprimés du fait de l'IA", "posts removed by AI"),
    Series(
        "layoffs",
        "int64",
        "heads",
        "licenciements dus aux suppressions de postes",
        "lay-offs after posts are removed",
    ),
    Series("redeployed", "int64", "heads", "reclassements internes", "people redeployed inside their unit"),
    Series(
        "unfilled_departures",
        "int64",
        "posts",
        "postes supprimés par l'IA quand leur titulaire est parti, sans être remplacé",
        "posts removed by AI that went when whoever held them left and was not replaced",
    ),
    Series(
        "closed_ai",
        "int64",
        "posts",
        "postes vacants supprimés par l'IA depuis l'ouverture et fermés depuis, en fin de mois",
        "posts removed by AI since the opening while they were open, and closed still, end of the month",
    ),
    Series(
        "posts_opened_ai",
        "int64",
        "posts",
        "postes que l'IA ouvre (prix, nouvelles tâches), au-delà de ceux qu'elle avait supprimés",
        "posts that AI opens (prices, new tasks), beyond those that it had removed",
    ),
    Series(
        "posts_cut_ai",
        "int64",
        "posts",
        "postes que l'IA supprime dans le mois, moins ceux qu'elle rend, à tendance égale",
        "posts that AI removes within the month, less those it gives back, for the same trend",
    ),
    Series(
        "redeployed_ai",
        "int64",
        "heads",
        "reclassements internes dus à l'IA",
        "people redeployed because of AI",
    ),
    Series(
        "contracts_ended_ai",
        "int64",
        "heads",
        "contrats temporaires arrêtés du fait de l'IA",
        "temporary contracts ended because of AI",
    ),
    Series("layoffs_ai", "int64", "heads", "licenciements dus à l'IA", "lay-offs because of AI"),
    Series(
        "surplus_ai",
        "int64",
        "posts",
        "postes supprimés par l'IA depuis l'ouverture et encore occupés, en fin de mois",
        "posts removed by AI since the opening and still held, at the end of the month",
    ),
    Series("hires_15_24", "int64", "heads", "embauches de moins de 25 ans", "hires of people under 25"),
    Series(
        "beginners_turned_away",
        "int64",
        "heads",
        "candidatures de moins de 25 ans écartées du fait de l'IA",
        "applications under 25 turned away because of AI",
    ),
    Series(
        "vacancies", "int64", "posts", "postes vacants en fin de mois", "vacant posts at the end of the month"
    ),
    Series(
        "posts_given_up",
        "int64",
        "posts",
        "postes rendus par les unités en surnombre",
        "posts given up by units above their target",
    ),
    Series("posts_above_target", "int64", "posts", "postes au-dessus de la cible", "posts above target"),
    Series("posts_wanted", "int64", "posts", "postes, pourvus ou vacants", "posts, filled or vacant"),
    Series(
        "vacancies_private", "int64", "posts", "postes vacants du privé", "vacant posts of private employers"
    ),
    Series(
        "units_10_plus", "int64", "units", "unités privées de dix et plus", "private units of ten and more"
    ),
    Series("units_10_plus_with_ai", "int64", "units", "dont utilisent l'IA", "of which use AI"),
    Series("jobs_salaried", "int64", "posts", "postes salariés", "salaried posts"),
    Series(
        "jobs_in_units_with_ai",
        "int64",
        "posts",
        "dont dans des unités qui utilisent l'IA",
        "of which in units that use AI",
    ),
    *(
        Series(
            f"skills_{change}_{part}",
            "int64",
            "posts",
            f"postes d'unités utilisant l'IA, compétences {fr}, {part}, en décembre",
            f"posts of units with AI, skills {en}, {part}, in December",
        )
        for part in (*SECTORS, *(f"pcs{n}" for n in range(1, 7)))
        for change, fr, en in (
            ("same", "inchangées", "the same"),
            ("up", "plus élevées", "higher"),
            ("down", "moindres", "lower"),
        )
    ),
    *(
        Series(f"{name}_{scheme}", "int64", unit, f"{fr}, {scheme}", f"{en}, {scheme}")
        for scheme in (entry.name for entry in schemes())
        for name, unit, fr, en in (
            ("files_received", "files", "dossiers reçus", "files received"),
            ("files_funded", "files", "dossiers financés", "files funded"),
            ("committed_eur_cents", "euro cents", "engagé", "committed"),
            ("released_eur_cents", "euro cents", "libéré par les abandons", "released by drop-outs"),
        )
    ),
)
