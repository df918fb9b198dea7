"""What ``passerelles compare`` lives and shows beside the comparison, when asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, NamedTuple

from sim.cli.account_tables import print_contributions, print_range, print_why_unspent

if TYPE_CHECKING:
    from sim.counting.by_scheme import Contribution
    from sim.counting.unspent import Unspent
    from sim.effects import Comparison
    from sim.scenario import Scenario


class Studied(NamedTuple):
    """What was asked beside the comparison itself."""

    contributions: tuple[Contribution, ...]
    ranges: list[tuple[str, list[tuple[str, Comparison]]]]
    why_unspent: Mapping[str, Mapping[str, Unspent | None]]

    def print(self, unspent: Sequence[Unspent]) -> None:
        """In the terminal; ``unspent``: what the comparison itself says of money that is left."""
        from sim.counting.ranges import side_by_side

        print_why_unspent(self.why_unspent, unspent)
        print_contributions(self.contributions)
        for key, found in self.ranges:
            print_range(key, found, side_by_side(found))

    def as_dict(self) -> dict[str, Any]:
        """Plain data for JSON."""
        from sim.counting.ranges import range_report

        return {
            "contributions": [asdict(row) for row in self.contributions],
            "over": [range_report(key, found) for key, found in self.ranges],
            "why_unspent": {
                scheme: {name: None if one is None else one.as_dict() for name, one in trials.items()}
                for scheme, trials in self.why_unspent.items()
            },
        }


class Beside(NamedTuple):
    """What is asked beside a comparison: ranges of assumptions, each scheme's part, why money is unspent."""

    ranges: Sequence[tuple[str, Sequence[str]]]
    by_scheme: bool
    why_unspent: bool


def studied(
    comparison: Comparison, pair: tuple[Scenario, Scenario], beside: Beside, options: dict[str, Any]
) -> Studied:
    """Live what was asked beside the comparison of a pair of scenarios."""
    from sim.counting import studies

    account = comparison.account
    unspent = account.unspent if account is not None and beside.why_unspent else ()
    return Studied(
        studies.by_scheme(*pair, comparison, options) if beside.by_scheme else (),
        [(key, studies.over(*pair, key, values, options)) for key, values in beside.ranges],
        studies.why_unspent(*pair, unspent, options),
    )
