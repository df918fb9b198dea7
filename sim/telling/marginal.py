"""The marginal euro: what one more million a year does in each scheme.

Each scheme's policy is the scenario with that much more in its envelope from the opening on, no more.
All policies of a pair share its opening, its draws and its parameters; the comparator is lived once and
answers for all (:class:`sim.counting.trail.Trail`), some policies at a time.

Schemes serve different people, at different moments of their lives: their rows are not a ranking.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np

from sim.calendar import OPENING
from sim.comparison import draw_of_parameters
from sim.counting.funded import FundedTally, tally
from sim.counting.trail import Side, Trail
from sim.effects import Effect, Kind, committed_eur, funded_amounts, paired_effect
from sim.errors import Language
from sim.kernels import Array
from sim.parameters import Registry, law_until
from sim.run import Draw, Progress, fingerprint, opening_world, results_of, under
from sim.scenario import Scenario
from sim.schemes.rules import Scheme, schemes
from sim.telling.reached import SHARES, funded_files, reached_only, shares
from sim.world import World

SCHEMA_VERSION = 1
AT_ONCE = 4
"""Policies lived beside one comparator: the memory of so many worlds."""

SPENT_FROM = 0.95
"""Share of the additional money below which it is said that the scheme cannot spend it."""

NOT_A_RANKING: Mapping[Language, str] = {
    "fr": "Les dispositifs servent des publics différents, à des moments différents : ces lignes ne sont pas "
    "un classement.",
    "en": "Schemes serve different people at different moments of their lives: these rows are not a ranking.",
}

NO_LIMIT: Mapping[Language, str] = {
    "fr": "un droit sans limite : un million de plus n'y change rien",
    "en": "an entitlement without limit: one more million changes nothing",
}
NO_FILES: Mapping[Language, str] = {
    "fr": "sans dossiers individuels : rien à suivre 24 mois",
    "en": "without individual files: nobody to follow for 24 months",
}
UNSPENT: Mapping[Language, str] = {
    "fr": "l'argent n'est pas tout dépensé : trop peu de demandes ou de places",
    "en": "the money is not all spent: too few applicants or seats",
}


@dataclass(frozen=True)
class Margin:
    """One scheme with more money: effects over the pairs, and whom the money reached in the first.

    ``effects`` by name: more files funded and euros committed a year, durable conversions additional less
    prevented, the same per million.  Shares are of the people funded in the policy's world and not in the
    comparator, pooled over pairs; None where there are none.  ``people``: how many of the sample these are.
    """

    scheme: str
    label: Mapping[str, str]
    effects: Mapping[str, Effect]
    shares: Mapping[str, float | None]
    people: int
    spent_share: float | None
    notes: tuple[Mapping[Language, str], ...]

    def as_object(self) -> dict[str, Any]:
        """As plain data."""
        return {**asdict(self), "notes": [dict(note) for note in self.notes]}


EFFECTS: Mapping[str, tuple[str, Mapping[Language, str]]] = {
    "funded_per_year": (
        "heads",
        {"fr": "dossiers financés de plus par an", "en": "more files funded a year"},
    ),
    "committed_eur_per_year": (
        "EUR",
        {"fr": "engagé de plus (€ par an)", "en": "more committed (EUR a year)"},
    ),
    "net": (
        "heads",
        {"fr": "additionnelles moins contrariées", "en": "additional less prevented"},
    ),
    "net_per_million_eur": (
        "heads per million EUR",
        {"fr": "par million d'euros engagé", "en": "per million euros committed"},
    ),
}
"""Effects of a margin: unit and label."""

OF_PEOPLE = ("net", "net_per_million_eur")
"""Effects that need files of persons."""


@dataclass(frozen=True)
class _Lived:
    """What a world leaves once lived: heads counted beside its comparator, its funded files, the euros of
    those judged, its counts."""

    tally: FundedTally | None
    funded: Mapping[str, Array]
    seen_eur: float
    counted: Mapping[str, int]


def richer(scenario: Scenario, scheme: Scheme, eur: float) -> Scenario | None:
    """The scenario with ``eur`` more a year in a scheme's envelope from the opening on; None without limit.

    Dated budgets of the scenario and of the law keep their dates, each with as much more.
    """
    key = scheme.key("budget_eur_per_year")
    known = Registry.load()
    if key not in known:
        return None
    entries = dict(scenario.overrides.get(key, ()))
    entries.setdefault(OPENING, known[key].at(OPENING))
    if key not in scenario.overrides:
        until = law_until(scenario.law)
        entries |= {dated.month: dated.value for dated in known[key].dated if OPENING < dated.month <= until}
    if any(isinstance(value, str) or np.isinf(value) for value in entries.values()):
        return None
    more = tuple((month, float(value) + eur) for month, value in sorted(entries.items()))  # type: ignore[arg-type]
    overrides = {**scenario.overrides, key: more}
    return replace(scenario, name=f"{scenario.name}+{scheme.name}", overrides=dict(sorted(overrides.items())))


def marginal(
    scenario: Scenario,
    *,
    eur: float = 1_000_000.0,
    scale: float = 1.0,
    seed: int = 0,
    months: int = 72,
    pairs: int = 4,
    kind: Kind = "total",
    only: Sequence[str] = (),
    progress: Progress | None = None,
) -> tuple[Margin, ...]:
    """One more ``eur`` a year in each scheme (or in those of ``only``), over ``pairs`` of worlds."""
    chosen = [scheme for scheme in schemes() if not only or scheme.name in only]
    policies = {scheme.name: richer(scenario, scheme, eur) for scheme in chosen}
    lived = {name: policy for name, policy in policies.items() if policy is not None}
    told = _telling(progress, pairs * (len(lived) + -(-len(lived) // AT_ONCE)) * months)
    found: list[dict[str, tuple[_Lived, _Lived]]] = []
    for pair in range(pairs):
        draw = draw_of_parameters(seed, pair) if kind == "total" else {}
        found.append(_one_pair(scenario, lived, scale, seed, months, pair, draw, told))
    return tuple(
        _margin(scheme, [one[scheme.name] for one in found], scale, months, eur, kind)
        if scheme.name in lived
        else _without(scheme)
        for scheme in chosen
    )


def _telling(progress: Progress | None, total: int) -> Callable[[str], None]:
    done = 0

    def month(text: str) -> None:
        nonlocal done
        done += 1
        if progress is not None:
            progress(done, total, text)

    return month


def _one_pair(
    base: Scenario,
    policies: Mapping[str, Scenario],
    scale: float,
    seed: int,
    months: int,
    pair: int,
    draw: Draw,
    told: Callable[[str], None],
) -> dict[str, tuple[_Lived, _Lived]]:
    """Comparator and policy of one pair by scheme, some policies at a time beside their comparator."""
    opening = opening_world(scale, seed)
    found: dict[str, tuple[_Lived, _Lived]] = {}
    names = list(policies)
    for first in range(0, len(names), AT_ONCE):
        some = names[first : first + AT_ONCE]
        comparator = under(opening.twin(), base, seed, draw, pair)
        worlds = {name: under(opening.twin(), policies[name], seed, draw, pair) for name in some}
        trails = {name: Trail(comparator.month) for name in some}
        for _ in range(months):
            comparator.step()
            told(base.name)
            for name, world in worlds.items():
                world.step()
                trails[name].note(Side.COMPARATOR, comparator)
                trails[name].note(Side.POLICY, world)
                told(policies[name].name)
        mark = (scale, seed, months, draw, pair)
        for name, world in worlds.items():
            heads = tally(trails[name], comparator.files, world.files)
            found[name] = _lived(comparator, base, mark, None), _lived(world, policies[name], mark, heads)
    return found


def _lived(world: World, scenario: Scenario, mark: tuple[Any, ...], heads: FundedTally | None) -> _Lived:
    seen = committed_eur(results_of(world, scenario, fingerprint(scenario, *mark), 0.0))
    return _Lived(heads, funded_files(world), seen, _counted(world))


def _counted(world: World) -> dict[str, int]:
    """Files funded and cents committed of the sample, by scheme, from the opening on."""
    series = world.record.series
    return {
        name: sum(series.get(name, []))
        for scheme in schemes()
        for name in (f"committed_eur_cents_{scheme.name}", f"files_funded_{scheme.name}")
    }


def _margin(
    scheme: Scheme,
    pairs: list[tuple[_Lived, _Lived]],
    scale: float,
    months: int,
    eur: float,
    kind: Kind,
) -> Margin:
    followed = any((policy.funded["scheme"] == scheme.code).any() for _, policy in pairs)
    rows = [_amounts(scheme, *pair, scale, months) for pair in pairs]
    effects = {
        name: paired_effect(name, unit, [row[name][0] for row in rows], [row[name][1] for row in rows], kind)
        for name, (unit, _) in EFFECTS.items()
        if followed or name not in OF_PEOPLE
    }
    reached = [reached_only(base.funded, policy.funded, scheme.code) for base, policy in pairs]
    pooled = {name: np.concatenate([one[name] for one in reached]) for name in reached[0]}
    more = effects["committed_eur_per_year"].difference
    spent = None if more is None else more / eur
    notes = [] if followed else [NO_FILES]
    if spent is not None and spent < SPENT_FROM:
        notes.append(UNSPENT)
    return Margin(
        scheme=scheme.name,
        label={"fr": scheme.fr, "en": scheme.en},
        effects=effects,
        shares=shares(pooled),
        people=int(pooled["person"].size),
        spent_share=spent,
        notes=tuple(notes),
    )


def _amounts(
    scheme: Scheme, base: _Lived, policy: _Lived, scale: float, months: int
) -> dict[str, tuple[float | None, float | None]]:
    """One pair's amounts in the comparator and in the policy's world, by the names of :data:`EFFECTS`."""
    assert policy.tally is not None

    def yearly(lived: _Lived, name: str) -> float:
        return lived.counted[f"{name}_{scheme.name}"] / scale / (months / 12)

    amounts = funded_amounts(policy.tally.counts, scale, base.seen_eur, policy.seen_eur)
    per_million = amounts["funded_net_per_million_eur"]
    return {
        "funded_per_year": (yearly(base, "files_funded"), yearly(policy, "files_funded")),
        "committed_eur_per_year": (
            yearly(base, "committed_eur_cents") / 100,
            yearly(policy, "committed_eur_cents") / 100,
        ),
        "net": (0.0, amounts["funded_net"]),
        "net_per_million_eur": (None if per_million is None else 0.0, per_million),
    }


def _without(scheme: Scheme) -> Margin:
    label = {"fr": scheme.fr, "en": scheme.en}
    return Margin(scheme.name, label, {}, dict.fromkeys(SHARES), 0, None, (NO_LIMIT,))
