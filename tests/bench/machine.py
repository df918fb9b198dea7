"""What the figures were measured on: processor, memory, versions, and how fast memory copies."""

from __future__ import annotations

import math
import os
import platform
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

import numpy as np

PACKAGES = ("numpy", "numba", "mesa")


def seconds(action: Callable[[], object], times: int = 1) -> float:
    """Best wall time of ``times`` runs."""
    best = math.inf
    for _ in range(times):
        started = time.perf_counter()
        action()
        best = min(best, time.perf_counter() - started)
    return best


def _field(path: str, name: str) -> str | None:
    """First value of ``name : value`` in a file of the kernel's, None where there is no such file."""
    try:
        lines = Path(path).read_text(encoding="utf-8").splitlines()
    except OSError:
        return None
    return next((line.split(":", 1)[1].strip() for line in lines if line.startswith(name)), None)


def machine() -> dict[str, str]:
    """Date, processor, cores, memory and versions, in words."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    model = _field("/proc/cpuinfo", "model name") or platform.processor() or platform.machine()
    numbers = [_field("/proc/cpuinfo", name) for name in ("cpu family", "model\t")]
    family = ", ".join(f"{name} {number}" for name, number in zip(("family", "model"), numbers, strict=True)
                       if number is not None)
    memory = _field("/proc/meminfo", "MemTotal")
    return {
        "date": time.strftime("%Y-%m-%d", time.gmtime()),
        "processor": f"{model} ({family})" if family else model,
        "cores": str(cores),
        "memory": f"{int(memory.split()[0]) / (1 << 20):.0f} GiB" if memory else "unknown",
        "system": f"{platform.system()} {platform.machine()}",
        "versions": ", ".join([f"Python {platform.python_version()}",
                               *(f"{name} {version(name)}" for name in PACKAGES)]),
    }


def copies_a_second(size: int) -> float:
    """Bytes of a buffer of ``size`` bytes that one thread copies in a second (read once, written once)."""
    source = np.ones(size, np.uint8)
    target = np.empty_like(source)
    np.copyto(target, source)
    return size / seconds(lambda: np.copyto(target, source), 7)


def peak_bytes() -> int | None:
    """Most memory that this process has held at once; None where the system does not tell."""
    held = _field("/proc/self/status", "VmHWM")
    return int(held.split()[0]) << 10 if held else None
