"""Tables that follow from the parameters in force alone: computed once for the values they read.

    bars = derived(world, search_thresholds)        # search_thresholds(known) the first time only
    values = derived(world, scheme_values, scheme)  # further arguments are hashable and part of the key

The function is handed nothing but the rules, the occupations and the routes, so a table cannot hang on the
month or on what a run has lived.  Which parameters it reads is noted: a table stays, and worlds share it, as
long as these keep their values, whatever happens to the others.  Nobody writes into what it returns.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import dataclass, field
from threading import Lock
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, Protocol, TypeVar

if TYPE_CHECKING:
    from sim.schemes.routes import Routes
    from sim.trades import Trades
    from sim.world import World

__all__ = ["Known", "derived"]

TABLES_KEPT = 8
"""Tables of one function that are kept: those of a pair of worlds, before and after a change, and more."""

P = ParamSpec("P")
T = TypeVar("T")


class Known(Protocol):
    """What a derived table may depend on; a world is one too."""

    @property
    def rules(self) -> Mapping[str, Any]:
        """Parameters in force."""

    @property
    def occupations(self) -> Trades:
        """The occupation groups."""

    @property
    def routes(self) -> Routes:
        """The training routes."""


_ABSENT = object()


class _Noted(Mapping[str, Any]):
    """Rules that note what is read of them, absent keys included."""

    def __init__(self, rules: Mapping[str, Any]) -> None:
        self._rules = rules
        self.read: dict[str, Any] = {}

    def __getitem__(self, key: str) -> Any:
        self.read[key] = self._rules.get(key, _ABSENT)
        return self._rules[key]

    def __iter__(self) -> Iterator[str]:
        self.read.update(self._rules)
        return iter(self._rules)

    def __len__(self) -> int:
        return len(self._rules)


@dataclass(frozen=True)
class _Given:
    """What a function is handed."""

    rules: Mapping[str, Any]
    occupations: Trades
    routes: Routes


@dataclass(frozen=True)
class _Table:
    """What a function returned, and the values that it read."""

    read: Mapping[str, Any]
    occupations: Trades
    routes: Routes
    value: Any

    def holds(self, world: World) -> bool:
        """Whether the function would return the same again."""
        if self.occupations is not world.occupations or self.routes is not world.routes:
            return False
        return all(world.rules.get(key, _ABSENT) == value for key, value in self.read.items())


@dataclass
class _Kept:
    """The tables that hold under a world's rules, as long as these are the same object."""

    rules: Mapping[str, Any]
    tables: dict[Hashable, _Table] = field(default_factory=dict)


_known: dict[Hashable, list[_Table]] = {}
_change = Lock()


def derived(
    world: World, function: Callable[Concatenate[Known, P], T], *args: P.args, **kwargs: P.kwargs
) -> T:
    """``function(known, *args)``, computed the first time it is asked for under the values that it reads.

    The same object comes back until one of these values changes, so ``is`` tells whether one did.  Rules are
    never changed in place: one and the same object is taken to keep its values.  ``function`` stands in a
    module (it is not made anew at each call), ``args`` are hashable, and there are no keyword arguments.
    """
    kept: _Kept | None = world.memory.get("derived")
    if kept is None or kept.rules is not world.rules:
        kept = world.memory["derived"] = _Kept(world.rules)
    key = (function, *args)
    table = kept.tables.get(key)
    if table is None:
        table = kept.tables[key] = _found(world, key) or _computed(world, key, function, *args, **kwargs)
    value: T = table.value
    return value


def _found(world: World, key: Hashable) -> _Table | None:
    return next((table for table in tuple(_known.get(key, ())) if table.holds(world)), None)


def _computed(world: World, key: Hashable, function: Callable[..., Any], *args: Any, **kwargs: Any) -> _Table:
    noted = _Noted(world.rules)
    value = function(_Given(noted, world.occupations, world.routes), *args, **kwargs)
    table = _Table(noted.read, world.occupations, world.routes, value)
    with _change:
        _known[key] = [table, *_known.get(key, ())][:TABLES_KEPT]
    return table
