"""What the findings of a sweep say, in sentences.  Pure; titles of figures are made of them too."""

from __future__ import annotations

from collections.abc import Callable

from sim.errors import Language
from sim.sweep.analysis.boxes import Box, Discovery, Limit, Side
from sim.sweep.analysis.frontier import Frontier
from sim.sweep.analysis.regret import Regret
from sim.sweep.analysis.sensitivity import Sensitivity
from sim.sweep.analysis.shares import Shares
from sim.views.numbers import plain, rounded
from sim.views.sweep_labels import (
    factor_label,
    factor_value,
    joined,
    output_amount,
    output_label,
    policy_quoted,
    share,
)
from sim.views.text import Words

SHARES_OF_VARIANCE = ("first", "total")
MOST_PAIRS = 6
"""Pairs told apart that a sentence names; the table has them all."""


def index_shown(measure: str, output: str, t: Words) -> Callable[[float], str]:
    """How an index is written: a share, or an amount in the output's unit."""
    if measure in SHARES_OF_VARIANCE:
        return lambda value: share(value, t)
    return lambda value: output_amount(value, output, t)


def sensitivity_said(found: Sensitivity, t: Words) -> str:
    """Which factors matter most; several where they are not told apart."""
    leaders = found.leaders()
    if not leaders:
        return t("sweep.sensitivity.untold" if found.deviation else "sweep.sensitivity.still")
    show = index_shown(found.main, found.output, t)
    of = {index.factor: index.value for index in found.of(found.main)}
    values = joined([show(of[name]) for name in leaders], t)
    if found.main in SHARES_OF_VARIANCE:
        values = t("sweep.sensitivity.of_variance", value=values)
    names = joined([factor_label(name, t) for name in leaders], t)
    if len(leaders) == 1:
        return t("sweep.sensitivity.one", factor=names, value=values)
    return t("sweep.sensitivity.several", factors=names, values=values)


def world_said(found: Sensitivity, t: Words) -> str:
    """The same, with the policy in whose worlds it is so."""
    return t("sweep.line", policy=policy_quoted(found.policy, t), said=sensitivity_said(found, t))


def chance_said(found: Sensitivity, t: Words) -> str:
    """How much of the variance chance is."""
    if found.chance is None:
        return t("sweep.sensitivity.no_chance")
    return t("sweep.sensitivity.chance", chance=share(found.chance, t))


def shares_said(found: Shares, t: Words) -> str:
    """What is chosen against what is not known."""
    said = t(
        "sweep.shares.said",
        output=output_label(found.output, t),
        policy=share(found.policy, t),
        future=share(found.future, t),
        both=share(found.both, t),
    )
    return (
        said if found.chance is None else t("sweep.shares.chance", said=said, chance=share(found.chance, t))
    )


def question_said(found: Discovery, t: Words) -> list[str]:
    """How often the question is true, and where."""
    number = _counts(t.language)
    said = t(
        "sweep.question.said",
        policy=policy_quoted(found.policy, t),
        holds=number(found.holds),
        futures=number(found.futures),
        share=share(found.holds / found.futures, t),
    )
    if found.untold:
        said += " " + t("sweep.question.untold", untold=number(found.untold))
    if found.holds in (0, found.futures):
        return [f"{said} {t('sweep.question.always' if found.holds else 'sweep.question.never')}"]
    if not found.boxes:
        return [f"{said} {t('sweep.question.no_box')}"]
    return [said, *(box_said(side, box, t) for side, box in found.boxes.items())]


def box_said(side: Side, box: Box, t: Words) -> str:
    """A box in words, with what it is worth on futures that did not draw it."""
    limits = [
        t("sweep.question.quasi_p", limit=limit_said(limit, t), p=_quasi_p(limit.quasi_p, t))
        for limit in box.limits
    ]
    key = "sweep.question.holds" if side == "holds" else "sweep.question.fails"
    said = t(key, limits=joined(limits, t), density=share(box.density, t), coverage=share(box.coverage, t))
    if box.density_held_out is None or box.coverage_held_out is None:
        return said
    held = {"density": share(box.density_held_out, t), "coverage": share(box.coverage_held_out, t)}
    return f"{said} {t('sweep.question.held_out', **held)}"


def limit_said(limit: Limit, t: Words) -> str:
    """One limit of a box in words."""
    factor = factor_label(limit.factor, t)
    if limit.values:
        values = joined([factor_value(value, limit.factor, t) for value in limit.values], t, "sweep.or")
        return t("sweep.limit.values", factor=factor, values=values)
    low, high = (
        "" if bound is None else factor_value(bound, limit.factor, t) for bound in (limit.low, limit.high)
    )
    if limit.high is None:
        return t("sweep.limit.above", factor=factor, low=low)
    if limit.low is None:
        return t("sweep.limit.below", factor=factor, high=high)
    return t("sweep.limit.between", factor=factor, low=low, high=high)


def _quasi_p(value: float, t: Words) -> str:
    return "< " + plain(0.001, t.language, 3) if value < 0.001 else plain(rounded(value, 1), t.language, 3)


def regret_said(found: Regret, t: Words) -> list[str]:
    """The choices of prudence with their rivals, and which pairs are told apart; no choice where none is."""
    lines = [t("sweep.regret.way_high" if found.better == "high" else "sweep.regret.way_low")]
    choices = (("sweep.regret.maximin", found.maximin), ("sweep.regret.minimax", found.minimax_regret))
    for key, (chosen, *rivals) in choices if any(pair.told for pair in found.pairs) else ():
        said = t(key, policy=policy_quoted(chosen, t))
        names = joined([policy_quoted(rival, t) for rival in rivals], t)
        lines.append(t("sweep.regret.rivals", said=said, rivals=names) if rivals else said)
    lines.append(pairs_said(found, t))
    if found.dropped:
        lines.append(t("sweep.regret.dropped", dropped=found.dropped))
    return lines


def pairs_said(found: Regret, t: Words) -> str:
    """Which pairs of policies are told apart, and how many are not."""
    told = [pair for pair in found.pairs if pair.told]
    if not told:
        return t("sweep.regret.none_told")
    said = []
    for pair in told[:MOST_PAIRS]:
        first = pair.chance >= 0.5
        one, other = (pair.one, pair.other) if first else (pair.other, pair.one)
        chance = share(pair.chance if first else 1.0 - pair.chance, t)
        said.append(
            t("sweep.regret.pair", one=policy_quoted(one, t), other=policy_quoted(other, t), chance=chance)
        )
    key = "sweep.regret.told_more" if len(told) > MOST_PAIRS else "sweep.regret.told"
    named = t(key, pairs="; ".join(said))
    rest = len(found.pairs) - len(told)
    return named + (" " + t("sweep.regret.untold", count=rest, all=len(found.pairs)) if rest else "")


def frontier_said(found: Frontier, t: Words) -> list[str]:
    """Who is on the frontier, and who is dominated by whom."""
    names = joined([policy_quoted(name, t) for name in found.frontier], t)
    lines = [t("sweep.frontier.said", policies=names)]
    for place in found.places:
        if place.dominated_by:
            rivals = joined([policy_quoted(name, t) for name in place.dominated_by], t)
            policy = policy_quoted(place.policy, t)
            lines.append(t("sweep.frontier.dominated", policy=policy, rivals=rivals))
    return lines


def _counts(language: Language) -> Callable[[int], str]:
    return lambda count: plain(count, language)
