"""One worker's story in two worlds that share every draw: what happens to her in each, and where they part.

A single twin life is a story, never "the effect": one changed hire sends chains through the market, and what
happens to one person hangs on them.  What may be said of a policy is what :mod:`sim.effects` says.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from sim.calendar import OPENING, text_of_month
from sim.errors import Language, OutOfRange, PasserellesError, UnknownCode, nearest
from sim.kernels import Array
from sim.parameters import Registry
from sim.run import Progress, opening_world, under
from sim.scenario import Scenario, with_overrides
from sim.schemes.files import Outcome, Stage
from sim.schemes.rules import schemes
from sim.telling.life import Event, Life, live_watching
from sim.telling.words import month_text, portrait, sentence, situation
from sim.world import World

SCHEMA_VERSION = 1
WITHOUT_SCHEMES = "without-schemes"
"""The comparator where none is named: the same scenario with every scheme's envelope at zero."""

NOT_THE_EFFECT: Mapping[Language, str] = {
    "fr": "Une seule vie jumelle est une histoire, jamais « l'effet » : un dispositif se juge sur des "
    "milliers de vies (passerelles compare).",
    "en": 'A single twin life is a story, never "the effect": a scheme is judged on thousands of lives '
    "(passerelles compare).",
}
NEITHER_PARTS: Mapping[Language, str] = {
    "fr": "Les deux vies sont les mêmes, mois par mois.",
    "en": "Both lives are the same, month by month.",
}


def _with(column: str, *codes: int) -> Callable[[World], Array]:
    """Files with one of these codes in a column."""
    return lambda world: np.asarray(np.isin(world.files[column], codes))


OF_FILES: Mapping[str, Callable[[World], Array]] = {
    "applied": _with("outcome", *Outcome),
    "refused": _with("outcome", *(o for o in Outcome if o.name.startswith("REFUSED"))),
    **{outcome.name.lower(): _with("outcome", outcome) for outcome in Outcome},
    **{stage.name.lower(): _with("stage", stage) for stage in Stage if stage > Stage.IN_TRAINING},
}
"""What may be looked for among files, of one scheme (``funded:ptp``) or of any; bool by file."""

OF_PERSONS: Mapping[str, Callable[[World], Array]] = {
    "laid-off": lambda world: world.persons["laid_off"][: world.rows] >= OPENING,
    "trained-in-ai": lambda world: world.persons["literacy"][: world.rows] == 1,
}
"""What may be looked for among persons; bool by row."""


class NobodyFound(PasserellesError):
    """Nothing of the kind happens to anybody of this sample."""

    code = "E47"
    title: ClassVar[dict[Language, str]] = {"fr": "personne de tel", "en": "nobody of the kind"}


@dataclass(frozen=True)
class Story:
    """A person in the world of ``scenario`` and in that of ``against``.

    ``parted``: first month in which her columns differ between both, None where they never do.
    """

    person: int
    scale: float
    seed: int
    months: int
    scenario: str
    against: str
    lives: tuple[Life, Life]
    parted: int | None

    def portrait(self, tongue: Language = "en") -> str:
        """Who she is at the opening, or when she enters."""
        n = next((n for n, line in enumerate(self.lives[0].lines) if line is not None), None)
        if n is None:
            return {"fr": "Elle n'entre pas dans ce monde.", "en": "She does not enter this world."}[tongue]
        line = self.lives[0].lines[n]
        assert line is not None
        return portrait(line, self.lives[0].opening + max(n - 1, 0), tongue)

    def told(self, which: int, tongue: Language = "en") -> list[tuple[int, str]]:
        """Her dated events in one world (0: the scenario's, 1: the comparator's), month and sentence."""
        return [(event.month, self._sentence(event, which, tongue)) for event in self.lives[which].events]

    def alone(self, which: int, tongue: Language = "en") -> set[tuple[int, str]]:
        """What happens in one world and not in the same month of the other."""
        return set(self.told(which, tongue)) - set(self.told(1 - which, tongue))

    def _sentence(self, event: Event, which: int, tongue: Language) -> str:
        she = next(line for line in reversed(self.lives[which].lines) if line is not None)
        return sentence(event, she, tongue)

    def differences(self, tongue: Language = "en") -> list[str]:
        """What differs between both worlds, in sentences; the last says what one life cannot show."""
        if self.parted is None:
            return [NEITHER_PARTS[tongue], NOT_THE_EFFECT[tongue]]
        month = month_text(self.parted, tongue)
        found = [f"Les deux vies se séparent en {month}." if tongue == "fr" else f"They part in {month}."]
        for which, name in enumerate((self.scenario, self.against)):
            line = self.lives[which].lines[-1]
            if line is not None:
                end = "à la fin" if tongue == "fr" else "at the end"
                colon = " :" if tongue == "fr" else ":"
                found.append(f"{name}, {end}{colon} {situation(line, tongue)}.")
        return [*found, NOT_THE_EFFECT[tongue]]

    def as_object(self) -> dict[str, Any]:
        """The story as plain data, in both languages."""
        tongues: tuple[Language, Language] = ("fr", "en")
        return {
            "schema_version": SCHEMA_VERSION,
            "command": "person",
            "person": self.person,
            "scale": self.scale,
            "seed": self.seed,
            "months": self.months,
            "portrait": {tongue: self.portrait(tongue) for tongue in tongues},
            "worlds": [self._world(which) for which in (0, 1)],
            "parted": None if self.parted is None else text_of_month(self.parted),
            "differences": {tongue: self.differences(tongue) for tongue in tongues},
        }

    def _world(self, which: int) -> dict[str, Any]:
        """One of the two worlds as plain data."""
        alone = self.alone(which)
        return {
            "scenario": (self.scenario, self.against)[which],
            "events": [
                {
                    "month": text_of_month(event.month),
                    "kind": event.kind,
                    "fr": self._sentence(event, which, "fr"),
                    "en": self._sentence(event, which, "en"),
                    "only_here": (event.month, self._sentence(event, which, "en")) in alone,
                }
                for event in self.lives[which].events
            ],
        }


