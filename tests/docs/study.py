"""docs/study-ptp.md and its figures, from a finished sweep: `python -m tests.docs.study FOLDER` writes them.

The sweep is `passerelles sweep ptp-robustness --out FOLDER`.  What stands outside the page's marks is kept.
Drawing needs vl-convert-python, which nothing else here needs: `pip install vl-convert-python`.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from sim.parameters import Registry
from sim.sweep.analysis import Asked, Findings, Study, findings, opened
from sim.views.sweep_charts import charts
from sim.views.sweep_labels import factor_label, factor_value, joined
from sim.views.sweep_report import sections, table
from sim.views.sweep_sentences import frontier_said, question_said, regret_said, shares_said, world_said
from sim.views.text import words

DOCS: Final = Path(__file__).parents[2] / "docs"
PAGE: Final = DOCS / "study-ptp.md"
PREFIX: Final = "study-ptp-"
BEGIN: Final = "<!-- study: written by python -m tests.docs.study FOLDER -->"
END: Final = "<!-- end of study -->"
T: Final = words("en")

DOUBLED: Final = ("double", "double with women and seniors", "double with exposed")
PER_MILLION: Final = "funded_net_per_million_eur"
COST, GROSS = "difference_committed_eur_per_year", "difference_durable_conversions_gross"
WORTH: Final = f"{PER_MILLION} > 15"
SPENT: Final = f"{COST} > 12_400_000"
"""Of 29 million more a year over five of the six years: half of the new money finds a file."""

HEAD: Final = f"""# A doubled PTP budget, whatever AI does

What a doubled budget of the *projet de transition professionnelle* changes is computed elsewhere in one
future at a time. Here it is asked of many: which uncertain assumption matters most, when is the doubled
budget robust, and where does it fail?

    passerelles sweep ptp-robustness --out FOLDER
    passerelles analyse FOLDER --where "{WORTH}"

Six years from January 2024; policies begin in January 2025, and a conversion is judged 24 months after the
decision, so that the decisions of three years are seen whole. All worlds of a future share assumptions and
draws, so that a difference has one cause. *Worth its money* means 15 additional durable conversions, less
those prevented, per million euros: at most some 67,000 EUR for one, or two and a half files. *Spent* means
that half of the new money found a file. Neither line is a law: the sweep is there to ask with others.
How to read the words: [what a sweep says](sweep-analysis.md).
"""


def asked_of(study: Study) -> Findings:
    """What the page says of the sweep."""
    return findings(study, Asked(policies=DOUBLED, questions=(WORTH, SPENT)))


def body(found: Findings, images: Mapping[str, str]) -> str:
    """The part of the page between its marks."""
    study = found.study
    lines = ["## In short", "", *_short(found), "", "## The design", ""]
    lines += ["Assumptions, drawn evenly over their range in the registry:"]
    lines += table(("assumption", "key", "values"), _factors(study), numbers=False)
    lines += ["Policies, each compared with the baseline (29 million euros a year, the published grid):"]
    lines += table(("policy", "what it sets"), _policies(study), numbers=False)
    return "\n".join([*lines, *sections(found, T, images)])


def _short(found: Findings) -> list[str]:
    main = [one for one in found.sensitivities if one.policy == "double" and one.output == PER_MILLION]
    worth = [one for one in found.discoveries if one.policy == "double"]
    said = [
        *(f"Additional conversions per million euros: {world_said(one, T)}" for one in main),
        *(f"`{one.question}`: {' '.join(question_said(one, T))}" for one in worth),
        *(shares_said(one, T) for one in found.shares if one.output == GROSS),
        *(line for one in found.regrets if one.output == PER_MILLION for line in regret_said(one, T)[1:]),
        *(frontier_said(found.frontier, T) if found.frontier else []),
    ]
    return [f"- {line}" for line in said]


def _factors(study: Study) -> list[tuple[str, str, str]]:
    rows = []
    for key, written in study.design["assumptions"]["factors"].items():
        if isinstance(written, dict):
            low, high = (factor_value(written[side], key, T) for side in ("low", "high"))
            shown = f"{low} to {high}"
        else:
            shown = joined([factor_value(value, key, T) for value in written], T, "sweep.or")
        rows.append((factor_label(key, T), f"`{key}`", shown))
    return rows


def _policies(study: Study) -> list[tuple[str, str]]:
    policies: Mapping[str, Mapping[str, Any]] = study.design["policies"]
    return [
        (name, "; ".join(_set(key, dated) for key, dated in moved.items()))
        for name, moved in policies.items()
    ]


def _set(key: str, dated: Any) -> str:
    (entry,) = dated
    unit = Registry.load()[key].unit
    value = factor_value(entry["value"], key, T) + (f" {unit}" if unit == "points" else "")
    return f"{factor_label(key, T)}: {value} from {entry['from']}"


def with_body(page: str, text: str) -> str:
    """The page with what stands between its marks written anew; raises ValueError where marks are missing."""
    before, rest = page.split(BEGIN)
    _, after = rest.split(END)
    return f"{before}{BEGIN}\n\n{text}\n\n{END}{after}"


def write(found: Findings, docs: Path = DOCS) -> list[Path]:
    """The page and its figures under ``docs``; figures of an earlier study go."""
    import vl_convert

    (docs / "images").mkdir(exist_ok=True)
    for old in (docs / "images").glob(f"{PREFIX}*.svg"):
        old.unlink()
    images: dict[str, str] = {}
    for name, spec in charts(found, T).items():
        images[name] = f"images/{PREFIX}{name}.svg"
        (docs / images[name]).write_text(vl_convert.vegalite_to_svg(spec), encoding="utf-8")
    page = docs / PAGE.name
    text = page.read_text(encoding="utf-8") if page.exists() else f"{HEAD}\n{BEGIN}\n{END}\n"
    page.write_text(with_body(text, body(found, images)), encoding="utf-8")
    return [page, *(docs / image for image in images.values())]


if __name__ == "__main__":
    for written in write(asked_of(opened(sys.argv[1]))):
        print(written.relative_to(DOCS.parent))
