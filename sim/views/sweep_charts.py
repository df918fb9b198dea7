"""Figures of a report on a sweep, as Vega-Lite; titles say the finding, colours and shapes both tell.

Pure functions of findings.  Colours as everywhere in the project (:mod:`sim.views.charts`).
"""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import Any

import altair as alt
import pandas as pd

from sim.parameters import Registry
from sim.sweep.analysis.boxes import Box, Discovery, Limit
from sim.sweep.analysis.findings import Findings
from sim.sweep.analysis.frontier import Frontier
from sim.sweep.analysis.regret import Regret
from sim.sweep.analysis.sensitivity import Sensitivity
from sim.sweep.analysis.study import unit
from sim.views.charts import BETTER, INK, UNTOLD, WORSE, localised
from sim.views.sweep_labels import factor_label, factor_value, figure_name, output_label, policy_label
from sim.views.sweep_sentences import (
    SHARES_OF_VARIANCE,
    frontier_said,
    question_said,
    regret_said,
    world_said,
)
from sim.views.text import Words

Spec = dict[str, Any]

TITLE_CHARACTERS = 90
WIDTH = 460


def charts(found: Findings, t: Words) -> dict[str, Spec]:
    """Every figure that the findings allow, by the name of its file."""
    specs: dict[str, Spec] = {}
    for output in dict.fromkeys(one.output for one in found.sensitivities):
        of_output = [one for one in found.sensitivities if one.output == output]
        draw = tornado_chart if of_output[0].method == "one_at_a_time" else sensitivity_chart
        specs[figure_name("sensitivity", output)] = draw(of_output, t)
    questions = list(dict.fromkeys(one.question for one in found.discoveries))
    for one in found.discoveries:
        if one.boxes:
            number = str(questions.index(one.question) + 1)
            specs[figure_name("where", number, one.policy)] = box_chart(one, t)
    for regret in found.regrets:
        specs[figure_name("regret", regret.output)] = regret_chart(regret, t)
    if found.frontier:
        specs[figure_name("frontier")] = frontier_chart(found.frontier, t)
    return specs


def sensitivity_chart(found: Sequence[Sensitivity], t: Words) -> Spec:
    """Bars of the main index by factor with its interval, a panel a policy."""
    main = found[0].main
    rows = [
        {
            "policy": policy_label(one.policy, t),
            "factor": factor_label(index.factor, t),
            "value": index.value,
            "low": index.value if index.low is None else index.low,
            "high": index.value if index.high is None else index.high,
        }
        for one in found
        for index in one.of(main)
    ]
    form = ".0%" if main in SHARES_OF_VARIANCE else ",.3~f"
    y = alt.Y("factor:N", sort=_order(rows), title=None, axis=alt.Axis(labelLimit=320))
    x = alt.X("value:Q", title=t(f"sweep.chart.{main}"), axis=alt.Axis(format=form))
    tips = [
        alt.Tooltip("factor:N"),
        *(alt.Tooltip(f"{name}:Q", format=form) for name in ("value", "low", "high")),
    ]
    bars = alt.Chart().mark_bar(color=INK, opacity=0.75).encode(x=x, y=y, tooltip=tips)
    rules = alt.Chart().mark_rule(strokeWidth=2, color="#161616").encode(x="low:Q", x2="high:Q", y=y)
    return _panels(bars + rules, pd.DataFrame(rows), _sensitivity_title(found, t), t)


def tornado_chart(found: Sequence[Sensitivity], t: Words) -> Spec:
    """Change of the output at each value of each factor, a panel a policy, the widest factor first."""
    rows = [
        {
            "policy": policy_label(one.policy, t),
            "factor": factor_label(index.factor, t),
            "at": _level(index.factor, index.other, t),
            "value": index.value,
            "zero": 0.0,
            "way": "+" if index.value >= 0 else "-",
        }
        for one in found
        for index in one.of("level")
    ]
    y = alt.Y("factor:N", sort=_order(rows), title=None, axis=alt.Axis(labelLimit=320))
    colour = alt.Color("way:N", legend=None, scale=alt.Scale(domain=["+", "-"], range=[INK, WORSE]))
    bars = alt.Chart().mark_bar(opacity=0.8).encode(
        x=alt.X("value:Q", title=t("sweep.chart.level")), x2="zero:Q", y=y, color=colour,
        tooltip=["factor:N", "at:N", alt.Tooltip("value:Q", format=",.3~f")],
    )  # fmt: skip
    names = alt.Chart().mark_text(align="left", dx=4, fontSize=10).encode(x="value:Q", y=y, text="at:N")
    return _panels(bars + names, pd.DataFrame(rows), _sensitivity_title(found, t), t)


