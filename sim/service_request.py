"""What is asked of the service, and how far it is: plain, frozen, named by a fingerprint."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from typing import Any, ClassVar, Literal

from sim.answer import SCHEMA_VERSION
from sim.closure_ends import shared_end
from sim.errors import Language, PasserellesError
from sim.scenario import Scenario, dump, results_digest

STAGES = ("provisional", "region", "other_end", "ensemble")
"""A sample at once; then the whole region; the same at the other end of the closure of posts; then paired
worlds with other chance and other parameters."""


class Busy(PasserellesError):
    """Too many comparisons wait already."""

    code = "E43"
    title: ClassVar[dict[Language, str]] = {
        "fr": "serveur occupé, réessayez dans une minute",
        "en": "server busy, try again in a minute",
    }


@dataclass(frozen=True)
class Request:
    """A comparison of ``other`` with ``base``, and the scale of each stage."""

    base: Scenario
    other: Scenario
    scale: float = 1.0
    provisional_scale: float = 0.05
    ensemble_scale: float = 0.1
    replicates: int = 19
    seed: int = 0

    @cached_property
    def unchanged(self) -> bool:
        """Whether nothing that could move a result differs."""
        return results_digest(self.base) == results_digest(self.other)

    @cached_property
    def key(self) -> str:
        """Fingerprint: the same for the same numbers, engine and data, whatever the words."""
        from sim.run import engine_digest

        parts = [
            results_digest(self.base),
            results_digest(self.other),
            engine_digest(),
            self.scale,
            self.provisional_scale,
            self.ensemble_scale,
            self.replicates,
            self.seed,
            SCHEMA_VERSION,
        ]
        return sha256(repr(parts).encode()).hexdigest()[:16]

    @property
    def stages(self) -> tuple[str, ...]:
        """Stages to run: two equal scenarios have no interval to look for and no sign that could change, and
        scenarios that differ in the closure of posts have no other end."""
        left_out = set()
        if self.unchanged or not self.replicates:
            left_out.add("ensemble")
        if self.unchanged or shared_end(self.base, self.other) is None:
            left_out.add("other_end")
        return tuple(stage for stage in STAGES if stage not in left_out)

    def as_dict(self) -> dict[str, Any]:
        sides = {
            side: {"name": s.name, "toml": dump(s)}
            for side, s in (("base", self.base), ("other", self.other))
        }
        numbers = {
            name: getattr(self, name)
            for name in ("scale", "provisional_scale", "ensemble_scale", "replicates", "seed")
        }
        return {**sides, **numbers}


@dataclass(frozen=True)
class JobState:
    """How far a comparison is.  ``stored``: stages with an answer; ``version`` changes with any of them."""

    status: Literal["absent", "queued", "running", "done", "failed"]
    stored: tuple[str, ...] = ()
    version: float = 0.0
    position: int = 0
    progress: Mapping[str, Any] = field(default_factory=dict)
    fault: Mapping[str, str] = field(default_factory=dict)

    @property
    def pending(self) -> bool:
        return self.status in ("queued", "running")
