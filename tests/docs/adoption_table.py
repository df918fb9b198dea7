"""The tables of ``docs/adoption.md``: `python -m tests.docs.adoption_table` writes them again."""

from __future__ import annotations

from pathlib import Path

from calibration.adoption_of_jobs import Adoption, adoption, reweighted
from sim.adoption_paths import path_names
from sim.calendar import OPENING
from sim.parameters import Registry, parameters_in_force
from sim.population.columns import SIZE_CLASSES
from sim.provenance import statistic

PAGE = Path(__file__).parents[2] / "docs" / "adoption.md"
BEGIN, END = "<!-- tables: written by python -m tests.docs.adoption_table -->", "<!-- end of tables -->"
YEARS = (0, 1, 2, 4, 6, 8, 10)
SURVEYED = {
    24: ("ai_tic_10_49_2023", "ai_tic_50_249_2023", "ai_tic_250p_2023"),
    36: ("ai_adoption_insee_10_49", "ai_adoption_insee_50_249", "ai_adoption_insee_250"),
}
"""Month to the survey's shares of firms of 10-49, 50-249, 250 and more."""


def found(path: str, month: int) -> Adoption:
    """Adoption of the region on a path with all else at its value."""
    rules = parameters_in_force(Registry.load(), {"ai.adoption_path": [(OPENING, path)]}, OPENING)
    return adoption(rules, month)


def by_size() -> str:
    """The model against the survey, firms by size."""
    rows = ["| January | size | survey, France | model, region |", "|---|---|---|---|"]
    for month, keys in SURVEYED.items():
        shares = found("none", month).by_size[1:]
        for size, key, share in zip(SIZE_CLASSES[1:], keys, shares, strict=True):
            rows.append(f"| {2021 + month // 12} | {size} | {statistic(key).value} % | {100 * share:.1f} % |")
    return "\n".join(rows)


def by_year() -> str:
    """Each path by year: the path itself, units of ten and more of the region, all salaried jobs."""
    years = [2024 + year for year in YEARS]
    rows = ["| path | counted in | " + " | ".join(map(str, years)) + " |", "|---|---|" + "---|" * len(YEARS)]
    for path in path_names():
        points = [found(path, OPENING + 12 * year) for year in YEARS]
        for name, shares in (
            ("firms of ten and more, as the path says", [point.path for point in points]),
            ("units of ten and more, region", [point.firms for point in points]),
            ("jobs, region", [point.jobs for point in points]),
        ):
            rows.append(f"| `{path}` | {name} | " + " | ".join(f"{100 * s:.0f}" for s in shares) + " |")
    return "\n".join(rows)


def in_jobs() -> str:
    """The national share of employment in adopting firms, brought to the region."""
    done = reweighted()
    words = ("10-49", "50-249", "250 and more")
    shown = {
        side: ", ".join(f"{word} {100 * share:.0f} %" for word, share in zip(words, weights, strict=True))
        for side, weights in (("France", done.national), ("region", done.regional))
    }
    model = found("none", OPENING)
    return "\n".join(
        (
            f"- Employment of firms of ten and more by size of firm: France {shown['France']} (remembered); "
            f"region {shown['region']}.",
            f"- 40 % = {done.national[0]:.2f} x 9 % + {done.national[1]:.2f} x 15 % + "
            f"{done.national[2]:.2f} x a gives a = {100 * done.large_adopters:.0f} % of the jobs of the "
            "class of 250 and more.",
            f"- The region: {done.regional[0]:.2f} x 9 % + {done.regional[1]:.2f} x 15 % + "
            f"{done.regional[2]:.2f} x {100 * done.large_adopters:.0f} % = **{100 * done.share:.0f} %**.",
            f"- The model: **{100 * model.surveyed_jobs:.0f} %** of the jobs of private units of ten and "
            f"more outside farming, and {100 * model.jobs:.0f} % of all salaried jobs.",
        )
    )


def with_tables(text: str) -> str:
    """The page with its tables as the code has them; raises ValueError where the marks are missing."""
    before, rest = text.split(BEGIN)
    _, after = rest.split(END)
    parts = ("## Firms by size", by_size(), "## Jobs", in_jobs(), "## Paths by year, %", by_year())
    return before + BEGIN + "\n\n" + "\n\n".join(parts) + "\n\n" + END + after


if __name__ == "__main__":
    PAGE.write_text(with_tables(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