def box_chart(found: Discovery, t: Words) -> Spec:
    """Futures over the two factors that limit the box most, and the box where both are numbers."""
    # The side that is more of a box.
    box = max(found.boxes.values(), key=lambda box: box.coverage * box.density / (box.coverage + box.density))
    first, second = _two_factors(box, found.answers)
    words = {True: t("sweep.chart.holds"), False: t("sweep.chart.fails")}
    frame = pd.DataFrame(
        {"x": found.answers[first], "y": found.answers[second], "answer": found.answers["holds"].map(words)}
    )
    domain, colours = [words[True], words[False]], [BETTER, WORSE]
    for name, key in (("x", first), ("y", second)):
        if not pd.api.types.is_numeric_dtype(frame[name]):
            frame[name] = [factor_value(value, key, t) for value in frame[name]]
    x, y = (_axis(name, key, frame[name], t) for name, key in (("x", first), ("y", second)))
    points = (
        alt.Chart(frame)
        .mark_point(filled=True, size=45, opacity=0.85)
        .encode(
            x=alt.X(**x),
            y=alt.Y(**y),
            color=alt.Color("answer:N", title=None, scale=alt.Scale(domain=domain, range=colours)),
            shape=alt.Shape(
                "answer:N", title=None, scale=alt.Scale(domain=domain, range=["circle", "cross"])
            ),
        )
    )
    rectangle = _rectangle(box, first, second, found.answers)
    layers = [points] if rectangle is None else [rectangle, points]
    said = [f"{found.question}: {line}" if n == 0 else line for n, line in enumerate(question_said(found, t))]
    chart = alt.layer(*layers).properties(width=WIDTH, height=320, title=_title(said))
    return localised(chart, t.language)


def regret_chart(found: Regret, t: Words) -> Spec:
    """Each policy over futures: mean, 90 % of futures, worst case."""
    rows = [
        {
            "policy": policy_label(one.policy, t),
            "mean": one.mean,
            "low": one.mean if one.low is None else one.low,
            "high": one.mean if one.high is None else one.high,
            "worst": one.worst,
            "regret": one.regret_most,
        }
        for one in found.policies
    ]
    frame = pd.DataFrame(rows)
    y = alt.Y("policy:N", sort=list(frame["policy"]), title=None, axis=alt.Axis(labelLimit=320))
    axis = _amounts(found.output)
    base = alt.Chart(frame)
    spans = base.mark_rule(strokeWidth=3, color=INK, opacity=0.5).encode(
        x=alt.X("low:Q", title=output_label(found.output, t), axis=axis), x2="high:Q", y=y
    )
    means = base.mark_point(filled=True, size=80, color=INK, opacity=1).encode(
        x="mean:Q", y=y, tooltip=["policy:N", "mean:Q", "low:Q", "high:Q", "worst:Q", "regret:Q"]
    )
    worst = base.mark_tick(color=WORSE, thickness=3, size=16).encode(x="worst:Q", y=y)
    said = regret_said(found, t)[1:3]
    return localised((spans + worst + means).properties(width=WIDTH, title=_title(said)), t.language)


def frontier_chart(found: Frontier, t: Words) -> Spec:
    """Policies by cost and effect with their intervals; dominated ones hollow and grey."""
    words = {True: t("sweep.chart.kept"), False: t("sweep.chart.dominated")}
    rows = [
        {
            "policy": policy_label(one.policy, t),
            "cost": one.cost,
            "cost_low": one.cost if one.cost_low is None else one.cost_low,
            "cost_high": one.cost if one.cost_high is None else one.cost_high,
            "effect": one.effect,
            "effect_low": one.effect if one.effect_low is None else one.effect_low,
            "effect_high": one.effect if one.effect_high is None else one.effect_high,
            "kept": words[not one.dominated_by],
        }
        for one in found.places
    ]
    base = alt.Chart(pd.DataFrame(rows))
    x = alt.X("cost:Q", title=output_label(found.cost, t), axis=_amounts(found.cost))
    y = alt.Y("effect:Q", title=output_label(found.effect, t), axis=_amounts(found.effect))
    domain = [words[True], words[False]]
    colour = alt.Color("kept:N", title=None, scale=alt.Scale(domain=domain, range=[INK, UNTOLD]))
    shape = alt.Shape("kept:N", title=None, scale=alt.Scale(domain=domain, range=["circle", "cross"]))
    across = base.mark_rule(opacity=0.4).encode(x=alt.X("cost_low:Q"), x2="cost_high:Q", y=y, color=colour)
    along = base.mark_rule(opacity=0.4).encode(x=x, y=alt.Y("effect_low:Q"), y2="effect_high:Q", color=colour)
    tips = ["policy:N", "cost:Q", "cost_low:Q", "cost_high:Q", "effect:Q", "effect_low:Q", "effect_high:Q"]
    dots = base.mark_point(filled=True, size=90, opacity=1).encode(
        x=x, y=y, color=colour, shape=shape, tooltip=tips
    )
    names = [
        alt.Chart(pd.DataFrame([row]))
        .mark_text(align="left", dx=8, dy=-8 - 12 * above)
        .encode(x="cost:Q", y="effect:Q", text="policy:N")
        for row, above in zip(rows, _stacked(rows), strict=True)
    ]
    chart = alt.layer(across, along, dots, *names)
    title = _title(frontier_said(found, t))
    return localised(chart.properties(width=WIDTH, height=340, title=title), t.language)


