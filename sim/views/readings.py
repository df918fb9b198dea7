"""What an answer says, indicator by indicator: the number, its interval, the sentence.  Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from sim.answer import Answer
from sim.closure_ends import REGIONAL, TwoEnds
from sim.views.numbers import amount
from sim.views.text import Words

SCALE_OF_THINGS = ("hires_per_year", "occupation_changes_per_year", "exits_per_year")
HEADLINES = (
    "posts_removed_ai",
    "layoffs",
    "files_received_per_year",
    "files_funded_per_year",
    "funded_gross",
    "funded_additional",
    "funded_net_per_million_eur",
)
OF_THE_FUNDED = ("funded_gross", "funded_additional", "funded_net_per_million_eur")

Verdict = Literal["more", "less", "none", "unclear", "pending", "undefined", "no_policy"]


@dataclass(frozen=True)
class Found:
    """The answers so far: the point comes from the largest world, the bounds from the ensemble, and the same
    world at the other end of the closure of posts from ``other_end``."""

    point: Answer
    ensemble: Answer | None = None
    other_end: Answer | None = None

    @property
    def provisional(self) -> bool:
        return self.point.stage == "provisional"


@dataclass(frozen=True)
class Reading:
    """One indicator as it is shown; ``base`` and ``other`` are None where only the difference exists."""

    indicator: str
    unit: str
    base: float | None
    other: float | None
    difference: float | None
    low: float | None
    high: float | None
    verdict: Verdict


def widened(difference: float, low: float | None, high: float | None) -> tuple[float | None, float | None]:
    """The ensemble's bounds, reaching at least to the whole region's own difference."""
    if low is None or high is None:
        return None, None
    return min(low, difference), max(high, difference)


def reading(found: Found, indicator: str, *, policies: bool = True) -> Reading:
    """One indicator's reading; ``policies``: whether the two worlds differ in their schemes."""
    point = found.point.effect(indicator)
    if point is None:
        return Reading(indicator, "", None, None, None, None, None, "undefined")
    spread = found.ensemble.effect(indicator) if found.ensemble else None
    low, high = (
        (None, None)
        if spread is None or point.difference is None
        else widened(point.difference, spread.low, spread.high)
    )
    verdict = _verdict(found, indicator, point.difference, low, high)
    if indicator in OF_THE_FUNDED and not policies:
        verdict = "no_policy"
    elif indicator == "funded_net_per_million_eur" and not _worth_dividing(found):
        verdict = "undefined"
    return Reading(indicator, point.unit, point.base, point.other, point.difference, low, high, verdict)


def _verdict(
    found: Found, indicator: str, difference: float | None, low: float | None, high: float | None
) -> Verdict:
    if difference is None:
        return "undefined"
    if low is None or high is None:
        alone = found.ensemble is None
        return "none" if difference == 0 and not found.provisional else "pending" if alone else "undefined"
    if low == high == 0:
        return "none"
    if low <= 0 <= high:
        return "unclear"
    return "more" if difference > 0 else "less"


def _worth_dividing(found: Found) -> bool:
    """Whether conversions per million mean anything: more was spent, and the effect is told from zero."""
    if found.ensemble is None:
        return True
    net, spent = found.ensemble.effect("funded_net"), found.ensemble.effect("committed_eur_per_year")
    told = net is not None and not net.indistinguishable
    return told and spent is not None and not spent.indistinguishable and (spent.difference or 0.0) > 0


def interval_text(read: Reading, t: Words) -> str:
    """The interval in words, or why there is none."""
    if read.verdict in ("undefined", "no_policy", "none"):
        return ""
    if read.low is None or read.high is None:
        return t("interval.pending")
    low, high = (amount(bound, read.unit, t.language, signed=True) for bound in (read.low, read.high))
    return t("interval.between", low=low, high=high)


def sentence(read: Reading, t: Words, against: str) -> str:
    """What the difference means, in one sentence."""
    if read.verdict in ("undefined", "no_policy"):
        return t(
            f"sentence.{read.verdict}.{read.indicator}"
            if read.verdict == "undefined" and read.indicator == "funded_net_per_million_eur"
            else f"sentence.{read.verdict}.any"
        )
    if read.verdict in ("none", "unclear"):
        return t(f"sentence.{read.verdict}", against=against)
    difference = read.difference or 0.0
    number = amount(abs(difference), read.unit, t.language)
    way = "more" if difference >= 0 else "less"
    if read.indicator in OF_THE_FUNDED:
        way = "counted"
    said = t(f"sentence.{way}", amount=number, noun=t(f"noun.{read.indicator}"), against=against)
    return said if read.verdict != "pending" else f"{said} {t('sentence.pending')}"


def both_ends(found: Found) -> tuple[TwoEnds, ...]:
    """Regional effects with posts fixed and with posts that respond, at one scale; nothing before both are
    there."""
    answers = {one.closure_posts: one for one in (found.point, found.other_end) if one is not None}
    fixed, respond = answers.get("fixed"), answers.get("respond")
    if fixed is None or respond is None or fixed.scale != respond.scale:
        return ()
    pairs = [(fixed.effect(name), respond.effect(name)) for name in REGIONAL]
    return tuple(TwoEnds(a.indicator, a.unit, a, b) for a, b in pairs if a is not None and b is not None)


def unspent(found: Found) -> list[tuple[str, float, float]]:
    """Schemes that leave over a twentieth of their envelope: name, net commitment, envelope, EUR a year."""
    rows = []
    for row in found.point.schemes:
        envelope, committed = row["envelope_eur_other"], row["committed_eur_other"]
        if not envelope or committed is None:
            continue
        net = committed - (row["released_eur_other"] or 0.0)
        if net < 0.95 * envelope:
            rows.append((str(row["scheme"]), net, envelope))
    return rows
