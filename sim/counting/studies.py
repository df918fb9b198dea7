"""Several comparisons for one question: scheme by scheme, over the range of an assumption, money unspent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sim.counting.by_scheme import Contribution, changed_schemes, contributions, without
from sim.counting.ranges import at
from sim.counting.unspent import Unspent, remedies, spending
from sim.effects import Comparison
from sim.scenario import Scenario, results_digest

Options = Mapping[str, Any]
"""Those of :func:`sim.comparison.compare`."""


def by_scheme(
    base: Scenario, other: Scenario, whole: Comparison, options: Options
) -> tuple[Contribution, ...]:
    """The policy without its change to each scheme, on the same draws; no row where it changes none."""
    from sim.comparison import compare

    kept = {name: value for name, value in options.items() if name != "swaps"}
    left_out: dict[str, Comparison | None] = {}
    for scheme in changed_schemes(base, other):
        rest = without(base, other, scheme)
        same = results_digest(rest) == results_digest(base)
        left_out[scheme] = None if same else compare(base, rest, **kept)
    return contributions(whole, left_out, options.get("kind", "total")) if left_out else ()


def over(
    base: Scenario, other: Scenario, key: str, values: Sequence[str], options: Options
) -> list[tuple[str, Comparison]]:
    """The comparison under each value of an assumption, in both worlds."""
    from sim.comparison import compare

    pairs = [(value, at(base, key, value), at(other, key, value)) for value in values]
    return [(value, compare(first, second, **options)) for value, first, second in pairs]


def why_unspent(
    base: Scenario, other: Scenario, found: Sequence[Unspent], options: Options
) -> Mapping[str, Mapping[str, Unspent | None]]:
    """For each scheme whose money is unspent, what it does with more advice or more sound files."""
    from sim.run import simulate

    lives = {name: options[name] for name in ("scale", "seed", "months") if name in options}
    return {
        one.scheme: {
            name: spending(base, simulate(scenario, **lives), one.scheme)
            for name, scenario in remedies(other, one.scheme).items()
        }
        for one in found
    }
