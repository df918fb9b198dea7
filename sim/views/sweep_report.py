"""The report on a sweep: one Markdown text, for a terminal or a file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from sim.sweep.analysis.findings import Findings
from sim.sweep.analysis.frontier import Frontier
from sim.sweep.analysis.regret import Pairing, Regret
from sim.sweep.analysis.sensitivity import Sensitivity
from sim.sweep.analysis.study import Study
from sim.views.numbers import amount, plain
from sim.views.sweep_labels import (
    factor_label,
    figure_name,
    output_amount,
    output_label,
    policy_label,
    share,
    with_bounds,
)
from sim.views.sweep_sentences import (
    chance_said,
    frontier_said,
    index_shown,
    question_said,
    regret_said,
    shares_said,
    world_said,
)
from sim.views.text import Words

Lines = list[str]
Images = Mapping[str, str]

NO_IMAGES: Images = {}


def report(found: Findings, t: Words, files: Sequence[str] = ()) -> str:
    """The whole report; ``files``: names of those written beside it."""
    lines = [f"# {title_of(found.study, t)}", "", *sections(found, t)]
    if files:
        lines += ["", t("sweep.tables"), "", *(f"- `{name}`" for name in files)]
    return "\n".join(lines) + "\n"


def sections(found: Findings, t: Words, images: Images = NO_IMAGES) -> Lines:
    """The report without its title; ``images``: where the drawing of a figure lies, by the figure's name."""
    return [
        scope(found.study, t),
        *_unfinished(found.study, t),
        *_sensitivities(found.sensitivities, t, images),
        *_shares(found, t),
        *_questions(found, t, images),
        *_regrets(found.regrets, t, images),
        *(_frontier(found.frontier, t, images) if found.frontier else []),
        *_refused(found, t),
    ]


def title_of(study: Study, t: Words) -> str:
    """The design's title, or the folder's name."""
    title = study.design.get("title", {})
    return str(title.get(t.language) or study.folder.name)


def scope(study: Study, t: Words) -> str:
    """What the figures are figures of."""
    first = study.rows.iloc[0]
    return t(
        "sweep.scope",
        points=plain(len(study.points), t.language),
        replicates=len(study.replicates),
        policies=len(study.policies),
        scale=amount(float(first["scale"]), "share", t.language),
        months=int(first["months"]),
    )