def _stacked(rows: Sequence[dict[str, Any]]) -> list[int]:
    """How many lines above its dot each name is written, so that names of close policies do not overlap."""
    costs, effects = ([row[name] for row in rows] for name in ("cost", "effect"))
    near_cost, near_effect = 0.25 * (max(costs) - min(costs)), 0.08 * (max(effects) - min(effects))
    return [
        sum(
            abs(costs[other] - costs[at]) <= near_cost and abs(effects[other] - effects[at]) <= near_effect
            for other in range(at)
        )
        for at in range(len(rows))
    ]


def _order(rows: Sequence[dict[str, Any]]) -> list[str]:
    """Factors by their largest value in any panel."""
    largest: dict[str, float] = {}
    for row in rows:
        largest[row["factor"]] = max(largest.get(row["factor"], 0.0), abs(row["value"]))
    return sorted(largest, key=lambda name: (-largest[name], name))


def _panels(chart: Any, frame: pd.DataFrame, said: list[str], t: Words) -> Spec:
    policies = list(dict.fromkeys(frame["policy"]))
    if len(policies) == 1:
        return localised(chart.properties(data=frame, width=WIDTH, title=_title(said)), t.language)
    facet = alt.Facet("policy:N", title=None, sort=policies, header=alt.Header(labelFontSize=12))
    panels = alt.layer(*chart.layer, data=frame).properties(width=220).facet(facet=facet, columns=2)
    return localised(panels.properties(title=_title(said)), t.language)


def _title(said: Sequence[str]) -> Any:
    """The first sentence as title, the others under it, folded."""
    folded = [textwrap.wrap(line.replace("**", ""), TITLE_CHARACTERS) for line in said]
    rest = [part for lines in folded[1:] for part in lines]
    return alt.Title(folded[0], subtitle=rest, anchor="start", subtitleColor="#555555")


def _sensitivity_title(found: Sequence[Sensitivity], t: Words) -> list[str]:
    first = t("sweep.line", policy=output_label(found[0].output, t), said=world_said(found[0], t))
    return [first, *(world_said(one, t) for one in found[1:])]


def _level(factor: str, other: str, t: Words) -> str:
    try:
        return factor_value(float(other), factor, t)
    except ValueError:
        return other


def _two_factors(box: Box, answers: pd.DataFrame) -> tuple[str, str]:
    """The factors of the surest limits; another one, or the same again, where there is a single limit."""
    names = [limit.factor for limit in sorted(box.limits, key=lambda limit: limit.quasi_p)]
    names += [str(name) for name in answers if name != "holds" and name not in names]
    return names[0], names[1] if len(names) > 1 else names[0]


def _axis(field: str, key: str, values: pd.Series[Any], t: Words) -> dict[str, Any]:
    numeric = pd.api.types.is_numeric_dtype(values)
    kind = "Q" if numeric else "N"
    axis = alt.Axis(format=".0%") if numeric and unit(key) == "share" else alt.Axis(labelAngle=0)
    choices = Registry.load()[key].choices if not numeric and key in Registry.load() else []
    order = [factor_value(word, key, t) for word in choices]
    more = {"scale": alt.Scale(zero=False)} if numeric else {"sort": order or None}
    return {"shorthand": f"{field}:{kind}", "title": factor_label(key, t), "axis": axis, **more}


def _amounts(output: str) -> Any:
    kind = unit(output)
    if kind == "share":
        return alt.Axis(format="+.2%" if output.startswith("difference_") else ".1%")
    return alt.Axis(format="~s" if kind.startswith("EUR") else ",.3~f")


def _rectangle(box: Box, first: str, second: str, answers: pd.DataFrame) -> Any:
    """The box in the plane of two numeric factors; None where one of them is a choice."""
    limits = {limit.factor: limit for limit in box.limits}
    if first == second or not all(pd.api.types.is_numeric_dtype(answers[name]) for name in (first, second)):
        return None
    (x, x2), (y, y2) = (_range(limits.get(name), answers[name]) for name in (first, second))
    frame = pd.DataFrame([{"x": x, "x2": x2, "y": y, "y2": y2}])
    mark = alt.Chart(frame).mark_rect(fill=INK, opacity=0.12, stroke=INK, strokeWidth=2)
    return mark.encode(x="x:Q", x2="x2:Q", y="y:Q", y2="y2:Q")


def _range(limit: Limit | None, values: pd.Series[Any]) -> tuple[float, float]:
    low, high = float(values.min()), float(values.max())
    if limit is None:
        return low, high
    return low if limit.low is None else limit.low, high if limit.high is None else limit.high
