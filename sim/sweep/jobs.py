"""A job of a sweep: what is asked, its key, and the function that answers it.

A job is the smallest thing that is done or not done.  Its key is a digest of what it asks, of the engine
and of the shape of the rows, so that the same job has the same key on every machine and another engine never
answers it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any

SCHEMA_VERSION = 1

Spec = Mapping[str, Any]
"""What a job asks, in JSON's words."""

Row = Mapping[str, str | int | float | bool | None]
"""One row of a result; a job gives one or more."""

Work = Callable[[Spec], list[Row]]
"""Answers a job.  It is told by name, ``module:function``, so that any process on any machine finds it."""


@dataclass(frozen=True)
class Job:
    """``key``: 64 hexadecimal digits; ``spec``: what is asked."""

    key: str
    spec: Spec


def canonical(spec: Spec) -> bytes:
    """The one way to write a spec: JSON, keys sorted, no spaces, no NaN."""
    return json.dumps(spec, sort_keys=True, separators=(",", ":"), allow_nan=False).encode()


def job_of(spec: Spec, work: str, engine: str) -> Job:
    """The job that asks ``spec`` of ``work`` under an engine (:func:`sim.run.engine_digest`)."""
    parts = (str(SCHEMA_VERSION).encode(), work.encode(), engine.encode(), canonical(spec))
    return Job(hashlib.sha256(b"\n".join(parts)).hexdigest(), spec)


def name_of(work: Callable[..., Any]) -> str:
    """How a function is told: ``module:function``."""
    return f"{work.__module__}:{work.__qualname__}"


def work_named(name: str) -> Work:
    """The function called ``module:function``."""
    module, _, function = name.partition(":")
    found: Work = getattr(import_module(module), function)
    return found


def do(work: str, spec: Spec) -> list[Row]:
    """Answer one job by the name of its work: what every executor is handed."""
    return work_named(work)(spec)
