"""``passerelles compare``: scenarios against a base, on the same draws."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, NamedTuple

import typer

from sim.cli.account_words import OVER_REFILLED, UNSPENT_HOW
from sim.cli.compare_tables import Shown, print_comparison
from sim.cli.run import check_size, prepared, saved
from sim.cli.studies import Beside, Studied, studied
from sim.cli.terminal import check_between, ending, language, progress_on, results_console, write_json

if TYPE_CHECKING:
    from sim.closure_ends import End
    from sim.effects import Comparison
    from sim.scenario import Scenario

    Pairs = list[tuple[End | None, tuple[Scenario, Scenario]]]


MAXIMUM_CHURN = 1000
POSTS_REFILLED = "training.post_refilled_share"
"""The other assumption that decides the sign of regional effects, besides the closure."""


def compare(
    base: Annotated[str, typer.Argument(help="Scenario that the others are compared with.")],
    others: Annotated[list[str], typer.Argument(help="Scenarios to compare with it.")],
    out: Annotated[Path | None, typer.Option(help="Folder to write results to.")] = None,
    scale: Annotated[float, typer.Option(help="Share of the region that is simulated.")] = 1.0,
    months: Annotated[int | None, typer.Option(help="Months to run, at most the scenarios'.")] = None,
    seed: Annotated[int, typer.Option(help="First seed of the random draws.")] = 0,
    replicates: Annotated[int, typer.Option(help="Pairs of runs.")] = 1,
    interval: Annotated[
        Literal["total", "chance"],
        typer.Option(help="What intervals cover: chance and parameters, or chance alone."),
    ] = "total",
    closure: Annotated[
        Literal["both", "posts-fixed", "posts-respond"],
        typer.Option(help="What posts do when recruiting gets easier: nothing, more, or both side by side."),
    ] = "both",
    by_scheme: Annotated[
        bool, typer.Option("--by-scheme", help="Tell what each scheme adds: the policy without it.")
    ] = False,
    over: Annotated[
        list[str] | None,
        typer.Option(metavar="KEY=V1,V2,…", help="Compare under each value of an assumption, side by side."),
    ] = None,
    churn: Annotated[
        int, typer.Option(help="Worlds with some of the funded swapped, to measure the churn floor.")
    ] = 0,
    why_unspent: Annotated[
        bool, typer.Option("--why-unspent", help="Where money is unspent, try more advice and acceptance.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Run scenarios on the same draws as a base and print the differences with their 90 % intervals.

    Then what the money changed (docs/counting.md): the funded head by head, everyone else, cost.
    """
    with ending(as_json):
        from sim.cli.prepare import prepare_if_needed
        from sim.counting.ranges import asked as asked_range

        ranges = [asked_range(text) for text in over or []]
        check_between("--churn", churn, 0, MAXIMUM_CHURN)
        first, *chosen = (prepared(name, []) for name in (base, *others))
        for scenario in (first, *chosen):
            check_size(scenario, scale, months, seed, replicates)
        prepare_if_needed()
        beside = Beside(ranges, by_scheme, why_unspent)
        with progress_on(as_json) as progress:
            options: dict[str, Any] = {
                "scale": scale,
                "seed": seed,
                "months": months,
                "replicates": replicates,
                "kind": interval,
                "progress": progress,
            }
            found = [_told(_ends(first, one, closure), options, churn, beside, out) for one in chosen]
        if as_json:
            told = [one.as_dict() for one in found]
            write_json({"schema_version": 2, "command": "compare", "base": first.name, "comparisons": told})
        else:
            for one in found:
                one.print()


class Told(NamedTuple):
    """A comparison at one end of the closure of posts or at both, and what was asked beside it."""

    shown: list[Shown]
    studied: Studied

    def print(self) -> None:
        """In the terminal."""
        print_comparison(self.shown)
        account = self.shown[0].comparison.account
        self.studied.print(() if account is None else account.unspent)
        if account is None:
            return
        if account.unspent and not self.studied.why_unspent:
            results_console().print(UNSPENT_HOW[language()])
        if POSTS_REFILLED not in dict(self.studied.ranges):
            results_console().print(OVER_REFILLED[language()])

    def as_dict(self) -> dict[str, Any]:
        """Plain data for JSON: whole at its own end, and the regional effects at both."""
        from sim.closure_ends import two_ends
        from sim.effects import report

        by_end = {one.end: one.comparison for one in self.shown if one.end is not None}
        ends = [row.as_dict() for row in two_ends(by_end)] if len(by_end) == 2 else []
        first = self.shown[0]
        whole = {**report(first.comparison), "closure_posts": first.end, "ends": ends}
        return {**whole, **self.studied.as_dict()}


def _told(pairs: Pairs, options: dict[str, Any], churn: int, beside: Beside, out: Path | None) -> Told:
    """Live what was asked of one scenario against the base."""
    shown = _compared(pairs, {**options, "swaps": churn}, out)
    return Told(shown, studied(shown[0].comparison, pairs[0][1], beside, options))


def _compared(pairs: Pairs, options: dict[str, Any], out: Path | None) -> list[Shown]:
    """Run the pairs of one comparison; results of the second end are saved under its name."""
    from sim.comparison import compare as paired

    found: list[Shown] = []
    for end, (base, other) in pairs:
        found.append(Shown(end, paired(base, other, **options)))
        _save(found[-1].comparison, out, "" if len(found) == 1 else f"posts-{end}/")
    return found


def _ends(base: Scenario, other: Scenario, closure: str) -> Pairs:
    """The pairs to run, first the one to show whole: at the end where the scenarios stand, unless asked."""
    from sim.closure_ends import at, opposite, shared_end

    own = shared_end(base, other)
    asked: list[End | None]
    if closure != "both":
        asked = ["fixed" if closure == "posts-fixed" else "respond"]
    else:
        asked = [own] if own is None else [own, opposite(own)]
    return [(end, (base, other) if end is None else (at(base, end), at(other, end))) for end in asked]


def _save(comparison: Comparison, out: Path | None, under: str) -> None:
    for results in (*comparison.bases, *comparison.others):
        saved(results, out, f"{under}{results.scenario.name}/seed_{results.seed:04d}")
