"""All that is asked of a sweep at once, ready for words, tables and JSON."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from typing import Any, Literal, TypeVar

import pandas as pd

from sim.errors import PasserellesError
from sim.sweep.analysis.boxes import Discovery, discover
from sim.sweep.analysis.faults import NotEnoughSamples, NothingToAnalyse
from sim.sweep.analysis.frontier import Frontier, frontier
from sim.sweep.analysis.regret import Regret, regret
from sim.sweep.analysis.sensitivity import Sensitivity, sensitivity
from sim.sweep.analysis.shares import Shares, shares
from sim.sweep.analysis.study import BASELINE, COST, Study, better, of_policies

SCHEMA_VERSION = 1

OF_POLICIES = (
    "difference_durable_conversions_gross",
    "funded_net",
    "funded_net_per_million_eur",
    "difference_unemployment_rate",
)
OF_A_WORLD = ("posts_removed_ai", "layoffs", "unemployment_rate")
EFFECTS = ("difference_durable_conversions_gross", "funded_net")
"""Effects to set against costs: first the one that also counts whom a policy stops funding."""

Found = TypeVar("Found")


@dataclass(frozen=True)
class Asked:
    """What is asked of a sweep; what is left out is chosen from its design.

    ``outputs`` and ``policies`` by name; ``questions`` as :mod:`sim.sweep.analysis.question` reads them;
    ``cost`` and ``effect``: outputs of the frontier (``""``: the first of EFFECTS); ``best``: which way
    outputs are better where the project
    does not say.
    """

    outputs: Sequence[str] = ()
    policies: Sequence[str] = ()
    questions: Sequence[str] = ()
    cost: str = COST
    effect: str = ""
    best: Literal["high", "low"] | None = None


@dataclass(frozen=True, eq=False)
class Findings:
    """The answers, and what could not be answered (``refused``) and why."""

    study: Study
    sensitivities: tuple[Sensitivity, ...]
    shares: tuple[Shares, ...]
    discoveries: tuple[Discovery, ...]
    regrets: tuple[Regret, ...]
    frontier: Frontier | None
    refused: tuple[PasserellesError, ...]


def findings(study: Study, asked: Asked | None = None) -> Findings:
    """Everything that the design allows one to say of the outputs asked for.

    What a design cannot tell is refused with its reason, not left out in silence.

    Raises:
        UnknownColumn, BadQuestion: what was asked for does not exist.
        NotEnoughSamples: no output has points enough, and nothing else can be said.
        MissingExtra: a library is not installed.
    """
    asked = asked or Asked()
    outputs = [study.column(name) for name in asked.outputs] or list(usual_outputs(study))
    policies = [study.policy(name) for name in asked.policies] or list(study.policies)
    refused: list[PasserellesError] = []

    def tried(question: Callable[[], Found]) -> list[Found]:
        try:
            return [question()]
        except (NotEnoughSamples, NothingToAnalyse) as fault:
            refused.append(fault)
            return []

    worlds = [(o, p) for o in outputs for p in _worlds(o, asked, policies)] if study.factors else []
    several = [name for name in outputs if len(study.policies) > 1 and of_policies(name)]
    questions = [(q, p) for q in asked.questions for p in policies or [BASELINE]]
    found = Findings(
        study,
        tuple(s for o, p in worlds for s in tried(partial(sensitivity, study, o, p))),
        tuple(s for name in several for s in tried(partial(shares, study, name))),
        tuple(d for q, p in questions for d in tried(partial(discover, study, q, p))),
        tuple(r for name in several for r in tried(partial(_regret, study, name, asked))),
        next(iter(tried(partial(_frontier, study, asked)) if study.policies else []), None),
        tuple(refused),
    )
    # The tuples above are made in order, so that all refusals are in by now.
    said = (found.sensitivities, found.shares, found.discoveries, found.regrets, found.frontier)
    if refused and not any(said):
        raise refused[0]
    return found


def _worlds(output: str, asked: Asked, policies: Sequence[str]) -> Sequence[str]:
    """Policies in whose worlds an output is looked at: the baseline's alone for a level, unless asked."""
    return policies if of_policies(output) or asked.policies else [BASELINE]


