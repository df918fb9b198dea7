"""The attempts that failed, a line of JSON each, appended; torn or altered lines are skipped and counted."""

from __future__ import annotations

import errno
import json
import os
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from sim.sweep.disk import read_whole, sha256, told
from sim.sweep.jobs import canonical
from sim.sweep.store_errors import FaultKind

WORDS_KEPT = 2000


@dataclass(frozen=True)
class Fault:
    """One failed attempt of a job: the first is attempt 1."""

    key: str
    attempt: int
    kind: FaultKind
    words: str


def append_fault(path: Path, fault: Fault) -> None:
    """Write one line and settle it.

    Raises:
        DiskRefuses: the line is lost or torn; those before are intact.
    """
    content = asdict(fault) | {"words": fault.words[-WORDS_KEPT:]}
    line = canonical(content | {"check": _check(content)}) + b"\n"
    with told(path, len(line)):
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o666)
        try:
            end = os.lseek(descriptor, 0, os.SEEK_END)
            if end and os.pread(descriptor, 1, end - 1) != b"\n":
                line = b"\n" + line
            if os.write(descriptor, line) < len(line):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def read_faults(path: Path) -> tuple[list[Fault], int]:
    """The faults in the order in which they happened, and how many lines are torn or altered.

    Raises:
        DiskRefuses: the file is there and cannot be read.
    """
    try:
        lines = read_whole(path).splitlines(keepends=True)
    except FileNotFoundError:
        return [], 0
    found, damaged = [], 0
    for line in lines:
        fault = _fault_in(line)
        if fault is None:
            damaged += 1
        else:
            found.append(fault)
    return found, damaged


def log_without_damage(path: Path) -> bytes:
    """The lines that are whole."""
    return b"".join(line for line in read_whole(path).splitlines(keepends=True) if _fault_in(line))


def last_faults(faults: Iterable[Fault], attempts: int) -> dict[str, Fault]:
    """The last fault of each job that has failed ``attempts`` times or more."""
    faults = list(faults)
    times = Counter(fault.key for fault in faults)
    return {fault.key: fault for fault in faults if times[fault.key] >= attempts}


def _check(content: dict[str, object]) -> str:
    return sha256(canonical(content))[:16]


def _fault_in(line: bytes) -> Fault | None:
    try:
        content = json.loads(line)
        check = content.pop("check")
        whole = canonical(content | {"check": check}) + b"\n" == line and check == _check(content)
        return Fault(**content) if whole else None
    except (ValueError, TypeError, KeyError, AttributeError):
        return None
