"""What can be wrong with where a sweep is asked to run."""

from __future__ import annotations

from concurrent.futures import BrokenExecutor
from typing import ClassVar

from sim.errors import Language, PasserellesError


class BadExecutor(PasserellesError):
    """The text that names an executor is not of a form that we know."""

    code = "E70"
    title: ClassVar[dict[Language, str]] = {"fr": "exécuteur inconnu", "en": "unknown executor"}


class ClusterUnreachable(PasserellesError):
    """No scheduler, or no worker, where one was announced."""

    code = "E72"
    title: ClassVar[dict[Language, str]] = {"fr": "grappe injoignable", "en": "cluster out of reach"}


class OtherEngine(PasserellesError, BrokenExecutor):
    """A machine of the cluster would answer with another engine, or other code of sweeps: never mixed."""

    code = "E73"
    title: ClassVar[dict[Language, str]] = {
        "fr": "autre moteur sur la grappe",
        "en": "other engine on cluster",
    }


class ClusterLost(PasserellesError, BrokenExecutor):
    """The scheduler is gone, or takes no more work: what is published stays, and the sweep can be resumed."""

    code = "E74"
    title: ClassVar[dict[Language, str]] = {"fr": "grappe perdue", "en": "cluster lost"}