def _regret(study: Study, output: str, asked: Asked) -> Regret:
    way = asked.best or better(output)
    if way is None:
        raise NothingToAnalyse(study.folder.name, output, "--best high | low")
    return regret(study, output, way)


def _frontier(study: Study, asked: Asked) -> Frontier:
    effect = asked.effect or next((name for name in EFFECTS if name in study.outputs), EFFECTS[0])
    for name in (asked.cost, effect):
        if name not in study.outputs:
            raise NothingToAnalyse(study.folder.name, name, "outputs = [ … ]")
    return frontier(study, asked.cost, effect)


def usual_outputs(study: Study) -> tuple[str, ...]:
    """Outputs to look at where none is named: effects where there are policies, levels otherwise."""
    wanted = OF_POLICIES if study.policies else OF_A_WORLD
    return tuple(name for name in wanted if name in study.outputs) or study.outputs[:3]


def as_json_object(found: Findings) -> dict[str, Any]:
    """The findings in one object."""
    study = found.study
    return {
        "schema_version": SCHEMA_VERSION,
        "command": "analyse",
        "folder": study.folder.name,
        "jobs": study.jobs,
        "done": study.done,
        "method": study.method,
        "points": len(study.points),
        "replicates": len(study.replicates),
        "factors": list(study.factors),
        "policies": list(study.policies),
        "sensitivities": [asdict(one) | {"leaders": list(one.leaders())} for one in found.sensitivities],
        "shares": [asdict(one) for one in found.shares],
        "discoveries": [_plain(one) for one in found.discoveries],
        "regrets": [asdict(one) for one in found.regrets],
        "frontier": asdict(found.frontier) if found.frontier else None,
        "refused": [fault.as_dict() for fault in found.refused],
    }


def _plain(one: Discovery) -> dict[str, Any]:
    return {
        "question": one.question,
        "policy": one.policy,
        "futures": one.futures,
        "untold": one.untold,
        "holds": one.holds,
        "boxes": {side: asdict(box) for side, box in one.boxes.items()},
    }


def tables(found: Findings) -> dict[str, pd.DataFrame]:
    """The findings as flat tables by name, for CSV; those without a row are left out."""
    rows: dict[str, list[dict[str, Any]]] = {
        "sensitivity": [
            {"output": s.output, "policy": s.policy, "method": s.method, **asdict(index)}
            for s in found.sensitivities
            for index in s.indices
        ],
        "chance": [{k: v for k, v in asdict(s).items() if k != "indices"} for s in found.sensitivities],
        "shares": [asdict(one) for one in found.shares],
        "boxes": [
            {
                "question": d.question,
                "policy": d.policy,
                "side": side,
                **{k: v for k, v in asdict(box).items() if k != "limits"},
                **_values(asdict(limit)),
            }
            for d in found.discoveries
            for side, box in d.boxes.items()
            for limit in box.limits
        ],
        "questions": [{k: v for k, v in _plain(d).items() if k != "boxes"} for d in found.discoveries],
        "regret": [{"output": r.output, **asdict(p)} for r in found.regrets for p in r.policies],
        "pairs": [{"output": r.output, **asdict(p), "told": p.told} for r in found.regrets for p in r.pairs],
        "frontier": [_values(asdict(p)) for p in found.frontier.places] if found.frontier else [],
    }
    return {name: pd.DataFrame(each) for name, each in rows.items() if each}


def _values(row: dict[str, Any]) -> dict[str, Any]:
    """Tuples as words, for a cell of a table."""
    return {k: " | ".join(map(str, v)) if isinstance(v, tuple) else v for k, v in row.items()}
