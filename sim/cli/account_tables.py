"""The account of a comparison in the terminal: one table a question, empty ones left out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Literal

from sim.calendar import text_of_month
from sim.cli.account_words import (
    COLUMNS,
    NOT_DEFINED,
    TITLES,
    TOSS,
    UNSPENT,
    UNSPENT_THEN,
    UNSPENT_TRIALS,
    UNSPENT_WHY,
    who,
)
from sim.cli.account_words import WITHIN as WITHIN_CHURN
from sim.cli.numbers import bounds, shown
from sim.cli.terminal import language, results_console

if TYPE_CHECKING:
    from sim.counting.account import Account, Everyone, HeadCount
    from sim.counting.by_scheme import Contribution
    from sim.counting.cost import UnitCost
    from sim.counting.ranges import Ranged
    from sim.counting.unspent import Unspent
    from sim.effects import Comparison, Effect

Rows = Sequence[Sequence[str]]

_COUNTS = ("funded", "gross", "additional", "dead_weight", "harmed")


def print_account(account: Account) -> None:
    """Every table of the account that has rows."""
    first = profile_shown(account)
    heads = ("key", *_COUNTS, "base_only", "net", "interval")
    _print(first, heads, [_head_count(row, f"{row.key}") for row in getattr(account, first)])
    _print("by_scheme", heads, [_head_count(row, row.key) for row in account.by_scheme])
    _print_everyone(account.everyone)
    _print_shares("destinations", account.destinations, "heads")
    _print_shares("fates", account.fates, "files")
    _print_costs(account)
    for one in account.unspent:
        _say_unspent(one)


def profile_shown(account: Account) -> Literal["panel", "profile"]:
    """The same people at each date, where anybody was decided long enough ago; all files old enough
    otherwise."""
    old_enough = any(row.counts.get(name) for row in account.panel for name in ("funded", "base_only_funded"))
    return "panel" if old_enough else "profile"


def _print(title: str, columns: Sequence[str], rows: Rows) -> None:
    from rich.table import Table

    if not rows:
        return
    table = Table(title=TITLES[title][language()], title_justify="left")
    for number, column in enumerate(columns):
        table.add_column(COLUMNS[column][language()], justify="right" if number else "left")
    for row in rows:
        table.add_row(*row)
    results_console().print(table)


def _head_count(row: HeadCount, name: str) -> list[str]:
    lost = row.counts.get("base_only_additional", 0.0) - row.counts.get("base_only_harmed", 0.0)
    return [
        name,
        *(shown(row.counts.get(count, 0.0), "heads") for count in _COUNTS),
        shown(0.0 - lost, "heads", signed=True),
        shown(row.net.difference, "heads", signed=True),
        bounds(row.net.low, row.net.high, "heads"),
    ]


def _print_everyone(dates: Sequence[Everyone]) -> None:
    columns = (
        "date", "gross", "dead_weight", "displacement", "funded_net", "spillover", "churn", "work", "delta",
        "remark",
    )  # fmt: skip
    _print("everyone", columns, [_everyone(one) for one in dates])
    if dates and dates[-1].churn_reach is None:
        results_console().print(TOSS[language()])


def _everyone(one: Everyone) -> list[str]:
    reach = one.coin_toss_reach if one.churn_reach is None else one.churn_reach
    return [
        text_of_month(one.month),
        *(shown(one.parts[name], "heads") for name in ("gross", "dead_weight", "displacement")),
        *(_with_interval(effect) for effect in (one.funded_net, one.spillover)),
        shown(reach, "heads"),
        *(_with_interval(effect) for effect in (one.work_spillover, one.delta)),
        WITHIN_CHURN[language()] if one.within_churn else "",
    ]


def _with_interval(effect: Effect) -> str:
    """A difference, and its interval below where it has one."""
    text = shown(effect.difference, effect.unit, signed=True)
    return text if effect.low is None else f"{text}\n{bounds(effect.low, effect.high, effect.unit)}"


def _print_shares(title: str, rows: Sequence[object], heads: str) -> None:
    """Rows of a name, heads and shares."""
    if not rows:
        return
    shares = [name for name in vars(rows[0]) if name not in ("who", heads)]
    _print(
        title,
        ("key", "heads", *shares),
        [
            [
                who(row.who, language()),  # type: ignore[attr-defined]
                shown(getattr(row, heads), "heads"),
                *(shown(getattr(row, share), "share") for share in shares),
            ]
            for row in rows
        ],
    )


def _print_costs(account: Account) -> None:
    by_payer = {(one.payer, one.over): one for one in account.unit_costs}
    _print(
        "costs",
        ("key", "committed", "paid", "discounted", "per_funded", "per_region", "per_million"),
        [
            [
                who(cost.payer, language()),
                *(
                    shown(effect.difference, "EUR", signed=True)
                    for effect in (cost.committed, cost.paid, cost.discounted)
                ),
                *_unit(by_payer.get((cost.payer, "funded")), by_payer.get((cost.payer, "region"))),
            ]
            for cost in account.costs
            if any(effect.difference for effect in (cost.committed, cost.paid))
        ],
    )


def _unit(funded: UnitCost | None, region: UnitCost | None) -> list[str]:
    return [euros(funded), euros(region), per_million(funded)]


def per_million(cost: UnitCost | None) -> str:
    """Conversions per million euros with their bounds, or "not defined"."""
    if cost is None or cost.per_million is None:
        return NOT_DEFINED[language()]
    return _with_bounds(cost.per_million, cost.per_million_low, cost.per_million_high)


def euros(cost: UnitCost | None) -> str:
    """A unit cost with its bounds, or "not defined"."""
    if cost is None or cost.eur is None:
        return NOT_DEFINED[language()]
    return _with_bounds(cost.eur, cost.low, cost.high)


def _with_bounds(value: float, low: float | None, high: float | None) -> str:
    ends = " … ".join("∞" if end is None else shown(end, "EUR") for end in (low, high))
    return f"{shown(value, 'EUR')} [{ends}]"


def _say_unspent(one: Unspent) -> None:
    results_console().print(
        UNSPENT[language()].format(
            scheme=one.scheme,
            first=text_of_month(one.first_month),
            last=text_of_month(one.last_month),
            share=shown(one.share, "share"),
            committed=shown(one.committed_eur, "EUR"),
            budget=shown(one.budget_eur, "EUR"),
            received=shown(one.received, "files"),
            funded=shown(one.funded, "files"),
        )
        + " "
        + UNSPENT_WHY[one.too_few_apply][language()]
    )


def print_why_unspent(found: Mapping[str, Mapping[str, Unspent | None]], unspent: Sequence[Unspent]) -> None:
    """What each scheme would do with its budget if more were advised, or accepted."""
    before = {one.scheme: one for one in unspent}
    for scheme, trials in found.items():
        for name, one in trials.items():
            if one is not None:
                words = {
                    "scheme": scheme,
                    "what": who(name, language()),
                    "share": shown(one.share, "share"),
                    "before": shown(before[scheme].share, "share"),
                    "received": shown(one.received, "files"),
                    "funded": shown(one.funded, "files"),
                }
                results_console().print(UNSPENT_THEN[language()].format(**words))
    if found:
        results_console().print(UNSPENT_TRIALS[language()])


def print_contributions(rows: Sequence[Contribution]) -> None:
    """The whole, each scheme's part, and the interaction."""
    from rich.table import Table

    from sim.effects import label

    if not rows:
        return
    table = Table(title=TITLES["contributions"][language()], title_justify="left")
    table.add_column("")
    for row in rows:
        table.add_column(who(row.row, language()), justify="right")
        table.add_column(COLUMNS["interval"][language()], justify="right")
    for number, first in enumerate(rows[0].effects):
        cells = []
        for row in rows:
            effect = row.effects[number]
            cells.append(shown(effect.difference, effect.unit, signed=True))
            cells.append(bounds(effect.low, effect.high, effect.unit))
        table.add_row(label(first.indicator, language()), *cells)
    results_console().print(table)


def print_range(key: str, found: Sequence[tuple[str, Comparison]], rows: Sequence[Ranged]) -> None:
    """The comparison under each value of an assumption, and the cost of a conversion there."""
    from rich.table import Table

    from sim.effects import label

    table = Table(title=key, title_justify="left")
    table.add_column("écart" if language() == "fr" else "difference")
    for value, _ in found:
        table.add_column(value, justify="right")
    table.add_column("")
    for row in rows:
        cells = [
            f"{shown(effect.difference, row.unit, signed=True)}\n{bounds(effect.low, effect.high, row.unit)}"
            for effect in row.effects
        ]
        table.add_row(label(row.indicator, language()), *cells, row.remark[language()] if row.remark else "")
    for over in ("per_funded", "per_region"):
        costs = [_all_payers(comparison, over.removeprefix("per_")) for _, comparison in found]
        table.add_row(COLUMNS[over][language()], *map(euros, costs), "")
    results_console().print(table)


def _all_payers(comparison: Comparison, over: str) -> UnitCost | None:
    account = comparison.account
    costs = () if account is None else account.unit_costs
    return next((one for one in costs if (one.payer, one.over) == ("all", over)), None)