@dataclass(frozen=True)
class Sought:
    """Whose story, in which sample: the row ``person``, or the ``number``-th to whom ``find`` happens.

    ``find``: such as ``funded:ptp``, ``refused``, ``laid-off``, in the world of the scenario; empty for none.
    ``months``: None for the scenarios' own horizon.
    """

    person: int | None
    find: str
    number: int
    scale: float
    seed: int
    months: int | None


def story(
    sought: Sought, first: Scenario, second: Scenario | None = None, progress: Progress | None = None
) -> Story:
    """The story of a person in a scenario and in another one, by default the same without any scheme.

    Raises:
        OutOfRange: for a row that nobody has had by the end.
        UnknownCode: for a kind or a scheme that cannot be looked for.
        NobodyFound: when it happens to fewer than ``number`` people of the sample.
    """
    second = second or without_schemes(first)
    person, find, scale, seed = sought.person, sought.find, sought.scale, sought.seed
    lasting = sought.months or min(first.horizon_months, second.horizon_months)
    if find:
        _looked_for(find)  # what cannot be looked for is said before anything is lived
    opening = opening_world(scale, seed, progress=progress)
    if find:
        person = find_person(_lived(opening, first, seed, lasting, progress), find, sought.number)
    if person is None:
        raise OutOfRange("person", person, "a row, or something to look for (--find)")
    lives = []
    for one in (first, second):
        world = under(opening.twin(), one, seed)
        lives.append(live_watching(world, person, lasting, _telling(progress, lasting, one.name)))
        if not 0 <= person < world.rows:
            raise OutOfRange("person", person, f"0 … {world.rows - 1}")
    found = (lives[0], lives[1])
    return Story(person, scale, seed, lasting, first.name, second.name, found, parted(*found))


def _lived(opening: World, scenario: Scenario, seed: int, months: int, progress: Progress | None) -> World:
    """The scenario's world some months later."""
    world, tell = under(opening.twin(), scenario, seed), _telling(progress, months, scenario.name)
    for done in range(months):
        world.step()
        tell(done + 1)
    return world


def _telling(progress: Progress | None, months: int, name: str) -> Callable[[int], None]:
    return lambda done: None if progress is None else progress(done, months, name)


def without_schemes(scenario: Scenario) -> Scenario:
    """The same scenario with every scheme's envelope at zero."""
    from dataclasses import replace

    keys = [scheme.key("budget_eur_per_year") for scheme in schemes()]
    known = Registry.load()
    none = with_overrides(scenario, {key: "0" for key in keys if key in known and known[key].lever})
    return replace(none, name=f"{scenario.name}-{WITHOUT_SCHEMES}")


def parted(one: Life, other: Life) -> int | None:
    """First month whose end finds her different in both worlds, or in which something else happened."""
    for n, (line, twin) in enumerate(zip(one.lines, other.lines, strict=True)):
        month = one.opening + n - 1
        if line != twin or _in(one, month) != _in(other, month):
            return month
    return None


def _in(life: Life, month: int) -> list[str]:
    return [event.kind for event in life.events if event.month == month]


def find_person(world: World, what: str, number: int = 1) -> int:
    """Row of the ``number``-th person to whom something has happened, in the order of files or of rows.

    Raises:
        NobodyFound: when it happens to fewer people.
    """
    kind, scheme = _looked_for(what)
    if kind in OF_PERSONS:
        rows = np.flatnonzero(OF_PERSONS[kind](world))
    else:
        met = OF_FILES[kind](world) & (world.files["month_filed"] >= OPENING)
        if scheme is not None:
            met = met & (world.files["scheme"] == scheme)
        persons = world.files["person"][met]
        rows = persons[np.sort(np.unique(persons, return_index=True)[1])]
    if not 1 <= number <= rows.size:
        raise NobodyFound("--find", f"{what} ({number})", f"1 … {rows.size}; --scale, --seed, --months")
    return int(rows[number - 1])


def _looked_for(what: str) -> tuple[str, int | None]:
    """Kind and code of the scheme, None for any.

    Raises:
        UnknownCode: with the nearest word.
    """
    kind, colon, name = what.partition(":")
    kinds = [*OF_PERSONS, *OF_FILES]
    if kind not in kinds:
        raise UnknownCode("--find", kind, " | ".join(kinds), nearest(kind, kinds))
    codes = {scheme.name: scheme.code for scheme in schemes()}
    if colon and name not in codes:
        raise UnknownCode("--find", name, " | ".join(codes), nearest(name, codes))
    return kind, codes[name] if colon else None
