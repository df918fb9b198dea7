"""Works that cost nothing, or misbehave on demand: found by name in every working process."""

from __future__ import annotations

import ctypes
import os
import random
import signal
import sys
import time
from collections.abc import Callable
from typing import Any

from sim.sweep.jobs import Row, Spec


def squares(spec: Spec) -> list[Row]:
    """Three rows a job, of every type that a column may have; ``milliseconds`` makes it last."""
    time.sleep(spec.get("milliseconds", 0) / 1000)
    number = int(spec["number"])
    return [
        {
            "sample": number // 2,
            "replicate": number % 2,
            "policy_point": point,
            "policy": "" if point < 0 else f"p{point}",
            "square": float(number * number) / 7 if point >= 0 else None,
            "even": number % 2 == 0,
        }
        for point in (-1, 0, 1)
    ]


def bulky(spec: Spec) -> list[Row]:
    """One row of some two hundred kilobytes that no compression more than halves."""
    number = int(spec["number"])
    noise = random.Random(number).randbytes(100_000).hex()
    return [{"sample": number, "replicate": 0, "policy_point": -1, "policy": noise}]


def slow_at_last(spec: Spec) -> list[Row]:
    """From the fifth on, jobs last ten minutes in compiled code that lets nothing else run."""
    if spec["number"] >= 4:
        ctypes.PyDLL(None).sleep(600)
    return squares(spec)


def misbehaves(spec: Spec) -> list[Row]:
    """As :func:`squares`, once it has misbehaved in the way that ``how`` names."""
    misbehave = MISBEHAVIOURS.get(spec.get("how", ""))
    return (misbehave and misbehave(spec)) or squares(spec)


def _recurse(spec: Spec) -> None:
    _recurse(spec)


def _eats(spec: Spec) -> None:
    eaten = bytearray(spec["megabytes"] << 20)
    time.sleep(spec["seconds"])
    del eaten


def _spins(spec: Spec) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        pass


def _raises(error: type[BaseException]) -> Callable[[Spec], None]:
    def misbehave(spec: Spec) -> None:
        raise error("on demand")

    return misbehave


class Silent(Exception):
    """An error that cannot even say its name."""

    def __str__(self) -> str:
        raise ValueError("no words")


def _raises_silently(spec: Spec) -> None:
    raise Silent


def _leaves_a_child(spec: Spec) -> None:
    """The process dies; its child goes on and holds every open file."""
    if os.fork() == 0:
        time.sleep(600)
    os._exit(7)


def _returns(value: Any) -> Callable[[Spec], Any]:
    return lambda spec: value


MISBEHAVIOURS: dict[str, Callable[[Spec], Any]] = {
    "raises": _raises(RuntimeError),
    "raises without words": _raises_silently,
    "raises what is no Exception": _raises(BaseException),
    "asks to stop": _raises(KeyboardInterrupt),
    "exits": lambda spec: sys.exit(3),
    "exits at once": lambda spec: os._exit(3),
    "exits at once as if well": lambda spec: os._exit(0),
    "is killed": lambda spec: os.kill(os.getpid(), signal.SIGKILL),
    "segfaults": lambda spec: ctypes.string_at(0),
    "aborts": lambda spec: os.abort(),
    "recurses": _recurse,
    "closes its files": lambda spec: os.closerange(0, 256),
    "leaves a child": _leaves_a_child,
    "returns what JSON cannot say": _returns([{"sample": object()}]),
    "returns no list": _returns(17),
    "returns an unknown column": _returns([{"sampel": 1}]),
    "returns another type": _returns([{"sample": "one"}]),
    "says it lacks memory": _raises(MemoryError),
    "eats": _eats,
    "sleeps": lambda spec: time.sleep(600),
    "spins": _spins,
    "hangs in compiled code": lambda spec: ctypes.PyDLL(None).sleep(60),
}
