"""Tables that follow from the parameters in force alone: computed once for a set of rules, not every month.

    bars = derived(world, search_thresholds)        # search_thresholds(known) the first time only
    values = derived(world, scheme_values, scheme)  # further arguments are hashable and part of the key

The function is handed nothing but the rules, the occupations and the routes, so a table cannot hang on the
month or on what a run has lived; worlds under equal rules share it.  Nobody writes into what it returns.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from threading import Lock
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, Protocol, TypeVar, cast

if TYPE_CHECKING:
    from sim.schemes.routes import Routes
    from sim.trades import Trades
    from sim.world import World

__all__ = ["Known", "derived"]

SETS_KEPT = 8
"""Sets of rules whose tables are kept: those of a pair of worlds, before and after a change, and more."""

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


@dataclass(frozen=True)
class _Given:
    rules: Mapping[str, Any]
    occupations: Trades
    routes: Routes
    tables: dict[Hashable, Any] = field(default_factory=dict)

    def fits(self, world: World) -> bool:
        """Whether the tables hold for a world: same occupations and routes, equal rules."""
        same = self.occupations is world.occupations and self.routes is world.routes
        return same and (self.rules is world.rules or self.rules == world.rules)


_recent: list[_Given] = []
_change = Lock()


def derived(
    world: World, function: Callable[Concatenate[Known, P], T], *args: P.args, **kwargs: P.kwargs
) -> T:
    """``function(known, *args)``, computed the first time it is asked for under the rules in force.

    Rules are told apart by their values; one and the same object is taken to have kept them (nobody changes
    rules in place).  ``args`` must be hashable; there are no keyword arguments.
    """
    found: tuple[Mapping[str, Any], _Given] | None = world.memory.get("derived")
    if found is None or found[0] is not world.rules:
        # The world keeps its own rules beside the tables, which may have been computed under an equal set.
        found = world.memory["derived"] = (world.rules, _given(world))
    tables = found[1].tables
    key = (function, *args)
    if key not in tables:
        tables[key] = function(found[1], *args, **kwargs)
    return cast(T, tables[key])


def _given(world: World) -> _Given:
    with _change:
        for place, known in enumerate(_recent):
            if known.fits(world):
                _recent.insert(0, _recent.pop(place))
                return known
        _recent.insert(0, _Given(world.rules, world.occupations, world.routes))
        del _recent[SETS_KEPT:]
        return _recent[0]