def table(head: Sequence[str], rows: Iterable[Sequence[str]], *, numbers: bool = True) -> Lines:
    """A Markdown table; columns after the first are to the right where they hold ``numbers``."""
    rule = "|---" + ("|---:" if numbers else "|---") * (len(head) - 1) + "|"
    lines = ["", "| " + " | ".join(head) + " |", rule]
    return [*lines, *("| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in rows), ""]


def _unfinished(study: Study, t: Words) -> Lines:
    if study.done >= study.jobs:
        return []
    done, jobs = (plain(count, t.language) for count in (study.done, study.jobs))
    return ["", t("sweep.unfinished", done=done, jobs=jobs, share=share(study.done / study.jobs, t))]


def _sensitivities(found: Sequence[Sensitivity], t: Words, images: Images) -> Lines:
    if not found:
        return []
    lines = ["", f"## {t('sweep.title.sensitivity')}", "", t(f"sweep.method.{found[0].method}")]
    if any(index.low is not None for one in found for index in one.indices):
        lines.append(t("sweep.method.interval"))
    for output in dict.fromkeys(one.output for one in found):
        of_output = [one for one in found if one.output == output]
        lines += ["", f"### {output_label(output, t)}", ""]
        lines += _image(images, figure_name("sensitivity", output), output_label(output, t))
        for one in of_output:
            lines.append(f"- {world_said(one, t)} {chance_said(one, t)}")
        lines += _indices(of_output, t)
    return lines


def _indices(found: Sequence[Sensitivity], t: Words) -> Lines:
    """Factors by policy; first and total order both where there is one world and the method gives both."""
    measures = [found[0].main]
    if len(found) == 1 and found[0].main == "total":
        measures = ["first", "total"]
    head = [t("sweep.sensitivity.factor")]
    columns = []
    for one in found:
        for measure in measures:
            name = policy_label(one.policy, t)
            head.append(t(f"sweep.sensitivity.{measure}", factor=name) if len(measures) > 1 else name)
            show = index_shown(measure, one.output, t)
            cells = {i.factor: with_bounds(i.value, i.low, i.high, show) for i in one.of(measure)}
            columns.append(cells)
    factors = list(columns[0])
    return table(head, [[factor_label(f, t), *(cells[f] for cells in columns)] for f in factors])


def _shares(found: Findings, t: Words) -> Lines:
    if not found.shares:
        return []
    return [
        "",
        f"## {t('sweep.title.shares')}",
        "",
        *(f"- {shares_said(one, t)}" for one in found.shares),
    ]


def _questions(found: Findings, t: Words, images: Images) -> Lines:
    if not found.discoveries:
        return []
    lines = ["", f"## {t('sweep.title.boxes')}"]
    for number, question in enumerate(dict.fromkeys(one.question for one in found.discoveries), start=1):
        lines += ["", f"### `{question}`", ""]
        for one in found.discoveries:
            if one.question == question:
                first, *boxes = question_said(one, t)
                lines += [f"- {first}", *(f"  - {box}" for box in boxes)]
        for one in found.discoveries:
            if one.question == question:
                name = figure_name("where", str(number), one.policy)
                lines += _image(images, name, f"{question}, {policy_label(one.policy, t)}", before=True)
    return lines


def _regrets(found: Sequence[Regret], t: Words, images: Images) -> Lines:
    if not found:
        return []
    lines = ["", f"## {t('sweep.title.regret')}"]
    for one in found:
        lines += [
            "",
            f"### {output_label(one.output, t)}",
            "",
            *(f"- {said}" for said in regret_said(one, t)),
        ]
        lines += _image(images, figure_name("regret", one.output), output_label(one.output, t), before=True)
        lines += _regret_table(one, t)
        lines += [t("sweep.title.pairs"), *_pair_table(one, t)]
    return lines


def _regret_table(found: Regret, t: Words) -> Lines:
    names = ("policy", "mean", "spread", "worst", "regret_mean", "regret_most", "best")
    head = [t(f"sweep.column.{name}") for name in names]
    rows = []
    for one in found.policies:
        best = one.best if one.best_or_untold is None else one.best_or_untold
        amounts = [output_amount(v, found.output, t) for v in (one.mean, one.low, one.high, one.worst)]
        regrets = [output_amount(v, found.output, t).lstrip("+") for v in (one.regret_mean, one.regret_most)]
        spread = f"{amounts[1]} – {amounts[2]}" if one.low is not None else "–"
        rows.append([policy_label(one.policy, t), amounts[0], spread, amounts[3], *regrets, share(best, t)])
    return table(head, rows)


def _pair_table(found: Regret, t: Words) -> Lines:
    """Chances of rows against columns; in bold where the two are told apart."""
    names = [policy.policy for policy in found.policies]
    known = {(pair.one, pair.other): pair for pair in found.pairs}

    def cell(one: str, other: str) -> str:
        if one == other:
            return ""
        pair: Pairing = known.get((one, other)) or known[other, one]
        chance = share(pair.chance if pair.one == one else 1.0 - pair.chance, t)
        return f"**{chance}**" if pair.told else chance

    head = [t("sweep.column.policy"), *(policy_label(name, t) for name in names)]
    return table(head, [[policy_label(one, t), *(cell(one, other) for other in names)] for one in names])


def _frontier(found: Frontier, t: Words, images: Images) -> Lines:
    head = [
        t("sweep.column.policy"),
        output_label(found.cost, t),
        output_label(found.effect, t),
        t("sweep.column.dominated_by"),
    ]
    rows = [
        [
            policy_label(one.policy, t),
            with_bounds(one.cost, one.cost_low, one.cost_high, lambda v: output_amount(v, found.cost, t)),
            with_bounds(
                one.effect, one.effect_low, one.effect_high, lambda v: output_amount(v, found.effect, t)
            ),
            ", ".join(policy_label(name, t) for name in one.dominated_by),
        ]
        for one in found.places
    ]
    said = [f"- {line}" for line in frontier_said(found, t)]
    title = f"## {t('sweep.title.frontier')}"
    drawn = _image(images, figure_name("frontier"), t("sweep.title.frontier"), before=True)
    return ["", title, "", *said, *drawn, *table(head, rows), t("sweep.frontier.how")]


def _image(images: Images, name: str, words: str, *, before: bool = False) -> Lines:
    """The drawing of a figure, where there is one; ``before``: a blank line goes before, not after."""
    if name not in images:
        return []
    line = f"![{words}]({images[name]})"
    return ["", line] if before else [line, ""]


def _refused(found: Findings, t: Words) -> Lines:
    if not found.refused:
        return []
    faults = dict.fromkeys(fault.message(t.language) for fault in found.refused)
    return ["", f"## {t('sweep.refused')}", "", *(f"- {fault}" for fault in faults)]
