"""The five counts of files funded in one world only, and what they amount to."""

from __future__ import annotations

from collections.abc import Mapping

COUNTED = ("funded", "gross", "additional", "dead_weight", "harmed")
BASE_ONLY = "base_only_"
"""How the counts of X begin."""

Counts = dict[str, int]


def net(counts: Mapping[str, float]) -> float:
    """Durable conversions that the policy adds among the funded: additional - harmed of F less of X."""
    lost = counts.get(BASE_ONLY + "additional", 0) - counts.get(BASE_ONLY + "harmed", 0)
    return counts["additional"] - counts["harmed"] - lost


def nothing() -> Counts:
    """Counts of nobody."""
    return {prefix + name: 0 for prefix in ("", BASE_ONLY) for name in COUNTED}
