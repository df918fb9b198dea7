"""What one task of a cluster's array does: its calls one after the other, each answer put down at once.

A task may be killed, queued again, or run twice at the same time on two nodes: every run writes a file of its
own, skips what an earlier run of the task has answered, and answers are told apart by the key of their call.
Answers are lines of JSON that check themselves; a torn or altered line counts as no answer.
"""

from __future__ import annotations

import json
import os
import sys
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from sim.sweep.cluster_errors import OtherEngine
from sim.sweep.disk import sha256
from sim.sweep.jobs import canonical, name_of
from sim.sweep.signature import Signature, check_signature, signature
from sim.sweep.store_errors import JobFault
from sim.sweep.worker import plain

Answer = Mapping[str, Any]
"""``value``, or ``fault`` (kind and words), or ``refused`` (place, value, expected: see OtherEngine)."""

CHECK_DIGITS = 16


@dataclass(frozen=True)
class Call:
    """``function(*args)``: found by name on the node, asked and answered in JSON's words."""

    key: str
    function: Callable[..., Any]
    args: tuple[Any, ...]


def call_of(wanted: Signature, function: Callable[..., Any], args: tuple[Any, ...]) -> Call:
    """A call and its key: the same question to the same code has the same key at any time."""
    asked = {"function": name_of(function), "args": args, "by": wanted}
    return Call(sha256(canonical(asked)), function, args)


def line_of(key: str, answer: Answer) -> bytes:
    """One answer; raises TypeError for a value that JSON has no word for."""
    written = json.dumps({"key": key, **answer}, separators=(",", ":"), default=plain).encode()
    return sha256(written)[:CHECK_DIGITS].encode() + b" " + written + b"\n"


def answers_in(folder: Path) -> Iterator[tuple[str, Answer]]:
    """Key and answer of every sound line that the runs of a task have left."""
    for path in sorted(folder.glob("*.jsonl")):
        for line in path.read_bytes().split(b"\n"):
            check, _, written = line.partition(b" ")
            if written and sha256(written)[:CHECK_DIGITS].encode() == check:
                answer = json.loads(written)
                yield answer.pop("key"), answer


@dataclass(frozen=True)
class ArrayTask:
    """What is sent to a node.

    ``folder`` is seen by the nodes and by the driver; ``path`` is where the driver imports from, last on the
    node, for works that are not of this package.
    """

    folder: Path
    wanted: Signature
    calls: tuple[Call, ...]
    path: tuple[str, ...] = ()

    def __call__(self) -> None:
        """Answer every call that no earlier run has answered."""
        sys.path += [place for place in self.path if place not in sys.path]
        self.folder.mkdir(parents=True, exist_ok=True)
        answered = {key for key, _ in answers_in(self.folder)}
        with (self.folder / f"{uuid.uuid4().hex}.jsonl").open("ab") as out:
            _settle(out)
            try:
                check_signature(signature(), self.wanted, os.uname().nodename)
            except OtherEngine as refusal:
                _put(out, "", {"refused": [refusal.place, refusal.value, refusal.expected]})
                return
            for call in self.calls:
                if call.key not in answered:
                    _answer(out, call)

    def checkpoint(self) -> Any:
        """Called by submitit when time is up or the node is wanted: the same task, queued again."""
        from submitit.helpers import DelayedSubmission

        return DelayedSubmission(self)


def _answer(out: BinaryIO, call: Call) -> None:
    from submitit.core.utils import UncompletedJobError

    try:
        _put(out, call.key, {"value": call.function(*call.args)})
    except UncompletedJobError as end:  # Raised by submitit's signal handler: nothing more may run.
        _put(out, call.key, {"fault": ["timeout", str(end)]})
        raise
    except JobFault as fault:
        _put(out, call.key, {"fault": [fault.kind, fault.words]})
    except Exception as fault:
        kind = "memory" if isinstance(fault, MemoryError) else "error"
        _put(out, call.key, {"fault": [kind, f"{type(fault).__name__}: {fault}"]})


def _put(out: BinaryIO, key: str, answer: Answer) -> None:
    out.write(line_of(key, answer))
    _settle(out)


def _settle(out: BinaryIO) -> None:
    out.flush()
    os.fsync(out.fileno())
